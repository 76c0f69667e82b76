"""Keeps the world from knowing how rows of a register are counted without being told: how many said what, never who.

A field of the rows holds a list, one answer at each place; told are the number of rows and, place by place, each answer
with how often it was given. What is empty is not counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from engine.values import Value


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
