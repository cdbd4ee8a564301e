"""What a result was measured on, and what a process uses: so that figures can be read later."""

from __future__ import annotations

import os
import platform
import resource
import sys
from importlib.metadata import PackageNotFoundError, version
from typing import Any

from eval.results import commit


def circumstances(*packages: str) -> dict[str, Any]:
    """Return commit, machine, load and the versions of packages."""
    return {
        "commit": commit(),
        "machine": f"{platform.machine()}, {os.cpu_count()} CPU cores",
        "python": platform.python_version(),
        "load": [round(each, 1) for each in os.getloadavg()],
        "versions": {name: _version(name) for name in packages},
    }


def peak_mb() -> float:
    """Return the most memory that this process has used, in MB."""
    unit = 1 << 20 if sys.platform == "darwin" else 1 << 10  # macOS counts bytes, Linux kilobytes
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"
