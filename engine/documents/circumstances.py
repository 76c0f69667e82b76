"""What a document may tell of: the facts of one case up to one entry, as templates ask for them.

Who answered what, results, numbers and dates come from facts of the record, never from variables that somebody could
correct beside them. ``forms/documents/README.md`` is this module's other half: the list officials read.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from engine import facts as f
from engine.history.ledger import Entry
from engine.values import ALMATY, moment, typed

Row = Mapping[str, Any]
Facts = Mapping[int, Sequence[f.Fact]]
"""The facts of each entry by its number, made out once: a template asks for them a hundred times."""
_PERSON = "person:"


class Stretch:
    """Some entries of a case in order: what was written, decided and answered in them."""

    def __init__(
        self, entries: Sequence[Entry], facts: Facts, subject: Any = None, before: Sequence[Stretch] = ()
    ) -> None:
        self._entries = entries
        self._read = facts
        self.subject = subject
        self.before = before

    @property
    def answers(self) -> Row:
        """What people and other cases gave, the latest value of each."""
        found: dict[str, Any] = {}
        for entry in self._entries:
            found.update(entry.inputs)
        return found

    @property
    def first(self) -> Row:
        """The answers of the first entry alone: for a round, those it was begun with."""
        return self._entries[0].inputs if self._entries else {}

    def rows(self, register: str) -> list[Row]:
        """Rows of a register as they stood last, in the order in which they were first written."""
        found: dict[str, Row] = {}
        for fact in self._facts(f.RegisterWritten):
            if fact.register == register:
                found[fact.key] = {"key": fact.key, **(fact.content or {})}
        return list(found.values())

    def row(self, register: str) -> Row:
        """The row of a register that was written last; an empty one if none was."""
        return next(reversed(self.rows(register)), {})

    def decided(self, element: str) -> Row:
        """What a table decided last at a step: ``result``, ``clause`` and ``rule`` (language -> words)."""
        found: Row = {}
        for fact in self._facts(f.DecisionMade):
            if _name(fact.element) == element:
                found = {"result": fact.result, **_rule(fact.rows)}
        return found

    def found(self, register: str) -> list[Row]:
        """The rows that the case looked up in a register last."""
        rows: list[Row] = []
        for entry in self._entries:
            for question, args, answer in entry.world():
                if question == "register.select" and args.get("register") == register:
                    rows = [_typed(row) for row in answer or ()]
        return rows

    def rounds(self, step: str, over: Sequence[Any] = (), until: str = "") -> list[Stretch]:
        """The stretches that begin each time a step is done, with the n-th of ``over`` as their subject.

        With ``until`` a stretch in which that table decided nothing was held in vain: it is told of in ``.before`` of
        the one that was held again. A stretch that was returned for correction to its beginning does not count.
        """
        found: list[list[Entry]] = []
        for entry in self._entries:
            for kind, fact in entry.body["facts"]:
                if kind == "task_completed" and _name(fact["element"]) == step:
                    found.append([])
                elif kind == "task_returned" and _name(fact["to"]) == step and found:
                    found.pop()
            if found:
                found[-1].append(entry)
        made: list[Stretch] = []
        vain: list[Stretch] = []
        for n, entries in enumerate(found, 1):
            subject = over[len(made)] if len(made) < len(over) else None
            one = Stretch(entries, self._read, subject, vain)
            if until and n < len(found) and not one.decided(until):
                vain = [*vain, one]
            else:
                made.append(one)
                vain = []
        return made

    def done(self, step: str) -> Row:
        """Who did a step last and when: ``by``, ``at``; an empty one if nobody did."""
        found: Row = {}
        for entry in self._entries:
            for kind, fact in entry.body["facts"]:
                if kind == "task_completed" and _name(fact["element"]) == step:
                    found = {"by": fact["person"], "at": moment(entry.at).astimezone(ALMATY)}
        return found

    def answered(self, step: str) -> list[Row]:
        """Every time a step was done: ``by``, ``at``, ``whose`` it was, its ``answers``."""
        whose: dict[int, str] = {}
        found: list[Row] = []
        for entry in self._entries:
            for kind, fact in entry.body["facts"]:
                if kind == "task_completed" and _name(fact["element"]) == step:
                    found.append({"by": fact["person"], "at": moment(entry.at).astimezone(ALMATY),
                                  "whose": whose.get(fact["token"], ""), "answers": entry.inputs})  # fmt: skip
                elif kind == "task_offered" and _name(fact["element"]) == step:
                    whose[fact["token"]] = _person(fact["keys"])
        return found

    def offered(self, step: str) -> list[str]:
        """The persons to whom a step was offered by name, each once."""
        facts = (fact for fact in self._facts(f.TaskOffered) if _name(fact.element) == step)
        return list(dict.fromkeys(person for fact in facts if (person := _person(fact.keys))))

    def _facts(self, kind: type[Any]) -> Iterator[Any]:
        return (fact for entry in self._entries for fact in self._read[entry.seq] if isinstance(fact, kind))


@dataclass(frozen=True, slots=True)
class Circumstances:
    """All of a case up to an entry, and that entry alone."""

    entries: Sequence[Entry]

    def facts(self) -> dict[str, Any]:
        """The names that templates and expressions may use."""
        read = {entry.seq: entry.facts() for entry in self.entries}
        whole, this = Stretch(self.entries, read), Stretch(self.entries[-1:], read)
        last, start = self.entries[-1], self.entries[0]
        started = next(fact for fact in read[start.seq] if isinstance(fact, f.InstanceStarted))
        return {
            "case": {"id": started_id(start), "key": started.business_key, "school": started.school},
            "at": moment(last.at).astimezone(ALMATY),
            "by": last.actor,
            "answers": whole.answers,
            "made": this.rows,
            "rows": whole.rows,
            "row": whole.row,
            "found": whole.found,
            "decided": whole.decided,
            "done": whole.done,
            "rounds": whole.rounds,
        }


def started_id(entry: Entry) -> str:
    return entry.stream.partition(":")[2]


def _name(place: str) -> str:
    """A place of a called model is named with its definition before it."""
    return place.rpartition("/")[2]


def _person(keys: Sequence[str]) -> str:
    """The one person that a task was offered to by name; empty if it was offered to a role."""
    return next((key.removeprefix(_PERSON) for key in keys if key.startswith(_PERSON)), "")


def _rule(rows: Sequence[Any]) -> Row:
    """The first matched rule: its clause and its words, which stand in its description (kk) and annotations."""
    if not rows:
        return {"clause": "", "rule": {}}
    first = rows[0]
    said = first.get("annotations") or {}
    kk = str(first.get("description") or "").partition(": ")
    return {"clause": first.get("clause", ""), "rule": {"kk": kk[2] or kk[0], "ru": said.get("ru") or kk[2] or kk[0]}}


def _typed(row: Any) -> Row:
    return dict(typed(row))
