"""Proves that sessions end and do not pile up."""

from __future__ import annotations

from datetime import timedelta

from engine.database import id_session
from tests.core.place import SECRETARY, Place


def test_sessions_that_are_over_are_swept_out_by_the_next_sign_in(place: Place) -> None:
    first = place.engine.sessions.open(SECRETARY, "browser")
    assert place.engine.sessions.person(first) == SECRETARY
    place.clock.move_to(place.clock() + timedelta(hours=13))
    assert place.engine.sessions.person(first) is None
    second = place.engine.sessions.open(SECRETARY, "browser")
    assert len(place.rows(id_session)) == 1
    assert place.engine.sessions.person(second) == SECRETARY
