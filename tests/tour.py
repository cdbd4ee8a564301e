"""Pictures of the page: `python tests/tour.py --output assets` with the index of the settings.

Every view is made in Debian's Chromium, as the README shows it: wide and narrow, light and dark,
Arabic and English, an answer with its citation open and a refusal.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import dataclass
from pathlib import Path

import httpx
from web_browser import NARROW, WIDE, Visit, chromium, serving, visiting

from assistant.settings import Settings
from assistant.web.app import create_app

TRADE = {
    "ar": "كم بلغ حجم التبادل التجاري بين كازاخستان والولايات المتحدة في العام الماضي؟",
    "en": "What was the trade turnover between Kazakhstan and the United States last year?",
    "ru": "Каким был товарооборот между Казахстаном и США в прошлом году?",
    "kk": "Өткен жылы Қазақстан мен АҚШ арасындағы тауар айналымы қанша болды?",
}
ELSEWHERE = {
    "ar": "من فاز بكأس العالم عام 2022؟",
    "en": "Who won the 2022 World Cup?",
    "ru": "Кто выиграл чемпионат мира 2022 года?",
    "kk": "2022 жылы әлем чемпионатында кім жеңді?",
}


@dataclass(frozen=True, slots=True)
class View:
    """One picture: what is asked in it, and how the page looks."""

    name: str
    language: str
    question: str | None = None
    opened: bool = False
    wide: bool = True
    scheme: str = "light"


def views() -> list[View]:
    found = []
    for language in TRADE:
        found += [
            View(f"start-{language}", language),
            View(f"answer-{language}", language, TRADE[language], opened=True),
            View(f"refusal-{language}", language, ELSEWHERE[language]),
            View(f"phone-{language}", language, TRADE[language], wide=False),
            View(f"phone-article-{language}", language, TRADE[language], opened=True, wide=False),
        ]
    found.append(View("answer-ar-dark", "ar", TRADE["ar"], opened=True, scheme="dark"))
    found.append(View("answer-en-dark", "en", TRADE["en"], opened=True, scheme="dark"))
    return found


def picture(visit: Visit, view: View, path: Path) -> None:
    visit.page.wait_for_timeout(1500)
    if view.question:
        visit.ask(view.question)
    chips = visit.page.locator(".c5-card .c5-chip")
    if view.opened and chips.count():
        chips.first.click()
        visit.page.wait_for_selector("#c5-holder mark", state="attached")
    visit.page.wait_for_timeout(900)
    visit.page.screenshot(path=path)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, default=Path("assets"))
    parser.add_argument("--only", help="views whose name holds this", default="")
    given = parser.parse_args()
    given.output.mkdir(parents=True, exist_ok=True)
    with serving(create_app(Settings.load())) as home, chromium() as browser:
        # the questions to begin with are drawn from the index after the start
        while not httpx.get(f"{home}/ui-suggestions").json()["ready"]:
            time.sleep(0.5)
        for view in views():
            if given.only not in view.name:
                continue
            how = {
                "locale": view.language,
                "viewport": WIDE if view.wide else NARROW,
                "color_scheme": view.scheme,
            }
            with visiting(browser, home, **how) as visit:
                picture(visit, view, given.output / f"{view.name}.png")


if __name__ == "__main__":
    main()
