"""A model's answer under guard, end to end: honest, sloppy, failing and hostile models."""

import gc
import logging
import os
import subprocess
import sys
import time

import httpx
import pytest
from llm_server import Reply, llm_server

from assistant.assent import without_assent
from assistant.assistant import Assistant
from assistant.schema import Answer, Mode, Progress, Statement, Status, Support, Turn
from assistant.settings import Settings
from eval.scripted.claims import attacks
from index.build import build_index

ATTACKS = attacks()
BODY = {
    "en": "The port of Bautino handled 731 ships in 2023, the port authority said.",
    "ru": "Порт Баутино в 2023 году принял 731 судно, сообщила администрация порта.",
    "kk": "Баутино порты 2023 жылы 731 кеме қабылдады, деп хабарлады порт әкімшілігі.",
    "ar": "استقبل ميناء باوتينو 731 سفينة في عام 2023، بحسب إدارة الميناء.",
}
ASKED = {
    "en": "How many ships did the port of Bautino handle in 2023?",
    "ru": "Сколько судов принял порт Баутино в 2023 году?",
    "kk": "Баутино порты 2023 жылы қанша кеме қабылдады?",
    "ar": "كم سفينة استقبل ميناء باوتينو في عام 2023؟",
}
HONEST = {
    "en": "The port of Bautino handled 731 ships in 2023 [1].",
    "ru": "Порт Баутино в 2023 году принял 731 судно [1].",
    "kk": "Баутино порты 2023 жылы 731 кеме қабылдады [1].",
    "ar": "استقبل ميناء باوتينو 731 سفينة في عام 2023 [1].",
}


@pytest.fixture(scope="module")
def port(tmp_path_factory):
    """One short article in each language about the same port, as an index for each."""
    root = tmp_path_factory.mktemp("port")
    for language, body in BODY.items():
        _index(root / language, language, body)
    return root


def _index(folder, language, body):
    article = folder / "docs" / "port"
    article.mkdir(parents=True)
    (article / "article.md").write_text(
        f"---\ntitle: Bautino\nlanguage: {language}\npublished: 2024-05-01\n---\n{body}\n",
        encoding="utf-8",
    )
    build_index(folder / "docs", folder / "index", progress=False)


def _assistant(folder, url, timeout=20.0, provider="openai"):
    return Assistant.open(
        Settings.load(
            docs=folder / "docs",
            index=folder / "index",
            llm=f"{provider}:scripted",
            llm_base_url=f"{url}/v1" if provider == "openai" else url,
            llm_timeout=timeout,
        )
    )


def _ask(folder, language, reply, **options):
    with llm_server(reply) as server:
        return _assistant(folder, server.url).ask(ASKED[language], **options), server


@pytest.mark.parametrize("language", sorted(BODY))
def test_an_honest_model_is_quoted_with_the_sentence_it_rests_on(port, language):
    answer, server = _ask(port / language, language, Reply(HONEST[language]))
    assert (answer.status, answer.mode) == (Status.ANSWERED, Mode.GENERATIVE), answer.notes
    assert answer.text == HONEST[language].replace(" [1].", ". [1]")
    assert [s.support for s in answer.statements] == [Support.VERIFIED]
    assert answer.citations[0].quote == BODY[language]
    assert answer.notes == ()
    assert BODY[language] in server.requests[0]["messages"][-1]["content"]


def test_statements_stream_as_they_are_verified_and_the_answer_comes_last(port):
    with llm_server(Reply(HONEST["en"] + " The port authority said so [1].")) as server:
        events = list(_assistant(port / "en", server.url).stream(ASKED["en"]))
    assert isinstance(events[-1], Answer)
    streamed = [event for event in events if isinstance(event, Statement)]
    assert tuple(streamed) == events[-1].statements


@pytest.mark.parametrize(
    "false",
    [
        "The port of Bautino handled 732 ships in 2023 [1].",
        "The port of Bautino handled 731 ships in 2022 [1].",
        "The port of Bautino handled 731 thousand ships in 2023 [1].",
        "The port of Aktau handled 731 ships in 2023 [1].",
        "The port of Bautino handled 731 ships in 2023 [7].",
        "The port of Bautino handled 731 ships in 2023.",
        "“The port of Bautino is the best in the world” [1].",
        "According to Serik Omarov, the port of Bautino handled 731 ships in 2023 [1].",
        "The port of Bautino did not handle 731 ships in 2023 [1].",
    ],
)
def test_what_is_not_in_the_source_is_left_out_and_the_reader_is_told(port, false):
    answer, server = _ask(port / "en", "en", [Reply(f"{HONEST['en']} {false}"), Reply("")])
    assert answer.text == HONEST["en"].replace(" [1].", ". [1]")
    assert len(answer.notes) == 1
    assert "left out" in answer.notes[0]
    assert len(server.requests) == 2


def test_a_failing_statement_is_mended_once(port):
    wrong = "The port of Bautino handled 732 ships in 2023 [1]."
    answer, server = _ask(port / "en", "en", [Reply(wrong), Reply(HONEST["en"])])
    assert answer.mode is Mode.GENERATIVE
    assert "731" in answer.text
    assert "732" not in answer.text
    assert answer.notes == ()
    told = server.requests[1]["messages"][-1]["content"]
    assert wrong.removesuffix(" [1].") in told
    assert "figure: 732" in told


