"""What comes before a meeting: items, agenda, invitation and materials three working days ahead."""

from __future__ import annotations

import pytest

from engine import commands as c
from engine.database import reading
from engine.facts import MessageThrown
from engine.history import ledger
from tests.processes import papers
from tests.processes.faculty import SCHOOL, Faculty, FormRefused
from tests.processes.meeting import DECISION, INFORMATION, Meeting, at, day, item
from tests.processes.telling import tell

MONDAY = "2026-09-21 09:00"


def prepared(faculty: Faculty, meets: str = MONDAY) -> Meeting:
    """A meeting whose agenda is approved; materials are to be sent."""
    meeting = Meeting.call(faculty)
    meeting.collect("Силлабустардың сапасы")
    meeting.approve(at(meets))
    return meeting


# --- three working days -----------------------------------------------------------------------------------------------


@pytest.mark.both_ways
def test_5_1_3_for_a_meeting_on_monday_the_last_day_is_wednesday_before(faculty: Faculty) -> None:
    prepared(faculty)
    [row] = faculty.offered(faculty.secretary, "distribute")
    assert row.due == at("2026-09-16 23:59:59")


def test_5_1_3_sent_on_the_last_day_is_in_time(faculty: Faculty) -> None:
    meeting = prepared(faculty)
    faculty.wait_until(at("2026-09-16 23:50"))
    meeting.distribute()
    assert (meeting.row["materials"], meeting.row["status"]) == ("ok", "announced")


def test_5_1_3_materials_sent_a_day_late_are_flagged_and_the_meeting_goes_on(faculty: Faculty) -> None:
    meeting = prepared(faculty)
    faculty.wait_until(at("2026-09-17 00:00"))
    assert meeting.open == ["distribute_late"]
    assert faculty.page(faculty.secretary, "distribute_late").data["late_notice"] is True
    meeting.distribute("distribute_late")
    assert (meeting.row["materials"], meeting.row["materials_sent_on"]) == ("hold_flagged", day("2026-09-17"))
    meeting.open_with()
    assert meeting.open == ["formulate"]


def test_5_1_3_late_materials_postpone_the_meeting_where_the_university_has_chosen_so(faculty: Faculty) -> None:
    faculty.set_parameter("P_LATE_MATERIAL", "postpone")
    meeting = prepared(faculty)
    faculty.wait_until(at("2026-09-17 08:00"))
    assert meeting.open == ["postpone"]
    meeting.do(faculty.secretary, "postpone", meeting_at="2026-09-28T09:00", postpone_reason="Материал дайын емес")
    assert (meeting.row["status"], meeting.row["meeting_at"]) == ("postponed", at("2026-09-28 09:00"))
    [row] = faculty.offered(faculty.secretary, "distribute")
    assert row.due == at("2026-09-23 23:59:59")
    meeting.distribute()
    assert (meeting.row["materials"], meeting.row["status"]) == ("ok", "announced")


def test_5_1_3_a_meeting_called_for_the_day_after_tomorrow_is_flagged_from_the_first(faculty: Faculty) -> None:
    meeting = prepared(faculty, "2026-09-09 15:00")
    faculty.wait(seconds=1)
    meeting.distribute("distribute_late")
    assert meeting.row["materials"] == "hold_flagged"


def test_5_1_3_a_day_off_moved_by_the_government_moves_the_limit(faculty: Faculty) -> None:
    from engine import commands as c

    off = c.SetDay(actor=faculty.asb, day=day("2026-09-17"), working=False, reason="Үкімет қаулысы")
    faculty.do(off)
    meeting = prepared(faculty)
    [row] = faculty.offered(faculty.secretary, "distribute")
    assert row.due == at("2026-09-15 23:59:59")
    faculty.wait_until(at("2026-09-16 12:00"))
    assert meeting.open == ["distribute_late"]


def test_5_1_3_nothing_is_sent_while_a_reference_is_missing(faculty: Faculty) -> None:
    meeting = prepared(faculty)
    with pytest.raises(FormRefused) as refused:
        meeting.do(faculty.secretary, "distribute", invitation_text="Отырысқа шақырамыз", sent=True)
    assert set(refused.value.errors) == {"materials.0.reference", "materials.0.version"}
    assert meeting.open == ["distribute"]


def test_6_1_2_the_invitation_is_drawn_up_too_when_materials_go_out_late(faculty: Faculty) -> None:
    meeting = prepared(faculty)
    faculty.wait_until(at("2026-09-17 00:01"))
    assert meeting.open == ["distribute_late"]
    meeting.distribute("distribute_late")
    assert ("distribute_late", "invitation") in papers.called_for(faculty)


# --- the agenda -------------------------------------------------------------------------------------------------------


