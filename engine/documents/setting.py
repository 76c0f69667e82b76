"""Keeps from everyone how one document of a kind comes from facts: its number and day, the Word file, the pages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from engine.documents.checking import Mark
from engine.documents.filling import Unfilled, environment, evaluate, fill
from engine.documents.kinds import Kind, words
from engine.documents.laying import pdf
from engine.documents.naming import Naming
from engine.values import day_in_almaty


@dataclass(frozen=True, slots=True)
class Paper:
    """One document in one language."""

    number: str
    day: date
    word: bytes
    pages: bytes


@dataclass(frozen=True, slots=True)
class Filled:
    """A document before its pages are set: from here on nothing is read any more."""

    number: str
    day: date
    word: bytes
    title: str
    language: str
    said_day: str

    def marked(self, mark: Mark) -> Paper:
        """The document itself. ``mark``: by what it is checked."""
        foot = f"{self.title} · {self.said_day}"
        return Paper(self.number, self.day, self.word, pdf(self.word, self.language, self.title, self.day, foot, mark))

    def draft(self) -> bytes:
        """Its pages, which say across each of them and below it that this is a draft."""
        said = words()["draft"]
        foot = f"{self.title} · {said['foot'][self.language]}"
        across = said["across"][self.language]
        return pdf(self.word, self.language, self.title, self.day, foot, Mark("", ""), across)


def filled(kind: Kind, naming: Naming, facts: Mapping[str, Any], language: str) -> Filled:
    """Fill one document. Raises Unfilled."""
    fence, file = environment(naming.filters()), f"{kind.code}.{language}.docx"
    try:
        value = evaluate(fence, kind.number, facts)
        day = _as_day(evaluate(fence, kind.day, facts) or facts["at"])
    except Unfilled as problem:
        raise Unfilled(problem.code, problem.fact, "documents.yaml") from problem
    number = "" if value is None else str(value)
    name = kind.names.get(language) or kind.names["kk"]
    title = f"{name} № {number}" if number else name
    template = kind.template(language)
    if template is None:
        raise Unfilled("template", file=file)
    try:
        word = fill(fence, template, dict(facts) | {"number": number, "day": day}, title)
    except Unfilled as problem:
        raise Unfilled(problem.code, problem.fact, file) from problem
    return Filled(number, day, word, title, language, naming.date(day))


def _as_day(value: Any) -> date:
    if isinstance(value, datetime):
        return day_in_almaty(value)
    if isinstance(value, date):
        return value
    raise Unfilled("day")
