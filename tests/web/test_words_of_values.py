"""Keeps codes off the pages of a case: a value is worded as where it was asked for, though that was in another case."""

from __future__ import annotations

import html
import re
from itertools import pairwise

import pytest

from engine.commands import SYSTEM, CompleteTask, Deploy, StartProcess
from engine.views import RegisterRow, StepView, TimelineRow
from tests.web.conftest import TUESDAY, University
from web.names import Values, key_name
from web.register_layout import Reading, known, labels_beside, row_called

SECRETARY = "p001"
_FILE = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions id="d" targetNamespace="http://sapa.local/tests" xmlns:camunda="http://camunda.org/schema/1.0/bpmn"
xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL">{inner}</bpmn:definitions>"""
_PROCESS = (
    '<bpmn:process id="{id}" name="{id}" isExecutable="true" camunda:historyTimeToLive="P5Y">{body}</bpmn:process>'
)
_MESSAGE = '<bpmn:messageEventDefinition messageRef="{message}"/>'
_ASKING = """<bpmn:userTask id="asking_{id}" name="Сұрау"><bpmn:extensionElements>
<camunda:properties><camunda:property name="role" value="&quot;secretary@eng&quot;"/></camunda:properties>
<camunda:formData><camunda:formField id="way" label="{label}" type="enum"><camunda:properties>
<camunda:property id="label:ru" value="{label} (ru)"/><camunda:property id="value:by_post:ru" value="Почтой"/>
</camunda:properties><camunda:value id="by_post" name="{word}"/><camunda:value id="by_hand" name="Қолма-қол"/>
</camunda:formField></camunda:formData></bpmn:extensionElements></bpmn:userTask>"""
_TELLING = """<bpmn:intermediateThrowEvent id="telling" name="Айту"><bpmn:extensionElements>
<camunda:properties><camunda:property name="messageKey" value="&quot;k&quot;"/>
<camunda:property name="delivery" value="all"/></camunda:properties>
<camunda:inputOutput>{inputs}</camunda:inputOutput></bpmn:extensionElements>{event}</bpmn:intermediateThrowEvent>"""
_INPUT = '<camunda:inputParameter name="{name}">${{{value}}}</camunda:inputParameter>'


_VALUE = re.compile(r"<dt>([^<]*)</dt><dd>([^<]*)</dd>")


def _line(*elements: str) -> str:
    """Steps one after another; between a start and an end."""
    ids = [one.partition('id="')[2].partition('"')[0] for one in elements]
    flows = (f'<bpmn:sequenceFlow id="{a}_{b}" sourceRef="{a}" targetRef="{b}"/>' for a, b in pairwise(ids))
    return "".join((*elements, *flows))


def _event(kind: str, id: str, message: str = "") -> str:
    inner = _MESSAGE.format(message=message) if message else ""
    key = '<camunda:property name="messageKey" value="way_told"/>' if message else ""
    return f'<bpmn:{kind} id="{id}" name="{id}">{key and _properties(key)}{inner}</bpmn:{kind}>'


def _properties(inner: str) -> str:
    return f"<bpmn:extensionElements><camunda:properties>{inner}</camunda:properties></bpmn:extensionElements>"


def _telling(message: str, **inputs: str) -> str:
    given = "".join(_INPUT.format(name=name, value=value) for name, value in inputs.items())
    return _TELLING.format(inputs=given, event=_MESSAGE.format(message=message))


def _asking(id: str, label: str, word: str) -> str:
    return _ASKING.format(id=id, label=label, word=word)


def _models() -> dict[str, bytes]:
    begin, end = _event("startEvent", "begin"), _event("endEvent", "end")
    call = '<bpmn:callActivity id="calling" name="Шақыру" calledElement="inner"><bpmn:extensionElements>'
    call += '<camunda:out variables="all"/></bpmn:extensionElements></bpmn:callActivity>'
    bodies = {
        "asks": _line(begin, _asking("first", "Жолы", "Поштамен"), _telling("told", way_told="way", other="way"), end),
        "hears": _line(
            _event("startEvent", "heard", "told"), _telling("passed", way_told="way_told", why="1 + 1"), end
        ),
        "hears_last": _line(_event("startEvent", "heard", "passed"), end),
        "inner": _line(begin, _asking("inside", "Ішкі жолы", "Ішкі поштамен"), end),
        "outer": _line(begin, call, end),
    }
    messages = "".join(f'<bpmn:message id="{one}" name="way.{one}"/>' for one in ("told", "passed"))
    files = {id: messages + _PROCESS.format(id=id, body=body) for id, body in bodies.items()}
    return {f"{id}.bpmn": _FILE.format(inner=inner).encode() for id, inner in files.items()}


