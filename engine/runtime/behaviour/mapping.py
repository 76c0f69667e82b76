"""Keeps behaviours from knowing how variables go in and out by the model's mappings: parameters, camunda:in and out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from engine.definitions.model import Expression, Node, Parameter
from engine.runtime.definition import evaluate, evaluate_in
from engine.runtime.execution import Execution, Token
from engine.values import Value

STANDING = ("school", "initiator", "business_key", "instance", "process")
"""Variables every process has of its own."""


def map_inputs(execution: Execution, token: Token, node: Node) -> None:
    """camunda:inputParameter: locals of the activity or event; a later one sees the earlier ones."""
    if node.inputs:
        execution.open_scope(token)
        for parameter in node.inputs:
            value = None if parameter.value is None else evaluate(execution, token, parameter.value)
            execution.set_local(token, parameter.name, value)


def handed(execution: Execution, token: Token, parameters: tuple[Parameter, ...]) -> dict[str, Any]:
    """The values of camunda:in, in order: a later one replaces an earlier one of the same name.

    ``local="true"`` reads what belongs to the activity itself: its input parameters and those of its instance.
    """
    values: dict[str, Any] = {}
    for parameter in parameters:
        own = execution.scopes.get(token.id, {}) if parameter.local else None
        if parameter.all:
            values.update(execution.variables(token) if own is None else own)
        elif parameter.value is not None:
            name = "business_key" if parameter.business_key else parameter.name
            values[name] = _within(execution, token, parameter.value, own)
        else:
            values[parameter.name] = None
    return values


def _within(execution: Execution, token: Token, expression: Expression, own: Mapping[str, Value] | None) -> Value:
    if own is None or expression.literal:
        return evaluate(execution, token, expression)
    return evaluate_in(own, expression.text, execution.world)


def payload(execution: Execution, token: Token, node: Node) -> dict[str, Any]:
    """What a thrown message or signal carries: the input parameters of its event or task, and camunda:in."""
    own = execution.scopes.get(token.id, {})
    given = {parameter.name: own[parameter.name] for parameter in node.inputs}
    return given | without_standing(handed(execution, token, node.call_in), node.call_in)


def without_standing(values: dict[str, Any], parameters: tuple[Parameter, ...]) -> dict[str, Any]:
    """``variables="all"`` never carries what a case is to another case, or back from a called process."""
    if not any(parameter.all for parameter in parameters):
        return values
    named = {parameter.name for parameter in parameters}
    return {name: value for name, value in values.items() if name in named or name not in STANDING}
