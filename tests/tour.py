"""Pictures of the page: `python tests/tour.py --output tour` with the index of the settings.

Every view in Debian's Chromium, in four languages, wide and narrow, light and dark: the start, an
answer with its citation open, a refusal, the library, adding an article, and what opens. Those of
the README: `--output assets --only answer-ar.png` and so on.
"""

from __future__ import annotations

import argparse
import itertools
import time
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
from web_browser import NARROW, WIDE, Visit, chromium, serving, visiting, wait_until

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


SIZES = {"": WIDE, "phone-": NARROW}
PASTED = {
    "ar": "# مقال للتجربة\n\nهذا نص قصير يُرى كما سيُفهرس. وفيه جملة ثانية.\n",
    "en": "# A trial article\n\nThis short text is seen as it will be indexed. It goes on.\n",
    "ru": "# Пробная статья\n\nЭтот короткий текст показан так, как он будет проиндексирован.\n",
    "kk": "# Сынақ мақаласы\n\nБұл қысқа мәтін қалай индекстелетіні көрсетілген.\n",
}


def steps(visit: Visit, language: str, *, wide: bool) -> Iterator[str]:
    """Go through the page and yield the name of what is to be seen."""
    page = visit.page
    page.wait_for_selector("#c5-suggested li")
    yield "start"
    visit.ask(TRADE[language])
    yield "asked"
    page.locator(".c5-card .c5-chip").first.click()
    visit.marked("c5-quote")
    # the article glides to the quote
    wait_until(page, IN_SIGHT)
    yield "answer" if wide else "article"
    if not wide:
        page.click("#c5-close")
    page.click("#c5-menu")
    page.wait_for_selector("#c5-keep")
    yield "menu"
    page.keyboard.press("Escape")
    page.click("a[href*='use=feedback']")
    page.check("#c5-feedback [value=good]")
    yield "feedback"
    page.keyboard.press("Escape")
    visit.ask(ELSEWHERE[language])
    yield "refusal"
    if not wide:
        page.click("#c5-open-reader")
    page.click("#c5-all")
    page.wait_for_selector(".c5-volume")
    yield "library"
    page.click("#c5-add")
    page.fill("#c5-adding [name=text]", PASTED[language])
    yield "add"
    page.click("#c5-adding [type=submit]")
    page.wait_for_selector(".c5-passages li")
    yield "preview"
    page.keyboard.press("Escape")
    if not wide:
        page.click("#c5-close")
    with page.expect_response("**/ui-link") as made:
        page.click("a[href*='use=link'] >> nth=0")
    page.goto(f"{visit.home}/{made.value.json()['path']}?lang={language}")
    yield "link"


IN_SIGHT = """() => {
  const place = document.querySelector('#c5-holder mark').getBoundingClientRect();
  const still = place.top === window.c5Place;
  window.c5Place = place.top;
  return still && place.top > 0 && place.bottom < innerHeight;
}"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, default=Path("tour"))
    parser.add_argument("--only", help="pictures whose name holds this", default="")
    given = parser.parse_args()
    given.output.mkdir(parents=True, exist_ok=True)
    looks = itertools.product(TRADE, SIZES, ("light", "dark"))
    with TemporaryDirectory() as kept:
        folder = Path(kept)  # links and feedback of the tour are nobody's
        settings = Settings.load(
            state=folder / "state", feedback=folder / "said.sqlite", editors="*", rate_limit=0
        )
        with serving(create_app(settings)) as home, chromium() as browser:
            # the questions to begin with are drawn from the index after the start
            while not httpx.get(f"{home}/ui-suggestions").json()["ready"]:
                time.sleep(0.5)
            for language, size, scheme in looks:
                end = f"-{language}{'-dark' * (scheme == 'dark')}"
                names = [f"{size}{view}{end}.png" for view in VIEWS]
                if not any(given.only in name for name in names):
                    continue
                how = {"locale": language, "viewport": SIZES[size], "color_scheme": scheme}
                with visiting(browser, home, **how) as visit:
                    for view in steps(visit, language, wide=not size):
                        name = f"{size}{view}{end}.png"
                        if given.only in name:
                            visit.settled()
                            visit.page.screenshot(path=given.output / name)


VIEWS = (
    "start", "asked", "answer", "article", "menu", "feedback", "refusal", "library", "add",
    "preview", "link",
)  # fmt: skip

if __name__ == "__main__":
    main()
