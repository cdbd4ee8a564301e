"""Who may frame, call and come in; what a proxy may say; which of Gradio's doors are shut."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.testclient import TestClient
from web_stand_in import StandIn

from assistant.errors import SettingsError
from assistant.settings import Settings
from assistant.web.app import create_app

ASK = {"question": "What did the port cost?"}
PORTAL = "https://portal.example"


def client_of(
    client: tuple[str, int] = ("127.0.0.1", 5000),
    base: str = "http://127.0.0.1:7860",
    **settings: object,
) -> TestClient:
    made = create_app(Settings(**settings), StandIn())  # type: ignore[arg-type]
    return TestClient(made, base_url=base, client=client)


@pytest.fixture(scope="module")
def listed() -> Iterator[TestClient]:
    with client_of(allowed_origins=PORTAL) as client:
        yield client


@pytest.mark.parametrize(
    "path", ["/", "/healthz", "/api/nothing", "/ui/chat.css", "/theme.css", "/config", "/docs"]
)
def test_every_response_carries_the_headers(listed: TestClient, path: str) -> None:
    headers = listed.get(path).headers
    policy = headers["content-security-policy"]
    assert f"frame-ancestors 'self' {PORTAL}" in policy
    assert "default-src 'self'" in policy
    assert "unsafe-eval" not in policy
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "same-origin"
    assert "camera=()" in headers["permissions-policy"]


def test_without_a_list_only_the_same_origin_may_frame() -> None:
    headers = client_of().get("/").headers
    assert "frame-ancestors 'self';" in headers["content-security-policy"]
    assert headers["x-frame-options"] == "SAMEORIGIN"


@pytest.mark.parametrize("path", ["/", "/api/documents", "/config", "/gradio_api/info"])
def test_only_listed_origins_are_told_they_may_read(listed: TestClient, path: str) -> None:
    allowed = listed.get(path, headers={"Origin": PORTAL}).headers
    assert allowed["access-control-allow-origin"] == PORTAL
    for origin in ("https://evil.example", "null", "http://portal.example", PORTAL + ".evil.com"):
        refused = listed.get(path, headers={"Origin": origin, "Host": "chat.example"}).headers
        assert "access-control-allow-origin" not in refused


@pytest.mark.parametrize("path", ["/api/ask", "/gradio_api/queue/join"])
def test_posts_from_other_origins_are_refused(listed: TestClient, path: str) -> None:
    for headers in (
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
    ):
        assert listed.post(path, json=ASK, headers=headers).status_code == 403
    for headers in ({"Origin": PORTAL}, {"Origin": "http://127.0.0.1:7860"}, {}):
        assert listed.post(path, json=ASK, headers=headers).status_code != 403


@pytest.mark.parametrize("origin", ["*", "portal.example", "https://a b", "https://x/path", "'"])
def test_what_is_not_an_origin_ends_the_start(origin: str) -> None:
    with pytest.raises(SettingsError, match="C5_ALLOWED_ORIGINS"):
        client_of(allowed_origins=origin)


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", "/gradio_api/upload"),
        ("GET", "/gradio_api/file=/etc/passwd"),
        ("GET", "/gradio_api/proxy=http://127.0.0.1/"),
        ("GET", "/gradio_api/runs"),
        ("POST", "/gradio_api/vibe-edit"),
        ("POST", "/gradio_api/run/predict"),
        ("POST", "/gradio_api/call/asked"),
        ("POST", "/gradio_api/component_server"),
        ("GET", "/monitoring"),
        ("POST", "/login"),
        ("GET", "/gradio_api/deep_link"),
    ],
)
def test_doors_of_gradio_that_the_page_does_not_use_are_shut(
    listed: TestClient, method: str, path: str
) -> None:
    assert listed.request(method, path).status_code == 404


@pytest.mark.parametrize(
    "path",
    ["/ui/../app.py", "/ui/%2e%2e/app.py", "/ui/..%2fchat.py", "/ui//etc/passwd", "/static/../x"],
)
def test_no_path_leads_out_of_the_static_files(listed: TestClient, path: str) -> None:
    assert listed.get(path).status_code == 404


def test_a_stranger_cannot_choose_the_address_limits_count_by() -> None:
    client = client_of(client=("203.0.113.9", 1), rate_limit=2)
    codes = [
        client.post("/api/ask", json=ASK, headers={"X-Forwarded-For": f"10.0.0.{n}"}).status_code
        for n in range(4)
    ]
    assert codes == [200, 200, 429, 429]


def test_behind_a_trusted_proxy_limits_count_by_the_visitors_address() -> None:
    client = client_of(client=("10.1.2.3", 1), rate_limit=1, trusted_proxies="10.1.0.0/16")
    first = client.post("/api/ask", json=ASK, headers={"X-Forwarded-For": "198.51.100.1"})
    # what stands left of the visitor's own address was written by the visitor
    again = client.post("/api/ask", json=ASK, headers={"X-Forwarded-For": "1.1.1.1, 198.51.100.1"})
    other = client.post("/api/ask", json=ASK, headers={"X-Forwarded-For": "198.51.100.2"})
    assert [first.status_code, again.status_code, other.status_code] == [200, 429, 200]
    assert int(again.headers["retry-after"]) in range(1, 61)


def test_a_forwarded_host_of_a_stranger_does_not_reach_the_page() -> None:
    evil = {"X-Forwarded-Host": "evil.example", "X-Forwarded-Proto": "https"}
    page = client_of(client=("203.0.113.9", 1)).get("/", headers=evil).text
    assert "evil.example" not in page


@pytest.mark.parametrize("path", ["/", "/newsroom/"], ids=["stripped", "kept"])
def test_under_a_prefix_the_page_works_whether_the_proxy_strips_it_or_not(path: str) -> None:
    with client_of(root_path="/newsroom/") as client:
        inside = path.rstrip("/")
        page = client.get(path)
        assert page.status_code == 200
        assert '"root":"http://127.0.0.1:7860/newsroom"' in page.text.replace('": "', '":"')
        for file in ("/theme.css", "/ui/chat.js", "/config", "/healthz", "/api/documents"):
            assert client.get(inside + file).status_code == 200
        assert client.post(f"{inside}/api/ask", json=ASK).status_code == 200
        assert client.post(f"{inside}/gradio_api/upload").status_code == 404


def test_sign_on_by_header_is_believed_from_the_proxy_alone() -> None:
    user = {"X-Remote-User": "aigul"}
    proxy = client_of(auth="proxy", trusted_proxies="127.0.0.1")
    assert proxy.get("/api/documents", headers=user).status_code == 200
    assert proxy.get("/api/documents").status_code == 401
    stranger = client_of(client=("203.0.113.9", 1), auth="proxy", trusted_proxies="127.0.0.1")
    assert stranger.get("/api/documents", headers=user).status_code == 401
    twice = [("X-Remote-User", "aigul"), ("X-Remote-User", "admin")]
    assert proxy.get("/api/documents", headers=twice).status_code == 401


@pytest.mark.parametrize("kind", ["proxy", "basic"])
def test_sign_on_guards_every_route_but_healthz(kind: str, tmp_path: Path) -> None:
    users = write_users(tmp_path)
    client = client_of(auth=kind, users_file=users, trusted_proxies="10.0.0.1")
    for path in (
        "/", "/config", "/theme.css", "/assets/x.js", "/ui/chat.js", "/widget.js", "/docs",
        "/openapi.json", "/api/documents", "/api/search?q=a", "/readyz", "/favicon.ico",
        "/gradio_api/heartbeat/x", "/gradio_api/startup-events", "/manifest.json", "/robots.txt",
    ):  # fmt: skip
        assert client.get(path).status_code == 401, path
    assert client.post("/api/ask", json=ASK).status_code == 401
    assert client.post("/gradio_api/queue/join", json={}).status_code == 401
    assert client.get("/healthz").status_code == 200


def test_passwords_are_checked_against_argon2_and_bcrypt_hashes(tmp_path: Path) -> None:
    client = client_of(auth="basic", users_file=write_users(tmp_path))
    for name, password in (("aigul", "correct horse"), ("omar", "زعفران:7")):
        assert client.get("/api/documents", headers=basic(name, password)).status_code == 200
        assert client.get("/api/documents", headers=basic(name, password)).status_code == 200
    for headers in (
        basic("aigul", "wrong"),
        basic("nobody", "correct horse"),
        basic("aigul", ""),
        {"Authorization": "Basic !!!"},
        {"Authorization": "Bearer x"},
    ):
        response = client.get("/api/documents", headers=headers)
        assert response.status_code == 401
        assert response.headers["www-authenticate"].startswith("Basic")


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (None, "needs C5_USERS_FILE"),
        ("", "no users"),
        ("aigul:secret", ":1:"),
        ("# a\nomar", ":2:"),
    ],
)
def test_a_users_file_that_cannot_guard_ends_the_start(
    content: str | None, told: str, tmp_path: Path
) -> None:
    path = tmp_path / "users"
    if content is not None:
        path.write_text(content, "utf-8")
    with pytest.raises(SettingsError, match=told):
        client_of(auth="basic", users_file=path if content is not None else None)


def basic(name: str, password: str) -> dict[str, str]:
    return {"Authorization": "Basic " + base64.b64encode(f"{name}:{password}".encode()).decode()}


def write_users(folder: Path) -> Path:
    from argon2 import PasswordHasher
    from bcrypt import gensalt, hashpw

    argon = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1).hash("correct horse")
    crypt = hashpw("زعفران:7".encode(), gensalt(4)).decode()
    path = folder / "users"
    path.write_text(f"# people\naigul:{argon}\nomar:{crypt}:editor\n", "utf-8")
    return path
