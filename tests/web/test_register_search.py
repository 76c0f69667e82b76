"""Registers are searched by what is shown, filtered by period, unit and code; an export holds the same rows."""

from __future__ import annotations

import csv
import html
import io
import re
import time
from collections.abc import Mapping
from datetime import date
from typing import Any
from urllib.parse import quote

import pytest
import sqlalchemy as sa
from openpyxl import load_workbook

from engine.commands import SYSTEM, Deploy, StartProcess
from engine.database import vw_register
from engine.queries import registers
from engine.values import canonical, plain
from engine.views import RegisterPage
from tests.web.conftest import MODELS, Browser, University
from web.register_layout import GROUPS, known

ROWS: Mapping[str, Mapping[str, Any]] = {
    "7/2026-1": {"decision_no": "7/2026-1", "adopted_on": date(2026, 11, 24), "decision_text": "Сауалнама өткізу",
                 "executor": "p002", "status": "open", "due_at": date(2026, 12, 5),
                 "outcome_type": "decision"},
    "7/2026-2": {"decision_no": "7/2026-2", "adopted_on": date(2026, 11, 24), "decision_text": "Есеп тыңдау",
                 "executor_unit": "eng-cs", "status": "done", "due_at": date(2027, 1, 15),
                 "outcome_type": "recommendation"},
    "3/2026-1": {"decision_no": "3/2026-1", "adopted_on": date(2026, 9, 2), "decision_text": "Жоспарды бекіту",
                 "executor": "p007", "status": "cancelled", "outcome_type": "information", "unshown": "құпиясөз"},
}  # fmt: skip


def enter(place: University, rows: Mapping[str, Mapping[str, Any]], school: str = "eng", register: str = "decisions",
          process: str = "request") -> str:  # fmt: skip
    """Rows of a case that is begun for them."""
    who = {"eng": "p001", "law": "p004"}[school]
    key = f"{school} {register} {next(iter(rows))}"
    case = place.engine.handle(
        StartProcess(actor=who, definition=process, school=school, variables={"subject": key})
    ).instance
    with place.engine.database.begin() as connection:
        connection.execute(
            sa.insert(vw_register),
            [
                {"register": register, "school": school, "key": key, "instance": case,
                 "content": canonical(plain(dict(values))), "at": f"2026-11-24T04:00:{n % 60:02}.000000Z"}
                for n, (key, values) in enumerate(rows.items())
            ],
        )  # fmt: skip
    return case


@pytest.fixture
def place(university: University) -> University:
    enter(university, ROWS)
    return university


def test_what_is_overdue_is_found_so_whatever_else_is_known_of_it(place: University) -> None:
    late = {"adopted_on": date(2026, 9, 2), "meeting_no": "5/2026", "due_at": date(2026, 11, 2)}
    rows = {f"5/2026-{n}": {**late, "decision_no": f"5/2026-{n}", "status": status}
            for n, status in enumerate(("late", "poor", "done"), 1)}  # fmt: skip
    enter(place, rows)
    browser = place.signed_in("p001")
    assert keys(browser, "status=late") == ["5/2026-1", "5/2026-2"]
    assert keys(browser, "status=poor") == ["5/2026-2"]
    page = browser.get("/registers/decisions").text
    chips = dict(re.findall(r'status=(\w+)"[^>]*>[^<]*<span class="count">(\d+)', page))
    assert (chips["late"], chips["poor"], chips["done"]) == ("2", "1", "2")
    assert f'aria-current="true">Барлығы <span class="count">{len(ROWS) + len(rows)}<' in page, "each counts once"


def test_a_decision_says_its_meeting_beside_its_number(place: University) -> None:
    enter(place, {"4/2026-1": {**ROWS["7/2026-1"], "decision_no": "4/2026-1", "meeting_no": "5/2026"}})
    page = place.signed_in("p001").get("/registers/decisions").text
    assert re.search(r'data-label="Отырыс" class="cell-number">\s*5/2026', page)


