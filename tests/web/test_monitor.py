"""Keeps the desk of those who watch right: what runs, is late or stuck; exports; retries of exactly what was chosen."""

import html
import io
import json
import re
from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa
from openpyxl import load_workbook

from engine.commands import SYSTEM, Appoint, RetryIncident
from engine.database import ru_instance
from engine.errors import NotPermitted
from engine.queries.incidents import reason
from tests.web.conftest import Started, University
from tests.web.test_case_and_registers import advance

WATCHER = "p005"  # watches every school
FORMULA = "=HYPERLINK(1)"


def test_running_work_is_counted_by_school_and_process_and_every_figure_opens_its_list(
    university: University, started: Started
) -> None:
    case = started("Бірінші")
    started("Екінші")
    page = html.unescape(university.signed_in(WATCHER).get("/monitor").text)
    assert "Инженерия мектебі" in page
    assert '<span class="figure">2</span>' in page
    assert "/monitor/cases?school=eng&process=request" in page
    cases = university.signed_in(WATCHER).get("/monitor/cases?school=eng&process=request").text
    assert f"/cases/{case}" in cases
    assert university.signed_in(WATCHER).get("/monitor/cases?school=law").text.count("data-row") == 0


def test_late_tasks_come_with_whom_they_are_and_are_found_by_key_person_and_text(
    university: University, started: Started
) -> None:
    started("Бірінші")
    browser = university.signed_in(WATCHER)
    assert "data-row" not in browser.get("/monitor/overdue").text
    university.pass_time(timedelta(days=60))
    browser = university.signed_in(WATCHER)
    page = html.unescape(browser.get("/monitor/overdue").text)
    assert page.count("data-row") == 1
    assert "Сұрамды тексеру" in page
    assert "Комиссия мүшесі" in page or "мүше" in page
    for search, rows in (("тексеру", 1), ("ТЕКСЕРУ бiрiншi", 0), ("бірінші", 1), ("жоқ сөз", 0)):
        assert browser.get(f"/monitor/overdue?q={search}").text.count("data-row") == rows, search
    shown = browser.get("/monitor/process/request").text
    assert shown.count("due-late") == 1


def test_a_diagram_carries_the_number_of_cases_at_each_step(university: University, started: Started) -> None:
    started("Бірінші")
    started("Екінші")
    found = university.signed_in(WATCHER).get("/monitor/process/request/diagram").get_json()
    (step,) = found["steps"]
    assert (step["element"], step["tokens"], step["state"], step["count"]) == ("check", 2, "active", True)
    assert "bpmn" in found["xml"]
    assert university.signed_in(WATCHER).get("/monitor/process/nothing").status_code == 404


def test_timers_are_listed_with_their_day(university: University, started: Started) -> None:
    started("Бірінші")
    advance(university, "pause")
    page = html.unescape(university.signed_in(WATCHER).get("/monitor/timers").text)
    assert page.count("data-row") == 1
    assert "Үш күн күту" in page


def test_incidents_are_retried_exactly_as_chosen_by_who_operates_without_seeing_contents(
    university: University, started: Started
) -> None:
    started("Құпия сөз")
    advance(university, "pause")
    university.pass_time(timedelta(days=3, minutes=1))
    (one,) = university.engine.reader(WATCHER).watch("incidents").rows
    watcher, admin = university.signed_in(WATCHER), university.signed_in("p006")
    assert "unheard_of" in watcher.get("/monitor/incidents").text
    assert watcher.post("/monitor/incidents/confirm", {"incident": one.id}).status_code == 404
    assert admin.post("/monitor/incidents/confirm", {"incident": "nothing"}).status_code == 303
    confirmation = admin.post("/monitor/incidents/confirm", {"incident": one.id})
    assert confirmation.text.count('name="incident"') == 1
    key = confirmation.text.partition('name="key" value="')[2].partition('"')[0]
    for _ in range(2):  # the same button pressed twice is one act
        assert admin.post("/monitor/incidents/retry", {"incident": one.id, "key": key}).status_code == 303
    after = university.engine.reader(WATCHER).watch("incidents").rows
    assert len(after) == 1  # it fails again for the same reason
    facts = [row.kind for row in university.engine.reader(WATCHER).case(one.instance).timeline]
    assert facts.count("RetryIncident") == 1


@pytest.fixture
def owner(university: University) -> str:
    """Whoever answers for the models; nothing else."""
    start = date(2026, 9, 1)
    university.engine.handle(
        Appoint(actor=SYSTEM, person="p007", role="process_owner", unit="univ", start=start, basis="№ 2")
    )
    return "p007"


def stop(university: University) -> None:
    advance(university, "pause")
    university.pass_time(timedelta(days=3, minutes=1))


EXPORTS = ("/monitor/incidents.csv", "/monitor/incidents.xlsx")
CLOSED = (
    "/monitor/cases", "/monitor/overdue", "/monitor/timers", "/monitor/timers.csv", "/monitor/cases.xlsx",
    "/monitor/process/request", "/monitor/process/request/diagram",
)  # fmt: skip


