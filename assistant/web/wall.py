"""What every request passes before it reaches an application, from the outside in."""

from __future__ import annotations

from starlette.middleware import Middleware
from starlette.types import ASGIApp

from assistant.settings import Settings
from assistant.web.auth import Auth
from assistant.web.limits import BodyLimit
from assistant.web.metrics import Metrics
from assistant.web.observed import Observe
from assistant.web.proxies import Prefix, TrustedProxies
from assistant.web.security import Guard, check_origins


def wall(settings: Settings, metrics: Metrics) -> list[Middleware]:
    """Return the layers of the wall, the outermost first."""
    sign_on = (settings.proxy_user_header, settings.groups_header)
    return [
        Middleware(TrustedProxies, trusted=settings.proxies, sign_on=sign_on),
        Middleware(Prefix, prefix=settings.root_path),
        Middleware(Observe, metrics=metrics, addresses=settings.keep_questions),
        Middleware(Guard, origins=check_origins(settings.origins)),
        Middleware(Auth, settings=settings),
        Middleware(BodyLimit),
    ]


def walled(app: ASGIApp, settings: Settings, metrics: Metrics) -> ASGIApp:
    """Put the wall around an application."""
    for layer in reversed(wall(settings, metrics)):
        app = layer.cls(app, *layer.args, **layer.kwargs)
    return app
