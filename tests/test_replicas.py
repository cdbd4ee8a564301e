"""Two replicas over one Chroma server, behind a real nginx: one dies, both move to a new build."""

from __future__ import annotations

import shutil
import socket
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from listening import wait_for_port
from made_up_articles import write_article

from assistant.web.following import LOOK
from eval.benchmarks.server_process import serving
from index.build import build_index

pytest_plugins = ["chroma_on_loopback"]
NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(NGINX is None, reason="nginx is not installed"),
]
ARTICLE = "The port of {place} cost {cost} million dollars, said the ministry of transport.\n"

# as in the README under "Scaling out"
CONFIG = """
daemon off; pid {folder}/pid; error_log {folder}/error.log; worker_processes 1;
events {{ worker_connections 256; }}
http {{
  access_log off;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  upstream replicas {{
    hash $arg_visitor consistent;
    server {first} max_fails=1 fail_timeout=10s;
    server {second} max_fails=1 fail_timeout=10s;
  }}
  server {{
    listen 127.0.0.1:{port};
    location / {{
      proxy_pass http://replicas;
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Host $http_host;
      proxy_buffering off;
      proxy_next_upstream error timeout http_503 non_idempotent;
    }}
  }}
}}
"""


@contextmanager
def nginx(folder: Path, first: str, second: str) -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    config = folder / "nginx.conf"
    places = {"first": first.removeprefix("http://"), "second": second.removeprefix("http://")}
    config.write_text(CONFIG.format(folder=folder, port=port, **places))
    assert NGINX
    process = subprocess.Popen([NGINX, "-p", str(folder), "-c", str(config)])
    wait_for_port(process, port)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)


def build_of(url: str) -> str:
    told = httpx.get(f"{url}/api/documents", timeout=60).json()
    return str(told["index"]["build"])


def test_a_replica_may_die_under_load_and_all_move_to_a_new_build_together(
    tmp_path: Path, chroma_server: str
) -> None:
    docs, index = tmp_path / "docs", tmp_path / "index"
    for number, name in enumerate(("Bandar", "Muscat")):
        write_article(docs, name.lower(), ARTICLE.format(place=name, cost=number + 4))
    build_index(docs, index, progress=False, chroma_url=chroma_server)
    settings = {"C5_CHROMA_URL": chroma_server}
    stop, statuses, wrong = threading.Event(), Counter[int](), []
    with (
        serving(docs, index, settings) as first,
        serving(docs, index, settings) as second,
        nginx(tmp_path, first.url, second.url) as front,
        ThreadPoolExecutor(6) as pool,
    ):
        write_article(docs, "osh", ARTICLE.format(place="Osh", cost=9))
        report = build_index(docs, index, progress=False, chroma_url=chroma_server)
        moved: dict[str, float] = {}
        until = time.monotonic() + 150
        while len(moved) < 2 and time.monotonic() < until:
            for server in (first, second):
                if server.url not in moved and build_of(server.url) == report.build:
                    moved[server.url] = time.monotonic()
            time.sleep(0.1)
        assert len(moved) == 2
        # at one moment, unless one was too busy to open it in time and took the next
        assert abs(moved[first.url] - moved[second.url]) < LOOK + 5

        def visit(number: int) -> None:
            with httpx.Client(base_url=front, timeout=60) as client:
                while not stop.is_set():
                    body = {"question": "What did the port of Osh cost?"}
                    answer = client.post(f"/api/ask?visitor={number}", json=body)
                    statuses[answer.status_code] += 1
                    if answer.status_code != 200 or "9 million" not in answer.text:
                        wrong.append(answer.text)

        visitors = [pool.submit(visit, number) for number in range(6)]
        try:
            for seen in (30, 90):
                while sum(statuses.values()) < seen and time.monotonic() < until + 90:
                    time.sleep(0.05)
                if seen == 30:
                    first.process.kill()
        finally:
            stop.set()
        for visitor in visitors:
            visitor.result()
    assert wrong == []
    assert statuses.keys() == {200}
    assert statuses[200] >= 90
