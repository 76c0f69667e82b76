"""Proves that the Modeler's pick lists offer what the engine knows, no more and no less."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from engine.definitions import regulation
from engine.definitions.checking import spellings, texts
from engine.runtime.operations import OPERATIONS

FOLDER = Path(__file__).parents[2] / "processes" / "element-templates"
TEMPLATES: list[dict[str, Any]] = [
    template for file in sorted(FOLDER.glob("*.json")) for template in json.loads(file.read_text(encoding="utf-8"))
]
BINDINGS = {"property", "camunda:property", "camunda:inputParameter", "camunda:outputParameter"}


def choices(property_name: str) -> list[list[str]]:
    return [
        [choice["value"] for choice in field["choices"]]
        for template in TEMPLATES
        for field in template["properties"]
        if field["binding"].get("name") == property_name and field["type"] == "Dropdown"
    ]


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: template["id"])
def test_a_template_is_sound(template: dict[str, Any]) -> None:
    assert template["id"].startswith("sapa.")
    assert template["appliesTo"]
    assert template["name"].count(" · ") == 2, "kk · ru · en"
    for field in template["properties"]:
        binding = field["binding"]
        assert binding["type"] in BINDINGS
        assert binding.get("source" if binding["type"] == "camunda:outputParameter" else "name")
        assert field["type"] in ("String", "Dropdown", "Hidden")
        assert field["type"] == "Hidden" or field["label"].count(" · ") == 2
        if field["type"] == "Dropdown" and "value" in field:
            assert field["value"] in [choice["value"] for choice in field["choices"]]
        if binding["type"] == "camunda:property":
            assert binding["name"] in texts.PROPERTIES


def test_ids_are_given_once() -> None:
    ids = [template["id"] for template in TEMPLATES]
    assert len(ids) == len(set(ids))


def test_every_operation_is_offered() -> None:
    assert [set(values) for values in choices("operation")] == [set(OPERATIONS)]
    special = {t["id"].removeprefix("sapa.operation.") for t in TEMPLATES if t["id"].startswith("sapa.operation.")}
    assert special == set(OPERATIONS)


def test_every_rule_of_the_regulation_is_offered() -> None:
    wanted = [clause.id for clause in regulation.clauses().values() if clause.kind not in ("info", "definition")]
    lists = choices("clause")
    assert lists
    assert all(values == wanted for values in lists)


def test_roles_are_offered_as_expressions() -> None:
    (values,) = choices("role")
    offered = {code for value in values for code in spellings.role_keys(value)}
    assert offered <= set(regulation.roles())
    held = {r.code for r in regulation.roles().values() if r.scope in ("school", "department")}
    assert held <= offered
