"""Proves that a personal token acts for one active person, until it is over, and that only a digest is kept."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from engine import commands as c
from engine.access import id_token
from engine.database import hi_entry, metadata, reading
from engine.errors import Invalid, NotPermitted
from tests.core.place import ADMIN, CHAIR, SECRETARY, Place


def test_a_token_is_its_person_until_it_is_revoked(place: Place) -> None:
    tokens = place.engine.tokens
    token = tokens.issue(SECRETARY, "Modeler")
    assert token.startswith("sapa_")
    assert tokens.person(token) == SECRETARY
    (shown,) = tokens.of(SECRETARY)
    assert (shown.label, shown.expires, shown.last_used, shown.over) == ("Modeler", None, place.clock(), False)
    assert not tokens.revoke(CHAIR, shown.id)
    assert tokens.person(token) == SECRETARY
    assert tokens.revoke(SECRETARY, shown.id)
    assert tokens.person(token) is None
    assert tokens.of(SECRETARY) == ()


@pytest.mark.parametrize("token", ["", "sapa_", "sapa_x", "x", "sapa_" + "x" * 10_000, "sapa_Қ"])
def test_what_is_no_token_is_nobody(place: Place, token: str) -> None:
    place.engine.tokens.issue(SECRETARY, "a")
    assert place.engine.tokens.person(token) is None


def test_a_token_ends_on_its_day_and_with_its_person(place: Place) -> None:
    tokens = place.engine.tokens
    short, long = tokens.issue(SECRETARY, "short", 30), tokens.issue(SECRETARY, "long")
    place.clock.move_to(place.clock() + timedelta(days=30))
    assert tokens.person(short) is None
    assert [one.over for one in tokens.of(SECRETARY) if one.label == "short"] == [True]
    assert tokens.person(long) == SECRETARY
    leaving = c.RecordPerson(actor=c.SYSTEM, person=SECRETARY, name="Адам", unit="eng", active=False)
    place.engine.handle(leaving)
    assert tokens.person(long) is None


def test_neither_the_database_nor_the_record_holds_the_token(place: Place) -> None:
    token = place.engine.tokens.issue(SECRETARY, "a")
    with reading(place.engine.database) as connection:
        for table in metadata.sorted_tables:
            assert token not in str(connection.execute(sa.select(table)).all()), table.name
        kinds = connection.execute(sa.select(hi_entry.c.kind).where(hi_entry.c.stream == "access")).scalars().all()
        (digest,) = connection.execute(sa.select(id_token.c.digest)).scalars()
        bodies = connection.execute(sa.select(hi_entry.c.body)).scalars().all()
    assert "IssueToken" in kinds
    assert not any(digest in body for body in bodies)


def test_nobody_acts_in_the_name_of_somebody_else(place: Place) -> None:
    tokens = place.engine.tokens
    for actor in (CHAIR, ADMIN):
        with pytest.raises(NotPermitted):
            tokens.issue(SECRETARY, "a", actor=actor)
        with pytest.raises(NotPermitted):
            place.engine.handle(c.ChangePassword(actor=actor, person=SECRETARY, digest="$argon2id$x"))
    tokens.issue(SECRETARY, "a")
    (mine,) = tokens.of(SECRETARY)
    with pytest.raises(NotPermitted):
        tokens.revoke(SECRETARY, mine.id, actor=CHAIR)
    assert tokens.revoke(SECRETARY, mine.id, actor=ADMIN)


def test_a_token_has_a_label_and_a_future(place: Place) -> None:
    for label, days in (("", 1), (" ", 1), ("x" * 101, 1), ("x", 0), ("x", -1)):
        with pytest.raises(Invalid):
            place.engine.tokens.issue(SECRETARY, label, days)
