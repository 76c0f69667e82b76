"""Valid files changed by chance: each is refused with findings or accepted, and what is accepted can be decided."""

from __future__ import annotations

import random
import re
from datetime import date
from pathlib import Path

import pytest

from engine import feel
from engine.definitions import checks, decisions
from engine.definitions.checking.known import Known
from engine.definitions.decisions import Decision
from engine.errors import SapaError
from engine.values import Value
from tests.decisions.writing_tables import file, literal, needing, table
from tests.feel.world import SmallWorld

HOUSE = sorted((Path(__file__).parents[2] / "processes").rglob("*.dmn"))
OWN = file(
    table(
        ["n", "s"],
        ["x", "y"],
        [("[1..5]", '"a"', "1", '"b"'), ("> 5", 'not("a")', "2", 'date("2026-01-01")')],
        "PRIORITY",
        values={"x": "1, 2"},
        allowed={0: "[0..100]"},
        input_types={0: "integer", 1: "string"},
    ),
    needing("q", "d1", logic=literal("d1.x + 1")),
)
CELLS = [
    "null", "-", "", "not(1)", "[1..", "]1..5[", "? > 1", "x", "for i in 1..3 return i", '"a"', 'date("2026-01-01")',
    '@"P1D"', "1e400", "{a: 1}", "[1, 2]", "(((", "date(x)", 'null, "5"', "[null..5]", "? in (1, 2)", "function(a) a",
    "1,", "true", '["a"..5]', 'matches(?, "(")', "9" * 5000,
]  # fmt: skip
WORDS = [
    "integer",
    "date",
    "boolean",
    "foo",
    "SUM",
    "COUNT",
    "ANY",
    "FIRST",
    "COLLECT",
    "OUTPUT ORDER",
    "#d1",
    "d1",
    "",
]
VALUES: list[Value] = [None, 1, 2.5, "a", True, [1], {"a": 1}, date(2026, 1, 1)]


def changed(xml: str, chance: random.Random) -> str:
    kind = chance.randrange(4)
    if kind == 0:
        found = list(re.finditer(r"<text>[^<]*</text>", xml))
        put = f"<text>{chance.choice(CELLS)}</text>"
    elif kind == 1:
        found = list(re.finditer(r'(typeRef|hitPolicy|aggregation|id|href|name)=["\'][^"\']*["\']', xml))
        put = '{}="' + chance.choice(WORDS) + '"'
    elif kind == 2:
        found = list(re.finditer(r"<(rule|input|output|inputEntry|outputEntry|decision|variable)\b.*?</\1>", xml, re.S))
        put = ""
    else:
        at = chance.randrange(len(xml))
        return xml[:at] + chance.choice(["<x/>", "&amp;", "Ж", '"', "<", " "]) + xml[at + chance.randrange(4) :]
    if not found:
        return xml
    match = chance.choice(found)
    if kind == 2:
        put = match[0] * chance.choice([0, 2])
    elif kind == 1:
        put = put.replace("{}", match[1])
    return xml[: match.start()] + put + xml[match.end() :]


def names(decision: Decision) -> set[str]:
    found: set[str] = set()
    for cell in decision.cells:
        for mode in ("expression", "unary"):
            try:
                found |= feel.compile(cell.text, mode).names  # type: ignore[arg-type]  # both of them
            except feel.FeelSyntax:
                continue
    return found


@pytest.mark.parametrize("seed", range(4))
def test_a_changed_file_is_refused_or_can_be_decided(seed: int) -> None:
    chance = random.Random(seed)
    sources = [OWN.decode(), *(path.read_text(encoding="utf-8") for path in HOUSE)]
    accepted = 0
    for _ in range(60):
        xml = chance.choice(sources)
        for _ in range(chance.randint(1, 3)):
            xml = changed(xml, chance)
        found = checks.check({"t.dmn": xml.encode()}, Known.nothing())
        assert "internal_check_failed" not in {finding.code for finding in found}
        if any(finding.severity == "error" for finding in found):
            continue
        accepted += 1
        for decision in decisions.read(xml.encode(), "t.dmn").decisions:
            scope = {name: chance.choice(VALUES) for name in names(decision)}
            try:
                decisions.evaluate(decision, scope, SmallWorld(), decision.siblings.__getitem__)
            except SapaError:
                continue
            except KeyError as asked:  # the small world knows few questions
                assert "." in str(asked) or asked.args[0] not in decision.siblings
    assert 5 < accepted < 55


def test_every_sentence_about_decisions_is_said() -> None:
    root = Path(__file__).parents[2] / "engine"
    code = "".join(path.read_text(encoding="utf-8") for path in root.rglob("*.py"))
    worded = re.findall(r"^(decision_\w+):", (root / "wording/decisions.yaml").read_text(encoding="utf-8"), re.M)
    assert [name for name in worded if f'"{name}"' not in code] == []
