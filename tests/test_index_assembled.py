"""Corpora put together from parallel sentences, to fit the weights of the score on."""

from index.split import TARGET
from index.train.assembled import headlines, plain, runs
from index.train.holdout import Task
from index.train.pairs import Group


def sentence(language: str, number: int) -> str:
    return " ".join(f"{language}{number}{letter}" for letter in "abcdefghijklmnop") + "."


def news(articles: int, sentences: int) -> Group:
    sides: tuple[list[str], list[str]] = ([], [])
    for article in range(articles):
        for side, language in zip(sides, ("en", "ru"), strict=True):
            side.append(f"{language} headline of the article {article}")
            side += [sentence(language, 100 * article + n) for n in range(sentences)]
    return Group("news", "parallel", ("en", "ru"), tuple(sides[0]), tuple(sides[1]))


def test_a_headline_asks_for_every_passage_of_its_own_article() -> None:
    titles, _ = headlines(news(6, 12), 0, 1, size=5)
    assert len(titles.queries) == 5
    for query, right in zip(titles.queries, titles.right, strict=True):
        article = int(query.split()[-1])
        owner = titles.owners[right[0]]
        assert right == tuple(n for n, each in enumerate(titles.owners) if each == owner)
        for place in right:
            assert f"ru{100 * article}"[:-2] in titles.passages[place]
            assert "headline" not in titles.passages[place]


def test_a_sentence_asks_for_the_passage_that_holds_its_translation() -> None:
    _, asked = headlines(news(6, 12), 1, 0, size=6)
    assert len(asked.queries) > 3
    for query, (place,) in zip(asked.queries, asked.right, strict=True):
        words = query.split()
        assert 4 <= len(words) < 16
        assert all(word.replace("ru", "en") in asked.passages[place] for word in words)


def test_too_short_and_too_long_articles_are_left_out() -> None:
    for length in (7, 46):
        titles, _ = headlines(_joined(news(4, 12), news(3, length)), 0, 0, size=99)
        assert len(titles.queries) == 4


def test_runs_of_sentences_become_passages_of_the_usual_length() -> None:
    asked = runs(news(6, 20), "ru", size=10)
    assert all(len(passage) < TARGET for passage in asked.passages)
    assert sum(len(passage) for passage in asked.passages) / len(asked.passages) > TARGET / 2
    for query, (place,) in zip(asked.queries, asked.right, strict=True):
        assert all(word.replace("ru", "en") in asked.passages[place] for word in query.split())


def test_equal_passages_of_a_task_are_one() -> None:
    asked = plain(Task("t", ("a", "b", "c"), ("one", "two", "one")))
    assert asked.passages == ("one", "two")
    assert asked.right == ((0,), (1,), (0,))


def _joined(one: Group, other: Group) -> Group:
    left, right = one.left + other.left, one.right + other.right
    return Group("news", "parallel", one.languages, left, right)
