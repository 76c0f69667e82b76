"""Keeps closures from knowing how for, some, every and filters run over lists and ranges, each round counted."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from engine.feel.closures import Closure, Made, closure, make
from engine.feel.kinds import Range, Test, kind, meets_test
from engine.feel.limits import Failed, Run
from engine.feel.tree import Node, size
from engine.values import Value

Clause = tuple[str, Closure]
_LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"


class _Nothing(Exception):
    """Something that cannot be iterated: the whole iteration is null."""


def _clauses(node: Node) -> list[Clause]:
    return [
        (clause.children[0].words, _domain(clause.children[2]))
        for clause in node.children
        if clause.name == "InExpression"
    ]


def _domain(node: Node) -> Closure:
    """A list, or ``a..b``."""
    if node.name != "IterationContext":
        return closure(node)
    if len(node.children) == 1:
        return closure(node.children[0])
    start, end = closure(node.children[0]), closure(node.children[2])

    def span(env: Any, run: Run) -> Value:
        low, high = start(env, run), end(env, run)
        return None if low is None or high is None else Range(low, high, True, True)

    return span


def elements(domain: Value, run: Run) -> Iterator[Value]:
    """What there is to iterate over: a list, numbers up or down in ones, days, Latin letters. Raises _Nothing."""
    if isinstance(domain, (list, tuple)):
        return iter(domain)
    if not isinstance(domain, Range):
        raise _Nothing
    start, end = domain.start, domain.end
    if _is_number(start) and _is_number(end):
        return _numbers(domain)
    if kind(start) == kind(end) == "date":
        return _days(domain)
    if isinstance(start, str) and isinstance(end, str) and start in _LETTERS and end in _LETTERS and start and end:
        return iter(_letters(domain))
    raise Failed("this range cannot be counted through")


def _is_number(value: Value) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _numbers(span: Range) -> Iterator[Value]:
    step = -1 if span.start > span.end else 1
    value = span.start
    if not span.start_included:
        value += step
    while (value < span.end) if step > 0 else (value > span.end):
        yield value
        value += step
    if value == span.end and span.end_included:
        yield value


def _days(span: Range) -> Iterator[Value]:
    step = -1 if span.start > span.end else 1
    first, last = span.start.toordinal(), span.end.toordinal()
    first += 0 if span.start_included else step
    last += step if span.end_included else 0
    return map(date.fromordinal, range(first, last, step))


def _letters(span: Range) -> str:
    first, last = _LETTERS.find(span.start), _LETTERS.find(span.end)
    step = -1 if first > last else 1
    first += 0 if span.start_included else step
    last -= 0 if span.end_included else step
    return _LETTERS[min(first, last) : max(first, last) + 1]


def _reads(node: Node, name: str) -> bool:
    return (node.name == "VariableName" and node.words == name) or any(_reads(child, name) for child in node.children)


def _rounds(clauses: list[Clause], env: Any, run: Run) -> Iterator[Any]:
    """The environment of every round, the last clause turning fastest; later clauses see the names of earlier ones."""

    def turn(index: int, inner: Any) -> Iterator[Any]:
        if index == len(clauses):
            yield inner
            return
        name, domain = clauses[index]
        for item in elements(domain(inner, run), run):
            run.spend(1)
            yield from turn(index + 1, ({name: item}, inner))

    return turn(0, env)


def for_expression(node: Node) -> Made:
    clauses, body = _clauses(node.children[1]), closure(node.children[3])
    cost = size(node.children[3])
    looks_back = _reads(node.children[3], "partial")

    def loop(env: Any, run: Run) -> Value:
        made: list[Value] = []
        try:
            for inner in _rounds(clauses, env, run):
                run.spend(cost)
                if looks_back:  # what was made so far, as it is now: the list itself would come to hold itself
                    run.spend(len(made))
                    made.append(body(({"partial": list(made)}, inner), run))
                else:
                    made.append(body(inner, run))
        except _Nothing:
            return None
        run.sized(made)
        return made

    return loop, ""


def quantified(node: Node) -> Made:
    """``some`` and ``every``, or and and of all rounds (DMN 1.3 Table 53): null where one that is neither true nor
    false could have decided. feelin takes null for false and everything else for true."""
    decisive = node.children[0].name == "some"
    clauses, condition = _clauses(node.children[1]), closure(node.children[3])
    cost = size(node.children[3])

    def decide(env: Any, run: Run) -> Value:
        unknown = False
        try:
            for inner in _rounds(clauses, env, run):
                run.spend(cost)
                held = condition(inner, run)
                if held is decisive:
                    return decisive
                unknown = unknown or not isinstance(held, bool)
        except _Nothing:
            return None
        return None if unknown else not decisive

    return decide, "test"


def filter_expression(node: Node) -> Made:
    """``list[3]``, ``list[item > 3]``. What is written as a variable, path or call is an index when it is a number;
    else it is asked for every element (feelin asks once, outside: ``people[absent]`` would be empty for ever)."""
    target, (test, kind) = closure(node.children[0]), make(node.children[2])
    cost = size(node.children[2])

    def each(items: Any, env: Any, run: Run) -> list[Value]:
        return [item for item in items if _keeps(item, test, env, run, cost)]

    def index_or_each(items: Any, value: Any, env: Any, run: Run) -> Value:
        index = test(env, run)
        if _is_number(index):
            return _at(items, index)
        if kind == "boolean":
            return value if index else []
        return each(items, env, run) if kind == "any" else []

    def filtered(env: Any, run: Run) -> Value:
        value = target(env, run)
        if value is None:
            return None
        items = value if isinstance(value, (list, tuple)) else [value]
        if kind == "test":
            return each(items, env, run)
        if kind in ("number", "boolean", "any"):
            return index_or_each(items, value, env, run)
        if kind == "string":
            wanted = test(env, run)
            return [item for item in items if item == wanted]
        return None

    return filtered, "any"


def _keeps(item: Value, test: Closure, env: Any, run: Run, cost: int) -> bool:
    run.spend(cost)
    inner: Any = ({"item": item}, env)
    result = test((item, inner) if isinstance(item, dict) else inner, run)
    if isinstance(result, (Test, Range)):
        result = meets_test(result, item)
    return result is True


def _at(items: Any, index: float) -> Value:
    position = len(items) + index if index < 0 else index - 1
    if position != int(position) or not 0 <= position < len(items):
        return None
    return items[int(position)]