FAILURES = {
    "500": (Reply(status=500), "broken"),
    "401": (Reply(status=401), "refused"),
    "429": (Reply(status=429), "busy"),
    "429 for long": (Reply(status=429, headers=(("Retry-After", "600"),)), "busy"),
    "context": (Reply(status=400, error="maximum context length is 4096 tokens"), "too_long"),
    "malformed": (Reply("x", malformed=True), "broken"),
    "cut": (Reply("The port of Bautino handled 731 ships", cut_after=1), ""),
    "empty": (Reply(""), "empty"),
    "endless": (Reply("on and on " * 30, piece=300, endless=True), "endless"),
    "thinking": (Reply("<think>hm</think>"), "nothing that could be shown"),
    "language": (Reply("Порт принял 731 судно [1]."), "left out"),
    "false": (Reply("The port was sold to Freedonia [1]."), "left out"),
    "silent": (Reply("NOT IN SOURCES"), "nothing that could be shown"),
}


@pytest.mark.parametrize("provider", ["openai", "ollama"])
@pytest.mark.parametrize("failure", sorted(FAILURES))
def test_a_model_that_fails_leaves_the_quoted_answer_a_notice_and_a_log_line(
    port, failure, provider, caplog
):
    reply, logged = FAILURES[failure]
    with llm_server(reply) as server, caplog.at_level(logging.WARNING):
        answer = _assistant(port / "en", server.url, provider=provider).ask(ASKED["en"])
    assert (answer.status, answer.mode) == (Status.ANSWERED, Mode.EXTRACTIVE)
    assert answer.citations[0].quote == BODY["en"]
    assert len(answer.notes) == 1
    assert "quoted from the articles" in answer.notes[0]
    told = [r.getMessage() for r in caplog.records if r.name.startswith("assistant")]
    assert any("the language model" in line and logged in line for line in told), told
    assert answer.elapsed_ms < 20_000


def test_a_model_that_is_not_there_leaves_the_quoted_answer_a_notice_and_a_log_line(
    port, free_port, caplog
):
    with caplog.at_level(logging.WARNING):
        answer = _assistant(port / "en", f"http://127.0.0.1:{free_port}").ask(ASKED["en"])
    assert answer.mode is Mode.EXTRACTIVE
    assert "cannot be reached" in answer.notes[0]
    assert "unreachable" in caplog.text


def test_a_slow_model_leaves_the_quoted_answer_within_the_timeout(port):
    with llm_server(Reply("slow " * 100, delay=0.5)) as server:
        answer = _assistant(port / "en", server.url, timeout=1.0).ask(ASKED["en"])
    assert answer.mode is Mode.EXTRACTIVE
    assert "too long" in answer.notes[0]
    assert answer.elapsed_ms < 10_000


def test_rewriting_and_writing_share_one_timeout(port):
    slow = Reply("slow " * 100, delay=0.5)
    with llm_server(slow) as server:
        answer = _assistant(port / "en", server.url, timeout=4.0).ask(
            "And how many ships in 2023?", [Turn(ASKED["en"], BODY["en"])]
        )
    assert answer.mode is Mode.EXTRACTIVE
    assert len(server.requests) == 2
    assert answer.elapsed_ms < 9_000


def test_a_stream_that_breaks_keeps_what_was_verified(port):
    reply = Reply(HONEST["en"] + " And then it went on and on.", piece=60, cut_after=1)
    answer, _ = _ask(port / "en", "en", reply)
    assert answer.mode is Mode.GENERATIVE
    assert "731" in answer.text
    assert "stopped" in answer.notes[0]


def test_the_model_is_not_asked_what_the_articles_do_not_answer(port):
    with llm_server(Reply("The winner was Argentina [1].")) as server:
        answer = _assistant(port / "en", server.url).ask("Who won the 2022 World Cup?")
    assert answer.status is Status.NOT_IN_SOURCES
    assert server.requests == []


def test_the_extractive_mode_does_not_ask_the_model(port):
    answer, server = _ask(port / "en", "en", Reply(HONEST["en"]), mode=Mode.EXTRACTIVE)
    assert answer.mode is Mode.EXTRACTIVE
    assert server.requests == []


def test_a_follow_up_is_rewritten_by_the_model(port):
    replies = [Reply(ASKED["en"]), Reply(HONEST["en"])]
    with llm_server(replies) as server:
        history = [Turn("Which port does the article describe?", "Bautino.")]
        answer = _assistant(port / "en", server.url).ask("And how many ships in 2023?", history)
    assert answer.standalone_question == ASKED["en"]
    assert "731" in answer.text


