"""Keeps pages from knowing how the regulation as it runs here is read: parameters with their changes, clauses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from engine.database import reading, ru_instance
from engine.definitions import editions
from engine.definitions.clauses import Place
from engine.directory import visibility
from engine.queries import decided, settings
from engine.queries.cases import case_row
from engine.queries.settings import Change
from engine.values import day_in_almaty
from engine.views import Access, CaseRow

if TYPE_CHECKING:
    from engine.assembly import Engine


@dataclass(frozen=True, slots=True)
class ClauseHere:
    """Where a clause is decided, by file, and the open cases the reader may see that now stand at a task of it."""

    places: Mapping[str, Sequence[Place]] = field(default_factory=dict)
    open: Sequence[str] = ()

    @property
    def kinds(self) -> tuple[str, ...]:
        """What carries it: element, rule, form, parameter, permission, register, process, reason."""
        return tuple(dict.fromkeys(place.kind for those in self.places.values() for place in those))


class Regulated:
    """What is public like the regulation itself; of cases only those that the reader may see."""

    def __init__(self, engine: Engine, access: Access) -> None:
        self._engine = engine
        self._access = access

    def settings(self, clause: str) -> tuple[dict[str, Any], ...]:
        """The parameters of one clause with their values in force."""
        with reading(self._engine.database) as connection:
            return settings.of_clause(connection, clause)

    def parameters(self) -> tuple[tuple[dict[str, Any], ...], dict[str, list[Change]]]:
        """Every parameter; by name how it was changed, the newest first."""
        with reading(self._engine.database) as connection:
            return settings.every(connection), settings.changes(connection, self._engine.keys)

    def editions(self) -> tuple[editions.Edition, ...]:
        """Every registered edition of the regulation, the newest last."""
        with reading(self._engine.database) as connection:
            return editions.registered(connection)

    def edition_of(self, begun: datetime) -> str:
        """The number of the edition under which a case goes on that began then; "" before the first registered."""
        return editions.on(self.editions(), day_in_almaty(begun))

    def clauses(self) -> Mapping[str, ClauseHere]:
        """How each clause that something decides is carried."""
        with reading(self._engine.database) as connection:
            found = decided.places(connection)
            cases = decided.open_under(connection, self._access, found)
        return {one: ClauseHere(by_file(found.at(one)), cases.get(one, ())) for one in found.tags()}

    def cases(self, ids: Sequence[str]) -> tuple[CaseRow, ...]:
        """Those of the cases that the reader may see, the oldest first."""
        i = ru_instance.c
        query = sa.select(ru_instance).where(i.id.in_(ids), visibility.case_condition(self._access))
        with reading(self._engine.database) as connection:
            rows = connection.execute(query.order_by(i.started, i.id)).all()
        return tuple(case_row(row, self._engine.library) for row in rows)


def by_file(places: Sequence[Place]) -> dict[str, list[Place]]:
    found: dict[str, list[Place]] = {}
    for place in places:
        found.setdefault(place.file, []).append(place)
    return found
