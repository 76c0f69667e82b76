"""Keeps documents from knowing how things are called on their day: people, units, dates and codes, in one language."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.database import hi_entry, hi_payload
from engine.directory import reads
from engine.directory.tables import id_unit
from engine.documents.kinds import words
from engine.history import ledger, sealing
from engine.values import ALMATY, canonical, day_in_almaty

_HARD = "\u00a0"
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}\Z")
_ENDS = ".!?…"
DIRECTORY = "directory"


class Naming:
    """Names as they were when the entry was made, however long ago that was."""

    def __init__(self, connection: Connection, keys: sealing.KeyRing, at: str, language: str) -> None:
        self._connection = connection
        self._keys = keys
        self._at = at
        self._language = language
        self._told: dict[tuple[str, str], Mapping[str, Any] | None] = {}  # a document names the same people many times

    def filters(self) -> dict[str, Callable[..., Any]]:
        """What templates may do to a value."""
        return {
            "person": self.person,
            "unit": self.unit,
            "letterhead": self.letterhead,
            "whom": self.whom,
            "date": self.date,
            "time": self.time,
            "word": self.word,
            "said": self.said,
            "sentence": self.sentence,
        }

    def person(self, id: Any) -> str:
        """A person's name on that day."""
        if not isinstance(id, str) or not id:
            return ""
        then = self._then("person_recorded", "person", id)
        if then is not None:
            return str(then["name"])
        return reads.names(self._connection, [id]).get(id, id)

    def unit(self, id: Any) -> str:
        """A unit's name on that day."""
        if not isinstance(id, str) or not id:
            return ""
        then = self._then("unit_recorded", "unit", id)
        names: Mapping[str, str] = then["names"] if then is not None else self._unit_now(id)
        return names.get(self._language) or names.get("kk") or id

    def letterhead(self, id: Any) -> str:
        """The units that this one belongs to, the highest first, and itself: a line each."""
        lines: list[str] = []
        seen: set[str] = set()
        while isinstance(id, str) and id and id not in seen:
            seen.add(id)
            lines.insert(0, self.unit(id))
            id = self._connection.execute(sa.select(id_unit.c.parent).where(id_unit.c.id == id)).scalar()
        return "\n".join(lines)

    def whom(self, id: Any) -> str:
        """The name of a person or a unit, whichever the id is of."""
        return self.unit(id) if isinstance(id, str) and self._unit_now(id) else self.person(id)

    def date(self, value: Any) -> str:
        """The official form: «2026 жылғы 24 қараша», «24 ноября 2026 года»."""
        day = _day(value)
        if day is None:
            return ""
        month = words()["months"][self._language][day.month - 1]
        if self._language == "kk":
            return f"{day.year}{_HARD}жылғы {day.day}{_HARD}{month}"
        return f"{day.day}{_HARD}{month} {day.year}{_HARD}года"

    def time(self, value: Any) -> str:
        """Hours and minutes in Almaty."""
        return value.astimezone(ALMATY).strftime("%H:%M") if isinstance(value, datetime) else ""

    def word(self, code: Any, group: str) -> str:
        """How a code of the models is written; an unknown one as it is."""
        texts = words().get(group, {}).get(str(code), {})
        return texts.get(self._language) or ("" if code is None else str(code))

    def said(self, texts: Any) -> str:
        """The text of this language among several."""
        if not isinstance(texts, Mapping):
            return "" if texts is None else str(texts)
        return str(texts.get(self._language) or texts.get("kk") or "")

    def sentence(self, text: Any) -> str:
        """What somebody wrote, with one full stop at its end whether they put one there or not."""
        told = "" if text is None else str(text).rstrip()
        return f"{told}." if told and told[-1] not in _ENDS else told

    # --- the directory of that day ---------------------------------------------------------------------------------

    def _unit_now(self, id: str) -> Mapping[str, str]:
        text = self._connection.execute(sa.select(id_unit.c.names).where(id_unit.c.id == id)).scalar()
        return json.loads(text) if text else {}

    def _then(self, kind: str, field: str, id: str) -> Mapping[str, Any] | None:
        """What was recorded before the entry, when something else was recorded after it; None when today's holds."""
        if (kind, id) not in self._told:
            self._told[kind, id] = self._recorded(kind, field, id)
        return self._told[kind, id]

    def _recorded(self, kind: str, field: str, id: str) -> Mapping[str, Any] | None:
        e, p = hi_entry.c, hi_payload.c
        about = (
            e.stream == DIRECTORY, e.body.contains(f'"{kind}"'), e.body.contains(canonical(id), autoescape=True),
        )  # fmt: skip
        later = sa.select(e.seq).where(*about, e.at > self._at).limit(1)
        if self._connection.execute(later).first() is None:
            return None
        key = self._keys.of(self._connection, DIRECTORY)
        query = (
            sa.select(hi_entry, p.sealed)
            .select_from(hi_entry.join(hi_payload, sa.and_(p.stream == e.stream, p.seq == e.seq)))
            .where(*about, e.at <= self._at)
            .order_by(e.seq.desc())
        )
        for row in self._connection.execute(query):
            for fact in reversed(ledger.entry_of(row, key).facts()):
                if fact.kind == kind and getattr(fact, field) == id:
                    return {name: getattr(fact, name) for name in ("name", "names") if hasattr(fact, name)}
        return None


def _day(value: Any) -> date | None:
    if isinstance(value, datetime):
        return day_in_almaty(value)
    if isinstance(value, str) and _DAY.match(value):  # as a form hands a day on that no model has made a date of
        try:
            return date.fromisoformat(value)
        except ValueError:
            return None
    return value if isinstance(value, date) else None
