"""Keeps evaluation from parsing anything: each node of feelin's syntax tree becomes one Python closure.

A closure takes the environment, a chain of (mapping, rest), and the Run. Beside the closure stands its static kind as
feelin knows it: a filter ``a[b]`` is an index or a test by what ``b`` is written as.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from engine.feel import arithmetic, literals, temporal
from engine.feel.kinds import MISSING, Function, Range, Test, among, compare, equals, make_range, within
from engine.feel.limits import Run
from engine.feel.lookup import component, entry
from engine.feel.tree import Node
from engine.values import Value

Env = tuple[Mapping[str, Value], Any]
Closure = Callable[[Any, Run], Value]
Made = tuple[Closure, str]
"""A closure and its static kind: number, boolean, string, nil, test, date, any, or empty for what a filter ignores."""


class Unsupported(Exception):
    """The tree holds something that closures do not know; feelin evaluates the whole expression then."""


def build(node: Node) -> Closure:
    """The closure of a whole expression or of unary tests. Raises Unsupported."""
    return make(node)[0]


def make(node: Node) -> Made:
    maker = _MAKERS.get(node.name)
    if maker is None:
        raise Unsupported(node.name)
    return maker(node)


def closure(node: Node) -> Closure:
    return make(node)[0]


def constant(value: Value, kind: str) -> Made:
    return (lambda env, run: value), kind


def find(env: Any, name: str) -> Any:
    """The value of a name in the innermost scope that has it; MISSING for none."""
    while env is not None:
        scope, env = env
        if name in scope:
            return scope[name]
    return MISSING


def _find_spaced(env: Any, name: str) -> Any:
    while env is not None:
        scope, env = env
        found = entry(scope, name)
        if found is not MISSING:
            return found
    return MISSING


def _wrapper(node: Node) -> Made:
    return make(node.children[0])


def _parenthesized(node: Node) -> Made:
    return make(node.children[1])


def _variable(node: Node) -> Made:
    name = node.words
    look = _find_spaced if " " in name else find

    def variable(env: Any, run: Run) -> Value:
        found = look(env, name)
        return None if found is MISSING else found

    return variable, "any"


def _input(node: Node) -> Made:
    def given(env: Any, run: Run) -> Value:
        found = find(env, "?")
        return None if found is MISSING else found

    return given, ""


def _path(node: Node) -> Made:
    target, name = closure(node.children[0]), node.children[2].words

    def one(value: Value) -> Value:
        found = component(value, name)
        return None if found is MISSING else found

    def path(env: Any, run: Run) -> Value:
        value = target(env, run)
        if isinstance(value, (list, tuple)):
            run.spend(len(value))
            return [one(item) for item in value]
        return one(value)

    return path, "any"


def _both_kinds(a: str, b: str) -> str:
    return a if a == b else "any"


def _arithmetic(node: Node) -> Made:
    if len(node.children) == 2:
        operand, kind = make(node.children[1])
        if node.children[0].text == "-":
            return (lambda env, run: arithmetic.negate(operand(env, run))), kind
        return (lambda env, run: arithmetic.add(0, operand(env, run), run)), kind
    (left, left_kind), (right, right_kind) = make(node.children[0]), make(node.children[2])
    operation = arithmetic.OPERATIONS[node.children[1].text]
    return (lambda env, run: operation(left(env, run), right(env, run), run)), _both_kinds(left_kind, right_kind)


def _conjunction(node: Node) -> Made:
    left, right = closure(node.children[0]), closure(node.children[2])

    def conjunction(env: Any, run: Run) -> Value:
        a = left(env, run)
        if a is False:
            return False
        b = right(env, run)
        if b is False:
            return False
        return True if a is True and b is True else None

    return conjunction, "test"


def _disjunction(node: Node) -> Made:
    left, right = closure(node.children[0]), closure(node.children[2])

    def disjunction(env: Any, run: Run) -> Value:
        a = left(env, run)
        if a is True:
            return True
        b = right(env, run)
        if b is True:
            return True
        return False if a is False and b is False else None

    return disjunction, "test"


def _if(node: Node) -> Made:
    condition = closure(node.children[1])
    (then, then_kind), (other, other_kind) = make(node.children[3]), make(node.children[5])

    def choose(env: Any, run: Run) -> Value:
        return then(env, run) if condition(env, run) is True else other(env, run)

    return choose, _both_kinds(then_kind, other_kind)


_ORDERS: dict[str, Callable[[int], bool]] = {
    "<": lambda order: order < 0,
    "<=": lambda order: order <= 0,
    ">": lambda order: order > 0,
    ">=": lambda order: order >= 0,
}


def _unequal(a: Value, b: Value) -> bool | None:
    result = equals(a, b)
    return None if result is None else not result


def _comparison(node: Node) -> Made:
    operator = node.children[1]
    if operator.name == "in":
        return _in(node)
    if operator.name == "between":
        return _between(node)
    left, right = closure(node.children[0]), closure(node.children[2])
    sign = operator.text
    if sign in ("=", "!="):
        return _equality(left, right, sign == "="), "test"
    accept = _ORDERS[sign]

    def ordered(env: Any, run: Run) -> Value:
        order = compare(left(env, run), right(env, run))
        return None if order is None else accept(order)

    return ordered, "test"


def _equality(left: Closure, right: Closure, wanted: bool) -> Closure:
    def equality(env: Any, run: Run) -> Value:
        a, b = left(env, run), right(env, run)
        what = type(a)
        if what is type(b) and (what is str or what is int):  # nearly all comparisons
            return (a == b) is wanted
        if what is list or what is dict:
            run.weigh(a)
        result = equals(a, b)
        return None if result is None else result is wanted

    return equality


_LITERALS = ("StringLiteral", "NumericLiteral", "BooleanLiteral", "null", "SimplePositiveUnaryTest")


def _in(node: Node) -> Made:
    value = closure(node.children[0])
    listed = node.children[3] if len(node.children) > 3 else node.children[2]
    tests = closure(listed)
    if listed.name == "PositiveUnaryTests" and all(test.children[0].name in _LITERALS for test in listed.children):
        return (lambda env, run: among(value(env, run), tests(env, run))), "test"

    def inside(env: Any, run: Run) -> Value:
        given, wanted = value(env, run), tests(env, run)
        if type(wanted) is list:
            run.weigh(wanted)
        return among(given, wanted)

    return inside, "test"


def _between(node: Node) -> Made:
    value, start, end = (closure(node.children[index]) for index in (0, 2, 4))

    def between(env: Any, run: Run) -> Value:
        low, high = start(env, run), end(env, run)
        if low is None or high is None:
            return None
        return within(make_range(low, high), value(env, run))

    return between, "test"


def _interval(node: Node) -> Made:
    start_in, end_in = node.children[0].text == "[", node.children[4].text == "]"
    start, end = closure(node.children[1]), closure(node.children[3])

    def interval(env: Any, run: Run) -> Value:
        low, high = start(env, run), end(env, run)
        return None if low is None or high is None else make_range(low, high, start_in, end_in)

    return interval, "test"


def simple_test(sign: str, bound: Value) -> Test | Range | None:
    """What ``< 5`` or ``= 5`` is when it stands alone."""
    if sign == "=":
        return Test(lambda value: equals(value, bound))
    if sign == "!=":
        return Test(lambda value: _unequal(value, bound))
    inclusive = sign in (">=", "<=")
    if sign[0] == ">":
        return make_range(bound, None, inclusive, False)
    return make_range(None, bound, False, inclusive)


def _simple_test(node: Node) -> Made:
    if len(node.children) == 1:
        return make(node.children[0])
    sign, bound = node.children[0].text, closure(node.children[1])
    return (lambda env, run: simple_test(sign, bound(env, run))), "test"


def _tests(node: Node) -> Made:
    parts = [closure(child) for child in node.children]
    return (lambda env, run: [part(env, run) for part in parts]), ""


def _list(node: Node) -> Made:
    parts = [closure(child) for child in node.children[1:-1]]

    def made(env: Any, run: Run) -> Value:
        return [part(env, run) for part in parts]

    return made, ""


def _context(node: Node) -> Made:
    from engine.feel.names import entry_key

    entries = [
        (entry_key(child.children[0]), closure(child.children[1]))
        for child in node.children
        if child.name == "ContextEntry"
    ]

    def context(env: Any, run: Run) -> Value:
        made: dict[str, Value] = {}
        inner = (made, env)
        for key, value in entries:
            made[key] = value(inner, run)
        run.spend(len(made))
        return made

    return context, ""


def _instance_of(node: Node) -> Made:
    from engine.feel.types import checker

    value, check = closure(node.children[0]), checker(node.children[3])
    return (lambda env, run: check(value(env, run))), "test"


def _at_literal(node: Node) -> Made:
    value = temporal.parse_any(literals.unquoted(node.children[0].text))
    return constant(value, "date")


def _definition(node: Node) -> Made:
    from engine.feel.calls import define
    from engine.feel.names import parameter_names

    if node.children[4].name != "FunctionBody":
        raise Unsupported("external function")
    parameters, body = parameter_names(node), node.children[4]
    run_body = closure(body)

    def definition(env: Any, run: Run) -> Value:
        return Function(parameters, define(parameters, run_body, body, env, run))

    return definition, ""


def _later(name: str) -> Callable[[Node], Made]:
    """Makers in modules that themselves need this one."""

    def maker(node: Node) -> Made:
        from engine.feel import calls, cells, iteration

        makers: dict[str, Callable[[Node], Made]] = {
            "call": calls.invocation,
            "cell": cells.unary_tests,
            "date": calls.date_literal,
            "for": iteration.for_expression,
            "quantified": iteration.quantified,
            "filter": iteration.filter_expression,
        }
        return makers[name](node)

    return maker


_MAKERS: dict[str, Callable[[Node], Made]] = {
    "Expression": _wrapper,
    "FunctionBody": _wrapper,
    "PositiveUnaryTest": _wrapper,
    "ParenthesizedExpression": _parenthesized,
    "NumericLiteral": lambda node: constant(literals.number(node.text), "number"),
    "StringLiteral": lambda node: constant(literals.unquoted(node.text), "string"),
    "BooleanLiteral": lambda node: constant(node.text == "true", "boolean"),
    "null": lambda node: constant(None, "nil"),
    "VariableName": _variable,
    "?": _input,
    "PathExpression": _path,
    "ArithmeticExpression": _arithmetic,
    "Conjunction": _conjunction,
    "Disjunction": _disjunction,
    "IfExpression": _if,
    "Comparison": _comparison,
    "Interval": _interval,
    "SimplePositiveUnaryTest": _simple_test,
    "PositiveUnaryTests": _tests,
    "UnaryTests": _later("cell"),
    "List": _list,
    "Context": _context,
    "InstanceOfExpression": _instance_of,
    "AtLiteral": _at_literal,
    "FunctionDefinition": _definition,
    "FunctionInvocation": _later("call"),
    "DateTimeLiteral": _later("date"),
    "ForExpression": _later("for"),
    "QuantifiedExpression": _later("quantified"),
    "FilterExpression": _later("filter"),
}
