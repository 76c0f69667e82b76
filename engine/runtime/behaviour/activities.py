"""Tasks: offering work to people and workers, scripts, decisions, named operations, and the mappings around them."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from engine.calendar import durations
from engine.calendar.durations import NotATime
from engine.definitions import forms
from engine.definitions.model import LANGUAGES, Node
from engine.errors import StepFailed
from engine.facts import DecisionMade, ExternalOffered, OperationDone, TaskDescribed, TaskOffered
from engine.runtime import operations
from engine.runtime.behaviour import references, scopes, throwing
from engine.runtime.definition import evaluate, evaluate_text
from engine.runtime.execution import FAULTS, Execution, Token
from engine.values import ALMATY, Months, Value, instant

_ABOUT = 200
"""Characters kept of what a task is about."""


def passed(execution: Execution, token: Token, node: Node) -> bool | None:
    return True


def manual(execution: Execution, token: Token, node: Node) -> bool | None:
    """Work nobody reports to the system: the token passes, unless the model names who shall confirm it."""
    if "role" in node.properties or any(
        a in node.attributes for a in ("assignee", "candidateUsers", "candidateGroups")
    ):
        return offer(execution, token, node)
    return True


# --- mappings ------------------------------------------------------------------------------------------------------


def map_outputs(execution: Execution, token: Token, node: Node) -> None:
    """camunda:outputParameter (and camunda:out): evaluated inside, set outside.

    What a called process hands back to one of many instances that maps it further goes no further than that.
    """
    outer = token.scope
    handed_back = scopes.leave_called(execution, token, node) if node.kind == "callActivity" else {}
    values: dict[str, Value] = {} if node.outputs and "index" in token.internal_data else handed_back
    mapped: dict[str, Value] = {}
    for parameter in node.outputs:
        value = None if parameter.value is None else evaluate(execution, token, parameter.value, mapped)
        mapped[parameter.name] = value
    for name, value in {**values, **mapped}.items():
        execution.set_variable(outer, name, value)


def settle_fields(execution: Execution, token: Token, node: Node) -> None:
    """camunda:formField: what nobody was asked for, or could answer (a field that is only read), has its default.

    Raises StepFailed when a default is of another type than its field.
    """
    if node.kind == "startEvent" and node not in token.task_spec.definition.process.by_hand:
        return
    for field in node.fields:
        if field.default is not None and field.id not in execution.variables(token):
            value = evaluate(execution, token, field.default)
            try:
                execution.take_in(token, {field.id: forms.default_of(field, value)})
            except ValueError:
                raise StepFailed("field_default", field=field.id, type=field.type, value=str(value)[:80]) from None


# --- people --------------------------------------------------------------------------------------------------------


def offer(execution: Execution, token: Token, node: Node) -> bool | None:
    """A user task: who may take it is a rule now and an answer only when somebody asks."""
    assignee = _assignee(execution, token, node)
    keys = _keys(execution, token, node, assignee)
    form = _form(execution, token, node)
    notes: dict[str, Any] = {
        "keys": keys,
        "on_behalf": _list(_property(execution, token, node, "onBehalf"), "onBehalf"),
        "assignee": token.internal_data.get("returned_to") or assignee,
        "due": _moment(execution, token, node, "dueDate"),
        "follow_up": _moment(execution, token, node, "followUpDate"),
        "priority": _priority(execution, token, node),
    }
    execution.note(token, task=notes, form=form)
    execution.tell(TaskOffered(token=token.id, element=token.place, **notes))
    about = _about(execution, token, node)
    if about:
        execution.tell(TaskDescribed(token=token.id, about=about))
    return None


def _about(execution: Execution, token: Token, node: Node) -> str | dict[str, str]:
    """A text, or the same in the languages of people."""
    try:
        value = _property(execution, token, node, "about")
    except (StepFailed, *FAULTS):
        return ""  # what a task is about never stops a case
    if isinstance(value, dict):
        worded: dict[str, str] = {lang: text[:_ABOUT] for lang in LANGUAGES if isinstance(text := value.get(lang), str)}
        return worded if "kk" in worded else ""
    return value[:_ABOUT] if isinstance(value, str) else ""


def _form(execution: Execution, token: Token, node: Node) -> str | None:
    """The form an expression names, or a version that must be there: told now, or the task could not be done.

    Its key; with its version where one is bound ("key:version"). None where the model names its form as it stands,
    latest or deployed together: deployment has seen to that.
    """
    found = node.expressions.get("formRef")
    if not found or (found[0].literal and node.attributes.get("formRefBinding") != "version"):
        return None
    key = evaluate(execution, token, found[0])
    id = references.resolve(execution, token, node, "formRef", key) if isinstance(key, str) and key else None
    if id is None:
        raise StepFailed("form_unknown", key=str(key)[:80])
    return id if node.attributes.get("formRefBinding") == "version" else id.rpartition(":")[0]


def _property(execution: Execution, token: Token, node: Node, name: str) -> Value:
    text = node.properties.get(name)
    return None if text is None else evaluate_text(execution, token, text)


def _list(value: Value, where: str) -> list[str]:
    if value is None:
        return []
    items = value if isinstance(value, list) else [value]
    if not all(isinstance(item, str) and item for item in items):
        raise StepFailed("candidates_invalid", where=where, value=str(value)[:80])
    return sorted(set(items))


def _attribute(execution: Execution, token: Token, node: Node, name: str) -> Value:
    """A camunda attribute's value: evaluated where it holds an expression, its text where it does not."""
    found = node.expressions.get(name)
    if not found:
        return node.attributes.get(name)
    return evaluate(execution, token, found[0])


