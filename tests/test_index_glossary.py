"""Looking up the glossary: inflected forms, abbreviations, the longest name first."""

import pytest

from index.encoder import open_encoder
from index.glossary import Entry, Glossary, open_glossary
from index.scoring import Scorer, build_scorer


def entry(**forms: str) -> Entry:
    split = {language: tuple(text.split("|")) for language, text in forms.items()}
    return Entry({"ar": (), "en": (), "ru": (), "kk": ()} | split, "term")


HEALTH = entry(ar="منظمة الصحة العالمية", en="World Health Organization|WHO", ru="ВОЗ")
WORLD = entry(ar="العالم|عالم", en="world", ru="мир", kk="әлем")
KAZAKHSTAN = entry(ar="كازاخستان", en="Kazakhstan", ru="Казахстан", kk="Қазақстан")
SMALL = Glossary([HEALTH, WORLD, KAZAKHSTAN])


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("the World Health Organization said", [HEALTH]),  # not also "world"
        ("WHO said", [HEALTH]),
        ("who said so", []),
        ("президент Казахстана", [KAZAKHSTAN]),
        ("Қазақстанның президенті", [KAZAKHSTAN]),
        ("زيارة لكازاخستان وبكازاخستان", [KAZAKHSTAN]),
        ("Kazakhstan and Kazakhstan in the world", [KAZAKHSTAN, WORLD]),
        ("", []),
    ],
)
def test_what_a_text_names(text: str, found: list[Entry]) -> None:
    assert list(SMALL.find(text)) == found


def test_ways_are_given_in_the_scripts_asked_for() -> None:
    assert SMALL.ways("the world", ["arabic"]) == [("العالم", "عالم")]
    assert SMALL.ways("the world", ["arabic", "cyrillic"]) == [("العالم", "عالم"), ("мир", "әлем")]
    assert SMALL.ways("the world", []) == []


def test_the_glossary_of_the_package_knows_countries_in_four_languages() -> None:
    for query in ("Kazakhstan", "Казахстан", "Қазақстан"):
        assert any("كازاخستان" in way for way in open_glossary().ways(query, ["arabic"]))


def test_a_word_found_through_the_glossary_counts_once_however_many_ways_it_has() -> None:
    scorer: Scorer = build_scorer(["عالم", "بيت", "العالم عالم"], open_encoder())
    once = scorer.lexical.shares_of_any([("عالم",)], scorer.score("x").places)
    twice = scorer.lexical.shares_of_any([("عالم", "عالم")], scorer.score("x").places)
    assert (once == twice).all()
    assert once[1] == 0


def test_threads_that_ask_first_at_once_get_the_same_glossary():
    import subprocess
    import sys

    # a process of its own: here the glossary may have been read long ago
    code = """
import threading
from index.glossary import open_glossary
start = threading.Barrier(8)
found = []
def ask():
    start.wait()
    found.append(id(open_glossary()))
threads = [threading.Thread(target=ask) for _ in range(8)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
print(len(found), len(set(found)))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["8", "1"]
