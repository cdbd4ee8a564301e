"""Who may change what others read: the editors. Everyone who is let in is a reader.

Sign-on may know the role: a group named in `C5_EDITOR_GROUPS`, `editor` in the users file, a token
made with `--editor`. `C5_EDITORS` names more of them, comma between; `*` stands for everyone who is
signed in. Without sign-on (`C5_AUTH=none`) there are no names: then `*` makes an editor of whoever
sits at the machine itself, and nobody else. Not set, nobody is an editor.
"""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit

from fastapi import Request

from assistant.settings import Settings
from assistant.web.problems import Problem

EVERYONE = "*"


def may_edit(request: Request) -> bool:
    """Say whether a request comes from an editor."""
    settings: Settings = request.app.state.settings
    editors = settings.editor_names
    state = request.scope.get("state", {})
    if state.get("role") == "editor":
        return True
    if settings.auth == "none":
        address = request.client.host if request.client else ""
        # the name too: a page elsewhere may have given its own name this machine's address
        here = (settings.host, address, _host(request))
        return EVERYONE in editors and all(map(at_this_machine, here))
    user = state.get("user")
    return bool(user) and (EVERYONE in editors or user in editors)


def _host(request: Request) -> str:
    found = dict(request.scope.get("headers", ())).get(b"host", b"localhost").decode("latin-1")
    return urlsplit(f"//{found}").hostname or ""


def require_editor(request: Request) -> None:
    """Problem 403 for whoever is no editor."""
    if not may_edit(request):
        raise Problem(403, "only an editor may do this; see C5_EDITORS and C5_EDITOR_GROUPS")


def at_this_machine(host: str) -> bool:
    """Say whether an address is the machine's own.

    >>> at_this_machine("127.0.0.1"), at_this_machine("localhost"), at_this_machine("10.0.0.7")
    (True, True, False)
    """
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