def _candidates(execution: Execution, token: Token, node: Node, name: str) -> list[str]:
    """A comma-separated list of candidates, each text or expression; an expression may give a list."""
    names: list[str] = []
    for expression in node.expressions.get(name, ()):
        value = evaluate(execution, token, expression)
        names += value.split(",") if isinstance(value, str) else _list(value, name)
    return [text.strip() for text in names if text.strip()]


def _assignee(execution: Execution, token: Token, node: Node) -> str:
    value = _attribute(execution, token, node, "assignee")
    if value is None:
        return ""
    if not isinstance(value, str):
        raise StepFailed("candidates_invalid", where="assignee", value=str(value)[:80])
    return value.strip().removeprefix("person:")


def _people(execution: Execution, token: Token, node: Node, assignee: str) -> set[str]:
    """The assignee and the candidate users, all recorded: a task for anybody else would be in no inbox."""
    users = {name.removeprefix("person:") for name in _candidates(execution, token, node, "candidateUsers")}
    people = users | {assignee} if assignee else users
    unknown = execution.world.ask("directory.unknown", people=sorted(people)) if people else []
    if unknown:
        where = "assignee" if unknown[0] == assignee else "candidateUsers"
        raise StepFailed("performer_unknown", where=where, person=unknown[0][:80])
    return people


def _keys(execution: Execution, token: Token, node: Node, assignee: str) -> list[str]:
    keys: set[str] = set()
    if "role" in node.properties:
        keys.update(_list(_property(execution, token, node, "role"), "role"))
    keys.update(f"person:{person}" for person in _people(execution, token, node, assignee))
    keys.update(_candidates(execution, token, node, "candidateGroups"))
    if not keys and "role" in node.properties:
        raise StepFailed("candidates_none", expression=node.properties["role"])
    # A bare role name means: that role at the school of the case.
    return sorted(key if "@" in key or ":" in key else f"{key}@{execution.school}" for key in keys)


def _moment(execution: Execution, token: Token, node: Node, name: str) -> str | None:
    value = _attribute(execution, token, node, name)
    if value is None or value == "":
        return None
    if isinstance(value, datetime):
        return instant(value)
    if isinstance(value, date):
        return instant(datetime.combine(value, time(23, 59, 59), ALMATY))
    try:
        if isinstance(value, str) and not value.lstrip("+-").startswith("P"):
            found = durations.parse_moment(value)
            return instant(found if "T" in value else found.replace(hour=23, minute=59, second=59))
        if isinstance(value, str | timedelta | Months):  # so long from now
            duration = durations.parse_duration(value) if isinstance(value, str) else value
            return instant(durations.add(execution.world.now, duration))
    except NotATime:
        pass
    raise StepFailed("date_invalid", where=name, value=str(value)[:80])


def _priority(execution: Execution, token: Token, node: Node) -> int:
    return _whole(_attribute(execution, token, node, "priority"), 50)


def _whole(value: Value, otherwise: int) -> int:
    if value is None:
        return otherwise
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and value.strip().removeprefix("-").isdecimal() and len(value) < 10:
        return int(value)
    raise StepFailed("priority_invalid", value=str(value)[:40])


# --- machines ------------------------------------------------------------------------------------------------------


