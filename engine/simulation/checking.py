"""Keeps the actors from knowing which answers go through a real form: each form and outcome once, then one in fifty.

A real check takes a browser's form library; on the others the same answers go straight into the command. That they
would have come out the same is what the checks prove: a difference is a fault of the habits and is told.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Mapping
from typing import Any

from engine.assembly import Engine
from engine.definitions import forms
from engine.errors import Invalid
from engine.queries.reader import Reader
from engine.simulation.sight import OpenTask
from engine.values import Value, plain

EVERY = 50


class Checking:
    """Real form checks and what they said."""

    def __init__(self, engine: Engine, every: int = EVERY) -> None:
        self._engine = engine
        self._every = every
        self._seen: Counter[Hashable] = Counter()
        self.checked = 0
        self.sent_back = 0  # incomplete answers that the form refused, as it should
        self.faults: list[str] = []

    def due(self, step: str, outcome: Hashable) -> bool:
        """Whether this answer goes through the form."""
        key = (step, outcome)
        self._seen[key] += 1
        return self._seen[key] == 1 or (self._every > 0 and self._seen[key] % self._every == 0)

    def task(self, person: str, task: OpenTask, answers: Mapping[str, Value], offered: bool) -> dict[str, Value] | None:
        """The answers as the form returns them; None (and a fault) when the form refuses them.

        ``offered``: the person must find the task in an inbox of theirs.
        """
        reader = self._engine.reader(person)
        step = task.step
        if offered and not _in_inbox(reader, task.id):
            self.faults.append(f"{step}: not in the inbox of {person}")
        view = reader.task(task.id)
        if not view.may_complete:
            self.faults.append(f"{step}: {person} is told {view.blocked}")
        return self._through(step, view.form, view.data, answers)

    def start(self, person: str, process: str, school: str, answers: Mapping[str, Value]) -> dict[str, Value] | None:
        """The same for the form of a start page."""
        for view in self._engine.reader(person).startable():
            if view.key == process and view.school == school:
                return self._through(f"{process}/start", view.form, view.data, answers)
        self.faults.append(f"{process}: not on the start page of {person}")
        return None

    def _through(
        self, step: str, schema: Mapping[str, Any] | None, data: Mapping[str, Any], answers: Mapping[str, Value]
    ) -> dict[str, Value] | None:
        self.checked += 1
        if schema is None:
            return dict(answers)
        if self._seen[step, "nothing"] == 0:
            self._seen[step, "nothing"] += 1
            self._incomplete(schema, data)
        sent = {name: forms.as_json(value) for name, value in answers.items()}
        try:
            result = self._engine.form_check(schema, sent, "kk", data)
        except Invalid as refusal:
            self.faults.append(f"{step}: {refusal.problems}")
            return None
        if result.errors:
            self.faults.append(f"{step}: {result.errors}")
            return None
        cleaned: dict[str, Value] = result.data
        unlike = {name for name in {*cleaned, *answers} if _said(cleaned.get(name)) != _said(answers.get(name))}
        if unlike:
            self.faults.append(f"{step}: unlike the form's own: {', '.join(sorted(unlike))}")
        return cleaned

    def _incomplete(self, schema: Mapping[str, Any], data: Mapping[str, Any]) -> None:
        """Somebody presses the button too early once a form."""
        try:
            if self._engine.form_check(schema, {}, "kk", data).errors:
                self.sent_back += 1
        except Invalid:
            self.sent_back += 1


def _said(value: Value) -> Any:
    """What was answered: nothing, a null and an empty list are the same to every model, in each row as well."""
    return _bare(plain(value))


def _bare(said: Any) -> Any:
    if isinstance(said, list):
        return [_bare(one) for one in said] or None
    if isinstance(said, dict):
        return {name: bare for name, one in said.items() if (bare := _bare(one)) is not None}
    return said


def _in_inbox(reader: Reader, task: str) -> bool:
    for view in ("mine", "role"):
        page, more = 1, True
        while more:
            found = reader.inbox(view, page=page)
            if any(row.task == task for row in found.rows):
                return True
            page, more = page + 1, found.more
    return False