@pytest.fixture
def cases(university: University) -> dict[str, str]:
    """Of each process its case: one was asked, two were told of it, one called a process that asked."""
    handle = university.engine.handle
    handle(Deploy(actor=SYSTEM, name="words", files=_models()))
    for process in ("asks", "outer"):
        case = handle(StartProcess(actor=SYSTEM, definition=process, school="eng")).instance
        assert case
        task = university.engine.reader(SECRETARY).case(case).tasks[0].task
        handle(CompleteTask(actor=SECRETARY, instance=case, task=task, variables={"way": "by_post"}))
    university.engine.settle()
    rows, _more = university.engine.reader(SECRETARY).cases()
    return {row.process_key: row.instance for row in rows}


@pytest.mark.parametrize("process", ["asks", "hears", "hears_last", "outer"])
def test_a_choice_is_worded_on_the_page_of_the_case_and_in_its_replay(
    university: University, cases: dict[str, str], process: str
) -> None:
    browser = university.signed_in(SECRETARY)
    case = cases[process]
    step = next(
        r.seq for r in university.engine.reader(SECRETARY).case(case).timeline if "by_post" in r.values.values()
    )
    word = "Ішкі поштамен" if process == "outer" else "Поштамен"
    for path in (f"/cases/{case}", f"/cases/{case}/replay?step={step}"):
        page = html.unescape(browser.get(path).text)
        assert word in page, path
        assert "by_post" not in page, path


def test_rows_answered_before_are_worded_beside_a_later_step(university: University) -> None:
    begin, end = _event("startEvent", "begin"), _event("endEvent", "end")
    steps = (_asking("first", "Жолы", "Поштамен"), _asking("second", "Тағы", "Поштамен"))
    file = _FILE.format(inner=_PROCESS.format(id="twice", body=_line(begin, *steps, end))).encode()
    handle, reader = university.engine.handle, university.engine.reader
    handle(Deploy(actor=SYSTEM, name="words", files={"twice.bpmn": file}))
    case = handle(StartProcess(actor=SYSTEM, definition="twice", school="eng")).instance
    rows = {"way": [{"decision_no": "5/1", "due_at": "2026-10-12"}]}
    task = reader(SECRETARY).case(case).tasks[0].task
    handle(CompleteTask(actor=SECRETARY, instance=case, task=task, variables=rows))
    page = university.signed_in(SECRETARY).get(f"/tasks/{reader(SECRETARY).case(case).tasks[0].task}").text
    assert "Шешімнің нөмірі: 5/1; Мерзімі: 12.10.2026" in html.unescape(page)


def test_an_answer_is_called_as_its_own_step_asked_for_it_beside_a_later_step(university: University) -> None:
    begin, end = _event("startEvent", "begin"), _event("endEvent", "end")
    steps = (_asking("first", "Бірінші жолы", "Поштамен"), _asking("second", "Екінші жолы", "Пошта арқылы"))
    last = _asking("third", "Үшінші жолы", "Тағы")
    file = _FILE.format(inner=_PROCESS.format(id="alike", body=_line(begin, *steps, last, end))).encode()
    handle, reader = university.engine.handle, university.engine.reader
    handle(Deploy(actor=SYSTEM, name="words", files={"alike.bpmn": file}))
    case = handle(StartProcess(actor=SYSTEM, definition="alike", school="eng")).instance
    for _ in steps:
        task = reader(SECRETARY).case(case).tasks[0].task
        handle(CompleteTask(actor=SECRETARY, instance=case, task=task, variables={"way": "by_post"}))
    browser = university.signed_in(SECRETARY)
    for path in (f"/tasks/{reader(SECRETARY).case(case).tasks[0].task}", f"/cases/{case}"):
        page = html.unescape(browser.get(path).text)
        told = _VALUE.findall(page)
        assert ("Екінші жолы", "Пошта арқылы") in told, path
        assert ("Бірінші жолы", "Поштамен") in told, path
    second = len(reader(SECRETARY).case(case).timeline)
    page = html.unescape(browser.get(f"/cases/{case}/replay?step={second}").text)
    assert "Екінші жолы" in page and "Пошта арқылы" in page


def test_a_value_is_worded_in_the_reader_s_language(university: University, cases: dict[str, str]) -> None:
    labels = university.engine.reader(SECRETARY).labels("hears_last:1")
    assert labels["way_told"].names["ru"] == "Жолы (ru)"
    assert labels["way_told"].choices["by_post"]["ru"] == "Почтой"
    assert "why" not in labels, "what the sender worked out is not what it was asked"


