"""Keeps journeys from knowing how the demonstration is built, served and photographed: one house for each language.

A journey is made in one of the three languages, the next one in the next; in all three where pictures are wanted.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from babel.support import Translations
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Response, expect

from engine import Engine, Settings, create_engine
from engine.mail.settings import MailSettings
from engine.queries.sign_ins import password
from engine.simulation import demo
from engine.simulation.house import listed
from engine.views import InboxRow
from engine.world import ManualClock
from tests import demonstration
from tests.demonstration import KEY, TODAY
from tests.serving import running
from tests.sharing import turn
from web.app import create_app
from web.language import compile_catalogues

ROOT = Path(__file__).resolve().parents[2]
DESK = {"width": 1440, "height": 900}
PHONE = {"width": 360, "height": 740}
PASSWORD = password()
PATIENCE = 30_000  # ms; only a failing journey waits that long, and a busy machine is no failure
expect.set_options(timeout=PATIENCE)
LANGUAGES = ("kk", "ru", "en")
PICTURES = os.environ.get("SAPA_PICTURES", "")


@dataclass
class House:
    """The demonstration in one language: its engine, its pages, and people who sit at browsers before them."""

    engine: Engine
    clock: ManualClock
    lang: str
    address: str
    letters: Path
    browser: Browser
    words: Any = field(init=False)
    logins: dict[str, str] = field(default_factory=dict)
    cookies: dict[str, Any] = field(default_factory=dict)
    opened: list[BrowserContext] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)
    journey: str = ""
    shots: int = 0

    def __post_init__(self) -> None:
        compile_catalogues()
        self.words = Translations.load(ROOT / "web" / "translations", [self.lang])
        self.logins = {one.login: one.id for one in listed(demo.FACULTY).people if one.login}

    def say(self, message: str, **values: object) -> str:
        """The catalogue's text in the language of this house, with no-break spaces as a person reads them."""
        text = str(self.words.gettext(message))
        assert text != message, f"no text {message}"
        return text % values if values else text

    def many(self, message: str, n: int) -> str:
        return str(self.words.ngettext(message, message, n)) % {"num": n, "n": n}

    def label(self, form: str, key: str, value: str = "") -> str:
        """What a field of a form, or one of its answers, is called in this language."""
        found = _component(json.loads((ROOT / "forms" / f"{form}.form").read_text(encoding="utf-8")), key)
        if not value:
            return str(found.get("properties", {}).get(f"label:{self.lang}") or found["label"])
        plain = next(one["label"] for one in found["values"] if one["value"] == value)
        return str(found.get("properties", {}).get(f"value:{value}:{self.lang}") or plain)

    def row(self, login: str, element: str, view: str = "role") -> InboxRow:
        """A task in the inbox of a person: what the model calls it is what they look for."""
        rows = self.engine.reader(self.logins[login]).inbox(view).rows
        return next(row for row in rows if row.element == element)

    def name(self, row: InboxRow) -> str:
        return row.names[self.lang]

    def sits(self, login: str = "", size: dict[str, int] | None = None, **more: Any) -> Page:
        """A browser of one's own; with a login it is signed in (once in a house, then the cookie is kept)."""
        asked = {"viewport": size or DESK, "base_url": self.address, "reduced_motion": "reduce", **more}
        if login in self.cookies:
            asked["storage_state"] = self.cookies[login]
        context = self.browser.new_context(**asked)
        self.opened.append(context)
        if login not in self.cookies:
            context.add_cookies([{"name": "sapa_lang", "value": self.lang, "url": self.address}])
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        page.on("response", self._look)
        if login and login not in self.cookies:
            page.goto("/login")
            self.signs_in(page, login)
            self.cookies[login] = context.storage_state()
        return page

    def signs_in(self, page: Page, login: str, password: str = PASSWORD) -> None:
        page.get_by_label(self.say("signin.login"), exact=True).fill(login)
        page.get_by_label(self.say("signin.password"), exact=True).fill(password)
        self.press(page, self.say("signin.enter"))

    def press(self, page: Page | Locator, name: str) -> None:
        """The button of that name; a number in it may follow."""
        page.get_by_role("button", name=re.compile(rf"^\s*{re.escape(name)}(\s*\d+)?\s*$")).first.click()

    def follow(self, page: Page | Locator, name: str) -> None:
        link = page.get_by_role("link", name=name).first
        there = link.get_attribute("href") or ""
        link.click()
        (page if isinstance(page, Page) else page.page).wait_for_url(lambda url: url.endswith(there))

    def picks(self, page: Page, form: str, key: str, value: str) -> None:
        """One of the answers of a list that unfolds."""
        page.get_by_role("combobox", name=self.label(form, key), exact=True).focus()
        page.get_by_role("option", name=self.label(form, key, value), exact=True).click()

    def goes(self, page: Page, place: str) -> None:
        """To a place of the rail by its name."""
        self.follow(page.get_by_role("navigation", name=self.say("shell.places")), self.say(place))

    def choose(self, page: Page | Locator, form: str, key: str, value: str) -> None:
        """One of the answers of a question that shows them all."""
        page.get_by_role("radio", name=self.label(form, key, value), exact=True).check()

    def heading(self, page: Page, name: str) -> None:
        expect(page.get_by_role("heading", level=1)).to_have_text(name)

    def opens_task(self, page: Page, row: InboxRow, view: str = "role") -> None:
        """From the inbox as it stands: a tab, then the row by its name."""
        page.goto("/tasks")
        self.follow(page.get_by_role("navigation", name=self.say("inbox.views")), self.say(f"inbox.view.{view}"))
        self.follow(self.row_of(page, row), self.name(row))
        self.heading(page, self.name(row))

    def row_of(self, page: Page, row: InboxRow) -> Locator:
        """Where it stands in the list: several cases may have one title."""
        return page.get_by_role("row").filter(has=page.locator(f'a[href*="/tasks/{row.task}"]'))

    def letter_link(self, pattern: str) -> str:
        """An address of this kind in the letters that are sent now."""
        self.engine.post.tick()
        for file in self.letters.iterdir():
            body = message_from_bytes(file.read_bytes(), policy=default).get_body(("plain",))
            if body is not None and (found := re.search(pattern, body.get_content())):
                return found[0]
        raise AssertionError(f"no letter with {pattern}")

    def seen(self, page: Page, step: str) -> None:
        """No step is wider than its screen; it is photographed when pictures are asked for."""
        page.wait_for_load_state()
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, f"{step}: {wide} px wider than the screen"
        if PICTURES:
            self.shots += 1
            folder = Path(PICTURES) / self.lang
            folder.mkdir(parents=True, exist_ok=True)
            page.evaluate("scrollTo(0, 0)")
            page.screenshot(path=folder / f"{self.journey}_{self.shots:02}_{step}.png", full_page=True)

    def _look(self, answer: Response) -> None:
        if answer.status >= 500:
            self.faults.append(f"{answer.status} {answer.url}")


