"""`c5 translate`: a machine translation beside an article, each paragraph verified."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from assistant.errors import AssistantError


def translate(
    document: str,
    to: Annotated[
        list[str] | None, typer.Option("--to", help="Languages; else all that are missing.")
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Overwrite what a person made or changed.")
    ] = False,
    leave_original: Annotated[
        bool,
        typer.Option(
            "--leave-original",
            help="Write it although paragraphs failed: those stay in the original, marked.",
        ),
    ] = False,
    docs: Annotated[Path | None, typer.Option(help="Folder of articles (C5_DOCS, docs).")] = None,
) -> None:
    """Translate an article with the language model (C5_LLM), paragraph by paragraph, verified.

    A paragraph whose figures, names or dates do not agree with the original is asked for once
    more; what fails again is named and nothing is written (exit 1). Run it again to go on.

    Example: c5 translate port-opens --to en --to ru
    """
    from tqdm import tqdm

    from assistant.claims import ClaimChecker
    from assistant.llm import ChatModel, ModelFailure
    from assistant.matching import WordMatcher
    from assistant.schema import LANGUAGES
    from assistant.settings import Settings
    from assistant.translating.article import is_wanted, translate_article
    from assistant.translating.model import Translator
    from index.corpus import read_document
    from index.encoder import StaticEncoder, open_encoder

    settings = Settings.load(docs=docs)
    if unknown := [language for language in to or () if language not in LANGUAGES]:
        raise AssistantError(f"no language {unknown[0]!r}; one of {', '.join(LANGUAGES)}")
    folder = settings.docs / document
    if Path(document).name != document or not folder.is_dir():
        raise AssistantError(f"no document {document!r} in {settings.docs}; see the folders there")
    own = read_document(folder).language
    if own in (to or ()):
        raise AssistantError(f"{document}: the article itself is in {own}")
    if not settings.llm:
        raise AssistantError("no language model is set; set C5_LLM, for example ollama:qwen3")
    wanted = [
        language
        for language in to or (each for each in LANGUAGES if each != own)
        if is_wanted(folder, language, named=bool(to), force=force)
    ]
    if not wanted:
        typer.echo("nothing to do: the translations are there", err=True)
        return
    encoder = open_encoder()
    assert isinstance(encoder, StaticEncoder)
    translator = Translator(ChatModel(settings), ClaimChecker(WordMatcher(encoder)))
    failed = False
    for language in wanted:
        with tqdm(desc=f"translating to {language}", unit="paragraph", disable=None) as bar:

            def report(done: int, of: int, bar: Any = bar) -> None:
                bar.total = of
                bar.update(done - bar.n)

            try:
                result = translate_article(
                    folder, language, translator, leave_original=leave_original, report=report
                )
            except ModelFailure as error:
                raise AssistantError(
                    f"the language model failed ({error}); what was verified is kept, run it again"
                ) from None
        for each in result.failed:
            typer.echo(f"c5: {document}, {language}: {each}", err=True)
        if result.path is None:
            failed = True
            typer.echo(
                f"c5: {document}: translation.{language}.md is not written; run it again, with "
                "another model, or with --leave-original",
                err=True,
            )
        else:
            typer.echo(str(result.path))
    if failed:
        raise typer.Exit(1)
