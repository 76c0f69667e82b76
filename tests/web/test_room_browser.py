"""Keeps the meeting room usable while people speak: by keys alone, on a phone, live, over a line that breaks."""

from __future__ import annotations

import re
import threading

import pytest
from argon2 import PasswordHasher
from playwright.sync_api import APIResponse, Page, Route, expect

from engine import commands as c
from tests.processes.conftest import make, stages
from tests.processes.meeting import Meeting, meeting_of
from tests.processes.stages import MakeFaculty
from tests.web.conftest import PASSWORD, University
from tests.web.test_browser import AXE, DESK, PHONE, Open, address, complaints, no_wider_than_the_screen, open_page

__all__ = ["address", "make", "open_page", "stages"]  # fixtures
pytestmark = pytest.mark.browser

DIGEST = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
ITEMS = 12
IN_SIGHT = """() => {
  const frame = document.querySelector('[data-replay-canvas]').getBoundingClientRect();
  const across = one => one.left >= frame.left && one.right <= frame.right;
  const within = one => across(one) && one.top >= frame.top && one.bottom <= frame.bottom;
  return [...document.querySelectorAll('[data-replay-canvas] .node-mark.stopped')]
    .some(one => within(one.getBoundingClientRect()));
}"""
LISTED = ".fjs-dropdownlist-item.focused"
FRAMES = """() => new Promise(done => {
  const frame = then => requestAnimationFrame(() => setTimeout(then));
  frame(() => frame(done));
})"""


@pytest.fixture
def forget_between() -> bool:
    return False


@pytest.fixture
def meeting(request: pytest.FixtureRequest, make: MakeFaculty) -> Meeting:
    """All nine members are there and the first item is called; or the hour of a meeting of twelve items has come."""
    if getattr(request, "param", "") != "twelve":
        return meeting_of(make("in_session"))
    called = Meeting.call(make()).announce(*(f"{n}-мәселе" for n in range(1, ITEMS + 1)))
    called.come()
    return called


@pytest.fixture
def university(meeting: Meeting) -> University:
    """The faculty of the meeting; everybody of the commission signs in with their id."""
    for person in meeting.faculty.members:
        meeting.faculty.do(c.SetPassword(actor=c.SYSTEM, person=person, login=person, digest=DIGEST))
    return University(meeting.faculty.engine, meeting.faculty.clock)  # type: ignore[arg-type]


def room(meeting: Meeting, host: str = "") -> str:
    return f"{host}/rooms/{meeting.case}"


def live(page: Page) -> None:
    expect(page.locator("[data-link-state]")).to_have_class(re.compile("is-live"))


def keys(page: Page, *pressed: str) -> None:
    for key in pressed:
        if key == "pick":  # the first of a list, once it has unfolded
            if page.evaluate("document.activeElement.placeholder !== 'Іздеу'"):  # one with a search unfolds by itself
                page.keyboard.press("ArrowDown")
            page.locator(LISTED).wait_for()
            page.keyboard.press("Enter")
            page.locator(LISTED).wait_for(state="hidden")
        else:
            page.keyboard.press(key)


def form_of(page: Page, field: str) -> None:
    """The form that holds this field has come to life."""
    page.locator(f'.form-host.is-ready [id*="Field_{field}"]').first.wait_for()


def write(page: Page, text: str) -> None:
    page.keyboard.insert_text(text)


def votes(page: Page, given: int, of: int = 9) -> None:
    expect(page.locator("#ballots [data-tell]")).to_have_text(f"Дауыстар: {given} / {of}")


def cast(meeting: Meeting, *members: str, value: str = "for") -> None:
    """Members vote on devices of their own."""
    for member in members:
        meeting.faculty.complete(member, meeting.ballot(member), vote=value)


def word_decision(page: Page) -> None:
    """For an executor, by a date; put to the vote. Each field is waited for: it comes once the one before is filled."""
    keys(page, "f")
    write(page, "Силлабустар жаңартылсын")
    for field, *pressed in (
        ("outcome_type", "Space"),
        ("effect", "Space"),
        ("executor_kind", "ArrowDown"),
        ("executor_unit", "pick"),
        ("due_at", *"12.10.2026"),
        ("report_form", "pick"),
    ):
        form_of(page, field)
        keys(page, "Tab", *pressed)
    keys(page, "Escape", "v")


