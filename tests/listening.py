"""Waiting for another process to listen."""

from __future__ import annotations

import socket
import subprocess
import time


def wait_for_port(process: subprocess.Popen[bytes], port: int) -> None:
    """Return when something listens on the port of loopback, or the process has ended."""
    until = time.monotonic() + 30
    while time.monotonic() < until and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
