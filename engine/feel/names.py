"""Keeps callers from knowing scopes: which variables an expression reads, and which functions it calls."""

from __future__ import annotations

from dataclasses import dataclass, field

from engine.feel.builtins import BUILTINS
from engine.feel.functions import BY_NAME
from engine.feel.lookup import normal
from engine.feel.tree import FeelSyntax, Node


@dataclass(slots=True)
class Names:
    text: str
    _free: set[str] = field(default_factory=set)
    _in_filters: set[str] = field(default_factory=set)
    _functions: set[str] = field(default_factory=set)

    @property
    def free(self) -> frozenset[str]:
        return frozenset(self._free)

    @property
    def in_filters(self) -> frozenset[str]:
        return frozenset(self._in_filters)

    @property
    def functions(self) -> frozenset[str]:
        return frozenset(self._functions)

    def walk(self, node: Node, bound: frozenset[str], in_filter: bool) -> None:
        match node.name:
            case "VariableName":
                name = node.words
                if name not in bound:
                    (self._in_filters if in_filter else self._free).add(name)
            case "FunctionInvocation":
                self._invocation(node, bound, in_filter)
            case "FilterExpression":
                self.walk(node.children[0], bound, in_filter)
                self.walk(node.children[2], bound | {"item"}, True)
            case "ForExpression" | "QuantifiedExpression":
                self._iteration(node, bound | {"partial"} if node.name == "ForExpression" else bound, in_filter)
            case "FunctionDefinition":
                names = set(parameter_names(node))
                for child in node.children[3:]:
                    self.walk(child, bound | names, in_filter)
            case "Context":
                for child in node.children:
                    if child.name == "ContextEntry":
                        key = {entry_key(child.children[0])}  # a function may call itself by it
                        is_function = child.children[1].name == "FunctionDefinition"
                        self.walk(child.children[1], bound | key if is_function else bound, in_filter)
                        bound = bound | key
            case "NamedParameter":
                self.walk(node.children[1], bound, in_filter)
            case "Type" | "Key" | "PathName" | "Name":
                pass
            case _:
                for child in node.children:
                    self.walk(child, bound, in_filter)

    def _iteration(self, node: Node, bound: frozenset[str], in_filter: bool) -> None:
        for clause in node.children[1].children:
            if clause.name == "InExpression":
                self.walk(clause.children[2], bound, in_filter)
                bound = bound | {clause.children[0].words}
        for child in node.children[3:]:
            self.walk(child, bound, in_filter)

    def _invocation(self, node: Node, bound: frozenset[str], in_filter: bool) -> None:
        target = node.children[0]
        if target.name in ("VariableName", "SpecialFunctionName") and target.words not in bound:
            self._known(target, node.children[2])
        else:
            self.walk(target, bound, in_filter)
        for child in node.children[1:]:
            self.walk(child, bound, in_filter)

    def _known(self, target: Node, parameters: Node) -> None:
        """A call that could only ever give null is a mistake in the text."""
        name = target.words
        self._functions.add(name)
        given = len(parameters.children)
        added, builtin = BY_NAME.get(name), BUILTINS.get(normal(name))
        if added is not None:
            least, most = len(added.parameters), len(added.parameters)
        elif builtin is not None:
            least, most = builtin.least, builtin.most if builtin.most is not None else given
        else:
            raise FeelSyntax(self.text, f"unknown function {name}", target.at, "feel_unknown_function", name=name)
        if parameters.name == "PositionalParameters" and not least <= given <= most:
            raise FeelSyntax(self.text, f"{name} with {given} arguments", target.at, "feel_arguments", name=name)


def parameter_names(definition: Node) -> tuple[str, ...]:
    """The parameters of a function definition; their types are not checked, as in feelin."""
    return tuple(parameter.children[0].words for parameter in definition.children[2].children)


def entry_key(node: Node) -> str:
    """The key of a context entry as written: a name or a text in quotes."""
    from engine.feel.literals import unquoted

    inner = node.children[0] if node.children else node
    return unquoted(inner.text) if inner.name == "StringLiteral" else inner.words


def names_of(tree: Node, text: str) -> Names:
    """Raises FeelSyntax for a function that does not exist and for a number of arguments that it cannot take."""
    names = Names(text)
    names.walk(tree, frozenset({"?"}), False)
    return names
