"""Build or update an index: plan, write a new generation, publish it, all under one lock."""

from __future__ import annotations

import logging
import shutil
import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from index import generations, sources
from index.encoder import Encoder, open_encoder
from index.engines import check_engine
from index.errors import EncoderError, StoreError
from index.fold import FOLD_VERSION
from index.generation import Generation
from index.manifest import Manifest
from index.plan import Plan, make_plan
from index.searched import SEARCHED_VERSION
from index.split import SPLIT_VERSION
from index.store import drop_from_server
from index.writing import Preparer, Writing, open_preparer

log = logging.getLogger(__name__)
_FULL: Final = 1 << 20  # bytes left on a disk below which a failure is put down to that
# another number in any of these, and everything is split and encoded anew
VERSIONS: Final = {"fold": FOLD_VERSION, "split": SPLIT_VERSION, "searched": SEARCHED_VERSION}


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build did; `published` is false where nothing had changed."""

    build: str
    published: bool
    documents: int
    passages: int
    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    encoded: int
    seconds: float

    def __str__(self) -> str:
        held = f"{self.documents} articles, {self.passages} passages"
        if not self.published:
            return f"nothing has changed: {held} (build {self.build})"
        return (
            f"{held}: {len(self.added)} articles added, {len(self.changed)} changed, "
            f"{len(self.removed)} removed; {self.encoded} texts encoded, "
            f"{self.seconds:.1f} s (build {self.build})"
        )


def build_index(
    docs: Path,
    index: Path,
    *,
    encoder: str | None = None,
    rebuild: bool = False,
    engine: str = "local",
    chroma_url: str | None = None,
    progress: bool = True,
    patience: float = 600.0,
) -> BuildReport:
    """Bring the index up to date with docs/; the old generation serves until the new one is whole.

    Only changed documents are split and encoded again, unless `rebuild`, another encoder or other
    rules of splitting ask for all. Another build of this index is waited for, `patience` seconds.
    """
    started = time.perf_counter()
    check_engine(engine)
    opened = open_encoder(encoder)
    with generations.disk_trouble(index):
        index.mkdir(parents=True, exist_ok=True)
        index = index.resolve()
        with generations.one_builder(index, patience, log.warning):
            before = None if rebuild else _continued(index, opened, chroma_url)
            plan = make_plan(docs, before.folder if before is not None else None)
            if before is not None and plan.is_empty:
                return _report(before.manifest, plan, 0, started, published=False)
            _clean(index, chroma_url)
            writing = Writing(
                encoder=opened,
                make=partial(open_preparer, encoder)
                if engine == "ray"
                else partial(Preparer, opened),
                engine=engine,
                url=chroma_url,
                versions=VERSIONS,
                progress=progress,
            )
            manifest, encoded = _publish(index, plan, before, writing)
            return _report(manifest, plan, encoded, started, published=True)


def _publish(
    index: Path, plan: Plan, before: Generation | None, writing: Writing
) -> tuple[Manifest, int]:
    build = generations.new_build()
    folder = generations.start(index, build)
    try:
        manifest, encoded = writing.write(index, folder, plan, before)
        generations.publish(index, build)
    except BaseException as error:
        left = shutil.disk_usage(folder).free
        shutil.rmtree(folder, ignore_errors=True)
        if isinstance(error, StoreError) and left < _FULL:
            # Chroma's own words need not say so
            raise StoreError(f"{index}: no space left on its disk ({error})") from error
        raise
    return manifest, encoded


def _continued(index: Path, encoder: Encoder, url: str | None) -> Generation | None:
    """Open what serves now, if a new generation can be made from it rather than from nothing."""
    if not (index / "generations").is_dir():
        return None
    try:
        serving = Generation.open(generations.current(index))
        if serving.manifest.versions != VERSIONS or serving.manifest.on_server != (url is not None):
            return None
        serving.check_encoder(encoder)
        sources.load(serving.folder)  # an older version kept something else
        return serving
    except (StoreError, EncoderError) as error:
        log.warning("%s (doing so)", error)
        return None


def _clean(index: Path, url: str | None) -> None:
    """Clear what dead builds left, and what is older than the generation before this one."""
    try:
        serving = generations.current(index)
        previous = Manifest.read(serving).previous
    except StoreError:
        return  # what to keep can't be known
    keep = {serving.name, previous or ""}
    generations.clean(index, keep)
    if url is not None:
        collections = {Manifest.collection_of(build) for build in keep}
        drop_from_server(url, generations.identity(index), collections)


def _report(
    manifest: Manifest, plan: Plan, encoded: int, started: float, *, published: bool
) -> BuildReport:
    return BuildReport(
        build=manifest.build,
        published=published,
        documents=manifest.documents,
        passages=manifest.passages,
        added=plan.added,
        changed=plan.changed,
        removed=plan.removed,
        encoded=encoded,
        seconds=time.perf_counter() - started,
    )
