"""A real Chroma server behind the shipped nginx: TLS of a private authority, and a token."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
import numpy as np
import pytest
from listening import wait_for_port
from made_up_articles import small_encoder, write_articles
from test_deploy import adapted, free_port, needs_nginx, nginx_command, private_authority

from index import store
from index.build import build_index
from index.errors import StoreError
from index.search import Index

pytest_plugins = ["chroma_on_loopback"]
pytestmark = [pytest.mark.slow, needs_nginx]
TOKEN = "a-token-of-this-test"


@pytest.fixture
def guarded(chroma_server: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of nginx before Chroma; its authority is named as the README says."""
    with TemporaryDirectory(prefix="c5-chroma-") as name:
        folder = Path(name)
        os.chmod(folder, 0o755)
        private_authority(folder)
        (folder / "chroma.tokens").write_text(f'"Bearer {TOKEN}" 1;\n')
        port = free_port()
        site = adapted(
            "nginx-chroma.conf",
            {
                "127.0.0.1:8000": chroma_server.removeprefix("http://"),
                "listen 443 ": f"listen 127.0.0.1:{port} ",
                "server_name chroma.intranet": "server_name localhost",
                "/etc/nginx/chroma.tokens": f"{folder}/chroma.tokens",
                "/etc/ssl/chroma.crt": f"{folder}/site.crt",
                "/etc/ssl/chroma.key": f"{folder}/site.key",
            },
        )
        process = subprocess.Popen(nginx_command(folder, site), cwd=folder)
        try:
            wait_for_port(process, port)
            assert process.poll() is None, (folder / "error.log").read_text()
            monkeypatch.setenv("SSL_CERT_FILE", str(folder / "ca.crt"))
            yield f"https://localhost:{port}"
        finally:
            process.terminate()
            process.wait(20)


def test_an_index_is_built_and_searched_through_tls_with_a_token(
    guarded: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_articles(tmp_path / "docs", 2)
    places = tmp_path / "docs", tmp_path / "index"
    encoder = small_encoder(tmp_path / "encoder")
    monkeypatch.setenv("C5_CHROMA_TOKEN", TOKEN)
    build_index(*places, encoder=encoder, progress=False, chroma_url=guarded)
    opened = Index.open(places[1], encoder=encoder, chroma_url=guarded)
    assert opened.search("port of Osh")
    assert opened.snapshot.vectors is not None
    assert opened.snapshot.vectors.count() == 8
    # as many rows at once as a build sends: more than a proxy takes by default
    rows = np.random.default_rng(7).normal(size=(2000, 256)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    made = store.create_on_server(guarded, "c5-many", {"index": "many"})
    made.add([str(number) for number in range(len(rows))], rows)
    assert made.nearest(rows[1234], 1)[0] == ["1234"]


@pytest.mark.parametrize("token", [None, "another"])
def test_without_the_token_nothing_is_answered(
    guarded: str, token: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    if token:
        monkeypatch.setenv("C5_CHROMA_TOKEN", token)
    with pytest.raises(StoreError, match="answers 401; see C5_CHROMA_TOKEN"):
        store.open_on_server(guarded, "c5-x")
    assert httpx.get(f"{guarded}/api/v2/version").status_code == 401


def test_a_server_whose_authority_is_unknown_is_not_spoken_to(
    guarded: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    monkeypatch.setenv("C5_CHROMA_TOKEN", TOKEN)
    with pytest.raises(StoreError, match="certificate") as caught:
        store.open_on_server(guarded, "c5-x")
    assert TOKEN not in str(caught.value)
