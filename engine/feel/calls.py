"""Keeps closures from knowing where a function comes from: built in, added by us, or defined in the expression."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from engine.feel.builtins import BUILTINS, Builtin
from engine.feel.closures import Closure, Made, closure, constant, find, make
from engine.feel.functions import BY_NAME, Added
from engine.feel.kinds import MISSING, Function, Range, within
from engine.feel.limits import DEPTH, Run, Struck
from engine.feel.lookup import normal
from engine.feel.tree import Node, height, size
from engine.javascript import Allowance
from engine.values import Value

Arguments = list[tuple[str, Closure]]
"""By position (names empty) or by name."""


def define(parameters: tuple[str, ...], body: Closure, node: Node, env: Any, run: Run) -> Callable[..., Value]:
    """What calling a function defined in an expression does: each call counts, and calls nest only so deep."""
    cost, levels = size(node), height(node)

    def invoke(*given: Value) -> Value:
        run.spend(cost)
        run.depth += levels
        if run.depth > DEPTH:
            raise Struck("depth")
        bound = {name: given[index] if index < len(given) else None for index, name in enumerate(parameters)}
        result = body((bound, env), run)
        run.depth -= levels
        return result

    return invoke


def _arguments(node: Node) -> Arguments:
    if node.name == "NamedParameters":
        return [(child.children[0].words, closure(child.children[1])) for child in node.children]
    return [("", closure(child)) for child in node.children]


def invocation(node: Node) -> Made:
    target, arguments = node.children[0], _arguments(node.children[2])
    cost = 1 + len(arguments)
    if target.name not in ("VariableName", "SpecialFunctionName"):
        make_target = closure(target)
        return (lambda env, run: _call_value(make_target(env, run), arguments, env, run)), "any"
    name = target.words
    added, builtin = BY_NAME.get(name), BUILTINS.get(normal(name))

    def call(env: Any, run: Run) -> Value:
        run.spend(cost)
        local = find(env, name)
        # a variable of the same name (a form field "count") does not hide a function
        if isinstance(local, (Function, Range)):
            return _call_value(local, arguments, env, run)
        if added is not None:
            return _call_added(added, arguments, env, run)
        if builtin is not None:
            return _call_builtin(builtin, arguments, env, run)
        return None

    return call, "any"


def _named(arguments: Arguments) -> bool:
    return bool(arguments) and bool(arguments[0][0])


def _call_builtin(builtin: Builtin, arguments: Arguments, env: Any, run: Run) -> Value:
    if not _named(arguments):
        return builtin.call([argument(env, run) for _, argument in arguments], run)
    ordered = builtin.named({name: argument(env, run) for name, argument in arguments})
    return None if ordered is None else builtin.call(ordered, run)


def _call_added(function: Added, arguments: Arguments, env: Any, run: Run) -> Value:
    if not _named(arguments):
        return function.call(run.world, [argument(env, run) for _, argument in arguments])
    given = {name: argument(env, run) for name, argument in arguments}
    names = [name for name, _ in function.parameters]
    if any(name not in names for name in given):
        return None
    return function.call(run.world, [given.get(name, MISSING) for name in names])


def _call_value(target: Value, arguments: Arguments, env: Any, run: Run) -> Value:
    """A function, or a range as a test of what lies in it; null for anything else."""
    if isinstance(target, Range):
        values = [argument(env, run) for _, argument in arguments]
        return within(target, values[0]) if len(values) == 1 else None
    if not isinstance(target, Function):
        return None
    if _named(arguments):
        given = {name: argument(env, run) for name, argument in arguments}
        if any(name not in target.parameters for name in given):
            return None
        return target.invoke(*(given.get(name) for name in target.parameters))
    if len(arguments) > len(target.parameters):
        return None
    return target.invoke(*(argument(env, run) for _, argument in arguments))


def date_literal(node: Node) -> Made:
    """``@"…"``, or date, time, date and time, duration with arguments; constant arguments are computed here and now."""
    if len(node.children) == 1:
        return make(node.children[0])
    builtin = BUILTINS[node.children[0].words]
    parameters = node.children[2]
    arguments = _arguments(parameters)
    if all(child.name in ("StringLiteral", "NumericLiteral") for child in parameters.children):
        return constant(_call_builtin(builtin, arguments, None, _Unlimited()), "date")
    return (lambda env, run: _call_builtin(builtin, arguments, env, run)), "date"


class _Unlimited(Run):
    """Constants are computed once, when the expression is compiled; their texts are short."""

    def __init__(self) -> None:
        self.left = 1000
        self.depth = 0
        self._patience = Allowance(0)
