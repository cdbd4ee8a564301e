"""Who may change what others read: the editors. Everyone who is let in is a reader.

`C5_EDITORS` names them, comma between; `*` stands for everyone who is signed in. Without sign-on
(`C5_AUTH=none`) there are no names: then `*` makes an editor of whoever sits at the machine itself,
and nobody else. Not set, nobody is an editor.
"""

from __future__ import annotations

from ipaddress import ip_address

from fastapi import Request

from assistant.settings import Settings
from assistant.web.problems import Problem

EVERYONE = "*"


def may_edit(request: Request) -> bool:
    """Say whether a request comes from an editor."""
    settings: Settings = request.app.state.settings
    editors = settings.editor_names
    if settings.auth == "none":
        address = request.client.host if request.client else ""
        return EVERYONE in editors and at_this_machine(settings.host) and at_this_machine(address)
    user = request.scope.get("state", {}).get("user")
    return bool(user) and (EVERYONE in editors or user in editors)


def require_editor(request: Request) -> None:
    """Problem 403 for whoever is no editor."""
    if not may_edit(request):
        raise Problem(403, "only an editor may do this; see C5_EDITORS")


def at_this_machine(host: str) -> bool:
    """Say whether an address is the machine's own.

    >>> at_this_machine("127.0.0.1"), at_this_machine("localhost"), at_this_machine("10.0.0.7")
    (True, True, False)
    """
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
