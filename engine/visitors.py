"""Keeps the web from knowing how somebody without an account begins a case and hears of it: by a code only they hold.

The code is made from the key of the form they sent, or a desk for them, and shown then; what the database has, as the
key of the case, is made from the code by the installation's own key. Neither gives the other away, and nothing says who
they were.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine import commands as c
from engine.bus import Bus
from engine.database import reading, ru_instance, ru_subscription
from engine.definitions.library import resolve
from engine.definitions.model import Process
from engine.directory import reads
from engine.documents.checking import plain_code
from engine.errors import Invalid, NotFound, NotWaiting
from engine.files import Files
from engine.history.streams import INSTANCE
from engine.notes import limits
from engine.notes import reads as noted
from engine.queries import task_forms
from engine.values import Value
from engine.views import Names

FILES = 3
ALL_BYTES = 20 * 1024 * 1024
"""How much may be sent along at once, by anybody: our defaults."""
_KEY = re.compile(r"[0-9a-f]{32}\Z")
_LENGTH, _HOLDER = 16, 12


@dataclass(frozen=True, slots=True)
class Opening:
    """Where a visitor begins: the form of the start event, and the schools it can be in."""

    definition: str
    element: str
    form: Mapping[str, Any]
    schools: Sequence[tuple[str, Names]]


@dataclass(frozen=True, slots=True)
class VisitorCase:
    """What whoever holds the code is told: the variables the model names, and which messages it takes from them now.

    ``files``: (name, bytes) of what came from them; never what others lay beside the case.
    """

    school: str
    values: Mapping[str, Value]
    says: frozenset[str]
    files: tuple[tuple[str, int], ...] = ()


class VisitorsDesk:
    """Begins cases for visitors, answers what became of them, passes on what they say."""

    def __init__(self, bus: Bus, files: Files, master: bytes) -> None:
        self._bus = bus
        self._files = files
        self._secret = hmac.digest(master, b"sapa visitors", hashlib.sha256)

    def opening(self, process: str) -> Opening:
        """Where visitors begin the process. Raises NotFound where it has no such start."""
        with reading(self._bus.database) as connection:
            definition = resolve(connection, "process", process)
            if definition is None:
                raise NotFound(what=process)
            model = self._bus.library.process(definition).process
            node = next((one for one in model.starts("message") if one.open_to_visitors), None)
            form = task_forms.form_of(connection, self._bus.library, node, definition) if node else None
            if node is None or form is None:
                raise NotFound(what=process)
            units = reads.units(connection)
            schools = [(one, units[one].names) for one in reads.schools(connection)]
        return Opening(definition, node.id, form, schools)

    def begin(
        self,
        opening: Opening,
        school: str,
        variables: Mapping[str, Value],
        files: Sequence[tuple[str, bytes]],
        key: str,
    ) -> str:
        """Begin a case; answers its code, the same for the same ``key``. Raises Invalid, TooLarge, NotFound."""
        code = self._code(key)
        sent = [(limits.clean_name(name), content) for name, content in files]
        if len(sent) > FILES or sum(len(content) for _, content in sent) > ALL_BYTES:
            raise Invalid(problems={"file": "visitor_files"})
        for name, content in sent:
            limits.file(name, len(content), limits.media_of(content), 0)
        instance = self._start(code, c.VISITOR, opening.definition, school, variables, key, opening.element)
        for n, (name, content) in enumerate(sent):
            self._attach(instance, name, content, f"{key}-{n}")
        return code

    def follow(self, definition: str) -> bool:
        """Do cases of this definition tell something to whoever holds their code?"""
        return "visitorSees" in self._bus.library.process(definition).process.properties

    def begin_for(
        self, actor: str, definition: str, school: str, variables: Mapping[str, Value], key: str
    ) -> tuple[str, str]:
        """Begin a case that somebody brings to a desk; answers the case and the code to be handed to them.

        The same for the same ``actor`` and ``key``. Raises Invalid and what a start raises.
        """
        code = self._code(key)
        return self._start(code, actor, definition, school, variables, key), code

    def _start(
        self, code: str, actor: str, definition: str, school: str, variables: Mapping[str, Value], key: str,
        element: str = "",
    ) -> str:  # fmt: skip
        """Begin a case that is known by its code; answers its id."""
        command = c.StartProcess(
            actor=actor, key=key, definition=definition, school=school, variables=variables,
            business_key=self._holder(code), element=element,
        )  # fmt: skip
        return self._bus.handle(command).instance

    def _code(self, key: str) -> str:
        if not well_made(key):
            raise Invalid(problems={"": "unreadable"})
        return base64.b32encode(self._mac(b"code", key))[:_LENGTH].decode()

    def _attach(self, instance: str, name: str, content: bytes, key: str) -> None:
        with reading(self._bus.database) as connection:
            sealing = self._bus.keys.kept(connection, INSTANCE + instance)
        if sealing is None:
            raise NotFound(what=instance)
        sha256 = self._files.seal(instance, content, sealing)
        media = limits.media_of(content)
        self._bus.handle(
            c.AttachFile(
                actor=c.VISITOR, key=key, instance=instance, name=name, sha256=sha256, size=len(content), media=media
            )
        )

    def find(self, code: str) -> VisitorCase | None:
        """The case of this code; None for any other, whatever is wrong with it, and once its contents are erased."""
        with reading(self._bus.database) as connection:
            row = self._row(connection, code)
            if row is None or self._bus.keys.kept(connection, INSTANCE + row.id) is None:
                return None
            execution = self._bus.instances.load(connection, row.id, row.seq)
            process = execution.definition.process
            known = execution.scopes.get(execution.task_tree.id, {})
            names = [name.strip() for name in process.properties.get("visitorSees", "").split(",")]
            values = {name: known[name] for name in names if name in known}
            heard = self._listening(connection, row.id, process) if row.state == "active" else {}
            files = noted.files_by(connection, self._bus.keys, row.id, c.VISITOR)
        return VisitorCase(row.school, values, frozenset(heard), files)

    def say(self, code: str, name: str, text: str, key: str) -> None:
        """Pass on what the holder of the code says. Raises NotFound, NotWaiting when nothing listens any more."""
        with reading(self._bus.database) as connection:
            row = self._row(connection, code)
            if row is None:
                raise NotFound(what="—")
            process = self._bus.library.process(row.definition).process
            subscription = self._listening(connection, row.id, process).get(name)
        if subscription is None:
            raise NotWaiting(what=name)
        self._bus.handle(
            c.SpeakAsVisitor(
                actor=c.VISITOR,
                key=key,
                instance=row.id,
                subscription=subscription,
                name=name,
                holder=row.business_key,
                variables={"text": text},
            )
        )

    def _row(self, connection: Connection, code: str) -> Any:
        plain = plain_code(code)
        if not plain:
            return None
        i = ru_instance.c
        return connection.execute(sa.select(ru_instance).where(i.business_key == self._holder(plain.upper()))).first()

    def _listening(self, connection: Connection, instance: str, process: Process) -> dict[str, str]:
        """Message -> subscription, of those that the case takes from visitors now."""
        s = ru_subscription.c
        found = connection.execute(
            sa.select(s.id, s.name, s.element).where(s.instance == instance, s.kind == "message")
        )
        return {
            row.name: row.id
            for row in found
            if (node := process.nodes.get(row.element.rpartition("/")[2])) is not None and node.open_to_visitors
        }

    def _holder(self, code: str) -> str:
        return base64.b32encode(self._mac(b"case", code))[:_HOLDER].decode().lower()

    def _mac(self, purpose: bytes, text: str) -> bytes:
        return hmac.digest(self._secret, purpose + b"\0" + text.encode(), hashlib.sha256)


def well_made(key: str) -> bool:
    """Is it a key as forms carry one?"""
    return _KEY.match(key) is not None
