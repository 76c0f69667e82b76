"""A survey asks people of its audiences by letter: on its day, in their language; nothing ties them to an answer."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
import sqlalchemy as sa

from engine import commands as c
from engine.database import metadata, reading
from engine.mail.tables import ou_letter
from tests.mail.office import Inbox
from tests.mail.posting import begin, posting
from tests.processes.faculty import SCHOOL, Faculty
from tests.processes.meeting import at
from tests.processes.stages import Stages
from tests.processes.test_feedback_survey import Survey

SUBJECT = {"kk": "Sapa: сізден сауалнамаға жауап сұралады", "ru": "Sapa: просим ответить на опрос"}


@pytest.fixture
def house(kept: Stages, tmp_path: Path) -> Iterator[tuple[Faculty, Inbox]]:
    """Two students, two teachers of departments, one elsewhere; letters leave through a real server."""
    faculty = kept.copy("settled", 5, False, tmp_path / "f")
    teachers = (faculty.teacher, faculty.colleague)
    with posting(faculty, ("s1", "s2", *teachers, "civil2")) as inbox:
        for person, role, unit in (
            ("s1", "student", SCHOOL),
            ("s2", "student", SCHOOL),
            ("civil2", "teacher", "law-civil"),
        ):
            faculty.do(c.Appoint(actor=c.SYSTEM, person=person, role=role, unit=unit, start=date(2026, 9, 1)))
        begin(faculty, silent=teachers)
        yield faculty, inbox


def asked(inbox: Inbox, person: str) -> list[str]:
    """The letters by which somebody was asked."""
    letters = [made for made in inbox.to(person) if made["Subject"] in SUBJECT.values()]
    return [made.get_body(("plain",)).get_content() for made in letters]  # type: ignore[union-attr]


def opened(faculty: Faculty, **more: object) -> Survey:
    survey = Survey(faculty).design(**{"opens_on": "2026-09-17", **more})
    faculty.engine.post.tick()
    return survey


def test_3_4_students_and_teachers_of_the_school_are_asked_on_the_opening_day(house: tuple[Faculty, Inbox]) -> None:
    faculty, inbox = house
    faculty.engine.preferences.set("s2", "mail_language", "ru")
    survey = opened(faculty)
    faculty.wait_until(at("2026-09-17 08:59"))
    faculty.engine.post.tick()
    assert asked(inbox, "s1") == []
    faculty.wait_until(at("2026-09-17 09:01"))
    faculty.engine.post.tick()
    faculty.engine.post.tick()
    everybody = ("s1", "s2", faculty.teacher, faculty.colleague, "civil2", faculty.secretary)
    assert [len(asked(inbox, one)) for one in everybody] == [1, 1, 1, 1, 0, 0]
    (first,), (second,), (third,) = (asked(inbox, one) for one in ("s1", "s2", faculty.teacher))
    student, teacher = (f"https://sapa.uni.example/survey/{survey.code(one)}" for one in ("student", "teacher"))
    assert student in first and student in second and teacher in third and student not in third
    assert "Оқыту сапасына қанағаттану" in first and "30.09.2026" in first and "атсыз" in first
    assert "Последний день: 30.09.2026" in second and "Ответ анонимный" in second


def test_3_4_nothing_tells_who_of_those_asked_has_answered(house: tuple[Faculty, Inbox]) -> None:
    faculty, inbox = house
    survey = opened(faculty)
    faculty.wait_until(at("2026-09-17 09:01"))
    faculty.engine.post.tick()

    def told() -> dict[str, list[object]]:
        """Everything kept anywhere that names a student."""
        found: dict[str, list[object]] = {}
        with reading(faculty.engine.database) as connection:
            for table in metadata.sorted_tables:
                rows = [tuple(map(str, row)) for row in connection.execute(sa.select(table))]
                if named := [row for row in rows if any(value == "s1" or '"s1"' in value for value in row)]:
                    found[table.name] = list(named)
        return found

    before = told()
    assert len(before["ou_letter"]) == 1
    assert survey.answered("student", "5", "yes", "1", None)
    faculty.engine.post.tick()
    assert told() == before
    with reading(faculty.engine.database) as connection:
        letters = connection.execute(sa.select(ou_letter.c.about).where(ou_letter.c.kind == "ask")).scalars().all()
    assert len({about for about in letters if "survey/" + survey.code("student") in about}) == 1
    assert "s1" not in str(faculty.variables(survey.case)), "the case asks roles; whom they were does not stand in it"
    assert len(asked(inbox, "s1")) == 1


def test_3_4_whoever_wants_no_such_letters_gets_none(house: tuple[Faculty, Inbox]) -> None:
    faculty, inbox = house
    faculty.engine.preferences.set("s1", "notify.ask", "none")
    opened(faculty)
    faculty.wait_until(at("2026-09-17 09:01"))
    faculty.engine.post.tick()
    assert [len(asked(inbox, one)) for one in ("s1", "s2")] == [0, 1]


def test_3_4_an_audience_with_one_time_codes_gets_no_link_that_many_share(house: tuple[Faculty, Inbox]) -> None:
    faculty, inbox = house
    opened(faculty, one_time=["student"])
    faculty.wait_until(at("2026-09-17 09:01"))
    faculty.engine.post.tick()
    assert [len(asked(inbox, one)) for one in ("s1", faculty.teacher)] == [0, 1]


def test_3_4_a_letter_that_leaves_after_the_last_day_is_not_sent(house: tuple[Faculty, Inbox]) -> None:
    faculty, inbox = house
    opened(faculty)
    faculty.wait_until(at("2026-10-01 09:01"))
    faculty.engine.post.tick()
    assert asked(inbox, "s1") == []


@pytest.mark.parametrize(("days", "letters"), [(3, 1), (20, 0)])
def test_3_4_letters_of_a_suspended_survey_leave_once_it_goes_on_while_it_is_open(
    house: tuple[Faculty, Inbox], days: int, letters: int
) -> None:
    faculty, inbox = house
    survey = opened(faculty)
    faculty.wait_until(at("2026-09-17 09:01"))
    faculty.do(c.SuspendInstance(actor=faculty.chair, instance=survey.case, reason="Емтихан кезеңі"))
    faculty.engine.post.tick()
    faculty.wait(days=days)
    faculty.engine.post.tick()
    assert asked(inbox, "s1") == []
    faculty.do(c.ResumeInstance(actor=faculty.chair, instance=survey.case))
    faculty.wait(days=1)
    faculty.engine.post.tick()
    assert (len(asked(inbox, "s1")), faculty.engine.post.counts()["failed"]) == (letters, 0)
