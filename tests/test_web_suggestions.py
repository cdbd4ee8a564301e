"""The questions to begin with: drawn from the articles, in the chosen language, all answered."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from web_stand_in import StandIn, corpus

from assistant.assistant import Assistant
from assistant.schema import LANGUAGES, Status
from assistant.settings import Settings
from assistant.web.candidates import candidates
from assistant.web.suggestions import Suggestions
from index.schema import Document, Translation

NEWS = """أخبار

## من يدفع؟

قالت سارة منصور، كبيرة الباحثين في معهد الدراسات البحرية، إن \
العمل بدأ في عام ٢٠١٥ وانتهى عام 2023 ويستمر حتى 2031.

## خطط
"""
ENGLISH = (
    "News",
    "Who pays?",
    "Work began in 2015 and ended in 2023 (to go on until 2031), according to Sara "
    "Mansour, a senior researcher at the Institute of Marine Studies.",
    "Plans",
)


def asked(documents: list[Document], language: str) -> list[str]:
    return [candidate.question for candidate in candidates(documents, language)]


@pytest.fixture
def news() -> Document:
    translation = Translation("en", ENGLISH)
    day = date(2024, 5, 1)
    return Document("news", "أخبار", "ar", NEWS, published=day, translations=(translation,))


def test_every_question_that_is_offered_has_an_answer() -> None:
    assistant = StandIn()
    suggestions = Suggestions(assistant)
    suggestions.find()
    offered = {language: suggestions.now(language) for language in LANGUAGES}
    assert offered["ar"]
    assert offered["en"]
    for language, questions in offered.items():
        for question in questions:
            assert assistant.ask(question, language=language).status is Status.ANSWERED


def test_headings_people_and_years_are_asked_about_in_the_articles_language(
    news: Document,
) -> None:
    found = asked([news], "en")
    assert found[0] == "Who pays?"
    assert {"Who is Sara Mansour?", "What happened in 2015?", "What happened in 2023?"} <= set(
        found
    )
    assert "What happened in 2031?" not in found  # it had not happened when the article appeared
    arabic = asked([news], "ar")
    assert arabic[0] == "من يدفع؟"
    assert "ماذا حدث في عام 2015؟" in arabic


def test_a_language_without_a_translation_has_no_questions(news: Document) -> None:
    assert asked([news], "kk") == []


def test_no_question_is_offered_twice_and_articles_take_turns(news: Document) -> None:
    found = asked([news, *corpus()], "ar")
    assert len(found) == len(set(found))
    assert "كم بلغت كلفة الميناء؟" in found[:3]


def test_a_failing_question_is_no_failure_of_the_page(caplog: pytest.LogCaptureFixture) -> None:
    assistant = StandIn()
    assistant.ask = lambda *_, **__: 1 / 0  # type: ignore[method-assign, assignment]
    suggestions = Suggestions(assistant)
    suggestions.find()
    assert suggestions.ready
    assert suggestions.now("ar") == []


@pytest.mark.slow
def test_what_is_offered_on_the_shipped_article_is_answered_as_the_chat_asks_it(
    index_dir: Path, docs: Path
) -> None:
    assistant = Assistant.open(Settings(index=index_dir, docs=docs))
    suggestions = Suggestions(assistant)
    suggestions.find()
    for language in LANGUAGES:
        offered = suggestions.now(language)
        assert len(offered) >= 3, language
        for question in offered:
            assert assistant.ask(question).status is Status.ANSWERED, question
