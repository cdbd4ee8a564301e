"""What a generation is made of and made with, and whether its files are still what was written.

Checksums are CRC-32: they find accidents (a bad disk, a copy that stopped), not forgeries. Opening
checks large files by samples; `verify` reads everything.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Final

from index.errors import StoreError
from index.generations import REBUILD

FORMAT: Final = 1
NAME: Final = "manifest.json"
LIBRARIES: Final = ("c5-assistant", "chromadb", "numpy", "tokenizers")
# read in every script; what they say doesn't matter, only that their vectors stay the same
CANARIES: Final = (
    "الأمم المتحدة: اجتماع حول التجارة والطاقة في آسيا الوسطى، ٢٠٢٤",
    "The ministers met on 3 May to discuss trade, transport and water.",
    "Министры обсудили торговлю, транспорт и водные ресурсы.",
    "Министрлер сауда, көлік және су ресурстарын талқылады.",
)
_WHOLE: Final = 32 << 20  # files up to this size are read whole at each opening
_SAMPLES: Final = 64
_SAMPLE: Final = 64 << 10


@dataclass(frozen=True, slots=True)
class File:
    """Size and checksums of a file."""

    size: int
    crc: int
    sampled: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """Everything that must agree before a generation may serve."""

    build: str
    built_at: str
    previous: str | None
    index: str
    encoder: str
    fingerprint: str
    dimension: int
    versions: Mapping[str, int]
    corpus_hash: str
    documents: int
    passages: int
    rows: int
    tokens: bool
    on_server: bool
    churn: int
    libraries: Mapping[str, str]
    files: Mapping[str, File]
    format: int = FORMAT

    @staticmethod
    def collection_of(build: str) -> str:
        """Name the collection of a build on a Chroma server."""
        return f"c5-{build.lower()}"

    def write(self, folder: Path) -> None:
        """Write it into the generation's folder, the last file of a build."""
        text = json.dumps(asdict(self), ensure_ascii=False, indent=1)
        (folder / NAME).write_text(text, encoding="utf-8")

    @classmethod
    def read(cls, folder: Path) -> Manifest:
        """Read and check the form; a newer or older format is said to be one."""
        try:
            told: dict[str, Any] = json.loads((folder / NAME).read_text(encoding="utf-8"))
            if told["format"] != FORMAT:
                raise StoreError(
                    f"{folder}: an index of format {told['format']}, this version reads {FORMAT};"
                    f" {REBUILD}"
                )
            told["files"] = {name: File(**each) for name, each in told["files"].items()}
            return cls(**told)
        except OSError as error:
            raise StoreError(f"{folder / NAME}: {error.strerror}; {REBUILD}") from error
        except (ValueError, LookupError, TypeError, AttributeError) as error:
            raise StoreError(f"{folder / NAME}: damaged; {REBUILD}") from error

    def check_files(self, folder: Path, *, whole: bool = False) -> None:
        """Compare sizes and checksums; `whole` reads large files to the end too."""
        for name, told in self.files.items():
            path = folder / name
            try:
                size = path.stat().st_size
                if size != told.size:
                    raise StoreError(f"{path}: {size} bytes instead of {told.size}; {REBUILD}")
                right = _crc(path) == told.crc if whole else _sampled(path, size) == told.sampled
            except FileNotFoundError as error:
                raise StoreError(f"{path}: missing; {REBUILD}") from error
            except OSError as error:
                raise StoreError(f"{path}: {error.strerror}; {REBUILD}") from error
            if not right:
                raise StoreError(f"{path}: damaged (its checksum is another one); {REBUILD}")


def describe(folder: Path, *, leave_out: frozenset[str] = frozenset()) -> dict[str, File]:
    """Return size and checksums of all files below a folder, except those named."""
    files = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file() and path.name not in leave_out:
            size = path.stat().st_size
            crc = _crc(path)
            sampled = crc if size <= _WHOLE else _sampled(path, size)
            files[path.relative_to(folder).as_posix()] = File(size, crc, sampled)
    return files


def libraries() -> dict[str, str]:
    """Return the versions of the libraries that an index depends on."""
    found = {}
    for name in LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = "not installed"
    return found


def _crc(path: Path) -> int:
    crc = 0
    with path.open("rb") as file:
        while piece := file.read(1 << 20):
            crc = zlib.crc32(piece, crc)
    return crc


def _sampled(path: Path, size: int) -> int:
    """Return the checksum of the whole file, or of samples spread evenly where it is large."""
    if size <= _WHOLE:
        return _crc(path)
    crc = 0
    with path.open("rb") as file:
        for number in range(_SAMPLES):
            file.seek(number * (size - _SAMPLE) // (_SAMPLES - 1))
            crc = zlib.crc32(file.read(_SAMPLE), crc)
    return crc
