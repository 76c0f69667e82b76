"""Data for a ranking: from their owners, verified by somebody else, submitted without what nobody has verified."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from engine.errors import Refused
from engine.values import ALMATY
from tests.processes.faculty import SCHOOL, Faculty, FormRefused
from tests.processes.meeting import at
from tests.processes.procedure import Procedure

KEY = "QS 2027"
FIGURE = {"code": "A1", "indicator_name": "Оқытушылар саны"}


class Campaign(Procedure):
    """Two figures: one from the department, one from the dean's office; due on Friday 30 October 2026."""

    def __init__(self, faculty: Faculty) -> None:
        self.faculty = faculty
        self.case = faculty.start(
            "rankings_support",
            faculty.secretary,
            campaign_name="QS",
            ranking_year=2027,
            campaign_due=date(2026, 10, 30),
            indicators=[
                {**FIGURE, "owner_kind": "department", "owner_unit": "eng-cs", "due": date(2026, 9, 25)},
                {"code": "A2", "indicator_name": "Білім алушылар саны", "owner_kind": "deans_office"},
            ],
        )

    @property
    def row(self) -> dict[str, Any]:
        return self.faculty.register("rankings")[KEY]

    def figure(self, code: str) -> dict[str, Any]:
        return self.faculty.register("ranking_indicators")[f"{KEY}/{code}"]

    def give(self, who: str, value: float = 42) -> None:
        self.faculty.answer(who, "give_value", self.case, value=value, source="Кадрлар бөлімі", confirmed=True)

    def verify(self, who: str = "m4", **answers: Any) -> None:
        self.faculty.answer(who, "verify_value", self.case, **({"value_confirmed": True} | answers))

    def collect(self) -> None:
        for who in (self.faculty.head, "office"):
            self.give(who)
            self.verify()

    def until_submission(self) -> None:
        self.faculty.answer(
            "m4", "analyse", self.case, analysis="Көрсеткіштер өткен жылғы деңгейде", method_changed=False
        )
        self.faculty.answer(self.faculty.secretary, "proposals", self.case, proposals=[])

    def submitted(self, *included: str) -> None:
        today = self.faculty.today.isoformat()
        self.answer("m2", "record_submission", outcome="submitted", submitted_on=today, included=list(included))


@pytest.fixture
def campaign(faculty: Faculty) -> Campaign:
    return Campaign(faculty)


def test_2_2_8_each_figure_is_asked_of_its_owner(campaign: Campaign) -> None:
    assert campaign.open == ["give_value", "give_value"]
    assert [row.element for row in campaign.faculty.offered("office")] == ["give_value"]
    assert campaign.faculty.offered(campaign.faculty.other_head, "give_value") == []
    assert campaign.row["internal_due"] == date(2026, 10, 15)  # the Republic's Day between


def test_2_2_8_each_figure_has_its_own_day_not_after_the_internal_one(campaign: Campaign) -> None:
    (asked,) = campaign.faculty.offered(campaign.faculty.head, "give_value")
    (other,) = campaign.faculty.offered("office", "give_value")
    days = [row.due.astimezone(ALMATY).date() for row in (asked, other) if row.due]
    assert days == [date(2026, 9, 25), date(2026, 10, 15)]
    assert campaign.figure("A1")["due_at"] == date(2026, 9, 25)


def test_2_2_8_who_gives_a_figure_does_not_verify_it(faculty: Faculty) -> None:
    faculty.appoint("m4", "deans_office")
    campaign = Campaign(faculty)
    campaign.give("m4")
    with pytest.raises(Refused) as refusal:
        faculty.complete("m4", faculty.task("verify_value", campaign.case), value_confirmed=True)
    assert refusal.value.code == "same_person"
    campaign.verify("m5")
    assert campaign.figure("A2")["status"] == "verified"


def test_2_2_8_a_doubted_figure_goes_back_with_the_remark(campaign: Campaign) -> None:
    campaign.give(campaign.faculty.head)
    with pytest.raises(FormRefused):
        campaign.verify(value_confirmed=False)
    campaign.verify(value_confirmed=False, remarks="Дереккөздегі сан басқа")
    assert campaign.figure("A1")["status"] == "returned"
    assert (
        campaign.faculty.page(campaign.faculty.head, "give_value", campaign.case).data["remarks"]
        == "Дереккөздегі сан басқа"
    )


def test_2_2_8_and_3_9_data_are_compared_submitted_and_learned_from(campaign: Campaign) -> None:
    campaign.collect()
    campaign.until_submission()
    faculty = campaign.faculty
    campaign.submitted("A1", "A2")
    assert (campaign.row["status"], campaign.row["gaps"], campaign.row["included"]) == ("submitted", [], ["A1", "A2"])
    faculty.answer(faculty.secretary, "record_result", campaign.case, place="401–450", lessons="Ертерек жинау керек")
    assert (campaign.row["status"], faculty.state(campaign.case)) == ("closed", "completed")


def test_2_2_8_an_unverified_figure_stays_out_with_the_chairs_knowledge(campaign: Campaign) -> None:
    campaign.give(campaign.faculty.head)
    campaign.verify()
    faculty = campaign.faculty
    faculty.wait_until(at("2026-10-16 00:01"))
    assert campaign.open == ["confirm_gaps"]
    faculty.answer(faculty.chair, "confirm_gaps", campaign.case, gaps_accepted=True)
    campaign.until_submission()
    page = faculty.page(faculty.secretary, "record_submission", campaign.case).data
    assert [row["code"] for row in page["compared"]] == ["A1"]
    with pytest.raises(FormRefused):
        campaign.submitted("A2")


def test_3_9_last_years_figure_stands_beside_and_a_campaign_may_be_withdrawn(campaign: Campaign) -> None:
    campaign.collect()
    campaign.until_submission()
    faculty = campaign.faculty
    faculty.answer(
        faculty.secretary,
        "record_submission",
        campaign.case,
        outcome="withdrawn",
        withdrawn_reason="Қатысу ақылы болды",
    )
    assert (campaign.row["status"], faculty.state(campaign.case)) == ("withdrawn", "completed")
    case = faculty.start(
        "rankings_support",
        faculty.secretary,
        campaign_name="QS",
        ranking_year=2028,
        campaign_due=date(2026, 11, 30),
        indicators=[
            {"code": "A1", "indicator_name": "Оқытушылар саны", "owner_kind": "department", "owner_unit": "eng-cs"}
        ],
    )
    faculty.answer(faculty.head, "give_value", case, value=45, source="Кадрлар бөлімі", confirmed=True)
    faculty.answer("m4", "verify_value", case, value_confirmed=True)
    assert faculty.page("m4", "analyse", case).data["compared"][0]["last"] == "42"
    assert faculty.register("rankings", SCHOOL)["QS 2028"]["status"] == "collecting"
