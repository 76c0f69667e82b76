"""Keeps from everyone how one document of a kind comes from facts: its number and day, the Word file, the pages."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from engine.documents.checking import Mark
from engine.documents.filling import Unfilled, environment, evaluate, fill
from engine.documents.kinds import Kind, words
from engine.documents.laying import pdf
from engine.documents.naming import Naming
from engine.values import ALMATY


@dataclass(frozen=True, slots=True)
class Paper:
    """One document in one language."""

    number: str
    day: date
    word: bytes
    pages: bytes


def paper(
    kind: Kind, naming: Naming, facts: Mapping[str, Any], language: str, marked: Callable[[str], Mark] | None
) -> Paper:
    """Fill and set one document. ``marked``: its number -> by what it is checked; none for a draft. Raises Unfilled.

    A draft says so across every page and below it.
    """
    fence = environment(naming.filters())
    value = evaluate(fence, kind.number, facts)
    number = "" if value is None else str(value)
    day = _as_day(evaluate(fence, kind.day, facts) or facts["at"])
    name = kind.names.get(language) or kind.names["kk"]
    title = f"{name} № {number}" if number else name
    template = kind.template(language)
    if template is None:
        raise Unfilled(f"no template: {kind.code}.{language}.docx")
    word = fill(fence, template, dict(facts) | {"number": number, "day": day}, title)
    if marked is not None:
        pages = pdf(word, language, title, day, f"{title} · {naming.date(day)}", marked(number))
    else:
        said = words()["draft"]
        foot = f"{title} · {said['foot'][language]}"
        pages = pdf(word, language, title, day, foot, Mark("", ""), said["across"][language])
    return Paper(number, day, word, pages)


def _as_day(value: Any) -> date:
    if isinstance(value, datetime):
        return value.astimezone(ALMATY).date()
    if isinstance(value, date):
        return value
    raise Unfilled(f"no day: {value!r}")
