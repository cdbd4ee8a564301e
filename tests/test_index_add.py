import asyncio
import gzip
import os
import random
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from index import fetch as fetching
from index.add import add_article
from index.corpus import read_corpus, read_document
from index.errors import CorpusError
from index.fetch import fetch, is_public

ARTICLE = "# The port opens\n\nThe port opened today, said the ministry of transport.\n"
Reply = Callable[[BaseHTTPRequestHandler], None]


def fault(source: str, docs: Path, **given: object) -> str:
    before = sorted(docs.rglob("*")) if docs.exists() else []
    with pytest.raises(CorpusError) as caught:
        add_article(source, docs, **given)  # type: ignore[arg-type]
    after = sorted(docs.rglob("*")) if docs.exists() else []
    assert before == after, "a refused article leaves nothing behind"
    (told,) = caught.value.faults
    assert "\n" not in told
    return told


@pytest.fixture
def source(tmp_path: Path) -> Path:
    path = tmp_path / "in" / "port.md"
    path.parent.mkdir()
    path.write_text(ARTICLE, "utf-8")
    return path


def test_a_file_becomes_an_article_to_the_letter(source, tmp_path):
    path = add_article(str(source), tmp_path / "docs", published="2025-11-06", publisher="News")
    assert path == tmp_path / "docs" / "the-port-opens" / "article.md"
    (document,) = read_corpus(tmp_path / "docs")
    assert document.text == ARTICLE
    assert (document.title, document.language) == ("The port opens", "en")
    assert (str(document.published), document.publisher) == ("2025-11-06", "News")
    assert source.read_text("utf-8") == ARTICLE
    assert path.parent.stat().st_mode & 0o777 == 0o755


def test_what_is_given_goes_before_what_the_file_says(source, tmp_path):
    source.write_text(f"---\ntitle: Old\nauthor: A. B.\nlanguage: ru\n---\n{ARTICLE}", "utf-8")
    path = add_article(str(source), tmp_path / "docs", title="قمة", language="ar", slug="summit")
    assert path.read_text("utf-8") == (
        f"---\ntitle: قمة\nlanguage: ar\nauthor: A. B.\n---\n{ARTICLE}"
    )


def test_a_title_in_another_script_takes_the_name_of_its_file_or_of_its_text(source, tmp_path):
    docs = tmp_path / "docs"
    assert add_article(str(source), docs, title="قمة C5+1").parent.name == "port"
    other = source.rename(source.with_name("قمة.md"))
    name = add_article(str(other), docs, title="قمة C5+1").parent.name
    assert name.startswith("article-")
    assert len(name) == len("article-") + 8


def test_an_article_is_never_overwritten(source, tmp_path):
    docs = tmp_path / "docs"
    path = add_article(str(source), docs)
    before = path.read_bytes()
    source.write_text("# The port opens\n\nOther words.\n", "utf-8")
    assert "is there already" in fault(str(source), docs)
    assert path.read_bytes() == before


