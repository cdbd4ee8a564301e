"""`c5 user` and `c5 token`: who may come in."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from assistant.errors import SettingsError

_HOW = {"no_args_is_help": True, "rich_markup_mode": None, "add_completion": False}
users = typer.Typer(help="Users who sign on with a password (C5_AUTH=basic).", **_HOW)  # type: ignore[arg-type]
tokens = typer.Typer(help="Tokens for scripts that call the HTTP API.", **_HOW)  # type: ignore[arg-type]

UsersFile = Annotated[Path | None, typer.Option("--file", help="The file (C5_USERS_FILE).")]
TokensFile = Annotated[Path | None, typer.Option("--file", help="The file (C5_TOKENS_FILE).")]
Editor = Annotated[bool, typer.Option("--editor", help="May add articles, not only ask.")]


@users.command("add")
def add_user(
    name: str,
    editor: Editor = False,
    stdin: Annotated[bool, typer.Option("--stdin", help="Read the password from input.")] = False,
    file: UsersFile = None,
) -> None:
    """Add a user, or give one a new password; it is asked for and kept as an argon2 hash.

    Example: c5 user add aigul --editor
    """
    from assistant.access import users as access

    path = _file("C5_USERS_FILE", file)
    access.check_name(name)
    if stdin:
        password = sys.stdin.readline().rstrip("\r\n")
    else:
        password = typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    again = access.add_user(path, name, password, "editor" if editor else "reader")
    typer.echo(f"{path}: {name} {'has a new password' if again else 'added'}")


@users.command("list")
def list_users(file: UsersFile = None) -> None:
    """Print names and roles.

    Example: c5 user list
    """
    from assistant.access.users import read_users

    for name, user in sorted(read_users(_file("C5_USERS_FILE", file)).items()):
        typer.echo(f"{name}\t{user.role}")


@users.command("remove")
def remove_user(name: str, file: UsersFile = None) -> None:
    """Remove a user; a running server turns them away from the next request on.

    Example: c5 user remove aigul
    """
    from assistant.access import users as access

    path = _file("C5_USERS_FILE", file)
    access.remove_user(path, name)
    typer.echo(f"{path}: {name} removed")


@tokens.command("add")
def add_token(
    name: str,
    editor: Editor = False,
    days: Annotated[int | None, typer.Option(help="Days it is valid; without end if none.")] = None,
    file: TokensFile = None,
) -> None:
    """Make a token and print it; only its hash is kept, so it is not shown again.

    Example: c5 token add nightly-report --days 90
    """
    from assistant.access import tokens as access

    path = _file("C5_TOKENS_FILE", file)
    typer.echo(access.add_token(path, name, "editor" if editor else "reader", days))


@tokens.command("list")
def list_tokens(file: TokensFile = None) -> None:
    """Print name, role, day made and last day of every token.

    Example: c5 token list
    """
    from assistant.access.tokens import read_tokens

    for token in read_tokens(_file("C5_TOKENS_FILE", file)).values():
        last = token.expires.isoformat() if token.expires else "-"
        typer.echo(f"{token.name}\t{token.role}\t{token.made.isoformat()}\t{last}")


@tokens.command("revoke")
def revoke_token(name: str, file: TokensFile = None) -> None:
    """Make a token worthless, in a running server too.

    Example: c5 token revoke nightly-report
    """
    from assistant.access import tokens as access

    path = _file("C5_TOKENS_FILE", file)
    access.revoke_token(path, name)
    typer.echo(f"{path}: {name} revoked")


def _file(variable: str, given: Path | None) -> Path:
    from assistant.settings import Settings

    settings = Settings.load()
    found = given or (settings.users_file if variable == "C5_USERS_FILE" else settings.tokens_file)
    if found is None:
        raise SettingsError(f"which file? set {variable} or give --file")
    return found
