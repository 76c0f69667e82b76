"""Keeps the checks of tables from knowing how overlaps and gaps are found in time, whatever the size of the table.

Rules are bits of one number: the rules that meet a cell, or that accept a region, are found by and, or of such numbers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import reduce
from operator import or_

from engine.definitions.decision_columns import Column, TooLarge, column
from engine.definitions.decision_model import Rule, Table

_MOST_VISITS = 20_000


@dataclass(frozen=True, slots=True)
class Regions:
    """A table's columns cut into regions; None for a column that cannot be."""

    table: Table
    columns: tuple[Column | None, ...]

    @classmethod
    def of(cls, table: Table) -> Regions:
        """Raises TooLarge."""
        cells = [[rule.inputs[index] for rule in table.rules] for index in range(len(table.inputs))]
        return cls(table, tuple(column(given, below) for given, below in zip(table.inputs, cells, strict=True)))

    def overlaps(self) -> Iterator[tuple[Rule, Rule]]:
        """Pairs of rules that some input can match both, as far as every cell of both is decidable, in order."""
        if not self.columns or any(parts is None for parts in self.columns):
            return
        known = [parts for parts in self.columns if parts is not None]
        sharing = [_sharing(parts) for parts in known]
        rules = self.table.rules
        for first in range(len(rules)):
            together = -1 << (first + 1)
            for parts, shares in zip(known, sharing, strict=True):
                together &= shares.get(parts.accepted[first], 0)
            while together:
                lowest = together & -together
                yield rules[first], rules[lowest.bit_length() - 1]
                together ^= lowest

    def gap(self) -> list[str] | None:
        """One combination of inputs that no rule matches, in words; None when there is none or it cannot be decided.

        A cell that is not decidable is taken to accept everything. Raises TooLarge.
        """
        known = [parts for parts in self.columns if parts is not None]
        if len(known) != len(self.columns) or not known:
            return None
        every = (1 << len(self.table.rules)) - 1
        found = _Search([_accepting(parts) for parts in known], every).uncovered(0, every)
        return None if found is None else [parts.labels[n] for parts, n in zip(known, found, strict=True)]


def _accepting(parts: Column) -> list[int]:
    """For each region the rules that accept it; a rule whose cell is not decidable counts as accepting."""
    undecided = sum(1 << number for number, mask in enumerate(parts.accepted) if mask is None)
    return [rules | undecided for rules in _by_region(parts, _by_mask(parts))]


def _sharing(parts: Column) -> dict[int | None, int]:
    """For each set of regions the rules whose cell shares one of them; no cell that is not decidable is among them."""
    masks = _by_mask(parts)
    regions = _by_region(parts, masks)
    return {mask: reduce(or_, (regions[region] for region in _bits(mask)), 0) for mask in masks}


def _by_mask(parts: Column) -> dict[int, int]:
    """For each set of regions the rules that accept exactly it."""
    rules: dict[int, int] = {}
    for number, mask in enumerate(parts.accepted):
        if mask is not None:
            rules[mask] = rules.get(mask, 0) | 1 << number
    return rules


def _by_region(parts: Column, masks: dict[int, int]) -> list[int]:
    """For each region the rules that accept it."""
    regions = [0] * len(parts.probes)
    for mask, those in masks.items():
        for region in _bits(mask):
            regions[region] |= those
    return regions


def _bits(mask: int) -> Iterator[int]:
    while mask:
        lowest = mask & -mask
        yield lowest.bit_length() - 1
        mask ^= lowest


class _Search:
    """Depth first, keeping only the rules that still fit; regions that the same rules accept are looked at once."""

    def __init__(self, columns: list[list[int]], every: int) -> None:
        self._regions = [dict(zip(reversed(rules), range(len(rules) - 1, -1, -1), strict=True)) for rules in columns]
        self._rest = [every] * (len(columns) + 1)
        """For each depth the rules that accept whatever comes in the columns from there on."""
        for depth in range(len(columns) - 1, -1, -1):
            self._rest[depth] = reduce(lambda a, b: a & b, columns[depth], self._rest[depth + 1])
        self._left = _MOST_VISITS

    def uncovered(self, depth: int, rules: int) -> list[int] | None:
        self._left -= 1
        if self._left < 0:
            raise TooLarge
        if rules & self._rest[depth]:
            return None
        if depth == len(self._regions):
            return []
        for accepting, region in sorted(self._regions[depth].items(), key=lambda pair: pair[1]):
            found = self.uncovered(depth + 1, rules & accepting)
            if found is not None:
                return [region, *found]
        return None


__all__ = ["Regions", "TooLarge"]