def test_of_two_at_once_one_is_told(source, tmp_path):
    docs = tmp_path / "docs"
    ends: list[object] = []

    def add() -> None:
        try:
            ends.append(add_article(str(source), docs))
        except CorpusError as error:
            ends.append(error.faults[0])

    threads = [threading.Thread(target=add) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(isinstance(end, Path) for end in ends) == 1
    assert sum("is there already" in str(end) for end in ends) == 7
    assert [path.name for path in docs.iterdir()] == ["the-port-opens"]


def test_what_a_killed_process_left_is_not_read_and_in_time_removed(source, tmp_path):
    left = tmp_path / "docs" / ".adding-killed"
    left.mkdir(parents=True)
    add_article(str(source), tmp_path / "docs")
    assert left.exists()
    assert len(read_corpus(tmp_path / "docs")) == 1
    os.utime(left, (0, 0))
    add_article(str(source), tmp_path / "docs", slug="two")
    assert not left.exists()


@pytest.mark.slow
def test_an_article_is_whole_or_absent_whenever_the_process_is_killed(source, tmp_path):
    docs = tmp_path / "docs"
    source.write_text(ARTICLE + "More words of the article. " * 1_000, "utf-8")
    script = (
        "import sys, uuid; from pathlib import Path; from index.add import add_article\n"
        "print(flush=True)\n"
        "while True: add_article(sys.argv[1], Path(sys.argv[2]), slug=uuid.uuid4().hex)"
    )
    chance = random.Random(7)
    for _ in range(12):
        command = [sys.executable, "-c", script, str(source), str(docs)]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
            assert process.stdout
            process.stdout.readline()
            time.sleep(chance.uniform(0.05, 0.5))
            process.kill()
        if docs.exists() and any(not p.name.startswith(".") for p in docs.iterdir()):
            texts = {document.text for document in read_corpus(docs)}
            assert texts == {source.read_text("utf-8")}
    names = [path.name for path in docs.iterdir()]
    assert any(name.startswith(".adding-") for name in names), "no kill hit an article half made"
    assert any(not name.startswith(".") for name in names)


@pytest.mark.parametrize(
    ("content", "given", "told"),
    [
        pytest.param("Text only.", {}, "give one with --title", id="no-title"),
        pytest.param("12.5", {"title": "a"}, "with --language", id="no-language"),
        pytest.param(ARTICLE, {"language": "klingonish"}, "unknown language", id="language"),
        pytest.param(ARTICLE, {"published": "yesterday"}, "is not a date", id="date"),
        pytest.param(ARTICLE, {"url": "javascript:alert(1)"}, "not an address", id="url"),
        pytest.param(ARTICLE, {"slug": "../up"}, "a slug has", id="slug-up"),
        pytest.param(ARTICLE, {"slug": ".hidden"}, "a slug has", id="slug-hidden"),
        pytest.param("# a\n\nb\x00", {}, "control character U+0000", id="control"),
    ],
)
def test_a_refused_file_leaves_nothing_behind(source, tmp_path, content, given, told):
    source.write_text(content, "utf-8")
    assert told in fault(str(source), tmp_path / "docs", **given)


def test_what_is_no_file_is_told(tmp_path):
    assert "no such file" in fault(str(tmp_path / "none.md"), tmp_path / "docs")
    assert "no such file" in fault(str(tmp_path), tmp_path / "docs")
    (tmp_path / "a.exe").write_bytes(b"x")
    assert "not known" in fault(str(tmp_path / "a.exe"), tmp_path / "docs")


def test_a_folder_that_cannot_be_written_is_told(source, tmp_path):
    (tmp_path / "docs").write_text("a file")
    with pytest.raises(CorpusError, match="cannot be written"):
        add_article(str(source), tmp_path / "docs")


# From the web


@contextmanager
def site(reply: Reply) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            try:
                reply(self)
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def page(body: bytes, kind: str = "text/markdown", **headers: str) -> Reply:
    def reply(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.send_header("Content-Type", kind)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(body)

    return reply


def redirect(target: str) -> Reply:
    def reply(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(302)
        handler.send_header("Location", target)
        handler.end_headers()

    return reply


def test_a_page_becomes_an_article_with_its_address(tmp_path):
    with site(page(ARTICLE.encode(), "text/markdown; charset=utf-8")) as address:
        path = add_article(f"{address}/news/port.md", tmp_path / "docs", allow_private=True)
        document = read_document(path.parent)
        assert document.url == f"{address}/news/port.md"
        assert document.text == ARTICLE


def test_packed_pages_and_other_charsets_are_read(tmp_path):
    body = "# Порт открыт\n\nСегодня открыт порт.\n"
    packed = gzip.compress(body.encode("cp1251"))
    kind = "text/markdown; charset=windows-1251"
    with site(page(packed, kind, Content_Encoding="gzip")) as address:
        path = add_article(address, tmp_path / "docs", allow_private=True)
        assert read_document(path.parent).text == body


def test_redirects_are_followed_a_few_times():
    def reply(handler: BaseHTTPRequestHandler) -> None:
        step = int(handler.path.strip("/") or 0)
        (page(b"text", "text/plain") if step == 5 else redirect(f"/{step + 1}"))(handler)

    with site(reply) as address:
        assert fetch(address, allow_private=True).url == f"{address}/5"
        with pytest.raises(CorpusError, match="more than 5 redirects"):
            fetch(f"{address}/-1", allow_private=True)


@pytest.mark.parametrize(
    "host",
    ["127.0.0.1", "localhost", "10.1.2.3", "169.254.169.254", "[::1]", "[::ffff:192.168.0.1]",
     "2130706433", "0x7f.1", "0", "100.64.0.1"],
)  # fmt: skip
def test_addresses_inside_private_networks_are_refused(host, tmp_path):
    with pytest.raises(CorpusError, match="private network"):
        fetch(f"http://{host}:9/")


@pytest.mark.parametrize(
    "address",
    ["fe80::1%eth0", "fc00::1", "64:ff9b::7f00:1", "2002:7f00:1::", "224.0.0.1", "::",
     "255.255.255.255"],
)  # fmt: skip
def test_addresses_that_are_not_public_are_known(address):
    assert not is_public(address)
    assert is_public("1.1.1.1")
    assert is_public("2606:4700::1111")


def test_a_redirect_into_the_private_network_is_refused(monkeypatch):
    with site(redirect("http://localhost:9/secret")) as address:
        # the first address passes as public; the redirect is judged anew
        monkeypatch.setattr(fetching, "is_public", lambda ip: ip == "127.0.0.1" and not seen)
        seen: list[str] = []
        resolve = fetching._resolve

        async def counted(url, allow_private):
            found = await resolve(url, allow_private)
            seen.append(found)
            return found

        monkeypatch.setattr(fetching, "_resolve", counted)
        with pytest.raises(CorpusError, match=r"localhost: is .*private network"):
            fetch(address)


def test_a_name_is_resolved_once_so_that_it_cannot_change_its_meaning(monkeypatch):
    asked: list[str] = []

    class Loop(asyncio.SelectorEventLoop):
        async def getaddrinfo(self, host, port, **_):
            asked.append(host)
            return [(2, 1, 6, "", ("127.0.0.1", port))]

    hosts: list[str] = []

    def reply(handler: BaseHTTPRequestHandler) -> None:
        hosts.append(handler.headers["Host"])
        page(b"text", "text/plain")(handler)

    with site(reply) as address, asyncio.Runner(loop_factory=Loop) as runner:
        url = address.replace("127.0.0.1", "news.example")
        fetched = runner.run(fetching._within(url, True, 1000, 5.0))
    # asked once for the name; the connection then went to the address itself
    assert [host for host in asked if host == "news.example"] == ["news.example"]
    assert hosts == [url.removeprefix("http://")]
    assert fetched.url == url


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("ftp://example.com/a", "only http"),
        ("file:///etc/passwd", "only http"),
        ("http://", "only http"),
        ("http://user:pw@127.0.0.1/", "user name or password"),
        ("http://host.invalid/", "no such host"),
        ("http://exa mple/", "not an address|no such host"),
        ("http://[::1/", "not an address"),
    ],
)
def test_other_addresses_are_refused(url, told):
    with pytest.raises(CorpusError, match=told):
        fetch(url)


def drip(handler: BaseHTTPRequestHandler) -> None:
    page(b"", "text/plain")(handler)
    while True:
        handler.wfile.write(b"a")
        time.sleep(0.05)


def drip_headers(handler: BaseHTTPRequestHandler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
    while True:
        handler.wfile.write(b"X: y\r\n")
        time.sleep(0.05)


BOMB = gzip.compress(b"a" * 3_000_000)


@pytest.mark.parametrize(
    ("reply", "told"),
    [
        pytest.param(page(b"x", "image/png"), "image/png is not a kind", id="kind"),
        pytest.param(page(b"x", ""), "unknown content", id="no-kind"),
        pytest.param(page(b"a" * 1_000_001, "text/plain"), "larger than 1 MB", id="large"),
        pytest.param(page(BOMB, "text/plain", Content_Encoding="gzip"), "larger than", id="bomb"),
        pytest.param(
            page(BOMB[:500], "text/plain", Content_Encoding="gzip"), "cut off", id="cut-off"
        ),
        pytest.param(
            page(b"rubbish", "text/plain", Content_Encoding="gzip"), "damaged", id="damaged"
        ),
        pytest.param(page(b"x", "text/plain", Content_Encoding="br"), "packed as br", id="br"),
        pytest.param(drip, "longer than 1 seconds", id="slow-body"),
        pytest.param(drip_headers, "longer than 1 seconds", id="slow-headers"),
        pytest.param(redirect("file:///etc/passwd"), "only http", id="redirect-to-file"),
        pytest.param(lambda handler: handler.send_error(404), "answers 404", id="missing"),
    ],
)
def test_what_a_server_sends_is_bounded(reply, told):
    seconds = 1 if reply in (drip, drip_headers) else 60  # a busy machine may be slow to answer
    with site(reply) as address, pytest.raises(CorpusError, match=told) as caught:
        fetch(address, allow_private=True, max_bytes=1_000_000, max_seconds=seconds)
    assert all("\n" not in fault for fault in caught.value.faults)


def test_a_server_that_is_not_there_is_told(free_port):
    with pytest.raises(CorpusError, match="ConnectError"):
        fetch(f"http://127.0.0.1:{free_port}/", allow_private=True)
