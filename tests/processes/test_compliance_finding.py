"""A rule that is not kept: found at night, explained, assessed by ASB, waived, closed when it is kept again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from engine import commands as c
from engine.errors import NotPermitted
from tests.processes.appeals import Appeal
from tests.processes.faculty import SCHOOL, Faculty, FormRefused
from tests.processes.meeting import at, day
from tests.processes.procedure import Procedure

CAUSE = {"cause": "Кворум болмады", "measure": "Отырыс шақырылады"}


class Finding(Procedure):
    """The case of R64 in the school, after a look."""

    def __init__(self, faculty: Faculty) -> None:
        self.faculty = faculty
        look(faculty)
        told = {one: faculty.variables(one) for one in faculty.cases("compliance_finding")}
        self.case = next(one for one, its in told.items() if (its["school"], its["rule"]) == (SCHOOL, "R64"))

    @property
    def row(self) -> dict[str, Any]:
        return self.faculty.register("findings")[self.faculty.variables(self.case)["finding_key"]]

    def explain(self, day: str = "2026-10-14") -> Finding:
        self.answer(self.faculty.chair, "explain", **CAUSE, measure_due=day)
        return self

    def assess(self, said: str, **more: Any) -> Finding:
        self.answer("asb1", "asb_assess", assessment=said, assessment_reason="Шара жеткілікті болсын", **more)
        return self


def look(faculty: Faculty) -> None:
    faculty.engine.watch.look()
    faculty.engine.settle()


def break_a_rule(faculty: Faculty) -> None:
    """A school that was looked at once and then not for days breaks R64, which needs nothing else to be wrong."""
    look(faculty)
    faculty.wait_until(max(at("2026-10-01 02:00"), faculty.clock() + timedelta(days=5)))


@pytest.fixture
def broken(faculty: Faculty) -> Finding:
    break_a_rule(faculty)
    return Finding(faculty)


def test_7_9_4_2_only_what_is_broken_is_a_finding(faculty: Faculty) -> None:
    """Nothing goes on in the school, and nobody has filled in the academic calendar."""
    look(faculty)
    assert [row["rule"] for row in faculty.register("findings").values()] == ["R62"]
    assert len(faculty.register("watch_runs")) == 1


def test_7_9_4_2_a_school_is_looked_at_once_a_night_after_two(faculty: Faculty) -> None:
    faculty.wait_until(at("2026-09-08 01:59"))
    assert faculty.engine.watch.tick() == 0
    faculty.wait_until(at("2026-09-08 02:00"))
    assert faculty.engine.watch.tick() == 3  # of both schools and of the university
    assert faculty.engine.watch.tick() == 0
    assert faculty.engine.watch.look() == 0


def test_7_9_4_2_what_is_newly_broken_is_a_finding_once(broken: Finding) -> None:
    assert (broken.row["rule"], broken.row["status"], broken.open) == ("R64", "open", ["explain"])
    look(broken.faculty)
    assert [row["rule"] for row in broken.faculty.register("findings").values()].count("R64") == 1


def test_7_9_4_2_a_finding_says_what_happened_and_what_is_required(broken: Finding) -> None:
    assert broken.row["wrong"]["ru"] == "Ночной проверки не было"
    assert broken.row["name"]["ru"] == "Соблюдение проверяется каждую ночь"
    page = broken.faculty.page(broken.faculty.chair, "explain", broken.case)
    assert page.title["en"] == "Finding R64: The nightly look was not taken"
    assert page.data["wrong"]["kk"] == "Түнгі тексеру жасалмаған"


def test_6_2_1_the_chair_explains_and_asb_accepts(broken: Finding) -> None:
    with pytest.raises(FormRefused):
        broken.answer(broken.faculty.chair, "explain", cause="Кворум болмады")
    broken.explain()
    assert (broken.row["status"], broken.open) == ("explained", ["asb_assess"])
    broken.assess("accept")
    assert (broken.row["assessment"], broken.open) == ("accept", [])


def test_6_2_1_silence_does_not_keep_asb_from_assessing(broken: Finding) -> None:
    broken.faculty.wait_until(at("2026-10-09 00:01"))
    assert broken.open == ["asb_assess"]
    assert broken.row["unexplained_on"] == day("2026-10-08")


def test_7_9_4_1_guidance_is_given_until_a_day_and_asked_about_again(broken: Finding) -> None:
    broken.explain()
    with pytest.raises(FormRefused):
        broken.answer("asb1", "asb_assess", assessment="action", assessment_reason="Отырыс өткізіңіз")
    broken.assess("action", until_day="2026-10-15")
    assert (broken.row["status"], broken.open) == ("action", ["read_guidance"])
    broken.faculty.wait_until(at("2026-10-15 09:01"))
    assert broken.open == ["explain"]
    page = broken.faculty.page(broken.faculty.chair, "explain", broken.case).data
    assert page["assessment_reason"] == "Шара жеткілікті болсын"


def test_7_9_4_1_the_chair_reads_the_guidance_while_there_is_time_to_follow_it(broken: Finding) -> None:
    broken.explain().assess("action", until_day="2026-10-15")
    page = broken.faculty.page(broken.faculty.chair, "read_guidance", broken.case).data
    assert page["assessment_reason"] == "Шара жеткілікті болсын"
    broken.answer(broken.faculty.chair, "read_guidance", guidance_read=True)
    assert broken.open == []
    broken.faculty.wait_until(at("2026-10-15 09:01"))
    assert broken.open == ["explain"]


def test_6_2_1_an_earlier_explanation_does_not_stand_for_one_that_was_not_given(broken: Finding) -> None:
    broken.explain().assess("waive", until_day="2026-10-15")
    broken.faculty.wait_until(at("2026-10-23 00:01"))
    assert broken.open == ["asb_assess"]
    data = broken.faculty.page("asb1", "asb_assess", broken.case).data
    assert (data["cause"], data["measure"]) == (None, None)


def test_7_9_4_2_a_waiver_ends_on_its_day(broken: Finding) -> None:
    broken.explain().assess("waive", until_day="2026-10-20")
    assert broken.row["status"] == "waived"
    broken.faculty.wait_until(at("2026-10-20 09:01"))
    assert broken.open == ["explain"]


def test_7_9_4_2_what_asb_holds_to_be_resolved_is_closed(broken: Finding) -> None:
    broken.explain().assess("resolved")
    assert (broken.row["status"], broken.faculty.state(broken.case)) == ("closed", "completed")


@pytest.mark.both_ways
def test_8_4_a_rule_kept_again_is_proposed_for_closing_and_repeated_is_told_to_the_dean(broken: Finding) -> None:
    faculty = broken.faculty
    faculty.wait_until(at("2026-10-02 02:00"))
    look(faculty)
    assert (broken.row["status"], broken.open) == ("cleared", ["confirm_close"])
    broken.answer("asb1", "confirm_close", close_confirmed=True)
    assert (broken.row["status"], faculty.state(broken.case)) == ("closed", "completed")
    faculty.wait_until(at("2026-11-01 02:00"))
    look(faculty)
    (told,) = faculty.offered("dean", "tell_dean")
    faculty.answer("dean", "tell_dean", repetition_known=True, pass_on=False)
    assert faculty.open_tasks(told.instance) == ["explain"]


def repeated(faculty: Faculty) -> str:
    """A finding that repeats another."""
    night(faculty, ("2026-09-01", "one"))
    night(faculty, ("2026-09-01", "one"), ("2026-09-02", "two"))
    return faculty.cases("compliance_finding")[-1]


def test_8_4_the_chair_explains_a_repeated_breach_without_waiting_for_the_dean(faculty: Faculty) -> None:
    case = repeated(faculty)
    assert faculty.open_tasks(case) == ["explain", "tell_dean"]
    faculty.answer(faculty.chair, "explain", case, **CAUSE, measure_due="2026-10-14")
    faculty.answer("asb1", "asb_assess", case, assessment="resolved", assessment_reason="Жойылды")
    assert faculty.register("findings")[faculty.variables(case)["finding_key"]]["status"] == "closed"
    assert faculty.open_tasks(case) == ["tell_dean"]


@pytest.mark.parametrize("silent", [False, True], ids=["told", "silent"])
def test_8_4_what_the_dean_passes_on_or_lets_lie_reaches_the_department(faculty: Faculty, silent: bool) -> None:
    if not silent:
        faculty.person("academic", ("academic_work_dept", "univ"), unit="univ")
    case = repeated(faculty)
    if silent:
        faculty.wait_until(at("2026-09-15 23:50"))
        assert faculty.offered("asb1", "tell_department") == []
        faculty.wait_until(at("2026-09-16 00:01"))
    else:
        faculty.answer("dean", "tell_dean", case, repetition_known=True, pass_on=True)
    faculty.answer("asb1" if silent else "academic", "tell_department", case, department_note="Кеңесте қаралады")
    row = faculty.register("findings")[faculty.variables(case)["finding_key"]]
    assert (row["dean_told_on"], row["department_note"]) == (None if silent else faculty.today, "Кеңесте қаралады")
    assert "tell_department" not in faculty.open_tasks(case)


def test_8_4_a_school_without_a_dean_tells_the_department_at_once(faculty: Faculty) -> None:
    faculty.dismiss("dean", "dean")
    assert "tell_department" in faculty.open_tasks(repeated(faculty))


def test_7_9_4_2_without_a_commission_the_dean_explains(faculty: Faculty) -> None:
    faculty.dismiss(faculty.chair, "chair")
    break_a_rule(faculty)
    finding = Finding(faculty)
    assert [row.element for row in faculty.offered("dean", case=finding.case)] == ["explain"]


# --- one finding a rule and subject -----------------------------------------------------------------------------------

OVERDUE = {"rule": "R27", "severity": "major", "clause": "7.5.1", "names": {"kk": "Мерзім", "ru": "Срок", "en": "Term"}}


def night(faculty: Faculty, *breaches: tuple[str, str]) -> dict[str, dict[str, Any]]:
    """A look that finds R27 broken since a day in a case (or in none); answers its findings by subject."""
    told = [{"since": day(since), "case": case, "key": f"№ {case}"} for since, case in breaches]
    found = [{**OVERDUE, "breaches": told}] if told else []
    variables = {"day": faculty.today, "found": found}
    faculty.do(c.StartProcess(actor=c.SYSTEM, definition="compliance_watch", school=SCHOOL, variables=variables))
    faculty.engine.settle()
    faculty.wait(days=1)
    return {row["subject"]: row for row in faculty.register("findings").values()}


def statuses(rows: dict[str, dict[str, Any]]) -> dict[str, str]:
    return {subject: row["status"] for subject, row in rows.items()}


def test_7_9_4_2_a_breach_in_another_case_is_a_finding_of_its_own_whatever_was_waived(faculty: Faculty) -> None:
    assert list(night(faculty, ("2026-09-01", "one"), ("2026-09-03", "one"))) == ["one"]
    (first,) = faculty.cases("compliance_finding")
    faculty.answer(faculty.chair, "explain", first, **CAUSE, measure_due="2026-10-14")
    faculty.answer("asb1", "asb_assess", first, assessment="waive", assessment_reason="Демалыс", until_day="2026-12-01")
    found = night(faculty, ("2026-09-01", "one"), ("2026-09-05", "two"), ("2026-09-06", ""), ("2026-09-06", ""))
    assert statuses(found) == {"one": "waived", "two": "open", "2026-09-06": "open"}
    assert (found["one"]["since"], found["two"]["case_key"]) == (day("2026-09-01"), "№ two")
    again = night(faculty, ("2026-09-01", "one"), ("2026-09-06", ""))
    assert statuses(again) == {"one": "waived", "two": "cleared", "2026-09-06": "open"}
    assert len(faculty.register("findings")) == 3


def test_7_9_4_2_what_was_found_in_one_night_is_no_repetition_of_itself(faculty: Faculty) -> None:
    found = night(faculty, ("2026-09-01", "one"), ("2026-09-02", "two"))
    assert [row["repeated"] for row in found.values()] == [False, False]
    assert night(faculty, ("2026-09-01", "one"), ("2026-09-02", "two"), ("2026-09-03", "three"))["three"]["repeated"]


def test_1_4_10_of_a_confidential_case_the_school_is_told_no_more_than_that_there_is_one(faculty: Faculty) -> None:
    hidden = [Appeal(faculty).case for _ in range(2)]
    faculty.wait_until(at("2026-09-10 02:00"))
    look(faculty)
    found = [row for row in faculty.register("findings").values() if row["rule"] == "R44"]
    assert len({row["subject"] for row in found}) == 2
    cases = [*faculty.cases("compliance_watch"), *faculty.cases("compliance_finding")]
    told = str([faculty.register("findings"), *map(faculty.variables, cases)])
    assert not any(case in told for case in hidden)
    assert [row["case_key"] for row in found] == ["", ""]


def test_8_1_p2_a_duty_of_the_university_is_found_once_and_explained_by_asb(faculty: Faculty) -> None:
    published = {"url": "https://univ.example/1", "published_on": day("2026-09-01")}
    given = {"edition_no": 1, "decision_no": "3", "legal_agreed_on": None, **published}
    faculty.start("edition_life", "asb1", "univ", approved_on=day("2026-09-01"), **given)
    look(faculty)
    rows = {school: faculty.register("findings", school).values() for school in ("univ", SCHOOL, "law")}
    assert {row["rule"] for row in rows["univ"]} == {"R55"}
    assert not {"R54", "R55", "R56", "R58"} & {row["rule"] for school in (SCHOOL, "law") for row in rows[school]}
    (case,) = [one for one in faculty.cases("compliance_finding") if faculty.variables(one)["school"] == "univ"]
    faculty.answer("asb1", "explain", case, **CAUSE, measure_due="2026-10-14")
    assert faculty.open_tasks(case) == ["asb_assess"]


SEEN = {"finding_clause": "6.1(3)", "finding_severity": "major", "finding_since": "2026-09-01",
        "finding_text": "Хаттамаға материалдар тіркелмеген"}  # fmt: skip


def by_hand(faculty: Faculty, **more: Any) -> str:
    """ASB opens a finding in the school; answers its key in the register."""
    case = faculty.start("finding_by_hand", "asb1")
    faculty.answer("asb1", "describe_finding", case, **SEEN, **more)
    faculty.engine.settle()
    return next(key for key, row in faculty.register("findings").items() if row["by_hand"])


def test_7_9_4_2_asb_opens_a_finding_no_rule_measures_and_the_chair_explains_it(faculty: Faculty) -> None:
    key = by_hand(faculty)
    row = faculty.register("findings")[key]
    assert (row["rule"], row["clause"], row["severity"], row["opened_by"]) == ("6.1(3)", "6.1(3)", "major", "asb1")
    assert row["wrong"]["kk"] == SEEN["finding_text"]
    (case,) = faculty.cases("compliance_finding", "active")
    faculty.answer(faculty.chair, "explain", case, **CAUSE, measure_due="2026-10-14")
    faculty.answer("asb1", "asb_assess", case, assessment="resolved", assessment_reason="Материалдар тіркелді")
    assert faculty.state(case) == "completed" and faculty.register("findings")[key]["status"] == "closed"


def test_7_9_4_2_the_nightly_look_does_not_clear_what_was_opened_by_hand(faculty: Faculty) -> None:
    key = by_hand(faculty, finding_rule="R12")
    look(faculty)
    assert (faculty.register("findings")[key]["status"], faculty.register("findings")[key]["rule"]) == ("open", "R12")


@pytest.mark.parametrize("wrong", [{"finding_clause": "99.9"}, {"finding_clause": "7.2"}, {"finding_rule": "R99"}])
def test_7_9_4_2_a_finding_names_no_clause_and_no_rule_that_does_not_exist(
    faculty: Faculty, wrong: dict[str, str]
) -> None:
    case = faculty.start("finding_by_hand", "asb1")
    with pytest.raises(FormRefused) as refused:
        faculty.answer("asb1", "describe_finding", case, **{**SEEN, **wrong})
    assert set(refused.value.errors) == set(wrong)
    shown = faculty.page("asb1", "describe_finding", case).data
    assert {"value": "6.1(3)", "label": "6.1(3) — Материалды тарату және реттеп сақтау"} in shown[
        "_options_finding_clause"
    ]
    assert "R12 — Отырыстардың арасы екі айдан аспайды" in {one["label"] for one in shown["_options_finding_rule"]}


def test_7_9_4_2_a_finding_begun_by_mistake_takes_no_number(faculty: Faculty) -> None:
    dropped = faculty.start("finding_by_hand", "asb1")
    faculty.do(c.CancelInstance(actor=c.SYSTEM, instance=dropped, reason="Қате басталды"))
    assert by_hand(faculty).startswith("6.1(3)/1/")


def test_7_9_4_2_nobody_but_asb_opens_a_finding(faculty: Faculty) -> None:
    for person in (faculty.chair, faculty.secretary, faculty.dean):
        with pytest.raises(NotPermitted):
            faculty.start("finding_by_hand", person)
