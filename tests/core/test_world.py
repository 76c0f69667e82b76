"""What comes from outside is recorded live and handed back in replay, limits that struck included."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from engine.errors import LimitStruck, NotReproduced, StepFailed
from engine.runtime.definition import evaluate_in
from engine.world import LiveWorld, PlaybackWorld, limited

NOW = datetime(2026, 9, 1, 4, tzinfo=UTC)


def _strike() -> str:
    raise LimitStruck("feel_limit", kind="time", expression="x")


def test_answers_are_played_back_in_order_and_typed() -> None:
    live = LiveWorld(NOW, lambda question, args: args["date"])
    assert live.ask("calendar.next_working_day", date=date(2026, 9, 1)) == date(2026, 9, 1)
    again = PlaybackWorld(NOW, live.record)
    assert again.ask("calendar.next_working_day", date=date(2026, 9, 1)) == date(2026, 9, 1)
    again.finish()


def test_another_question_than_recorded_is_not_reproduced() -> None:
    again = PlaybackWorld(NOW, [["parameter", {"name": "A"}, 1]])
    with pytest.raises(NotReproduced):
        again.ask("parameter", name="B")


def test_an_answer_not_asked_for_is_not_reproduced() -> None:
    with pytest.raises(NotReproduced):
        PlaybackWorld(NOW, [["parameter", {"name": "A"}, 1]]).finish()


def test_a_limit_that_struck_strikes_again_without_the_work() -> None:
    live = LiveWorld(NOW, lambda question, args: None)
    with pytest.raises(LimitStruck):
        limited(live, "x", _strike)
    again = PlaybackWorld(NOW, live.record)
    with pytest.raises(LimitStruck) as struck:
        limited(again, "x", lambda: "a faster machine")
    assert struck.value.reason == "feel_limit"
    assert struck.value.params["kind"] == "time"
    again.finish()


def test_a_limit_that_struck_the_third_time_strikes_the_third_time() -> None:
    live = LiveWorld(NOW, lambda question, args: None)
    assert [limited(live, "x", lambda: 1) for _ in range(2)] == [1, 1]
    with pytest.raises(LimitStruck):
        limited(live, "x", _strike)
    again = PlaybackWorld(NOW, live.record)
    assert [limited(again, "x", lambda: 1) for _ in range(2)] == [1, 1]
    with pytest.raises(LimitStruck):
        limited(again, "x", lambda: 1)
    again.finish()


def test_a_limit_that_strikes_only_in_replay_is_told_as_such() -> None:
    with pytest.raises(NotReproduced):
        limited(PlaybackWorld(NOW, []), "x", _strike)


def test_an_expression_that_cannot_be_read_any_more_fails_its_step() -> None:
    with pytest.raises(StepFailed) as failure:
        evaluate_in({}, 'date("2026-13-01")', LiveWorld(NOW, lambda question, args: None))
    assert (failure.value.reason, isinstance(failure.value, LimitStruck)) == ("feel_failed", False)


def test_a_parser_that_gave_up_is_on_record_as_a_limit_that_struck() -> None:
    text, live = "(" * 200 + "1" + ")" * 200, LiveWorld(NOW, lambda question, args: None)
    with pytest.raises(LimitStruck):
        evaluate_in({}, text, live)
    again = PlaybackWorld(NOW, live.record)
    with pytest.raises(LimitStruck):
        evaluate_in({}, text, again)
    again.finish()
