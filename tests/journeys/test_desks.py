"""Keeps the desks of those who watch and those who own the models whole, as they are gone through in a day."""

from __future__ import annotations

import io
import re

import pytest
from openpyxl import load_workbook
from playwright.sync_api import expect

from tests.journeys.conftest import ROOT, House

pytestmark = pytest.mark.browser


def test_the_quality_department_looks_filters_and_takes_the_list_away(house: House) -> None:
    page = house.sits("asb")
    page.goto("/tasks")
    house.goes(page, "nav.monitor")
    house.heading(page, house.say("monitor.title"))
    house.seen(page, "overview")
    lists = page.get_by_role("navigation", name=house.say("monitor.title"))
    house.follow(lists, house.say("watch.cases"))
    total = house.engine.reader("p040").watch("cases").total
    expect(page.get_by_text(house.say("monitor.found", n=total))).to_be_visible()
    house.seen(page, "cases")
    page.get_by_label(house.say("search.label")).fill("3/2026")
    house.press(page, house.say("monitor.show"))
    found = house.engine.reader("p040").watch("cases", search="3/2026").total
    assert 0 < found < total
    expect(page.get_by_text(house.say("monitor.found", n=found))).to_be_visible()
    house.seen(page, "filtered")
    with page.expect_download() as awaited:
        page.get_by_role("main").get_by_role("link", name="XLSX").click()
    sheet = load_workbook(io.BytesIO(awaited.value.path().read_bytes())).active
    assert sheet is not None and sheet.max_row == found + 1
    house.follow(page.get_by_role("navigation", name=house.say("monitor.title")), house.say("watch.overdue"))
    house.seen(page, "overdue")


def test_an_auditor_replays_a_case_with_keys(house: House) -> None:
    page = house.sits("auditor")
    page.goto("/tasks")
    house.goes(page, "nav.cases")
    house.seen(page, "cases")
    page.get_by_role("searchbox").fill("3/2026-1")
    page.keyboard.press("Enter")
    page.get_by_role("main").get_by_role("link", name="3/2026-1").first.click()
    house.seen(page, "case")
    house.follow(page.get_by_role("main"), house.say("replay.open"))
    expect(page.locator("[data-verdict]")).to_contain_text(re.compile(r"\d"))
    case = page.url.split("/")[4]
    last = len(house.engine.reader("p042").case(case).timeline)
    page.keyboard.press("Home")
    expect(page).to_have_url(re.compile("step=1$"))
    house.seen(page, "first")
    page.keyboard.press("ArrowRight")
    expect(page).to_have_url(re.compile("step=2$"))
    page.keyboard.press("m")
    page.keyboard.press("End")
    expect(page).to_have_url(re.compile(f"step={last}$"))
    expect(page.locator(f'[data-step="{last}"]')).to_have_attribute("aria-current", "step")
    house.seen(page, "last")


def test_one_owner_proposes_a_version_and_another_makes_it_effective(house: House) -> None:
    text = (ROOT / "processes" / "inquiry" / "quarterly_inquiry.bpmn").read_text(encoding="utf-8")
    changed = re.sub(r'(<bpmn:process id="[^"]+" name=")', r"\1Тоқсан: ", text, count=1)
    assert changed != text
    page = house.sits("owner")
    page.goto("/tasks")
    house.goes(page, "nav.models")
    house.seen(page, "models")
    house.follow(page.get_by_role("main"), house.say("proposals.propose"))
    file = {"name": "quarterly_inquiry.bpmn", "mimeType": "text/xml", "buffer": changed.encode()}
    page.get_by_label(house.say("models.files"), exact=True).set_input_files(files=[file])
    page.get_by_label(house.say("proposals.why"), exact=True).fill("Процестің атауы нақтыланды, 5.1-тармақ")
    house.seen(page, "propose")
    house.press(page, house.say("proposals.propose_now"))
    page.wait_for_url(re.compile(r"/models/proposals/\d+$"))
    number = page.url.rpartition("/")[2]
    expect(page.get_by_role("button", name=house.say("proposals.make_effective"))).to_have_count(0)
    house.seen(page, "own")
    second = house.sits("owner2")
    second.goto("/models/proposals")
    house.seen(second, "proposals")
    second.get_by_role("link", name=number, exact=True).click()
    house.seen(second, "proposal")
    house.press(second, house.say("proposals.make_effective"))
    expect(second.get_by_role("main")).to_contain_text(house.say("proposals.effective_now", n=number))
    house.seen(second, "effective")
    versions = house.engine.reader("p043").model_versions("process", "quarterly_inquiry")
    assert [one.version for one in versions] == [2, 1]
