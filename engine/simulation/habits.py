"""Keeps the actors from knowing how habits are written down: YAML read once, the first fitting scene laid over a habit.

A habit says for one step of one process when people do it and what they answer; a scene says it for some cases only.
All expressions are FEEL over the variables of the task.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from engine.errors import Broken

FOLDER = Path(__file__).resolve().parents[2] / "processes" / "regulation"

Evaluate = Callable[[str], Any]

_AGAIN = (2, 6)
"""Days after which somebody who could not begin a case looks again."""


@dataclass(frozen=True, slots=True)
class Break:
    """A rule that is broken when the step ends after its limit. ``limit``: FEEL, the last day in time, or null."""

    rule: str
    limit: str
    undone: bool = True  # a step that is taken away past its limit counts too


@dataclass(frozen=True, slots=True)
class Late:
    """With this chance the step is done so many working days after its due date."""

    chance: float = 0.0
    days: tuple[int, int] = (1, 5)


@dataclass(frozen=True, slots=True)
class SendBack:
    """With this chance the task is returned to an earlier step instead of being completed."""

    chance: float
    to: str
    reason: str


@dataclass(frozen=True, slots=True)
class Habit:
    """How one step is usually done."""

    after: Mapping[int, float]  # working days after it was offered -> weight
    overdue: Mapping[int, float]  # the same, when it is overdue already as it is offered
    timed: bool = False  # ``at`` decides
    at: str | None = None  # FEEL: a day, or a moment; null: not at all
    spread: tuple[int, int] = (0, 0)  # minutes added to a moment
    late: Late = Late()
    never: float = 0.0
    claims: float = 0.0
    behalf: float = 0.0  # who may act in their place does it
    by: str | None = None  # FEEL: the person
    past: str | None = None  # FEEL over draws and answers: sent past the form, which would refuse them
    back: SendBack | None = None
    reads: Mapping[str, str] = field(default_factory=dict)  # name -> register whose rows in the school people know
    drawn: Mapping[str, Any] = field(default_factory=dict)  # named draws the answers may use
    answers: Mapping[str, Any] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)  # field of the form -> name of the file put into it
    breaks: tuple[Break, ...] = ()


@dataclass(frozen=True, slots=True)
class Scene:
    process: str
    element: str
    when: str | None
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Start:
    """A process people begin by hand: at ``moments`` (FEEL list, a script), or ``first`` and ``every`` so many days."""

    name: str
    process: str
    by: str  # role@unit, or "visitor": somebody without an account
    at: str  # begun once, in this unit, instead of in each school
    when: str | None
    first: tuple[int, int]
    every: tuple[int, int]
    again: tuple[int, int]  # days after which it is looked again, when it was not the time
    skips: float  # with this chance people let it pass once
    moments: str | None
    reads: Mapping[str, str]
    drawn: Mapping[str, Any]
    answers: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Change:
    """A parameter somebody changes so many days after the begin."""

    day: int
    by: str
    parameter: str
    value: Any
    reason: str


@dataclass(frozen=True, slots=True)
class Post:
    """A post that is given up or given so many days after the begin. ``breaks``: the rule that this breaks, or none."""

    day: int
    by: str
    reason: str
    ends: str = ""  # role@unit: whoever holds it
    gives: str = ""  # role@unit
    to: str = ""  # FEEL: the person
    breaks: str = ""


@dataclass(frozen=True, slots=True)
class Halt:
    """From ``day`` on, every so many days: a case that waits for a message, and for nobody's work, is suspended."""

    day: int
    every: int
    days: int  # for so long
    by: str
    process: str
    awaits: str  # name of the message
    reason: str


@dataclass(frozen=True, slots=True)
class Found:
    """A rule looked up in a register when the time is over. ``days``: FEEL over ``rows``, the days it was broken.

    ``reads``: name -> other registers of the school the expression needs.
    """

    rule: str
    register: str
    where: Mapping[str, Any]
    days: str
    reads: Mapping[str, str] = field(default_factory=dict)


