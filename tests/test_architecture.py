"""Heavy libraries live behind one module each, and starting the command imports none of them."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

HOME = {
    "gradio": ("assistant/web/chat.py",),
    "chromadb": ("index/store.py",),
    "sentence_transformers": ("index/transformer.py", "index/train/"),
    "torch": ("index/train/",),
    "ray": ("index/engines.py",),
    "langchain": ("assistant/llm.py",),
    "fastapi": ("assistant/web/", "eval/web/"),
    "langchain_core": ("assistant/message.py", "assistant/retriever.py", "index/embeddings.py"),
    "trafilatura": ("index/html_page.py",),
    "pypdf": ("index/pdf_file.py",),
    "docx": ("index/docx_file.py", "assistant/web/"),
    "sklearn": (
        "assistant/train_reader.py",
        "assistant/train_support.py",
        "assistant/training/",
        "index/train/",
    ),
}
# a benchmark runs the peer it is compared with
PEERS = ("eval/benchmarks/",)


def _imports(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module


def _sources():
    for package in ("assistant", "index", "eval"):
        yield from (ROOT / package).rglob("*.py")


@pytest.mark.parametrize("library", sorted(HOME))
def test_a_heavy_library_has_one_home(library):
    strangers = [
        str(path.relative_to(ROOT))
        for path in _sources()
        if not str(path.relative_to(ROOT)).startswith((*HOME[library], *PEERS))
        and any(name.split(".")[0] == library for name in _imports(path))
    ]
    assert strangers == []


def test_no_module_hides_behind_a_vague_name():
    vague = {"utils", "helpers", "manager", "base", "common", "misc", "core"}
    assert [path for path in _sources() if path.stem in vague] == []


def test_the_command_line_starts_without_heavy_libraries():
    code = (
        "import sys, assistant.cli, assistant.batch;"
        "print(sorted({'torch', 'gradio', 'chromadb', 'sentence_transformers', 'langchain',"
        " 'sklearn', 'fastapi', 'numpy'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    assert done.stdout.strip() == "[]"