def test_6_2_2_the_chair_declines_an_item_with_a_reason_and_adds_an_own_one(faculty: Faculty) -> None:
    meeting = Meeting.call(faculty)
    meeting.collect("Силлабустардың сапасы", "Асхананың жұмысы")
    meeting.approve(decline={"Асхананың жұмысы": "Құзыретте жоқ"}, more=["Жылдық жоспар"])
    meeting.distribute()
    assert [row["title"] for row in meeting.row["agenda"]] == ["Силлабустардың сапасы", "Жылдық жоспар"]
    [declined] = meeting.row["declined"]
    assert (declined["title"], declined["decline_reason"]) == ("Асхананың жұмысы", "Құзыретте жоқ")


def test_6_2_2_an_item_is_not_declined_without_a_reason(faculty: Faculty) -> None:
    meeting = Meeting.call(faculty)
    meeting.collect("Силлабустардың сапасы", "Асхананың жұмысы")
    items = [{**item("Силлабустардың сапасы"), "verdict": "accept"}, {**item("Асханалар"), "verdict": "decline"}]
    with pytest.raises(FormRefused) as refused:
        meeting.do(faculty.chair, "approve_agenda", meeting_at="2026-09-21T09:00", format="in_person", place="305",
                   items=items)  # fmt: skip
    assert set(refused.value.errors) == {"items.1.decline_reason"}


def test_6_2_2_the_chair_takes_nothing_off_the_draft_without_a_word(faculty: Faculty) -> None:
    meeting = Meeting.call(faculty)
    meeting.collect("Силлабустардың сапасы", "Асхананың жұмысы")
    shown = faculty.page(faculty.chair, "approve_agenda", meeting.case)
    kept = [{**row, "verdict": "accept"} for row in shown.data["items"][:1]]
    with pytest.raises(FormRefused) as refused:
        meeting.do(faculty.chair, "approve_agenda", meeting_at="2026-09-21T09:00", format="in_person", place="305",
                   items=kept)  # fmt: skip
    assert set(refused.value.errors) == {"items"}


def test_6_2_2_the_deputy_approves_the_agenda_on_behalf_of_the_chair(faculty: Faculty) -> None:
    meeting = Meeting.call(faculty)
    meeting.collect("Силлабустардың сапасы")
    shown = faculty.page(faculty.deputy, "approve_agenda", meeting.case)
    items = [{**row, "verdict": "accept"} for row in shown.data["items"]]
    answers = {"meeting_at": "2026-09-21T09:00", "format": "online", "link": "https://meet.example.kz/1"}
    faculty.submit(faculty.deputy, shown.task, **answers, items=items)
    assert meeting.open == ["distribute"]


def test_6_1_2_a_meeting_is_not_called_for_a_time_that_is_over(faculty: Faculty) -> None:
    meeting = Meeting.call(faculty)
    meeting.collect("Силлабустардың сапасы")
    with pytest.raises(FormRefused) as refused:
        meeting.approve(at("2026-09-07 08:59"))
    assert set(refused.value.errors) == {"meeting_at"}


def test_7_2_1_an_item_taken_up_in_the_meeting_needs_more_than_half_and_stays_flagged(announced: Meeting) -> None:
    members = announced.faculty.members[:8]
    announced.open_with(members, added=[("Шұғыл мәселе", 5), ("Тағы бір мәселе", 4)])
    announced.decide(INFORMATION)
    assert announced.variables["agenda"][-1]["title"] == "Шұғыл мәселе"
    announced.decide(INFORMATION)
    assert announced.open == ["draft_protocol"]
    assert [(row["title"], row["added_late"]) for row in announced.row["agenda"]] == [
        ("Силлабустардың сапасы", False),
        ("Шұғыл мәселе", True),
    ]


# --- items proposed by other cases ------------------------------------------------------------------------------------


def test_5_1_5_an_item_proposed_by_another_case_is_put_on_the_next_agenda(decided: Faculty) -> None:
    """The executor contests; the chair puts it before the commission."""
    faculty = decided
    faculty.answer(faculty.head, "accept_task", answer="contest", contest_reason="Уақыт жетпейді")
    faculty.answer(faculty.chair, "consider_objection", objection_verdict="to_agenda", objection_note="Қаралсын")
    meeting = Meeting.call(faculty)
    meeting.collect("Тоқсандық есеп")
    titles = [row["title"] for row in faculty.page(faculty.chair, "approve_agenda", meeting.case).data["items"]]
    assert titles == ["Тоқсандық есеп", f"№ {faculty.notes['decision']}: {DECISION['decision_text']}"]


def test_5_1_5_an_item_proposed_before_any_meeting_is_called_waits_for_it(decided: Faculty) -> None:
    faculty = decided
    meeting = Meeting.call(faculty)
    faculty.answer(faculty.head, "accept_task", answer="contest", contest_reason="Уақыт жетпейді")
    faculty.answer(faculty.chair, "consider_objection", objection_verdict="to_agenda", objection_note="Қаралсын")
    assert len(meeting.variables["proposals"]) == 1
    meeting.announce("Тоқсандық есеп").open_with()
    meeting.decide(INFORMATION)
    meeting.decide(INFORMATION)
    meeting.finish()
    considered = {row["title"]: row["item_id"] for row in meeting.variables["outcomes"]}
    assert f"{faculty.notes['decision']}/objection" in considered.values() and "Тоқсандық есеп" in considered


