"""The room's pages over a real meeting: who gets in, what each may do there, and that only recorded votes count."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from argon2 import PasswordHasher

from engine import commands as c
from tests.processes.faculty import Faculty
from tests.processes.meeting import Meeting, meeting_of
from tests.processes.stages import MakeFaculty
from tests.web.conftest import PASSWORD, Browser, University
from web.room import STREAMS, _free

DIGEST = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)

Enter = Callable[[str], Browser]


@pytest.fixture
def meeting(make: MakeFaculty) -> Meeting:
    """All nine members are there; the first item is called."""
    return meeting_of(make("in_session"))


@pytest.fixture
def enter(meeting: Meeting) -> Enter:
    """The browser of somebody who has signed in."""
    university = University(meeting.faculty.engine, meeting.faculty.clock)  # type: ignore[arg-type]

    def one(person: str) -> Browser:
        meeting.faculty.do(c.SetPassword(actor=c.SYSTEM, person=person, login=person, digest=DIGEST))
        return university.signed_in(person)

    return one


def room(meeting: Meeting) -> str:
    return f"/rooms/{meeting.case}"


def send(browser: Browser, meeting: Meeting, task: str, **fields: str) -> int:
    data = {f"a:{name}": value for name, value in fields.items()}
    answer = browser.post(f"{room(meeting)}/tasks/{task}", data, page=room(meeting))
    return answer.status_code


@pytest.mark.both_ways
def test_7_3_1_a_member_votes_in_two_taps_and_sees_that_it_is_recorded(meeting: Meeting, enter: Enter) -> None:
    meeting.formulate()
    member = enter("m5")
    first = member.get(room(meeting)).text
    assert "choose=for" in first
    assert "Растау" not in first.partition('class="choices"')[2].partition("</ul>")[0]
    task = meeting.ballot("m5")
    second = member.get(f"{room(meeting)}?choose=against&step={task}").text
    assert "«Қарсымын» деп дауыс бересіз бе?" in second
    other = member.get(f"{room(meeting)}?choose=against&step=another").text
    assert "дауыс бересіз бе?" not in other  # what was chosen for one ballot is not chosen for the next
    assert send(member, meeting, task, vote="against") == 303
    assert "Дауысыңыз қабылданды: қарсы болды" in member.get(room(meeting)).text
    assert "m5" not in meeting.ballots()


def test_7_3_1_votes_appear_as_they_fall_for_everybody(meeting: Meeting, enter: Enter) -> None:
    meeting.formulate()
    watcher = enter("m9")
    assert "Дауыстар: 0 / 9" in watcher.get(room(meeting)).text
    meeting.faculty.complete("m4", meeting.ballot("m4"), vote="for")
    assert "Дауыстар: 1 / 9" in watcher.get(room(meeting)).text


def test_a_vote_that_comes_too_late_is_said_to_be_late(meeting: Meeting, enter: Enter) -> None:
    meeting.formulate()
    late, task = enter("m9"), meeting.ballot("m9")
    meeting.faculty.complete("m1", meeting.ballot("m1"), vote="for")
    meeting.do(meeting.faculty.secretary, "conduct_round", round_verdict="close")
    assert send(late, meeting, task, vote="for") == 303
    assert "жауабыңыз есептелмеді" in late.get(room(meeting)).text


def test_7_3_2_ending_a_vote_early_names_who_has_not_voted(meeting: Meeting, enter: Enter) -> None:
    meeting.formulate()
    meeting.faculty.complete("m1", meeting.ballot("m1"), vote="for")
    page = enter(meeting.faculty.secretary).get(room(meeting)).text
    ending = page.partition('id="close"')[2].partition("</details>")[0]
    assert "Дауыс бермегендер (8): Адам m2, Адам m3" in " ".join(ending.split())
    assert "Орындаушы: <strong>eng-cs</strong> · Мерзімі: <strong>12.10.2026</strong>" in page


def test_a_member_cannot_vote_for_another_nor_end_the_vote(meeting: Meeting, enter: Enter) -> None:
    meeting.formulate()
    member = enter("m5")
    page = member.get(room(meeting)).text
    assert "data-paper" not in page
    assert "a:round_verdict" not in page
    send(member, meeting, meeting.ballot("m6"), vote="for")
    send(member, meeting, meeting.faculty.task("conduct_round", meeting.case), round_verdict="close")
    assert "m6" in meeting.ballots()


def test_the_secretary_declares_a_round_void_from_the_room_and_it_is_held_again(meeting: Meeting, enter: Enter) -> None:
    meeting.formulate()
    secretary = enter(meeting.faculty.secretary)
    task = meeting.faculty.task("conduct_round", meeting.case)
    assert send(secretary, meeting, task, round_verdict="void", void_reason="Мәтіні қате оқылды") == 303
    assert "1-тур жарамсыз деп танылды: Мәтіні қате оқылды" in secretary.get(room(meeting)).text
    assert meeting.open == ["formulate"]


def test_the_result_of_an_item_is_shown_with_its_tally(enter: Enter, meeting: Meeting) -> None:
    meeting.decide(tally="5-4-0")
    text = enter("m4").get(room(meeting)).text
    assert "Қабылданды" in text
    assert "жақтады 5 · қарсы 4 · қалыс 0" in text


def test_7_3_1_the_composition_in_force_that_day_is_shown_with_its_order(faculty: Faculty) -> None:
    order = "№ 31-ө"
    faculty.dismiss("m9", "member")
    faculty.do(c.RecordPerson(actor=c.SYSTEM, person="m10", name="Адам m10", unit="eng"))
    appointed = c.Appoint(
        actor=c.SYSTEM, person="m10", role="member", unit="eng", start=faculty.today, end=None, basis=order
    )
    faculty.do(appointed)
    meeting = Meeting.call(faculty).announce().open_with([*faculty.members[:8], "m10"])
    university = University(faculty.engine, faculty.clock)  # type: ignore[arg-type]
    faculty.do(c.SetPassword(actor=c.SYSTEM, person="m5", login="m5", digest=DIGEST))
    text = university.signed_in("m5").get(room(meeting)).text
    shown = text.partition('id="composition"')[2].partition("</details>")[0]
    assert "Құрам: 9 мүше" in shown
    assert f"{order}, 07.09.2026 бастап" in shown
    assert ("Адам m10" in shown, "Адам m9" in shown) == (True, False)


def test_the_screen_names_nobody_while_the_vote_is_open(meeting: Meeting, enter: Enter) -> None:
    meeting.formulate()
    meeting.faculty.complete("m4", meeting.ballot("m4"), vote="against")
    text = enter("m1").get(f"{room(meeting)}/screen").text
    assert "1 / 9" in text
    assert "against" not in text
    assert "m4" not in re.sub(r"<[^>]*>", " ", text)


@pytest.mark.parametrize("who", ["stranger", "teacher"])
def test_who_does_not_see_the_case_finds_no_room(meeting: Meeting, enter: Enter, who: str) -> None:
    outsider = enter(who)
    assert meeting.case not in outsider.get("/rooms").text
    for address in ("", "/screen", "/stream"):
        assert outsider.get(room(meeting) + address).status_code == 404
    assert outsider.post(f"{room(meeting)}/mark", {"mark": "here"}).status_code == 404


def test_the_roll_is_called_on_own_devices_and_recorded_by_the_secretary(faculty: Faculty) -> None:
    meeting = Meeting.call(faculty).announce()
    meeting.come()
    meeting.confirm()
    university = University(faculty.engine, faculty.clock)  # type: ignore[arg-type]
    for person in ("m5", faculty.secretary):
        faculty.do(c.SetPassword(actor=c.SYSTEM, person=person, login=person, digest=DIGEST))
    member, secretary = university.signed_in("m5"), university.signed_in(faculty.secretary)
    assert member.post(f"{room(meeting)}/mark", {"mark": "here"}, page=room(meeting)).status_code == 303
    other = {"mark": "here", "person": "m6"}
    assert member.post(f"{room(meeting)}/mark", other, page=room(meeting)).status_code == 403
    for person in faculty.members[:5]:
        secretary.post(f"{room(meeting)}/mark", {"mark": "in_person", "person": person}, page=room(meeting))
    assert "Кворум бар: 9 мүшеден қатысып отырғаны 5, қажеті 5" in secretary.get(room(meeting)).text
    assert meeting.variables.get("present") is None  # marks are no record
    rows = {}
    for n, row in enumerate(faculty.page(faculty.secretary, "attendance", meeting.case).data["attendance"]):
        rows[f"attendance:{n}:member"] = row["member"]
        rows[f"attendance:{n}:mode"] = "in_person" if row["member"] in faculty.members[:5] else "absent"
    assert send(secretary, meeting, faculty.task("attendance", meeting.case), **rows) == 303
    assert meeting.open == ["formulate"]
    assert meeting.variables["present"] == faculty.members[:5]


def test_a_stream_tells_a_new_version_after_each_entry(meeting: Meeting) -> None:
    pulse = meeting.faculty.engine.pulse
    versions = pulse.versions(meeting.case, 30)
    first = next(versions)
    meeting.formulate()
    assert next(versions) not in (first, None)
    assert pulse.version("nothing") == ""


def test_7_3_2_while_the_next_item_waits_for_the_casting_vote_the_result_before_it_keeps_its_own_row(
    make: MakeFaculty,
) -> None:
    meeting = Meeting.call(make("settled")).announce("Бірінші мәселе", "Екінші мәселе").open_with()
    meeting.decide(tally="8-1-0")
    meeting.formulate()
    reader = meeting.faculty.engine.reader(meeting.faculty.secretary)
    before = reader.room(meeting.case).rulings["count_result"]
    meeting.vote("4-4-1", chair="abstain")
    assert meeting.open == ["casting_vote"]
    assert reader.room(meeting.case).rulings["count_result"] == before


def test_a_reader_who_only_asks_for_the_head_of_the_stream_keeps_nobody_from_it(meeting: Meeting, enter: Enter) -> None:
    browser = enter("m5")
    for _ in range(STREAMS + 1):
        reply = browser.client.head(f"{room(meeting)}/stream")
        reply.close()  # as every server does
        assert reply.status_code == 200
    for _ in range(STREAMS):
        assert _free.acquire(blocking=False)
    for _ in range(STREAMS):
        _free.release()
