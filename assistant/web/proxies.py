"""What a reverse proxy says about a request, believed only from trusted addresses.

Also the path prefix: with `C5_ROOT_PATH=/newsroom` a proxy may strip the prefix or keep it.
"""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from starlette.types import ASGIApp, Receive, Scope, Send

from assistant.errors import SettingsError

_Network = IPv4Network | IPv6Network


def networks(addresses: Iterable[str], setting: str = "C5_TRUSTED_PROXIES") -> tuple[_Network, ...]:
    """Read addresses and networks; SettingsError names the one that is neither."""
    found: list[_Network] = []
    for address in addresses:
        try:
            found.append(ip_network(address, strict=False))
        except ValueError:
            raise SettingsError(f"{setting}: {address!r} is not an address") from None
    return tuple(found)


def among(address: str | None, known: Iterable[_Network]) -> bool:
    """Say whether an address is in one of the networks.

    >>> among("::ffff:10.0.0.7", networks(["10.0.0.0/8"])), among("?", networks(["10.0.0.0/8"]))
    (True, False)
    """
    try:
        parsed = ip_address(address or "")
    except ValueError:
        return False
    mapped = getattr(parsed, "ipv4_mapped", None)
    return any((mapped or parsed) in network for network in known)


class TrustedProxies:
    """Takes client, scheme and host from `X-Forwarded-*` of trusted peers; removes them of others.

    Sets ``scope["state"]["trusted_peer"]``, which sign-on by header relies on.
    """

    def __init__(self, app: ASGIApp, trusted: Iterable[str], sign_on: Iterable[str]) -> None:
        self.app = app
        self.trusted = networks(trusted)
        self.sign_on = {name.lower().encode("latin-1") for name in sign_on}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Rewrite the scope and hand on."""
        if scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        scope = dict(scope)
        trusted = self.trusts(scope["client"][0] if scope.get("client") else None)
        scope["state"] = {**scope.get("state", {}), "trusted_peer": trusted}
        if trusted:
            self._believe(scope)
        else:
            scope["headers"] = [
                (name, value) for name, value in scope["headers"] if not self._forwarding(name)
            ]
        await self.app(scope, receive, send)

    def trusts(self, address: str | None) -> bool:
        """Say whether an address is one of the trusted proxies."""
        return among(address, self.trusted)

    def _forwarding(self, name: bytes) -> bool:
        return (
            name.startswith(b"x-forwarded-")
            or name in (b"forwarded", b"x-real-ip", b"x-request-id")
            or name in self.sign_on
        )

    def _believe(self, scope: Scope) -> None:
        headers = {name: value.decode("latin-1") for name, value in scope["headers"]}
        chain = [hop.strip() for hop in headers.get(b"x-forwarded-for", "").split(",")]
        # the rightmost address that is not a proxy of ours: what stands left of it anyone can write
        for hop in reversed([hop for hop in chain if hop]):
            scope["client"] = (hop[:64], 0)
            if not self.trusts(hop):
                break
        if headers.get(b"x-forwarded-proto") in ("http", "https"):
            scope["scheme"] = headers[b"x-forwarded-proto"]


class Prefix:
    """Lets the same application answer under a path prefix, whether a proxy strips it or not."""

    def __init__(self, app: ASGIApp, prefix: str) -> None:
        self.app = app
        self.prefix = prefix

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Give every request the path with the prefix, and tell the application the prefix."""
        if self.prefix and scope["type"] in ("http", "websocket"):
            path: str = scope["path"]
            if path != self.prefix and not path.startswith(self.prefix + "/"):
                path = self.prefix + path
            if path == self.prefix:
                path += "/"
            scope = {**scope, "path": path, "raw_path": None, "root_path": self.prefix}
            scope.pop("raw_path")
        await self.app(scope, receive, send)
