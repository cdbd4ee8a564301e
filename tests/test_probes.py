"""Files made to do harm: unpacked without end, nested without end, asking for files of ours."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import zipfile
import zlib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
SECRET = "the-secret-of-this-machine"

# reads each file as `c5 add` does, in a process that may use 2 GB and 60 s of processor
READ = """
import json, resource, sys, time
from pathlib import Path
resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))
resource.setrlimit(resource.RLIMIT_CPU, (60, 60))
from index.add import add_article
from index.errors import CorpusError
told = {}
for path in sorted(Path(sys.argv[1]).iterdir()):
    try:
        made = add_article(str(path), Path(sys.argv[2]), title=path.stem, language="en")
        told[path.name] = made.read_text("utf-8")[:2000]
    except CorpusError as error:
        told[path.name] = error.faults
status = dict(line.split(":", 1) for line in open("/proc/self/status"))
peak = int(status["VmHWM"].split()[0]) / 1024
print(json.dumps({"told": told, "peak": peak, "spent": time.process_time()}))
"""


def pdf(*objects: bytes, root: int = 1) -> bytes:
    """Put objects, numbered from 1, together as a PDF."""
    out = io.BytesIO(b"%PDF-1.7\n")
    out.seek(0, io.SEEK_END)
    places = []
    for number, content in enumerate(objects, 1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%b\nendobj\n" % (number, content))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    for place in places:
        out.write(b"%010d 00000 n \n" % place)
    out.write(b"trailer\n<< /Size %d /Root %d 0 R >>\n" % (len(objects) + 1, root))
    out.write(b"startxref\n%d\n%%%%EOF\n" % start)
    return out.getvalue()


def packed(times: int, megabytes: int) -> bytes:
    """Return a stream of nothing that unpacks to so many megabytes, packed so many times."""
    packer = zlib.compressobj(6)
    data = b"".join(packer.compress(b"0" * 1_000_000) for _ in range(megabytes)) + packer.flush()
    for _ in range(times - 1):
        data = zlib.compress(data, 9)
    return data


def pdf_with(stream: bytes, filters: bytes) -> bytes:
    return pdf(
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R >>",
        b"<< /Length %d /Filter %b >>\nstream\n%b\nendstream" % (len(stream), filters, stream),
    )


def docx(document: str) -> bytes:
    out = io.BytesIO()
    kinds = (
        '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default '
        'Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Override PartName="/d.xml" ContentType="application/vnd.openxmlformats-officedocument.'
        'wordprocessingml.document.main+xml"/></Types>'
    )
    links = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="r" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
        'relationships/officeDocument" Target="d.xml"/></Relationships>'
    )
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("[Content_Types].xml", kinds)
        file.writestr("_rels/.rels", links)
        file.writestr("d.xml", document)
    return out.getvalue()


def word(entities: str, text: str) -> bytes:
    """Return a document of a word processor whose XML declares entities."""
    w = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    return docx(
        f'<?xml version="1.0"?><!DOCTYPE d [{entities}]><w:document xmlns:w="{w}"><w:body><w:p>'
        f"<w:r><w:t>Harmless words. {text}</w:t></w:r></w:p></w:body></w:document>"
    )


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, object]:
    folder = tmp_path_factory.mktemp("probes")
    files = folder / "files"
    files.mkdir()
    secret = folder / "secret.txt"
    secret.write_text(SECRET)
    laughs = '<!ENTITY a0 "ha">' + "".join(
        f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10)
    )
    harmful = {
        "page-bomb.pdf": pdf_with(packed(1, 300), b"/FlateDecode"),
        "nested-bomb.pdf": pdf_with(packed(2, 200), b"[/FlateDecode /FlateDecode]"),
        "endless-pages.pdf": pdf(
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 9 >>",
        ),
        "entity.docx": word(f'<!ENTITY x SYSTEM "{secret.as_uri()}">', "&x;"),
        "laughs.docx": word(laughs, "&a9;"),
        "deep.html": b"<html><body>" + b"<div>" * 200_000 + b"Words in the deep.",
        "entity.html": b'<!DOCTYPE h [<!ENTITY x SYSTEM "%b">]><p>Harmless words, and more of them '
        b"for a text. &x;</p>" % secret.as_uri().encode(),
    }
    for name, content in harmful.items():
        assert len(content) < 5_000_000
        (files / name).write_bytes(content)
    done = subprocess.run(
        [sys.executable, "-c", READ, str(files), str(folder / "docs")],
        cwd=ROOT, capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-2000:]
    found: dict[str, object] = json.loads(done.stdout)
    return found


@pytest.mark.slow
def test_harmful_files_are_refused_in_one_line_or_read_without_harm(
    told: dict[str, object],
) -> None:
    results = told["told"]
    assert isinstance(results, dict)
    assert len(results) == 7
    for name in ("page-bomb.pdf", "nested-bomb.pdf", "endless-pages.pdf", "laughs.docx"):
        assert isinstance(results[name], list), (name, results[name])
        assert len(results[name]) == 1
        assert "\n" not in results[name][0]
    assert SECRET not in json.dumps(results)


@pytest.mark.slow
def test_harmful_files_take_little_memory_and_time(told: dict[str, object]) -> None:
    assert float(str(told["peak"])) < 800  # MiB, of which the libraries take some
    assert float(str(told["spent"])) < 50
