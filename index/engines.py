"""Where the work of a build runs: in this process, or spread over a Ray cluster.

Both map a worker over batches and give the results in the order of the batches; what to do with
them (one writer) is the caller's. Ray lives only here.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final, TypeVar

from index.errors import IndexingError

ENGINES: Final = ("local", "ray")
T = TypeVar("T")
R = TypeVar("R")
_AHEAD: Final = 4  # batches given to each Ray worker before its results are fetched


def check_engine(engine: str) -> None:
    """Refuse an engine that does not exist or is not installed."""
    if engine not in ENGINES:
        raise IndexingError(f"no engine {engine!r}; there are: {', '.join(ENGINES)}")
    if engine == "ray":
        _ray()


def map_batches(
    make: Callable[[], Callable[[Sequence[T]], R]],
    items: Sequence[T],
    *,
    size: int,
    engine: str = "local",
    label: str = "",
    unit: str = "passages",
    progress: bool = True,
) -> Iterator[R]:
    """Yield the worker's result for each batch, in order.

    `make` makes the worker, once in this process or once on each Ray worker, so that what it loads
    (an encoder) is loaded there.
    """
    batches = [items[start : start + size] for start in range(0, len(items), size)]
    found = _on_ray(make, batches) if engine == "ray" else map(make(), batches) if batches else []
    with progress_bar(label, unit, len(items), progress) as bar:
        for batch, result in zip(batches, found, strict=True):
            yield result
            bar.update(len(batch))


def progress_bar(label: str, unit: str, total: int, progress: bool) -> Any:
    """Return a bar on standard error; silent where that is no terminal."""
    from tqdm import tqdm

    silent = not progress or not sys.stderr.isatty()
    return tqdm(desc=label, total=total, unit=f" {unit}", disable=silent, file=sys.stderr)


def _on_ray(
    make: Callable[[], Callable[[Sequence[T]], R]], batches: list[Sequence[T]]
) -> Iterator[R]:
    ray = _ray()
    if not ray.is_initialized():
        try:
            # RAY_ADDRESS names a cluster; without it Ray starts one on this machine
            ray.init(log_to_driver=False, include_dashboard=False)
        except Exception as error:
            raise IndexingError(f"no Ray cluster: {str(error)[:200]}") from error

    class Worker:
        def __init__(self) -> None:
            self._work = make()

        def run(self, batch: Sequence[T]) -> R:
            return self._work(batch)

    count = max(1, min(len(batches), int(ray.cluster_resources().get("CPU", 1))))
    # a worker that dies is started anew, and its batches are run again
    remote = ray.remote(max_restarts=-1, max_task_retries=3)(Worker)
    workers = [remote.remote() for _ in range(count)]
    waiting: list[Any] = []
    for number, batch in enumerate(batches):
        waiting.append(workers[number % count].run.remote(batch))
        if len(waiting) >= count * _AHEAD:
            yield ray.get(waiting.pop(0))
    for each in waiting:
        yield ray.get(each)
    for worker in workers:
        ray.kill(worker)


def _ray() -> Any:
    # Ray tells its makers how it is used unless it is told not to, before it starts
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")
    try:
        import ray
    except ImportError as error:
        raise IndexingError(
            "the engine ray is not installed; run: pip install 'c5-assistant[ray]'"
        ) from error
    return ray
