"""Proves what the caches need to equal a rebuild: waiting timers, words that follow titles, closed messages."""

from __future__ import annotations

import json
from datetime import timedelta

import sqlalchemy as sa

from engine import commands as c
from engine.database import hi_entry, reading, ru_task, ru_timer, ru_word
from engine.directory.folding import stems
from engine.history.in_place import rebuild_in_place
from tests.history.house import CHAIR, DEAN, SECRETARY, House
from tests.history.models import document, flows, node, timer

PAIR = document(
    "pair",
    node("startEvent", "start")
    + node("parallelGateway", "fork")
    + node("intermediateCatchEvent", "soon", timer("PT1H"))
    + node("scriptTask", "first", "<bpmn:script>{order: concatenate(order, [1])}</bpmn:script>", 'scriptFormat="feel"')
    + node("intermediateCatchEvent", "later", timer("PT2H"))
    + node("scriptTask", "second", "<bpmn:script>{order: concatenate(order, [2])}</bpmn:script>", 'scriptFormat="feel"')
    + node("parallelGateway", "join")
    + node("userTask", "after", role='"secretary@" + school')
    + node("endEvent", "end")
    + flows("start -> fork -> soon -> first -> join -> after -> end; fork -> later -> second -> join"),
    startRole="secretary@school",
)


def test_timers_of_a_suspended_case_keep_their_moment_and_fire_in_order_afterwards(house: House) -> None:
    house.do(c.Deploy(actor=c.SYSTEM, name="pair", files={"pair.bpmn": PAIR}))
    case = house.start("pair", variables={"order": []})
    due = [row.due for row in house.table(ru_timer) if row.instance == case]
    house.do(c.SuspendInstance(actor=CHAIR, instance=case, reason="күту"))
    house.later(hours=5)
    assert [row.due for row in house.table(ru_timer) if row.instance == case] == due
    assert house.engine.beat.due() is None or house.engine.beat.due() > house.clock()
    assert house.verify().clean
    house.do(c.ResumeInstance(actor=CHAIR, instance=case))
    house.later(minutes=1)
    house.cool()
    assert house.task(case, "after") != "None"
    with reading(house.engine.database) as connection:
        root = house.engine.bus.instances.load(connection, case, 5).scopes[1]
    assert root["order"] == [1, 2]
    assert house.verify().clean


def words_of(house: House, task: str) -> set[str]:
    return {row.stem for row in house.table(ru_word) if row.task == task}


def test_tasks_are_found_by_the_title_the_case_has_now(house: House) -> None:
    case = house.start("request", business_key="T-1", variables={"subject": "Силлабустар"})
    assert set(stems("Өтініш Силлабустар")) <= words_of(house, house.task(case, "fill"))
    house.complete(case, "fill", SECRETARY, amount=1, subject="Емтихандар")
    review = house.task(case, "review")
    assert set(stems("Емтихандар")) <= words_of(house, review)
    house.clock.move_to(house.clock() + timedelta(days=4))
    house.engine.settle()  # the reminder is open beside it when the title changes once more
    change = {"subject": "Бағдарламалар"}
    house.do(c.CorrectVariables(actor=CHAIR, instance=case, variables=change, reason="атауы қате"))
    for element in ("review", "remind"):
        assert set(stems("Бағдарламалар")) <= words_of(house, house.task(case, element))
    assert {row.title for row in house.table(ru_task) if row.instance == case} == {
        json.dumps(
            {"en": "Request: Бағдарламалар", "kk": "Өтініш: Бағдарламалар"}, ensure_ascii=False, separators=(",", ":")
        )
    }
    assert house.verify().clean
    rebuild_in_place(house.engine.bus)
    assert house.verify().clean


def test_a_message_nobody_gets_is_closed_on_the_record(house: House) -> None:
    """``shout`` gave a signal that nobody heard; the entry tells it from a message that was taken away."""
    with reading(house.engine.database) as connection:
        query = sa.select(hi_entry.c.body).where(hi_entry.c.stream == "outbox")
        closed = [json.loads(body)["facts"][0] for body in connection.execute(query).scalars()]
    sender = f"instance:{house.cases['shout']}/1/2"
    assert closed == [["message_closed", {"sender": sender, "name": "closed", "school": "eng", "why": "unawaited"}]]


def test_an_early_message_becomes_a_dead_letter_after_its_term(house: House) -> None:
    for _ in range(31):
        house.later(days=3)
    assert [(row.key, row.state) for row in house.engine.router.dead()] == [("nobody", "dead")]
    assert house.verify().clean
    rebuild_in_place(house.engine.bus)
    assert [(row.key, row.state) for row in house.engine.router.dead()] == [("nobody", "dead")]


def test_what_follows_a_commit_may_fail_without_failing_the_command(house: House) -> None:
    def fails(done: c.Done) -> None:
        raise RuntimeError("no post today")

    house.engine.bus.after_commit(fails)
    done = house.complete(house.cases["small"], "review", CHAIR)
    assert done.seq == 4


def test_the_house_streams_may_be_written_by_two_at_once(house: House) -> None:
    """A second engine that keeps its own keys in memory goes on where the first has stopped."""
    other = House.moved(house.settings.database_url, house.settings.var)
    for engine in (house, other, house):
        engine.do(c.SetParameter(actor=c.SYSTEM, name="P_CURE_WD", value=11, reason=DEAN))
    other.close()
    assert house.verify().clean
