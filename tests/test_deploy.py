"""The configurations of `assistant/deploy/`, run: TLS, HTTP/2, sign-on, streams, two replicas."""

from __future__ import annotations

import os
import shutil
import socket
import ssl
import subprocess
import sys
import textwrap
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
import pytest
from bcrypt import gensalt, hashpw
from fastapi import Request
from listening import wait_for_port
from playwright.sync_api import sync_playwright
from web_browser import ARGUMENTS, CHROMIUM, needs_chromium, serving
from web_stand_in import StandIn

from assistant.access.tokens import add_token
from assistant.settings import Settings
from assistant.web.app import create_app
from assistant.web.roles import may_edit
from index.errors import CorpusError
from index.fetch import fetch

DEPLOY = Path(__file__).parent.parent / "assistant" / "deploy"
NGINX = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/sbin")
APACHE = shutil.which("apache2", path="/usr/sbin:/usr/bin")
MODULES = Path("/usr/lib/apache2/modules")
CURL = shutil.which("curl")
ASK = {"question": "What did the port cost?"}
USER = ("aigul", "correct horse")

needs_nginx = pytest.mark.skipif(NGINX is None, reason="nginx is not installed")
needs_apache = pytest.mark.skipif(APACHE is None, reason="apache2 is not installed")
needs_curl = pytest.mark.skipif(CURL is None, reason="curl is not installed")


@dataclass(frozen=True)
class Site:
    """A proxy that runs one of the configurations, and what is needed to visit it."""

    address: str
    authority: Path
    token: str
    replicas: dict[str, Callable[[], None]]  # name → make it end

    def client(self, **how: object) -> httpx.Client:
        context = ssl.create_default_context(cafile=str(self.authority))
        return httpx.Client(base_url=self.address, verify=context, timeout=60, **how)  # type: ignore[arg-type]


def private_authority(folder: Path) -> None:
    """Make an authority and a certificate of it for this machine, as an organisation has."""
    run = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
    quiet = {"cwd": folder, "check": True, "capture_output": True}
    subprocess.run(
        [*run, "-nodes", "-days", "2", "-subj", "/CN=Newsroom CA", "-keyout", "ca.key", "-out",
         "ca.crt", "-addext", "keyUsage=critical,keyCertSign"],
        **quiet,
    )  # fmt: skip
    subprocess.run(
        [*run, "-nodes", "-days", "2", "-subj", "/CN=localhost", "-keyout", "site.key", "-out",
         "site.crt", "-CA", "ca.crt", "-CAkey", "ca.key", "-addext", "subjectAltName=DNS:localhost",
         "-addext", "basicConstraints=critical,CA:FALSE"],
        **quiet,
    )  # fmt: skip


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def adapted(name: str, changes: dict[str, str]) -> str:
    """Return a configuration with what every site has its own of; all of it must be there."""
    text = (DEPLOY / name).read_text("utf-8")
    for old, new in changes.items():
        assert old in text, f"{name} no longer has {old!r}"
        text = text.replace(old, new)
    return text


def nginx_command(folder: Path, site: str) -> list[str]:
    (folder / "site.conf").write_text(site)
    (folder / "nginx.conf").write_text(
        textwrap.dedent(f"""
        daemon off; pid {folder}/pid; error_log {folder}/error.log; worker_processes 1;
        events {{ worker_connections 256; }}
        http {{
          access_log off;
          client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
          fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
          include {folder}/site.conf;
        }}""")
    )
    assert NGINX
    return [NGINX, "-p", str(folder), "-c", str(folder / "nginx.conf")]


def apache_command(folder: Path, site: str, port: int) -> list[str]:
    wanted = (
        "mpm_event authz_core authz_user authn_core authn_file auth_basic ssl socache_shmcb http2 "
        "proxy proxy_http proxy_balancer lbmethod_byrequests slotmem_shm headers reqtimeout env"
    )
    loads = "\n".join(
        f"LoadModule {name}_module {MODULES}/mod_{name}.so"
        for name in wanted.split()
        if (MODULES / f"mod_{name}.so").exists()
    )
    (folder / "apache.conf").write_text(
        f"ServerRoot {folder}\nServerName localhost\nPidFile {folder}/pid\nMutex file:{folder}\n"
        f"DefaultRuntimeDir {folder}\nErrorLog {folder}/error.log\n{loads}\n"
        f"User www-data\nGroup www-data\nListen 127.0.0.1:{port}\n{site}"
    )
    assert APACHE
    return [APACHE, "-X", "-f", str(folder / "apache.conf")]