def test_whoever_answers_for_the_models_is_told_where_they_stop_and_no_more(
    university: University, started: Started, owner: str
) -> None:
    case = started("Құпия сөз")
    stop(university)
    browser = university.signed_in(owner)
    assert browser.get("/monitor").location == "/monitor/incidents"
    page = browser.get("/monitor/incidents").text
    assert (page.count("data-row"), "unheard_of" in page, "Құпия сөз" in page, case in page) == (1, True, False, False)
    assert 'name="incident"' not in page
    csv, xlsx = (browser.get(address) for address in EXPORTS)
    assert "unheard_of" in csv.text and "Құпия сөз" not in csv.text and case not in csv.text
    told = [cell.value for row in load_workbook(io.BytesIO(xlsx.data)).active for cell in row]  # type: ignore[union-attr]
    assert any("unheard_of" in str(one) for one in told) and not any("Құпия" in str(one) for one in told)
    assert [browser.get(address).status_code for address in (*CLOSED, f"/cases/{case}")] == [404] * 8
    (one,) = university.engine.reader(owner).watch("incidents").rows
    assert (one.title, one.business_key, one.hidden, one.linked) == ({}, "", True, False)
    for act in ("confirm", "retry"):
        assert browser.post(f"/monitor/incidents/{act}", {"incident": one.id}, page="/tasks").status_code == 404
    with pytest.raises(NotPermitted):
        university.engine.handle(RetryIncident(actor=owner, instance=case, incident=one.id))


def test_of_a_confidential_case_that_stopped_they_learn_nothing_not_even_a_number(
    university: University, started: Started, owner: str
) -> None:
    case = started("Құпия сөз")
    stop(university)
    with university.engine.database.begin() as connection:  # as a case of a confidential process is begun
        connection.execute(sa.update(ru_instance).where(ru_instance.c.id == case).values(confidential=True))
    browser, reader = university.signed_in(owner), university.engine.reader(owner)
    page = browser.get("/monitor/incidents").text
    assert (page.count("data-row"), "unheard_of" in page, case in page) == (0, False, False)
    assert browser.get("/monitor/incidents?q=request").text.count("data-row") == 0
    assert len(browser.get(EXPORTS[0]).text.strip().splitlines()) == 1  # the head alone
    book = load_workbook(io.BytesIO(browser.get(EXPORTS[1]).data))
    assert book.active is not None and book.active.max_row == 1
    assert (reader.watch("incidents").total, reader.watch("incidents").rows, reader.workload()) == (0, (), ())
    assert [one.instance for one in university.engine.reader("p006").watch("incidents").rows] == [case]


@pytest.mark.parametrize(
    ("code", "params", "confidential", "told"),
    [
        ("timer_invalid", {"expression": "day", "value": "Құпия", "names": "day"}, False,
         ("timer_invalid", {"expression": "day", "value": "…", "names": "day"})),
        ("register_key_taken", {"register": "appeals", "key": "Құпия"}, False,
         ("register_key_taken", {"register": "appeals", "key": "…"})),
        ("decision_unknown", {"key": "quorum"}, False, ("decision_unknown", {"key": "quorum"})),
        ("decision_unknown", {"key": "quorum"}, True, ("incident_closed", {})),
    ],
)  # fmt: skip
def test_a_reason_told_without_the_contents_holds_no_value_of_the_case(
    code: str, params: dict[str, str], confidential: bool, told: tuple[str, dict[str, str]]
) -> None:
    assert reason(code, json.dumps(params), opened=False, confidential=confidential) == told
    assert reason(code, json.dumps(params), opened=True, confidential=confidential) == (code, params)


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_lists_leave_as_spreadsheets_in_which_nothing_is_a_formula(
    university: University, started: Started, kind: str
) -> None:
    started(FORMULA)
    browser = university.signed_in(WATCHER)
    answer = browser.get(f"/monitor/cases.{kind}")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="cases.{kind}"'
    if kind == "csv":
        assert "\n=" not in answer.text and ";=" not in answer.text
        return
    sheet = load_workbook(io.BytesIO(answer.data)).active
    assert sheet is not None
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert all(cell.data_type != "f" for cell in cells)
    assert any(FORMULA in str(cell.value) for cell in cells)


def test_registers_leave_as_a_workbook_too(university: University) -> None:
    answer = university.signed_in(WATCHER).get("/registers/decisions.xlsx")
    assert load_workbook(io.BytesIO(answer.data)).active is not None


def test_metrics_are_for_this_machine_or_the_token_only(
    university: University, started: Started, monkeypatch: pytest.MonkeyPatch
) -> None:
    started("Құпия сөз")
    guest = university.visitor()
    text = guest.get("/metrics").text
    assert 'sapa_cases{state="active"} 1.0' in text
    assert "sapa_tasks_open 1.0" in text
    assert "Құпия" not in text
    assert guest.get("/metrics", X_Forwarded_For="10.0.0.1").status_code == 404
    monkeypatch.setenv("SAPA_METRICS_TOKEN", "белгі")
    assert guest.get("/metrics").status_code == 404
    assert guest.get("/metrics", Authorization="Bearer wrong").status_code == 404
    monkeypatch.setenv("SAPA_METRICS_TOKEN", "right")
    assert guest.get("/metrics", Authorization="Bearer right").status_code == 200


@pytest.mark.parametrize(("lang", "told"), [("kk", "2027 ж."), ("ru", "2027 г."), ("en", "25 Feb 2027, Thu")])
def test_what_is_late_since_another_year_says_which(university: University, lang: str, told: str) -> None:
    now = datetime(2029, 8, 31, tzinfo=UTC)
    with university.app.test_request_context(headers={"Cookie": f"sapa_lang={lang}"}):
        due = university.app.jinja_env.get_template("parts.html").make_module({}).due
        assert told in due(datetime(2027, 2, 25, tzinfo=UTC), now, True)
        shown = re.sub(r"<[^>]+>", "", due(datetime(2029, 2, 25, tzinfo=UTC), now, True))
        assert "2029" not in shown
