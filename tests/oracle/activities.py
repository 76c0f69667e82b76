"""The oracle's activities: tasks, sub-processes, their instances and rounds, their boundary events."""

from __future__ import annotations

from tests.oracle.blocks import Activity, Boundary, Many, Sub, Trigger, Work
from tests.oracle.frames import Data, Entry, Frame, Past, Record, Token
from tests.oracle.table import Table

FIRST_LOOP_COUNTER = 0


class Activities(Table):
    """A part of the game."""

    def begin(self, token: Token) -> None:
        activity = token.place
        assert isinstance(activity, Activity)
        if activity.many is not None and token.index is None:
            self._begin_many(token, activity.many)
            return
        if token.index is None:
            self._arm_boundaries(token)
        if isinstance(activity, Sub):
            data = Data() if activity.kind == "call" else token.frame.data
            frame = Frame(activity.scope, token, data)
            token.frames.append(frame)
            self.open_frame(frame, token.past)
            return
        assert isinstance(activity, Work)
        match activity.kind:
            case "user" | "service_external":
                self.ask(token, activity.kind)
            case "receive":
                trigger = Trigger(kind="message", name=activity.name)
                key = self.key(token, activity.key)
                token.waits.append(self.arm(token, activity.id, trigger, lambda: self._received(token), False, key))
            case _:
                self._effect(token, activity)
                self.performed(token)

    def _received(self, token: Token) -> None:
        wait = next(wait for wait in token.waits if not wait.beside)
        self.armed.remove(wait)
        token.waits.remove(wait)
        self.later(token, lambda: self.performed(token))

    def _effect(self, token: Token, work: Work) -> None:
        data = token.frame.data
        if work.kind in ("script", "business_rule", "service_expression"):
            data.n += self.instance(token, work.item)[1] if work.item else work.amount
            if work.counter:
                data.n += self.instance(token, work.counter)[0] + FIRST_LOOP_COUNTER
        if work.kind in ("script", "service_operation"):
            entry = Entry(work.id, token.past, self.step, data)
            data.log.append(entry)
            token.past = frozenset((entry,))
        if work.kind == "send":
            self.thrown.append(work.name)

    def performed(self, token: Token) -> None:
        """An activity, or one instance of it, has done its work."""
        activity = token.place
        assert isinstance(activity, Activity)
        if token.above is not None and token.index is None:
            self.undone(token)
            return
        inner = token.frames[0] if token.frames else None
        # Those of instances count when all of them are done: interrupted, they leave nothing to undo.
        records = token.frame.records if token.above is None else token.above.records
        if activity.undo is not None:
            records.append(Record(activity, token))
        elif isinstance(activity, Sub) and activity.kind != "call" and inner is not None and _undoable(inner):
            records.append(Record(activity, token, inner))
        if token.index is None:
            self.disarm(token.waits)
            self.go_on(token)
        else:
            self._instance_done(token)

    # --- many ------------------------------------------------------------------------------------------------------

    def _begin_many(self, token: Token, many: Many) -> None:
        if not many.items or many.before:
            self.go_on(token)
            return
        self._arm_boundaries(token)
        for _ in many.items if many.kind == "parallel" else many.items[:1]:
            self._instance(token)

    def _instance(self, holder: Token) -> None:
        instance = Token(holder.place, holder.frame, holder.past, above=holder, index=holder.begun)
        holder.begun += 1
        holder.tokens.append(instance)
        self.later(instance, lambda: self.begin(instance))

    def _instance_done(self, token: Token) -> None:
        holder = token.above
        assert holder is not None and isinstance(holder.place, Activity)
        many = holder.place.many
        assert many is not None
        self.drop(token)
        holder.past |= token.past
        holder.done += 1
        over = holder.done >= len(many.items)
        if many.kind == "loop":
            over |= many.answered and token.answer != 1
        else:
            over |= bool(many.enough) and holder.done >= many.enough
            over |= many.answered and token.answer == 1
        if over:
            for other in list(holder.tokens):
                self.kill(other)
            holder.frame.records += holder.records
            self.disarm(holder.waits)
            self.later(holder, lambda: self.go_on(holder))
        elif many.kind != "parallel":
            self._instance(holder)

    # --- boundary events -------------------------------------------------------------------------------------------

    def _arm_boundaries(self, host: Token) -> None:
        assert isinstance(host.place, Activity)
        for boundary in host.place.boundaries:
            if boundary.trigger.kind not in ("error", "escalation", "cancel"):
                self._arm_boundary(host, boundary)

    def _arm_boundary(self, host: Token, boundary: Boundary) -> None:
        def fire() -> None:
            if not boundary.interrupting:
                self.again(wait, host.waits)
            self.hit(host, boundary, host.past)

        wait = self.arm(host, boundary.id, boundary.trigger, fire, True)
        host.waits.append(wait)

    def hit(self, host: Token, boundary: Boundary, past: Past) -> None:
        self.reached.add(boundary.id)
        if boundary.interrupting:
            self.kill(host)
        self.enter(boundary.handler.items[0], host.frame, past | host.past)


def _undoable(frame: Frame) -> bool:
    return bool(frame.records) or any(event_sub.compensating for event_sub in frame.scope.event_subs)
