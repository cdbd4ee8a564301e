"""The text of a DOCX as Markdown; the only module of the index that imports python-docx."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from typing import Any

from docx import Document
from docx.table import Table

from index.loaded import MAX_UNPACKED, Loaded, LoadError, clean, heading, one_line, table

_HEADING = re.compile(r"Heading([1-6])")


def load_docx(data: bytes) -> Loaded:
    """Read the body of a document, and its title from its properties or its Title paragraph."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            # zipfile never gives more of an entry than the size that it declares
            if sum(entry.file_size for entry in archive.infolist()) > MAX_UNPACKED:
                raise LoadError(f"it unpacks to more than {MAX_UNPACKED // 1_000_000} MB")
        document = Document(io.BytesIO(data))
        parts = [_markdown(item) for item in document.iter_inner_content()]
        titles = [document.core_properties.title or ""]
        titles += [p.text for p in document.paragraphs if _style(p) in ("Title", "Heading1")]
    except LoadError:
        raise
    except (zipfile.BadZipFile, LookupError, ValueError, SyntaxError) as error:
        raise LoadError(f"the DOCX is damaged ({type(error).__name__})") from error
    except (zlib.error, EOFError, NotImplementedError) as error:  # inside the archive
        raise LoadError(f"the DOCX is damaged ({type(error).__name__})") from error
    title = next((one_line(title) for title in titles if one_line(title)), "")
    text = "\n\n".join(part for part in parts if part) + "\n"
    return Loaded(text, {"title": title} if title else {})


def _markdown(item: Any) -> str:
    if isinstance(item, Table):
        return table([[cell.text for cell in row.cells] for row in item.rows])
    style = _style(item)
    if style == "Title":
        return heading(item.text, 1)
    if level := _HEADING.fullmatch(style):
        return heading(item.text, int(level[1]))
    text = clean(item.text).strip()
    return f"- {one_line(text)}" if text and style.startswith("List") else text


def _style(paragraph: Any) -> str:
    return str(paragraph.style.style_id or "") if paragraph.style else ""
