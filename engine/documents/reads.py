"""Keeps pages from knowing how documents are found: those of cases the reader may see, and those written to them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.database import ru_instance
from engine.definitions.library import DeployedLibrary
from engine.directory import reads, visibility
from engine.documents.barring import worded
from engine.documents.checking import code_of
from engine.documents.kinds import kinds, may_say
from engine.documents.tables import ru_document_due, vw_document
from engine.documents.views import CaseDocuments, DocumentDue, DocumentRow, DocumentView, Paper
from engine.errors import NotFound
from engine.history.sealing import KeyRing
from engine.history.streams import INSTANCE
from engine.queries import guarded
from engine.queries.cases import visible
from engine.values import moment
from engine.views import Access

MEND = "mend"
PER_PAGE = 50
_d, _v, _i = ru_document_due.c, vw_document.c, ru_instance.c


def of_case(
    connection: Connection, library: DeployedLibrary, keys: KeyRing, access: Access, instance: str
) -> CaseDocuments:
    """In the order in which they were made. Raises NotFound; none when the contents are hidden."""
    row, hidden = visible(connection, access, instance)
    if hidden:
        return CaseDocuments()
    query = sa.select(vw_document).where(_v.instance == instance).order_by(_v.day, _v.at, _v.seq, _v.id)
    barred = guarded.withheld_of(connection, library, keys, access, row)
    rows = rows_of(connection, [one for one in connection.execute(query) if not may_say(one.kind, barred)])
    coming = sa.select(ru_document_due).where(_d.instance == instance).order_by(_d.seq, _d.element)
    due = [
        DocumentDue(
            kind=one.kind,
            names=_names(one.kind),
            tries=one.tries,
            problem=worded(one.problem),
            again=moment(one.next) if one.next else None,
        )
        for one in connection.execute(coming)
    ]
    return CaseDocuments(rows, tuple(due))


def listing(
    connection: Connection, access: Access, kind: str, search: str, number: int
) -> tuple[tuple[DocumentRow, ...], bool]:
    """One page of everything the reader may see, newest first; and whether there is more."""
    query = (
        sa.select(vw_document)
        .join(ru_instance, _i.id == _v.instance)
        .where(_open(access))
        .order_by(_v.day.desc(), _v.at.desc(), _v.id)
    )
    if kind:
        query = query.where(_v.kind == kind)
    if search.strip():
        query = query.where(_v.number.contains(search.strip()[:50], autoescape=True))
    skip = (max(1, min(number, 10_000)) - 1) * PER_PAGE
    found = connection.execute(query.limit(PER_PAGE + 1).offset(skip)).all()
    return rows_of(connection, found[:PER_PAGE]), len(found) > PER_PAGE


def one(connection: Connection, library: DeployedLibrary, keys: KeyRing, access: Access, id: str) -> DocumentView:
    """Raises NotFound for a document of a case that the reader may not see."""
    found = seen(connection, library, keys, access, id)
    query = sa.select(ru_instance, visibility.case_condition(access).label("seen")).where(_i.id == found.instance)
    case = connection.execute(query).one()
    errata = connection.execute(sa.select(vw_document).where(_v.mends == id).order_by(_v.at)).all()
    mended = connection.execute(sa.select(vw_document).where(_v.id == found.mends)).all() if found.mends else []
    coming = connection.execute(sa.select(_d.kind).where(_d.element == id).limit(1)).first()
    erased = keys.kept(connection, INSTANCE + found.instance) is None
    return DocumentView(
        row=rows_of(connection, [found])[0],
        case_title=json.loads(case.title) if case.seen else {},
        case_seen=bool(case.seen),
        process=library.process(case.definition).process.names,
        school=case.school,
        errata=rows_of(connection, errata),
        mended=next(iter(rows_of(connection, mended)), None),
        may_mend=bool(case.seen) and visibility.may(access.keys, MEND, case.school) and not (erased or found.mends),
        mending=coming is not None,
        erased=erased,
    )


def seen(connection: Connection, library: DeployedLibrary, keys: KeyRing, access: Access, id: str) -> Any:
    """The row of a document. Raises NotFound, also when it says what the reader is not told of the case."""
    found = connection.execute(
        sa.select(vw_document).join(ru_instance, _i.id == _v.instance).where(_v.id == id, _open(access))
    ).first()
    if found is None:
        raise NotFound(what=id)
    if not told(connection, library, keys, access, found.instance, found.kind):
        raise NotFound(what=id)
    return found


def told(
    connection: Connection, library: DeployedLibrary, keys: KeyRing, access: Access, instance: str, kind: str
) -> bool:
    """Does a document of this kind say nothing that the reader is not told of the case?"""
    case = connection.execute(sa.select(ru_instance).where(_i.id == instance)).one()
    return not may_say(kind, guarded.withheld_of(connection, library, keys, access, case))


def _open(access: Access) -> sa.ColumnElement[bool]:
    """Documents of cases whose contents the reader may see, and those written to them or to a unit they act for."""
    mine = {access.person.id} | {key.partition("@")[2] for key in access.keys if "@" in key}
    to_me = sa.and_(_i.confidential.is_(sa.false()), _v.addressee.in_(sorted(mine)))
    return sa.or_(visibility.case_condition(access), to_me)


def rows_of(connection: Connection, found: Any) -> tuple[DocumentRow, ...]:
    whom = {row.addressee for row in found if row.addressee}
    people = reads.names(connection, whom)
    units = reads.units(connection) if whom - set(people) else {}
    return tuple(
        DocumentRow(
            id=row.id,
            instance=row.instance,
            kind=row.kind,
            names=_names(row.kind),
            number=row.number,
            day=date.fromisoformat(row.day),
            addressee=row.addressee,
            addressee_name=units[row.addressee].names
            if row.addressee in units
            else {"kk": people.get(row.addressee, row.addressee)},
            mends=row.mends,
            files={
                language: {form: Paper(*paper) for form, paper in sorted(forms.items(), reverse=True)}
                for language, forms in sorted(json.loads(row.files).items())
            },
            made=moment(row.at),
            seq=row.seq if row.stream == INSTANCE + row.instance else 0,
            code=code_of(row.id),
        )
        for row in found
    )


def _names(kind: str) -> Mapping[str, str]:
    known = kinds().get(kind)
    return known.names if known is not None else {"kk": kind}
