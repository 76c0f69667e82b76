"""Keeps a confidential case hidden: to whom it is not open, it answers in every place as a case that does not exist."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping

import pytest
from openpyxl import load_workbook

from engine.commands import SYSTEM, Appoint, Deploy, RecordPerson, SetPassword
from engine.database import reading_one_moment
from engine.errors import Refused
from engine.history import xes
from tests.web.conftest import DIGEST, MODELS, TUESDAY, Browser, Started, University
from tests.web.test_every_url_as_every_role import PICTURE, TABLE, Walk, ask

SECRET = "Жасырын шағым"
OUTSIDERS = ("p002", "p004", "p005")  # a member of the school, a chair of another, the quality section
NO_CASE = "zzzzzzzzzzzz"
LISTS = (
    "/tasks", "/tasks?view=role", "/tasks?view=waiting", "/tasks?view=substitute", "/tasks?view=snoozed",
    "/tasks?view=role&q=Жасырын", "/tasks/fresh?view=role", "/cases", "/cases?q=Жасырын", "/cases?q=шағым",
    "/registers", "/registers/decisions", "/registers/decisions.csv", "/documents", "/documents?q=Жасырын", "/rooms",
    "/mentions", "/start", "/people/p001", "/people/p003", "/vacancies", "/monitor", "/monitor/cases",
    "/monitor/cases?q=Жасырын", "/monitor/cases.csv", "/monitor/tasks.csv", "/monitor/overdue", "/monitor/timers",
    "/monitor/incidents", "/monitor/process/request", "/monitor/process/request/diagram", "/models",
    "/models/process/request",
)  # fmt: skip


@pytest.fixture
def closed(university: University) -> University:
    """The same small model, confidential; its task is the chair's."""
    model = (MODELS / "request.bpmn").read_text("utf-8")
    model = model.replace(
        '"clause" value="7.4.1"/>', '"clause" value="7.4.1"/><camunda:property name="confidential" value="true"/>', 1
    )
    model = model.replace('"role" value="&quot;member@', '"role" value="&quot;chair@', 1)
    university.engine.handle(Deploy(actor=SYSTEM, name="closed", files={"request.bpmn": model.encode()}))
    return university


def plain(text: str, case: str = NO_CASE) -> str:
    """A page without what differs each time it is asked: tokens, keys and the number of a request."""
    text = re.sub(r'name="(csrf_token|key)" value="[^"]*"', "", text).replace(case, NO_CASE)
    return re.sub(r'nonce(="|-)[^"\' ]+|<code>[0-9a-f]{10}</code>|\d{2}:\d{2}:\d{2}', "", text)


def told(browser: Browser) -> dict[str, tuple[int, str]]:
    answers = {address: browser.get(address) for address in LISTS}
    return {address: (answer.status_code, plain(answer.get_data().decode())) for address, answer in answers.items()}


def with_notes(university: University, started: Started) -> str:
    case = started(SECRET)
    university.engine.notes.attach("p001", case, f"{SECRET}.png", PICTURE)
    university.engine.notes.comment("p001", case, SECRET, ["p003"])
    return case


def test_no_list_search_count_export_or_feed_changes_by_it(closed: University, started: Started) -> None:
    """Clause 8.2: whoever has no access reads the same before and after there is such a case."""
    browsers = {person: closed.signed_in(person) for person in OUTSIDERS}
    before = {person: told(browser) for person, browser in browsers.items()}
    feeds = {person: feed(browser) for person, browser in browsers.items()}
    calendars = {person: plain(closed.visitor().get(address).text) for person, address in feeds.items()}
    with_notes(closed, started)
    closed.engine.settle()
    for person, browser in browsers.items():
        after = told(browser)
        assert [one for one in LISTS if after[one] != before[person][one]] == [], person
        assert plain(closed.visitor().get(feeds[person]).text) == calendars[person]
        for answer in (browser.get("/monitor/cases.xlsx"), browser.get("/registers/decisions.xlsx")):
            assert answer.status_code == 404 or not any(SECRET in cell for cell in cells(answer.data))
    assert SECRET in closed.signed_in("p003").get("/tasks?view=role").text
    assert SECRET in closed.signed_in("p006").get("/cases?q=Жасырын").text  # an auditor may read confidential cases


