"""The demonstration: every situation promised is there today, made by commands only, verified, and built once."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher

from engine.assembly import Engine, Settings, create_engine, open_engine
from engine.commands import SYSTEM, RecordUnit
from engine.database import hi_entry, reading, ru_incident, ru_instance, ru_outbox
from engine.errors import Broken
from engine.history.verify import verify
from engine.simulation import demo
from engine.views import InboxRow
from engine.world import ManualClock
from tests.demonstration import TODAY


def inbox(engine: Engine, login: str) -> list[InboxRow]:
    """Everything one person finds in both inboxes."""
    found = engine.sessions.sign_in(login)
    assert found is not None, login
    reader = engine.reader(found.person)
    return [row for view in ("mine", "role") for row in reader.inbox(view).rows]


def elements(engine: Engine, login: str) -> set[str]:
    return {row.element for row in inbox(engine, login)}


def register(engine: Engine, name: str) -> list[dict[str, Any]]:
    return [dict(row.values) for row in engine.reader("p042").register(name, per_page=500).rows]


def test_it_is_verified_and_nothing_failed_or_was_put_right_by_hand(demonstration: Engine) -> None:
    assert verify(demonstration.database, demonstration.keys).problems == []
    with reading(demonstration.database) as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(ru_incident)).scalar() == 0
        assert connection.execute(sa.select(sa.func.count()).where(ru_outbox.c.state == "dead")).scalar() == 0
        kinds = set(connection.execute(sa.select(hi_entry.c.kind).distinct()).scalars())
        latest = connection.execute(sa.select(sa.func.max(hi_entry.c.at))).scalar_one()
    assert not kinds & {"CorrectVariables", "RetryIncident", "Refuse"}
    assert latest.startswith("2026-11-24")


def test_the_faculty_is_complete(demonstration: Engine) -> None:
    reader = demonstration.reader("p042")
    departments = [unit for unit in reader.units().values() if unit.kind == "department"]
    assert len(departments) == 6
    assert all(set(unit.names) == {"kk", "ru", "en"} for unit in reader.units().values())
    with reading(demonstration.database) as connection:
        from engine.directory import reads

        people = reads.persons(connection)
        day = TODAY.date()
        members = reads.holders(connection, "member", "fet", day)
        terms = [a for who in members for a in reads.appointments_of(connection, who, day) if a.role == "member"]
        asb = reads.holders(connection, "asb", "univ", day)
    assert sum(person.kind == "employee" for person in people.values()) in range(36, 44)
    assert sum(person.kind == "student" for person in people.values()) == 12
    assert len(members) == 9
    assert all(a.end is not None and a.start < day < a.end for a in terms)
    assert sum(people[who].kind == "student" for who in members) == 2
    assert len(asb) == 2


def test_a_meeting_stands_half_way(demonstration: Engine) -> None:
    rows = [row for row in inbox(demonstration, "chair") if row.element == "open_vote"]
    assert len(rows) == 1
    votes = register(demonstration, "votes")
    with reading(demonstration.database) as connection:
        number = connection.execute(
            sa.select(ru_instance.c.title).where(ru_instance.c.id == rows[0].instance)
        ).scalar_one()
    sitting = [vote for vote in votes if str(vote["meeting_no"]) in number]
    assert {vote["item_no"] for vote in sitting} == {1, 2}
    voters = {"chair", "secretary", "member.math", "member.student2"}
    for login in ("chair", "deputy", "secretary", "member.power", "member.math", "member.student", "member.student2"):
        assert ("open_vote" in elements(demonstration, login)) == (login in voters)


def test_earlier_meetings_were_held_with_signed_protocols(demonstration: Engine) -> None:
    held = [row for row in register(demonstration, "meetings") if row["status"] == "held"]
    protocols = register(demonstration, "protocols")
    assert len(held) == len(protocols) == 4
    assert all(one["signed_by_chair"] != one["signed_by_secretary"] for one in protocols)
    assert {one["presiding_post"] for one in held} == {"chair", "deputy_chair"}


def test_decisions_are_on_time_overdue_late_and_poor(demonstration: Engine) -> None:
    found = [row["status"] for row in register(demonstration, "decisions")]
    assert {status: found.count(status) for status in set(found)} == {
        "done": 4, "done_late": 1, "open": 7, "late": 2, "poor": 1, "not_required": 3,
    }  # fmt: skip
    assert "adopted_casting" in {row["result"] for row in register(demonstration, "decisions")}


def test_escalations_stand_at_the_first_and_at_the_second_level(demonstration: Engine) -> None:
    notices = register(demonstration, "notices")
    assert sorted((row["level"], row["status"]) for row in notices) == [(1, "cured"), (1, "sent"), (2, "sent")]
    assert "take_measures" in elements(demonstration, "dean")


def test_a_quarterly_inquiry_runs(demonstration: Engine) -> None:
    (row,) = [row for row in register(demonstration, "inquiries") if row["quarter"] == "2026-Q4"]
    assert row["status"] == "asked"
    heads = {f"head.{unit}" for unit in ("cs", "is", "power", "mech", "civil", "math")}
    asked = {login for login in heads if "answer" in elements(demonstration, login)}
    assert asked == heads - {"head.civil", "head.math"}  # nothing was in work there; answered already


@pytest.mark.parametrize(
    ("login", "expected"),
    [
        ("secretary", {"collect_items", "conduct_round", "verify", "open_vote"}),
        ("chair", {"confirm_breach", "open_vote"}),
        ("dean", {"take_measures"}),
        ("asb", {"receive_at_asb"}),
        ("asb2", {"receive_at_asb"}),
        ("head.power", {"execute", "respond", "answer"}),
        ("head.civil", {"execute", "respond"}),
        ("head.mech", {"accept_task", "answer"}),
        ("head.is", {"accept_task", "execute", "answer"}),
        ("head.math", {"execute"}),
        ("teacher.math", {"execute"}),
    ],
)
def test_inboxes(demonstration: Engine, login: str, expected: set[str]) -> None:
    assert elements(demonstration, login) == expected


def test_everybody_signs_in_with_the_password_shown(demonstration: Engine) -> None:
    people = demonstration.demo_people()
    assert len(people) == 52
    expected = {"chair", "secretary", "dean", "asb", "auditor", "owner", "admin", "legal"}
    assert expected <= {login for login, *_ in people}
    for login, name, roles in people[:3]:
        found = demonstration.sessions.sign_in(login)
        assert found is not None
        assert PasswordHasher().verify(found.digest, demonstration.demo_password)
        assert name
        assert roles


def test_a_second_set_up_changes_nothing(demo_settings: Settings) -> None:
    file = Path(str(demo_settings.database_url).removeprefix("sqlite:///"))
    before = file.read_bytes()
    assert demo.prepare(demo_settings, now=TODAY) is False
    assert file.read_bytes() == before
    assert [path.name for path in file.parent.iterdir() if path.name.startswith(".")] == []


@pytest.mark.postgres
def test_it_is_built_on_postgresql_too(postgres_url: str, tmp_path: Path) -> None:
    settings = Settings(postgres_url, secrets.token_bytes(32), tmp_path, demo=True)
    assert demo.prepare(settings, now=TODAY)
    assert demo.is_ready(postgres_url)
    engine = open_engine(settings, ManualClock(TODAY))
    try:
        assert elements(engine, "secretary") == {"collect_items", "conduct_round", "verify", "open_vote"}
        assert verify(engine.database, engine.keys).problems == []
    finally:
        engine.close()


def test_what_is_no_demonstration_is_left_alone(sqlite_url: str, tmp_path: Path) -> None:
    settings = Settings(sqlite_url, secrets.token_bytes(32), tmp_path, demo=True)
    engine = create_engine(settings, ManualClock(TODAY))
    engine.handle(RecordUnit(actor=SYSTEM, unit="univ", kind="university", parent=None, names={"kk": "Басқа"}))
    engine.close()
    with pytest.raises(Broken):
        demo.prepare(settings, now=TODAY)


@pytest.mark.parametrize(
    "moment",
    [
        pytest.param("2026-11-22T12:00:00+05:00", marks=pytest.mark.soak),  # a Sunday
        "2027-01-05T09:10:00+05:00",  # the quarter began ten minutes ago
        pytest.param("2027-03-22T23:40:00+05:00", marks=pytest.mark.soak),  # Nauryz, at night
    ],
)
@pytest.mark.timeout(300)
def test_it_is_the_same_on_any_day(moment: str, sqlite_url: str, tmp_path: Path) -> None:
    now = datetime.fromisoformat(moment).astimezone(UTC)
    settings = Settings(sqlite_url, secrets.token_bytes(32), tmp_path, demo=True)
    assert demo.prepare(settings, now=now)
    engine = open_engine(settings, ManualClock(now))
    try:
        expected = {"collect_items", "conduct_round", "verify", "open_vote"}
        assert expected <= elements(engine, "secretary") <= expected | {"send_inquiries", "describe", "effect_check"}
        assert {"confirm_breach", "open_vote"} <= elements(engine, "chair")
        assert elements(engine, "dean") == {"take_measures"}
        assert elements(engine, "asb") == {"receive_at_asb"}
        assert {"execute", "respond"} <= elements(engine, "head.power")
        running = [row for row in register(engine, "inquiries") if row["status"] == "asked"]
        assert running or "send_inquiries" in elements(engine, "secretary")
        with reading(engine.database) as connection:
            assert connection.execute(sa.select(sa.func.count()).select_from(ru_incident)).scalar() == 0
    finally:
        engine.close()
