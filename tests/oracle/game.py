"""The oracle: the token game of BPMN 2.0 on blocks, written from the standard and sharing nothing with the engine.

Where the standard leaves a choice, this one is made, as the engine documents it:

- A step from outside moves everything until nothing moves; then conditions are looked at, then inclusive joins, and
  only then the messages thrown meanwhile are delivered, and after them the timers that are due.
- A message goes to the one who has waited longest; one that nobody waits for stays until somebody does. A signal is
  heard by all who wait at that moment and is forgotten.
- An event sub-process is nearer than a boundary event of the same scope; an exact code goes before any code.
- An interrupting event sub-process takes everything else of its scope away, its other event sub-processes too.
- An escalation nobody catches goes on quietly; an error nobody catches is an incident where it was thrown.
- A conditional event fires when its condition becomes true, also at once, and again only after it was false.
- What somebody answers inside one instance of a multi-instance stays with that instance.
- A handler is run for each time its activity completed, the latest first; those of the instances of a multi-instance
  count when all of it is done, at that place. A cancel end event also undoes what scopes that are still open have done.
- A compensation throw takes what has been done so far off the books; in an event sub-process it speaks for the scope
  around. A sub-process without a handler is undone by its compensation event sub-process, or by what it did inside.
- A completion condition is asked after each instance; those still open are taken away.
"""

from __future__ import annotations

from tests.oracle.blocks import End, Work
from tests.oracle.frames import NOTHING, Frame, Token
from tests.oracle.throwing import Throwing


class Game(Throwing):
    """One process being played. Times are seconds since the beginning."""

    def start(self) -> None:
        self.root = Frame(self.model.scope, None, self.data)
        self.open_frame(self.root, NOTHING)
        self.settle()

    def complete(self, token: Token, answer: int) -> None:
        token.answer = answer
        work = token.place
        assert isinstance(work, Work)
        if work.sets:
            self.set_value(token, work.sets, answer)
        self.close(token)
        self.later(token, lambda: self.performed(token))
        self.settle()

    def fail(self, token: Token, code: str) -> None:
        """A worker answers with a BPMN error."""
        self.close(token)
        self.error(token, code)
        self.settle()

    def retry(self, token: Token) -> None:
        """What failed is tried again: a worker is asked once more, an end event throws the same error."""
        self.incidents.remove(token)
        token.incident = ""
        if isinstance(token.place, End):
            self.error(token, token.place.name)
        else:
            self.ask(token, "service_external")
        self.settle()

    def tell(self, name: str, key: str) -> None:
        self.hand_over(name, key)
        self.settle()

    def signal(self, name: str) -> None:
        self.hear(name)
        self.settle()

    def correct(self, name: str, value: int) -> None:
        self.variables[name] = value
        self.settle()
