"""Keeps the directory's journeys whole: an import with a bad row, an absence, a substitute, a phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import PHONE, House
from tests.journeys.test_a_case_from_desk_to_desk import KEPT, claims_if_asked, sends

pytestmark = pytest.mark.browser
FILE = """person;name;unit;email
n900;Жаңа Қызметкер;fet-cs;zhana@altyndala.example
n901;Қате Жол;fet-joq;
"""
TEACHER, HEAD = "Молдағалиев", "Жүнісов"


def test_an_administrator_loads_a_file_and_a_bad_row_comes_back(house: House) -> None:
    page = house.sits("admin")
    page.goto("/tasks")
    house.goes(page, "nav.people")
    house.seen(page, "people")
    house.follow(page.get_by_role("main"), house.say("import.title"))
    house.seen(page, "import")
    file = {"name": "people.csv", "mimeType": "text/csv", "buffer": FILE.encode()}
    page.get_by_label(house.say("import.file"), exact=True).set_input_files(files=[file])
    house.press(page, house.say("import.check"))
    expect(page.get_by_role("main")).to_contain_text(house.say("import.sum", n=1, m=1))
    expect(page.get_by_role("row").filter(has_text="fet-joq")).to_contain_text(house.say("import_state.bad"))
    house.seen(page, "dry_run")
    house.press(page, house.say("import.load", n=1))
    expect(page.get_by_role("main")).to_contain_text(house.say("import.sum_loaded", n=1, m=1))
    house.seen(page, "loaded")
    with page.expect_download() as awaited:
        page.get_by_role("main").get_by_role("link", name=house.say("import.errors")).click()
    assert awaited.value.suggested_filename.endswith(".xlsx")
    assert house.engine.reader("p044").people(["n900", "n901"]) == {"n900": "Жаңа Қызметкер"}


def test_a_substitute_named_for_an_absence_does_the_task_in_the_persons_stead(house: House) -> None:
    row = house.row("head.math", "execute")
    page = house.sits("admin")
    page.goto("/people")
    page.get_by_role("searchbox").fill(HEAD)
    page.keyboard.press("Enter")
    house.follow(page.get_by_role("main"), HEAD)
    house.seen(page, "card")
    house.follow(page.get_by_role("main"), house.say("absence.record"))
    page.get_by_role("searchbox").fill(TEACHER)
    page.keyboard.press("Enter")
    page.get_by_role("radio", name=TEACHER).check()
    page.get_by_label(house.say("absence.first_day"), exact=True).fill("2026-11-24")
    page.get_by_label(house.say("absence.last_day"), exact=True).fill("2026-11-27")
    house.seen(page, "absence")
    house.press(page, house.say("absence.record"))
    expect(page.get_by_text(house.say("absence.recorded"))).to_be_visible()
    house.seen(page, "recorded")
    stand_in = house.sits("teacher.math2")
    house.opens_task(stand_in, row, "substitute")
    expect(stand_in.get_by_role("main")).to_contain_text(HEAD)
    claims_if_asked(house, stand_in)
    form = "decision_execution/execute"
    for field, text in {"percent": "100", "result": KEPT, "report": KEPT, "title": KEPT, "reference": KEPT}.items():
        stand_in.get_by_label(house.label(form, field)).first.fill(text)
    house.seen(stand_in, "in_stead")
    done = sends(house, stand_in)
    house.follow(done, house.say("case.open"))
    name = house.engine.reader("p009").people(["p009"])["p009"]
    expect(stand_in.get_by_role("main")).to_contain_text(house.say("case.in_stead", name=name))
    house.seen(stand_in, "case")


def test_a_member_finds_everything_on_a_phone(house: House) -> None:
    page = house.sits("member.civil", PHONE, color_scheme="dark", has_touch=True, is_mobile=True)
    page.goto("/tasks")
    house.seen(page, "inbox")
    for place in ("nav.start_brief", "nav.cases", "nav.more"):
        house.goes(page, place)
        house.seen(page, place.removeprefix("nav."))
    for place in ("nav.registers", "nav.documents"):  # a meeting under way has the registers' place in the bar
        house.goes(page, "nav.more")
        house.follow(page.get_by_role("main"), house.say(place))
        house.seen(page, place.removeprefix("nav."))
    house.goes(page, "nav.cases")
    page.get_by_role("main").get_by_role("link", name="3/2026-1").first.click()
    house.seen(page, "case")
    house.goes(page, "nav.more")
    house.follow(page.get_by_role("main"), house.say("nav.rooms"))
    house.seen(page, "rooms")
