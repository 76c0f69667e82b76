"""Keeps everybody from knowing the XML of a random process: blocks become a .bpmn file, and the decisions it asks."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import pairwise

from tests.oracle.blocks import (
    LIMIT,
    Activity,
    Block,
    Catch,
    End,
    EventSub,
    Loop,
    Model,
    Race,
    Scope,
    Seq,
    Split,
    Sub,
    Throw,
    Trigger,
    Work,
)
from tests.play import models as m

_COUNTED = '{{n: n + {amount}, log: append(log, "{id}")}}'


def written(model: Model, beginning: datetime) -> dict[str, bytes]:
    """The files of a random process, whose key is P. ``beginning``: what timers with a date count from."""
    return _Writing(beginning).files(model)


class _Writing:
    def __init__(self, beginning: datetime) -> None:
        self.beginning = beginning
        self.named: dict[str, set[str]] = {"message": set(), "signal": set(), "error": set(), "escalation": set()}
        self.decisions: list[str] = []
        self.called: list[str] = []

    def files(self, model: Model) -> dict[str, bytes]:
        variables = {"n": "0", "log": "[]", **dict.fromkeys(model.variables, "0")}
        begin = m.start("s", self.definition(model.start)) + self.init("init", variables)
        process = m.process("P", begin + m.flows("s -> init"), *self.scope(model.scope, "init"))
        makers = {"message": m.message, "signal": m.signal, "error": m.error, "escalation": m.escalation}
        named = [makers[kind](name) for kind, names in self.named.items() for name in sorted(names)]
        files = {"model.bpmn": m.model(*named, process, *self.called)}
        if self.decisions:
            files["decisions.dmn"] = m.decisions(*self.decisions)
        return files

    @staticmethod
    def init(id: str, variables: dict[str, str]) -> str:
        return m.script(id, "{" + ", ".join(f"{name}: {value}" for name, value in variables.items()) + "}")

    # --- scopes and sequences --------------------------------------------------------------------------------------

    def scope(self, scope: Scope, start: str) -> list[str]:
        """The inside of a process or sub-process behind ``start``."""
        parts = [self.seq(scope.body)]
        parts.append(m.flows(f"{start} -> {self.first(scope.body)}"))
        parts += self.ended(scope.body, f"{scope.id}_end")
        parts += [self.event_sub(event_sub) for event_sub in scope.event_subs]
        return ["".join(parts)]

    def ended(self, seq: Seq, end: str) -> list[str]:
        return [] if seq.ends else [m.end(end), m.flows(f"{self.last(seq.items[-1])} -> {end}")]

    def event_sub(self, event_sub: EventSub) -> str:
        more = {} if event_sub.compensating else {"isInterrupting": str(event_sub.interrupting).lower()}
        definition = "<compensateEventDefinition/>" if event_sub.compensating else self.definition(event_sub.trigger)
        start = m.start(event_sub.start, definition, **more)
        return m.sub(event_sub.id, start + "".join(self.scope(event_sub.scope, event_sub.start)), by_event=True)

    def seq(self, seq: Seq) -> str:
        parts = [self.block(block) for block in seq.items]
        for at, (left, right) in enumerate(pairwise(seq.items)):
            if not (isinstance(right, Split) and right.by_task):
                parts.append(m.flows(f"{self.last(left)} -> {self.entry(right)}"))
            elif right.default is not None:
                parts[at] = _with_default(parts[at], left.id, self.first(right.branches[right.default]))
        return "".join(parts)

    def first(self, seq: Seq) -> str:
        return self.entry(seq.items[0])

    def entry(self, block: Block) -> str:
        """The element a token comes to first."""
        if isinstance(block, Loop):
            return f"{block.id}_reset" if block.decider is None else f"{block.id}_in"
        if isinstance(block, Activity) and any(boundary.back == "again" for boundary in block.boundaries):
            return f"{block.id}_again"
        return block.id

    def last(self, block: Block) -> str:
        """The element a token leaves last."""
        if isinstance(block, Split | Race):
            return f"{block.id}_join"
        if isinstance(block, Loop):
            return f"{block.id}_out"
        if isinstance(block, Throw) and block.kind == "link":
            return f"{block.id}_to"
        if isinstance(block, Activity) and any(boundary.back == "on" for boundary in block.boundaries):
            return f"{block.id}_on"
        return block.id

    # --- blocks ----------------------------------------------------------------------------------------------------

    def block(self, block: Block) -> str:
        match block:
            case Work() | Sub():
                return self.activity(block)
            case Catch():
                return m.catch(block.id, _keyed(block.trigger.key) + self.definition(block.trigger))
            case Throw(kind="link"):
                link = f'<linkEventDefinition name="{block.name}"/>'
                return m.throw(block.id, link) + m.catch(f"{block.id}_to", link)
            case Throw():
                return m.throw(block.id, self.thrown(block))
            case End():
                return m.end(block.id, self.thrown(block))
            case Split():
                return self.split(block)
            case Race():
                return self.race(block)
            case Loop():
                return self.loop(block)
        raise TypeError(block)

    def thrown(self, block: Throw | End) -> str:
        if block.kind == "none":
            return ""
        if block.kind == "terminate":
            return m.event("terminate")
        if block.kind == "cancel":
            return "<cancelEventDefinition/>"
        if block.kind == "compensation":
            return f"<compensateEventDefinition{m.attributes(activityRef=block.activity) if block.activity else ''}/>"
        self.named[block.kind].add(block.name)
        return m.event(block.kind, block.name)

    def definition(self, trigger: Trigger) -> str:
        kind, name = trigger.kind, trigger.name
        if kind == "none":
            return ""
        if kind == "cancel":
            return "<cancelEventDefinition/>"
        if kind == "conditional":
            return m.conditional(name if name == "go" else f"{name} > {LIMIT}")
        if kind == "timer":
            if trigger.timer == "date":
                due = self.beginning + timedelta(seconds=trigger.seconds)
                return m.timer("Date", due.isoformat())
            if trigger.timer == "duration":
                return m.timer("Duration", f"PT{trigger.seconds}S")
            return m.timer("Cycle", f"R{trigger.rounds}/PT{trigger.seconds}S")
        if name:
            self.named[kind].add(name)
        return m.event(kind, name)

    # --- activities ------------------------------------------------------------------------------------------------

    def activity(self, made: Activity) -> str:
        parts = [self.element(made)]
        for boundary in made.boundaries:
            event = self.definition(boundary.trigger)
            parts.append(m.boundary(boundary.id, made.id, event, interrupting=boundary.interrupting))
            parts += [self.seq(boundary.handler), m.flows(f"{boundary.id} -> {self.first(boundary.handler)}")]
            if boundary.back != "end":
                parts.append(m.flows(f"{self.last(boundary.handler.items[-1])} -> {made.id}_{boundary.back}"))
        if any(boundary.back == "on" for boundary in made.boundaries):
            parts += [m.xor(f"{made.id}_on"), m.flows(f"{made.id} -> {made.id}_on")]
        if any(boundary.back == "again" for boundary in made.boundaries):
            parts += [m.xor(f"{made.id}_again"), m.flows(f"{made.id}_again -> {made.id}")]
        if made.undo is not None:
            handler, undo = made.undo, f"{made.id}_undo"
            parts.append(m.boundary(undo, made.id, "<compensateEventDefinition/>"))
            tag, rest = self.element(handler).split(" ", 1)
            parts.append(f'{tag} isForCompensation="true" {rest}')
            parts.append(f'<association id="{undo}_to" sourceRef="{undo}" targetRef="{handler.id}"/>')
        return "".join(parts)

    def element(self, made: Activity) -> str:
        if isinstance(made, Sub):
            return self.sub(made)
        assert isinstance(made, Work)
        return self.work(made)

    def many(self, made: Activity) -> str:
        many = made.many
        if many is None:
            return ""
        if many.kind == "loop":
            condition = ""
            if many.answered:
                condition = f"d_{made.id} = 1"
            elif many.before:
                condition = "false"
            inner = f"<loopCondition>${{{condition}}}</loopCondition>" if condition else ""
            more = m.attributes(loopMaximum=str(len(many.items)), testBefore=str(many.before).lower())
            return f"<standardLoopCharacteristics{more}>{inner}</standardLoopCharacteristics>"
        until = f"nrOfCompletedInstances >= {many.enough}" if many.enough else ""
        if many.answered:
            until = f"d_{made.id} = 1"
        sequential = many.kind == "sequential"
        if many.by_collection:
            return m.loop(f"${{{list(many.items)}}}", f"i_{made.id}", sequential=sequential, until=until)
        return m.loop(cardinality=str(len(many.items)), sequential=sequential, until=until)

    def sub(self, made: Sub) -> str:
        if made.kind != "call":
            inner = m.start(f"{made.id}_start") + "".join(self.scope(made.scope, f"{made.id}_start"))
            return m.element(
                "subProcess" if made.kind == "embedded" else "transaction", made.id, self.many(made) + inner
            )
        start = f"{made.id}_start"
        begin = m.start(start) + self.init(f"{made.id}_init", {"n": "0", "log": "[]"})
        inside = begin + m.flows(f"{start} -> {made.id}_init") + "".join(self.scope(made.scope, f"{made.id}_init"))
        self.called.append(m.process(f"P{made.id}", inside))
        own_n, own_log = f"n_{made.id}", f"log_{made.id}"
        mapped = f'<camunda:out source="n" target="{own_n}"/><camunda:out source="log" target="{own_log}"/>'
        if made.passed:
            mapped += f'<camunda:in source="i_{made.passed}" target="i_{made.passed}"/>'
        outputs = {"n": f"${{n + {own_n}}}", "log": f"${{concatenate(log, {own_log})}}"}
        inner = m.extensions(mapped + m.mapping(outputs=outputs)) + self.many(made)
        return m.element("callActivity", made.id, inner, calledElement=f"P{made.id}")

    def work(self, made: Work) -> str:
        many, id = self.many(made), made.id
        match made.kind:
            case "user":
                return m.user(id, many)
            case "script":
                amount = str(made.amount)
                if made.item:
                    amount = f"i_{made.item}"
                if made.counter:
                    amount += " + loopCounter"
                text = m.script(id, _COUNTED.format(amount=amount, id=id))
                return text.replace("<script>", many + "<script>", 1)
            case "business_rule":
                literal = f"<literalExpression><text>n + {made.amount}</text></literalExpression>"
                self.decisions.append(f'<decision id="D{id}" name="D{id}"><variable name="r"/>{literal}</decision>')
                return m.element("businessRuleTask", id, many, camunda_decisionRef=f"D{id}", camunda_resultVariable="n")
            case "service_expression":
                expression = f"${{n + {made.amount}}}"
                return m.element("serviceTask", id, many, camunda_expression=expression, camunda_resultVariable="n")
            case "service_operation":
                inner = m.extensions(
                    m.properties(operation="number.allocate")
                    + m.mapping({"series": "A"}, {"log": f'${{append(log, "{id}")}}'})
                )
                return m.element("serviceTask", id, inner + many)
            case "service_external":
                return m.element("serviceTask", id, many, camunda_type="external", camunda_topic=id)
            case "send" | "receive":
                self.named["message"].add(made.name)
                return m.element(f"{made.kind}Task", id, _keyed(made.key) + many, messageRef=made.name)
        return m.element({"undefined": "task", "manual": "manualTask"}[made.kind], id, many)

    # --- gateways --------------------------------------------------------------------------------------------------

    def split(self, split: Split) -> str:
        kinds = {"parallel": m.both, "inclusive": m.some, "exclusive": m.xor}
        join = f"{split.id}_join"
        source = split.decider.id if split.by_task and split.decider else split.id
        parts = [m.element("task", join) if split.merged_by_task else kinds[split.join](join)]
        if not split.by_task:
            parts.append(kinds[split.kind](split.id))
        flows = []
        for number, branch in enumerate(split.branches):
            condition = ""
            if number == split.default:
                condition = " [default]"
            elif split.taken:
                condition = f" [{self.condition(split, number)}]"
            flows.append(f"{source} -> {self.first(branch)}{condition}")
            parts.append(self.seq(branch))
            if not branch.ends:
                flows.append(f"{self.last(branch.items[-1])} -> {join}")
        text = "".join(parts) + m.flows("; ".join(flows))
        if split.default is not None and not split.by_task:
            text = _with_default(text, split.id, self.first(split.branches[split.default]))
        return text

    def condition(self, split: Split, number: int) -> str:
        answers = [answer for answer, taken in enumerate(split.taken) if number in taken]
        if split.decider is None:
            return "true" if answers else "false"
        return " or ".join(f"d_{split.decider.id} = {answer}" for answer in answers) or "false"

    def race(self, race: Race) -> str:
        parts = [m.element("eventBasedGateway", race.id), m.xor(f"{race.id}_join")]
        for arm in race.arms:
            if arm.receive:
                self.named["message"].add(arm.trigger.name)
                parts.append(m.element("receiveTask", arm.id, messageRef=arm.trigger.name))
            else:
                parts.append(m.catch(arm.id, self.definition(arm.trigger)))
            parts.append(self.seq(arm.then))
            parts.append(m.flows(f"{race.id} -> {arm.id} -> {self.first(arm.then)}"))
            if not arm.then.ends:
                parts.append(m.flows(f"{self.last(arm.then.items[-1])} -> {race.id}_join"))
        return "".join(parts)

    def loop(self, loop: Loop) -> str:
        id, gate = loop.id, m.some if loop.inclusive else m.xor
        parts = [gate(f"{id}_in"), gate(f"{id}_again"), m.element("task", f"{id}_out"), self.seq(loop.body)]
        last = self.last(loop.body.items[-1])
        if loop.decider is None:
            parts.append(m.script(f"{id}_reset", "0", f"c_{id}"))
            parts.append(m.script(f"{id}_step", f"c_{id} + 1", f"c_{id}"))
            again, out = f"c_{id} < {loop.rounds}", f"c_{id} >= {loop.rounds}"
            flows = f"{id}_reset -> {id}_in; {last} -> {id}_step -> {id}_again"
        else:
            again, out = f"d_{loop.decider.id} = 1", f"d_{loop.decider.id} != 1"
            flows = f"{last} -> {id}_again"
        flows += f"; {id}_in -> {self.first(loop.body)}"
        flows += f"; {id}_again -> {id}_in [{again}]; {id}_again -> {id}_out [{out}]"
        return "".join(parts) + m.flows(flows)


def _keyed(many: str) -> str:
    return m.extensions(m.properties(messageKey=f"i_{many}")) if many else ""


def _with_default(text: str, source: str, target: str) -> str:
    return text.replace(f'id="{source}" ', f'id="{source}" default="{source}_{target}" ', 1)
