"""A bad .form file is refused with every fault at once, each worded in three languages."""

from __future__ import annotations

import json
from typing import Any

import pytest

from engine.definitions import forms
from engine.definitions.findings import describe
from engine.errors import ModelRefused


def faults(*components: dict[str, Any], **root: Any) -> list[str]:
    schema = {"type": "default", "id": "f", "components": list(components), **root}
    try:
        found = forms.read(json.dumps(schema, ensure_ascii=False).encode(), "f.form").findings
    except ModelRefused as refused:
        found = refused.findings
    for finding in found:
        for lang in ("kk", "ru", "en"):
            assert describe(finding, lang)["message"] != finding.code
    return sorted({finding.code for finding in found} - {"form_language_missing"})


def text(key: str, **more: Any) -> dict[str, Any]:
    return {"type": "textfield", "id": f"Field_{key}", "key": key, "label": "x", **more}


def choice(key: str, source: str) -> dict[str, Any]:
    return {"type": "select", "id": "a", "key": "a", "valuesKey": key, "properties": {"options": source}}


@pytest.mark.parametrize(
    ("component", "code"),
    [
        ({"type": "hologram", "id": "a"}, "form_type_unknown"),
        ({"type": "textfield", "id": "a", "label": "x"}, "form_key_missing"),
        (text("кілт"), "form_key_invalid"),
        (text("_today"), "form_key_reserved"),
        ({"type": "select", "id": "a", "key": "a", "label": "x"}, "form_options_missing"),
        (choice("_options_a", "all people"), "form_options_source"),
        (choice("mine", "staff:school"), "form_options_key"),
        (text("a", conditional={"hide": "=b c +"}), "form_feel"),
        (text("a", properties={"check": "date(("}), "form_feel"),
        ({"type": "text", "id": "a", "text": "{{a +}}"}, "form_feel"),
        (text("a", validate={"pattern": "("}), "form_pattern"),
        (text("a", conditional={"hide": "=today() > b"}), "form_clock"),
        (text("a", readonly="=b"), "form_readonly_expression"),
        ({"type": "dynamiclist", "id": "l", "path": "l", "label": "x",
          "components": [text("a"), text("b", conditional={"hide": '=a = "x"'})]}, "form_row_name"),
    ],
)  # fmt: skip
def test_a_fault_of_a_component_is_named(component: dict[str, Any], code: str) -> None:
    assert faults(component) == [code]


def test_keys_and_ids_are_used_once_where_they_meet() -> None:
    group = {"type": "group", "id": "g", "label": "x", "components": [text("a")]}
    assert faults(text("a"), group) == ["form_element_twice", "form_key_twice"]
    assert faults(text("a"), {**group, "path": "inner", "components": [{**text("a"), "id": "other"}]}) == []


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"{", b'{"components": 1}', b'{"components": [1]}', b'{"a":' * 5000, b"\xff"]
)
def test_what_is_no_form_is_refused(content: bytes) -> None:
    with pytest.raises(ModelRefused) as refused:
        forms.read(content, "x.form")
    assert [finding.code for finding in refused.value.findings] == ["form_unreadable"]


def test_all_faults_come_at_once_with_their_lines() -> None:
    schema = {"components": [text("a", conditional={"hide": "=("}), text("кілт")], "type": "default"}
    content = json.dumps(schema, ensure_ascii=False, indent=2)
    with pytest.raises(ModelRefused) as refused:
        forms.read(content.encode(), "x.form")
    found = {finding.code: finding for finding in refused.value.findings}
    assert {"form_id_missing", "form_feel", "form_key_invalid"} <= set(found)
    assert content.splitlines()[found["form_key_invalid"].line - 1].strip() == '"id": "Field_кілт",'
