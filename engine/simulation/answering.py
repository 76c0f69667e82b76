"""Keeps the actors from knowing how an answer comes about: a specification, the case's variables and a few draws.

A specification is one of
``text``                         a FEEL expression over variables, draws and the answers given before
``true``, ``12``, ``null``       itself
``{literal: X}``                 X as it stands
``{weights: {a: 3, b: 1}}``      one of the keys
``{number: [1, 3]}``             a whole number
``{text: POOL}``                 one of the texts of a pool
``{texts: POOL, count: [2, 4]}`` several different ones
``{one: FEEL}``                  one item of a list, null when it is empty
``{some: FEEL, share: 0.2}``     each item of a list with this probability
``{chance: 0.2, then: X, else: Y}``, ``{if: FEEL, then: X, else: Y}``   without ``else`` the field is not answered
``per: FEEL`` beside ``weights`` or ``chance``: what happened already is remembered for each value of it
``{rows: FEEL, with: {…}, keep: true, draw: {…}}``   one context for each item, which is ``row`` (``n`` counts from 1)
``{fields: {…}}``                a context
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from engine.simulation.chance import Chance
from engine.values import Value

Scope = dict[str, Value]
Evaluate = Callable[[str, Mapping[str, Value]], Value]

OMITTED: Any = object()
"""The field stays out: it is hidden in this case."""


class Answering:
    """Makes up answers at a ``step``. ``outcome`` collects what was drawn: alike answers are known to be so."""

    def __init__(self, evaluate: Evaluate, chance: Chance, texts: Mapping[str, list[Any]], step: str = "") -> None:
        self._step = step
        self._evaluate = evaluate
        self._chance = chance
        self._texts = texts
        self.outcome: list[tuple[str, Any]] = []

    def fields(self, specifications: Mapping[str, Any], scope: Mapping[str, Value], at: str = "") -> Scope:
        """The answers, one after the other: each may use those before it."""
        seen, answers = dict(scope), {}
        for name, specification in specifications.items():
            value = self.value(specification, seen, f"{at}{name}")
            if value is not OMITTED:
                seen[name] = answers[name] = value
                self.outcome.append((f"{at}{name}", None))
        return answers

    def value(self, specification: Any, scope: Mapping[str, Value], at: str = "") -> Value:
        if isinstance(specification, str):
            return self._evaluate(specification, scope)
        if not isinstance(specification, dict):
            return specification
        kind = next(iter(specification))
        return _KINDS[kind](self, specification, scope, at)

    def _literal(self, it: Mapping[str, Any], scope: Mapping[str, Value], at: str) -> Value:
        return it["literal"]

    def _weights(self, it: Mapping[str, Any], scope: Mapping[str, Value], at: str) -> Value:
        value = self._chance.weighted(it["weights"], self._place(it, scope, at))
        self.outcome.append((at, value))
        return value

    def _number(self, it: Mapping[str, Any], scope: Mapping[str, Value], at: str) -> Value:
        return self._chance.between(*it["number"])

    def _text(self, it: Mapping[str, Any], scope: Mapping[str, Value], at: str) -> Value:
        return self._chance.one(self._texts[it["text"]])

    def _several(self, it: Mapping[str, Any], scope: Mapping[str, Value], at: str) -> Value:
        return self._chance.sample(self._texts[it["texts"]], self._chance.between(*it["count"]))

    def _one(self, it: Mapping[str, Any], scope: Mapping[str, Value], at: str) -> Value:
        return self._chance.one(self._list(it["one"], scope))

    def _some(self, it: Mapping[str, Any], scope: Mapping[str, Value], at: str) -> Value:
        return self._chance.some(self._list(it["some"], scope), it["share"])

    def _chosen(self, it: Mapping[str, Any], scope: Mapping[str, Value], at: str) -> Value:
        return self._branch(it, self._chance.happens(it["chance"], self._place(it, scope, f"{at}?")), scope, at)

    def _place(self, it: Mapping[str, Any], scope: Mapping[str, Value], at: str) -> str:
        per = f"/{self._evaluate(it['per'], scope)}" if "per" in it else ""
        return f"{self._step}/{at}{per}"

    def _if(self, it: Mapping[str, Any], scope: Mapping[str, Value], at: str) -> Value:
        return self._branch(it, self._evaluate(it["if"], scope) is True, scope, at)

    def _branch(self, it: Mapping[str, Any], yes: bool, scope: Mapping[str, Value], at: str) -> Value:
        part = "then" if yes else "else"
        return self.value(it[part], scope, at) if part in it else OMITTED

    def _rows(self, it: Mapping[str, Any], scope: Mapping[str, Value], at: str) -> Value:
        rows = []
        for n, row in enumerate(self._list(it["rows"], scope), start=1):
            ground = dict(row) if it.get("keep") and isinstance(row, dict) else {}
            inner = {**scope, **ground, "row": row, "n": n}
            given = self.fields(it["with"], {**inner, **self.fields(it.get("draw", {}), inner, f"{at}.")}, f"{at}.")
            rows.append({**ground, **given})
        return rows

    def _fields(self, it: Mapping[str, Any], scope: Mapping[str, Value], at: str) -> Value:
        return self.fields(it["fields"], scope, f"{at}.")

    def _list(self, text: str, scope: Mapping[str, Value]) -> list[Any]:
        found = self._evaluate(text, scope)
        return found if isinstance(found, list) else []


_KINDS: dict[str, Callable[[Answering, Mapping[str, Any], Mapping[str, Value], str], Value]] = {
    "literal": Answering._literal,
    "weights": Answering._weights,
    "number": Answering._number,
    "text": Answering._text,
    "texts": Answering._several,
    "one": Answering._one,
    "some": Answering._some,
    "chance": Answering._chosen,
    "if": Answering._if,
    "rows": Answering._rows,
    "fields": Answering._fields,
}
