"""`c5 backup` and `c5 restore`: what can't be rebuilt, in one file.

That is the articles, what readers said of answers, links and the key they are sealed with, users
and tokens (hashes), and which settings were made. The index is left out: `c5 index` makes it again.
Secrets stay in the environment and are never in a backup.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import secrets
import shutil
import sqlite3
import tarfile
from collections.abc import Iterator, Mapping
from contextlib import closing
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Any, Final

from assistant.errors import AssistantError
from assistant.settings import Settings

FORMAT: Final = 1
_MANIFEST: Final = "backup.json"
_SQLITE: Final = b"SQLite format 3\0"
_SINGLE: Final = {"feedback", "users", "tokens"}  # one file each, of any name
_BESIDE: Final = ("-wal", "-shm", "-journal")
_VARIABLES: Final = {
    "docs": "C5_DOCS",
    "feedback": "C5_FEEDBACK",
    "state": "C5_STATE",
    "users": "C5_USERS_FILE",
    "tokens": "C5_TOKENS_FILE",
}


def parts(settings: Settings) -> dict[str, Path]:
    """Return where everything is that can't be rebuilt, by name; only what is set."""
    found = {
        "docs": settings.docs,
        "feedback": getattr(settings, "feedback", None),
        "state": getattr(settings, "state", None) or settings.index / "state",
        "users": settings.users_file,
        "tokens": settings.tokens_file,
    }
    return {name: path for name, path in found.items() if path is not None}


def backup(settings: Settings, target: Path) -> list[str]:
    """Write a backup, whole or not at all, readable by its owner only; return what is in it."""
    files: dict[str, str] = {}
    told = []
    made = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    try:
        handle = os.open(made, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        with (
            os.fdopen(handle, "wb") as raw,
            TemporaryDirectory(prefix="c5-backup-") as scratch,
        ):
            with tarfile.open(fileobj=raw, mode="w:gz") as archive:
                for name, path in parts(settings).items():
                    count = 0
                    for inside, file in _files(name, path):
                        content = _content(file, Path(scratch))
                        files[inside] = hashlib.sha256(content).hexdigest()
                        _add(archive, inside, content)
                        count += 1
                    told.append(f"{name}: {count} file(s) of {path}")
                _add(archive, _MANIFEST, json.dumps(_manifest(settings, files)).encode())
            raw.flush()
            os.fsync(raw.fileno())
        os.replace(made, target)
    except OSError as error:
        raise AssistantError(f"{error.filename or target}: {error.strerror}") from error
    finally:
        made.unlink(missing_ok=True)
    return told


def restore(settings: Settings, source: Path) -> list[str]:
    """Put everything back where the settings of now say; return what was done, line by line.

    The whole backup is checked before anything is touched. What is there already is moved aside
    under a name that says when, never overwritten.
    """
    now = f"before-{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
    places = parts(settings)
    told = []
    with TemporaryDirectory(prefix="c5-restore-") as scratch:
        manifest = _unpacked(source, Path(scratch))
        for name in sorted({PurePosixPath(each).parts[0] for each in manifest["files"]}):
            if name not in places:
                told.append(f"{name}: left out; set {_VARIABLES.get(name, 'its variable')}")
                continue
            place = places[name].absolute()
            try:
                aside = _put_back(Path(scratch) / name, place, now, single=name in _SINGLE)
            except OSError as error:
                raise AssistantError(f"{error.filename or place}: {error.strerror}") from error
            told.append(f"{name}: {place}" + (f"; what was there is in {aside}" if aside else ""))
    for variable, value in manifest["settings"].items():
        if os.environ.get(variable, "") != value:
            told.append(f"setting: {variable}={value} when the backup was made")
    return [*told, "now run: c5 index"]


def _manifest(settings: Settings, files: Mapping[str, str]) -> dict[str, Any]:
    names = [f"C5_{name.upper()}" for name in type(settings).model_fields]
    return {
        "format": FORMAT,
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "version": version("c5-assistant"),
        "settings": {name: os.environ[name] for name in names if os.environ.get(name)},
        "files": files,
    }


def _files(name: str, path: Path) -> Iterator[tuple[str, Path]]:
    """Yield the files of a part with their names in the backup; links and leftovers are not."""
    if path.is_file():
        yield f"{name}/{path.name}", path
    elif path.is_dir():
        for each in sorted(path.rglob("*")):
            if each.is_file() and not each.is_symlink() and not each.name.endswith(_BESIDE):
                yield f"{name}/{each.relative_to(path).as_posix()}", each


def _content(file: Path, scratch: Path) -> bytes:
    """Read a file; a database as of one moment, though others write to it."""
    with file.open("rb") as opened:
        if opened.read(len(_SQLITE)) != _SQLITE:
            opened.seek(0)
            return opened.read()
    copy = scratch / "copy.sqlite"
    try:
        with closing(sqlite3.connect(file)) as old, closing(sqlite3.connect(copy)) as new:
            old.backup(new)
        return copy.read_bytes()
    except sqlite3.Error as error:
        raise AssistantError(f"{file}: cannot be copied ({error})") from error
    finally:
        copy.unlink(missing_ok=True)


def _add(archive: tarfile.TarFile, name: str, content: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size = len(content)
    member.mode = 0o600
    archive.addfile(member, io.BytesIO(content))


def _unpacked(source: Path, folder: Path) -> dict[str, Any]:
    """Unpack a backup and hold every file against its checksum."""
    try:
        with tarfile.open(source, "r:gz") as archive:
            archive.extractall(folder, filter="data")
        manifest: dict[str, Any] = json.loads((folder / _MANIFEST).read_text("utf-8"))
        if manifest["format"] != FORMAT:
            raise AssistantError(
                f"{source}: a backup of format {manifest['format']}; this version reads {FORMAT}"
            )
        files, settings = manifest["files"], manifest["settings"]
        whole = isinstance(settings, dict) and all(
            hashlib.sha256((folder / name).read_bytes()).hexdigest() == told
            for name, told in files.items()
        )
    except FileNotFoundError as error:
        raise AssistantError(f"{source}: no such file, or not whole") from error
    except (OSError, EOFError, tarfile.TarError, ValueError, LookupError, TypeError) as error:
        raise AssistantError(f"{source}: not a backup, or damaged ({error})") from error
    if not whole:
        raise AssistantError(f"{source}: damaged; nothing was restored")
    return manifest


def _put_back(found: Path, place: Path, now: str, *, single: bool) -> Path | None:
    """Move a part to its place; return where what was there went."""
    place.parent.mkdir(parents=True, exist_ok=True)
    staged = place.with_name(f".{place.name}.{secrets.token_hex(4)}")
    if single:
        shutil.copyfile(next(found.iterdir()), staged)
        staged.chmod(0o600)
    else:
        shutil.copytree(found, staged)
        if found.name == "docs":
            # articles are no secret, and whoever serves them may be another user
            for each in staged.rglob("*"):
                each.chmod(0o755 if each.is_dir() else 0o644)
    aside = None
    for each in (place, *(place.with_name(place.name + end) for end in _BESIDE)):
        if each.exists():
            aside = aside or place.with_name(f"{place.name}.{now}")
            each.rename(each.with_name(f"{each.name}.{now}"))
    staged.rename(place)
    return aside
