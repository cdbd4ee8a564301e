"""The search and the assistant serve LangChain as they serve us."""

from assistant.assistant import Assistant
from assistant.retriever import ArticleRetriever, as_runnable
from assistant.schema import Answer
from assistant.settings import Settings
from index.search import Index


def test_the_retriever_gives_verbatim_passages_with_their_offsets(index_dir):
    index = Index.open(index_dir)
    found = ArticleRetriever(index=index, k=3).invoke("oil export routes")
    assert len(found) == 3
    for each in found:
        text = index.documents[each.metadata["document"]].text
        assert text[each.metadata["start"] : each.metadata["end"]] == each.page_content


def test_the_assistant_is_a_runnable(docs, index_dir):
    runnable = as_runnable(Assistant.open(Settings.load(docs=docs, index=index_dir)))
    asked = {"question": "and in 2015?", "history": [["How much was trade in 2020?", "4 bn."]]}
    first, second = runnable.batch(["oil export routes", asked])
    assert isinstance(first, Answer)
    assert "2015" in second.standalone_question
