"""Keeps called processes in sight: from the step that called one, and back, with its own steps, diagram and history."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest

from engine.commands import SYSTEM, Appoint, CompleteTask, Deploy, StartProcess
from tests.web.conftest import TUESDAY, University

_NAMES = "<bpmn:extensionElements><camunda:properties>{}</camunda:properties></bpmn:extensionElements>"
_MODEL = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" xmlns:camunda="http://camunda.org/schema/1.0/bpmn"
 xmlns:modeler="http://camunda.org/schema/modeler/1.0" id="d_{key}" targetNamespace="http://sapa.local/tests"
 modeler:executionPlatform="Camunda Platform" modeler:executionPlatformVersion="7.24.0">
<bpmn:process id="{key}" name="{name}" isExecutable="true" camunda:historyTimeToLive="P5Y">{properties}
<bpmn:startEvent id="begin" name="Басталды"><bpmn:outgoing>f1</bpmn:outgoing></bpmn:startEvent>
<bpmn:sequenceFlow id="f1" sourceRef="begin" targetRef="{step}"/>
{body}
<bpmn:sequenceFlow id="f2" sourceRef="{step}" targetRef="end"/>
<bpmn:endEvent id="end" name="Бітті"><bpmn:incoming>f2</bpmn:incoming></bpmn:endEvent>
</bpmn:process></bpmn:definitions>"""


def _property(name: str, value: str) -> str:
    return f'<camunda:property name="{name}" value="{value}"/>'


def _model(key: str, name: str, step: str, body: str, **properties: str) -> bytes:
    named = {"name:ru": name, "name:en": name, **{k.replace("_", ":"): v for k, v in properties.items()}}
    told = _NAMES.format("".join(_property(k, v) for k, v in named.items()))
    return _MODEL.format(key=key, name=name, step=step, body=body, properties=told).encode()


OUTER = _model(
    "outer", "Сыртқы рәсім", "call",
    '<bpmn:callActivity id="call" name="Ішкі рәсімді шақыру" calledElement="inner"'
    ' camunda:calledElementBinding="latest">'
    '<bpmn:incoming>f1</bpmn:incoming><bpmn:outgoing>f2</bpmn:outgoing></bpmn:callActivity>',
    startRole="secretary@school",
)  # fmt: skip
INNER = _model(
    "inner", "Ішкі рәсім", "agree",
    '<bpmn:userTask id="agree" name="Келісу" camunda:dueDate="${now() + duration(&quot;P1D&quot;)}">'
    + _NAMES.format(_property("role", '&quot;secretary@eng&quot;'))
    + "<bpmn:incoming>f1</bpmn:incoming><bpmn:outgoing>f2</bpmn:outgoing></bpmn:userTask>"
    '<bpmn:boundaryEvent id="late" name="Келісу мерзімі өтті" attachedToRef="agree" cancelActivity="false">'
    "<bpmn:outgoing>f3</bpmn:outgoing><bpmn:timerEventDefinition>"
    '<bpmn:timeDuration>P3D</bpmn:timeDuration>'
    '</bpmn:timerEventDefinition></bpmn:boundaryEvent><bpmn:sequenceFlow id="f3" sourceRef="late" targetRef="told"/>'
    '<bpmn:endEvent id="told" name="Ескертілді"><bpmn:incoming>f3</bpmn:incoming></bpmn:endEvent>',
)  # fmt: skip


@pytest.fixture
def case(university: University) -> str:
    engine = university.engine
    engine.handle(Deploy(actor=SYSTEM, name="called", files={"outer.bpmn": OUTER, "inner.bpmn": INNER}))
    return engine.handle(StartProcess(actor="p001", definition="outer", school="eng")).instance


def test_a_called_process_is_shown_with_its_steps_and_the_way_back(university: University, case: str) -> None:
    page = university.signed_in("p003").get(f"/cases/{case}").text
    assert "Шақырылған процестер" in page
    assert 'href="#called-inner-1"' in page  # from the step that called it
    assert 'id="called-inner-1" open' in page
    assert '<a href="#step-call">Ішкі рәсімді шақыру</a>' in page
    assert 'id="inner-1-step-agree"' in page
    assert 'id="step-call"' in page


def test_its_diagram_is_its_own(university: University, case: str) -> None:
    browser = university.signed_in("p003")
    inner = json.loads(browser.get(f"/cases/{case}/diagram?of=inner:1").text)
    assert {one["element"]: one["state"] for one in inner["steps"]} == {
        "begin": "done",
        "agree": "active",
        "late": "waiting",
        "told": "none",
        "end": "none",
    }
    assert 'id="inner"' in inner["xml"]
    assert browser.get(f"/cases/{case}/diagram?of=request:1").status_code == 404
    assert university.signed_in("p004").get(f"/cases/{case}/diagram?of=inner:1").status_code == 404


def test_its_steps_have_their_names_in_the_history_and_it_ends(university: University, case: str) -> None:
    engine = university.engine
    (row,) = engine.reader("p001").inbox("role").rows
    engine.handle(CompleteTask(actor="p001", instance=case, task=row.task))
    page = university.signed_in("p003").get(f"/cases/{case}").text
    assert "Келісу" in page.partition('class="timeline"')[2]
    assert 'id="called-inner-1">' in page
    assert "хатшы" in page.partition('id="people-title"')[2].partition("</section>")[0]  # who acted, as what


def test_what_waits_in_a_called_process_is_called_by_its_name_wherever_it_is_listed(
    university: University, case: str
) -> None:
    engine = university.engine
    engine.handle(Appoint(actor=SYSTEM, person="p003", role="asb", unit="univ", start=TUESDAY.date()))
    browser = university.signed_in("p003")
    for path in (
        f"/cases/{case}",
        f"/cases/{case}/replay?step=1",
        "/monitor/timers",
        "/monitor/process/outer?school=eng",
    ):
        page = browser.get(path).text
        assert "Келісу мерзімі өтті" in page, path
        assert "inner:1/" not in page and ">late<" not in page, path
    university.pass_time(timedelta(days=2))
    assert re.search(r"Келісу\s*<", university.signed_in("p003").get("/monitor/overdue").text)


def test_a_case_that_calls_nothing_says_nothing(university: University) -> None:
    done = university.engine.handle(
        StartProcess(actor="p001", definition="request", school="eng", variables={"subject": "Жай"})
    )
    page = university.signed_in("p003").get(f"/cases/{done.instance}").text
    assert "Шақырылған процестер" not in page
    assert 'href="#timeline-title"' in page
