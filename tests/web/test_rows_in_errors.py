"""Keeps lists of errors readable: what is wrong in a list of rows names its row, and leads to its field."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from engine.commands import SYSTEM, Deploy, StartProcess
from tests.web.conftest import University
from tests.web.test_browser import PHONE, Open, address, no_wider_than_the_screen, open_page, open_task
from web import answers

__all__ = ["address", "open_page"]  # fixtures
FORM = Path(__file__).resolve().parents[2] / "forms" / "commission_dissolution" / "handover.form"
MODEL = """<?xml version="1.0" encoding="UTF-8"?>
<bpmn:definitions id="d" targetNamespace="http://sapa.local/tests" xmlns:camunda="http://camunda.org/schema/1.0/bpmn"
xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL">
<bpmn:process id="handing" name="Тапсыру" isExecutable="true" camunda:historyTimeToLive="P5Y">
<bpmn:startEvent id="begin" name="Басы"/><bpmn:sequenceFlow id="f1" sourceRef="begin" targetRef="find"/>
<bpmn:scriptTask id="find" name="Табу" scriptFormat="feel"><bpmn:script>{open_items: [
{kind: "decision", item_id: "4/2026-1", title: "Силлабустарды жаңарту", unit: null, successor: null},
{kind: "capa", item_id: "7", title: null, unit: "eng-cs", successor: null},
{kind: "risk", item_id: null, title: "Көшірілген жұмыстар", unit: null, successor: null}]}</bpmn:script>
</bpmn:scriptTask>
<bpmn:sequenceFlow id="f2" sourceRef="find" targetRef="hand"/>
<bpmn:userTask id="hand" name="Тапсыру" camunda:formRef="commission_dissolution_handover"
camunda:formRefBinding="latest"><bpmn:extensionElements><camunda:properties>
<camunda:property name="role" value="&quot;secretary@eng&quot;"/></camunda:properties></bpmn:extensionElements>
</bpmn:userTask><bpmn:sequenceFlow id="f3" sourceRef="hand" targetRef="end"/><bpmn:endEvent id="end" name="Соңы"/>
</bpmn:process></bpmn:definitions>"""


@pytest.fixture
def handing(university: University) -> None:
    """A task to name a successor for each of three matters."""
    files = {"handing.bpmn": MODEL.encode(), FORM.name: FORM.read_bytes()}
    university.engine.handle(Deploy(actor=SYSTEM, name="rows", files=files))
    university.engine.handle(StartProcess(actor=SYSTEM, definition="handing", school="eng"))


@pytest.mark.browser
@pytest.mark.parametrize(
    ("lang", "lines"),
    [
        (
            "kk",
            [
                "Қабылдаушы (1-жол: Шешім, 4/2026-1, Силлабустарды жаңарту)",
                "Қабылдаушы (2-жол: Түзету шарасы, 7, Есептеу кафедрасы)",
                "Қабылдаушы (3-жол: Тәуекел, Көшірілген жұмыстар)",
            ],
        ),
        (
            "ru",
            [
                "Преемник (строка 1: Решение, 4/2026-1, Силлабустарды жаңарту)",
                "Преемник (строка 2: Корректирующее действие, 7, Есептеу кафедрасы)",
                "Преемник (строка 3: Риск, Көшірілген жұмыстар)",
            ],
        ),
    ],
)
def test_each_line_names_its_row_and_leads_to_its_field(
    handing: None, open_page: Open, lang: str, lines: list[str]
) -> None:
    page = open_page("p001", lang, PHONE)
    open_task(page)
    page.wait_for_selector(".form-host.is-ready")
    missing = page.locator("[data-missing]").get_by_role("link")
    expect(missing).to_have_text(lines)
    fields = page.get_by_role("combobox", name=re.compile(lines[0].partition(" ")[0]))
    missing.nth(1).click()
    expect(fields.nth(1)).to_be_focused()
    page.click("[data-send]")
    wrong = page.locator(".error-summary").get_by_role("link")
    expect(wrong).to_have_text([re.compile(f"^{re.escape(line)}: ") for line in lines])
    wrong.nth(2).click()
    expect(fields.nth(2)).to_be_focused()
    assert no_wider_than_the_screen(page)


@pytest.mark.browser
def test_a_choice_not_yet_made_is_not_taken_for_what_stands_in_the_row(university: University, open_page: Open) -> None:
    form = FORM.parents[1] / "tool_development" / "map_standards.form"
    model = MODEL.replace("commission_dissolution_handover", "tool_development_map_standards")
    model = re.sub(
        r"<bpmn:script>.*?</bpmn:script>", "<bpmn:script>{fields: [], comments: []}</bpmn:script>", model, flags=re.S
    )
    files = {"handing.bpmn": model.encode(), form.name: form.read_bytes()}
    university.engine.handle(Deploy(actor=SYSTEM, name="rows", files=files))
    university.engine.handle(StartProcess(actor=SYSTEM, definition="handing", school="eng"))
    page = open_page("p001", "kk", PHONE)
    open_task(page)
    page.wait_for_selector(".form-host.is-ready")
    expect(page.locator("[data-missing]").get_by_role("link")).to_have_text(["Стандарт (1-жол)", "Тармағы (1-жол)"])


SCHEMA = {
    "components": [
        {"key": "text", "label": "Басқа мәтін", "type": "textfield"},
        {
            "type": "dynamiclist",
            "path": "items",
            "components": [
                {
                    "key": "kind",
                    "type": "select",
                    "readonly": True,
                    "values": [{"label": "Шешім", "value": "decision"}],
                    "properties": {"value:decision:ru": "Решение"},
                },
                {"type": "group", "components": [{"key": "title", "type": "textfield", "readonly": True}]},
                {"key": "text", "label": "Мәтін", "type": "textfield", "properties": {"label:ru": "Текст"}},
            ],
        },
        {
            "type": "dynamiclist",
            "path": "plan",
            "components": [
                {"key": "what", "label": "Не", "type": "textfield"},
                {
                    "type": "dynamiclist",
                    "path": "steps",
                    "components": [{"key": "when", "label": "Қашан", "type": "textfield"}],
                },
            ],
        },
    ]
}


Told = Callable[..., str]


@pytest.fixture
def told(university: University) -> Told:
    """How the field at a path is named in a list of errors."""

    def say(path: str, data: dict[str, object], lang: str = "kk") -> str:
        with university.app.test_request_context(headers={"Cookie": f"sapa_lang={lang}"}):
            return answers.errors_of(SCHEMA, {path: ["Бос."]}, lang, data)[0].label

    return say


def test_what_the_server_refuses_names_its_row_too(told: Told) -> None:
    items = [{"kind": "decision", "title": "Бірінші"}, {"title": "Ұ" * 200}]
    assert told("items.0.text", {"items": items}) == "Мәтін (1-жол: Шешім, Бірінші)"
    assert told("items.0.text", {"items": items}, "ru") == "Текст (строка 1: Решение, Бірінші)"
    assert told("items.1.text", {"items": items}) == f"Мәтін (2-жол: {'Ұ' * 79}…)"
    assert told("text", {"items": items}) == "Басқа мәтін"


def test_a_row_that_its_reader_writes_is_named_by_what_stands_in_it(told: Told) -> None:
    plan = [{"what": "Бір", "steps": []}, {"what": "Екі", "steps": [{"when": ""}]}]
    assert told("plan.1.steps.0.when", {"plan": plan}) == "Қашан (2.1-жол)"
    assert told("plan.1.what", {"plan": [{}, {"what": "Екі"}]}) == "Не (2-жол)", "not by what is wrong itself"
    assert told("plan.7.what", {"plan": "unreadable"}) == "Не (8-жол)"