def replica(name: str, token_file: Path) -> object:
    """One assistant behind the proxy that also says who it is and whom it sees."""
    settings = Settings(
        auth="proxy", root_path="/newsroom", rate_limit=0, editor_groups="editors",
        tokens_file=token_file,
    )  # fmt: skip
    app = create_app(settings, StandIn(slow=0.3))

    async def whoami(request: Request) -> dict[str, object]:
        state = request.scope["state"]
        seen = {"user": state.get("user"), "edits": may_edit(request), "replica": name}
        return seen | {"scheme": request.url.scheme, "id": state["request_id"]}

    app.add_api_route("/whoami", whoami)
    app.router.routes.insert(0, app.router.routes.pop())
    return app


@contextmanager
def running(kind: str) -> Iterator[Site]:
    with TemporaryDirectory(prefix=f"c5-{kind}-") as folder:
        # not in pytest's own folder: the proxies' workers are nobody, and must read it
        os.chmod(folder, 0o755)
        with _running(kind, Path(folder)) as site:
            yield site


@contextmanager
def _running(kind: str, folder: Path) -> Iterator[Site]:
    private_authority(folder)
    (folder / "site.key").chmod(0o644)
    users = folder / "assistant.users"
    users.write_text(f"aigul:{hashpw(USER[1].encode(), gensalt(4, b'2a')).decode()}\n")
    token = add_token(folder / "tokens", "script", "reader", None)
    port = free_port()
    with ExitStack() as stack:
        stacks = {name: stack.enter_context(ExitStack()) for name in ("one", "two")}
        made = {name: replica(name, folder / "tokens") for name in stacks}
        homes = {name: stacks[name].enter_context(serving(app)) for name, app in made.items()}  # type: ignore[arg-type]
        ports = {name: home.rpartition(":")[2] for name, home in homes.items()}
        files = {"/etc/ssl/assistant.crt": f"{folder}/site.crt"}
        files["/etc/ssl/assistant.key"] = f"{folder}/site.key"
        one = {"127.0.0.1:7860": f"127.0.0.1:{ports['one']}", "assistant.intranet": "localhost"}
        two = {"127.0.0.1:7861": f"127.0.0.1:{ports['two']}"}
        if kind == "apache":
            changes = one | two | files | {"*:443": f"127.0.0.1:{port}"}
            changes["/etc/apache2/assistant.users"] = str(users)
            command = apache_command(folder, adapted("apache.conf", changes), port)
        elif kind == "nginx":
            changes = one | files | {"listen 443 ": f"listen 127.0.0.1:{port} "}
            changes["/etc/nginx/assistant.users"] = str(users)
            command = nginx_command(folder, adapted("nginx.conf", changes))
        else:
            seen = {
                "127\\.0\\.0\\.1:7860$": f":{ports['one']}$",
                "127\\.0\\.0\\.1:7861$": f":{ports['two']}$",
            }
            # the visitor of the replicas' test signs on as one user
            signed = {'X-Remote-User "";': "X-Remote-User aigul;"}
            changes = one | two | files | seen | signed
            changes["listen 443 "] = f"listen 127.0.0.1:{port} "
            command = nginx_command(folder, adapted("nginx-replicas.conf", changes))
        process = subprocess.Popen(command, cwd=folder)
        stack.callback(process.wait, 20)
        stack.callback(process.terminate)
        wait_for_port(process, port)
        assert process.poll() is None, (folder / "error.log").read_text()
        ends = {name: own.close for name, own in stacks.items()}
        yield Site(f"https://localhost:{port}/newsroom", folder / "ca.crt", token, ends)


