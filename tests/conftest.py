"""Shared by all tests: no model hub, no telemetry, no settings of the caller, one real index."""

import os
import socket
from pathlib import Path

import pytest

os.environ["HF_HUB_OFFLINE"] = "1"
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
os.environ["ANONYMIZED_TELEMETRY"] = "False"
for name in [name for name in os.environ if name.startswith("C5_")]:
    del os.environ[name]

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def docs() -> Path:
    """The articles that ship with the project."""
    return ROOT / "docs"


@pytest.fixture(scope="session")
def index_dir(docs: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index of `docs`, built once with the shipped encoder; read it, do not change it."""
    from index.build import build_index

    folder = tmp_path_factory.mktemp("index")
    build_index(docs, folder, progress=False)
    return folder


@pytest.fixture
def free_port() -> int:
    """A port of the loopback interface that was free a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
