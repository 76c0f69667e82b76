"""Proves that the models shipped pass our own checks, are fully drawn and speak three languages with known clauses."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from lxml import etree

from engine.definitions import decisions, reader, regulation
from engine.definitions.checks import Known, check
from engine.definitions.model import LANGUAGES, Node, Process

ROOT = Path(__file__).parents[2]
BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
DRAWN = "{http://www.omg.org/spec/BPMN/20100524/DI}"
MODELS = sorted((ROOT / "processes").rglob("*.bpmn"))
TABLES = sorted((ROOT / "processes").rglob("*.dmn"))
UNNAMED = {"exclusiveGateway", "parallelGateway"}
TASK_TEXTS = ("submit", "consequence")


def processes() -> Iterator[Process]:
    for path in MODELS:
        yield from reader.read(path.read_bytes(), path.name).processes


def nodes() -> Iterator[tuple[Process, Node]]:
    return ((process, node) for process in processes() for node in process.nodes.values())


def test_own_checks_find_nothing() -> None:
    files = [*MODELS, *TABLES, *sorted((ROOT / "forms").rglob("*.form"))]
    named = {str(path.relative_to(ROOT)): path.read_bytes() for path in files}
    found = check(named, Known.of_house())
    assert [(f.severity, f.file, f.element, f.code, dict(f.params)) for f in found] == []


def test_no_field_bears_the_name_of_what_the_engine_notes_of_a_task() -> None:
    """``<task>_at`` and ``<task>_by`` are written when a task is done: an answer of that name would be lost."""
    noted = {f"{node.id}_{mark}" for _, node in nodes() if node.kind == "userTask" for mark in ("at", "by")}
    keys = {
        (path.name, component.get("key"))
        for path in (ROOT / "forms").rglob("*.form")
        for component in json.loads(path.read_text("utf-8"))["components"]
    }
    assert sorted((file, key) for file, key in keys if key in noted) == []


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_process_key_is_the_file_name(path: Path) -> None:
    (process,) = reader.read(path.read_bytes(), path.name).processes
    assert process.id == path.stem
    assert process.executable
    assert process.history_time_to_live
    assert process.version_tag
    assert "Variables in" in process.documentation
    assert "Variables out" in process.documentation


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_everything_is_drawn_once(path: Path) -> None:
    root = etree.fromstring(path.read_bytes())
    drawn = [element.get("bpmnElement") for element in root.iter(DRAWN + "BPMNShape", DRAWN + "BPMNEdge")]
    (process,) = reader.read(path.read_bytes(), path.name).processes
    assert sorted(map(str, drawn)) == sorted([*process.nodes, *process.flows])


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.stem)
def test_lines_run_straight_and_shapes_stand_apart(path: Path) -> None:
    root = etree.fromstring(path.read_bytes())
    for edge in root.iter(DRAWN + "BPMNEdge"):
        points = [(float(p.attrib["x"]), float(p.attrib["y"])) for p in edge if str(p.tag).endswith("waypoint")]
        for (x1, y1), (x2, y2) in pairwise(points):
            assert abs(x1 - x2) <= 1 or abs(y1 - y2) <= 1, edge.get("bpmnElement")


def test_every_named_thing_speaks_three_languages() -> None:
    missing = []
    for process in processes():
        named: list[tuple[str, object]] = [(process.id, process.names)]
        named += [(n.id, n.names) for n in process.nodes.values() if n.names or n.kind not in UNNAMED]
        named += [(flow.id, flow.names) for flow in process.flows.values() if flow.names]
        missing += [id for id, names in named if set(names) != set(LANGUAGES)]  # type: ignore[call-overload]
    assert missing == []


def test_a_condition_has_a_name_and_a_gateway_that_asks_has_a_default() -> None:
    for process in processes():
        for flow in process.flows.values():
            assert flow.condition is None or flow.name, flow.id
        for node in process.nodes.values():
            if node.kind == "exclusiveGateway" and len(node.outgoing) > 1:
                assert node.default in node.outgoing, node.id
                assert node.names, node.id


def test_people_are_told_what_a_task_does_and_what_happens_without_it() -> None:
    keys = tuple(f"{path.stem}_" for path in MODELS)
    for process, node in nodes():
        if node.kind != "userTask":
            continue
        for text in TASK_TEXTS:
            for lang in LANGUAGES:
                assert node.properties.get(f"{text}:{lang}", "").strip(), f"{process.id}/{node.id} {text}:{lang}"
        assert node.properties.get("role"), node.id
        assert node.attributes.get("formRef", "").startswith(keys), node.id
        assert node.properties.get("clause"), node.id


def test_every_case_has_a_title_in_three_languages() -> None:
    for process in processes():
        for lang in LANGUAGES:
            assert process.properties.get(f"title:{lang}"), process.id


def test_clauses_of_models_and_rows_exist() -> None:
    known = regulation.clauses()
    for process, node in nodes():
        for clause in regulation.split_clauses(node.properties.get("clause", "")):
            assert clause in known, f"{process.id}/{node.id}: {clause}"
    for path in TABLES:
        for decision in decisions.read(path.read_bytes(), path.name).decisions:
            assert decision.table is not None
            for rule in decision.table.rules:
                stated = regulation.split_clauses(rule.annotations["Тармақ"])
                assert stated, rule.id
                assert set(stated) <= set(known), rule.id
                assert rule.description.startswith(rule.annotations["Тармақ"] + ": ")
                assert rule.annotations["ru"]
                assert rule.annotations["en"]


def test_element_ids_of_a_process_are_verbs_or_happenings_never_numbers() -> None:
    for process, node in nodes():
        assert node.id.replace("_", "").isalpha(), f"{process.id}/{node.id}"
        assert node.id == node.id.lower()


OTHERWISE = {
    **dict.fromkeys(("report_check", "plan_check", "candidate_check", "composition_check", "pair_check"), "COLLECT"),
    **dict.fromkeys(("checker_conflict", "submission_check", "recommendation_route", "risk_units"), "COLLECT"),
    "ack_readers": "COLLECT",
    **dict.fromkeys(("appeal_admission", "appeal_route"), "FIRST"),
}
"""Tables that tell everything that holds, or are read from the top."""


def test_tables_are_called_as_their_files_and_hit_once() -> None:
    for path in TABLES:
        (decision,) = decisions.read(path.read_bytes(), path.name).decisions
        assert decision.id == path.stem
        assert decision.table is not None
        assert decision.table.hit_policy == OTHERWISE.get(decision.id, "UNIQUE")
        assert set(decision.names) == set(LANGUAGES)