def word_information(page: Page, text: str) -> None:
    keys(page, "f")
    write(page, text)
    keys(page, "Tab", "ArrowDown", "ArrowDown")
    form_of(page, "no_execution_reason")
    keys(page, "Tab")
    write(page, "Ақпарат")
    keys(page, "Escape", "v")


def vote_oneself(page: Page) -> None:
    keys(page, "y")
    page.wait_for_selector("button#sure")
    keys(page, "Enter")


def confirm(page: Page, meeting: Meeting) -> None:
    """Votes that were entered for others wait for the chair."""
    expect(page.locator(".room-wait")).to_contain_text("растауды күтуде: Адам m1", timeout=20_000)
    meeting.do(meeting.faculty.chair, "confirm_paper", paper_verdict="confirm")


@pytest.mark.parametrize("meeting", ["twelve"], indirect=True)
def test_a_meeting_of_twelve_items_and_nine_members_is_minuted_with_the_keyboard_alone(
    meeting: Meeting, open_page: Open
) -> None:
    page = open_page(meeting.faculty.secretary)
    page.goto(room(meeting))
    live(page)
    form_of(page, "chair_present")  # who is there to preside: the chair and the deputy
    keys(page, "f", "Space", "Tab", "Space", "v")
    page.wait_for_selector("[data-roll]")
    keys(page, "a", *"123456789", "9", "9", "9", "9")  # m9 is put right: once around
    expect(page.locator("#room-meter")).to_contain_text("9 мүшеден қатысып отырғаны 9, қажеті 5")
    keys(page, "v")

    form_of(page, "decision_text")  # item 1: for an executor, by a date; two votes on paper
    assert meeting.variables["present"] == meeting.faculty.members
    word_decision(page)
    votes(page, 0)
    cast(meeting, "m1", "m3", "m5", "m6", "m7")
    votes(page, 5)
    vote_oneself(page)
    expect(page.locator("[data-given]")).to_be_focused()
    keys(page, "b", "4", "y", "z", "n", "b", "8", "y", "Escape", "v", "Enter")  # m4 is put right; m9 does not vote
    confirm(page, meeting)

    for no in range(2, ITEMS + 1):  # for information; the members vote on their own devices
        expect(page.locator("#item-title")).to_contain_text(f"{no} / {ITEMS}")
        expect(page.locator("#last-result")).to_contain_text(f"{no - 1}. {no - 1}-мәселе: Қабылданды")
        form_of(page, "decision_text")
        word_information(page, f"{no}-мәселе бойынша ақпарат назарға алынсын")
        votes(page, 0)
        vote_oneself(page)
        votes(page, 1)
        on_paper = ["m9"] if no == 2 else []
        cast(meeting, *(m for m in meeting.faculty.members if m not in (meeting.faculty.secretary, *on_paper)))
        if on_paper:  # the last vote: with it the vote ends, so the page asks once more
            votes(page, 8)
            keys(page, "b", "y")
            expect(page.locator(".last-sure")).to_contain_text("соңғы дауыс")
            expect(page.locator("button#sure")).to_be_focused()
            keys(page, "Enter")
            confirm(page, meeting)

    expect(page.locator(".agenda-result").last).to_contain_text("жақтады 9")
    assert meeting.open == ["draft_protocol"]
    first, *others = meeting.variables["outcomes"]
    assert (first["votes_for"], first["votes_against"], first["not_voted"]) == (7, 1, ["m9"])
    assert (first["executor_unit"], str(first["due_at"])) == ("eng-cs", "2026-10-12")
    assert [(one["result"], one["votes_for"]) for one in others] == [("adopted", 9)] * (ITEMS - 1)


@pytest.mark.parametrize("meeting", ["twelve"], indirect=True)
def test_a_mark_made_while_the_page_is_read_again_stays(meeting: Meeting, open_page: Open) -> None:
    page = open_page(meeting.faculty.secretary)
    page.goto(room(meeting))
    live(page)
    form_of(page, "chair_present")
    keys(page, "f", "Space", "Tab", "Space", "v")
    page.wait_for_selector("[data-roll]")
    held: list[tuple[Route, APIResponse]] = []
    page.route(room(meeting, "**"), lambda route: held.append((route, route.fetch())), times=1)
    keys(page, "a", "1")
    while not held:  # what is being read knows of the first mark alone
        page.evaluate(FRAMES)
    with page.expect_request("**/mark"):
        keys(page, "2")
    route, old = held[0]
    route.fulfill(response=old)
    page.evaluate(FRAMES)
    keys(page, "2")  # from what was said of m2, not from what the older page shows
    for member, mode in (("m1", "in_person"), ("m2", "online")):
        expect(page.locator(f"fieldset[data-person={member}] input:checked")).to_have_value(mode)


