"""Keeps the pages whole in a real browser: forms, drafts, keys, narrow screens, both themes, accessibility."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.serving import running
from tests.web.conftest import PASSWORD, Started, University
from tests.web.test_register_search import enter

pytestmark = pytest.mark.browser

WEB = Path(__file__).resolve().parents[2] / "web"
AXE = WEB / "node_modules" / "axe-core" / "axe.min.js"
PHONE = {"width": 360, "height": 740}
DESK = {"width": 1440, "height": 900}

Open = Callable[..., Page]


@pytest.fixture
def address(university: University) -> Iterator[str]:
    """The university's pages on a port of this machine."""
    if not (WEB / "static" / "vendor" / "app.js").exists():
        pytest.skip("page scripts are not built: ./run setup")
    with running(university.app) as served:
        yield served


@pytest.fixture
def open_page(browser: Browser, address: str) -> Iterator[Open]:
    """Opens a browser of one's own, signed in; fails the test on any error of a script or the security policy."""
    contexts: list[BrowserContext] = []
    errors: list[str] = []

    def start(person: str = "p002", lang: str = "kk", size: dict[str, int] | None = None, **more: Any) -> Page:
        context = browser.new_context(base_url=address, viewport=size or DESK, **more)  # type: ignore[arg-type]
        context.add_cookies([{"name": "sapa_lang", "value": lang, "url": address}])
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(10_000)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda said: errors.append(said.text) if is_fault(said.type, said.text) else None)
        if person:
            sign_in(page, person)
        return page

    yield start
    for context in contexts:
        context.close()
    assert errors == []


def is_fault(kind: str, text: str) -> bool:
    """Refused requests are told in the console too; those the tests make on purpose."""
    return kind == "error" and "Failed to load resource" not in text


def sign_in(page: Page, person: str) -> None:
    page.goto("/login")
    page.fill("#login", person)
    page.fill("#password", PASSWORD)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("/tasks"))


def open_task(page: Page) -> None:
    page.goto("/tasks?view=role")
    page.click(".row-link")
    page.wait_for_selector(".task-head")


def claim(page: Page) -> None:
    page.click(".claim-first .btn-primary")
    page.wait_for_selector("[data-send]")
    page.wait_for_selector(".form-host.is-ready")


def no_wider_than_the_screen(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))


def complaints(page: Page) -> list[str]:
    """What axe finds on the page by WCAG 2.2 AA and good practice."""
    session = page.context.new_cdp_session(page)
    session.send("Page.setBypassCSP", {"enabled": True})
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{one['id']}: {node['target']} {node['failureSummary']}"
        for one in found["violations"]
        for node in one["nodes"]
    ]


def test_a_task_is_done_from_the_inbox_with_the_keyboard(open_page: Open, started: Started) -> None:
    started("Бірінші")
    page = open_page("p002")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    page.wait_for_selector(".task-head")
    claim(page)
    page.get_by_label("Қабылдау").check()
    page.keyboard.press("Control+Enter")
    expect(page.locator(".done-panel")).to_contain_text("Келесі қадам:")
    expect(page.locator(".done-panel")).to_contain_text("Қол қою")


def test_a_missing_field_pressed_slowly_is_gone_to_all_the_same(open_page: Open, started: Started) -> None:
    started("Бірінші")
    page = open_page("p002", lang="ru")
    open_task(page)
    claim(page)
    link = page.locator("[data-missing]").get_by_role("link")
    page.get_by_label("Вернуть", exact=True).check()
    expect(link).to_have_text("Замечание")
    link.hover()
    page.mouse.down()
    page.evaluate("new Promise(done => setTimeout(done, 600))")  # leaving a field and typing both look again meanwhile
    page.mouse.up()
    expect(page.get_by_label("Замечание")).to_be_focused()


def test_a_refused_form_says_why_beside_the_field_and_above(open_page: Open, started: Started) -> None:
    started("Бірінші")
    page = open_page("p002", lang="ru")
    open_task(page)
    claim(page)
    missing = page.locator("[data-missing]")
    expect(missing).to_contain_text("Пока отправить нельзя.")
    expect(missing.get_by_role("link")).to_have_count(1)
    expect(page.locator(".fjs-form-field-error")).to_have_count(0)  # told beside the button, nobody is scolded yet
    page.get_by_label("Вернуть", exact=True).check()
    expect(missing.get_by_role("link")).to_have_text("Замечание")
    missing.get_by_role("link").click()
    expect(page.get_by_label("Замечание")).to_be_focused()
    page.click("[data-send]")
    summary = page.locator(".error-summary")
    expect(summary).to_be_focused()
    expect(summary).to_contain_text("Не отправлено. Нужно исправить: 1")
    expect(page.locator(".fjs-form-field-error")).to_have_text("Заполните это поле.")
    summary.get_by_role("link").click()
    remark = page.get_by_label("Замечание")
    expect(remark).to_be_focused()
    remark.fill("Уточнить тему")
    page.keyboard.press("Control+KeyS")
    expect(page.locator("[data-draft-state]")).to_contain_text("Сохранено")
    expect(missing).to_be_hidden()
    page.click("[data-send]")
    expect(page.locator(".done-panel")).to_be_visible()


