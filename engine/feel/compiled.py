"""Keeps callers from knowing how an expression is evaluated: compiled once, by closures, by feelin for the rest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from engine.errors import LimitStruck, StepFailed
from engine.feel import closures, fallback, juel, mistakes
from engine.feel.crossing import settled
from engine.feel.limits import Failed, Run, Struck
from engine.feel.names import Names, names_of
from engine.feel.tree import FeelSyntax, Mode, parse
from engine.values import Value

if TYPE_CHECKING:
    from engine.world import World


@dataclass(frozen=True, slots=True)
class Compiled:
    """One expression or unary test, ready to be evaluated from any thread.

    ``names`` are the variables it reads; ``item_names`` those read within a filter, which may be parts of the items;
    ``functions`` the functions it calls; ``juel`` the JUEL spellings that were translated.
    """

    text: str
    mode: Mode
    names: frozenset[str]
    item_names: frozenset[str]
    functions: frozenset[str]
    juel: tuple[str, ...]
    _feel: str = field(repr=False, default="")
    _closure: closures.Closure | None = field(repr=False, default=None)

    @property
    def native(self) -> bool:
        """Whether it runs without JavaScript."""
        return self._closure is not None

    def evaluate(
        self, scope: Mapping[str, Value], world: World, input: Value = None, *, run: Run | None = None
    ) -> Value:
        """The value; for a unary test whether ``input`` meets it. Unknown variables are null, as FEEL has it.

        Several evaluations may share one ``run`` and with it the limit of steps.
        Raises LimitStruck (reason feel_limit) and StepFailed (reason feel_failed), both with the expression.
        """
        run = Run(world) if run is None else run
        try:
            if self._closure is None:
                return settled(fallback.evaluate(self._feel, self.mode, scope, world, input), run)
            env: Any = (scope, None)
            if self.mode == "unary":
                env = ({"?": input}, env)
            return settled(self._closure(env, run), run)
        except Struck as struck:
            raise LimitStruck("feel_limit", kind=struck.kind, expression=self.text) from None
        except RecursionError:
            raise LimitStruck("feel_limit", kind="depth", expression=self.text) from None
        except MemoryError:
            raise LimitStruck("feel_limit", kind="memory", expression=self.text) from None
        except (ArithmeticError, ValueError) as error:  # numbers beyond the doubles, dates beyond the calendar
            raise StepFailed("feel_failed", expression=self.text, message=str(error)) from None
        except Failed as failed:
            raise StepFailed("feel_failed", expression=self.text, message=failed.message) from None


@lru_cache(maxsize=12_000)  # more than the cells of the largest table
def compile(text: str, mode: Mode = "expression") -> Compiled:
    """The expression ``text``, or with mode ``unary`` a decision table's cell. Raises FeelSyntax."""
    feel, spellings = juel.translate(text)
    tree = parse(feel, mode)
    found: Names = names_of(tree, text)
    mistakes.refuse(tree, text)
    try:
        closure: closures.Closure | None = closures.build(tree)
    except closures.Unsupported:
        closure = None
    return Compiled(text, mode, found.free, found.in_filters, found.functions, spellings, feel, closure)


__all__ = ["Compiled", "FeelSyntax", "compile"]