@pytest.mark.parametrize("meeting", ["twelve"], indirect=True)
def test_7_3_1_what_the_roll_still_lacks_is_said_in_sight_of_whoever_recorded_it(
    meeting: Meeting, open_page: Open
) -> None:
    page = open_page(meeting.faculty.secretary, size={"width": 1440, "height": 700})
    page.goto(room(meeting))
    live(page)
    form_of(page, "chair_present")
    keys(page, "f", "Space", "Tab", "Space", "v")
    page.wait_for_selector("[data-roll]")
    page.locator("[data-roll] button[data-main]").click()
    told = page.locator("main > .band.tone-bad")
    expect(told).to_have_count(9)
    expect(told.first).to_be_in_viewport()


@pytest.mark.parametrize("meeting", ["twelve"], indirect=True)
def test_a_reason_half_typed_stays_when_somebody_arrives(meeting: Meeting, open_page: Open) -> None:
    page, member = open_page(meeting.faculty.secretary), open_page("m5", size=PHONE)
    for one in (page, member):
        one.goto(room(meeting))
        live(one)
    form_of(page, "chair_present")
    keys(page, "f", "Space", "Tab", "Space", "v")
    page.locator("fieldset[data-person=m9] label", has_text="себепті").click()
    reason = page.locator("fieldset[data-person=m9] input.form-control")
    reason.press_sequentially("Іссапар")
    expect(reason).to_have_value("Іссапар")
    member.get_by_role("button", name="Келдім").click()
    expect(page.locator("fieldset[data-person=m5] input:checked")).to_have_value("in_person")
    expect(reason).to_have_value("Іссапар")
    reason.press_sequentially("да")
    expect(reason).to_have_value("Іссапарда")


def test_a_member_votes_in_two_taps_on_a_phone_and_everybody_sees_it_at_once(meeting: Meeting, open_page: Open) -> None:
    meeting.formulate()
    secretary, wall = open_page(meeting.faculty.secretary), open_page("m1")
    member = open_page("m5", size=PHONE, has_touch=True, is_mobile=True)
    for page, place in ((secretary, ""), (wall, "/screen"), (member, "")):
        page.goto(room(meeting) + place)
        live(page)
    expect(wall.locator(".screen-verdict strong")).to_have_text("0 / 9")
    choices = member.locator("a.choice")
    expect(choices).to_have_text([" Жақтаймын", " Қарсымын", " Қалыс қаламын"], use_inner_text=True)
    boxes = [one.bounding_box() for one in choices.all()]
    assert all(box and box["height"] >= 56 for box in boxes)
    assert no_wider_than_the_screen(member)
    choices.nth(1).tap()
    member.locator("button#sure").tap()
    expect(member.locator("[data-given]")).to_contain_text("Дауысыңыз қабылданды: қарсы болды")
    votes(secretary, 1)
    expect(secretary.locator("#ballots li")).to_contain_text("Адам m5")
    expect(wall.locator(".screen-verdict strong")).to_have_text("1 / 9")
    expect(wall.locator("body")).not_to_contain_text("m5")
    assert secretary.evaluate("performance.getEntriesByType('navigation').length") == 1
    cast(meeting, *(m for m in meeting.faculty.members if m != "m5"))
    for page in (secretary, wall, member):
        expect(page.locator(".agenda-result").first).to_contain_text("жақтады 8 · қарсы 1 · қалыс 0")


