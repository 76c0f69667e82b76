"""The oracle's throw and end events: who catches an error or escalation, and what is undone in which order."""

from __future__ import annotations

from collections.abc import Callable

from tests.oracle.activities import Activities
from tests.oracle.blocks import Activity, Boundary, End, EventSub, Throw
from tests.oracle.frames import Frame, Record, Token


class Throwing(Activities):
    """A part of the game."""

    def throw(self, token: Token, block: Throw) -> None:
        if block.kind == "compensation":
            self._undo(token, self._records(token.frame, block.activity), lambda: self.go_on(token))
            return
        self._told(token, block.kind, block.name)
        if token.alive:
            self.go_on(token)

    def finish(self, token: Token, block: End) -> None:
        frame = token.frame
        match block.kind:
            case "error":
                self.error(token, block.name)
            case "terminate":
                frame.past |= token.past
                self.clear(frame)
                self.look(frame)
            case "compensation":
                self._undo(token, self._records(frame, block.activity), lambda: self.end(token))
            case "cancel":
                self._cancel(token, frame)
            case _:
                self._told(token, block.kind, block.name)
                if token.alive:
                    self.end(token)

    def _told(self, token: Token, kind: str, name: str) -> None:
        if kind == "message":
            self.thrown.append(name)
        elif kind == "signal":
            self.hear(name)
        elif kind == "escalation":
            self._caught(token, token.frame, "escalation", name)

    # --- errors and escalations ------------------------------------------------------------------------------------

    def error(self, token: Token, code: str) -> None:
        place = token.place
        if isinstance(place, Activity):  # a worker's answer: the task's own boundary events are the nearest
            host = token.above if token.index is not None else token
            assert host is not None
            if self._by_boundary(host, token, "error", code):
                return
        if not self._caught(token, token.frame, "error", code):
            token.incident = "error_uncaught"
            self.incidents.append(token)

    def _caught(self, token: Token, frame: Frame | None, kind: str, code: str) -> bool:
        inside: object = None
        while frame is not None:
            starts = [e for e in frame.scope.event_subs if e.trigger.kind == kind and e is not inside]
            for wanted in (code, ""):
                for event_sub in starts:
                    if event_sub.trigger.name == wanted:
                        self.begin_event_sub(frame, event_sub, token.past)
                        return True
            holder = frame.holder
            if holder is None:
                return False
            host = holder.above if holder.index is not None else holder
            assert host is not None
            if isinstance(host.place, Activity) and self._by_boundary(host, token, kind, code):
                return True
            inside, frame = holder.place, holder.frame
        return False

    def _by_boundary(self, host: Token, token: Token, kind: str, code: str) -> bool:
        assert isinstance(host.place, Activity)
        for wanted in (code, ""):
            for boundary in host.place.boundaries:
                if boundary.trigger.kind == kind and boundary.trigger.name == wanted:
                    self.hit(host, boundary, token.past)
                    return True
        return False

    # --- undoing ---------------------------------------------------------------------------------------------------

    @staticmethod
    def _records(frame: Frame, activity: str) -> list[Record]:
        """What a throw in a frame undoes, taken off the books; in an event sub-process: of the scope around it."""
        while frame.holder is not None and isinstance(frame.holder.place, EventSub):
            frame = frame.holder.frame
        chosen = [record for record in frame.records if activity in ("", record.activity.id)]
        frame.records[:] = [record for record in frame.records if record not in chosen]
        return chosen

    def _undo(self, token: Token, records: list[Record], then: Callable[[], None]) -> None:
        token.undoing, token.then = records, then
        self._next_undo(token)

    def _next_undo(self, token: Token) -> None:
        """The latest first. A sub-process without a handler is undone by undoing what it did, the latest first."""
        assert token.undoing is not None and token.then is not None
        while token.undoing:
            record = token.undoing.pop()
            handler = record.activity.undo
            inner = record.inner
            if handler is not None:
                self.reached.add(handler.id)
                undoing = Token(handler, token.frame, token.past, above=token, origin=record.token)
                token.tokens.append(undoing)
                self.later(undoing, lambda undoing=undoing: self.begin(undoing))  # type: ignore[misc]  # typed above
                return
            assert inner is not None
            event_sub = next((e for e in inner.scope.event_subs if e.compensating), None)
            if event_sub is not None:
                self._undo_by(token, event_sub, inner)
                return
            token.undoing += inner.records
            inner.records.clear()
        token.then()

    def _undo_by(self, token: Token, event_sub: EventSub, inner: Frame) -> None:
        self.reached.add(event_sub.id)
        undoing = Token(event_sub, inner, token.past, above=token)
        token.tokens.append(undoing)
        frame = Frame(event_sub.scope, undoing, inner.data)
        undoing.frames.append(frame)
        self.later(undoing, lambda: self.open_frame(frame, undoing.past))

    def undone(self, token: Token) -> None:
        thrower = token.above
        assert thrower is not None
        self.drop(token)
        thrower.past |= token.past
        self._next_undo(thrower)

    def _cancel(self, token: Token, frame: Frame) -> None:
        """A transaction's cancel end event: everything else goes, what was done is undone, then the boundary event.

        One of many instances cancels all of them.
        """
        holder = frame.holder
        assert holder is not None
        host = holder.above if holder.index is not None else holder
        assert host is not None
        records = _of_token(host)
        self.disarm(frame.waits)
        frame.arrived.clear()
        for other in [*frame.tokens, *host.tokens]:
            if other not in (token, holder):
                self.kill(other)
        self._undo(token, records, lambda: self._cancelled(token, host))

    def _cancelled(self, token: Token, host: Token) -> None:
        assert isinstance(host.place, Activity)
        boundary: Boundary = next(b for b in host.place.boundaries if b.trigger.kind == "cancel")
        self.hit(host, boundary, token.past)


def _standing(frame: Frame) -> list[Record]:
    """What has completed in a frame, and in those still open in it: these come last."""
    records = list(frame.records)
    for token in frame.tokens:
        records += _of_token(token)
    return records


def _of_token(token: Token) -> list[Record]:
    records = list(token.records)
    for frame in token.frames:
        if not isinstance(token.place, EventSub) and frame.data is token.frame.data:
            records += _standing(frame)
    for inner in token.tokens:
        records += _of_token(inner)
    return records
