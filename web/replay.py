"""Keeps the rest from knowing how an auditor goes through a case: one entry at a time, and the proof of all of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

from flask import Blueprint, Response, abort, jsonify, render_template, request

from engine.views import CaseView, Proof, StepView, TimelineRow
from web.captions import NOTHING, Caption, Subject, as_asked, captions, subjects
from web.language import language, text_of, word
from web.names import Values
from web.register_layout import labels_beside
from web.wiring import access, engine, reader

pages = Blueprint("replay", __name__)

_IRREGULAR = frozenset(
    {"variables_corrected", "incident_raised", "instance_suspended", "instance_cancelled", "task_returned"}
)


@dataclass(frozen=True, slots=True)
class Change:
    """One answer as it was and as it became."""

    label: str
    key: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Table:
    """A decision table that decided: what it is about and the rows that matched."""

    name: str
    decision: str
    rows: str


@pages.get("/cases/<instance>/replay")
def page(instance: str) -> str:
    case = _case(instance)
    values, asked, called = _values(case), partial(reader().labels, case.definition), _called(case)
    rows = list(reversed(captions(case, values, called, asked)))
    at = _step(len(rows))
    proofs = _proofs(instance) if request.args.get("proof") else None
    moves = reader().moves(instance)
    return render_template(
        "replay.html",
        case=case,
        rows=rows,
        at=at,
        now_at=rows[at - 1] if rows else None,
        changes=_changes(case.timeline, at, as_asked(values, case.timeline[at - 1], asked)) if rows else [],
        tables=_tables(case.timeline[at - 1], [*called, *case.steps]) if rows else [],
        standing=_standing(moves[:at], case),
        documents=[one for one in engine().documents.of(reader(), instance).rows if one.seq == at],
        proofs={one.seq: one for one in proofs or ()},
        verdict=_verdict(proofs),
        may_prove="audit" in _rights(),
        kinds=[_kind(row) for row in case.timeline],
        units=reader().units(),
    )


@pages.get("/cases/<instance>/replay/data")
def data(instance: str) -> Response:
    """The pinned model and what each entry moved in it, for the player; its page says the same in words."""
    case = _case(instance)
    moves = reader().moves(instance)
    return jsonify(
        xml=case.xml,
        words={state: word("step", state) for state in ("active", "waiting", "incident", "done", "stopped")},
        moves=[dict(one) for one in moves],
        entries=[{"kind": _kind(row), "said": said} for row, said in zip(case.timeline, _said(case), strict=True)],
    )


@pages.get("/cases/<instance>/replay/proof")
def prove(instance: str) -> str:
    """Every entry done again, as the piece of the page that says so."""
    proofs = _proofs(instance)
    return render_template("replay_proof.html", verdict=_verdict(proofs), proofs={one.seq: one for one in proofs})


def _case(instance: str) -> CaseView:
    """A case whose contents the reader may see; anything else does not exist here."""
    case = reader().case(instance)
    if case.content_hidden:
        abort(404)
    return case


def _proofs(instance: str) -> tuple[Proof, ...]:
    _case(instance)
    return reader().proof(instance)


def _rights() -> frozenset[str]:
    who = access()
    return who.rights if who else frozenset()


def _step(last: int) -> int:
    asked = request.args.get("step", "")
    return min(max(int(asked), 1), last) if asked.isascii() and asked.isdigit() and len(asked) < 8 else last


def _verdict(proofs: tuple[Proof, ...] | None) -> dict[str, Any] | None:
    """Proven or not, in figures: how many entries there are, how many were done again, the first that differs."""
    if proofs is None:
        return None
    differs = [one.seq for one in proofs if one.problems]
    done = sum(one.done for one in proofs)
    return {"all": len(proofs), "done": done, "first": differs[0] if differs else 0, "differs": differs}


def _kind(row: TimelineRow) -> str:
    """What sort of act an entry is: irregular, a person's, a timer's or a message's."""
    if any(fact["kind"] in _IRREGULAR for fact in row.facts):
        return "irregular"
    return {"clock": "timer", "router": "message", "system": "message"}.get(row.actor, "person")


def _said(case: CaseView) -> Iterable[str]:
    """One sentence for each entry, in its order."""
    return [_in_a_line(one) for one in reversed(captions(case, _values(case), _called(case)))]


def _called(case: CaseView) -> list[StepView]:
    """The steps of the processes that the case called: they stand in its history under their own names."""
    return [step for one in reader().called(case.row.instance) for step in one.steps]


def _values(case: CaseView) -> Values:
    labels = labels_beside(reader().labels(case.definition), case.timeline, case.steps)
    return Values(case.people, reader().units(), labels)


def _in_a_line(one: Caption) -> str:
    return f"{one.who}: {one.headline}"


def _subject(row: TimelineRow, tasks: Mapping[int, Subject]) -> Subject | None:
    """Of the task an entry completes, where its model tells several apart."""
    token = next((fact["token"] for fact in row.facts if fact["kind"] == "task_completed"), None)
    found = tasks.get(token, NOTHING) if token is not None else NOTHING
    return found if found.about else None


def _changes(rows: tuple[TimelineRow, ...], at: int, values: Values) -> list[Change]:
    """What was answered by the entry; beside what it changed, the answer before it."""
    before: dict[str, Any] = {}
    tasks = subjects(rows)
    own = _subject(rows[at - 1], tasks)
    for row in rows[: at - 1]:
        if own is None or _subject(row, tasks) in (None, own):  # another's answer is not what this one was before
            before.update(row.values)
    return [
        Change(values.label(key), key, values.text(before[key], key) if before.get(key, new) != new else "", text)
        for key, new in rows[at - 1].values.items()
        if (text := values.text(new, key)) or key in before
    ]


def _row(rule: Mapping[str, Any]) -> str:
    """The row that decided: its number and, in the reader's language, what its author says of it."""
    told = rule["annotations"].get(language()) if language() != "kk" else None
    return f"{rule['index']} ({told or rule['description']})" if told or rule["description"] else str(rule["index"])


def _tables(row: TimelineRow, steps: Iterable[StepView]) -> list[Table]:
    names = {step.element: text_of(step.names) for step in steps}
    return [
        Table(
            names.get(str(fact["element"]).rpartition("/")[2], str(fact["element"])),
            str(fact["decision"]),
            "; ".join(_row(rule) for rule in fact.get("rows") or ()),
        )
        for fact in row.facts
        if fact["kind"] == "decision_made"
    ]


def _standing(moves: Iterable[Mapping[str, str]], case: CaseView) -> list[tuple[str, str, str]]:
    """(state, its word, step) of what stands open after the entries, in the order of the flow."""
    states: dict[str, str] = {}
    for one in moves:
        states.update(one)
    return [
        (states[step.element], word("step", states[step.element]), text_of(step.names))
        for step in case.steps
        if text_of(step.names) and states.get(step.element) in ("active", "waiting", "incident")
    ]