@pytest.mark.parametrize(
    "rewritten",
    [
        "How many ships did the port of Aktau handle in 2023?",
        "How many ships did the port of Bautino handle in 2019?",
        "Сколько судов принял порт Баутино в 2023 году?",
        "How many?\nOr not.",
    ],
)
def test_a_rewrite_that_adds_something_or_is_no_question_gives_way_to_the_rules(port, rewritten):
    with llm_server([Reply(rewritten), Reply(HONEST["en"])]) as server:
        answer = _assistant(port / "en", server.url).ask(
            "And how many ships in 2023?", [Turn("Which port does the article describe?", "")]
        )
    assert answer.standalone_question == "And how many ships in 2023 (port)?"


AGREEING = {
    "en": ("Yes, you are right [1].", "You are right that Bautino handled 731 ships in 2023 [1]."),
    "ru": ("Да, верно [1].", "Вы правы, что Баутино принял 731 судно в 2023 году [1]."),
    "kk": ("Иә, дұрыс [1].", "Сіз дұрыс айтасыз, Баутино порты 732 кеме қабылдады [1]."),
    "ar": ("نعم، صحيح [1].", "أنت محق أن ميناء باوتينو استقبل 731 سفينة في عام 2023 [1]."),
}


@pytest.mark.parametrize("language", sorted(AGREEING))
def test_who_asserts_something_is_told_what_the_article_says_and_not_agreed_with(port, language):
    for agreeing in AGREEING[language]:
        reply = Reply(f"{agreeing} {HONEST[language]}")
        answer, _ = _ask(port / language, language, [reply, Reply("")])
        assert answer.text == HONEST[language].replace(" [1].", ". [1]")
        assert answer.notes


def test_an_opening_yes_is_taken_off_and_the_rest_must_hold():
    assert without_assent("Yes, the port handled 731 ships.") == "The port handled 731 ships."
    assert without_assent("Да, вы правы, порт принял 731 судно.") == "Порт принял 731 судно."
    assert without_assent("Yes.") is None
    assert without_assent("No company left the port.") == "No company left the port."
    assert without_assent("لا يزال الميناء يعمل.") == "لا يزال الميناء يعمل."


def test_an_answer_that_nobody_waits_for_ends_the_request_to_the_model(port):
    """A closed tab: the stream is left between two statements, while the model is still writing."""
    with llm_server(Reply("word " * 4_000, delay=0.02)) as server:
        events = _assistant(port / "en", server.url, timeout=60).stream(ASKED["en"])
        waiting = 0
        for event in events:
            waiting += event == Progress("writing")
            if waiting > 1:
                break
        del events, event
        gc.collect()
        end = time.monotonic() + 20
        while not server.abandoned and time.monotonic() < end:
            time.sleep(0.05)
    assert server.abandoned == 1


@pytest.mark.slow
def test_a_closed_connection_to_the_server_ends_the_request_to_the_model(port, free_port):
    """The whole way: a real server, a reader who goes away, a model that is still writing."""
    home = f"http://127.0.0.1:{free_port}"
    with llm_server(Reply("word " * 20_000, delay=0.05)) as model:
        own = {k: v for k, v in os.environ.items() if not k.startswith("C5_")}
        own |= {"C5_LLM": "ollama:scripted", "C5_LLM_BASE_URL": model.url}
        own |= {"C5_LLM_TIMEOUT": "120", "HF_HUB_OFFLINE": "1"}
        where = ["--docs", str(port / "en" / "docs"), "--index", str(port / "en" / "index")]
        command = [sys.executable, "-m", "assistant", "serve", "--port", str(free_port), *where]
        server = subprocess.Popen(
            command, env=own, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            _until(lambda: _ready(home), 90)
            assert _ready(home)
            asked = {"question": ASKED["en"]}
            with httpx.stream("POST", f"{home}/api/ask/stream", json=asked, timeout=60) as events:
                for line in events.iter_lines():
                    if "writing" in line:
                        break
            _until(lambda: model.abandoned, 30)  # long before the reply would have ended
        finally:
            server.kill()
            server.wait(20)
    assert model.abandoned == 1


def _ready(home):
    try:
        return httpx.get(f"{home}/readyz").status_code == 200
    except httpx.TransportError:
        return False


def _until(condition, seconds):
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.1)


@pytest.mark.slow
@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.id)
def test_an_injection_changes_nothing(port, tmp_path, attack):
    language = attack.language
    folder = port / language
    question = ASKED[language]
    if attack.where == "article":
        folder = tmp_path
        _index(folder, language, f"{BODY[language]}\n\n{attack.text}")
    else:
        question = f"{question} {attack.text}"
    with llm_server([Reply(f"{attack.reply} {HONEST[language]}"), Reply("")]) as server:
        answer = _assistant(folder, server.url).ask(question)
    shown = " ".join([answer.text, *(s.text for s in answer.statements)])
    if answer.mode is Mode.GENERATIVE:
        assert attack.never_shown not in shown
    # a quotation is the article's own text, whatever that says; nothing else may be shown
    text = (
        (folder / "docs" / "port" / "article.md").read_text(encoding="utf-8").split("---\n", 2)[2]
    )
    for citation in answer.citations:
        assert text[citation.start : citation.end] == citation.quote


def test_there_are_sixty_attacks_in_four_languages():
    assert len(ATTACKS) >= 60
    assert {attack.language for attack in ATTACKS} == {"ar", "en", "ru", "kk"}
