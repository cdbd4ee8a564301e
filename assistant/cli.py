"""The command line: `c5 index`, `search`, `ask`, `serve`, `mcp`, `add`, `show`, `doctor` and more.

Results go to standard output, progress and logs to standard error. Exit codes: 0 good, 1 the
answer to a check is no, 2 the user's mistake, told in one line. Other packages add commands
through the entry-point group `c5.commands`, so nothing here imports what lies above.
"""

from __future__ import annotations

import errno
import json
import logging
import os
import sys
from collections.abc import Mapping
from importlib.metadata import entry_points
from pathlib import Path
from typing import Annotated, Any

import typer

from assistant.access.commands import tokens, users
from assistant.errors import AssistantError
from assistant.translating.commands import translate
from index.errors import CorpusError, IndexingError

# before any library that would report home is imported
os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")
os.environ.setdefault("ANONYMIZED_TELEMETRY", "False")

app = typer.Typer(
    name="c5",
    help="Answers from the articles in docs/, with the passage behind every statement.",
    no_args_is_help=True,
    invoke_without_command=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


@app.callback()
def _options(
    version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False,
) -> None:
    if version:
        from importlib.metadata import version as installed

        typer.echo(installed("c5-assistant"))
        raise typer.Exit


Docs = Annotated[Path | None, typer.Option(help="Folder of the articles (C5_DOCS, docs).")]
IndexDir = Annotated[
    Path | None, typer.Option("--index", help="Folder of the index (C5_INDEX, .index).")
]
# the disk's state, not a fault of ours: not permitted, full, read-only, over quota
_DISK = {errno.EACCES, errno.EPERM, errno.ENOSPC, errno.EROFS, errno.EDQUOT}
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command()
def index(
    docs: Docs = None,
    index_dir: IndexDir = None,
    rebuild: Annotated[bool, typer.Option(help="Start anew instead of updating.")] = False,
    engine: Annotated[str, typer.Option(help="local, or ray for a cluster.")] = "local",
) -> None:
    """Build or update the index of the articles.

    Example: c5 index --docs docs --index .index
    """
    from assistant.settings import Settings
    from index.build import build_index

    settings = Settings.load(docs=docs, index=index_dir)
    report = build_index(
        settings.docs,
        settings.index,
        encoder=settings.encoder,
        rebuild=rebuild,
        engine=engine,
        chroma_url=settings.chroma_url,
    )
    typer.echo(str(report))


@app.command()
def search(
    query: str,
    k: Annotated[int, typer.Option("-k", min=1, max=1000, help="How many passages.")] = 5,
    as_json: AsJson = False,
    docs: Docs = None,
    index_dir: IndexDir = None,
) -> None:
    """Show the passages nearest to a query.

    Example: c5 search "oil pipeline" -k 3
    """
    opened = _assistant(docs, index_dir).index
    hits = opened.search(query, k)
    if as_json:
        _print_json([hit_as_dict(hit) for hit in hits])
        return
    for hit in hits:
        passage = hit.passage
        where = f"{passage.document_id} [{passage.start}:{passage.end}]"
        section = f" {passage.section}" if passage.section else ""
        typer.echo(f"{hit.rank}. {hit.score:.3f}  {where}{section}\n{passage.text}\n")


def hit_as_dict(hit: Any) -> dict[str, Any]:
    """Return the JSON of one hit, the same on the command line and over HTTP."""
    passage = hit.passage
    return {
        "rank": hit.rank,
        "score": round(float(hit.score), 4),
        "document": passage.document_id,
        "section": passage.section,
        "start": passage.start,
        "end": passage.end,
        "text": passage.text,
        "parts": {name: round(float(value), 4) for name, value in hit.parts.items()},
    }


@app.command()
def ask(
    question: Annotated[str | None, typer.Argument(help="The question.")] = None,
    as_json: AsJson = False,
    lang: Annotated[str | None, typer.Option(help="Answer in ar, en, ru or kk.")] = None,
    mode: Annotated[str, typer.Option(help="auto, extractive or generative.")] = "auto",
    questions: Annotated[
        Path | None, typer.Option("--input", help="Questions, one JSON object a line.")
    ] = None,
    answers: Annotated[
        Path | None, typer.Option("--output", help="Where the answers go, one a line.")
    ] = None,
    docs: Docs = None,
    index_dir: IndexDir = None,
) -> None:
    """Answer a question, or a file of questions, from the articles.

    Example: c5 ask "Who is building the port?" --json
    Example: c5 ask --input questions.jsonl --output answers.jsonl
    """
    from assistant.batch import answer_file
    from assistant.question import check_language, check_mode

    check_language(lang)
    chosen = check_mode(mode)
    if (question is None) == (questions is None):
        raise AssistantError("give either a question or --input FILE")
    if questions is not None:
        answer_file(
            questions,
            answers,
            lambda: _assistant(docs, index_dir),
            language=lang,
            mode=chosen,
        )
        return
    assert question is not None
    answer = _assistant(docs, index_dir).ask(question, language=lang, mode=chosen)
    if as_json:
        _print_json(answer.as_dict())
    else:
        typer.echo(_plain(answer.as_dict()))


def _plain(answer: Mapping[str, Any]) -> str:
    """Return an answer and its sources as text."""
    lines = [answer["text"], *answer["notes"], ""]
    for citation in answer["citations"]:
        section = f" / {citation['section']}" if citation["section"] else ""
        lines.append(
            f"[{citation['number']}] {citation['title']}{section}"
            f"  {citation['document']}[{citation['start']}:{citation['end']}]"
        )
        lines.append(f"    {citation['quote']}")
        if citation["translation"]:
            lines.append(f"    ({citation['translation']})")
    for nearest in answer["nearest"]:
        lines.append(f"~ {nearest['document']}[{nearest['start']}:{nearest['end']}]")
        lines.append(f"    {nearest['quote']}")
    return "\n".join(lines).rstrip()


@app.command()
def serve(
    host: Annotated[str | None, typer.Option(help="Address (C5_HOST, 127.0.0.1).")] = None,
    port: Annotated[int | None, typer.Option(help="Port (C5_PORT, 7860).")] = None,
    docs: Docs = None,
    index_dir: IndexDir = None,
) -> None:
    """Open the chat, the widget and the HTTP API.

    Example: c5 serve --port 7860
    """
    from assistant.settings import Settings
    from assistant.web.app import serve as serve_web

    serve_web(Settings.load(host=host, port=port, docs=docs, index=index_dir))


@app.command()
def mcp(
    http: Annotated[bool, typer.Option("--http", help="Over HTTP, not input and output.")] = False,
    host: Annotated[str | None, typer.Option(help="Address (C5_HOST, 127.0.0.1).")] = None,
    port: Annotated[int, typer.Option(help="Port.")] = 7861,
    docs: Docs = None,
    index_dir: IndexDir = None,
) -> None:
    """Offer the articles to other assistants as an MCP server (extra: mcp).

    Example: c5 mcp --http --port 7861
    """
    from assistant import mcp_server
    from assistant.settings import Settings

    settings = Settings.load(host=host, port=port, docs=docs, index=index_dir)
    (mcp_server.serve_http if http else mcp_server.serve_stdio)(settings)


@app.command()
def add(
    source: Annotated[str, typer.Argument(help="A file, or an http(s) address.")],
    title: Annotated[str | None, typer.Option(help="Its title, where the source has none.")] = None,
    published: Annotated[str | None, typer.Option(help="Its date, YYYY-MM-DD.")] = None,
    language: Annotated[str | None, typer.Option(help="ar, en, ru or kk.")] = None,
    publisher: Annotated[str | None, typer.Option(help="Who published it.")] = None,
    url: Annotated[str | None, typer.Option(help="Where it was published.")] = None,
    slug: Annotated[str | None, typer.Option(help="Name of its folder in docs/.")] = None,
    allow_private: Annotated[
        bool, typer.Option(help="Allow addresses inside your own network.")
    ] = False,
    docs: Docs = None,
) -> None:
    """Put an article into docs/ (then run: c5 index).

    Example: c5 add report.docx --title "Port opens" --published 2025-11-06
    """
    from assistant.settings import Settings
    from index.add import add_article

    settings = Settings.load(docs=docs)
    path = add_article(
        source,
        settings.docs,
        title=title,
        published=published,
        language=language,
        publisher=publisher,
        url=url,
        slug=slug,
        allow_private=allow_private,
    )
    typer.echo(str(path))


@app.command()
def show(document: str, as_json: AsJson = False, docs: Docs = None) -> None:
    """Print the text of a document, the one that offsets count in.

    Example: c5 show port-opens
    """
    from assistant.settings import Settings
    from index.corpus import read_corpus

    folder = Settings.load(docs=docs).docs
    documents = {d.id: d for d in read_corpus(folder)}
    if document not in documents:
        known = ", ".join(sorted(documents)[:20])
        raise AssistantError(f"no document {document!r} in {folder}; there are: {known}")
    found = documents[document]
    if as_json:
        _print_json(
            {
                "id": found.id,
                "title": found.title,
                "language": found.language,
                "publisher": found.publisher,
                "published": found.published.isoformat() if found.published else None,
                "url": found.url,
                "translations": [t.language for t in found.translations],
                "machine_translations": [t.language for t in found.translations if t.machine],
                "text": found.text,
            }
        )
    else:
        sys.stdout.write(found.text)


@app.command()
def doctor(as_json: AsJson = False, docs: Docs = None, index_dir: IndexDir = None) -> None:
    """Say what is set, what works and what is stale; exit 1 where something must be done.

    Example: c5 doctor
    """
    from assistant.doctor import examine
    from assistant.settings import Settings

    checks = examine(Settings.load(docs=docs, index=index_dir))
    if as_json:
        _print_json([check.as_dict() for check in checks])
    else:
        for check in checks:
            typer.echo(f"{check.state:<5} {check.name}: {check.detail}")
    if any(check.state == "fail" for check in checks):
        raise typer.Exit(1)


app.command()(translate)
app.add_typer(users, name="user")
app.add_typer(tokens, name="token")


@app.command()
def backup(target: Path, docs: Docs = None, index_dir: IndexDir = None) -> None:
    """Write what can't be rebuilt into one file: articles, feedback, links, users, tokens.

    Example: c5 backup c5-backup.tar.gz
    """
    from assistant.backup import backup as write
    from assistant.settings import Settings

    for line in write(Settings.load(docs=docs, index=index_dir), target):
        typer.echo(line)


@app.command()
def restore(source: Path, docs: Docs = None, index_dir: IndexDir = None) -> None:
    """Put a backup back where the settings say; what is there is moved aside, never lost.

    Example: c5 restore c5-backup.tar.gz
    """
    from assistant.backup import restore as put_back
    from assistant.settings import Settings

    for line in put_back(Settings.load(docs=docs, index=index_dir), source):
        typer.echo(line)


def _assistant(docs: Path | None, index_dir: Path | None) -> Any:
    from assistant.assistant import Assistant
    from assistant.settings import Settings

    return Assistant.open(Settings.load(docs=docs, index=index_dir))


def _print_json(value: object) -> None:
    typer.echo(json.dumps(value, ensure_ascii=False, indent=2))


def _plug_in(name: str) -> None:
    """Load the entry points of the command that is asked for; all of them for the help."""
    for point in entry_points(group="c5.commands"):
        if name in (point.name, "", "-h", "--help"):
            app.add_typer(point.load(), name=point.name)


def main() -> None:
    """Run the command line; every foreseen error ends as one line and exit code 2."""
    logging.basicConfig(format="%(levelname)s %(name)s: %(message)s", stream=sys.stderr)
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    _plug_in(sys.argv[1] if len(sys.argv) > 1 else "")
    try:
        code = app(standalone_mode=False)
    except CorpusError as error:
        for fault in error.faults:
            typer.echo(f"c5: {fault}", err=True)
        code = 2
    except (AssistantError, IndexingError) as error:
        typer.echo(f"c5: {error}", err=True)
        code = 2
    except typer.TyperException as error:
        told = error.format_message() if isinstance(error, typer.BadParameter) else str(error)
        typer.echo(f"c5: {told} (see: c5 --help)", err=True)
        code = 2
    except BrokenPipeError:
        # the reader of a pipe left; nothing to say and nobody to say it to
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = 0
    except OSError as error:
        if error.errno not in _DISK:
            raise
        typer.echo(f"c5: {error.filename or 'a file'}: {error.strerror}", err=True)
        code = 2
    except (typer.Abort, KeyboardInterrupt):
        code = 130
    except typer.Exit as stop:
        code = stop.exit_code
    sys.exit(code if isinstance(code, int) else 0)
