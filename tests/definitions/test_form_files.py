"""Proves what lint adds to the forms' own check: sound shape, and that clauses, roles and parameters exist."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from engine.definitions.checks import check
from engine.definitions.findings import describe
from engine.definitions.model import Finding
from tests.definitions.models import KNOWN, between, task


def form(**field: Any) -> bytes:
    properties = {"label:ru": "Сан", "label:en": "Number", **field.pop("properties", {})}
    component = {"type": "number", "id": "n", "key": "n", "label": "Сан", **field, "properties": properties}
    return json.dumps({"id": "ask2", "type": "default", "components": [component]}, indent=1).encode()


def findings(data: bytes) -> list[Finding]:
    found = check({"a.form": data}, KNOWN)
    for finding in found:
        for lang in ("kk", "ru", "en"):
            assert describe(finding, lang)["message"] not in ("", finding.code)
            assert describe(finding, lang)["remedy"]
    return found


def test_a_good_form_has_no_findings() -> None:
    good = form(
        properties={"clause": "7.3.1", "options": "holders:member@school"},
        type="select", valuesKey="_options_n", conditional={"hide": '=parameter("P_CURE_WD") > 3'},
    )  # fmt: skip
    assert findings(good) == []


@pytest.mark.parametrize(
    ("data", "code", "line"),
    [
        (form(properties={"clause": "7.3.99"}), "clause_unknown", 7),
        (
            form(properties={"options": "holders:wizard@school"}, type="select", valuesKey="_options_n"),
            "role_unknown",
            7,
        ),
        (form(conditional={"hide": '=parameter("P_NO") > 3'}), "parameter_unknown", 11),
        (form(conditional={"hide": True}), "form_unprocessable", 0),
        (form(label=["x"]), "form_not_a_form", 0),
        (form(validate=None), "form_not_a_form", 0),
        (b'{"id": "x", "components": [1]}', "form_not_a_form", 0),
        (b"[]", "form_not_a_form", 0),
        (b"{", "form_unreadable", 0),
        (b"\xff", "form_unreadable", 0),
        (b"[" * 100_000, "form_unreadable", 0),
    ],
)
def test_faults_are_found(data: bytes, code: str, line: int) -> None:
    found = {finding.code: finding for finding in findings(data)}
    assert code in found, found
    assert found[code].line == line


def test_a_form_that_comes_along_is_known_even_if_it_has_faults() -> None:
    process = between(task(camunda__formRef="ask2"))
    found = check({"m.bpmn": process, "a.form": form(properties={"clause": "99.1"})}, KNOWN)
    assert [finding.code for finding in found] == ["clause_unknown"]


def begun_with(name: str) -> bytes:
    return between(task()).replace(b'id="s"', f'id="s" camunda:formRef="{name}"'.encode(), 1)


def test_a_form_that_begins_a_case_takes_no_files() -> None:
    bringing = form(type="filepicker")
    grouped = json.loads(bringing)
    grouped["components"] = [{"type": "group", "id": "g", "components": grouped["components"]}]
    for data in (bringing, json.dumps(grouped).encode()):
        found = check({"m.bpmn": begun_with("ask2"), "a.form": data}, KNOWN)
        told = [(one.code, one.severity, one.file, one.element) for one in found if one.code == "start_form_files"]
        assert told == [("start_form_files", "error", "m.bpmn", "s")]


def test_files_are_asked_for_where_there_is_a_case() -> None:
    asked = between(task(camunda__formRef="ask2"))
    assert check({"m.bpmn": asked, "a.form": form(type="filepicker")}, KNOWN) == []


def test_a_form_that_comes_along_stands_for_the_one_of_its_name() -> None:
    plain = form().replace(b'"ask2"', b'"bring"')
    codes = {finding.code for finding in check({"m.bpmn": begun_with("bring"), "a.form": plain}, KNOWN)}
    assert "start_form_files" not in codes


def test_a_form_by_which_a_process_of_the_house_begins_takes_no_files() -> None:
    house = replace(KNOWN, beginning={"ask2": frozenset({"p"})})
    (found,) = check({"a.form": form(type="filepicker")}, house)
    assert (found.code, found.severity, found.file, found.params) == (
        "form_begins_case",
        "error",
        "a.form",
        {"process": "p"},
    )
    assert all(
        '"p"' in describe(found, lang)["message"] or "«p»" in describe(found, lang)["message"]
        for lang in ("kk", "ru", "en")
    )
    assert check({"a.form": form()}, house) == []
    comes_along = {"m.bpmn": between(task(camunda__formRef="ask2")), "a.form": form(type="filepicker")}
    assert check(comes_along, house) == []


def test_two_forms_of_one_id() -> None:
    (found,) = check({"a.form": form(), "b.form": form()}, KNOWN)
    assert (found.code, found.file) == ("key_twice", "b.form")


def test_a_fault_of_a_component_without_an_id_is_told() -> None:
    data = form(id=None, conditional={"hide": "=1 +"}).replace(b'"id": null,', b"")
    assert "form_feel" in {finding.code for finding in findings(data)}


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (form().replace(b'"default"', b'"odd"'), "form_kind"),
        (form(type="dynamiclist", path="rows", components=[], defaultRepetitions="many"), "form_repetitions"),
        (form(type="datetime", subtype="date", dateLabel=True), "form_not_a_form"),
    ],
)
def test_a_form_that_would_fail_when_it_is_opened_is_refused(data: bytes, code: str) -> None:
    assert code in {finding.code for finding in findings(data) if finding.severity == "error"}
