"""A server for an application: the port, the limits of connections, how it ends."""

from __future__ import annotations

import logging
import socket
from collections.abc import Callable

from starlette.types import ASGIApp

from assistant import logs
from assistant.errors import AssistantError
from assistant.settings import Settings
from assistant.web.house import House

_log = logging.getLogger(__name__)


def serve_on(settings: Settings, make: Callable[[], tuple[ASGIApp, House]], said: str) -> None:
    """Serve the application that `make` returns; AssistantError where the port cannot be had.

    `said` is logged with `{address}` filled in once the application is made.
    """
    import uvicorn

    from assistant.web.connections import Impatient
    from assistant.web.stopping import PATIENCE, StoppingServer

    listening = _listen(settings.host, settings.port)
    with listening:
        app, house = make()
        port = listening.getsockname()[1]
        host = f"[{settings.host}]" if ":" in settings.host else settings.host
        logs.configure(settings.log_format)
        _log.info(said.format(address=f"http://{host}:{port}{settings.root_path}"))
        config = uvicorn.Config(
            app,
            workers=1,
            access_log=False,
            log_level="warning",
            log_config=None,
            http=Impatient,
            ws="none",
            proxy_headers=False,
            server_header=False,
            timeout_keep_alive=30,
            timeout_graceful_shutdown=PATIENCE,
            limit_concurrency=1000,
            h11_max_incomplete_event_size=32 * 1024,
        )
        StoppingServer(config, house).run(sockets=[listening])


def _listen(host: str, port: int) -> socket.socket:
    """Take the port before anything slow is done, so that a port in use is told at once."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        listening = socket.socket(family, kind, protocol)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind(address)
        listening.listen(256)
    except OSError as error:
        told = error.strerror or str(error)
        raise AssistantError(
            f"cannot listen on {host}:{port}: {told.lower()}; choose another with --port"
        ) from None
    return listening