@pytest.fixture(
    scope="module",
    params=[
        pytest.param("nginx", marks=needs_nginx),
        pytest.param("apache", marks=needs_apache),
    ],
)
def signed(request: pytest.FixtureRequest) -> Iterator[Site]:
    """A site where one signs on at the proxy."""
    with running(request.param) as site:
        yield site


def test_who_signs_on_at_the_proxy_is_known_and_nobody_else_comes_in(signed: Site) -> None:
    with signed.client() as client:
        assert client.get("/api/documents").status_code == 401
        assert client.get("/", auth=("aigul", "wrong")).status_code == 401
        spoofed = {
            "X-Remote-User": "root", "X-Remote-Groups": "editors", "X-Forwarded-For": "127.0.0.1",
            "X-Forwarded-Proto": "http",
        }  # fmt: skip
        assert client.get("/api/documents", headers=spoofed).status_code == 401
        told = client.get("/whoami", auth=USER, headers=spoofed).json()
        assert (told["user"], told["scheme"]) == ("aigul", "https")
        # the example gives nginx's user a group, and Apache none
        assert told["edits"] is (told["id"] != "" and "nginx" in str(signed.authority))
        assert client.get("/", auth=USER).status_code == 200
        assert client.post("/api/ask", auth=USER, json=ASK).json()["status"] == "answered"


def test_a_script_comes_in_with_a_token_and_no_header_of_its_own(signed: Site) -> None:
    with signed.client() as client:
        bearer = {"Authorization": f"Bearer {signed.token}", "X-Remote-User": "root"}
        assert client.get("/whoami", headers=bearer).json()["user"] == "token script"
        bad = {"Authorization": "Bearer c5_nonsense", "X-Remote-User": "root"}
        assert client.get("/whoami", headers=bad).status_code == 401
        other = {"Authorization": "Bearer other", "X-Remote-User": "root"}
        assert client.get("/whoami", headers=other).status_code == 401


def test_figures_stay_inside(signed: Site) -> None:
    with signed.client() as client:
        assert client.get("/metrics", auth=USER).status_code in (403, 404)


def test_only_who_knows_the_private_authority_is_connected(signed: Site) -> None:
    with pytest.raises(httpx.ConnectError, match="CERTIFICATE_VERIFY_FAILED"):
        httpx.get(f"{signed.address}/healthz")


@needs_curl
def test_events_arrive_one_by_one_over_http_2(signed: Site) -> None:
    assert CURL
    command = [
        CURL, "-sS", "--http2", "-N", "--cacert", str(signed.authority), "-u", ":".join(USER),
        "-H", "Content-Type: application/json", "-d", '{"question": "What did the port cost?"}',
        "-w", "\nversion: %{http_version}\n", f"{signed.address}/api/ask/stream",
    ]  # fmt: skip
    times: list[float] = []
    version = ""
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        for line in process.stdout:
            if line.startswith("event:"):
                times.append(time.monotonic())
            if line.startswith("version:"):
                version = line.split()[1]
    assert version == "2"
    # the stand-in takes 0.9 s for an answer
    assert times[-1] - times[0] > 0.4


@pytest.fixture(
    params=[
        pytest.param("nginx-replicas", marks=needs_nginx),
        pytest.param("apache", marks=needs_apache),
    ]
)
def replicas(request: pytest.FixtureRequest) -> Iterator[Site]:
    with running(request.param) as site:
        yield site


def who(client: httpx.Client, **headers: str) -> str:
    response = client.get("/whoami", headers=headers)
    return str(response.json()["replica"]) if response.status_code == 200 else "none"


