"""The regulation is changed: agreed by Legal and others, approved by the Board, published; and reviewed."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from engine import commands as c
from engine.errors import Invalid
from tests.processes.faculty import SCHOOL, Faculty
from tests.processes.meeting import Meeting, at

TODAY = date(2026, 9, 7)


class Revision:
    """Edition 1, approved on 15 January 2026, and a change that the law asks for."""

    def __init__(self, faculty: Faculty, ground: str = "law") -> None:
        self.faculty = faculty
        for person, role in (
            ("lawyer", "legal"),
            ("board1", "board"),
            ("editor", "web_admin"),
            ("owner", "process_owner"),
        ):
            faculty.person(person, (role, "univ"), unit="univ")
        self.life = install(faculty)
        self.case = faculty.start("regulation_revision", "asb1", "univ", ground=ground, clauses=[{"clause": "7.2.1"}],
                                  text="Заң өзгерді")  # fmt: skip

    @property
    def open(self) -> list[str]:
        return self.faculty.open_tasks(self.case)

    @property
    def editions(self) -> dict[str, Any]:
        return {key: row["status"] for key, row in self.faculty.register("editions", "univ").items()}

    def answer(self, who: str, element: str, **answers: Any) -> None:
        self.faculty.answer(who, element, self.case, **answers)
        self.faculty.engine.router.pump()

    def draft(self, **more: Any) -> None:
        self.answer("asb1", "draft", draft_reference="Жоба № 4", replaced="7.2.1", change_reason="Мерзім нақтыланды",
                    **({"interested": [{"unit": SCHOOL}]} | more))  # fmt: skip

    def agree(self) -> None:
        self.answer("lawyer", "legal_agree", agree_decision="agree")
        self.answer("dean", "unit_agree", agree_decision="agree")

    def decide(self, decision: str = "approved", **more: Any) -> None:
        self.answer(
            "board1", "board_decision", decision=decision, decision_no="12", decision_date=TODAY.isoformat(), **more
        )


def install(faculty: Faculty) -> str:
    return faculty.start("edition_life", "asb1", "univ", edition_no=1, approved_on=date(2026, 1, 15), decision_no="1",
                         legal_agreed_on=date(2026, 1, 10), url="https://univ.example",
                         published_on=date(2026, 1, 16))  # fmt: skip


@pytest.fixture
def revision(faculty: Faculty) -> Revision:
    return Revision(faculty)


def test_8_1_p2_8_2_p1_a_draft_agreed_and_approved_replaces_the_edition_in_force(revision: Revision) -> None:
    revision.draft()
    assert revision.open == ["legal_agree", "unit_agree"]
    revision.agree()
    revision.faculty.wait(days=4)
    revision.decide()
    assert revision.faculty.register("editions", "univ")["2"]["legal_agreed_on"] == TODAY
    assert revision.editions == {"1": "superseded", "2": "in_force"}
    assert revision.open == ["publish", "update_models"]
    assert revision.faculty.register("change_rows", "univ")["2"]["replaced"] == "7.2.1"  # form 9
    revision.answer("editor", "publish", url="https://univ.example/2", published_on=TODAY.isoformat())
    revision.answer("owner", "update_models", models_note="Түзетілді")
    assert revision.faculty.state(revision.case) == "completed"
    assert revision.faculty.state(revision.life) == "completed"
    assert revision.faculty.register("editions", "univ")["2"]["published_on"] == TODAY
    assert not revision.faculty.incidents()


def test_8_2_what_the_regulation_states_changes_by_an_edition_and_not_for_what_has_begun(revision: Revision) -> None:
    faculty = revision.faculty
    change = c.SetParameter(actor=c.SYSTEM, name="MATERIALS", value=5, reason="5.1(3)", edition="2")
    begun = Meeting.call(faculty)
    with pytest.raises(Invalid):
        faculty.do(change)  # there is no second edition yet
    revision.draft()
    revision.agree()
    revision.decide()
    faculty.wait(hours=1)
    faculty.do(change)
    begun.collect("Силлабус")
    begun.approve(at("2026-09-21 15:00"))
    [row] = faculty.offered(faculty.secretary, "distribute", begun.case)
    assert row.due == at("2026-09-16 23:59:59")
    later = Meeting.call(faculty)
    later.collect("Силлабус")
    later.approve(at("2026-09-28 15:00"))
    [row] = faculty.offered(faculty.secretary, "distribute", later.case)
    assert row.due == at("2026-09-21 23:59:59")


def test_8_1_p2_a_refusal_sends_the_draft_back_and_voids_every_agreement(revision: Revision) -> None:
    revision.draft()
    revision.answer("dean", "unit_agree", agree_decision="agree")
    revision.answer("lawyer", "legal_agree", agree_decision="return", remarks="Сілтеме дұрыс емес")
    revision.draft()
    assert revision.open == ["legal_agree", "unit_agree"]
    revision.agree()
    assert revision.open == ["board_decision"]
    assert len(revision.faculty.register("edition_agreements", "univ")) == 4


def test_8_1_p2_a_text_the_board_has_changed_is_confirmed_by_legal(revision: Revision) -> None:
    revision.draft(interested=[])
    revision.answer("lawyer", "legal_agree", agree_decision="agree")
    revision.decide("approved_changed", board_note="7.2.1 қысқартылды")
    assert revision.editions == {"1": "in_force"}
    revision.answer("lawyer", "legal_confirm", agree_decision="return", remarks="Заңға қайшы")
    revision.decide("approved_changed", board_note="7.2.1 басқаша")
    revision.faculty.wait(days=3)
    revision.answer("lawyer", "legal_confirm", agree_decision="agree")
    assert revision.editions == {"1": "superseded", "2": "in_force"}
    assert revision.faculty.register("editions", "univ")["2"]["legal_agreed_on"] == TODAY + timedelta(days=3)


def test_8_1_p2_the_board_returns_rejects_or_cancels_without_another_edition(revision: Revision) -> None:
    revision.draft(interested=[])
    revision.answer("lawyer", "legal_agree", agree_decision="agree")
    revision.decide("returned", board_note="Толықтыру керек")
    revision.draft(interested=[])
    revision.answer("lawyer", "legal_agree", agree_decision="agree")
    revision.decide("cancel_edition")
    assert revision.editions == {"1": "cancelled"}
    revision.answer("asb1", "note_no_edition")
    assert revision.faculty.state(revision.case) == "completed"


def test_8_2_p1_nobody_acknowledges_an_edition_that_was_cancelled_and_it_goes_to_the_archive(
    revision: Revision,
) -> None:
    faculty = revision.faculty
    revision.draft(interested=[])
    revision.answer("lawyer", "legal_agree", agree_decision="agree")
    revision.decide()
    revision.answer("editor", "publish", url="https://univ.example/2", published_on=TODAY.isoformat())
    revision.answer("owner", "update_models", models_note="Түзетілді")
    faculty.wait(minutes=1)
    open_cases = faculty.cases("acknowledgement", "active")
    rows = faculty.register("acknowledgements")
    assert open_cases and {row["status"] for row in rows.values()} == {"open"}
    revision.case = faculty.start("regulation_revision", "asb1", "univ", ground="law",
                                  clauses=[{"clause": "7.2.1"}], text="Заң өзгерді")  # fmt: skip
    revision.draft(interested=[])
    revision.answer("lawyer", "legal_agree", agree_decision="agree")
    revision.decide("cancel_edition")
    assert revision.editions == {"1": "superseded", "2": "cancelled"}
    assert faculty.cases("acknowledgement", "active") == []
    assert {row["status"] for row in faculty.register("acknowledgements").values()} == {"cancelled"}
    filed = [faculty.variables(case)["source_id"] for case in faculty.cases("document_archiving")]
    assert "edition/2" in filed
    assert not faculty.incidents()


def test_8_1_p2_the_edition_after_a_cancelled_one_has_a_number_of_its_own(revision: Revision) -> None:
    revision.draft(interested=[])
    revision.answer("lawyer", "legal_agree", agree_decision="agree")
    revision.decide("cancel_edition")
    revision.answer("asb1", "note_no_edition")
    revision.faculty.wait(days=1)
    revision.case = revision.faculty.start("regulation_revision", "asb1", "univ", ground="law",
                                           clauses=[{"clause": "7.2.1"}], text="Жаңа редакция қажет")  # fmt: skip
    revision.draft(interested=[])
    revision.answer("lawyer", "legal_agree", agree_decision="agree")
    revision.decide()
    assert (revision.editions, revision.faculty.incidents()) == ({"1": "cancelled", "2": "in_force"}, [])


def test_8_1_p1_an_initiative_is_screened_and_may_be_declined(faculty: Faculty) -> None:
    revision = Revision(faculty, "unit_initiative")
    revision.answer("asb1", "screen", screening="decline", screen_reason="Қолданыстағы тәртіп жеткілікті")
    assert (revision.faculty.state(revision.case), revision.editions) == ("completed", {"1": "in_force"})


def test_8_2_p2_two_drafts_at_once_are_refused(revision: Revision) -> None:
    refusal = revision.faculty.refused(
        c.StartProcess(actor="asb1", definition="regulation_revision", school="univ", variables={"ground": "structure"})
    )
    assert refusal.code


def test_8_2_p2_half_a_year_before_three_years_are_over_the_review_begins_and_may_leave_all_as_it_is(
    faculty: Faculty,
) -> None:
    install(faculty)
    faculty.wait_until(at("2028-07-15 09:01"))
    (case,) = faculty.cases("regulation_revision")
    faculty.answer("asb1", "review", case, outcome="no_change", reason="Өзгерістің қажеті жоқ")
    faculty.engine.router.pump()
    terms = faculty.register("edition_reviews", "univ")
    assert [(row["review_due"], row["done_on"]) for row in terms.values()] == [
        (date(2029, 1, 15), date(2028, 7, 15)),
        (date(2031, 7, 15), None),
    ]