def service(execution: Execution, token: Token, node: Node) -> bool | None:
    """A named operation, an external worker's topic, or a FEEL expression."""
    if "operation" in node.properties:
        name = node.properties["operation"]
        arguments = dict(execution.scopes.get(token.id, {}))
        result = operations.perform(execution, token, name, arguments)
        execution.tell(OperationDone(element=token.place, operation=name))
        execution.open_scope(token, {"result": result})
        _result(execution, token, node, result)
        # The operation has been done: only what follows is repeated if a mapping fails.
        execution.schedule(token, "leave")
        return None
    if node.attributes.get("type") == "external" or "topic" in node.attributes:
        return external(execution, token, node)
    if "expression" in node.attributes:
        _result(execution, token, node, _attribute(execution, token, node, "expression"))
        return True
    raise StepFailed("service_not_supported")


def external(execution: Execution, token: Token, node: Node) -> bool | None:
    topic = _attribute(execution, token, node, "topic")
    if not isinstance(topic, str) or not topic:
        raise StepFailed("topic_missing")
    everywhere = token.task_spec.definition.process.task_priority
    value = _attribute(execution, token, node, "taskPriority")
    if value is None and everywhere is not None:
        value = evaluate(execution, token, everywhere)
    priority = _whole(value, 0)
    execution.note(token, external={"topic": topic})
    execution.tell(ExternalOffered(token=token.id, element=token.place, topic=topic, priority=priority))
    return None


def send(execution: Execution, token: Token, node: Node) -> bool | None:
    """A send task throws its message, or is an external worker's task."""
    if node.sends_message:
        return throwing.send(execution, token, node)
    return service(execution, token, node)


def throw(execution: Execution, token: Token, node: Node) -> bool | None:
    """An intermediate throw event; a message may be sent by a worker or an expression instead."""
    return service(execution, token, node) if _sent_by_others(node) else throwing.throw(execution, token, node)


def end(execution: Execution, token: Token, node: Node) -> bool | None:
    """An end event; terminate, cancel and errors take other tokens, and this one, away."""
    return service(execution, token, node) if _sent_by_others(node) else throwing.end(execution, token, node)


def _sent_by_others(node: Node) -> bool:
    return node.event.kind == "message" and not node.sends_message


def _result(execution: Execution, token: Token, node: Node, value: Value) -> None:
    name = node.attributes.get("resultVariable", "")
    if name:
        execution.set_variable(token.scope, name, value)


def script(execution: Execution, token: Token, node: Node) -> bool | None:
    """A FEEL script: its value goes to the result variable, or a context's entries become variables."""
    if node.script is None:
        return True
    value = evaluate_text(execution, token, node.script.text)
    if node.attributes.get("resultVariable"):
        _result(execution, token, node, value)
    elif isinstance(value, dict):
        for name, item in value.items():
            execution.set_variable(token, name, item)
    elif value is not None:
        raise StepFailed("script_result", expression=node.script.text[:200])
    return True


def business_rule(execution: Execution, token: Token, node: Node) -> bool | None:
    """Evaluate a decision; which rows matched goes into the ledger."""
    key = _attribute(execution, token, node, "decisionRef")
    if not key:
        return service(execution, token, node)
    attributes = node.attributes
    id = references.resolve(execution, token, node, "decisionRef", key)
    if not id:
        raise StepFailed("decision_unknown", key=str(key))
    outcome = execution.decide(id, token)
    result = mapped(outcome.outputs, outcome.value, attributes.get("mapDecisionResult", ""))
    execution.tell(DecisionMade(element=token.place, decision=id, rows=outcome.rows, result=result))
    if attributes.get("resultVariable"):
        _result(execution, token, node, result)
    else:
        execution.open_scope(token, {"decisionResult": outcome.outputs})
    return True


def mapped(outputs: list[dict[str, Value]], value: Value, mapping: str) -> Value:
    """camunda:mapDecisionResult. Without one: a literal's value, or the list of result rows. Raises StepFailed."""
    if mapping in ("", "resultList"):
        return outputs if outputs or value is None else value
    columns = max(map(len, outputs), default=0)
    if columns > 1 and mapping in ("collectEntries", "singleEntry"):
        raise StepFailed("decision_many_entries", mapping=mapping, count=columns)
    if mapping == "collectEntries":
        return [next(iter(row.values()), None) for row in outputs]
    if not outputs:
        return value
    if len(outputs) > 1:
        raise StepFailed("decision_many_rows", mapping=mapping, count=len(outputs))
    row = outputs[0]
    return row if mapping == "singleResult" else next(iter(row.values()), None)
