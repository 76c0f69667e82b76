"""Proves that the registers of the regulation are complete, in three languages, and found where they are decided."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from engine.definitions import regulation
from engine.definitions.clauses import Clauses, Place
from engine.errors import Broken
from tests.definitions.models import NAMED, between, properties, task

ROOT = Path(__file__).parents[2]
LANGUAGES = {"kk", "ru", "en"}

DMN = """<?xml version="1.0"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="n">
  <decision id="half" name="Жартысы">
    <decisionTable id="t"><output id="o" name="x"/>
      <rule id="r1"><outputEntry id="o1"><text>1.5</text></outputEntry></rule>
      <rule id="r2"><description>7.3.1 and 7.2.2, not 1.5</description>
        <outputEntry id="o2"><text>2</text></outputEntry></rule>
    </decisionTable>
  </decision>
</definitions>"""
FORM = {
    "id": "ask", "type": "default",
    "components": [{"type": "group", "id": "g", "components": [
        {"type": "number", "id": "n", "key": "n", "label": "Сан",
         "properties": {"clause": "7.3.1", "label:ru": "Число", "label:en": "Number"}}]}],
}  # fmt: skip


def test_every_register_speaks_three_languages() -> None:
    named = [
        *(clause.titles for clause in regulation.clauses().values()),
        *(role.names for role in regulation.roles().values()),
        *(setting.names for setting in regulation.parameters().values()),
        *(process.names for process in regulation.processes().values()),
        *regulation.headings().values(),
    ]
    assert len(named) > 250
    assert all(set(names) == LANGUAGES and all(text.strip() for text in names.values()) for names in named)


def test_what_registers_name_exists() -> None:
    clauses, processes = regulation.clauses(), regulation.processes()
    assert len(clauses) == 153
    assert {p for c in clauses.values() for p in (c.process, *c.also) if p} <= set(processes)
    assert {c for s in regulation.parameters().values() for c in s.clauses} <= set(clauses)
    assert all(setting.clauses for setting in regulation.parameters().values())


def test_regulation_values_and_our_own_are_told_apart() -> None:
    settings = regulation.parameters()
    assert (settings["MATERIALS"].value, settings["MATERIALS"].source) == (3, "regulation")
    assert (settings["P_CURE_WD"].value, settings["P_CURE_WD"].source) == (10, "default")
    assert {s.source == "default" for s in settings.values() if s.name.startswith("P_")} == {True}
    assert {s.source for s in settings.values() if not s.name.startswith("P_")} == {"regulation"}


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("P_CURE_WD", 5, -1),
        ("P_CURE_WD", 0, "5"),
        ("P_CURE_WD", 4, 4.5),
        ("P_SYSTEMIC_N", 2, 1),
        ("QUORUM", 0.6, 1.1),
        ("P_UNCURED_COUNTS", False, 0),
        ("P_ANON", "reject", "ignore"),
        ("P_MEETING_TIME", "14:30", "24:00"),
        ("P_MEETING_TIME", "09:00", "9:00"),
        ("INQUIRY", 6, 5),
        ("REPORTS", 1, 3),
        ("P_PAUSE", [{"from": date(2027, 7, 1), "to": date(2027, 8, 25)}], [{"from": date(2027, 7, 1)}]),
    ],
)
def test_a_parameter_takes_fitting_values_only(name: str, good: object, bad: object) -> None:
    assert regulation.parameters()[name].accepts(good)
    assert not regulation.parameters()[name].accepts(bad)


def test_every_parameter_counts_somewhere() -> None:
    """What nothing reads would be changed without effect."""
    suffixes = (".bpmn", ".dmn", ".form", "compliance.yaml")
    files = [path for folder in ("processes", "forms") for path in (ROOT / folder).rglob("*")]
    texts = "".join(path.read_text("utf-8") for path in files if path.name.endswith(suffixes)).replace("&quot;", '"')
    engine = "".join(path.read_text("utf-8") for path in (ROOT / "engine").rglob("*.py"))
    unread = {name for name in regulation.parameters() if f'"{name}"' not in texts + engine}
    assert unread == set()


def test_a_broken_register_is_said(tmp_path: Path) -> None:
    (tmp_path / "roles.yaml").write_text("- {code: [")
    with pytest.raises(Broken):
        regulation.roles(tmp_path)


def found(places: list[Place]) -> set[tuple[str, str, str, int | None, str, str]]:
    return {(p.kind, p.file, p.element, p.row, p.parameter, p.test) for p in places}


def test_a_clause_is_found_wherever_it_is_decided(tmp_path: Path) -> None:
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_x.py").write_text(
        "class TestAll:\n    def test_7_3_1_half_is_enough(self): ...\n\ndef test_5_1_3_and_8_3_p3_terms(): ...\n"
    )
    files = {
        "a.bpmn": between(task(extensions=NAMED + properties(clause="7.3.1, 7.2.2")), process=""),
        "b.dmn": DMN.encode(),
        "c.form": json.dumps(FORM, ensure_ascii=False, indent=1).encode(),
        "broken.bpmn": b"<",
    }
    index = Clauses.of(files, tests=tmp_path / "tests")
    assert found(index.where("7.3.1")) == {
        ("element", "a.bpmn", "t", None, "", ""),
        ("rule", "b.dmn", "half", 2, "", ""),
        ("form", "c.form", "ask/n", None, "", ""),
        ("parameter", "processes/regulation/parameters.yaml", "QUORUM", None, "QUORUM", ""),
        ("parameter", "processes/regulation/parameters.yaml", "P_RECUSAL", None, "P_RECUSAL", ""),
        ("register", "processes/meeting/compliance.yaml", "R17", None, "", ""),
        ("register", "processes/meeting/compliance.yaml", "R18", None, "", ""),
        ("test", "tests/test_x.py", "", None, "", "test_7_3_1_half_is_enough"),
    }
    assert {p.test for p in [*index.where("5.1(3)"), *index.where("8.3.p3")] if p.test} == {
        "test_5_1_3_and_8_3_p3_terms"
    }
    assert {p.clause for p in index.where("7.3")} >= {"7.3.1", "7.3.2"}
    assert index.where("7.30") == []


def test_places_are_plain_data_in_the_language_asked_for() -> None:
    index = Clauses.of({"c.form": json.dumps(FORM, ensure_ascii=False, indent=1).encode()})
    (place,) = [p.as_json("ru") for p in index.where("7.3.1") if p.kind == "form"]
    assert json.loads(json.dumps(place)) == place
    assert (place["name"], place["element"]) == ("Число", "ask/n")
    assert place["line"] == 11


def test_permissions_show_the_clause_that_gives_them() -> None:
    places = Clauses.of_checkout(ROOT).where("7.9.4(2)")
    assert "permission" in {place.kind for place in places}


def test_every_form_says_of_which_procedure_it_is_also_of_one_that_has_no_number() -> None:
    forms = [place for place in Clauses.of_checkout(ROOT).where("7.8.2") if place.kind == "form"]
    assert {place.of.get("ru") for place in forms} == {"Цикл peer-review", "Взаимопосещение занятия"}


def test_our_own_models_are_indexed() -> None:
    index = Clauses.of_checkout(ROOT)
    kinds = {place.kind for place in index.where("7.3")}
    assert {"element", "parameter"} <= kinds
    assert "7.3.1" not in index.without_place(regulation.clauses())


def test_every_option_of_a_choice_is_called_something_in_three_languages() -> None:
    told = {one.name: set(one.options) for one in regulation.parameters().values() if one.type == "choice"}
    words = {one.name: one.words for one in regulation.parameters().values() if one.type == "choice"}
    assert {name: set(found) for name, found in words.items()} == told
    assert all(set(names) >= {"kk", "ru", "en"} for found in words.values() for names in found.values())


def test_every_clause_is_decided_somewhere_or_stands_among_those_that_cannot_be() -> None:
    known = set(regulation.clauses())
    places = Clauses.of_checkout(ROOT)
    kinds = {clause: {place.kind for place in places.at(clause)} for clause in known}
    reasoned = {clause for clause, found in kinds.items() if "reason" in found}
    carried = {clause for clause, found in kinds.items() if found - {"test", "reason"}}
    assert reasoned & carried == set()
    assert known - carried - reasoned == set()


def test_no_tag_points_nowhere() -> None:
    assert set(Clauses.of_checkout(ROOT).tags()) <= set(regulation.clauses()) | set(regulation.headings())
