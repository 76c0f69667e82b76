"""Which fields of an appeal each role sees: every page, register, export, search, replay and interface, in a table."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from contextlib import nullcontext
from datetime import date
from functools import partial

import pytest
import sqlalchemy as sa
from openpyxl import load_workbook

from engine.commands import (
    SYSTEM,
    Appoint,
    AssignTask,
    CancelInstance,
    CorrectVariables,
    MakeComment,
    RecordPerson,
    ResumeInstance,
    SetPassword,
    SuspendInstance,
)
from engine.database import hi_entry, reading
from engine.errors import NotFound, NotPermitted, Refused
from tests.web.conftest import DIGEST, HTTPS, Browser, University
from tests.web.test_appeal import GIVEN, TEXT, cases, classified, code_of, do, place, send, told

__all__ = ["place"]  # fixture
FIELDS = {"author": "Серікова Дана", "contact": "dana@example.kz", "text": TEXT, "reason": "Кафедра құзыретінде",
          "finding": "Сабақтар қалпына келтірілді"}  # fmt: skip
ROLES = {
    "secretary": ("secretary", "eng"), "chair": ("chair", "eng"), "deputy": ("deputy_chair", "eng"),
    "member": ("member", "eng"), "dean": ("dean", "eng"), "office": ("deans_office", "eng"),
    "head": ("department", "eng-cs"), "teacher": ("teacher", "eng-cs"), "student": ("student", "eng"),
    "asb": ("asb", "univ"), "auditor": ("auditor", "univ"), "admin": ("admin", "univ"),
    "owner": ("process_owner", "univ"), "legal": ("legal", "univ"), "compliance": ("compliance", "univ"),
    "stranger": ("secretary", "law"),
}  # fmt: skip
EVERYTHING = frozenset(FIELDS)
SEES = {
    "secretary": EVERYTHING,  # takes it in, passes it on, replies
    "auditor": EVERYTHING,  # by the right to see confidential cases
    "head": frozenset({"text", "reason", "finding"}),  # whom it was passed on to, without the author's consent
}
"""Everybody else sees nothing of it, not even that it is there."""
PAGES = (
    "/tasks", "/tasks?view=role", "/tasks?view=waiting", "/tasks?view=role&q=Өтініш", "/cases", "/cases?q=Өтініш",
    "/cases?q=Серікова", "/registers", "/registers/appeals", "/registers/appeals?q=Серікова", "/registers/appeals.csv",
    "/registers/appeals.xlsx", "/documents", "/documents?q=Өтініш", "/mentions", "/start", "/monitor", "/monitor/cases",
    "/monitor/cases.csv", "/monitor/cases.xlsx", "/monitor/tasks.csv", "/monitor/overdue",
    "/monitor/process/appeal_handling", "/models/process/appeal_handling",
)  # fmt: skip
INTERFACE = ("deployment", "process-instance", "task", "history/variable-instance", "history/task")


def staffed(place: University) -> University:
    """Somebody in each role, who can sign in."""
    engine = place.engine
    for person, (role, unit) in ROLES.items():
        engine.handle(RecordPerson(actor=SYSTEM, person=person, name=f"Адам {person}", unit=unit))
        engine.handle(Appoint(actor=SYSTEM, person=person, role=role, unit=unit, start=date(2026, 9, 1)))
        engine.handle(SetPassword(actor=SYSTEM, person=person, login=person, digest=DIGEST))
    return place


@pytest.fixture
def passed_on(place: University) -> University:
    """Sent without consent to share the name, registered, passed on to the department, answered by it."""
    staffed(place)
    send(place.visitor(), GIVEN)
    classified(place, "teaching", "secretary")
    do(place, "secretary", "transfer", to="eng-cs", transfer_reason=FIELDS["reason"], notified_author=True)
    do(place, "head", "consider", unit_verdict="answer", unit_answer=FIELDS["finding"], unit_result="upheld",
       unit_reason=None)  # fmt: skip
    return place


def handled(place: University, **sent: str) -> University:
    """Registered by the secretary, given by the chair to a member, who has found out what happened."""
    staffed(place)
    send(place.visitor(), GIVEN | sent)
    classified(place, "integrity", "secretary")
    do(place, "chair", "assign", executor="member", assign_note=None)
    do(place, "member", "handle", verdict="found", question=None, finding=FIELDS["finding"])
    return place


def steps(place: University, case: str) -> set[str]:
    """Every task there ever was in the case."""
    with reading(place.engine.database) as connection:
        bodies = connection.execute(sa.select(hi_entry.c.body).where(hi_entry.c.stream == f"instance:{case}")).scalars()
        facts = [fact for body in bodies for fact in json.loads(body)["facts"]]
    return {f"{case}.{fact['token']}" for kind, fact in facts if kind == "task_offered"}


def texts(place: University, person: str, browser: Browser) -> Iterator[tuple[str, str]]:
    """Everything this person can ask for that an appeal could be found in."""
    own = cases(place) + cases(place, "transferred_appeal")
    inside = [f"/cases/{case}{part}" for case in own for part in ("", "/replay", "/replay?step=2", "/notes", "/path")]
    inside += [f"/tasks/{task}" for case in own for task in sorted(steps(place, case))]
    for address in (*PAGES, *inside):
        answer = browser.get(address)
        if address.endswith(".xlsx") and answer.status_code == 200:
            rows = [
                row for sheet in load_workbook(io.BytesIO(answer.data)) for row in sheet.iter_rows(values_only=True)
            ]
            yield address, str(rows)
        else:
            yield address, answer.get_data().decode("utf-8", "replace")
    token = place.engine.tokens.issue(person, "test", 1)
    for rest in INTERFACE:
        headers = {"Authorization": f"Bearer {token}"}
        yield rest, place.visitor().client.get(f"/engine-rest/{rest}", base_url=HTTPS, headers=headers).text


def seen_by(place: University, person: str) -> frozenset[str]:
    """The fields whose values stand somewhere in what this person can ask for."""
    found = set()
    for address, text in texts(place, person, place.signed_in(person)):
        asked = "Серікова" if "q=" in address else ""  # the words searched for stand in the search field again
        found |= {field for field, value in FIELDS.items() if value in text.replace(f'value="{asked}"', "")}
    return frozenset(found)


def test_1_4_10_each_role_sees_exactly_its_fields(passed_on: University) -> None:
    (case,), (other,) = cases(passed_on), cases(passed_on, "transferred_appeal")
    assert len(steps(passed_on, case)) == 4
    assert {one: seen_by(passed_on, one) for one in ROLES} == {one: SEES.get(one, frozenset()) for one in ROLES}
    opened: dict[str, tuple[int, int]] = {}
    for person in ROLES:
        browser = passed_on.signed_in(person)
        opened[person] = (browser.get(f"/cases/{case}").status_code, browser.get(f"/cases/{other}").status_code)
    # An administrator sees that there is a case and its state, none of its contents.
    wanted = {"secretary": (200, 404), "head": (404, 200), "auditor": (200, 200), "admin": (200, 200)}
    assert opened == {person: wanted.get(person, (404, 404)) for person in ROLES}


@pytest.mark.parametrize(
    ("sent", "told"),
    [({}, {"text", "finding"}), ({"a:consent_share": "on"}, {"author", "contact", "text", "finding"})],
    ids=["without consent", "with consent"],
)
def test_1_4_10_who_assigns_and_considers_it_learns_the_name_with_consent_only(
    place: University, sent: dict[str, str], told: set[str]
) -> None:
    handled(place, **sent)
    everything = EVERYTHING - {"reason"}  # it was not passed on
    sees = {"secretary": everything, "auditor": everything, "chair": told, "member": told}
    assert {one: seen_by(place, one) for one in ROLES} == {one: sees.get(one, frozenset()) for one in ROLES}


@pytest.mark.parametrize("sent", [{}, {"a:consent_share": "on"}], ids=["without consent", "with consent"])
def test_1_4_10_a_paper_that_names_the_author_is_for_who_is_told_the_name(
    place: University, sent: dict[str, str]
) -> None:
    handled(place, **sent)
    engine = place.engine
    engine.making.pump(limit=10)
    (case,) = cases(place)
    (card,) = (one for one in engine.documents.of(engine.reader("secretary"), case).rows if one.kind == "appeal_card")
    for person in ("secretary", "auditor", "chair", "member"):
        reader, barred = engine.reader(person), person in ("chair", "member") and not sent
        listed = {one.id for one in engine.documents.of(reader, case).rows}
        assert (card.id in listed) != barred
        for open_it in (
            partial(engine.documents.file, reader, card.id, "kk", "pdf"),
            partial(engine.documents.one, reader, card.id),
        ):
            with pytest.raises(NotFound) if barred else nullcontext():
                open_it()


def test_1_4_10_the_code_tells_the_stage_and_the_reply_and_no_field_of_what_was_sent(passed_on: University) -> None:
    guest = passed_on.visitor()
    code = code_of(send(guest, GIVEN))
    page = told(guest, code).text
    assert not [field for field, value in FIELDS.items() if value in page]


def test_1_4_10_nobody_intervenes_in_an_appeal_they_cannot_see(passed_on: University) -> None:
    """Whoever it is about least of all: by no page, and by no command past the pages."""
    engine = passed_on.engine
    send(passed_on.visitor(), GIVEN | {"a:about_person": "chair"})
    (case,) = {one for one in cases(passed_on) if engine.reader("secretary").case(one).data["about_person"] == "chair"}
    (task,) = steps(passed_on, case)

    def refused(person: str) -> set[type[Refused]]:
        commands = (
            CancelInstance(actor=person, instance=case, reason="x"),
            SuspendInstance(actor=person, instance=case, reason="x"),
            ResumeInstance(actor=person, instance=case, reason="x"),
            CorrectVariables(actor=person, instance=case, variables={"text": "x"}, reason="x"),
            AssignTask(actor=person, instance=case, task=task, person="p001"),
            MakeComment(actor=person, instance=case, text="x"),
        )
        found = set()
        for command in commands:
            with pytest.raises(Refused) as caught:
                engine.handle(command)
            found.add(type(caught.value))
        return found

    blind = set(ROLES) - set(SEES) - {"admin"}
    assert {person: refused(person) for person in blind} == {person: {NotFound} for person in blind}
    assert refused("auditor") == {NotPermitted}  # sees it, may do nothing with it
    engine.handle(SuspendInstance(actor="admin", instance=case, reason="x"))  # sees where it stands
    assert engine.reader("secretary").case(case).row.state == "suspended"
