"""The oracle's table: which frames are open, how tokens go on from block to block, what joins wait for."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from tests.oracle.blocks import (
    Activity,
    Arm,
    Block,
    Boundary,
    Catch,
    End,
    EventSub,
    Loop,
    Race,
    Scope,
    Seq,
    Split,
    Sub,
    Throw,
)
from tests.oracle.frames import NOTHING, Frame, Past, Token
from tests.oracle.waiting import Waiting


class Table(Waiting):
    """A part of the game."""

    # --- frames ----------------------------------------------------------------------------------------------------

    def open_frame(self, frame: Frame, past: Past) -> None:
        self.reached.add(frame.scope.id)
        for event_sub in frame.scope.event_subs:
            if not event_sub.compensating and event_sub.trigger.kind not in ("error", "escalation"):
                self._arm_start(frame, event_sub)
        self.enter(frame.scope.body.items[0], frame, past)

    def _arm_start(self, frame: Frame, event_sub: EventSub) -> None:
        def fire() -> None:
            if not event_sub.interrupting:
                self.again(wait, frame.waits)
            self.begin_event_sub(frame, event_sub, NOTHING)

        wait = self.arm(frame.holder, event_sub.start, event_sub.trigger, fire, True)
        frame.waits.append(wait)

    def begin_event_sub(self, frame: Frame, event_sub: EventSub, past: Past) -> None:
        if event_sub.interrupting:
            self.clear(frame)
        token = Token(event_sub, frame, past)
        self.reached.add(event_sub.id)
        frame.tokens.append(token)
        inner = Frame(event_sub.scope, token, frame.data)
        token.frames.append(inner)
        self.later(token, lambda: self.open_frame(inner, past))

    def clear(self, frame: Frame) -> None:
        """Take everything in a frame away."""
        self.disarm(frame.waits)
        frame.arrived.clear()
        for token in list(frame.tokens):
            self.kill(token)

    def kill(self, token: Token) -> None:
        token.alive = False
        self.close(token)
        self.disarm(token.waits)
        if token.incident:
            self.incidents.remove(token)
        for frame in token.frames:
            frame.over = True
            self.clear(frame)
        for inner in list(token.tokens):
            self.kill(inner)
        self.drop(token)

    def drop(self, token: Token) -> None:
        token.alive = False
        self.disarm(token.waits)
        siblings = token.frame.tokens if token.above is None else token.above.tokens
        if token in siblings:
            siblings.remove(token)

    def end(self, token: Token) -> None:
        """A token is consumed; a frame without any is done."""
        self.drop(token)
        token.frame.past |= token.past
        self.look(token.frame)

    def look(self, frame: Frame) -> None:
        if frame.over or frame.tokens or any(any(held.values()) for held in frame.arrived.values()):
            return
        frame.over = True
        self.disarm(frame.waits)
        holder = frame.holder
        if holder is not None:
            holder.past |= frame.past
            self.later(holder, lambda: self.frame_done(holder, frame))

    def frame_done(self, holder: Token, frame: Frame) -> None:
        place = holder.place
        if isinstance(place, EventSub):
            (self.end if holder.above is None else self.undone)(holder)
            return
        if isinstance(place, Sub) and place.kind == "call":
            holder.frame.data.n += frame.data.n
            holder.frame.data.log += frame.data.log
        self.performed(holder)

    # --- tokens going on -------------------------------------------------------------------------------------------

    def enter(self, block: Block, frame: Frame, past: Past, answer: int = 0) -> None:
        token = Token(block, frame, past, answer=answer)
        frame.tokens.append(token)
        self.later(token, lambda: self.run(token))

    def go_on(self, token: Token) -> None:
        """Behind its block."""
        block = token.place
        assert isinstance(block, Block)
        self.follow(block, token.frame, token.past, token.answer)
        self.drop(token)
        self.look(token.frame)

    def follow(self, block: Block, frame: Frame, past: Past, answer: int = 0) -> None:
        if block.at + 1 < len(block.seq.items):
            self.enter(block.seq.items[block.at + 1], frame, past, answer)
        else:
            self._beyond(block.seq, frame, past, answer)

    def _beyond(self, seq: Seq, frame: Frame, past: Past, answer: int) -> None:
        owner = seq.owner
        match owner:
            case Scope():
                frame.past |= past
            case Split(join="exclusive") | Race():
                self.follow(owner, frame, past)
            case Split():
                held = frame.arrived.setdefault(owner, {})
                held.setdefault(seq.number, []).append(past)
                if owner.join == "parallel":
                    self._parallel_join(owner, frame, held)
            case Loop():
                done = frame.rounds[owner] = frame.rounds.get(owner, 0) + 1
                if answer == 1 if owner.decider else done < owner.rounds:
                    self.enter(owner.body.items[0], frame, past)
                else:
                    self.follow(owner, frame, past)
            case Boundary(back="on", host=Activity() as host):
                self.follow(host, frame, past)
            case Boundary(back="again", host=Activity() as host):
                self.enter(host, frame, past)
            case _:
                frame.past |= past

    def _parallel_join(self, split: Split, frame: Frame, held: dict[int, list[Past]]) -> None:
        if all(held.get(branch.number) for branch in split.branches if not branch.ends):
            self._merge(split, frame, held)

    def _merge(self, split: Split, frame: Frame, held: dict[int, list[Past]]) -> None:
        past = NOTHING.union(*(waiting.pop(0) for waiting in held.values() if waiting))
        self.follow(split, frame, past)

    def _joins(self) -> bool:
        """Let one inclusive join go at which nobody can still arrive by a branch that has brought nothing yet."""
        for frame in self.frames():
            for block, held in frame.arrived.items():
                if isinstance(block, Split) and block.join == "inclusive" and any(held.values()):
                    empty = {branch.number for branch in block.branches if not held.get(branch.number)}
                    if not empty & set(self._underway(block, frame)):
                        self._merge(block, frame, held)
                        self.look(frame)
                        return True
        return False

    def _underway(self, split: Split, frame: Frame) -> Iterator[int]:
        """The branches of a split in which a token stands that can come to the join."""
        places = [token.place for token in frame.tokens if isinstance(token.place, Block)]
        places += [block for block, held in frame.arrived.items() if any(held.values()) and block is not split]
        for place in places:
            seq: Seq | None = place.seq
            while seq is not None and not seq.ends:
                owner = seq.owner
                if owner is split:
                    yield seq.number
                    break
                if isinstance(owner, Boundary):
                    owner = owner.host if owner.back != "end" else None
                seq = owner.seq if isinstance(owner, Block) else None

    def frames(self) -> Iterator[Frame]:
        stack = [self.root] if self.root else []
        while stack:
            frame = stack.pop()
            yield frame
            tokens = list(frame.tokens)
            while tokens:
                token = tokens.pop()
                stack += token.frames
                tokens += token.tokens

    # --- what blocks do --------------------------------------------------------------------------------------------

    def run(self, token: Token) -> None:
        block = token.place
        self.reached.add(block.id)
        frame = token.frame
        match block:
            case Activity():
                self.begin(token)
            case Catch():
                self._wait(token, block)
            case Throw():
                self.throw(token, block)
            case End():
                self.finish(token, block)
            case Split():
                taken = set(range(len(block.branches)))
                if block.taken:
                    taken = block.taken[token.answer if block.decider else 0] - {block.default}
                if not taken and block.default is not None:
                    taken = {block.default}
                for number in sorted(taken):
                    self.enter(block.branches[number].items[0], frame, token.past)
                self.drop(token)
            case Race():
                for arm in block.arms:
                    wait = self.arm(token, arm.id, arm.trigger, partial(self._won, token, arm), False)
                    token.waits.append(wait)
            case Loop():
                frame.rounds[block] = 0
                self.enter(block.body.items[0], frame, token.past)
                self.drop(token)
            case _:
                raise TypeError(block)

    def _wait(self, token: Token, block: Catch) -> None:
        def fire() -> None:
            self.disarm(token.waits)
            self.later(token, lambda: self.go_on(token))

        key = self.key(token, block.trigger.key)
        token.waits.append(self.arm(token, block.id, block.trigger, fire, False, key))

    def _won(self, token: Token, arm: Arm) -> None:
        self.reached.add(arm.id)
        self.enter(arm.then.items[0], token.frame, token.past)
        self.drop(token)

    @staticmethod
    def instance(token: Token, id: str) -> tuple[int, int]:
        """Which instance of a multi-instance a token runs in, and that instance's item."""
        at: Token | None = token
        while at is not None:
            place = at.place
            if at.index is not None and isinstance(place, Activity) and place.id == id and place.many:
                return at.index, place.many.items[at.index]
            at = at.origin or at.above or at.frame.holder
        raise LookupError(id)

    def key(self, token: Token, id: str) -> str:
        """What a message to this token must bring: the item of its instance; nothing without one."""
        return str(self.instance(token, id)[1]) if id else ""

    # --- in the parts of the game that build on this one --------------------------------------------------------------

    def begin(self, token: Token) -> None:
        raise NotImplementedError

    def performed(self, token: Token) -> None:
        raise NotImplementedError

    def undone(self, token: Token) -> None:
        raise NotImplementedError

    def throw(self, token: Token, block: Throw) -> None:
        raise NotImplementedError

    def finish(self, token: Token, block: End) -> None:
        raise NotImplementedError
