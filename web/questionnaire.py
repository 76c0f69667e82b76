"""Keeps the page for anybody from knowing how questions that were approved become a form, and its answers a row.

A question: text, text_ru, text_en, answer (scale, yes_no, choice, text), options (one a line, languages apart by |).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask_babel import gettext as _

from web.language import language

LONGEST = 2_000
"""Signs of an answer in one's own words: our default."""
_SCALE = ("1", "2", "3", "4", "5")


@dataclass(frozen=True, slots=True)
class Question:
    """One question in one language, as HTML has it. ``choices``: (value, label); none where words are asked for."""

    key: str
    kind: str
    text: str
    lang: str  # of the text, which may stand in for a translation that was not approved
    choices: tuple[tuple[str, str], ...]
    longest: int = LONGEST


def questions(approved: Sequence[Mapping[str, Any]]) -> list[Question]:
    """The questions in the order they were approved, in the reader's language as far as they were translated."""
    return [_question(f"q{n}", one) for n, one in enumerate(approved, start=1)]


def _question(key: str, one: Mapping[str, Any]) -> Question:
    lang, kind = language(), str(one.get("answer"))
    translated = one.get(f"text_{lang}")
    text, spoken = (str(translated), lang) if translated else (str(one.get("text", "")), "kk")
    choices: tuple[tuple[str, str], ...] = ()
    if kind == "scale":
        choices = tuple((value, value) for value in _SCALE)
    elif kind == "yes_no":
        choices = (("yes", _("survey.yes")), ("no", _("survey.no")))
    elif kind == "choice":
        lines = str(one.get("options") or "").splitlines()
        choices = tuple((str(n), _in(line, lang)) for n, line in enumerate(lines, start=1))
    return Question(key, kind, text, spoken, choices)


def _in(line: str, lang: str) -> str:
    """``қазақша | русский | English`` in one of them; the first where it is missing."""
    parts = [part.strip() for part in line.split("|")]
    place = ("kk", "ru", "en").index(lang)
    return parts[place] if place < len(parts) and parts[place] else parts[0]


def schema(asked: Sequence[Question]) -> dict[str, Any]:
    """The same questions for the form library, which checks answers as it does those of every form."""
    return {"type": "default", "id": "questionnaire", "schemaVersion": 18, "components": [_field(one) for one in asked]}


def _field(one: Question) -> dict[str, Any]:
    field: dict[str, Any] = {"key": one.key, "id": one.key, "label": one.text}
    if one.choices:
        values = [{"value": value, "label": label} for value, label in one.choices]
        return {**field, "type": "radio", "values": values, "validate": {"required": True}}
    return {**field, "type": "textarea", "validate": {"maxLength": one.longest}}


def read(asked: Sequence[Question], sent: Mapping[str, str]) -> dict[str, Any]:
    """What a browser sent of these questions; anything else is left out."""
    return {one.key: sent.get(one.key, "").replace("\r\n", "\n").strip() or None for one in asked}


def row(asked: Sequence[Question], cleaned: Mapping[str, Any]) -> dict[str, Any]:
    """As the register has them: answers by place, words apart from them, with the number of their question."""
    words = [f"{one.key[1:]}. {cleaned[one.key]}" for one in asked if not one.choices and cleaned.get(one.key)]
    return {"answers": [cleaned.get(one.key) if one.choices else None for one in asked], "words": words}
