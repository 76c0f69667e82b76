"""Keeps play from knowing how a line looks: what is open, the variables, what went wrong, as plain JSON data."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

import isodate

from engine.definitions.decisions import DecisionResult
from engine.definitions.findings import describe
from engine.errors import ModelRefused, SapaError, StepFailed
from engine.play.sandbox import blank
from engine.play.scene import ENDED, Scene, tokens
from engine.play.steps import StepRefused
from engine.runtime.definition import ROOT
from engine.runtime.execution import Execution, Token
from engine.values import ALMATY, Months, Value, moment
from engine.wording import say

_LISTED = 500
"""Further instances on one line; of more, those under way and the newest."""
_WAITING = {"timer": "timer", "message": "message", "signal": "signal", "conditional": "condition"}
_TOLD = ("code", "message", "element", "name", "file", "line", "remedy")
_STANDING = ("school", "initiator", "business_key", "instance", "process")


class Lines:
    """Writes the lines of one play. ``lang``: of sentences and, when it was asked for, of elements' names."""

    def __init__(self, lang: str | None) -> None:
        self._lang = lang or "en"
        self._names = lang or "kk"  # unasked, an element is called as the model's own name attribute has it

    def refused_model(self, refused: ModelRefused) -> dict[str, Any]:
        """The one line of a model that is not played."""
        errors = []
        for finding in refused.findings:
            if finding.severity == "error":
                told = describe(finding, self._lang)
                errors.append({key: told[key] for key in _TOLD})
        return {**blank(0, "refused"), "error": _first(errors), "errors": errors}

    def refused_input(self, refusal: SapaError, step: int = 0) -> dict[str, Any]:
        """The line of input that cannot be read."""
        error = self._error(refusal)
        return {**blank(step, "refused"), "error": error, "errors": [error]}

    def line(
        self,
        step: int,
        scene: Scene,
        focused: Execution | None,
        refusal: SapaError | None,
        result: DecisionResult | None,
    ) -> dict[str, Any]:
        """What a step came to, and where everything stands after it."""
        line = blank(step, "running")
        if focused is not None:
            line |= self._instance(focused, scene)
        if isinstance(refusal, StepFailed):
            line |= {"status": "failed", "error": self._error(refusal)}
        elif refusal is not None:
            line |= {"status": "refused", "error": self._error(refusal)}
        elif result is not None and focused is None:
            line["status"] = "completed"
        if result is not None:
            line |= {"result": shown(result.value), "rows": shown(result.rows), "outputs": shown(result.outputs)}
        others = [execution for execution in scene.instances.values() if execution is not focused]
        line["instances"] = [
            {
                "id": other.instance, "process": other.definition.key, "business_key": other.business_key,
                **self._instance(other, scene),
            }
            for other in _chosen(others)
        ]  # fmt: skip
        line["now"] = shown(scene.clock())
        return line

    # --- one instance ----------------------------------------------------------------------------------------------

    def _instance(self, execution: Execution, scene: Scene) -> dict[str, Any]:
        incident = next((t for t in tokens(execution) if "incident" in t.internal_data), None)
        status = "completed" if execution.state in ENDED else "failed" if incident else "running"
        return {
            "status": status,
            "open": [entry for token in _in_order(execution) for entry in self._open(token)],
            "variables": _variables(execution, scene.given[execution.instance]),
            "error": self._incident(incident) if incident else None,
        }

    def _open(self, token: Token) -> Iterator[dict[str, Any]]:
        notes = token.internal_data
        if "incident" in notes:
            return
        entry = {"id": token.element, "name": self._name(token)}
        more: dict[str, Any] = {}
        if notes.get("aside") and not notes.get("of_gateway"):
            more["on"] = self._id(token.scope)  # a boundary event, or the start of an event sub-process
        if token.stuck:  # it failed and will be tried again
            yield {**entry, "waiting": "timer", "due": _moment(notes["due"]), "retry": notes["retry"]["tries"], **more}
        elif "task" in notes:
            yield {**entry, "waiting": "user", "due": _moment(notes["task"].get("due"))}
        elif "external" in notes:
            yield {**entry, "waiting": "external", "due": None, "topic": notes["external"]["topic"]}
        elif "event" in notes:
            waiting = _WAITING[notes["event"]]
            if waiting in ("message", "signal"):
                more[waiting] = notes["name"]
            yield {**entry, "waiting": waiting, "due": _moment(notes.get("due")), **more}

    def _incident(self, token: Token) -> dict[str, Any]:
        incident = token.internal_data["incident"]
        message = say(incident["code"], self._lang, incident["params"])
        return {"code": incident["code"], "message": message, "element": self._id(token)}

    def _error(self, refusal: SapaError) -> dict[str, Any]:
        if isinstance(refusal, StepFailed):
            return {"code": refusal.reason, "message": say(refusal.reason, self._lang, refusal.params), "element": ""}
        if isinstance(refusal, StepRefused):
            return {"code": refusal.reason, "message": refusal.say(self._lang), "element": refusal.element}
        problems = getattr(refusal, "problems", {})
        told = "; ".join(f"{name}: {problem}" for name, problem in problems.items())
        message = refusal.say(self._lang)
        return {"code": refusal.code, "message": f"{message} {told}".strip(), "element": ""}

    def _name(self, token: Token) -> str:
        names = token.task_spec.node.names
        return names.get(self._names) or names.get("kk") or token.element

    @staticmethod
    def _id(token: Token) -> str:
        return token.task_spec.definition.key if token.element == ROOT else token.element


def _first(errors: list[dict[str, Any]]) -> dict[str, Any] | None:
    return {key: errors[0][key] for key in ("code", "message", "element")} if errors else None


def _in_order(execution: Execution) -> list[Token]:
    """Work and waiting tokens first, in order of arrival, then what is armed beside them."""
    return sorted(tokens(execution), key=lambda token: (_beside(token), token.id))


def _beside(token: Token) -> bool:
    return bool(token.internal_data.get("aside")) and not token.internal_data.get("of_gateway")


def _chosen(others: list[Execution]) -> list[Execution]:
    if len(others) <= _LISTED:
        return others
    wanted = {e.instance for e in [e for e in others if e.state not in ENDED][-_LISTED:]}
    wanted |= {e.instance for e in others[-(_LISTED - len(wanted)) :]} if len(wanted) < _LISTED else set()
    return [other for other in others if other.instance in wanted]


def _variables(execution: Execution, given: frozenset[str]) -> dict[str, Any]:
    """The process's own variables: not what the engine sets beside them (``ID_by``, ``ID_at``, ``school``, …)."""
    own = execution.scopes.get(execution.task_tree.id, {})
    asked = (node.id for node in execution.definition.process.nodes.values() if node.kind in ("userTask", "manualTask"))
    set_by_engine = {*_STANDING, *(f"{id}_{what}" for id in asked for what in ("by", "at"))} - given
    return {name: shown(value) for name, value in own.items() if name not in set_by_engine}


def _moment(text: str | None) -> str | None:
    return None if text is None else shown(moment(text))


def shown(value: Value) -> Any:
    """A value as plain JSON a person reads: dates, moments (Almaty's offset) and durations as ISO 8601 text."""
    if isinstance(value, datetime):
        return value.astimezone(ALMATY).isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return isodate.duration_isoformat(value)
    if isinstance(value, Months):
        return str(value)
    if isinstance(value, list | tuple):
        return [shown(item) for item in value]
    if isinstance(value, dict):
        return {key: shown(item) for key, item in value.items()}
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return int(value)
    return value
