"""Answers as LangChain messages: standard citations that point at the right words."""

import pytest
from langchain_core.messages import AIMessage, HumanMessage, SystemMessage
from langchain_core.output_parsers import StrOutputParser
from langchain_core.prompts import ChatPromptTemplate
from llm_server import Reply, llm_server

from assistant.assistant import Assistant
from assistant.errors import QuestionError
from assistant.message import as_chat, as_message
from assistant.settings import Settings
from index.search import Index

QUESTION = "How many companies with American capital operate in Kazakhstan?"
WRITTEN = "More than 700 companies with American capital operate in Kazakhstan"


@pytest.fixture(scope="module")
def assistant(docs, index_dir):
    return Assistant.open(Settings.load(docs=docs, index=index_dir))


def _holds(message, index_dir):
    """Every citation marks a statement of the text and quotes the article to the letter."""
    documents = Index.open(index_dir).documents
    (block,) = message.content_blocks
    assert block["annotations"]
    for one in block["annotations"]:
        assert one["type"] == "citation"
        where = one["extras"]
        text = documents[where["document"]].text
        assert text[where["start"] : where["end"]] == one["cited_text"]
        assert one["title"] == documents[where["document"]].title
        marked = block["text"][one["start_index"] : one["end_index"]]
        assert f"[{where['number']}]" in block["text"][one["end_index"] :]
        yield marked, one["cited_text"]


def test_a_quoted_answer_is_a_message_with_standard_citations(assistant, index_dir):
    answer = assistant.ask(QUESTION)
    message = as_message(answer)
    assert isinstance(message, AIMessage)
    assert message.text == answer.text
    for marked, cited in _holds(message, index_dir):
        assert marked == cited


def test_the_assistant_takes_messages_and_fits_into_a_chain(assistant, index_dir):
    prompt = ChatPromptTemplate([("system", "Answer."), ("human", "{question}")])
    message = (prompt | as_chat(assistant)).invoke({"question": QUESTION})
    assert list(_holds(message, index_dir))
    assert message.response_metadata["mode"] == "extractive"
    text = (prompt | as_chat(assistant) | StrOutputParser()).invoke({"question": QUESTION})
    assert "700" in text


def test_earlier_messages_are_the_conversation(assistant):
    asked = [
        SystemMessage("Be brief."),
        HumanMessage("How much was the trade between Kazakhstan and the United States in 2015?"),
        AIMessage("1.9 billion dollars."),
        HumanMessage("And in 2020?"),
    ]
    alone = as_chat(assistant).invoke(asked).response_metadata["standalone_question"]
    assert "2020" in alone
    assert "trade" in alone


def test_the_last_message_must_be_a_question(assistant):
    with pytest.raises(QuestionError):
        as_chat(assistant).invoke([AIMessage("Hello.")])


def test_a_written_answer_streams_and_its_citations_come_with_the_last_chunk(docs, index_dir):
    replies = Reply(f"{WRITTEN} [1][2][3].")
    with llm_server(replies) as server:
        settings = Settings.load(
            docs=docs, index=index_dir, llm="openai:scripted", llm_base_url=f"{server.url}/v1"
        )
        chat = as_chat(Assistant.open(settings))
        chunks = list(chat.stream(QUESTION))
        whole = chat.invoke(QUESTION)
    assert len(chunks) > 1
    assert "700" in chunks[0].text
    assert "".join(chunk.text for chunk in chunks) == whole.text
    assert whole.response_metadata["mode"] == "generative"
    marks = list(_holds(whole, index_dir))
    assert all("700" in marked for marked, _ in marks)
    assert any("700" in cited for _, cited in marks)
