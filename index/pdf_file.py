"""The text of a PDF, its lines put together to paragraphs; the only module that imports pypdf.

A PDF knows where glyphs stand, not what a paragraph is. Arabic comes out of most PDFs with its
words in the wrong order; such a text would be quoted wrongly, so it is refused.
"""

from __future__ import annotations

import io
import re
import time
from collections import Counter
from collections.abc import Iterator

from pypdf import PdfReader
from pypdf.errors import PyPdfError

from index.loaded import MAX_TEXT, Loaded, LoadError, clean, one_line

_MAX_PAGES = 2_000
_MAX_SECONDS = 60.0
_SHORT = 0.75  # of the usual width of a line; a paragraph's last line or a heading
_SHORT_AFTER_STOP = 0.92  # where the line ends a sentence
_STOPS = (".", "!", "?", "؟", "…", ".»", ".”", '."', ":")
_RIGHT_TO_LEFT = re.compile(r"[\u0590-\u08ff]")
_GLYPHS = re.compile(r"[\ufb50-\ufdff\ufe70-\ufefc]")  # letters as drawn, not as written
_MISPLACED = re.compile(r"^[.،؛:؟!,?]", re.MULTILINE)
_IN_PLACE = re.compile(r"[.،؛:؟!,?]$", re.MULTILINE)
_HYPHENATED = re.compile(r"[^\W\d_][-\u00ad]$")


def load_pdf(data: bytes) -> Loaded:
    """Read the text layer of a PDF and the title its metadata state."""
    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted and not reader.decrypt(""):
            raise LoadError("the PDF is locked with a password")
        pages = list(_pages(reader))
        title = one_line((reader.metadata.title if reader.metadata else None) or "")
    except LoadError:
        raise
    # pypdf meets malformed files with whatever Python raises
    except (PyPdfError, ArithmeticError, LookupError, TypeError, ValueError, OSError) as error:
        raise LoadError(f"the PDF is damaged ({type(error).__name__})") from error
    except (AttributeError, AssertionError, RecursionError, NotImplementedError) as error:
        raise LoadError(f"the PDF is damaged ({type(error).__name__})") from error
    if _is_out_of_order("\n".join(line for page in pages for line in page)):
        raise LoadError("its right-to-left text has lost its order; add a DOCX, HTML or text file")
    text = "\n\n".join(paragraphs(pages))
    if not text:
        raise LoadError("the PDF has no text, only pictures of pages; recognise its text first")
    return Loaded(text + "\n", {"title": title} if title else {})


def paragraphs(pages: list[list[str]]) -> Iterator[str]:
    """Join the lines of pages to paragraphs, leaving out page numbers and running heads.

    >>> list(paragraphs([["The port opens in two months' time, the minis-", "try said.", "1"]]))
    ["The port opens in two months' time, the ministry said."]
    """
    running = _running_heads(pages)
    lines = [
        line
        for page in pages
        for at, line in enumerate(page)
        if not (at in (0, len(page) - 1) and _shape(line) in running)
    ]
    lengths = sorted(len(line) for line in lines if line)
    width = lengths[len(lengths) * 9 // 10] if lengths else 0
    current = ""
    for line in lines:
        if not line:
            if current:
                yield current
            current = ""
            continue
        current = _continued(current, line)
        end = _SHORT_AFTER_STOP if line.endswith(_STOPS) else _SHORT
        if len(line) < end * width and not line.endswith((",", "،", "-", "\u00ad")):
            yield current
            current = ""
    if current:
        yield current


def _is_out_of_order(text: str) -> bool:
    """Tell whether right-to-left lines came out as drawn: shaped letters, full stops in front."""
    drawn, written = len(_GLYPHS.findall(text)), len(_RIGHT_TO_LEFT.findall(text))
    if drawn + written < 0.1 * len(text):
        return False
    return drawn > 0.05 * written or len(_MISPLACED.findall(text)) > len(_IN_PLACE.findall(text))


def _pages(reader: PdfReader) -> Iterator[list[str]]:
    started = time.monotonic()
    size = 0
    if len(reader.pages) > _MAX_PAGES:
        raise LoadError(f"more than {_MAX_PAGES:,} pages; cut the PDF into articles")
    for page in reader.pages:
        text = clean(page.extract_text())
        size += len(text)
        if size > MAX_TEXT or time.monotonic() - started > _MAX_SECONDS:
            raise LoadError("too much to read; cut the PDF into articles")
        yield [one_line(line) for line in text.strip().split("\n")]


def _running_heads(pages: list[list[str]]) -> set[str]:
    """Return the shapes of first and last lines that are on most pages, and of page numbers."""
    edges = Counter(
        shape for page in pages if page for shape in {_shape(page[0]), _shape(page[-1])}
    )
    return {"0", "- 0 -"} | {s for s, n in edges.items() if n >= 3 and n > len(pages) / 2}


def _shape(line: str) -> str:
    return re.sub(r"\d+", "0", line)


def _continued(before: str, line: str) -> str:
    if not before:
        return line
    if _HYPHENATED.search(before) and line[:1].islower():
        return before[:-1] + line
    return f"{before} {line}"
