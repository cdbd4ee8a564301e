"""What every request passes before it reaches an application, from the outside in."""

from __future__ import annotations

from starlette.types import ASGIApp

from assistant.settings import Settings
from assistant.web.auth import Auth
from assistant.web.limits import BodyLimit
from assistant.web.metrics import Metrics
from assistant.web.observed import Observe
from assistant.web.proxies import Prefix, TrustedProxies
from assistant.web.security import Guard, check_origins


def walled(app: ASGIApp, settings: Settings, metrics: Metrics) -> ASGIApp:
    """Put the wall around an application."""
    app = BodyLimit(app)
    app = Auth(app, settings)
    app = Guard(app, check_origins(settings.origins))
    app = Observe(app, metrics, addresses=settings.keep_questions)
    app = Prefix(app, settings.root_path)
    signed = (settings.proxy_user_header, settings.groups_header)
    return TrustedProxies(app, settings.proxies, signed)
