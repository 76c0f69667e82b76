"""The state of one process instance: a SpiffWorkflow workflow whose tree holds live tokens and open scopes only.

SpiffWorkflow gives the tree, the task states and the run, complete and cancel calls. What it gets wrong
is not used: nothing is predicted, data is not copied from task to task (one scope tree per instance holds the
variables), finished tokens leave the tree at once (so a command costs the same after ten rounds or ten thousand),
and every change is logged so that a failing step can be taken back whole.

Tree: the root stands for the process scope. A token is a child of the scope it runs in. An activity that is under way
is itself the scope of what belongs to it: its boundary events, the tokens inside a sub-process, the instances of a
multi-instance.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import ChainMap, deque
from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Protocol

import structlog
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState
from SpiffWorkflow.workflow import Workflow

from engine.definitions.decisions import Decision, DecisionResult, evaluate
from engine.errors import LimitStruck, StepFailed
from engine.facts import Fact
from engine.values import Value
from engine.world import World, limited

if TYPE_CHECKING:
    from engine.runtime.definition import Definition, NodeSpec

log = structlog.get_logger("sapa")

FAULTS = (RecursionError, ArithmeticError, TypeError, ValueError, LookupError, AttributeError)
"""What a fault of the program inside one step can be; database errors and refusals are not among them."""

MAX_TOKENS = 20_000
"""Live tokens one instance may hold; a multi-instance beyond it is an incident, not a full memory."""


class Token(Task):
    """A task of the tree. ``id`` is a small whole number, unique in the instance; see Execution.public()."""

    id: int
    task_spec: NodeSpec
    workflow: Execution
    internal_data: dict[str, Any]

    def collect_log_extras(self, dct: dict[str, Any] | None = None) -> dict[str, Any]:
        return dct or {}  # the original walks the tree on every state change

    @property
    def scope(self) -> Token:
        """The scope this token runs in."""
        return self.parent  # type: ignore[no-any-return]  # SpiffWorkflow is untyped

    @property
    def element(self) -> str:
        return self.task_spec.node.id

    @property
    def stuck(self) -> bool:
        """Whether its last step failed: an incident, or waiting to be tried again."""
        return "incident" in self.internal_data or "at" in self.internal_data.get("retry", ())

    @property
    def place(self) -> str:
        """The element as the ledger names it: an element of a called process carries its definition, "KEY:v/id"."""
        definition = self.task_spec.definition
        return self.task_spec.node.id if definition is self.workflow.definition else f"{definition.id}/{self.element}"


class Library(Protocol):
    """Where deployed models are found, ready to run, by definition id ("key:version")."""

    def process(self, id: str) -> Definition: ...

    def decision(self, id: str) -> Decision: ...


class Execution(Workflow):
    """One instance, hot. Belongs to one thread at a time; the bus hands it out and drops it on rollback."""

    tasks: dict[int, Token]
    task_tree: Token

    def __init__(self, definition: Definition, instance: str, library: Library) -> None:
        super().__init__(definition.spec, deserializing=True)
        self.definition = definition
        self.library = library
        self.definitions: dict[str, Definition] = {definition.id: definition}  # called ones too
        self.instance = instance
        self.school = ""
        self.counter = 0
        self.scopes: dict[int, dict[str, Value]] = {}
        self.performers: dict[str, str] = {}  # element -> who completed it last
        self.participants: set[str] = set()
        self.title: dict[str, str] = {}
        self.business_key = ""
        self.state = "active"
        self.thrown = 0
        self.keyring = b""  # the key of the instance's stream, while hot
        self.known: set[str] = set()  # participants the caches know already
        self.known_title: dict[str, str] = {}  # title the caches show
        self.snapshot_due = 1  # entry at which the next snapshot is written
        # --- belonging to the command at hand, never saved
        self.queue: deque[tuple[int, str]] = deque()
        self.facts: list[Fact] = []
        self.world: World
        self.changed = False  # variables were set: conditional events must be looked at
        self.signals = 0  # thrown by the command at hand
        self._undo: list[Callable[[], None]] = []

    def collect_log_extras(self, dct: dict[str, Any] | None = None) -> dict[str, Any]:
        return dct or {}

    # --- tokens ----------------------------------------------------------------------------------------------------

    def public(self, token: Token | int) -> str:
        """The id of a token outside this instance: "INSTANCE.n"."""
        return f"{self.instance}.{token if isinstance(token, int) else token.id}"

    def create(self, spec: NodeSpec, scope: Token | None, phase: str = "run", **internal: Any) -> Token:
        """Put a token on a node; ``phase`` "" leaves it off the queue (it waits). Raises LimitStruck."""
        if len(self.tasks) >= MAX_TOKENS:
            raise LimitStruck("limit_tokens", limit=MAX_TOKENS)
        self.counter += 1
        token = Token(self, spec, scope, state=TaskState.FUTURE, id=self.counter)
        token.internal_data.update(internal)
        self._undo.append(lambda: self._forget(token))
        if phase:
            self.queue.append((token.id, phase))
        return token

    def schedule(self, token: Token, phase: str) -> None:
        self.queue.append((token.id, phase))

    def note(self, token: Token, **internal: Any) -> None:
        """Change a token's own notes, so that it can be taken back. A value of None removes the note."""
        before = token.internal_data.copy()
        self._undo.append(lambda: _restore(token, before))
        for name, value in internal.items():
            if value is None:
                token.internal_data.pop(name, None)
            else:
                token.internal_data[name] = value

    def set_state(self, token: Token, state: int) -> None:
        before = token.state
        self._undo.append(lambda: token._set_state(before))
        token._set_state(state)

    def remove(self, token: Token) -> None:
        """Take a token, and all below it, out of the tree (finished or cancelled: history is in the ledger)."""
        for child in list(token.children):
            self.remove(child)
        parent = token.parent
        position = bisect_left(parent._children, token.id)  # in order of id, since ids only grow
        scope = self.scopes.pop(token.id, None)
        parent._children.pop(position)
        del self.tasks[token.id]

        def back() -> None:
            self.tasks[token.id] = token
            parent._children.insert(position, token.id)
            if scope is not None:
                self.scopes[token.id] = scope

        self._undo.append(back)

    def _forget(self, token: Token) -> None:
        self.tasks.pop(token.id, None)
        self.scopes.pop(token.id, None)
        parent = token.parent
        if parent is not None:
            position = bisect_left(parent._children, token.id)
            if position < len(parent._children) and parent._children[position] == token.id:
                parent._children.pop(position)

    def alive(self, token: Token) -> bool:
        return self.tasks.get(token.id) is token

    def noted(self, name: str, value: Any) -> list[Token]:
        """The tokens with this note, oldest first: the same order in a hot instance and in one read back."""
        found = [token for token in self.tasks.values() if token.internal_data.get(name) == value]
        return sorted(found, key=lambda token: token.id)

    def below(self, token: Token) -> Iterator[Token]:
        """The token and everything under it, depth first."""
        stack = [token]
        while stack:
            current = stack.pop()
            yield current
            stack.extend(reversed(current.children))

    def _task_completed_notify(self, task: Token) -> None:
        """SpiffWorkflow says a token completed: it leaves the tree, its scope may be done."""
        scope = task.parent
        self.remove(task)
        if scope is not None:
            self.queue.append((scope.id, "check"))

    # --- who did what ------------------------------------------------------------------------------------------------

    def _instance_of(self, token: Token) -> Token | None:
        """The instance of a multi-instance this token runs inside: each keeps its own account of who did what."""
        above: Token | None = token.parent
        while above is not None and "index" not in above.internal_data:
            above = above.parent
        return above

    def done_by(self, token: Token) -> dict[str, str]:
        """Place -> who completed it last, where this token runs; the latest stands last."""
        inside = self._instance_of(token)
        return self.performers if inside is None else inside.internal_data.get("performers", {})

    def perform(self, token: Token, person: str) -> None:
        """This person has completed the token's task. Of many instances of one task everybody is remembered."""
        inside, done = self._instance_of(token), dict(self.done_by(token))
        for place in (f"{token.place}#{person}", token.place) if "index" in token.internal_data else (token.place,):
            done.pop(place, None)
            done[place] = person
        if inside is None:
            self.performers = done
        else:
            self.note(inside, performers=done)

    def performed(self, token: Token, place: str, person: str) -> bool:
        """Whether this person did that step, as far as this token is concerned: nearest account first."""
        here: Token | None = token
        while here is not None:
            done, here = self.done_by(here), self._instance_of(here)
            if place in done:
                return done[place] == person or f"{place}#{person}" in done
        return False

    # --- variables -------------------------------------------------------------------------------------------------

    def open_scope(self, token: Token, variables: Mapping[str, Value] | None = None) -> None:
        """Give a token a scope of its own (locals)."""
        if token.id not in self.scopes:
            self.scopes[token.id] = {}
            self._undo.append(lambda: _drop(self.scopes, token.id))
        for name, value in (variables or {}).items():
            self.set_local(token, name, value)

    def replace_scope(self, token: Token, variables: Mapping[str, Value]) -> None:
        """Other locals for a token that has some."""
        before = self.scopes[token.id]
        self._undo.append(lambda: self.scopes.__setitem__(token.id, before))
        self.scopes[token.id] = dict(variables)

    def chain(self, token: Token) -> list[dict[str, Value]]:
        """The scopes seen from a token, innermost first. A called process does not see its caller's."""
        found: list[dict[str, Value]] = []
        current: Token | None = token
        if _beside_a_call(token):
            current = token.scope.parent
        while current is not None:
            scope = self.scopes.get(current.id)
            if scope is not None:
                found.append(scope)
            if "called" in current.internal_data:
                break
            current = current.parent
        return found

    def variables(self, token: Token) -> Mapping[str, Value]:
        """What an expression at this token sees."""
        chain = self.chain(token)
        return chain[0] if len(chain) == 1 else ChainMap(*chain)

    def home(self, token: Token) -> dict[str, Value]:
        """Where a new variable goes: into the instance of a multi-instance the token runs in, else the outermost scope.

        Instances run side by side: what one of them computes must not be read by the others.
        """
        home: dict[str, Value] = {}
        current: Token | None = token
        while current is not None:
            home = self.scopes.get(current.id, home)
            notes, loop = current.internal_data, current.task_spec.node.loop
            if "called" in notes or ("index" in notes and loop is not None and loop.kind != "standard"):
                break
            current = current.parent
        return home

    def set_variable(self, token: Token, name: str, value: Value) -> None:
        """Camunda's rule: where the name stands nearest, else a new variable."""
        for scope in self.chain(token):
            if name in scope:
                return self._put(scope, name, value)
        return self._put(self.home(token), name, value)

    def take_in(self, token: Token, answers: Mapping[str, Value]) -> None:
        """What a person or worker answered: an instance of a multi-instance keeps its own, until it maps them."""
        home, chain = self.home(token), self.chain(token)
        near = chain[: next(i for i, scope in enumerate(chain) if scope is home) + 1]
        for name, value in answers.items():
            self._put(next((scope for scope in near if name in scope), home), name, value)

    def set_local(self, token: Token, name: str, value: Value) -> None:
        self._put(self.scopes[token.id], name, value)

    def _put(self, scope: dict[str, Value], name: str, value: Value) -> None:
        missing = name not in scope
        before = scope.get(name)
        self._undo.append(lambda: _drop(scope, name) if missing else scope.__setitem__(name, before))
        scope[name] = value
        self.changed = True

    # --- models -----------------------------------------------------------------------------------------------------

    def called(self, id: str) -> Definition:
        """A process this instance runs (its own or a called one)."""
        definition = self.definitions.get(id)
        if definition is None:
            definition = self.definitions[id] = self.library.process(id)
        return definition

    def decide(self, id: str, token: Token) -> DecisionResult:
        """Evaluate a deployed decision with the variables seen at a token. Raises StepFailed."""
        decision, variables = self.library.decision(id), self.variables(token)
        return limited(self.world, id, lambda: evaluate(decision, variables, self.world, self._required))

    def _required(self, key: str) -> Decision:
        id = self.world.ask("definition", kind="decision", key=key, binding="latest", version="", of="")
        if not id:
            raise StepFailed("decision_unknown", key=key)
        return self.library.decision(id)

    # --- facts and steps -------------------------------------------------------------------------------------------

    def tell(self, fact: Fact) -> None:
        self.facts.append(fact)

    def attempt(self, step: Callable[[], None]) -> StepFailed | None:
        """Do one step whole or not at all; the failure, if any, is returned and nothing of the step remains."""
        self._undo.clear()
        facts, queue, counter, thrown = len(self.facts), len(self.queue), self.counter, self.thrown
        held = (self.title, self.state, self.changed)
        try:
            step()
        except (StepFailed, *FAULTS) as problem:
            failure = problem if isinstance(problem, StepFailed) else _fault(problem)
            for back in reversed(self._undo):
                back()
            del self.facts[facts:]
            while len(self.queue) > queue:  # a step only ever appends
                self.queue.pop()
            self.counter, self.thrown = counter, thrown
            self.title, self.state, self.changed = held
            return failure
        finally:
            self._undo.clear()
        return None


def _fault(problem: BaseException) -> StepFailed:
    """A fault of the program met in one step of one model: the case stops here, with its input, and says so."""
    log.exception("step fault", problem=type(problem).__name__)
    if isinstance(problem, RecursionError):
        return LimitStruck("limit_depth")
    return StepFailed("step_fault", why=f"{type(problem).__name__}: {problem}"[:300])


def _beside_a_call(token: Token) -> bool:
    """Whether this is a boundary event that waits beside a called process: it belongs to the caller."""
    notes = token.internal_data
    return bool(notes.get("aside")) and "of_scope" not in notes and "called" in token.scope.internal_data


def _restore(token: Token, before: dict[str, Any]) -> None:
    token.internal_data = before


def _drop(mapping: dict[Any, Any], key: Any) -> None:
    mapping.pop(key, None)
