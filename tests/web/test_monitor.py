"""Keeps the desk of those who watch right: what runs, is late or stuck; exports; retries of exactly what was chosen."""

import html
import io
import json
from datetime import date, timedelta

import pytest
from openpyxl import load_workbook

from engine.commands import SYSTEM, Appoint
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


def test_whoever_answers_for_the_models_sees_no_case_and_no_incident(university: University, started: Started) -> None:
    case = started("Құпия сөз")
    owner = Appoint(actor=SYSTEM, person="p007", role="process_owner", unit="univ", start=date(2026, 9, 1), basis="№ 2")
    university.engine.handle(owner)
    browser = university.signed_in("p007")
    assert browser.get(f"/cases/{case}").status_code == 404
    assert browser.get("/monitor/incidents").status_code == 404


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