def test_what_was_typed_outlives_reloading_another_language_and_the_session(
    open_page: Open, started: Started, university: University
) -> None:
    started("Бірінші")
    page = open_page("p002")
    open_task(page)
    claim(page)
    address = page.url
    page.get_by_label("Қайтару", exact=True).check()
    page.get_by_label("Ескертпе").fill("Әлі толық емес")
    expect(page.locator("[data-draft-state]")).to_contain_text("Сақталды")
    page.reload()
    expect(page.get_by_label("Ескертпе")).to_have_value("Әлі толық емес")
    expect(page.locator("[data-draft-state]")).to_contain_text("қалпына келтірілді")
    page.get_by_role("link", name="English").click()
    expect(page.get_by_label("Remark")).to_have_value("Әлі толық емес")
    assert page.url == address
    page.get_by_label("Remark").fill("Енді толық")
    university.clock.forward(timedelta(hours=13))
    page.click("[data-send]")
    expect(page.locator(".band")).to_contain_text("what you typed is kept")
    page.fill("#login", "p002")
    page.fill("#password", PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_label("Remark")).to_have_value("Енді толық")
    page.click("[data-send]")
    expect(page.locator(".done-panel")).to_be_visible()
    assert page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('sapa:draft')).length") == 0


def test_who_comes_second_gets_the_text_back(open_page: Open, started: Started) -> None:
    started("Бірінші")
    first, second = open_page("p002"), open_page("p003")
    for page in (first, second):
        open_task(page)
    claim(second)
    second.get_by_label("Қайтару", exact=True).check()
    second.get_by_label("Ескертпе").fill("Қайта жазу керек")
    chair = open_page("p003")
    chair.goto(second.url)
    chair.wait_for_selector(".form-host.is-ready")
    chair.get_by_label("Қабылдау").check()
    chair.click("[data-send]")
    expect(chair.locator(".done-panel")).to_be_visible()
    second.click("[data-send]")
    expect(second.locator(".error-summary")).to_be_focused()
    expect(second.locator("#typed")).to_have_value(re.compile("Қайта жазу керек"))


def test_a_text_that_is_too_large_never_leaves_the_page(open_page: Open, started: Started) -> None:
    started("Бірінші")
    page = open_page("p002")
    open_task(page)
    claim(page)
    page.get_by_label("Қайтару", exact=True).check()
    page.evaluate(
        """() => { const field = document.querySelector('textarea'); field.value = 'x'.repeat(2000000);
                   field.dispatchEvent(new Event('input', {bubbles: true})); }"""
    )
    page.click("[data-send]")
    expect(page.locator(".error-summary")).to_contain_text("Мәтін тым үлкен")
    assert len(page.get_by_label("Ескертпе").input_value()) == 2_000_000


def test_the_diagram_shows_where_the_case_is(open_page: Open, started: Started) -> None:
    case = started("Бірінші")
    page = open_page("p002")
    page.goto(f"/cases/{case}")
    page.wait_for_selector("[data-diagram][data-ready]")
    expect(page.locator('.djs-element[data-element-id="check"]')).to_have_class(re.compile("is-active"))
    expect(page.locator('.djs-element[data-element-id="begin"]')).to_have_class(re.compile("is-done"))
    assert page.locator(".node-mark.active").count() == 1
    expect(page.locator("svg[role=img]")).to_have_attribute("aria-label", re.compile("Қазір: Сұрамды тексеру"))


def test_on_a_phone_the_list_of_steps_comes_first(open_page: Open, started: Started) -> None:
    case = started("Бірінші")
    page = open_page("p002", size=PHONE)
    page.goto(f"/cases/{case}")
    expect(page.locator(".diagram")).to_be_hidden()
    steps = page.locator(".step-list").first.bounding_box()
    fold = page.locator(".diagram-fold summary").bounding_box()
    assert steps is not None
    assert fold is not None
    assert steps["y"] < fold["y"]
    page.click(".diagram-fold summary")
    page.wait_for_selector("[data-diagram][data-ready]")


def test_why_is_one_line_on_a_phone_and_opens(open_page: Open, started: Started) -> None:
    started("Бірінші")
    page = open_page("p002", size=PHONE)
    open_task(page)
    expect(page.locator(".why-body")).to_be_hidden()
    expect(page.locator(".why-line")).to_contain_text("7.3.1 · комиссия мүшесі")
    page.click(".why-toggle")
    expect(page.locator(".why-body")).to_contain_text("Сұрам төрағаға хабарланады.")


