"""Keeps every query from knowing who may see what: one table of rights becomes conditions on rows.

A reader sees the contents of a case when they took part in it or are offered a task of it now, or when a role shows
them the case's school (or every school) and the case is not confidential, or a right opens confidential ones too.
A sealed case (``confidential`` = ``own`` in its model) is seen by those who take part alone; no right opens it.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

import sqlalchemy as sa
from sqlalchemy import bindparam, select
from sqlalchemy.engine import Connection

from engine.database import ru_candidate, ru_instance, ru_participant, ru_task
from engine.directory import absences, reads
from engine.directory.permissions import permissions
from engine.directory.tables import id_unit
from engine.views import Access

SEE_SCHOOL, SEE_ALL, SEE_CONFIDENTIAL, OPERATE = "see_school_cases", "see_all_schools", "see_confidential", "operate"
SEE_STOPPED = "see_stopped"

_u = id_unit.c
_up = select(_u.id, _u.kind, _u.parent).where(_u.id.in_(bindparam("units", expanding=True))).cte("up", recursive=True)
_above = id_unit.alias()
_up = _up.union(select(_above.c.id, _above.c.kind, _above.c.parent).where(_above.c.id == _up.c.parent))
_SCHOOLS_OF = select(_up.c.id).where(_up.c.kind == reads.SCHOOL).order_by(_up.c.id)


def rights(keys: Collection[str]) -> frozenset[str]:
    """Every right that the holder of these keys has (somewhere: see ``may`` for one school)."""
    return permissions().of(keys)


def may(keys: Collection[str], right: str, school: str) -> bool:
    """Does one of the keys give the right in this school?"""
    return permissions().may(keys, right, school) is not None


def visible_schools(conn: Connection, keys: Collection[str]) -> tuple[bool, tuple[str, ...]]:
    """(every school, the schools) whose cases the holder of these keys sees by role. At most one statement."""
    table = permissions()
    if table.granting(keys, SEE_ALL):
        return True, reads.schools(conn)
    units = sorted({key.partition("@")[2] for key in table.granting(keys, SEE_SCHOOL)})
    if not units:
        return False, ()
    return False, tuple(conn.execute(_SCHOOLS_OF, {"units": units}).scalars())


def access_of(conn: Connection, person_id: str, day: date) -> Access | None:
    """Who is asking, on that day; None for somebody unknown or inactive. Three or four statements."""
    who = reads.person(conn, person_id)
    if who is None or not who.active:
        return None
    held = reads.appointments_of(conn, person_id, day)
    keys = frozenset([f"person:{person_id}", *(f"{one.role}@{one.unit}" for one in held)])
    stands = absences.standing_in(conn, person_id, day)
    _everywhere, schools = visible_schools(conn, keys)
    return Access(person=who, keys=keys, appointments=held, schools=schools, rights=rights(keys), stands=stands)


def offered_keys(access: Access) -> list[str]:
    """The keys by which a task is offered to the reader, for themselves or in somebody's stead."""
    return sorted(access.keys | {one.key for one in access.stands})


def own_condition(access: Access) -> sa.ColumnElement[bool]:
    """Rows of ru_instance in which the reader took part, or is offered or holds an open task.

    Three sets of ids: right for finding the few cases of one reader among many.
    """
    return sa.or_(*(ru_instance.c.id.in_(select(column).where(at)) for column, at in _own(access)))


def _own_here(access: Access) -> sa.ColumnElement[bool]:
    """The same, asked of one row: right when only few rows are ever asked."""
    return sa.or_(
        *(
            select(sa.literal(1)).where(column == ru_instance.c.id, at).correlate(ru_instance).exists()
            for column, at in _own(access)
        )
    )


def _own(access: Access) -> list[tuple[sa.Column[str], sa.ColumnElement[bool]]]:
    person = access.person.id
    offered = sa.and_(ru_candidate.c.task == ru_task.c.id, ru_candidate.c.key.in_(offered_keys(access)))
    return [
        (ru_participant.c.instance, ru_participant.c.person == person),
        (ru_task.c.instance, ru_task.c.assignee == person),
        (ru_task.c.instance, offered),
    ]


def is_confidential(connection: Connection, instance: str) -> bool:
    """Is the case not for everybody who sees the school's? As it was begun: no later variable opens it."""
    query = select(ru_instance.c.confidential).where(ru_instance.c.id == instance)
    return bool(connection.execute(query).scalar())


def case_condition(access: Access) -> sa.ColumnElement[bool]:
    """Rows of ru_instance whose contents the reader may see. Use it in every query, count, search, file and export."""
    opened: sa.ColumnElement[bool] = ru_instance.c.confidential.is_(sa.false())
    if SEE_CONFIDENTIAL in access.rights:
        opened = ru_instance.c.sealed.is_(sa.false())
    if SEE_ALL in access.rights:
        return sa.or_(opened, _own_here(access))
    if not access.schools:
        return own_condition(access)
    return sa.or_(sa.and_(ru_instance.c.school.in_(access.schools), opened), own_condition(access))


def row_condition(access: Access) -> sa.ColumnElement[bool]:
    """Rows whose existence and state the reader may see; the contents only where ``case_condition`` holds too."""
    return sa.true() if OPERATE in access.rights else case_condition(access)


def stopped_condition(access: Access) -> sa.ColumnElement[bool]:
    """Rows of ru_instance of which the reader may hear that a step stands still. A confidential one is no such row."""
    seen = row_condition(access)
    return sa.or_(seen, ru_instance.c.confidential.is_(sa.false())) if SEE_STOPPED in access.rights else seen