def _component(form: dict[str, Any], key: str) -> dict[str, Any]:
    for one in form["components"]:
        if one.get("key", one.get("path")) == key:
            return dict(one)
        if "components" in one:
            try:
                return _component(one, key)
            except KeyError:
                continue
    raise KeyError(key)


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demonstration's database."""
    return demonstration.built(tmp_path_factory)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "served" in metafunc.fixturenames:
        mine = (len(metafunc.module.__name__) + turn(metafunc)) % len(LANGUAGES)
        metafunc.parametrize("served", LANGUAGES if PICTURES else LANGUAGES[mine:][:1], indirect=True, scope="session")


@pytest.fixture(scope="session")
def served(
    request: pytest.FixtureRequest, built: Path, browser: Browser, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[House]:
    """A copy of the demonstration on a port of this machine."""
    if not (ROOT / "web" / "static" / "vendor" / "app.js").exists():
        pytest.skip("page scripts are not built: ./run setup")
    folder = tmp_path_factory.mktemp(f"house_{request.param}")
    shutil.copy(built, folder / "sapa.db")
    clock = ManualClock(TODAY + timedelta(minutes=1))
    post = MailSettings(sender="Sapa <sapa@altyndala.example>", public="http://localhost", folder=folder / "letters")
    engine = create_engine(Settings(f"sqlite:///{folder / 'sapa.db'}", KEY, folder, demo=True, mail=post), clock)
    with running(create_app(engine)) as address:
        yield House(engine, clock, request.param, address, folder / "letters", browser)
    engine.close()


@pytest.fixture
def house(served: House, request: pytest.FixtureRequest) -> Iterator[House]:
    """The house of this language; a journey leaves no browser open, and no script or server may have failed in it."""
    served.journey, served.shots = re.sub(r"\W.*", "", request.node.name.removeprefix("test_")), 0
    yield served
    for context in served.opened:
        context.close()
    faults = served.faults[:]
    served.opened.clear()
    served.faults.clear()
    assert faults == []