def test_lists_and_claiming_work_without_scripts(open_page: Open, started: Started) -> None:
    started("Бірінші")
    page = open_page("p002", java_script_enabled=False)
    page.goto("/tasks?view=role")
    page.get_by_role("region", name="Кейін").get_by_role("button", name="Қабылдау").click()
    expect(page.locator(".band")).to_contain_text("Тапсырма сізде")
    page.goto("/tasks")
    page.click(".row-link")
    expect(page.get_by_text("браузерде JavaScript қосулы болуы керек")).to_be_visible()
    expect(page.locator(".why-body")).to_be_visible()


def test_the_theme_is_the_system_s_or_the_reader_s(open_page: Open) -> None:
    page = open_page("p002", color_scheme="dark")
    assert page.evaluate("document.documentElement.dataset.bsTheme") == "dark"
    page.goto("/account")
    page.get_by_label("Ашық").check()
    page.locator("form[action='/account/theme'] button").click()
    page.wait_for_load_state()
    assert page.evaluate("document.documentElement.dataset.bsTheme") == "light"


def test_the_shell_fits_every_width(open_page: Open) -> None:
    page = open_page("p002", "ru")
    for path in ("/tasks?view=role", "/cases", "/registers/decisions", "/account"):
        page.goto(path)
        for width in (320, 400, 600, 768, 991, 1024, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            assert no_wider_than_the_screen(page), (path, width)


def test_a_row_named_by_a_long_programme_fits_a_phone(open_page: Open, university: University) -> None:
    named = {"programme": "7M06101 Бағдарламалық инженерия және жасанды интеллект", "status": "preparing"}
    enter(university, {"1": named}, register="accreditations")
    page = open_page("p001", "ru", PHONE)
    page.goto("/registers/accreditations")
    expect(page.locator("[data-row]")).to_contain_text(named["programme"])
    assert no_wider_than_the_screen(page)


def test_a_register_of_many_columns_fits_screens_without_room_for_them(open_page: Open, university: University) -> None:
    found = {"rule": "R57", "name": "Сотрудник ознакомлен", "wrong": "Обращение не зарегистрировано в срок",
             "clause": "3.1, 7.9.1(1)", "case_title": "Ознакомление с Положением: редакция № 11", "since": "2026-08-15",
             "severity": "minor", "status": "open"}  # fmt: skip
    enter(university, {"1": found}, register="findings")
    page = open_page("p001", "ru")
    for width in (768, 1024, 1279, 1280, 1366):
        page.set_viewport_size({"width": width, "height": 800})
        page.goto("/registers/findings")
        expect(page.locator("[data-row]")).to_contain_text("зарегистрировано")
        assert no_wider_than_the_screen(page), width


@pytest.mark.timeout(600)
@pytest.mark.parametrize(
    ("size", "scheme", "lang"),
    [(DESK, "light", "kk"), (DESK, "dark", "en"), (PHONE, "light", "ru")],
    ids=["desk-kk", "dark-en", "phone-ru"],
)
def test_every_page_is_accessible_and_fits(
    open_page: Open, started: Started, lang: str, size: dict[str, int], scheme: str
) -> None:
    if not AXE.exists():
        pytest.skip("axe-core is not installed: ./run setup")
    case = started("Бірінші")
    guest = open_page("", lang, size, color_scheme=scheme)
    guest.goto("/login")
    assert complaints(guest) == []
    page = open_page("p002", lang, size, color_scheme=scheme)
    open_task(page)
    page.wait_for_selector(".form-host.is-ready")
    assert complaints(page) == [], "task"
    claim(page)
    page.locator(".fjs-form input[type=radio]").nth(1).check()
    page.click("[data-send]")
    expect(page.locator(".error-summary")).to_be_focused()
    assert complaints(page) == [], "refused form"
    assert no_wider_than_the_screen(page), "refused form"
    page.locator(".fjs-form input[type=radio]").nth(0).check()
    page.click("[data-send]")
    page.wait_for_selector(".done-panel")
    assert complaints(page) == [], "done"
    starter = open_page("p001", lang, size, color_scheme=scheme)
    for path in ("/start", "/start/request?school=eng", "/tasks", "/cases", f"/cases/{case}", "/registers",
                 "/registers/decisions", "/documents", "/account", "/nowhere"):  # fmt: skip
        starter.goto(path)
        if "/start/" in path:
            starter.wait_for_selector(".form-host.is-ready")
        if path.startswith("/cases/") and size is DESK:
            starter.wait_for_selector("[data-diagram][data-ready]")
        assert complaints(starter) == [], path
        assert no_wider_than_the_screen(starter), path
