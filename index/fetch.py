"""One page or file from the web, with care: a source address is somebody else's text.

Only http and https; every address, that of each redirect too, is resolved once, must be public, and
is the one that is connected to (so that a name cannot change its meaning in between). Size,
unpacked size, time and kind of content are bounded. Proxy settings are not used.
"""

from __future__ import annotations

import asyncio
import ipaddress
import os
import socket
import ssl
import zlib
from dataclasses import dataclass
from pathlib import PurePosixPath

import httpx

from index.errors import CorpusError
from index.loaded import MAX_BYTES

MAX_SECONDS = 60.0
_MAX_REDIRECTS = 5
_SUFFIXES = {
    "text/html": ".html",
    "application/xhtml+xml": ".html",
    "text/plain": ".txt",
    "text/markdown": ".md",
    "application/pdf": ".pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": ".docx",
}
_CHARSETS = ("windows-", "cp125", "iso-8859-", "koi8-", "utf-16")
_HEADERS = {"Accept-Encoding": "gzip, identity;q=0.5", "User-Agent": "c5-assistant"}
_NAT64 = ipaddress.ip_network("64:ff9b::/96")


@dataclass(frozen=True, slots=True)
class Fetched:
    """What an address gave; `url` is where the redirects ended."""

    data: bytes
    suffix: str
    url: str


def fetch(
    url: str,
    *,
    allow_private: bool = False,
    max_bytes: int = MAX_BYTES,
    max_seconds: float = MAX_SECONDS,
) -> Fetched:
    """Get an address; CorpusError says in one line why not."""
    try:
        return asyncio.run(_within(url, allow_private, max_bytes, max_seconds))
    except TimeoutError:
        raise CorpusError([f"{url}: took longer than {max_seconds:g} seconds"]) from None
    except httpx.InvalidURL as error:
        raise CorpusError([f"{url}: not an address ({error})"]) from error
    except httpx.HTTPError as error:
        raise CorpusError([f"{url}: {type(error).__name__} ({error})"]) from error


def is_public(address: str) -> bool:
    """Tell whether an IP address is on the public internet, also when wrapped in IPv6.

    >>> [is_public(a) for a in ("8.8.8.8", "10.0.0.1", "::ffff:127.0.0.1", "169.254.169.254")]
    [True, False, False, False]
    """
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if ip in _NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


async def _within(url: str, allow_private: bool, max_bytes: int, seconds: float) -> Fetched:
    timeout = httpx.Timeout(min(15.0, seconds))
    async with (
        asyncio.timeout(seconds),
        # no proxy and no .netrc: the connection goes to the address that was checked
        httpx.AsyncClient(
            trust_env=False, verify=_authorities(), timeout=timeout, headers=_HEADERS
        ) as client,
    ):
        target = httpx.URL(url)
        for _ in range(_MAX_REDIRECTS + 1):
            address = await _resolve(target, allow_private)
            request = client.build_request(
                "GET",
                target.copy_with(host=address),
                headers={"Host": target.netloc.decode("ascii")},
                extensions={"sni_hostname": target.raw_host.decode("ascii")},
            )
            response = await client.send(request, stream=True)
            try:
                if not response.has_redirect_location:
                    return await _content(response, target, max_bytes)
                target = target.join(response.headers["Location"])
            finally:
                await response.aclose()
    raise CorpusError([f"{url}: more than {_MAX_REDIRECTS} redirects"])


def _authorities() -> ssl.SSLContext | bool:
    """Return whom to believe: the usual authorities, or those of an organisation's own file."""
    own = os.environ.get("SSL_CERT_FILE")
    try:
        return ssl.create_default_context(cafile=own) if own else True
    except OSError as error:
        raise CorpusError([f"SSL_CERT_FILE={own}: {error}"]) from error


async def _resolve(url: httpx.URL, allow_private: bool) -> str:
    """Return the one IP address to connect to; all that the name has must be public."""
    if url.scheme not in ("http", "https") or not url.host:
        raise CorpusError([f"{url}: only http:// and https:// addresses can be fetched"])
    if url.userinfo:
        raise CorpusError([f"{url.host}: an address must not carry a user name or password"])
    port = url.port or (443 if url.scheme == "https" else 80)
    host = url.raw_host.decode("ascii").strip("[]")
    loop = asyncio.get_running_loop()
    try:
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise CorpusError([f"{url.host}: no such host"]) from error
    addresses = [str(entry[4][0]) for entry in found]
    private = [address for address in addresses if not is_public(address)]
    if private and not allow_private:
        raise CorpusError(
            [f"{url.host}: is {private[0]}, inside a private network; --allow-private fetches it"]
        )
    return addresses[0]


async def _content(response: httpx.Response, url: httpx.URL, max_bytes: int) -> Fetched:
    if response.status_code != 200:
        raise CorpusError([f"{url}: the server answers {response.status_code}"])
    kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    suffix = _SUFFIXES.get(kind)
    if kind in ("", "application/octet-stream", "text/plain"):
        named = PurePosixPath(url.path).suffix.lower()
        suffix = named if named in (*_SUFFIXES.values(), ".htm") else suffix
    if not suffix:
        raise CorpusError([f"{url}: {kind or 'unknown content'} is not a kind of article"])
    encoding = response.headers.get("Content-Encoding", "identity").strip().lower()
    if encoding not in ("identity", "gzip", "x-gzip"):
        raise CorpusError([f"{url}: packed as {encoding}, which was not asked for"])
    unpack = zlib.decompressobj(wbits=31) if encoding != "identity" else None
    data = bytearray()
    async for chunk in response.aiter_raw():
        try:
            # never unpacks more than one byte above the limit
            data += unpack.decompress(chunk, max_bytes + 1 - len(data)) if unpack else chunk
        except zlib.error as error:
            raise CorpusError([f"{url}: damaged on the way ({error})"]) from error
        if len(data) > max_bytes:
            raise CorpusError([f"{url}: larger than {max_bytes / 1e6:g} MB"])
    if unpack and not unpack.eof:
        raise CorpusError([f"{url}: cut off on the way"])
    text_like = suffix in (".html", ".txt", ".md")
    return Fetched(_as_utf8(data, response) if text_like else bytes(data), suffix, str(url))


def _as_utf8(data: bytearray, response: httpx.Response) -> bytes:
    charset = (response.charset_encoding or "").lower()
    if charset.startswith(_CHARSETS):
        try:
            return data.decode(charset).encode()
        except (LookupError, UnicodeError):
            pass  # the header is wrong; the loader looks at the bytes themselves
    return bytes(data)
