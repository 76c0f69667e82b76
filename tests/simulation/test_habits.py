"""Habits fit the models: every step has one, none is of a step that does not exist; answers, hours and limits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml

from engine import feel
from engine.calendar.working_days import WorkingCalendar
from engine.cli import files
from engine.definitions import reader
from engine.feel.tree import FeelSyntax
from engine.simulation import habits
from engine.simulation.answering import Answering
from engine.simulation.chance import Chance
from engine.simulation.demo import SCRIPT
from engine.simulation.hours import Absences, Hours
from engine.simulation.misdeeds import Misdeeds
from engine.values import ALMATY
from engine.world import PlaybackWorld

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=ALMATY)


def user_tasks() -> set[tuple[str, str]]:
    found = set()
    for name, content in files.shipped().items():
        if name.endswith(".bpmn"):
            for process in reader.read(content, name).processes:
                found |= {(process.id, node.id) for node in process.nodes.values() if node.kind == "userTask"}
    return found


def test_every_step_has_a_habit_and_every_habit_a_step() -> None:
    assert set(habits.read().steps()) == user_tasks()


def expressions(specification: Any, at: str = "") -> Iterator[tuple[str, str]]:
    """(place, FEEL) of everything that is worked out in an answer."""
    if isinstance(specification, str):
        yield at, specification
    elif isinstance(specification, dict):
        kinds = set(specification) & {"literal", "weights", "number", "text", "texts"}
        for name, inner in specification.items():
            if name == "per" or (not kinds and name not in ("share", "chance", "keep", "count")):
                yield from expressions(inner, f"{at}/{name}")


def every_expression() -> Iterator[tuple[str, str]]:
    for file in sorted(habits.FOLDER.parent.glob("*/habits.yaml")):
        content = yaml.safe_load(file.read_text(encoding="utf-8"))
        named = {start["name"]: start for start in content.get("starts", [])}
        for process in content.get("tasks", {}).values():
            named |= process
        for name, habit in named.items():
            at = f"{file.parent.name}/{name}"
            for part in ("answers", "draw"):
                for key, inner in (habit.get(part) or {}).items():
                    yield from expressions(inner, f"{at}/{key}")
            yield from ((at, habit[key]) for key in ("when", "at", "past") if isinstance(habit.get(key), str))
            yield from ((at, one["limit"]) for one in habit.get("breaks", []))
        yield from ((scene["step"], scene["when"]) for scene in content.get("scenes", []))


def test_every_expression_of_a_habit_can_be_read() -> None:
    faults = []
    for at, text in every_expression():
        try:
            feel.compile(text)
        except FeelSyntax as fault:
            faults.append(f"{at}: {fault}")
    assert faults == []


@pytest.mark.parametrize("script", [SCRIPT, None], ids=["demonstration", "simulation"])
def test_every_scene_is_of_a_step(script: Path | None) -> None:
    scenes = habits.read(script)._scenes
    assert scenes and set(scenes) <= user_tasks()


def evaluate(text: str, scope: Mapping[str, Any]) -> Any:
    return feel.compile(text).evaluate(scope, PlaybackWorld(NOW, []))


@pytest.mark.parametrize(
    ("specification", "value"),
    [
        ("a + 1", 3),
        (True, True),
        (None, None),
        ({"literal": "a + 1"}, "a + 1"),
        ({"if": "a = 2", "then": {"literal": "x"}, "else": {"literal": "y"}}, "x"),
        ({"chance": 0, "then": 1, "else": 2}, 2),
        ({"weights": {"only": 1}}, "only"),
        ({"number": [4, 4]}, 4),
        ({"text": "pool"}, "said"),
        ({"texts": "pool", "count": [1, 3]}, ["said"]),
        ({"one": "[]"}, None),
        ({"some": "[1, 2]", "share": 1}, [1, 2]),
        ({"rows": "list", "keep": True, "with": {"n": "n", "of": "row.k * a"}}, [{"k": 5, "n": 1, "of": 10}]),
        ({"fields": {"x": "a", "y": "x + 1"}}, {"x": 2, "y": 3}),
    ],
)
def test_answers(specification: Any, value: Any) -> None:
    answering = Answering(evaluate, Chance("t"), {"pool": ["said"]})
    assert answering.value(specification, {"a": 2, "list": [{"k": 5}]}) == value


def test_a_field_that_is_hidden_is_not_answered() -> None:
    answering = Answering(evaluate, Chance("t"), {})
    given = answering.fields({"shown": "1", "hidden": {"if": "shown = 2", "then": True}, "after": "shown"}, {})
    assert given == {"shown": 1, "after": 1}


def test_what_happened_is_remembered_for_each_value_it_depends_on() -> None:
    answering = Answering(evaluate, Chance("t", curious=1.0), {}, "process/step")
    wanted = {"weights": {"seldom": 1, "often": 10**9}, "per": "who"}
    given = {who: [answering.value(wanted, {"who": who}, "field") for _ in range(2)] for who in ("dean", "council")}
    assert given == {"dean": ["often", "seldom"], "council": ["often", "seldom"]}


def habit(**body: Any) -> habits.Habit:
    return habits._habit({"after": {0: 1}, **body})


def test_people_keep_to_office_hours_and_due_dates() -> None:
    hours = Hours(WorkingCalendar(), Chance("t"), "09:00", "18:00")
    friday_night = datetime(2026, 11, 27, 23, 0, tzinfo=ALMATY)
    for _ in range(50):
        found = hours.moment(habit(after={0: 1, 5: 1}), friday_night, datetime(2026, 12, 1, 18, 59, tzinfo=ALMATY))
        assert date(2026, 11, 30) <= found.date() <= date(2026, 12, 1)
        assert 9 <= found.hour < 18
        late = hours.moment(habit(late={"chance": 1, "days": [2, 2]}), friday_night, friday_night.replace(day=30))
        assert late.date() == date(2026, 12, 2)


def test_absences_are_the_same_for_the_same_seed() -> None:
    first, second = (Absences(["a"], date(2026, 9, 1), date(2027, 9, 1), (2, 2), (3, 5), "s") for _ in range(2))
    days = [date(2026, 9, 1).fromordinal(date(2026, 9, 1).toordinal() + n) for n in range(365)]
    assert [first.away("a", day) for day in days] == [second.away("a", day) for day in days]
    away = next(day for day in days if first.away("a", day))
    assert not first.away("a", first.back("a", away))


def test_a_step_past_its_limit_is_written_down_with_the_first_day_too_late() -> None:
    misdeeds = Misdeeds()
    limit = date(2026, 11, 20)
    for task in ("in time", "late", "open"):
        misdeeds.watch(task, "R1", limit, "eng", task)
    misdeeds.watch("no limit", "R1", None, "eng", "no limit")
    misdeeds.ended("in time", limit)
    misdeeds.ended("late", date(2026, 11, 25))
    misdeeds.over(date(2026, 11, 21))
    too_late = date(2026, 11, 21)
    assert {(one.case, one.day) for one in misdeeds.all()} == {("late", too_late), ("open", too_late)}


def test_a_step_that_is_taken_away_breaks_only_a_rule_that_asks_for_it() -> None:
    misdeeds = Misdeeds()
    for task, undone in (("must be done", True), ("no longer needed", False), ("done late", False)):
        misdeeds.watch(task, "R1", date(2026, 11, 20), "eng", task, undone)
    late = date(2026, 11, 25)
    misdeeds.ended("must be done", late, done=False)
    misdeeds.ended("no longer needed", late, done=False)
    misdeeds.ended("done late", late)
    assert {one.case for one in misdeeds.all()} == {"must be done", "done late"}
