"""Every sentence the command line and play can say is worded; nothing is worded that nobody says."""

from __future__ import annotations

import re
from typing import get_args

import yaml

from engine.definitions.clauses import Kind
from engine.wording import catalogue, say
from tests.cli.conftest import ROOT

_SAID = re.compile(r'say\(\s*"(cli\.\w+|doctor\.\w+)"|(?:else|if \w+)\s+"(cli\.\w+)"|code = "(cli\.\w+)"')
_REFUSED = re.compile(r'Unusable\(\s*"(\w+)"')
_STEPS = re.compile(r'StepRefused\(\s*"(\w+)"')
_CHECKS = re.compile(r'Check\(\s*"(\w+)", (.+)')
_STATES = ("ok", "warning", "error")


def sources(folder: str) -> str:
    return "\n".join(path.read_text(encoding="utf-8") for path in sorted((ROOT / folder).glob("*.py")))


def worded(file: str) -> set[str]:
    return set(yaml.safe_load((ROOT / "engine" / "wording" / file).read_text(encoding="utf-8")))


def test_what_the_command_line_says() -> None:
    text = sources("engine/cli")
    said = {code for found in _SAID.findall(text) for code in found if code}
    said |= {f"cli.{code}" for code in _REFUSED.findall(text)} | set(re.findall(r'"(cli\.\w+)"', text))
    assert {code for code in said if not code.endswith("_")} <= set(catalogue())


def test_what_carries_a_clause_is_called_by_a_word() -> None:
    kinds = {*get_args(Kind), "compliance"}
    assert {code for code in worded("command_line.yaml") if code.startswith("cli.where_")} == {
        *(f"cli.where_{kind}" for kind in kinds), "cli.where_row", "cli.where_nothing", "cli.where_unknown"
    }  # fmt: skip


def test_why_a_step_is_refused() -> None:
    assert {f"play.{code}" for code in _STEPS.findall(sources("engine/play"))} <= set(catalogue())
    assert {f"play.limit_{reason}" for reason in ("time", "memory", "stopped")} <= set(catalogue())


def test_what_the_doctor_says() -> None:
    wanted = {f"doctor.{state}" for state in _STATES}
    for code, rest in _CHECKS.findall(sources("engine/cli")):
        wanted |= {f"doctor.{code}.{state}" for state in _STATES if f'"{state}"' in rest}
        wanted |= {f"doctor.{code}.remedy"} if '"warning"' in rest or '"error"' in rest else set()
    assert wanted - set(catalogue()) == set()
    assert worded("doctor.yaml") - wanted == set()


def test_why_an_appointment_of_a_model_was_refused_is_said_in_words() -> None:
    refused = {"why": "end: end_before_start, unit: unit_inactive"}
    said = {lang: say("appointment_refused", lang, refused) for lang in ("kk", "ru", "en")}
    assert said["en"] == f"The appointment was refused: {say('end_before_start', 'en')} {say('unit_inactive', 'en')}"
    assert not any("_" in text or ".." in text for text in said.values())
