"""Who is an editor: only those whom the settings name."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from fastapi import Request

from assistant.settings import Settings
from assistant.web.problems import Problem
from assistant.web.roles import may_edit, require_editor


def request(settings: Settings, *, address: str = "127.0.0.1", user: str | None = None) -> Request:
    return Request(
        {
            "type": "http",
            "app": SimpleNamespace(state=SimpleNamespace(settings=settings)),
            "client": (address, 1234),
            "state": {"user": user} if user else {},
        }
    )


def test_nobody_is_an_editor_where_none_is_named():
    assert not may_edit(request(Settings()))
    assert not may_edit(request(Settings(auth="proxy"), user="amina"))


@pytest.mark.parametrize(
    ("user", "allowed"), [("amina", True), ("omar", True), ("amin", False), (None, False)]
)
def test_a_named_user_is_an_editor_and_no_other(user, allowed):
    settings = Settings(auth="proxy", editors="amina, omar")
    assert may_edit(request(settings, user=user)) is allowed


def test_a_star_makes_editors_of_all_who_are_signed_in_and_of_nobody_else():
    settings = Settings(auth="basic", editors="*")
    assert may_edit(request(settings, user="anyone"))
    assert not may_edit(request(settings))


@pytest.mark.parametrize(
    ("host", "address", "allowed"),
    [
        ("127.0.0.1", "127.0.0.1", True),
        ("::1", "::1", True),
        ("0.0.0.0", "127.0.0.1", False),
        ("127.0.0.1", "10.0.0.7", False),
    ],
)
def test_without_sign_on_only_whoever_sits_at_the_machine_edits(host, address, allowed):
    settings = Settings(host=host, editors="*")
    assert may_edit(request(settings, address=address)) is allowed


def test_a_name_is_worth_nothing_without_sign_on():
    assert not may_edit(request(Settings(editors="amina"), user="amina"))


def test_whoever_is_no_editor_is_refused():
    with pytest.raises(Problem) as caught:
        require_editor(request(Settings()))
    assert caught.value.status == 403
