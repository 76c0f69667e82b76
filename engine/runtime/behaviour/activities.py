"""Tasks: offering work to people and workers, scripts, decisions, named operations, and the mappings around them."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from engine.definitions.model import Node
from engine.errors import StepFailed
from engine.facts import DecisionMade, ExternalOffered, OperationDone, TaskOffered
from engine.runtime import operations
from engine.runtime.behaviour import scopes, throwing
from engine.runtime.definition import evaluate, evaluate_text
from engine.runtime.execution import Execution, Token
from engine.values import ALMATY, Value, instant


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


def map_inputs(execution: Execution, token: Token, node: Node) -> None:
    """camunda:inputParameter: locals of the activity; a later one sees the earlier ones."""
    if node.inputs:
        execution.open_scope(token)
        for parameter in node.inputs:
            value = None if parameter.value is None else evaluate(execution, token, parameter.value)
            execution.set_local(token, parameter.name, value)


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


# --- people --------------------------------------------------------------------------------------------------------


def offer(execution: Execution, token: Token, node: Node) -> bool | None:
    """A user task: who may take it is a rule now and an answer only when somebody asks."""
    keys = _keys(execution, token, node)
    notes: dict[str, Any] = {
        "keys": keys,
        "on_behalf": _list(_property(execution, token, node, "onBehalf"), "onBehalf"),
        "assignee": token.internal_data.get("returned_to") or _assignee(execution, token, node),
        "due": _moment(execution, token, node, "dueDate"),
        "follow_up": _moment(execution, token, node, "followUpDate"),
        "priority": _priority(execution, token, node),
    }
    execution.note(token, task=notes)
    execution.tell(TaskOffered(token=token.id, element=token.place, **notes))
    return None


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
    return value.removeprefix("person:")


def _keys(execution: Execution, token: Token, node: Node) -> list[str]:
    keys: set[str] = set()
    if "role" in node.properties:
        keys.update(_list(_property(execution, token, node, "role"), "role"))
    for attribute, prefix in (("candidateUsers", "person:"), ("candidateGroups", "")):
        for name in _candidates(execution, token, node, attribute):
            keys.add(name if not prefix or name.startswith(prefix) else prefix + name)
    assignee = _assignee(execution, token, node)
    if assignee:
        keys.add(f"person:{assignee}")
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
    if isinstance(value, str):
        try:
            found = datetime.fromisoformat(value)
        except ValueError:
            raise StepFailed("date_invalid", where=name, value=value[:80]) from None
        if len(value) == len("2026-01-01"):
            found = found.replace(hour=23, minute=59, second=59)
        return instant(found if found.tzinfo else found.replace(tzinfo=ALMATY))
    raise StepFailed("date_invalid", where=name, value=str(value)[:80])


def _priority(execution: Execution, token: Token, node: Node) -> int:
    value = _attribute(execution, token, node, "priority")
    if value is None:
        return 50
    try:
        return int(value)
    except (TypeError, ValueError):
        raise StepFailed("priority_invalid", value=str(value)[:40]) from None


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
    value = _attribute(execution, token, node, "taskPriority")
    priority = int(value) if isinstance(value, (int, str)) and str(value).lstrip("-").isdigit() else 0
    execution.note(token, external={"topic": topic})
    execution.tell(ExternalOffered(token=token.id, element=token.place, topic=topic, priority=priority))
    return None


def send(execution: Execution, token: Token, node: Node) -> bool | None:
    """A send task throws its message, or is an external worker's task."""
    if node.event.kind == "message" and node.event.name:
        return throwing.send(execution, token, node)
    return service(execution, token, node)


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
    id = execution.world.ask(
        "definition",
        kind="decision",
        key=str(key),
        binding=attributes.get("decisionRefBinding", "latest"),
        version=attributes.get("decisionRefVersion", "") or attributes.get("decisionRefVersionTag", ""),
        of=token.task_spec.definition.id,
    )
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
    if mapping == "collectEntries":
        return [next(iter(row.values()), None) for row in outputs]
    if not outputs:
        return value
    if len(outputs) > 1:
        raise StepFailed("decision_many_rows", mapping=mapping, count=len(outputs))
    row = outputs[0]
    if mapping == "singleResult":
        return row
    if len(row) > 1:
        raise StepFailed("decision_many_entries", mapping=mapping, count=len(row))
    return next(iter(row.values()), None)