class Habits:
    """Everything people do of themselves."""

    def __init__(self, content: Mapping[str, Any], script: Mapping[str, Any] | None = None) -> None:
        script = script or {}
        self._tasks: dict[str, dict[str, dict[str, Any]]] = content["tasks"]
        self._usual: dict[str, Any] = content["usual"]
        self.texts: dict[str, list[Any]] = {**content.get("texts", {}), **script.get("texts", {})}
        self.opens: str = content["office"]["opens"]
        self.closes: str = content["office"]["closes"]
        self.away: dict[str, list[int]] = script.get("away", content["away"])
        self.astray: float = float(script.get("astray", content.get("astray", 0)))
        self.found = tuple(Found(**one) for one in content.get("found", []))
        told = script or content
        self.changes = tuple(Change(**one) for one in told.get("changes", []))
        self.posts = tuple(Post(**one) for one in told.get("posts", []))
        self.halts = tuple(Halt(**one) for one in told.get("halts", []))
        self.starts = tuple(_start(one) for one in script.get("starts", content["starts"]))
        self.data: Mapping[str, Any] = script.get("data", {})
        self.named: Mapping[str, str] = script.get("named", {})
        self._calm = bool(script.get("calm"))  # nothing happens by chance but what the script says
        self._scenes: dict[tuple[str, str], list[Scene]] = {}
        for one in told.get("scenes", []):
            process, _, element = one["step"].partition("/")
            body = {name: value for name, value in one.items() if name not in ("step", "when")}
            self._scenes.setdefault((process, element), []).append(Scene(process, element, one.get("when"), body))

    def of(self, process: str, element: str, true: Evaluate) -> Habit:
        """The habit of a step, the first scene laid over it whose condition is true in this case."""
        for index, scene in enumerate(self._scenes.get((process, element), ())):
            if scene.when is None or true(scene.when) is True:
                return self._merged(process, element, index)
        return self._merged(process, element, -1)

    def steps(self) -> list[tuple[str, str]]:
        """(process, element) of every habit that is written down."""
        return [(process, element) for process, elements in self._tasks.items() for element in elements]

    @lru_cache(maxsize=4096)  # noqa: B019 - there are one or two of these in a process
    def _merged(self, process: str, element: str, scene: int) -> Habit:
        body: dict[str, Any] = {**self._usual, **self._tasks.get(process, {}).get(element, {})}
        if self._calm:
            body |= {"late": None, "never": 0.0, "back": None, "behalf": 0.0}
        if scene >= 0:
            over = dict(self._scenes[process, element][scene].body)
            for part in ("answers", "draw"):
                if part in over:
                    over[part] = {**body.get(part, {}), **over[part]}
            body |= over
        return _habit(body)


def read(script: Path | None = None, folder: Path = FOLDER) -> Habits:
    """The habits of the installation, each process's beside its models, with a script laid over them."""
    content = yaml.safe_load((folder / "habits.yaml").read_text(encoding="utf-8"))
    content = {"starts": [], "posts": [], "halts": [], "scenes": [], "tasks": {}, **content}
    for file in sorted(folder.parent.glob("*/habits.yaml")):
        if file.parent != folder:
            _add(content, yaml.safe_load(file.read_text(encoding="utf-8")), file)
    return Habits(content, yaml.safe_load(script.read_text(encoding="utf-8")) if script else None)


def _add(content: dict[str, Any], more: Mapping[str, Any], file: Path) -> None:
    content["starts"] += more.get("starts", [])
    content["found"] += more.get("found", [])
    content["posts"] += more.get("posts", [])
    content["halts"] += more.get("halts", [])
    content["scenes"] += more.get("scenes", [])
    for part in ("tasks", "texts"):
        twice = sorted(set(content[part]) & set(more.get(part, {})))
        if twice:
            raise Broken(what=f"{file}: {', '.join(twice)}")
        content[part] |= more.get(part, {})


def _pair(value: Any, default: tuple[int, int]) -> tuple[int, int]:
    if value is None:
        return default
    return (value, value) if isinstance(value, int) else (value[0], value[1])


def _habit(body: Mapping[str, Any]) -> Habit:
    late, back = body.get("late"), body.get("back")
    return Habit(
        after=body["after"],
        overdue=body.get("overdue", body["after"]),
        timed="at" in body,
        at=body.get("at"),
        spread=_pair(body.get("spread"), (0, 0)),
        late=Late(late["chance"], _pair(late.get("days"), (1, 5))) if late else Late(),
        never=body.get("never", 0.0),
        claims=body.get("claims", 0.0),
        behalf=body.get("behalf", 0.0),
        by=body.get("by"),
        past=body.get("past"),
        back=SendBack(back["chance"], back["to"], back["reason"]) if back else None,
        reads=body.get("reads", {}),
        drawn=body.get("draw", {}),
        answers=body.get("answers", {}),
        files=body.get("files", {}),
        breaks=tuple(Break(**one) for one in body.get("breaks", [])),
    )


def _start(body: Mapping[str, Any]) -> Start:
    return Start(
        name=body["name"],
        process=body["process"],
        by=body["by"],
        at=body.get("at", ""),
        when=body.get("when"),
        first=_pair(body.get("first"), (0, 0)),
        every=_pair(body.get("every"), (0, 0)),
        again=_pair(body.get("again"), _AGAIN),
        skips=body.get("skips", 0.0),
        moments=body.get("moments"),
        reads=body.get("reads", {}),
        drawn=body.get("draw", {}),
        answers=body.get("answers", {}),
    )
