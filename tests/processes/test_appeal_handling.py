"""Appeals: registered, routed by competence, answered in term; who it is about takes no part; the applicant answers."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.processes.appeals import ANSWER, OBJECTION, TEXT, Appeal
from tests.processes.faculty import SCHOOL, Faculty, FormRefused, NotOffered
from tests.processes.meeting import INFORMATION, Meeting, day
from tests.processes.stages import MakeFaculty


@pytest.fixture
def faculty(make: MakeFaculty) -> Faculty:
    return make("settled")


def test_1_4_10_a_department_answers_in_a_case_of_its_own_without_the_name(faculty: Faculty) -> None:
    appeal = Appeal(faculty).register().classify().transfer()
    assert (appeal.row["status"], appeal.row["level"], appeal.row["to_unit"]) == ("transferred", "department", "eng-cs")
    data = faculty.page(faculty.head, "consider", appeal.passed_on).data
    assert (data["text"], data["author"], data["contact"]) == (TEXT, None, None)
    assert not faculty.offered(faculty.head, case=appeal.case)
    appeal.unit_answers(faculty.head)
    assert faculty.page(appeal.intake, "reply", appeal.case).data["answer_of_unit"].startswith("Сабақтар")
    appeal.reply()
    faculty.wait(days=20)
    assert (appeal.row["status"], appeal.row["appeal_result"], appeal.state) == ("closed", "upheld", "completed")


def test_1_4_10_words_nobody_waits_for_are_not_entered_as_an_answer(faculty: Faculty) -> None:
    appeal = Appeal(faculty).register()
    with pytest.raises(FormRefused) as refused:
        appeal.word_comes("answer")
    assert (set(refused.value.errors), faculty.undelivered("appeal.answered")) == ({"note_kind"}, 0)


def test_1_4_10_with_consent_the_addressee_learns_who_wrote(faculty: Faculty) -> None:
    appeal = Appeal(faculty, consent_share=True).register().classify().transfer()
    assert "Серікова" in faculty.page(faculty.head, "consider", appeal.passed_on).data["author"]


def test_1_4_10_the_terms_count_from_receipt(faculty: Faculty) -> None:
    appeal = Appeal(faculty)
    (row,) = faculty.offered(faculty.secretary, "register", appeal.case)
    assert (row.due and row.due.date(), appeal.row["reply_due"]) == (day("2026-09-08"), day("2026-09-28"))


def test_1_4_10_returned_twice_it_is_passed_on_again_and_the_third_time_the_chair_decides(faculty: Faculty) -> None:
    appeal = Appeal(faculty).register().classify().transfer()
    appeal.unit_returns(faculty.head)
    assert "құзыретімізде емес" in faculty.page(appeal.intake, "transfer", appeal.case).data["return_reason"]
    appeal.transfer(level="department", to="eng-me").unit_returns(faculty.other_head)
    appeal.transfer(level="dean", to=None).unit_returns(faculty.office)
    assert (appeal.open, appeal.row["transfers"]) == (["decide_level"], 3)
    appeal.answer(faculty.chair, "decide_level", level="commission", level_reason="Комиссия өзі қарайды, ешкім алмады")
    appeal.assign_and_handle().reply()
    assert appeal.row["status"] == "replied"


def test_1_4_10_an_anonymous_appeal_is_a_signal_without_a_reply(faculty: Faculty) -> None:
    appeal = Appeal(faculty, author_type="anonymous", author=None).register().classify(topic="integrity")
    appeal.assign_and_handle()
    assert (appeal.row["status"], appeal.row.get("appeal_result"), appeal.state) == ("closed", None, "completed")


def test_1_4_10_where_anonymous_appeals_are_not_considered_it_is_closed_with_a_note(faculty: Faculty) -> None:
    faculty.set_parameter("P_ANON", "reject")
    appeal = Appeal(faculty, author_type="anonymous", author=None).register()
    assert (appeal.row["status"], appeal.state) == ("not_considered", "completed")


def test_1_4_10_the_same_appeal_again_is_linked_to_the_first(faculty: Faculty) -> None:
    Appeal(faculty).register()
    second = Appeal(faculty)
    (offered,) = faculty.page(second.intake, "register", second.case).data["earlier"]
    second.register(duplicate_of=offered["id"])
    assert (second.row["status"], second.row["linked_to"], second.state) == ("linked", "1/2026", "completed")


def test_1_4_10_of_two_that_come_together_the_later_is_linked_to_the_first(faculty: Faculty) -> None:
    first, second = Appeal(faculty), Appeal(faculty)
    assert faculty.page(first.intake, "register", first.case).data["earlier"] == []
    (offered,) = faculty.page(second.intake, "register", second.case).data["earlier"]
    second.register(duplicate_of=offered["id"])
    assert (
        (second.row["status"], second.row["linked_to"])
        == ("linked", first.row["entered"])
        == ("linked", offered["label"])
    )
    assert first.register().row["appeal_no"] == "2/2026"


def test_1_4_10_somebody_else_is_passed_to_the_deans_office_and_counted_apart(faculty: Faculty) -> None:
    appeal = Appeal(faculty, author_type="other", author="Жұмыс беруші").register().transfer(to=None)
    appeal.unit_answers(faculty.office)
    assert (appeal.row["author_type"], appeal.row["level"], appeal.open) == ("other", "dean", ["reply"])


@pytest.mark.parametrize(
    ("about", "barred", "asked"), [("secretary", "m2", "asb1"), ("chair", "m1", "asb1"), ("dean", "dean", "asb1")]
)
def test_1_4_10_whom_it_is_about_is_asked_nothing_and_asb_considers_it(
    faculty: Faculty, about: str, barred: str, asked: str
) -> None:
    by = faculty.asb if about == "secretary" else faculty.secretary
    appeal = Appeal(faculty, by, about_person=about).register(urgency="danger")
    appeal.classify(about_person=about, kind="systemic", topic="conflict")
    confirmer = faculty.deputy if about == "chair" else faculty.chair
    appeal.answer(confirmer, "confirm_systemic", kind="systemic", request_check=False)
    appeal.transfer(to=None).unit_answers(asked)
    appeal.reply()
    who = {"chair": faculty.deputy, "dean": faculty.asb, "secretary": faculty.chair}[about]
    appeal.answer(who, "act_on_danger", danger_action="Дереу қауіпсіз орынға ауыстырылды")
    appeal.word_comes("answer")
    appeal.answer(confirmer, "consider_response", response_verdict="close", response_reason="Жаңа дерек келтірілмеген")
    assert appeal.row["status"] == "closed"
    involved = faculty.engine.reader(barred)
    assert not [
        row
        for row in involved.inbox("role").rows
        if row.instance in (appeal.case, *faculty.cases("transferred_appeal"))
    ]
    assert involved.register("appeals").total == 0


def test_1_4_10_without_a_deputy_asb_decides_on_an_appeal_about_the_chair(make: MakeFaculty) -> None:
    faculty = make("settled", deputy=False)
    appeal = Appeal(faculty, about_person="chair").register().classify(about_person="chair", kind="systemic")
    appeal.answer(faculty.asb, "confirm_systemic", kind="individual")
    assert (appeal.row["level"], appeal.open) == ("asb", ["transfer"])


def test_1_4_10_found_to_be_about_the_secretary_it_leaves_the_secretarys_hands(faculty: Faculty) -> None:
    Appeal(faculty).register().classify(about_person="secretary")
    assert [faculty.offered(one, "transfer") != [] for one in (faculty.secretary, faculty.asb)] == [False, True]


def test_1_4_10_taken_back_it_ends_here_and_with_the_addressee(faculty: Faculty) -> None:
    appeal = Appeal(faculty).register().classify().transfer()
    unit = appeal.passed_on
    appeal.word_comes("withdraw", "Мәселе шешілді, өтінішімді қайтарып аламын")
    assert (appeal.row["status"], appeal.state, faculty.state(unit)) == ("withdrawn", "completed", "completed")


def test_1_4_10_taken_back_before_it_was_passed_on_nobody_is_looked_for(faculty: Faculty) -> None:
    appeal = Appeal(faculty).register()
    appeal.word_comes("withdraw", "Мәселе шешілді")
    assert (appeal.state, faculty.undelivered("appeal.ended")) == ("completed", 0)


def test_1_4_10_the_third_on_one_topic_in_six_months_may_be_systemic(faculty: Faculty) -> None:
    for _ in range(2):
        assert Appeal(faculty).register().classify(topic="resources").open == ["transfer"]
    third = Appeal(faculty).register().classify(topic="resources")
    assert third.open == ["confirm_systemic"]
    assert faculty.page(faculty.chair, "confirm_systemic", third.case).data["same_topic"] == 3
    faculty.wait(days=200)
    assert Appeal(faculty).register().classify(topic="resources").open == ["transfer"]


def test_1_4_10_3_3_a_systemic_one_goes_to_the_commission_with_a_check(faculty: Faculty) -> None:
    appeal = Appeal(faculty).register().classify(kind="systemic")
    appeal.answer(faculty.chair, "confirm_systemic", kind="systemic", request_check=True, check_subject="Физика 1")
    assert (appeal.row["level"], appeal.open) == ("commission", [])
    meeting = Meeting.call(faculty)
    (proposal,) = meeting.variables["proposals"]
    assert (proposal["item_id"], TEXT in str(proposal)) == (f"{SCHOOL}/appeal/{appeal.row['appeal_no']}", False)
    meeting.announce().open_with()
    meeting.decide(INFORMATION)
    meeting.decide(INFORMATION)
    meeting.finish()
    assert appeal.open == ["reply"]


def test_1_4_10_when_the_term_runs_out_before_the_commission_meets_the_applicant_is_told(faculty: Faculty) -> None:
    appeal = Appeal(faculty).register().classify(departments_affected=2)
    faculty.wait_for_day(day("2026-09-29"))
    assert appeal.open == ["interim_reply"]
    appeal.answer(appeal.intake, "interim_reply", interim_text="Өтінішіңіз комиссия отырысында қаралады")
    assert appeal.row["interim_on"] == day("2026-09-29")


@pytest.mark.parametrize(("channel", "asked"), [("paper", []), ("hotline", []), ("oral", ["interim_reply"])])
def test_1_4_10_no_interim_reply_is_asked_for_where_nobody_can_be_told(
    faculty: Faculty, channel: str, asked: list[str]
) -> None:
    appeal = Appeal(faculty, author_type="anonymous", author=None, channel=channel)
    appeal.register(oral_note=None if channel == "paper" else "Ауызша айтылды").classify(departments_affected=2)
    faculty.wait_for_day(day("2026-09-29"))
    assert appeal.open == asked


def test_1_4_10_danger_is_acted_on_at_once_before_anything_is_classified(faculty: Faculty) -> None:
    appeal = Appeal(faculty).register(urgency="danger")
    assert appeal.open == ["act_on_danger", "classify"]
    assert [bool(faculty.offered(one, "act_on_danger")) for one in (faculty.chair, faculty.dean)] == [True, True]
    (row,) = faculty.offered(faculty.dean, "act_on_danger")
    assert row.due and row.due - faculty.clock() < timedelta(days=1)
    appeal.answer(faculty.dean, "act_on_danger", danger_action="Зертхана жабылды, электр ажыратылды")
    assert appeal.row["danger_met_on"] == faculty.today


def test_1_4_10_a_sign_of_corruption_goes_to_compliance_with_a_restricted_view(faculty: Faculty) -> None:
    faculty.appoint("teacher", "compliance", "univ")
    appeal = Appeal(faculty, consent_share=True).register().classify(corruption_sign=True).transfer(to=None)
    assert appeal.row["level"] == "compliance"
    assert faculty.page("teacher", "consider", appeal.passed_on).data["restricted"] is True
    assert [bool(faculty.offered(one, "consider")) for one in (faculty.office, faculty.head, faculty.asb)] == [
        True,
        False,
        False,
    ]


def test_1_4_10_6_2_7_above_the_school_the_chair_raises_it_to_asb(faculty: Faculty) -> None:
    appeal = Appeal(faculty).register().classify(topic="qa_system")
    appeal.answer(faculty.chair, "escalate", transfer_reason="Мәселе университет деңгейінде", notified_author=True)
    appeal.unit_answers(faculty.asb)
    assert appeal.open == ["reply"]


def test_1_4_10_a_grade_dispute_is_told_where_to_turn(faculty: Faculty) -> None:
    appeal = Appeal(faculty).register().classify(topic="grade_dispute")
    assert faculty.page(appeal.intake, "reply", appeal.case).data["route"] == "outside"


def test_1_4_10_a_question_stops_the_work_until_it_is_answered_or_its_time_is_over(faculty: Faculty) -> None:
    appeal = Appeal(faculty).register().classify(topic="integrity")
    appeal.answer(faculty.chair, "assign", executor="m5", assign_note=None)
    appeal.answer("m5", "handle", verdict="ask", question="Қай күні болды?")
    assert (appeal.row["status"], appeal.open) == ("asked", [])
    appeal.word_comes("answer", "Бейсенбіде болды")
    assert faculty.page("m5", "handle", appeal.case).data["applicant_text"] == "Бейсенбіде болды"
    appeal.answer("m5", "handle", verdict="ask", question="Кім көрді?")
    faculty.wait(days=16)
    assert appeal.open == ["handle"]


def test_1_4_10_who_does_not_agree_may_have_it_considered_again(faculty: Faculty) -> None:
    appeal = Appeal(faculty).register().classify(topic="grade_dispute").reply()
    appeal.word_comes("answer")
    appeal.answer(
        faculty.chair, "consider_response", response_verdict="reopen", response_reason="Жаңа дерек келтірілді"
    )
    appeal.answer(faculty.chair, "assign", executor="m5", assign_note="Күнін анықтау")
    considered = faculty.page("m5", "handle", appeal.case).data
    assert (considered["earlier_reply"], considered["response_reason"]) == (ANSWER, "Жаңа дерек келтірілді")
    assert (considered["objection"], considered["assign_note"]) == (OBJECTION, "Күнін анықтау")
    appeal.answer("m5", "handle", verdict="done", finding="Деректер расталды, шара қолданылды")
    begun = faculty.page(appeal.intake, "reply", appeal.case).data
    assert [begun[name] for name in ("reply_text", "appeal_result", "sent_at")] == [None, None, None]
    appeal.reply(appeal_result="explained")
    faculty.wait(days=20)
    assert (appeal.row["status"], appeal.row["objections"]) == ("closed", 1)


def test_1_4_10_an_objection_that_changes_nothing_is_counted_too(faculty: Faculty) -> None:
    appeal = Appeal(faculty).register().classify(topic="grade_dispute").reply()
    appeal.word_comes("answer")
    assert appeal.at("stage") == "objected"
    appeal.answer(faculty.chair, "consider_response", response_verdict="close", response_reason="Жаңа дерек жоқ екен")
    assert (appeal.row["status"], appeal.row["objections"]) == ("closed", 1)


def test_1_4_10_an_oral_one_needs_a_note_and_only_the_secretary_or_asb_takes_one_in(faculty: Faculty) -> None:
    appeal = Appeal(faculty, channel="oral")
    with pytest.raises(FormRefused):
        appeal.register()
    appeal.register(oral_note="7 қыркүйекте деканатта қабылданды")
    with pytest.raises(NotOffered):
        appeal.answer(faculty.chair, "classify")


def test_1_4_10_a_reply_is_not_dated_before_the_appeal_came(faculty: Faculty) -> None:
    appeal = Appeal(faculty).register().classify(topic="grade_dispute")
    faculty.wait(days=1)
    with pytest.raises(FormRefused) as refused:
        appeal.reply(sent_at="2026-09-04T10:00")
    assert set(refused.value.errors) == {"sent_at"}
    appeal.reply(sent_at="2026-09-07T09:00")  # of the day itself the hours do not matter: they are rounded