def test_a_lost_line_freezes_the_ballots_and_says_so_and_nothing_is_voted_twice(
    meeting: Meeting, open_page: Open
) -> None:
    meeting.formulate()
    page = open_page("m5", size=PHONE)
    page.goto(room(meeting))
    live(page)
    page.click("#choose-for")
    page.context.set_offline(True)
    lost = page.locator(".band[data-lost]")
    expect(lost).to_contain_text("Байланыс жоқ")
    page.locator("button#sure").press("Enter")  # not even by the keyboard
    expect(page.locator("[data-given]")).to_have_count(0)
    assert "m5" in meeting.ballots()
    cast(meeting, "m4", "m6")
    cast(meeting, "m5", value="against")  # from another device
    page.context.set_offline(False)
    expect(lost).to_be_hidden()
    expect(page.locator("[data-given]")).to_contain_text("қарсы болды")
    votes(page, 3)
    meeting.do(meeting.faculty.secretary, "conduct_round", round_verdict="close")
    assert (meeting.outcome["votes_for"], meeting.outcome["votes_against"]) == (2, 1)


def test_an_answer_that_is_lost_on_its_way_back_is_one_ballot(meeting: Meeting, open_page: Open) -> None:
    meeting.formulate()
    page = open_page("m5", size=PHONE)
    page.goto(room(meeting))
    live(page)
    page.click("#choose-for")

    def swallow(route: Route) -> None:  # the server takes the ballot; the phone never learns of it
        route.fetch(max_redirects=0)
        route.abort()

    page.route("**/tasks/*", swallow, times=1)
    page.click("button#sure")
    expect(page.locator("[data-given]")).to_contain_text("Дауысыңыз қабылданды: жақтады")
    votes(page, 1)
    assert "m5" not in meeting.ballots()


def test_without_a_free_thread_the_page_asks_again_and_stays_usable(
    meeting: Meeting, open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("web.room._free", threading.BoundedSemaphore(1))
    meeting.formulate()
    first, second = open_page("m5"), open_page("m6")
    for page in (first, second):
        page.goto(room(meeting))
        live(page)
    cast(meeting, "m1")
    votes(first, 1)
    votes(second, 1)  # within the two seconds after which it asks
    expect(second.locator(".band[data-lost]")).to_be_hidden()
    second.click("#choose-abstain")
    second.click("button#sure")
    votes(first, 2)


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_replay_of_a_large_model_opens_where_the_case_ended(
    meeting: Meeting, open_page: Open, size: dict[str, int]
) -> None:
    meeting.faculty.do(c.CancelInstance(actor=c.SYSTEM, instance=meeting.case, reason="Отырыс өтпейді"))
    page = open_page(meeting.faculty.secretary, size=size)
    page.goto(f"/cases/{meeting.case}/replay")
    last = page.get_attribute("[data-slider]", "max")
    page.goto(f"/cases/{meeting.case}/replay?step={last}")
    page.locator("[data-diagram-fold]").evaluate("fold => { fold.open = true; }")
    page.wait_for_selector("[data-replay-canvas] .node-mark.stopped")
    assert page.evaluate(IN_SIGHT)


@pytest.mark.parametrize(("lang", "size", "scheme"), [("kk", DESK, "light"), ("ru", PHONE, "dark")])
def test_the_room_is_accessible_fits_and_is_found_from_everywhere(
    meeting: Meeting, open_page: Open, lang: str, size: dict[str, int], scheme: str
) -> None:
    if not AXE.exists():
        pytest.skip("axe-core is not installed: ./run setup")
    places = {meeting.faculty.secretary: (room(meeting),), "m5": (room(meeting),)}
    pages = {who: open_page(who, lang, size, color_scheme=scheme) for who in (*places, meeting.faculty.chair)}
    for who, own in places.items():  # the wording: the secretary writes it, the others wait for it
        look(pages[who], *own)
    meeting.formulate()
    meeting.faculty.complete(meeting.faculty.secretary, meeting.ballot("m4"), vote="for")
    for who, page in pages.items():
        look(page, room(meeting), *(("/rooms", f"{room(meeting)}/screen") if who == "m5" else ()))
    member = pages["m5"]
    task = meeting.ballot("m5")
    for place in (f"/tasks/{task}", f"/cases/{meeting.case}", "/tasks"):
        member.goto(place)
        expect(member.locator(f"main a[href='{room(meeting)}']").first).to_be_visible()
        expect(member.locator(f".rail a[href='{room(meeting)}']")).to_be_visible()


def look(page: Page, *places: str) -> None:
    for place in places:
        page.goto(place)
        if "/rooms/" in place:
            live(page)
        if page.locator(".form-host").count():
            page.wait_for_selector(".form-host.is-ready")
        assert complaints(page) == [], place
        assert no_wider_than_the_screen(page), place