def test_an_id_of_a_case_is_no_number_of_a_row(place: University) -> None:
    enter(place, {"35q3q3mftmly": {"status": "received", "received_on": date(2026, 11, 24)}}, register="appeals")
    assert "35q3q3mftmly" not in place.signed_in("p001").get("/registers/appeals").text


def keys(browser: Browser, query: str = "", register: str = "decisions") -> list[str]:
    page = browser.get(f"/registers/{register}?{query}").text
    return sorted(re.findall(r'<th scope=row data-label="[^"]*" class="cell-key">([^<]+)</th>', page))


def exported(browser: Browser, query: str) -> tuple[list[str], list[str]]:
    """The keys in the CSV and in the XLSX of the filtered register."""
    text = browser.get(f"/registers/decisions.csv?{query}").get_data().decode("utf-8-sig")
    (sheet,) = load_workbook(io.BytesIO(browser.get(f"/registers/decisions.xlsx?{query}").data))
    rows = list(sheet.iter_rows(values_only=True))
    return (
        sorted(row[0] for row in list(csv.reader(io.StringIO(text), delimiter=";"))[1:]),
        sorted(str(row[0]) for row in rows[1:]),
    )


def found(browser: Browser, words: str, lang: str = "") -> list[str]:
    if lang:
        browser.client.set_cookie("sapa_lang", lang, domain="localhost")
    shown = keys(browser, f"q={quote(words)}")
    assert exported(browser, f"q={quote(words)}") == (shown, shown)
    return shown


def test_what_is_shown_is_found_and_nothing_else(place: University) -> None:
    browser = place.signed_in("p001")
    expected = {
        "Әбенов": ["7/2026-1"], "нурлан абенов": ["7/2026-1"],  # a person, as people type
        "Есептеу кафедрасы": ["7/2026-2"],  # a department
        "орындалуда": ["7/2026-1"], "күші жойылды": ["3/2026-1"],  # a status
        "24.11.2026": ["7/2026-1", "7/2026-2"], "15.01.2027": ["7/2026-2"],  # dates as they are written
        "ұсыным": ["7/2026-2"],  # a code under "details"
        "3/2026-1": ["3/2026-1"], "есеп әбенов": [], "24.11.2026 сауалнама": ["7/2026-1"],
    }  # fmt: skip
    for written in (
        "p002",
        "eng-cs",
        "2026-11-24",
        "cancelled",
        "құпиясөз",
        "unshown",
    ):  # so it lies, so it is not shown
        expected[written] = []
    assert {words: found(browser, words) for words in expected} == expected


def test_rows_entered_at_once_stand_by_their_number_the_latest_first(university: University) -> None:
    enter(university, {f"2026/2027/{n}": {"decision_no": f"2026/2027/{n}"} for n in (9, 10, 1, 22)})
    with university.engine.database.begin() as connection:
        connection.execute(sa.update(vw_register).values(at="2026-11-24T04:00:00.000000Z"))
    page = university.signed_in("p001").get("/registers/decisions").text
    assert re.findall(r'class="cell-key">2026/2027/(\d+)<', page) == ["22", "10", "9", "1"]


def test_a_code_is_found_by_its_word_in_the_language_of_the_page(place: University) -> None:
    browser = place.signed_in("p001")
    assert found(browser, "исполнено", "ru") == ["7/2026-2"]
    assert found(browser, "in work", "en") == ["7/2026-1"]
    assert found(browser, "орындалуда", "en") == []


