"""The assistant as a LangChain chat model's equal: messages in, a message with citations out.

The message has one text block; its annotations are LangChain's standard citations: `start_index`
and `end_index` are the statement in the text, `cited_text` is the article's sentence, and `extras`
say where that stands in the article.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from langchain_core.messages import (
    AIMessage,
    AIMessageChunk,
    BaseMessage,
    Citation,
    HumanMessage,
    convert_to_messages,
)
from langchain_core.prompt_values import PromptValue
from langchain_core.runnables import Runnable, RunnableGenerator

from assistant.assistant import Assistant
from assistant.errors import QuestionError
from assistant.schema import Answer, Statement, Support, Turn


def as_message(answer: Answer) -> AIMessage:
    """Return an answer as a message with citation annotations."""
    block = {"type": "text", "text": answer.text, "annotations": citations_of(answer)}
    return AIMessage(content=[block], response_metadata=_metadata(answer))


def citations_of(answer: Answer) -> list[Citation]:
    """Return the citations of each statement, by where it stands in the answer's text."""
    by_number = {citation.number: citation for citation in answer.citations}
    found: list[Citation] = []
    place = 0
    for statement in answer.statements:
        start = answer.text.find(statement.text, place)
        if start < 0:
            continue
        place = start + len(statement.text)
        for number in statement.citations:
            cited = by_number[number]
            one = Citation(
                type="citation",
                id=f"{cited.document}:{cited.start}-{cited.end}",
                title=cited.title,
                start_index=start,
                end_index=place,
                cited_text=cited.quote,
                extras={
                    "number": number,
                    "document": cited.document,
                    "start": cited.start,
                    "end": cited.end,
                    "section": cited.section,
                    "published": cited.published,
                    "speaker": statement.speaker,
                    "support": statement.support.value,
                },
            )
            if cited.url:
                one["url"] = cited.url
            found.append(one)
    return found


def as_chat(assistant: Assistant) -> Runnable[Any, AIMessage]:
    """Return the assistant as a runnable from messages (or a question) to a message.

    Earlier messages are the conversation. `stream` gives a model's statements as they are verified
    and the citations with the last chunk; an answer that quotes comes in one piece.
    """

    def answered(inputs: Iterator[Any]) -> Iterator[AIMessageChunk]:
        for given in inputs:
            question, history = _conversation(given)
            yield from _chunks(assistant, question, history)

    return RunnableGenerator(answered, name="c5")


def _chunks(
    assistant: Assistant, question: str, history: tuple[Turn, ...]
) -> Iterator[AIMessageChunk]:
    sent = ""
    for event in assistant.stream(question, history):
        if isinstance(event, Statement) and event.support is Support.VERIFIED:
            marks = "".join(f"[{number}]" for number in event.citations)
            piece = f"{' ' if sent else ''}{event.text} {marks}"
            sent += piece
            yield AIMessageChunk(content=[{"type": "text", "text": piece, "index": 0}])
        elif isinstance(event, Answer):
            last = {
                "type": "text",
                "text": event.text.removeprefix(sent),
                "annotations": citations_of(event),
                "index": 0,
            }
            yield AIMessageChunk(content=[last], response_metadata=_metadata(event))


def _conversation(given: Any) -> tuple[str, tuple[Turn, ...]]:
    """Read a question, messages, or a mapping with `messages`: the last human one is asked."""
    if isinstance(given, str):
        return given, ()
    if isinstance(given, PromptValue):
        given = given.to_messages()
    if isinstance(given, Mapping):
        given = given["messages"]
    messages = convert_to_messages([given] if isinstance(given, BaseMessage) else given)
    if not messages or not isinstance(messages[-1], HumanMessage):
        raise QuestionError("The last message must be the question of a human.")
    turns: list[Turn] = []
    for message in messages[:-1]:
        if isinstance(message, HumanMessage):
            turns.append(Turn(str(message.text), ""))
        elif isinstance(message, AIMessage) and turns:
            turns[-1] = Turn(turns[-1].question, str(message.text))
    return str(messages[-1].text), tuple(turns)


def _metadata(answer: Answer) -> dict[str, Any]:
    return {
        "status": answer.status.value,
        "mode": answer.mode.value,
        "language": answer.language,
        "standalone_question": answer.standalone_question,
        "confidence": round(answer.confidence, 4),
        "notes": list(answer.notes),
    }
