"""Keeps the world from knowing which rows of a register are meant, and how they are counted without being told.

Counted: how many said what, never who. A field of the rows holds a list, one answer at each place; told are the number
of rows and, place by place, each answer with how often it was given. What is empty is not counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime

from engine.values import Value, day_in_almaty


def wanted(row: Mapping[str, Value], where: Mapping[str, Value], since: Mapping[str, Value]) -> bool:
    """Does a row say all of ``where`` (one value, or one of a list) and nothing earlier than ``since``?"""
    if not all(row.get(n) in w if isinstance(w, list) else row.get(n) == w for n, w in where.items()):
        return False
    for name, start in since.items():
        value = row.get(name)
        if isinstance(value, datetime) and not isinstance(start, datetime):
            value = day_in_almaty(value)
        if value is None or value < start:
            return False
    return True


def tally(rows: Iterable[Mapping[str, Value]], field: str) -> dict[str, Value]:
    """``{rows, values}``: values is a list by place of ``[{value, count}]``, in the order of the alphabet."""
    places: list[Counter[str]] = []
    number = 0
    for row in rows:
        number += 1
        given = row.get(field)
        for place, value in enumerate(given if isinstance(given, list) else [given]):
            while len(places) <= place:
                places.append(Counter())
            if value not in (None, ""):
                places[place][str(value)] += 1
    values: list[Value] = [[{"value": value, "count": n} for value, n in sorted(one.items())] for one in places]
    return {"rows": number, "values": values}
