"""The edge to a language model: real clients, a scripted server, every failure in time."""

import time

import pytest
from llm_server import Reply, llm_server

from assistant.errors import SettingsError
from assistant.llm import ChatModel, Message, ModelFailure
from assistant.settings import Settings

ASKED = [Message("system", "Answer."), Message("user", "Почему?")]


def _model(server, provider, timeout=20.0):
    path = "/v1" if provider == "openai" else ""
    return ChatModel(
        Settings.load(
            llm=f"{provider}:scripted", llm_base_url=server.url + path, llm_timeout=timeout
        )
    )


def _soon(seconds=15.0):
    return time.monotonic() + seconds


@pytest.fixture(params=["openai", "ollama"])
def provider(request):
    return request.param


def test_a_reply_streams_in_pieces_and_whole(provider):
    with llm_server(Reply("Бүгін жауап: 4.2 مليار [1].")) as server:
        pieces = list(_model(server, provider).stream(ASKED, _soon()))
    assert "".join(pieces) == "Бүгін жауап: 4.2 مليار [1]."
    assert len(pieces) > 2
    assert [m["content"] for m in server.requests[0]["messages"]] == ["Answer.", "Почему?"]


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        (Reply(status=401), "refused"),
        (Reply(status=500), "broken"),
        (Reply(status=429), "busy"),
        (Reply(status=400, error="maximum context length is 4096 tokens"), "too_long"),
        (Reply(""), "empty"),
        (Reply("x", malformed=True), "broken"),
        (Reply("over and over. " * 20, piece=100, endless=True), "endless"),
    ],
    ids=["401", "500", "429", "context", "empty", "malformed", "endless"],
)
def test_a_failing_server_is_a_model_failure_with_its_reason(provider, reply, reason):
    with llm_server(reply) as server, pytest.raises(ModelFailure) as failure:
        _model(server, provider).complete(ASKED, _soon())
    assert failure.value.reason == reason


def test_a_slow_model_is_given_up_at_the_deadline(provider):
    with llm_server(Reply("slow " * 50, delay=0.3)) as server:
        model = _model(server, provider)
        started = time.monotonic()
        with pytest.raises(ModelFailure, match="timeout"):
            model.complete(ASKED, _soon(1.0))
        assert time.monotonic() - started < 5


def test_a_stream_that_breaks_off_is_not_taken_for_a_whole_reply(provider):
    breaking = Reply("It grew to 4.2 billion.", cut_after=2)
    with llm_server(breaking) as server, pytest.raises(ModelFailure) as failure:
        _model(server, provider).complete(ASKED, _soon())
    assert failure.value.reason in ("broken", "unreachable")


def test_nobody_listening_is_unreachable(provider, free_port):
    class Nowhere:
        url = f"http://127.0.0.1:{free_port}"

    with pytest.raises(ModelFailure, match="unreachable"):
        _model(Nowhere, provider).complete(ASKED, _soon())


def test_a_busy_server_that_names_a_time_is_asked_again_once():
    busy = Reply(status=429, headers=(("Retry-After", "0.2"),))
    with llm_server([busy, Reply("Now.")]) as server:
        assert _model(server, "openai").complete(ASKED, _soon()) == "Now."
    assert len(server.requests) == 2


def test_a_busy_server_that_names_a_time_past_the_deadline_is_not_waited_for():
    busy = Reply(status=429, headers=(("Retry-After", "600"),))
    with llm_server([busy, Reply("Now.")]) as server:
        started = time.monotonic()
        with pytest.raises(ModelFailure, match="busy"):
            _model(server, "openai").complete(ASKED, _soon(10))
        assert time.monotonic() - started < 5


def test_leaving_the_stream_closes_the_connection_to_the_server(provider):
    with llm_server(Reply("word " * 400, delay=0.02)) as server:
        stream = _model(server, provider).stream(ASKED, _soon())
        next(stream)
        stream.close()
        waited = time.monotonic() + 5
        while not server.abandoned and time.monotonic() < waited:
            time.sleep(0.05)
    assert server.abandoned == 1


def test_a_model_without_its_provider_package_or_name_is_a_setting_error():
    with pytest.raises(SettingsError, match="C5_LLM"):
        ChatModel(Settings.load(llm="no-such-provider:model"))
