"""Everything the assistant does, in a place without a network; run by `test_offline.py`.

Prints one JSON object. Not a test itself: the test starts it in a network namespace of its own.
"""

from __future__ import annotations

import fcntl
import json
import os
import socket
import struct
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import httpx
from web_browser import CHROMIUM, chromium, new_page

PORTAL = "<!doctype html><h1>Portal</h1><script src='{home}/widget.js' data-open=true></script>"


def c5(*words: str) -> str:
    command = [sys.executable, "-m", "assistant", *words]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, (words, done.stderr)
    return done.stdout


def up() -> None:
    """Switch the loopback interface on: a new namespace has it, but off."""
    flags = struct.pack("16sh", b"lo", 1)
    with socket.socket() as any_socket:
        fcntl.ioctl(any_socket, 0x8914, flags)


def outside() -> str:
    """Say what happens to who looks for the outside; nothing may come of it."""
    told = []
    for where in (("example.org", 443), ("1.1.1.1", 443), ("huggingface.co", 443)):
        try:
            socket.create_connection(where, timeout=5).close()
            told.append("reached")
        except OSError:
            told.append("cut off")
    return " ".join(told)


def widget(home: str, folder: Path, question: str) -> dict[str, Any]:
    """Ask in the widget, and say which addresses the page asked for."""
    asked: list[str] = []
    with chromium() as browser:
        page = new_page(browser)
        page.on("request", lambda request: asked.append(request.url))
        page.goto(f"{home}/embed")
        page.set_content(PORTAL.format(home=home))
        frame = page.frame_locator("iframe")
        frame.locator("#c5-ask textarea").fill(question)
        frame.locator("#c5-ask textarea").press("Enter")
        frame.locator(".c5-card .c5-chip").first.click()
        frame.locator("#c5-holder mark").first.wait_for(state="attached")
    ours = (home, "data:", "blob:", "about:")
    return {"strangers": [url for url in asked if not url.startswith(ours)], "asked": len(asked)}


def main(folder: Path, docs: str, questions: str) -> dict[str, Any]:
    where = ["--docs", docs, "--index", str(folder / "index")]
    question = json.loads(Path(questions).read_text("utf-8").splitlines()[0])["question"]
    up()
    told: dict[str, Any] = {"outside": outside()}
    tried = Path(os.environ["TRIED"])
    tried.write_text("")  # what has been tried so far was us
    c5("index", *where)
    told["ask"] = json.loads(c5("ask", question, "--json", *where))["status"]
    told["search"] = len(json.loads(c5("search", question, "--json", *where)))
    results = folder / "answers.json"
    os.environ |= {"C5_DOCS": docs, "C5_INDEX": str(folder / "index")}
    c5("eval", "answers", "--questions", questions, "--json", str(results))
    told["evaluated"] = len(json.loads(results.read_text("utf-8"))["rows"])
    report = folder / "report.html"
    c5("eval", "report", str(results), "--output", str(report))
    told["report"] = report.stat().st_size
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    home = f"http://127.0.0.1:{port}"
    server = subprocess.Popen(
        [sys.executable, "-m", "assistant", "serve", "--port", str(port), *where]
    )
    try:
        until = time.monotonic() + 120
        while time.monotonic() < until:
            try:
                if httpx.get(f"{home}/readyz").status_code == 200:
                    break
            except httpx.TransportError:
                time.sleep(0.1)
        answer = httpx.post(f"{home}/api/ask", json={"question": question}, timeout=60).json()
        told["served"] = answer["status"]
        told["widget"] = widget(home, folder, question) if CHROMIUM else None
    finally:
        server.terminate()
        server.wait(20)
    told["tried"] = sorted(set(tried.read_text("utf-8").splitlines()))
    return told


if __name__ == "__main__":
    json.dump(main(Path(sys.argv[1]), *sys.argv[2:]), sys.stdout)