def test_registers_stand_under_their_subjects_and_are_found_by_name_without_scripts(place: University) -> None:
    browser = place.signed_in("p001")
    page = html.unescape(browser.get("/registers").text)
    assert re.search(r"Отырыстар мен шешімдер</h2>.*?Шешімдер тізілімі.*?</section>", page, re.DOTALL)
    sizes = place.engine.reader("p001").registers()
    assert sizes["decisions"] == len(ROWS) and f"Жазба: </span>{len(ROWS)}</span>" in page
    found = html.unescape(browser.get("/registers?q=ХАТТАМА").text)
    assert found.count('class="row-link"') == 1 and "Хаттамалар тізілімі" in found
    assert browser.get("/registers?q=отырыстар шешімдер").text.count('class="row-link"') == 4, "a subject's words too"
    assert "Мұндай тізілім жоқ." in browser.get("/registers?q=жоқсөз").text
    assert [name for name, one in known().items() if one.group not in GROUPS or one.group == "other"] == []


def test_a_period_that_ends_before_it_begins_is_called_so(place: University) -> None:
    page = place.signed_in("p001").get("/registers/decisions?since=2026-12-01&until=2026-11-01").text
    assert page.count("Кезеңнің басы соңынан кеш") == 2
    assert page.count('aria-describedby="period-wrong"') == 2
    assert "period-wrong" not in place.signed_in("p001").get("/registers/decisions?since=2026-11-01").text


def test_a_period_over_the_main_date(place: University) -> None:
    browser = place.signed_in("p001")
    for query, expected in {
        "since=2026-11-24": ["7/2026-1", "7/2026-2"], "until=2026-11-23": ["3/2026-1"],
        "since=2026-09-02&until=2026-09-02": ["3/2026-1"], "since=2026-12-01": [],
        "since=nonsense&until=": sorted(ROWS),
    }.items():  # fmt: skip
        assert keys(browser, query) == expected, query
        assert exported(browser, query) == (expected, expected), query


def test_units_and_codes_of_the_columns_are_chosen_from_what_there_is(place: University) -> None:
    enter(place, {"9/2026-1": {"meeting_kind": "extraordinary", "status": "held", "held_on": date(2026, 11, 20)},
                  "9/2026-2": {"meeting_kind": "regular", "status": "held", "meeting_at": date(2026, 11, 21)}},
          register="meetings")  # fmt: skip
    browser = place.signed_in("p001")
    page = html.unescape(browser.get("/registers/decisions").text)
    assert '<option value="eng-cs">Есептеу кафедрасы</option>' in page
    assert 'value="p002"' not in page  # people are searched for by name
    assert keys(browser, "f-executor=eng-cs") == ["7/2026-2"]
    assert exported(browser, "f-executor=eng-cs&status=open") == ([], [])
    meetings = html.unescape(browser.get("/registers/meetings").text)
    assert '<option value="regular">' in meetings
    assert browser.get("/registers/meetings?f-meeting_kind=regular").text.count("data-row") == 1
    chosen = browser.get("/registers/meetings?f-meeting_kind=regular&since=2026-11-01&status=held&q=21.11").text
    assert chosen.count("data-row") == 1
    for kept in ('<option value="regular" selected>', 'value="2026-11-01"', 'name="status" value="held"'):
        assert kept in chosen
    assert "f-meeting_kind=regular" in chosen.partition("/registers/meetings.csv")[2].partition('"')[0]
    assert browser.get("/registers/meetings?f-nothing=x&f-status=held").text.count("data-row") == 2


def test_counts_are_of_the_rows_chosen_otherwise(place: University) -> None:
    page = place.signed_in("p001").get("/registers/decisions?since=2026-11-01").text
    chips = re.findall(r'status=(\w+)&amp;since=2026-11-01[^>]*>[^<]+<span class="count">(\d+)', page)
    assert sorted(chips) == [("cancelled", "0"), ("done", "1"), ("open", "1")]


