"""Keeps the inbox from knowing how tasks are found by words: of the task, its case and key, or names of its people.

A word of five letters is looked up by the stems it may stand under, a shorter one by its beginning. A stem is a range
of an index in the order of due dates, so that a word of every open task is as quick as a rare one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.database import ru_candidate, ru_participant, ru_task, ru_word
from engine.directory.folding import STEM, forms, stems
from engine.directory.tables import id_person

MOST_WORDS = 4
MOST_PEOPLE = 50
_BEYOND = "\U0010ffff"


@dataclass(frozen=True, slots=True)
class Word:
    """``whole``: ``stems`` are complete; otherwise the one stem is a beginning. ``people`` are called like it."""

    stems: tuple[str, ...]
    whole: bool
    people: tuple[str, ...]

    @property
    def shape(self) -> tuple[int, bool, int]:
        return len(self.stems), self.whole, len(self.people)


def words_of(connection: Connection, search: str) -> tuple[Word, ...]:
    """What is looked for, the longest word first: it leaves the least to be looked through."""
    asked = sorted(set(stems(search)), key=len, reverse=True)[:MOST_WORDS] if search.strip() else []
    if not asked:
        return ()
    people = connection.execute(sa.select(id_person.c.id, id_person.c.name).order_by(id_person.c.id)).all()
    named = [(id, frozenset(stems(name))) for id, name in people]
    return tuple(_word(one, named) for one in asked)


def _word(stem: str, named: Sequence[tuple[str, frozenset[str]]]) -> Word:
    whole = len(stem) >= STEM
    own = forms(stem)
    called = [id for id, name in named if (name & {*own} if whole else any(one.startswith(stem) for one in name))]
    return Word(own, whole, tuple(called[:MOST_PEOPLE]))


def parameters(words: Sequence[Word]) -> dict[str, Any]:
    told: dict[str, Any] = {}
    for i, word in enumerate(words):
        told |= {f"w{i}_{j}": stem for j, stem in enumerate(word.stems)}
        if not word.whole:
            told[f"x{i}"] = word.stems[0] + _BEYOND
        told |= {f"p{i}_{j}": person for j, person in enumerate(word.people)}
        told |= {f"y{i}_{j}": f"person:{person}" for j, person in enumerate(word.people)}
    return told


@lru_cache(maxsize=256)
def ranges(shapes: tuple[tuple[int, bool, int], ...], asked: str) -> tuple[str, ...]:
    """Statements of (due_sort, task) that together find every task with all the words.

    ``asked``: what else must hold of the task ``t``.
    """
    count, whole, people = shapes[0]
    others = "".join(f" AND ({_has(i, shape)})" for i, shape in enumerate(shapes) if i)
    first = [f"f.stem = :w0_{j}" for j in range(count)] if whole else ["f.stem >= :w0_0 AND f.stem < :x0"]
    found = [
        f"SELECT * FROM (SELECT {'' if whole else 'DISTINCT '}f.due_sort, f.task FROM ru_word f "
        f"JOIN ru_task t ON t.id = f.task WHERE {one} AND {asked}{others} ORDER BY f.due_sort, f.task LIMIT :n) f{i}"
        for i, one in enumerate(first)
    ]
    if people:
        ids, keys = _names("p", 0, people), _names("y", 0, people)
        theirs = (
            f"SELECT id FROM ru_task WHERE assignee IN ({ids}) UNION "
            f"SELECT task FROM ru_candidate WHERE key IN ({keys}) UNION "
            "SELECT o.id FROM ru_participant r JOIN ru_task o ON o.instance = r.instance "
            f"WHERE r.person IN ({ids})"
        )
        found.append(
            f"SELECT * FROM (SELECT t.due_sort, t.id AS task FROM ru_task t WHERE t.id IN ({theirs}) "
            f"AND {asked}{others} ORDER BY t.due_sort, t.id LIMIT :n) g"
        )
    return tuple(found)


def _has(i: int, shape: tuple[int, bool, int]) -> str:
    """The task ``t`` has the word: in its texts, or among its people."""
    count, whole, people = shape
    text = f"x.stem IN ({_names('w', i, count)})" if whole else f"x.stem >= :w{i}_0 AND x.stem < :x{i}"
    ways = [f"EXISTS (SELECT 1 FROM ru_word x WHERE x.task = t.id AND {text})"]
    if people:
        ids, keys = _names("p", i, people), _names("y", i, people)
        ways += [
            f"t.assignee IN ({ids})",
            f"EXISTS (SELECT 1 FROM ru_candidate y WHERE y.task = t.id AND y.key IN ({keys}))",
            f"EXISTS (SELECT 1 FROM ru_participant r WHERE r.instance = t.instance AND r.person IN ({ids}))",
        ]
    return " OR ".join(ways)


def _names(letter: str, i: int, count: int) -> str:
    return ", ".join(f":{letter}{i}_{j}" for j in range(count))


def has_word(word: Word) -> sa.ColumnElement[bool]:
    """The same for rows of ru_task in a query that is built."""
    w, c, r = ru_word.c, ru_candidate.c, ru_participant.c
    if word.whole:
        text: sa.ColumnElement[bool] = w.stem.in_(word.stems)
    else:
        text = sa.and_(w.stem >= word.stems[0], w.stem < word.stems[0] + _BEYOND)
    ways: list[sa.ColumnElement[bool]] = [sa.exists().where(w.task == ru_task.c.id, text)]
    if word.people:
        keys = [f"person:{id}" for id in word.people]
        ways += [
            ru_task.c.assignee.in_(word.people),
            sa.exists().where(c.task == ru_task.c.id, c.key.in_(keys)),
            sa.exists().where(r.instance == ru_task.c.instance, r.person.in_(word.people)),
        ]
    return sa.or_(*ways)
