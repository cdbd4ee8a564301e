"""Behind a real nginx: under a path prefix that it strips or keeps, with streams unbuffered."""

from __future__ import annotations

import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from listening import wait_for_port
from web_browser import chromium, needs_chromium, serving, visiting
from web_stand_in import StandIn

from assistant.settings import Settings
from assistant.web.app import create_app

NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
pytestmark = pytest.mark.skipif(NGINX is None, reason="nginx is not installed")

CONFIG = """
daemon off; pid {folder}/pid; error_log {folder}/error.log; worker_processes 1;
events {{ worker_connections 64; }}
http {{
  access_log off;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
  server {{
    listen 127.0.0.1:{port};
    location /newsroom/ {{
      proxy_pass {upstream};
      proxy_http_version 1.1;
      proxy_set_header Connection "";
      proxy_set_header Host $http_host;
      proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;
      proxy_set_header X-Forwarded-Proto $scheme;
      proxy_set_header X-Forwarded-Host $http_host;
      proxy_buffering off;
      proxy_read_timeout 3600s;
    }}
  }}
}}
"""


@contextmanager
def nginx(folder: Path, upstream: str) -> Iterator[str]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    config = folder / "nginx.conf"
    config.write_text(CONFIG.format(folder=folder, port=port, upstream=upstream))
    assert NGINX
    process = subprocess.Popen([NGINX, "-p", str(folder), "-c", str(config)])
    wait_for_port(process, port)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(10)


@pytest.fixture(params=["/", ""], ids=["stripped", "kept"])
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    app = create_app(Settings(rate_limit=0, root_path="/newsroom"), StandIn(slow=0.2))
    with serving(app) as upstream, nginx(tmp_path, upstream + request.param) as address:
        yield address


def test_the_api_answers_under_the_prefix(site: str) -> None:
    body = {"question": "What did the port cost?"}
    assert httpx.post(f"{site}/newsroom/api/ask", json=body).json()["status"] == "answered"
    assert httpx.get(f"{site}/newsroom/docs").status_code == 200
    assert httpx.get(f"{site}/newsroom/widget.js").status_code == 200


def test_events_of_a_stream_arrive_as_they_are_made(site: str) -> None:
    body = {"question": "What did the port cost?"}
    times = []
    with httpx.stream("POST", f"{site}/newsroom/api/ask/stream", json=body) as response:
        for line in response.iter_lines():
            if line.startswith("event:"):
                times.append(time.monotonic())
    assert times[-1] - times[0] > 0.4


@pytest.mark.browser
@needs_chromium
def test_the_page_works_under_the_prefix(site: str) -> None:
    with chromium() as browser, visiting(browser, site, "/newsroom/") as visit:
        visit.ask("What did the port cost?")
        visit.page.click(".c5-chip >> nth=0")
        assert visit.marked("c5-answer") == "4.2 مليار دولار"
        assert visit.complaints == []
        outside = [u for u in visit.requests if not u.startswith(f"{site}/newsroom/")]
        assert [u for u in outside if not u.startswith(("data:", "blob:"))] == []
