"""Keeps the web from knowing how somebody without an account takes up an invitation: by a code many people were sent.

A case writes codes in a register; a process that is open to visitors names that register (``visitorCodes``) and begins
anew each time somebody comes with one. What came with it is kept in a case of its own, which nothing ties to anybody.
A row with ``once`` true is not taken up by its own code but by such as are given to one person each (engine.once).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine import commands as c
from engine.bus import Bus
from engine.database import reading, ru_instance, ru_request, vw_register
from engine.definitions.library import resolve
from engine.directory import reads, visibility
from engine.documents.checking import code_of, plain_code
from engine.errors import Invalid, NotFound, NotWaiting
from engine.history.streams import INSTANCE
from engine.once import OnceCodes
from engine.values import Value, typed
from engine.views import Access, Names
from engine.visitors import well_made

MAKES_CODES = "code.make"
"""The operation of the steps in which a case makes the codes that it invites by."""


@dataclass(frozen=True, slots=True)
class Invitation:
    """What stands in the register under a code. ``going``: the case that invites goes on.

    ``own``: the code that somebody came with, if it is one that answers once; ``spent``: it has answered.
    """

    code: str
    case: str
    school: str
    school_names: Names
    values: Mapping[str, Any]
    going: bool
    own: str = ""
    digest: str = ""
    spent: bool = False

    @property
    def printed(self) -> str:
        """The code that somebody came with, as people read it."""
        return code_of(self.own or self.code)

    @property
    def once(self) -> bool:
        """Is it taken up by codes that answer once each, and by no other?"""
        return self.values.get("once") is True

    @property
    def needs_own(self) -> bool:
        """Is a code of one's own still missing?"""
        return self.once and not self.own


class Invitations:
    """Finds invitations by their code, and takes what people come with."""

    def __init__(self, bus: Bus, master: bytes) -> None:
        self._bus = bus
        self._once = OnceCodes(master)

    def find(self, process: str, code: str) -> Invitation | None:
        """The invitation of this code; None for any other, whatever is wrong with it."""
        wanted = plain_code(code).upper()
        if not wanted:
            return None
        with reading(self._bus.database) as connection:
            own = self._once.find(connection, wanted)
            for found in self._found(connection, process, vw_register.c.key == (own[0] if own else wanted)):
                unit = reads.unit(connection, found.school)
                named = replace(found, school_names=unit.names if unit else {})
                return replace(named, own=wanted, digest=own[1], spent=own[2]) if own else named
        return None

    def taken(self, key: str) -> bool:
        """Was the form with this key sent before?"""
        r = ru_request.c
        with reading(self._bus.database) as connection:
            query = sa.select(r.key).where(r.actor == c.VISITOR, r.key == key)
            return well_made(key) and connection.execute(query).first() is not None

    def of(self, access: Access, process: str, case: str, definition: str) -> list[Invitation]:
        """The invitations of a case of this definition, for who may see it. Where none is made nothing is asked."""
        nodes = self._bus.library.process(definition).process.nodes.values()
        if not any(one.properties.get("operation") == MAKES_CODES for one in nodes):
            return []
        with reading(self._bus.database) as connection:
            return self._found(connection, process, vw_register.c.instance == case, visibility.case_condition(access))

    def _found(self, connection: Connection, process: str, *where: sa.ColumnElement[bool]) -> list[Invitation]:
        """Oldest first, without the names of the school; none where nobody is invited to the process."""
        try:
            _definition, _element, register = self._model(connection, process)
        except NotFound:
            return []
        r, i = vw_register.c, ru_instance.c
        query = sa.select(vw_register, i.state).join_from(vw_register, ru_instance, i.id == r.instance)
        return [
            Invitation(row.key, row.instance, row.school, {}, typed(json.loads(row.content)), row.state == "active")
            for row in connection.execute(query.where(r.register == register, *where).order_by(r.at, r.key))
        ]

    def hand_out(self, actor: str, invitation: Invitation, count: int, key: str) -> list[str]:
        """So many codes that answer once each, to be handed out on paper; the same for the same ``key``.

        Raises Invalid, NotFound, NotPermitted. ``invitation``: one that the actor sees.
        """
        if not well_made(key):
            raise Invalid(problems={"": "unreadable"})
        if not invitation.once:
            raise NotFound(what=invitation.case)
        made: list[str] = []

        def issue(connection: Connection) -> None:
            made[:] = self._once.on_paper(connection, invitation.code, invitation.case, count, key)

        done = self._bus.handle(c.IssueCodes(actor=actor, key=key, instance=invitation.case, count=count), issue)
        if done.repeated:
            self._bus.in_transaction(issue)
        return [code_of(one) for one in made]

    def handed_out(self, invitation: Invitation) -> int:
        """How many codes were given out on paper."""
        with reading(self._bus.database) as connection:
            return self._once.counted(connection, invitation.code)

    def forget(self) -> None:
        """What would let anybody work out codes of cases that are over."""
        with reading(self._bus.database) as connection:
            if not self._once.over(connection):
                return
        self._bus.in_transaction(self._once.forget)

    def take_up(self, process: str, invitation: Invitation, variables: Mapping[str, Value], key: str) -> None:
        """Begin a case with what somebody brought; once for each ``key``.

        Raises Invalid, NotFound, CodeSpent, NotWaiting: the model did not take it, for one because the last moment
        passed meanwhile. A code of one's own is spent in the same transaction, and nothing of the case knows of it.
        """
        if not well_made(key):
            raise Invalid(problems={"": "unreadable"})
        if invitation.needs_own:
            raise NotWaiting(what=invitation.code)
        with reading(self._bus.database) as connection:
            definition, element, _register = self._model(connection, process)
        command = c.StartProcess(
            actor=c.VISITOR, key=key, definition=definition, school=invitation.school, element=element,
            business_key=invitation.code, variables={**variables, "code": invitation.code},
        )  # fmt: skip
        spending = partial(self._once.spend, link=invitation.code, digest=invitation.digest)
        done = self._bus.handle(command, spending if invitation.own else None)
        if not self._taken(done.instance):
            raise NotWaiting(what=invitation.code)

    def _taken(self, instance: str) -> bool:
        """Did the case enter anything in a register?"""
        with reading(self._bus.database) as connection:
            if self._bus.keys.kept(connection, INSTANCE + instance) is None:
                return True  # erased since: it was taken before
            query = sa.select(vw_register.c.key).where(vw_register.c.instance == instance).limit(1)
            return connection.execute(query).first() is not None

    def _model(self, connection: Connection, process: str) -> tuple[str, str, str]:
        """(definition, start event, register of the codes). Raises NotFound where nobody is invited to the process."""
        definition = resolve(connection, "process", process)
        if definition is None:
            raise NotFound(what=process)
        model = self._bus.library.process(definition).process
        register = model.properties.get("visitorCodes", "")
        node = next((one for one in model.starts("message") if one.open_to_visitors), None)
        if node is None or not register:
            raise NotFound(what=process)
        return definition, node.id, register