# --- what other cases propose -----------------------------------------------------------------------------------------


def told_considered(meeting: Meeting) -> list[str]:
    """The items of which the meeting has told whoever proposed them."""
    keys, stream = meeting.faculty.engine.keys, f"instance:{meeting.case}"
    with reading(meeting.faculty.engine.database) as connection:
        entries = list(ledger.read(connection, stream, keys.of(connection, stream)))
    facts = [fact for entry in entries for fact in entry.facts() if isinstance(fact, MessageThrown)]
    return [fact.key for fact in facts if fact.name == "item.considered"]


def propose(faculty: Faculty, item_id: str, **more: str) -> None:
    tell(faculty, "agenda.proposed", SCHOOL, item_id=item_id, title=f"Мәселе {item_id}", kind="general",
         source_ref="1/2026-1", **more)  # fmt: skip


def test_5_1_5_what_other_cases_proposed_is_shown_and_is_enough_for_an_agenda(faculty: Faculty) -> None:
    meeting = Meeting.call(faculty)
    with pytest.raises(FormRefused) as refused:
        meeting.collect()
    assert set(refused.value.errors) == {"items"}
    propose(faculty, "review")
    shown = faculty.page(faculty.secretary, "collect_items", meeting.case).data
    assert [row["title"] for row in shown["proposals"]] == ["Мәселе review"]
    meeting.collect()
    assert [row["title"] for row in faculty.page(faculty.chair, "approve_agenda").data["items"]] == ["Мәселе review"]


def test_5_1_5_a_proposal_stands_on_the_draft_once_although_the_chair_returned_it(faculty: Faculty) -> None:
    propose(faculty, "review")
    meeting = Meeting.call(faculty)
    meeting.collect("Бағалау тәртібі")
    [row] = faculty.offered(faculty.chair, "approve_agenda")
    faculty.do(c.ReturnTask(actor=faculty.chair, instance=meeting.case, task=row.task, reason="Есепті қосыңыз"))
    meeting.do(faculty.secretary, "collect_items", items=faculty.page(faculty.secretary, "collect_items").data["items"])
    titles = [row["title"] for row in faculty.page(faculty.chair, "approve_agenda").data["items"]]
    assert titles == ["Бағалау тәртібі", "Мәселе review"]


def test_5_1_5_only_whoever_waits_for_it_is_told_what_came_of_an_item(faculty: Faculty) -> None:
    propose(faculty, "1/objection", awaited="${false}")
    propose(faculty, "review")
    meeting = Meeting.call(faculty)
    meeting.announce("Бағалау тәртібі").open_with()
    for _ in range(3):
        meeting.decide(INFORMATION)
    meeting.finish()
    assert told_considered(meeting) == ["review"]


def test_5_1_5_a_meeting_called_off_proposes_its_items_as_they_came(faculty: Faculty) -> None:
    propose(faculty, "1/objection", awaited="${false}")
    propose(faculty, "review")
    meeting = Meeting.call(faculty)
    meeting.announce("Бағалау тәртібі")
    typed = next(row["item_id"] for row in meeting.variables["agenda"] if row["title"] == "Бағалау тәртібі")
    change = faculty.start("meeting_change", faculty.secretary)
    faculty.answer(faculty.secretary, "describe_change", change, changed_meeting=meeting.variables["meeting_id"],
                   change="cancel", change_reason="Аудитория бос емес")  # fmt: skip
    again = Meeting.call(faculty)
    awaited = {row["item_id"]: row["awaited"] for row in again.variables["proposals"]}
    assert awaited == {"1/objection": False, "review": True, typed: False}


def test_5_1_5_an_item_proposed_by_a_case_is_called_in_the_language_of_whoever_reads(faculty: Faculty) -> None:
    titles = '{kk: "Мәселе check", ru: "Заключение по проверке № 3", en: "Conclusion of the check No. 3"}'
    propose(faculty, "check", titles=f"${{{titles}}}")
    propose(faculty, "other")  # what it says of its title in other languages is nobody else's
    meeting = Meeting.call(faculty)
    meeting.announce("Бағалау тәртібі").open_with()
    about = []
    for _ in range(3):
        (row,) = faculty.offered(faculty.secretary, "formulate", meeting.case)
        about.append(row.about)
        meeting.decide(INFORMATION)
    n, m = (2, 3) if "№ 3. Мәселе other" in about else (3, 2)  # both were proposed at one moment
    assert about[0] == "№ 1. Бағалау тәртібі"
    assert {"kk": f"№ {n}. Мәселе check", "ru": f"№ {n}. Заключение по проверке № 3",
            "en": f"No. {n}. Conclusion of the check No. 3"} in about  # fmt: skip
    assert f"№ {m}. Мәселе other" in about
