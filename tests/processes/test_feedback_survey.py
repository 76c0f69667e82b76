"""A survey: an approved questionnaire, three audiences, nothing that betrays anybody, a note that leads somewhere."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date
from typing import Any

import pytest
import sqlalchemy as sa

from engine import commands as c
from engine.database import hi_entry, reading, ru_instance, vw_register
from engine.history.verify import verify
from tests.processes.faculty import SCHOOL, Faculty, FormRefused
from tests.processes.meeting import at
from tests.processes.procedure import Procedure
from tests.processes.test_tool_development import QUESTIONS, Tool

FIGURES = [{"question": "Бағалау түсінікті ме", "result": "4,2"}]


class Survey(Procedure):
    """Survey no. 1, planned by the secretary with an approved questionnaire; open from 16 to 30 September 2026."""

    def __init__(self, faculty: Faculty, questionnaire: bool = True) -> None:
        self.faculty = faculty
        if questionnaire:
            approve(faculty)
        self.case = faculty.start("feedback_survey", faculty.secretary, purpose="Оқыту сапасына қанағаттану")

    @property
    def no(self) -> str:
        return str(self.faculty.variables(self.case)["survey_no"])

    @property
    def row(self) -> dict[str, Any]:
        return self.faculty.register("surveys")[self.no]

    def design(self, **more: Any) -> Survey:
        answers = {
            "design_decision": "hold", "questionnaire": "Q-1/1.0", "audiences": ["student", "teacher", "employer"],
            "population_student": 120, "population_teacher": 20, "population_employer": 8, "opens_on": "2026-09-16",
            "closes_on": "2026-09-30",
        }  # fmt: skip
        self.answer(self.faculty.secretary, "design", **(answers | more))
        return self

    def closed(self) -> Survey:
        self.answer(self.faculty.secretary, "announce", channel="Univer", sent_to_all=True)
        self.faculty.wait_until(at("2026-10-01 00:01"))
        return self

    def counted(self, **answered: int) -> Survey:
        for audience in ("student", "teacher", "employer"):
            count = answered.get(audience, 0)
            more: dict[str, Any] = {"silence": "Хатқа жауап бермеді"} if not count else {}
            if count >= 3:
                more = {"figures": FIGURES, "topics": "Кері байланыс"}
            self.answer(self.faculty.secretary, "count_answers", responses=count, **more)
        return self

    def code(self, audience: str) -> str:
        (code,) = [row["code"] for row in self.faculty.register("survey_links").values() if row["audience"] == audience]
        return str(code)

    def answered(self, audience: str, *said: str | None, words: str = "") -> bool:
        """Somebody answers by the link of an audience; is it entered?"""
        before = len(self.faculty.register("survey_answers"))
        variables = {"code": self.code(audience), "answers": list(said), "words": [words] if words else []}
        self.faculty.do(
            c.StartProcess(
                actor=c.VISITOR, definition="survey_answer", school=SCHOOL, element="answer_given",
                business_key=self.code(audience), variables=variables,
            )
        )  # fmt: skip
        return len(self.faculty.register("survey_answers")) > before

    def noted(self, *proposals: str, signs: Sequence[tuple[str, str]] = ()) -> Survey:
        self.answer(
            self.faculty.secretary, "note_survey", conclusion="Кері байланысты жеделдету",
            proposals=[{"text": text, "to": "dean"} for text in proposals],
            risk_signs=[{"stage": stage, "description": text} for stage, text in signs],
        )  # fmt: skip
        return self

    def result(self, audience: str) -> dict[str, Any]:
        return self.faculty.register("survey_results")[f"{self.no}/{audience}"]


def approve(faculty: Faculty, urgent: bool = False, questions: Any = QUESTIONS) -> None:
    """A questionnaire goes the way of every tool (P27): ten working days for comments, unless it is an urgent fix."""
    tool = Tool(
        faculty, code="Q-1", kind="questionnaire", name="Оқыту сапасы", fields=None, questions=questions, urgent=urgent
    )
    if not urgent:
        faculty.wait_for_day(date(2026, 9, 15))
    tool.approve()


def test_5_1_7_a_questionnaire_is_chosen_only_for_days_on_which_it_is_in_use(faculty: Faculty) -> None:
    approve(faculty)
    newer = Tool(faculty, code="Q-1", kind="questionnaire", fields=None, questions=QUESTIONS, urgent=True)
    newer.approve(valid_from="2026-09-21")
    survey = Survey(faculty, questionnaire=False)
    for chosen, opens in (("Q-1/1.0", "2026-09-21"), ("Q-1/1.1", "2026-09-18")):
        with pytest.raises(FormRefused) as refused:
            survey.design(questionnaire=chosen, opens_on=opens)
        assert list(refused.value.errors) == ["questionnaire"]
    survey.design(questionnaire="Q-1/1.1", opens_on="2026-09-21")
    assert survey.row["questionnaire_version"] == "1.1"


@pytest.fixture
def survey(faculty: Faculty) -> Survey:
    return Survey(faculty)


def test_5_1_7_without_an_approved_questionnaire_nobody_is_asked(faculty: Faculty) -> None:
    survey = Survey(faculty, questionnaire=False)
    assert survey.open == ["lack_questionnaire"]
    approve(faculty)
    survey.answer(faculty.secretary, "lack_questionnaire", lack_answer="approved")
    assert survey.open == ["design"]


def test_2_2_4_a_survey_may_be_called_off_with_a_reason(faculty: Faculty) -> None:
    survey = Survey(faculty, questionnaire=False)
    with pytest.raises(FormRefused):
        survey.answer(faculty.secretary, "lack_questionnaire", lack_answer="cancel")
    survey.answer(faculty.secretary, "lack_questionnaire", lack_answer="cancel", cancel_reason="Биыл жоспарда жоқ")
    assert (survey.row["status"], faculty.state(survey.case)) == ("cancelled", "completed")


def test_3_4_an_open_survey_cannot_be_changed_and_reminds_half_way(survey: Survey) -> None:
    survey.design()
    assert survey.open == ["announce"]  # no way back to the design
    survey.answer(survey.faculty.secretary, "announce", channel="Univer", sent_to_all=True)
    assert survey.open == []
    survey.faculty.wait_until(at("2026-09-23 09:01"))
    assert survey.open == ["remind"]
    survey.answer(survey.faculty.secretary, "remind", reminder_sent=True)
    survey.faculty.wait_until(at("2026-09-30 18:00"))
    assert survey.open == []
    survey.faculty.wait_until(at("2026-10-01 00:01"))
    assert survey.open == ["count_answers"] * 3


def test_3_4_on_the_opening_day_the_roles_of_audiences_that_answer_by_a_link_are_asked(survey: Survey) -> None:
    survey.design(opens_on="2026-09-17", one_time=["employer"])
    survey.faculty.wait_until(at("2026-09-17 08:59"))
    assert "invited" not in survey.faculty.variables(survey.case)
    survey.faculty.wait_until(at("2026-09-17 09:01"))
    invited = survey.faculty.variables(survey.case)["invited"]
    keys = {"student": [f"student@{SCHOOL}"], "teacher": ["teacher@eng-cs", "teacher@eng-me"]}
    assert {one["page"]: sorted(one["keys"]) for one in invited} == {
        f"survey/{survey.code(audience)}": asked for audience, asked in keys.items()
    }
    assert survey.open == ["announce"], "whom the system does not know is written to by hand"
    survey.faculty.wait_until(at("2026-10-01 00:01"))
    assert survey.open == ["count_answers"] * 3


def test_3_4_a_survey_closes_on_its_day_whoever_has_not_reminded(survey: Survey) -> None:
    survey.design()
    survey.faculty.wait_until(at("2026-10-01 00:01"))
    assert survey.open == ["count_answers"] * 3


def test_3_4_d19_each_audience_is_judged_by_itself(survey: Survey) -> None:
    survey.design().closed().counted(student=36, teacher=5, employer=2)
    quality = [survey.result(a)["quality"] for a in ("student", "teacher", "employer")]
    assert quality == ["representative", "limited", "not_usable"]
    assert (survey.result("employer")["figures"], survey.result("employer")["topics"]) == ([], None)
    assert [row.element for row in survey.faculty.offered("m3", case=survey.case)] == ["analyse"]
    shown = survey.faculty.page("m3", "analyse", survey.case).data
    assert [row["audience"] for row in shown["usable"]] == ["student", "teacher"]
    assert "comparison" not in shown


def test_2_2_4_employers_who_are_silent_are_documented(survey: Survey) -> None:
    survey.design().closed()
    with pytest.raises(FormRefused):
        survey.answer(survey.faculty.secretary, "count_answers", responses=0)
    survey.counted(student=60, teacher=10)
    assert survey.result("employer")["silence"] == "Хатқа жауап бермеді"


def test_3_4_each_audience_answers_by_a_link_of_its_own_while_the_survey_is_open(survey: Survey) -> None:
    survey.design(opens_on="2026-09-17")
    assert len({survey.code(audience) for audience in ("student", "teacher", "employer")}) == 3
    assert not survey.answered("student", "5", "yes", "1", None)  # not open yet
    survey.faculty.wait_for_day(date(2026, 9, 17))
    assert survey.answered("student", "5", "yes", "1", None)
    survey.faculty.wait_until(at("2026-09-30 23:00"))
    assert survey.answered("teacher", "4", "no", "2", None)
    survey.faculty.wait_until(at("2026-10-01 00:01"))
    assert not survey.answered("student", "5", "yes", "1", None)
    assert [row["audience"] for row in survey.faculty.register("survey_answers").values()].count("student") == 1


def test_3_4_answers_given_online_are_counted_and_those_on_paper_added(survey: Survey) -> None:
    survey.design(opens_on="2026-09-15")
    for n, said in enumerate(["5", "5", "4", "3"]):
        assert survey.answered("student", said, "no" if n else "yes", "2", None, words=f"Кеңес {n}")
    survey.answered("teacher", "4", "yes", "1", None)
    survey.closed()
    faculty = survey.faculty
    rows = faculty.offered(faculty.secretary, "count_answers", survey.case)
    shown = {
        data["one"]["audience"]: data
        for row in rows
        for data in [faculty.engine.reader(faculty.secretary).task(row.task).data]
    }
    assert (shown["student"]["responses"], shown["student"]["figures"]) == (4, [
        {"question": "Бағалау түсінікті ме", "result": "4,25 (5 — 2, 4 — 1, 3 — 1, 2 — 0, 1 — 0)"},
        {"question": "Силлабус берілді ме", "result": "жоқ / нет — 3; иә / да — 1"},
        {"question": "Оқу түрі", "result": "сырттай — 4"},
    ])  # fmt: skip
    assert (shown["teacher"]["responses"], shown["teacher"]["figures"]) == (1, [])  # too few: nothing is told
    assert (shown["employer"].get("responses"), "Кеңес" in str(shown)) == (None, False)
    with pytest.raises(FormRefused):
        survey.answer(faculty.secretary, "count_answers", responses=3, figures=FIGURES)
    survey.counted(student=50, teacher=3)
    assert (survey.result("student")["responses"], survey.result("teacher")["quality"]) == (50, "limited")


def test_3_4_figures_of_the_longest_list_of_choices_are_taken_as_they_were_counted(faculty: Faculty) -> None:
    choices = [f"{n:02} " + "а" * 96 for n in range(1, 21)]  # twenty, two thousand characters in all
    question = {"text": "Оқу түрі", "answer": "choice", "options": "\n".join(choices)}
    approve(faculty, questions=[question])
    survey = Survey(faculty, questionnaire=False)
    survey.design(opens_on="2026-09-15", audiences=["student"])
    assert all([survey.answered("student", str(n)) for n in range(1, 21)])
    survey.closed()
    shown = faculty.page(faculty.secretary, "count_answers", survey.case).data
    counted = shown["figures"][0]["result"]
    assert all(f"{choice} — 1" in counted for choice in choices)
    survey.answer(faculty.secretary, "count_answers", responses=20, figures=shown["figures"])
    assert survey.result("student")["figures"] == [{"question": "Оқу түрі", "result": counted}]


def test_3_4_nothing_says_who_answered_or_when_finer_than_the_day(survey: Survey) -> None:
    survey.design()
    survey.faculty.wait_until(at("2026-09-22 14:37"))
    assert survey.answered("student", "5", "yes", "1", None, words="Кеңес")
    with reading(survey.faculty.engine.database) as connection:
        (case,) = connection.execute(sa.select(ru_instance).where(ru_instance.c.process_key == "survey_answer"))
        entries = connection.execute(sa.select(hi_entry).where(hi_entry.c.stream == f"instance:{case.id}")).all()
        (row,) = connection.execute(sa.select(vw_register).where(vw_register.c.register == "survey_answers"))
    midnight = at("2026-09-22 00:00").astimezone(UTC).isoformat()[:19]
    assert {case.started[:19], case.ended[:19], row.at[:19], *(entry.at[:19] for entry in entries)} == {midnight}
    assert {entry.actor for entry in entries} == {"visitor"}
    assert not any(one in entry.body for entry in entries for one in ("14:37", "09:37", "Кеңес"))
    assert verify(survey.faculty.engine.database, survey.faculty.engine.keys, [], lambda *_: None, "").clean
    for person in ("m1", "m2", "dean", "asb1", "admin", "stranger"):
        assert case.id not in [one.instance for one in survey.faculty.engine.reader(person).cases()[0]]


def test_3_4_answers_are_read_by_the_secretary_once_the_survey_is_closed_and_never_of_few(survey: Survey) -> None:
    faculty = survey.faculty
    faculty.person("auditor", ("auditor", "univ"))

    def read(person: str) -> list[Any]:
        return sorted(row.values["words"] for row in faculty.engine.reader(person).register("survey_answers").rows)

    survey.design(opens_on="2026-09-15")
    for n in range(3):
        survey.answered("student", "5", "yes", "1", None, words=f"Кеңес {n}")
    for n in range(2):
        survey.answered("teacher", "5", "yes", "1", None, words=f"Құпия {n}")
    assert read("m2") == []  # still open
    survey.closed()
    told = [[f"Кеңес {n}"] for n in range(3)]
    assert (read("m2"), read("auditor")) == (told, told)
    for person in ("m1", "m3", "dean", "office", "asb1", "admin", "stranger", "teacher"):
        assert (read(person), "survey_answers" in faculty.engine.reader(person).registers()) == ([], False), person
    assert {row.instance for row in faculty.engine.reader("m2").register("survey_answers").rows} == {""}


def test_3_4_more_answers_than_people_are_refused(survey: Survey) -> None:
    survey.design().closed()
    with pytest.raises(FormRefused):
        survey.answer(survey.faculty.secretary, "count_answers", responses=121, figures=FIGURES)


def test_3_4_too_few_answers_anywhere_are_noted_and_not_analysed(survey: Survey) -> None:
    survey.design().closed().counted(student=2)
    assert survey.open == ["note_survey"]
    survey.noted()
    assert (survey.row["status"], survey.row["quality"]) == ("closed", "not_usable")


def test_2_2_4_what_was_learned_becomes_recommendations(survey: Survey) -> None:
    survey.design().closed().counted(student=60, teacher=10, employer=4)
    survey.answer("m3", "analyse", findings="Бағалау түсінікті, кері байланыс баяу")
    survey.noted("Үш күнде жауап беру")
    assert (survey.row["status"], survey.row["quality"], survey.row["closed_on"]) == (
        "closed", "representative", date(2026, 10, 1),
    )  # fmt: skip
    (recommendation,) = survey.faculty.register("recommendations").values()
    assert recommendation["text"] == "Үш күнде жауап беру"
    assert survey.faculty.state(survey.case) == "completed"


def test_3_5_each_sign_of_a_breach_of_integrity_becomes_a_risk_of_its_own(survey: Survey) -> None:
    survey.design().closed().counted(student=2)
    survey.noted(signs=[("teaching", "Тапсырманы өзгеге орындату"), ("assessment", "Талап емтихан алдында өзгерген")])
    risks = [survey.faculty.variables(case) for case in survey.faculty.cases("integrity_risk")]
    assert sorted((risk["stage"], risk["source"], risk["description"]) for risk in risks) == [
        ("assessment", "survey", f"№ {survey.no} сауалнама: Талап емтихан алдында өзгерген"),
        ("teaching", "survey", f"№ {survey.no} сауалнама: Тапсырманы өзгеге орындату"),
    ]
    assert survey.faculty.state(survey.case) == "completed"


@pytest.mark.parametrize(("version", "said"), [("1.0", "comparable"), ("1.1", "not_comparable")])
def test_3_4_only_the_same_version_of_a_questionnaire_is_compared(survey: Survey, version: str, said: str) -> None:
    survey.design().closed().counted(student=60)
    survey.answer("m3", "analyse", findings="Бағалау түсінікті, кері байланыс баяу")
    survey.noted()
    faculty = survey.faculty
    if version == "1.1":
        approve(faculty, urgent=True)
    second = Survey(faculty, questionnaire=False)
    second.design(questionnaire=f"Q-1/{version}", opens_on="2026-10-20", closes_on="2026-11-03")
    faculty.wait_until(at("2026-11-04 00:01"))
    second.counted(student=60)
    assert faculty.variables(second.case)["comparability"] == said
    comparison = {"comparison": "Өткендегіден жоғары"} if said == "comparable" else {}
    second.answer("m3", "analyse", findings="Бағалау түсінікті болды", **comparison)
    second.noted()
    assert faculty.register("surveys", SCHOOL)[second.no]["comparability"] == said
