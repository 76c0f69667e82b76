"""A recommendation: past the committee of programmes where it must, decided by whom it concerns, carried out, told."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.processes.faculty import SCHOOL, Faculty, FormRefused
from tests.processes.meeting import INFORMATION, RECOMMENDATION, Meeting, at
from tests.processes.procedure import Procedure
from tests.processes.stages import MakeFaculty

TEXT = "Пәндердің рубрикаларын бірегейлендіру"


class Recommendation(Procedure):
    """A member proposes on Monday 7 September 2026."""

    def __init__(self, faculty: Faculty, touches: list[str] | None = None) -> None:
        self.faculty = faculty
        self.case = faculty.start("recommendation_handling", "m5", text=TEXT, touches=touches or [])
        self.no = str(faculty.variables(self.case)["rec_no"])

    @property
    def row(self) -> dict[str, Any]:
        return self.faculty.register("recommendations")[self.no]

    def sent(self, to: str = "dean") -> Recommendation:
        self.answer("m1", "describe", category="methodical", addressee=to, source_ref="№ 7 талдау")
        return self

    def epc(self, **answers: Any) -> None:
        said = {"no_quorum": False, "epc_opinion": "Бағдарлама қаралды", "epc_minutes": "№ 4"}
        self.answer("epc1", "epc_answer", **(said | answers))

    def accepted(self, carried_by: str = "plan", **more: Any) -> None:
        self.answer("office", "decide", decision="accept", carried_by=carried_by, **more)

    def known(self) -> None:
        self.answer("m5", "acknowledge_decision", decision_known=True)


@pytest.fixture
def faculty(faculty: Faculty) -> Faculty:
    """With somebody on the committee of educational programmes."""
    faculty.person("epc1", ("epc", SCHOOL))
    return faculty


@pytest.fixture
def recommendation(faculty: Faculty) -> Recommendation:
    return Recommendation(faculty)


def test_5_1_4_a_members_proposal_is_decided_by_the_deans_office_and_told(recommendation: Recommendation) -> None:
    recommendation.sent()
    assert (recommendation.row["status"], recommendation.row["due_at"]) == ("sent", date(2026, 9, 28))
    recommendation.accepted("task", executor="eng-cs", carry_due="2026-10-30")
    recommendation.answer("head", "carry_out", outcome="Рубрикалар бекітілді")
    recommendation.known()
    assert (recommendation.row["status"], recommendation.faculty.state(recommendation.case)) == ("done", "completed")


def test_2_2_6_a_recommendation_names_what_it_rests_on(recommendation: Recommendation) -> None:
    with pytest.raises(FormRefused):
        recommendation.answer("m1", "describe", category="methodical", addressee="dean")
    recommendation.sent()
    assert recommendation.row["source"] == "№ 7 талдау"


def test_5_1_4_what_a_meeting_recommends_rests_on_its_protocol(faculty: Faculty) -> None:
    meeting = Meeting.call(faculty)
    meeting.announce().open_with()
    meeting.decide(RECOMMENDATION)
    no = meeting.finish()
    (case,) = faculty.cases("recommendation_handling")
    assert faculty.page("m1", "describe", case).data["source_ref"] == f"№ {no} хаттама"


def test_7_9_2_2_what_is_accepted_may_go_by_capa_or_by_the_quality_plan(faculty: Faculty) -> None:
    Recommendation(faculty).sent().accepted("capa", executor="eng-cs")
    assert [row["source"] for row in faculty.register("capa_plans").values()] == ["recommendation"]
    second = Recommendation(faculty).sent()
    second.accepted("plan")
    assert second.row["status"] == "planned"


def test_7_9_3_3_contents_need_an_opinion_which_is_no_veto(faculty: Faculty) -> None:
    recommendation = Recommendation(faculty, ["content"]).sent()
    assert recommendation.open == ["epc_answer"]
    recommendation.epc(epc_verdict="not_support")
    assert recommendation.open == ["decide"]


def test_7_9_3_4_the_curriculum_needs_agreement_before_anybody_decides(faculty: Faculty) -> None:
    recommendation = Recommendation(faculty, ["curriculum"]).sent()
    recommendation.epc(epc_decision="agreed")
    recommendation.accepted()
    assert (recommendation.row["epc_decision"], recommendation.row["epc_minutes"]) == ("agreed", "№ 4")


def test_7_9_3_contents_and_curriculum_need_an_opinion_and_an_agreement_at_once(faculty: Faculty) -> None:
    recommendation = Recommendation(faculty, ["curriculum", "content"]).sent()
    with pytest.raises(FormRefused):
        recommendation.epc(epc_decision="agreed")
    recommendation.epc(epc_decision="agreed", epc_verdict="support_with_remarks")
    row = recommendation.row
    assert (row["epc_decision"], row["epc_verdict"]) == ("agreed", "support_with_remarks")


def test_7_9_3_4_what_the_committee_refuses_is_reworked_or_withdrawn(faculty: Faculty) -> None:
    recommendation = Recommendation(faculty, ["curriculum"]).sent()
    recommendation.epc(epc_decision="refused")
    assert (recommendation.row["status"], recommendation.row["epc_decision"]) == ("needs_rework", "refused")
    recommendation.answer("m1", "rework", rework_decision="revise", rework_reason="Мәтін түзетіледі")
    recommendation.answer("m1", "describe", category="methodical", addressee="dean", touched=["process"])
    assert recommendation.open == ["decide"]
    second = Recommendation(faculty, ["curriculum"]).sent()
    second.epc(epc_decision="refused")
    second.answer("m1", "rework", rework_decision="withdraw", rework_reason="Бағдарламаға қайшы")
    assert (second.row["status"], second.open) == ("withdrawn", ["acknowledge_decision"])


def test_5_1_4_the_author_is_told_that_it_was_withdrawn_after_a_refusal_and_why(faculty: Faculty) -> None:
    recommendation = Recommendation(faculty, ["curriculum"]).sent()
    recommendation.epc(epc_decision="refused")
    recommendation.answer("m1", "rework", rework_decision="withdraw", rework_reason="Бағдарламаға қайшы")
    data = faculty.page("m5", "acknowledge_decision", recommendation.case).data
    assert (data["decision"], data["reason"]) == ("withdrawn", "Бағдарламаға қайшы")
    recommendation.known()
    assert (recommendation.row["status"], faculty.state(recommendation.case)) == ("withdrawn", "completed")
    assert (recommendation.row.get("decision"), recommendation.row["reason"]) == (None, "Бағдарламаға қайшы")


def test_7_9_3_1_without_quorum_the_committee_gets_a_new_term_and_silence_is_told(faculty: Faculty) -> None:
    recommendation = Recommendation(faculty, ["content"]).sent()
    recommendation.answer("epc1", "epc_answer", no_quorum=True)
    (row,) = faculty.register("epc_opinions").values()
    assert (recommendation.open, row["due_at"]) == (["epc_answer"], date(2026, 9, 21))
    faculty.wait_until(at("2026-09-22 00:01"))
    (row,) = faculty.register("epc_opinions").values()
    assert row["reminded_on"] == date(2026, 9, 21)
    faculty.wait_until(at("2026-09-29 00:01"))
    recommendation.answer("dean", "note_silence", dean_note=None)


def test_7_9_3_1_the_secretary_consults_the_committee_by_hand(faculty: Faculty) -> None:
    case = faculty.start("epc_agreement", "m2", mode="consultation", text="Екі пәннің мазмұны қайталана ма")
    faculty.answer("epc1", "epc_answer", case, no_quorum=False, epc_opinion="Қайталанбайды")
    assert faculty.state(case) == "completed"


def test_7_9_3_1_papers_go_to_the_committee_with_the_question(faculty: Faculty) -> None:
    asked = {"mode": "expertise", "text": "Екі пәннің мазмұны қайталана ма", "materials": "CS101, CS102 силлабустары"}
    case = faculty.start("epc_agreement", "m2", **asked)
    assert faculty.page("epc1", "epc_answer", case).data["materials"] == "CS101, CS102 силлабустары"
    (row,) = faculty.register("epc_opinions").values()
    assert row["materials"] == "CS101, CS102 силлабустары"


def test_7_9_2_2_a_delay_is_told_to_the_chair(recommendation: Recommendation) -> None:
    recommendation.sent()
    recommendation.faculty.wait_until(at("2026-09-29 00:01"))
    recommendation.answer("m1", "note_overdue", chair_note=None)
    recommendation.accepted()
    (only,) = recommendation.row["rounds"]
    assert (only["due"], only["until"]) == (date(2026, 9, 28), date(2026, 9, 29))


def test_6_2_6_whoever_is_not_competent_sends_it_on_once(recommendation: Recommendation) -> None:
    recommendation.sent()
    recommendation.answer("office", "decide", decision="not_competent", reason="Кеңестің құзыретінде")
    recommendation.answer("m1", "reroute", addressee="asb")
    with pytest.raises(FormRefused):
        recommendation.answer("asb1", "decide", decision="not_competent", reason="Біз де емес")
    recommendation.answer("asb1", "decide", decision="accept_with_changes", reason="Бірінші курсқа", carried_by="plan")
    assert [one["to"] for one in recommendation.row["rounds"]] == ["dean", "asb"]


def test_7_9_2_2_a_rejection_has_its_reason_and_goes_to_the_meeting(recommendation: Recommendation) -> None:
    recommendation.sent()
    with pytest.raises(FormRefused):
        recommendation.answer("office", "decide", decision="reject")
    recommendation.answer("office", "decide", decision="reject", reason="Қаржы қарастырылмаған")
    meeting = Meeting.call(recommendation.faculty)
    meeting.announce().open_with()
    meeting.decide(INFORMATION)
    meeting.decide(INFORMATION)
    meeting.finish()
    recommendation.known()
    assert (recommendation.row["status"], recommendation.faculty.state(recommendation.case)) == (
        "rejected",
        "completed",
    )


def test_7_9_2_2_the_commission_is_informed_of_what_was_accepted_with_changes(recommendation: Recommendation) -> None:
    meeting = Meeting.call(recommendation.faculty)
    recommendation.sent()
    changed = {"decision": "accept_with_changes", "reason": "Тек бірінші курсқа", "carried_by": "plan"}
    recommendation.answer("office", "decide", **changed)
    (item,) = meeting.variables["proposals"]
    told = f"Өзгеріспен қабылданған ұсыным № {recommendation.no}"
    assert (item["source"], item["title"]) == (recommendation.no, told)
    assert (recommendation.row["status"], recommendation.open) == ("planned", ["acknowledge_decision"])


@pytest.mark.parametrize("addressee", ["council", "asb"])
def test_6_2_7_nobody_of_the_school_decides_for_whom_it_is_addressed_to(faculty: Faculty, addressee: str) -> None:
    faculty.person("council1", ("council", SCHOOL))
    recommendation = Recommendation(faculty).sent(addressee)
    answer = {"decision": "accept", "carried_by": "plan"}
    for who in ("office", "dean", "m1"):
        task = faculty.completion(who, faculty.task("decide", recommendation.case), **answer)
        assert faculty.refused(task).code == "not_permitted"
    recommendation.answer({"council": "council1", "asb": "asb1"}[addressee], "decide", **answer)
    assert recommendation.row["status"] == "planned"


def test_7_9_3_4_nobody_opens_the_gate_for_a_committee_without_members(make: MakeFaculty) -> None:
    faculty = make()
    recommendation = Recommendation(faculty, ["curriculum"]).sent()
    assert recommendation.open == ["appoint_committee", "epc_answer"]
    for who in ("dean", "office", "m1"):
        assert not faculty.offered(who, "epc_answer")
    recommendation.answer("dean", "appoint_committee", appoint_note="Өкім дайындалуда")
    faculty.person("epc1", ("epc", SCHOOL))
    recommendation.epc(epc_decision="agreed")
    assert recommendation.open == ["decide"]


def test_7_9_3_1_what_the_committee_has_answered_asks_nothing_more_of_the_dean(faculty: Faculty) -> None:
    recommendation = Recommendation(faculty, ["content"]).sent()
    faculty.wait_until(at("2026-09-29 00:01"))
    assert recommendation.open == ["epc_answer", "note_silence"]
    recommendation.epc(epc_verdict="support")
    assert recommendation.open == ["decide"]