def test_a_hidden_row_is_neither_found_nor_offered_nor_counted(place: University) -> None:
    model = (MODELS / "request.bpmn").read_text("utf-8").replace('id="request"', 'id="closed"', 1)
    sealed = '"clause" value="7.4.1"/><camunda:property name="confidential" value="true"/>'
    model = model.replace('"clause" value="7.4.1"/>', sealed, 1).replace('Element="request"', 'Element="closed"')
    place.engine.handle(Deploy(actor=SYSTEM, name="closed", files={"closed.bpmn": model.encode()}))
    row = {**ROWS["7/2026-1"], "decision_no": "8/2026-1", "executor": "p006", "executor_unit": "law", "status": "poor"}
    enter(place, {"8/2026-1": row, "8/2026-2": {**row, "executor": None}}, process="closed")
    outsider, author = place.signed_in("p005"), place.signed_in("p001")
    for query in ("q=Kim", "q=8%2F2026", "status=poor", "f-executor=law", "since=2026-11-24&q=Anna"):
        assert keys(outsider, query) == [], query
        assert exported(outsider, query) == ([], []), query
    page = outsider.get("/registers/decisions").text
    assert "poor" not in page and 'value="law"' not in page
    assert keys(author, "q=Kim") == ["8/2026-1"]


def test_a_register_that_nobody_keeps_is_not_there(place: University) -> None:
    enter(place, {"1": {"check_no": "1"}}, register="undescribed")
    browser = place.signed_in("p001")
    wanted = {"decision": 404, "decision.csv": 404, "decisions.pdf": 404} | {
        name: 200 for name in ("undescribed", "undescribed.csv", "risks", "risks.csv", "survey_answers")
    }
    assert {name: browser.get(f"/registers/{name}").status_code for name in wanted} == wanted
    assert place.signed_in("p004").get("/registers/undescribed").status_code == 404, "none of its rows is open to them"


def test_lists_of_people_are_shown_and_found_by_name(place: University) -> None:
    enter(place, {"1": {"check_no": "1", "checkers": ["p002", "p007"], "status": "open"}}, register="undescribed")
    browser = place.signed_in("p001")
    assert "Абай Жанар" in browser.get("/registers/undescribed").text
    assert browser.get("/registers/undescribed?q=жанар&since=2027-01-01").text.count("data-row") == 1


def test_a_long_register_is_read_once_for_an_export_and_searched_quickly(
    place: University, monkeypatch: pytest.MonkeyPatch
) -> None:
    many = {
        f"20/2026-{n}": {**ROWS["7/2026-1"], "decision_no": f"20/2026-{n}", "executor": f"p00{n % 7 + 1}"}
        for n in range(3000)
    }
    enter(place, many)
    read = []
    whole = registers.page

    def counted(*args: Any) -> RegisterPage:
        read.append(args)
        return whole(*args)

    monkeypatch.setattr(registers, "page", counted)
    browser = place.signed_in("p001")
    before = time.perf_counter()
    text = browser.get(f"/registers/decisions.csv?q={quote('Жанар')}").get_data().decode("utf-8-sig")
    took = time.perf_counter() - before
    assert (len(text.splitlines()) - 1, len(read)) == (1 + len([n for n in range(3000) if n % 7 == 6]), 1)
    assert took < 8  # a second and a half where nothing else runs


def test_a_register_without_a_column_of_statuses_offers_none_to_choose(place: University) -> None:
    enter(place, {"ABC": {"survey_no": "1/2026", "audience": "student", "status": "open"}}, register="survey_links")
    page = place.signed_in("p001").get("/registers/survey_links").text
    assert "1/2026" in page and "?status=" not in page


def test_8_3_p1_editions_and_their_changes_are_read_by_everybody_without_their_cases(university: University) -> None:
    rows = {"3": {"edition_no": 3, "status": "in_force"}}
    case = enter(university, rows, school="law", register="editions")
    enter(university, {"1": {"decision_no": "7/2026-1"}}, school="law")
    browser = university.signed_in("p001")
    page = browser.get("/registers/editions").text
    assert page.count("data-row") == 1 and case not in page
    assert case in university.signed_in("p004").get("/registers/editions").text
    assert "3" in browser.get("/registers/editions.csv").text.splitlines()[1]
    assert university.engine.reader("p001").register("editions").total == 1
    assert "data-row" not in browser.get("/registers/decisions").text