def test_a_visitor_stays_with_a_replica_and_moves_when_it_ends(replicas: Site) -> None:
    answered: Counter[str] = Counter()
    for n in range(24):
        with replicas.client(auth=USER, headers={"User-Agent": f"browser {n}"}) as client:
            seen = {who(client) for _ in range(4)}
            assert len(seen) == 1
            answered.update(seen)
    assert set(answered) == {"one", "two"}
    with replicas.client(auth=USER) as client:
        mine = who(client)
        cookie = client.get("/whoami").headers.get("set-cookie", "") or str(client.cookies)
        assert mine in cookie
        # another address or browser does not matter to who has the cookie
        assert {who(client, **{"User-Agent": f"browser {n}"}) for n in range(8)} == {mine}
        replicas.replicas[mine]()
        until = time.monotonic() + 60
        while (now := who(client)) in (mine, "none") and time.monotonic() < until:
            time.sleep(0.2)
        assert now not in (mine, "none")
        assert {who(client) for _ in range(4)} == {now}


@needs_nginx
def test_without_cookies_a_visitor_stays_with_a_replica_too() -> None:
    with running("nginx-replicas") as site, site.client() as client:
        seen = set()
        for _ in range(12):
            client.cookies.clear()
            seen.add(who(client))
        assert len(seen) == 1


@pytest.mark.slow
@pytest.mark.browser
@needs_chromium
@needs_nginx
def test_the_chat_works_with_two_replicas_over_tls() -> None:
    with running("nginx-replicas") as site, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        # Chromium keeps authorities of its own; that of the test is not among them
        page = browser.new_context(ignore_https_errors=True, locale="en").new_page()
        page.goto(f"{site.address}/")
        for n in range(1, 4):
            page.fill("#c5-ask textarea", "What did the port cost?")
            page.keyboard.press("Enter")
            page.locator(".c5-card").nth(n - 1).wait_for()
        entry = "performance.getEntriesByType('navigation')[0].nextHopProtocol"
        assert page.evaluate(entry) == "h2"
        browser.close()


def test_a_page_of_a_server_with_a_private_certificate_is_fetched_where_it_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    private_authority(tmp_path)

    class Page(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/plain")
            self.end_headers()
            self.wfile.write(b"Words of the intranet.")

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Page)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "site.crt", tmp_path / "site.key")
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        address = f"https://localhost:{server.server_port}/a.txt"
        with pytest.raises(CorpusError, match="certificate"):
            fetch(address, allow_private=True)
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.crt"))
        assert fetch(address, allow_private=True).data == b"Words of the intranet."
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "none"))
        with pytest.raises(CorpusError, match="SSL_CERT_FILE"):
            fetch(address, allow_private=True)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd is not installed")
def test_the_unit_is_understood_and_hardened(tmp_path: Path) -> None:
    unit = tmp_path / "c5-assistant.service"
    text = (DEPLOY / unit.name).read_text()
    unit.write_text(text.replace("/opt/c5-assistant/.venv/bin/c5", "/bin/true"))
    verified = subprocess.run(
        ["systemd-analyze", "verify", str(unit)], capture_output=True, text=True
    )
    assert [line for line in verified.stderr.splitlines() if unit.name in line] == []
    judged = subprocess.run(
        ["systemd-analyze", "security", "--offline=true", "--threshold=20", str(unit)],
        capture_output=True,
        text=True,
    )
    assert judged.returncode == 0, judged.stdout[-300:]


@pytest.mark.slow
def test_it_answers_where_memory_is_never_both_written_and_run(docs: Path, index_dir: Path) -> None:
    # what MemoryDenyWriteExecute= of the unit does, without systemd: PR_SET_MDWE
    code = f"""
        import ctypes, sys
        if ctypes.CDLL(None, use_errno=True).prctl(65, 1, 0, 0, 0):
            sys.exit(77)
        from pathlib import Path
        from starlette.testclient import TestClient
        from assistant.settings import Settings
        from assistant.web.app import create_app
        settings = Settings(docs=Path({str(docs)!r}), index=Path({str(index_dir)!r}))
        with TestClient(create_app(settings)) as client:
            body = {{"question": "What is this article about?"}}
            print(client.post("/api/ask", json=body).status_code)
    """
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(code)],
        capture_output=True,
        text=True,
        cwd=DEPLOY.parent.parent,
    )
    if done.returncode == 77:
        pytest.skip("this kernel does not know PR_SET_MDWE")
    assert done.stdout.strip() == "200", done.stderr[-2000:]