def test_codes_that_no_form_asks_for_are_worded_and_ids_named(university: University) -> None:
    names = {"kk": "Оқу жылы аяқталды", "en": "The year ended"}
    steps = [StepView("year_ended", "startEvent", names, "done", 0, 1, None, "", 0)]
    units = university.engine.reader(SECRETARY).units()
    values = Values({"p020": "Серікова Дана"}, units, labels_beside({}, [], steps))
    figure = {"figure": "meetings", "names": ["Отырыстар", "Заседания", "Meetings"], "counted": 2}
    given = {
        "begun_by": "year_ended", "doc_type": "protocol", "addressee": "deans_office", "status": "done_late",
        "given_by": "person:p020", "to_kind": "dean@eng", "source_id": "eng-cs/2026/3",
        "contact": "student@example.kz", "figures": [figure], "ok": False,
        "items": [{"title": "Өтініш", "titles": {"kk": "Өтініш", "en": "An appeal"}}, {"titles": {"kk": "Екінші"}},
                  {"title": "Үшінші", "titles": None}],
    }  # fmt: skip
    with university.app.test_request_context(headers={"Cookie": "sapa_lang=en"}):
        told = {key: text for _label, key, text in values.listed(given)}
    assert told == {
        "begun_by": "The year ended", "doc_type": "minutes", "addressee": "dean's office", "status": "done_late",
        "given_by": "Серікова Дана", "to_kind": "dean, Инженерия мектебі",
        "source_id": "Есептеу кафедрасы, 2026/3", "contact": "student@example.kz",
        "figures": "Name: Meetings; Number by the registers: 2", "ok": "no",
        "items": "• Title: An appeal\n• Title: Екінші\n• Title: Үшінші",
    }  # fmt: skip


def test_who_is_called_as_their_unit_is_not_called_twice(university: University) -> None:
    units = university.engine.reader(SECRETARY).units()
    with university.app.test_request_context():
        assert key_name("department@eng-cs", units) == "Есептеу кафедрасы"
        assert key_name("dean@eng", units) == "декан, Инженерия мектебі"


def test_a_status_is_worded_as_in_another_register_where_all_agree() -> None:
    written = ({"kind": "register_written", "register": "breaches"},)
    status = labels_beside({}, [TimelineRow(1, TUESDAY, "", "", "", "", written, {})])["status"]
    assert status.choices["done_late"]["ru"] == "исполнено с опозданием"
    assert "closed" not in status.choices, "which registers call differently"


def test_a_row_of_a_register_is_named_without_ids(university: University) -> None:
    units = university.engine.reader(SECRETARY).units()
    with university.app.test_request_context():
        assert row_called("votes", "2/2026/5/p020", {"p020": "Серікова Дана"}, units) == (
            "Дауыс беру тізілімі, 2/2026/5, Серікова Дана"
        )
        assert row_called("appeals", "35q3q3mftmly", {}, units) == "Өтініштер тізілімі"
        assert row_called("files", "eng/3/2026", {}, units) == "Мұрағаттық істер тізімі, 3/2026"
        assert row_called("peer_cycles", "eng-cs/2026/2027/autumn", {}, units) == (
            "Peer-review циклдері, 2026/2027, күзгі семестр"
        )
        assert row_called("peer_observations", "eng-cs/2026/2027/spring/2", {}, units) == (
            "Сабаққа қатысулар (атсыз), 2026/2027, көктемгі семестр, № 2 жұп"
        )


def test_no_variable_of_a_class_visit_is_called_by_its_code(university: University) -> None:
    told = labels_beside({}, [], ())
    assert {one: told[one].names["kk"] for one in ("cycle", "pair_id", "ends_on")} == {
        "cycle": "Цикл", "pair_id": "Жұптың коды", "ends_on": "Соңғы күні",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("own/8/2026", "қолмен қосылды"), ("2/2026-4", "2/2026-4"), ("expert/1/2026/2", "№ 1/2026/2 сарапшы ұсынымы"),
        ("peer_review/eng-cs/2026/2027/autumn", "peer-review: Есептеу кафедрасы, 2026/2027, күзгі семестр"),
    ],
)  # fmt: skip
def test_where_evidence_came_from_is_said_in_words(university: University, key: str, said: str) -> None:
    shown = known()["evidence"]
    (column,) = [one for one in shown.more if one.field == "source_id"]
    row = RegisterRow("8/2026/1", "eng", "", TUESDAY, {"source_id": key})
    reading = Reading({}, university.engine.reader(SECRETARY).units(), TUESDAY.date())
    with university.app.test_request_context():
        assert reading.cell(shown, column, row).text == said
