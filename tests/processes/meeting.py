"""A meeting of the commission step by step, in the regulation's words; each step by the person whose task it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from engine import commands as c
from engine.database import reading, ru_candidate, ru_task
from engine.values import ALMATY
from tests.processes.faculty import Faculty

DECISION = {
    "decision_text": "Силлабустар жаңартылсын",
    "outcome_type": "decision",
    "effect": "new",
    "executor_kind": "unit",
    "executor_unit": "eng-cs",
    "report_form": "report",
}
RECOMMENDATION = {
    "decision_text": "Бағалау тәртібін қайта қарау ұсынылсын",
    "outcome_type": "recommendation",
    "touches": ["assessment"],
    "no_execution_reason": "Ұсыным сипатында",
}
INFORMATION = {
    "decision_text": "Ақпарат назарға алынсын",
    "outcome_type": "information",
    "no_execution_reason": "Ақпарат",
}


class Meeting:
    """One case of ``meeting_cycle``."""

    def __init__(self, faculty: Faculty, case: str) -> None:
        self.faculty = faculty
        self.case = case

    @classmethod
    def call(cls, faculty: Faculty, by: str = "", kind: str = "regular", **answers: Any) -> Meeting:
        """Start the case: the secretary, or the chair an extraordinary one."""
        case = faculty.start("meeting_cycle", by or faculty.secretary, meeting_kind=kind, **answers)
        return cls(faculty, case)

    @property
    def variables(self) -> Mapping[str, Any]:
        return self.faculty.variables(self.case)

    @property
    def at(self) -> datetime:
        """The moment the meeting is called for."""
        moment: datetime = self.variables["meeting_at"]
        return moment

    @property
    def row(self) -> dict[str, Any]:
        """Its row in the register of meetings."""
        return self.faculty.register("meetings")[self.variables["meeting_id"]]

    @property
    def open(self) -> list[str]:
        return self.faculty.open_tasks(self.case)

    def do(self, person: str, element: str, **answers: Any) -> c.Done:
        return self.faculty.answer(person, element, self.case, **answers)

    # --- before ----------------------------------------------------------------------------------------------------

    def collect(self, *titles: str) -> None:
        self.do(self.faculty.secretary, "collect_items", items=[item(title) for title in titles])

    def approve(
        self,
        at: datetime | None = None,
        decline: Mapping[str, str] | None = None,
        experts: Mapping[str, str] | None = None,
        more: Sequence[str] = (),
        by: str = "",
    ) -> None:
        """The chair approves the agenda; ``decline``: title -> reason; ``experts``: title -> person; ``more``: own."""
        who = by or self.faculty.chair
        shown = self.faculty.page(who, "approve_agenda", self.case).data["items"]
        items = []
        for row in [*shown, *map(item, more)]:
            reason = (decline or {}).get(row["title"])
            verdict = {"verdict": "decline", "decline_reason": reason} if reason else {"verdict": "accept"}
            items.append({**row, **verdict, "expert": (experts or {}).get(row["title"])})
        self.do(who, "approve_agenda", meeting_at=local(at or self.two_weeks()), format="in_person",
                place="305-аудитория", items=items)  # fmt: skip

    def two_weeks(self) -> datetime:
        """The same hour a fortnight later."""
        return self.faculty.clock().astimezone(ALMATY) + timedelta(days=14)

    def distribute(self, element: str = "distribute") -> None:
        """The secretary sends invitations with the materials."""
        shown = self.faculty.page(self.faculty.secretary, element, self.case).data["materials"]
        materials = [{**row, "reference": "https://example.kz/1", "version": "1"} for row in shown]
        self.do(self.faculty.secretary, element, invitation_text="Комиссия отырысына шақырамыз", materials=materials,
                sent=True)  # fmt: skip

    def announce(self, *titles: str, at: datetime | None = None, experts: Mapping[str, str] | None = None) -> Meeting:
        """Collect, approve, send: everything up to the day of the meeting."""
        self.collect(*titles or ("Силлабустардың сапасы",))
        self.approve(at, experts=experts)
        self.distribute()
        return self

    # --- opening ---------------------------------------------------------------------------------------------------

    def come(self) -> None:
        """The hour has come."""
        if self.faculty.clock() < self.at:
            self.faculty.wait_until(self.at)

    def confirm(self, chair: bool = True, deputy: bool = True, acting: bool = False, by: str = "") -> None:
        """Who of those who may preside is there."""
        self.do(by or self.faculty.secretary, "confirm_presiding", chair_present=chair, deputy_present=deputy,
                acting_present=acting)  # fmt: skip

    def attend(
        self,
        present: Sequence[str] | None = None,
        online: Sequence[str] = (),
        excused: Sequence[str] = (),
        experts: Sequence[str] = (),
        acting_secretary: str | None = None,
        added: Sequence[tuple[str, int]] = (),
        by: str = "",
    ) -> None:
        """The attendance sheet; ``added``: items put forward in the meeting with the votes for taking them up."""
        who = by or self.faculty.secretary
        here = self.faculty.members if present is None else present
        view = self.faculty.page(who, "attendance", self.case)
        rows = []
        for row in view.data["attendance"]:
            member = row["member"]
            mode = "online" if member in online else "in_person" if member in here else "absent"
            rows.append(
                {**row, "mode": "absent_excused", "reason": "науқас"} if member in excused else {**row, "mode": mode}
            )
        invited = [
            {**row, "mode": "in_person" if row["expert"] in experts else "absent"}
            for row in view.data.get("experts") or []
        ]
        items = [{**item(title), "added_votes": votes} for title, votes in added]
        answers = {"attendance": rows, "experts": invited, "added_items": items}
        if acting_secretary:
            answers["acting_secretary"] = acting_secretary
        self.faculty.submit(who, self.faculty.task("attendance", self.case), **answers)

    def open_with(self, present: Sequence[str] | None = None, **more: Any) -> Meeting:
        """The chair opens the meeting in time, with these members."""
        self.come()
        self.confirm()
        self.attend(present, **more)
        return self

    # --- items -----------------------------------------------------------------------------------------------------

    def formulate(self, outcome: Mapping[str, Any] = DECISION, by: str = "", **more: Any) -> None:
        """The draft of what is to be decided on the item at hand; put to the vote at once."""
        answers = {**outcome, **more}
        if answers.get("effect") == "new" and "due_at" not in answers:
            answers["due_at"] = (self.faculty.today + timedelta(days=21)).isoformat()
        self.do(by or self.faculty.secretary, "formulate", **answers)

    def ballot(self, member: str) -> str:
        """The open ballot of a member: its task."""
        found = self.faculty.offered(member, "open_vote", self.case)
        assert len(found) == 1, f"{member} has {len(found)} ballots"
        return found[0].task

    def ballots(self) -> dict[str, str]:
        """Who has an open ballot, in the commission's order: member -> task."""
        t, k = ru_task.c, ru_candidate.c
        query = sa.select(k.key, t.id).join_from(ru_task, ru_candidate, k.task == t.id)
        with reading(self.faculty.engine.database) as connection:
            rows = connection.execute(query.where(t.instance == self.case, t.element == "open_vote")).all()
        found = {row.key.removeprefix("person:"): str(row.id) for row in rows}
        return {member: found[member] for member in self.faculty.members if member in found}

    def vote(self, tally: str = "", chair: str = "for") -> None:
        """Everybody with a ballot votes: "6-4-0" is for, against, abstaining; ``chair`` says who presides votes how."""
        ballots = self.ballots()
        presiding = self.variables["presiding"]
        counts = [int(n) for n in tally.split("-")] if tally else [len(ballots), 0, 0]
        assert sum(counts) == len(ballots), f"{len(ballots)} may vote"
        values = [value for value, n in zip(("for", "against", "abstain"), counts, strict=True) for _ in range(n)]
        if presiding in ballots:
            values.remove(chair)
            self.faculty.complete(presiding, ballots.pop(presiding), vote=chair, vote_note=None)
        for (member, task), value in zip(ballots.items(), values, strict=True):
            self.faculty.complete(member, task, vote=value, vote_note=None)

    def voters(self) -> list[str]:
        """Who finds a ballot in the inbox."""
        return [m for m in self.faculty.members if self.faculty.offered(m, "open_vote", self.case)]

    def decide(self, outcome: Mapping[str, Any] = DECISION, tally: str = "", chair: str = "for", **more: Any) -> None:
        self.formulate(outcome, **more)
        self.vote(tally, chair)

    @property
    def outcome(self) -> dict[str, Any]:
        """What came out of the latest item."""
        latest: dict[str, Any] = self.variables["outcomes"][-1]
        return latest

    def votes(self, no: int = 1) -> dict[str, dict[str, Any]]:
        """The named votes on an item as registered, by member; a casting vote under "casting"."""
        rows = self.faculty.register("votes").values()
        mine = [r for r in rows if r["meeting_id"] == self.variables["meeting_id"] and r["item_no"] == no]
        return {"casting" if row["is_casting"] else row["member"]: row for row in mine}

    # --- protocol --------------------------------------------------------------------------------------------------

    def draft(self, by: str = "") -> None:
        self.do(by or self.faculty.secretary, "draft_protocol", protocol_text="Тыңдалды, қаралды, қаулы етілді.")

    def sign(self, chair: str = "", secretary: str = "") -> None:
        """Both sign: first who presided, then who wrote."""
        self.do(chair or self.faculty.chair, "sign_chair", chair_verdict="sign", chair_signature=True)
        self.do(secretary or self.faculty.secretary, "sign_secretary", secretary_verdict="sign",
                secretary_signature=True)  # fmt: skip

    def enter(self, by: str = "") -> str:
        """The protocol is registered; answers its number."""
        who = by or self.faculty.secretary
        self.do(who, "register_protocol", reg_date=self.faculty.today.isoformat())
        return str(self.variables["reg_no"])

    def deliver(self) -> None:
        """Dean's office and ASB confirm the receipt."""
        self.do(self.faculty.office, "receive_at_deans_office", received=True)
        self.do(self.faculty.asb, "receive_at_asb", received=True)

    def finish(self) -> str:
        """Draft, sign, register, deliver; answers the protocol's number."""
        self.draft()
        self.sign()
        number = self.enter()
        self.deliver()
        return number


def meeting_of(faculty: Faculty) -> Meeting:
    """The meeting a stage has left."""
    return Meeting(faculty, faculty.notes["meeting"])


def item(title: str) -> dict[str, Any]:
    return {"title": title, "kind": "general", "source": None, "speaker": None, "item_id": None}


def local(moment: datetime) -> str:
    """As a form holds it."""
    return moment.astimezone(ALMATY).strftime("%Y-%m-%dT%H:%M")


def day(text: str) -> date:
    return date.fromisoformat(text)


def at(text: str) -> datetime:
    """A moment in Almaty: "2026-09-21 09:00"."""
    return datetime.fromisoformat(text).replace(tzinfo=ALMATY)