def feed(browser: Browser) -> str:
    page = browser.post("/account/calendar", {}).text
    found = re.search(r"/calendar\.ics\?[^\"<\s]+", page)
    assert found
    return found[0].replace("&amp;", "&")


def cells(data: bytes) -> Iterator[str]:
    for sheet in load_workbook(io.BytesIO(data)):
        yield from (str(value) for row in sheet.iter_rows(values_only=True) for value in row)


def test_every_address_of_it_answers_as_if_there_were_none(closed: University, started: Started) -> None:
    case = with_notes(closed, started)
    (row,) = closed.engine.reader("p003").inbox("role").rows
    real, none = Walk(closed, case, row.task), Walk(closed, NO_CASE, row.task.replace(case, NO_CASE))
    routes = [one for one in sorted(TABLE) if "<instance>" in one[1] or "<task>" in one[1]]
    assert len(routes) > 25
    for person in OUTSIDERS:
        browser = closed.signed_in(person)
        token = browser.token("/account")
        different = []
        for method, route in routes:
            status, text = ask(browser, method, real.address(route), token)
            if (status, plain(text, case)) != answer_of(browser, method, none.address(route), token):
                different.append((method, route, status))
        assert different == [], person


def answer_of(browser: Browser, method: str, address: str, token: str) -> tuple[int, str]:
    status, text = ask(browser, method, address, token)
    return status, plain(text)


def test_nobody_without_access_is_mentioned_or_offered_for_it(closed: University, started: Started) -> None:
    case = with_notes(closed, started)
    offered = closed.signed_in("p001").get(f"/cases/{case}/notes").text
    assert "Омаров Ерлан" in offered
    for person, name in (("p002", "Әбенов Нұрлан"), ("p005", "Құнанбаев Дәурен")):
        assert name not in offered
        with pytest.raises(Refused):
            closed.engine.notes.comment("p001", case, "Қараңызшы", [person])
        assert SECRET not in closed.signed_in(person).get("/mentions").text


def test_who_keeps_the_system_running_sees_where_it_stands_and_nothing_else(
    closed: University, started: Started
) -> None:
    closed.engine.handle(RecordPerson(actor=SYSTEM, person="keeper", name="Жүйе әкімшісі", unit="univ"))
    closed.engine.handle(SetPassword(actor=SYSTEM, person="keeper", login="keeper", digest=DIGEST))
    closed.engine.handle(Appoint(actor=SYSTEM, person="keeper", role="admin", unit="univ", start=TUESDAY.date()))
    case = with_notes(closed, started)
    keeper = closed.signed_in("keeper")
    pages: Mapping[str, int] = {
        f"/cases/{case}": 200, f"/cases/{case}/diagram": 200, f"/cases/{case}/files/1": 404,
        f"/cases/{case}/files/1/1.png": 404, f"/cases/{case}/notes": 404, "/cases?q=Жасырын": 200,
        "/monitor/cases": 200, "/monitor/cases.csv": 200, "/monitor/cases?q=Жасырын": 200,
    }  # fmt: skip
    for address, status in pages.items():
        answer = keeper.get(address)
        assert answer.status_code == status, address
        assert SECRET not in answer.get_data().decode().replace('value="Жасырын"', ""), address


def test_an_event_log_holds_it_only_when_it_is_asked_for(closed: University, started: Started) -> None:
    case = with_notes(closed, started)
    logs = {}
    for wanted in (False, True):
        target = io.BytesIO()
        with reading_one_moment(closed.engine.database) as connection:
            xes.write(connection, closed.engine.library, target, xes.Wish(confidential=wanted))
        logs[wanted] = target.getvalue().decode()
    assert (case in logs[False], case in logs[True]) == (False, True)
    assert SECRET not in logs[True]
