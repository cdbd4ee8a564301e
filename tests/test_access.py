"""Users, tokens and roles: kept as hashes, gone when removed, worth what they were given."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from argon2 import PasswordHasher
from fastapi import Request
from starlette.testclient import TestClient
from web_stand_in import StandIn

from assistant.access.tokens import add_token, holder, read_tokens, revoke_token
from assistant.access.users import add_user, read_users, remove_user, right_password
from assistant.errors import AssistantError, SettingsError
from assistant.settings import Settings
from assistant.web.app import create_app
from assistant.web.roles import may_edit

ARTICLES = "/api/documents"


def house(**settings: object) -> TestClient:
    """The application, with one more route that says what it thinks of the visitor."""
    app = create_app(Settings(**settings), StandIn())  # type: ignore[arg-type]

    async def whoami(request: Request) -> dict[str, object]:
        return {"user": request.scope["state"].get("user"), "edits": may_edit(request)}

    app.add_api_route("/whoami", whoami)
    app.router.routes.insert(0, app.router.routes.pop())
    return TestClient(app, base_url="http://127.0.0.1:7860", client=("127.0.0.1", 1))


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def c5(*words: str, stdin: str = "", **env: str) -> subprocess.CompletedProcess[str]:
    own = {k: v for k, v in os.environ.items() if not k.startswith("C5_")} | env
    command = [sys.executable, "-m", "assistant", *words]
    return subprocess.run(command, env=own, input=stdin, capture_output=True, text=True)


def test_a_user_made_on_the_command_line_can_sign_on_and_its_password_is_not_in_the_file(
    tmp_path: Path,
) -> None:
    file = tmp_path / "users"
    secret = "зелёный чай 7"
    done = c5("user", "add", "aigul", "--stdin", "--editor", stdin=secret, C5_USERS_FILE=str(file))
    assert (done.returncode, done.stdout) == (0, f"{file}: aigul added\n")
    assert secret not in file.read_text() + done.stdout + done.stderr
    assert file.stat().st_mode & 0o077 == 0
    assert read_users(file)["aigul"].hashed.startswith("$argon2id$")
    client = house(auth="basic", users_file=file)
    assert client.get("/whoami", auth=("aigul", secret)).json() == {"user": "aigul", "edits": True}
    assert client.get("/whoami", auth=("aigul", secret + "!")).status_code == 401
    listed = c5("user", "list", "--file", str(file))
    assert listed.stdout == "aigul\teditor\n"


def test_a_new_password_replaces_the_old_one_and_a_removed_user_is_out_at_once(
    tmp_path: Path,
) -> None:
    file = tmp_path / "users"
    add_user(file, "omar", "first password", "reader")
    client = house(auth="basic", users_file=file)
    assert client.get(ARTICLES, auth=("omar", "first password")).status_code == 200
    assert add_user(file, "omar", "second password", "reader")
    assert client.get(ARTICLES, auth=("omar", "first password")).status_code == 401
    assert client.get(ARTICLES, auth=("omar", "second password")).status_code == 200
    remove_user(file, "omar")
    assert client.get(ARTICLES, auth=("omar", "second password")).status_code == 401


def test_a_password_fits_however_the_keyboard_composes_its_letters(tmp_path: Path) -> None:
    file = tmp_path / "users"
    add_user(file, "a", "café au lait", "reader")
    assert right_password(read_users(file)["a"].hashed, "cafe\u0301 au lait")


@pytest.mark.parametrize(
    ("name", "password", "told"),
    [
        ("a:b", "long enough 1", "without ':'"),
        ("", "long enough 1", "printable"),
        ("#a", "long enough 1", "printable"),
        ("a\nroot", "long enough 1", "printable"),
        ("aigul", "short", "at least 10"),
        ("aigul.karimova", "Aigul.Karimova", "is the name"),
        ("aigul", "x" * 1001, "at most 1000"),
    ],
)
def test_names_and_passwords_that_cannot_guard_are_refused(
    name: str, password: str, told: str, tmp_path: Path
) -> None:
    with pytest.raises(AssistantError, match=told):
        add_user(tmp_path / "users", name, password, "reader")
    assert not (tmp_path / "users").exists()


def test_wrong_passwords_from_one_address_run_into_a_wall(tmp_path: Path) -> None:
    file = tmp_path / "users"
    # a hash that is made quickly: guesses must come faster than they are forgiven
    cheap = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1).hash("right password")
    file.write_text(f"omar:{cheap}\n")
    client = house(auth="basic", users_file=file)
    client.get(ARTICLES, auth=("omar", "right password"))
    codes: list[int] = []
    while 429 not in codes and len(codes) < 200:  # a few are forgiven meanwhile
        codes.append(client.get(ARTICLES, auth=("omar", "wrong")).status_code)
    assert codes[:20] == [401] * 20
    assert codes[-1] == 429
    # who has signed on before is not shut out by others at the same address
    assert client.get(ARTICLES, auth=("omar", "right password")).status_code == 200


def test_a_token_opens_every_kind_of_house_and_its_file_does_not_hold_it(tmp_path: Path) -> None:
    file = tmp_path / "tokens"
    token = c5("token", "add", "report", "--days", "9", C5_TOKENS_FILE=str(file)).stdout.strip()
    assert token not in file.read_text()
    assert file.stat().st_mode & 0o077 == 0
    users = tmp_path / "users"
    add_user(users, "omar", "right password", "reader")
    for kind in ("none", "basic", "proxy"):
        client = house(auth=kind, users_file=users, tokens_file=file, trusted_proxies="10.0.0.1")
        told = client.get("/whoami", headers=bearer(token)).json()
        assert told == {"user": "token report", "edits": False}
        refused = client.get(ARTICLES, headers=bearer(token[:-1] + "?"))
        assert refused.status_code == 401
        assert refused.headers["content-type"] == "application/problem+json"
    assert client.get(ARTICLES).headers["www-authenticate"].startswith("Bearer")


def test_a_revoked_token_is_worthless_in_a_running_server(tmp_path: Path) -> None:
    file = tmp_path / "tokens"
    kept, gone = add_token(file, "kept", "editor", None), add_token(file, "gone", "reader", None)
    client = house(auth="proxy", tokens_file=file, trusted_proxies="10.0.0.1")
    assert client.get("/whoami", headers=bearer(kept)).json()["edits"] is True
    assert client.get(ARTICLES, headers=bearer(gone)).status_code == 200
    assert c5("token", "revoke", "gone", "--file", str(file)).returncode == 0
    assert client.get(ARTICLES, headers=bearer(gone)).status_code == 401
    assert client.get(ARTICLES, headers=bearer(kept)).status_code == 200
    assert c5("token", "revoke", "gone", "--file", str(file)).returncode == 2
    assert c5("token", "list", "--file", str(file)).stdout.startswith("kept\teditor\t")


def test_a_token_is_valid_on_its_last_day_and_not_after(tmp_path: Path) -> None:
    file = tmp_path / "tokens"
    token = add_token(file, "report", "reader", 1)
    made = next(iter(read_tokens(file).values()))
    today = datetime.now(UTC).date()
    assert made.expires == today + timedelta(days=1)
    assert made.valid(made.expires)
    assert not made.valid(made.expires + timedelta(days=1))
    file.write_text(file.read_text().replace(made.expires.isoformat(), "2020-01-01"))
    assert holder(read_tokens(file), token) is None


def test_a_name_is_given_to_one_token_only(tmp_path: Path) -> None:
    add_token(tmp_path / "tokens", "report", "reader", None)
    with pytest.raises(AssistantError, match="revoke it first"):
        add_token(tmp_path / "tokens", "report", "editor", None)
    with pytest.raises(AssistantError, match="no token 'other'"):
        revoke_token(tmp_path / "tokens", "other")


def test_a_file_that_breaks_while_serving_leaves_in_who_was_in(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "tokens"
    token = add_token(file, "report", "reader", None)
    client = house(auth="proxy", tokens_file=file, trusted_proxies="10.0.0.1")
    file.write_text("half a li")
    assert client.get(ARTICLES, headers=bearer(token)).status_code == 200
    assert "tokens:1:" in caplog.text
    with pytest.raises(SettingsError, match=":1:"):
        house(tokens_file=file)


@pytest.mark.parametrize(
    ("groups", "edits"),
    [
        (["readers,Web Editors"], True),
        (["/web editors|x"], False),
        (["web editors"], True),
        (["readers"], False),
        ([""], False),
        ([], False),
        (["readers", "web editors"], False),  # two headers: one of them is not the proxy's
    ],
)
def test_groups_of_the_proxy_make_editors(groups: list[str], edits: bool) -> None:
    client = house(auth="proxy", trusted_proxies="127.0.0.1", editor_groups="web editors")
    headers = [("X-Remote-User", "aigul"), *(("X-Remote-Groups", group) for group in groups)]
    assert client.get("/whoami", headers=headers).json() == {"user": "aigul", "edits": edits}


def test_groups_of_a_stranger_are_worth_nothing(tmp_path: Path) -> None:
    file = tmp_path / "tokens"
    token = add_token(file, "report", "reader", None)
    client = house(
        auth="proxy", trusted_proxies="10.0.0.1", editor_groups="editors", tokens_file=file
    )
    spoofed = {"X-Remote-User": "root", "X-Remote-Groups": "editors"}
    assert client.get("/whoami", headers=spoofed).status_code == 401
    told = client.get("/whoami", headers=spoofed | bearer(token)).json()
    assert told == {"user": "token report", "edits": False}


def test_without_sign_on_a_page_that_borrows_this_machines_address_edits_nothing() -> None:
    client = house(editors="*")
    assert client.get("/whoami").json()["edits"] is True
    assert client.get("/whoami", headers={"Host": "evil.example"}).json()["edits"] is False
