"""Proves that a figure which steers stands on the page Parameters: a model, table, form or rule reads it by its name.

What a form lets somebody type (its limits of length and range) and how long before a breach a rule warns are not looked
at: they say what is entered and shown. Nor is where a text is cut or a number rounded.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from lxml import etree

from engine.wording import LOADER

ROOT = Path(__file__).parents[2]
KEPT = yaml.load(Path(__file__).with_name("figures_kept.yaml").read_text("utf-8"), LOADER)  # noqa: S506 - safe
"""File -> what may stand in it, and why; ``everywhere``: in each. A number alone must be all there is."""

MODEL = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
CAMUNDA = "{http://camunda.org/schema/1.0/bpmn}"
TABLE = "{https://www.omg.org/spec/DMN/20191111/MODEL/}"
FORMULAS = {
    *(f"{MODEL}{name}" for name in ("conditionExpression", "completionCondition", "script")),
    *(f"{MODEL}{name}" for name in ("timeDate", "timeDuration", "timeCycle")),
    *(f"{CAMUNDA}{name}" for name in ("inputParameter", "outputParameter", "entry", "value", "script")),
}
ATTRIBUTES = {f"{CAMUNDA}{name}" for name in ("dueDate", "followUpDate", "collection", "priority", "defaultValue")}
WORDED = re.compile(r"(clause|name|title|submit|consequence)(:|$)")
IN_TABLES = {f"{TABLE}{name}" for name in ("inputExpression", "inputEntry", "outputEntry", "literalExpression")}
MEASURED = ("let", "judged", "threshold", "measure", "episodes", "scope")

TEXT = re.compile(r'"((?:\\.|[^"\\])*)"')
LASTS = r"-?P(?=[T\d])(?:\d+[YMWD])*(?:T(?:\d+[HMS])+)?"
DAY = r"\d{4}-\d\d-\d\d\S*"
TELLS_TIME = re.compile(rf"\d?\d:\d\d(:\d\d)?|/?{LASTS}|R\d*/\S*\d\S*|{DAY}|\d\d-\d\d")
BARE = re.compile(rf"{LASTS}|R\d*/\S*\d\S*|{DAY}|[\d*/,-]+( [\dA-Z*/,?#-]+){{4,6}}")
CUT = ("substring", "round half up", "decimal")
COUNTING = ("add_months", "working_days_after", "working_days_before")
NUMBER = re.compile(r"(?<![\w.#])\d+(?:\.\d+)?(?![\w])")
LAST = re.compile(r",\s*-?\s*(\d+)\)$")


def figures(formula: str) -> list[str]:
    """The figures of a formula: numbers except 0 and 1, a count of months or days, times, days and durations."""
    plain = formula.strip().removeprefix("${").removesuffix("}")
    if "${" not in formula and (BARE.fullmatch(plain) and any(c.isdigit() for c in plain)):
        return [plain]
    texts = [text for text in TEXT.findall(formula) if TELLS_TIME.fullmatch(text)]
    numbers = TEXT.sub(" ", formula)
    counted = [last[1] for call in calls(numbers, COUNTING) if (last := LAST.search(call)) and last[1] == "1"]
    for call in calls(numbers, CUT):
        numbers = numbers.replace(call, re.sub(r",\s*\d+\s*(?=[,)])", " ", call))
    return texts + counted + [number for number in NUMBER.findall(numbers) if number not in ("0", "1")]


def calls(formula: str, names: tuple[str, ...]) -> list[str]:
    """Every call of those functions, from its name to its closing bracket; the longest first."""
    found = []
    for name in names:
        for start in re.finditer(rf"\b{name}\s*\(", formula):
            depth, end = 1, start.end()
            while depth and end < len(formula):
                depth += {"(": 1, ")": -1}.get(formula[end], 0)
                end += 1
            found.append(formula[start.start() : end])
    return sorted(found, key=len, reverse=True)


def of_model(path: Path) -> Iterator[tuple[str, str]]:
    for element in etree.parse(path).iter(etree.Element):
        if element.tag in FORMULAS and element.text:
            yield _named(element), element.text
        if element.tag == f"{CAMUNDA}property" and not WORDED.match(element.get("name")):
            yield _named(element), element.get("value")
        yield from ((_named(element), value) for name, value in element.attrib.items() if name in ATTRIBUTES)


def of_table(path: Path) -> Iterator[tuple[str, str]]:
    for element in etree.parse(path).iter(*IN_TABLES):
        yield str(element.get("id")), element.findtext(f"{TABLE}text") or ""


def of_form(path: Path) -> Iterator[tuple[str, str]]:
    def texts(part: Any) -> Iterator[str]:
        if isinstance(part, dict | list):
            for inner in part.values() if isinstance(part, dict) else part:
                yield from texts(inner)
        elif isinstance(part, str) and part.startswith("="):
            yield part

    yield from ((path.stem, text) for text in texts(yaml.load(path.read_text("utf-8"), LOADER)))  # noqa: S506 - safe


def of_rules(path: Path) -> Iterator[tuple[str, str]]:
    for rule in yaml.load(path.read_text("utf-8"), LOADER):  # noqa: S506 - safe
        for name in MEASURED:
            said = rule.get(name, "")
            yield from ((rule["rule"], str(one)) for one in (said.values() if isinstance(said, dict) else [said]))


def _named(element: Any) -> str:
    while element is not None and element.get("id") is None:
        element = element.getparent()
    return "" if element is None else str(element.get("id"))


READERS = {".bpmn": of_model, ".dmn": of_table, ".form": of_form, "compliance.yaml": of_rules}
FILES = sorted(
    path
    for folder in ("processes", "forms")
    for path in (ROOT / folder).rglob("*")
    if path.suffix in READERS or path.name in READERS
)


@cache
def kept(file: str) -> tuple[str, ...]:
    return tuple(KEPT.get(file, ())) + tuple(KEPT["everywhere"])


def found(path: Path) -> list[tuple[str, str, list[str]]]:
    """(element, its formula, figures that are not kept) of a file."""
    read = READERS.get(path.name) or READERS[path.suffix]
    wrong = []
    for element, formula in read(path):
        rest = " ".join(formula.split())
        for fragment in kept(str(path.relative_to(ROOT))):
            rest = " " if rest == fragment else rest if NUMBER.fullmatch(fragment) else rest.replace(fragment, " ")
        if left := figures(rest):
            wrong.append((element, formula, left))
    return wrong


def test_every_figure_that_steers_is_a_parameter() -> None:
    assert {str(path.relative_to(ROOT)): wrong for path in FILES if (wrong := found(path))} == {}


def test_what_is_kept_still_stands_there_and_says_why() -> None:
    texts = {
        str(path.relative_to(ROOT)): [
            " ".join(formula.split()) for _, formula in (READERS.get(path.name) or READERS[path.suffix])(path)
        ]
        for path in FILES
    }
    for file, fragments in KEPT.items():
        stands = [text for name, those in texts.items() if file in ("everywhere", name) for text in those]
        for fragment, why in fragments.items():
            assert figures(fragment), (file, fragment)
            assert any(fragment in text for text in stands), (file, fragment)
            assert len(why) > 10, (file, fragment)


@pytest.mark.parametrize(
    ("formula", "said"),
    [
        ("${returned > 2}", ["2"]),
        ("${working_days_before(due_at, 3)}", ["3"]),
        ("${add_months(duties_due, 1)}", ["1"]),
        ('${at_time(planned.planned_date, "15:00")}', ["15:00"]),
        ('${"R/" + string(end_of_day(item_due)) + "/P7D"}', ["/P7D"]),
        ("P4M", ["P4M"]),
        ("R/2020-04-15T09:00:00+06:00/P6M", ["R/2020-04-15T09:00:00+06:00/P6M"]),
        ("0 0 9 * * MON", ["0 0 9 * * MON"]),
        ('${x - duration("P14D")}', ["P14D"]),
        ("[2..systemic_n)", ["2"]),
        ("${count(rows) > 0}", []),
        ("${substring(business_key, 1, 4)}", []),
        ('${parameter("P_CURE_WD") + 1}', []),
        ('${"2 күн"}', []),
    ],
)
def test_a_figure_is_told_from_other_digits(formula: str, said: list[str]) -> None:
    assert figures(formula) == said
