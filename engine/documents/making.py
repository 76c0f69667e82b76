"""Makes what entries call for, after their commit: fills, lays out, stores, records. A failure waits and is shown.

Several processes may try the same at once; the record takes the first, and both made the same bytes.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

import sqlalchemy as sa
import structlog
from sqlalchemy.engine import Connection

from engine import commands as c
from engine import facts as f
from engine.bus import Bus
from engine.database import reading
from engine.documents import barring
from engine.documents.checking import mark
from engine.documents.circumstances import Circumstances
from engine.documents.filling import Unfilled, environment, evaluate
from engine.documents.kinds import LANGUAGES, Kind, kinds
from engine.documents.naming import Naming
from engine.documents.recording import place
from engine.documents.setting import filled
from engine.documents.tables import ru_document_due, vw_document
from engine.errors import SapaError
from engine.files import Files
from engine.history import ledger, sealing
from engine.history.streams import INSTANCE
from engine.projections.documents import ERRATUM
from engine.values import ALMATY, instant, moment

log = structlog.get_logger("sapa")

_LONGEST_WAIT = timedelta(hours=6)
_d, _v = ru_document_due.c, vw_document.c


class Making:
    """Makes the documents that entries call for."""

    def __init__(self, bus: Bus, files: Files, public: str = "") -> None:
        self._bus = bus
        self._files = files
        self._public = public  # the address printed on paper, where anybody checks it

    def pump(self, limit: int = 1_000) -> int:
        """Make what is called for now; answers for how many steps that was done."""
        made = 0
        for _ in range(limit):
            now = instant(self._bus.clock())
            query = sa.select(ru_document_due).where(_d.next <= now).order_by(_d.next, _d.stream, _d.seq).limit(1)
            with reading(self._bus.database) as connection:
                due = connection.execute(query).first()
            if due is None:
                break
            made += self._make(due)
        return made

    def retry(self) -> None:
        """Try at once what failed before: somebody has mended its cause."""
        self._bus.execute(sa.update(ru_document_due).values(next=""))

    # --- making ----------------------------------------------------------------------------------------------------

    def _make(self, due: Any) -> int:
        try:
            with reading(self._bus.database) as connection:
                documents = self._documents(connection, due)
            self._bus.handle(
                c.RecordDocuments(actor=c.SYSTEM, instance=due.instance, source=due.stream, seq=due.seq,
                                  element=due.element, kind=due.kind, documents=tuple(documents))
            )  # fmt: skip
        except Exception as problem:  # whatever it is, the case goes on and the next step's documents are made
            self._put_off(due, problem)
            return 0
        return 1

    def _put_off(self, due: Any, problem: Exception) -> None:
        told = barring.told(problem)
        level = log.warning if isinstance(problem, (Unfilled, SapaError, OSError)) else log.exception
        where = {"stream": due.stream, "seq": due.seq, "kind": due.kind}
        level("document not made", problem=type(problem).__name__, **where, **told)
        wait = min(timedelta(minutes=2 ** min(due.tries, 10)), _LONGEST_WAIT)
        self._bus.execute(
            sa.update(ru_document_due)
            .where(_d.stream == due.stream, _d.seq == due.seq, _d.element == due.element)
            .values(tries=due.tries + 1, next=instant(self._bus.clock() + wait), problem=json.dumps(told))
        )

    def _documents(self, connection: Connection, due: Any) -> list[dict[str, Any]]:
        """Fill and store everything one step calls for; what is recorded of each."""
        kind = kinds().get(due.kind)
        if kind is None:
            raise Unfilled("kind", file="documents.yaml")
        key = self._bus.keys.kept(connection, INSTANCE + due.instance)
        if key is None:
            return []
        source, seq, more = due.stream, due.seq, dict[str, Any]()
        if due.kind == ERRATUM:
            more = self._mended(connection, due, key)
            source, seq = more["mended"]["stream"], more["mended"]["seq"]
        entries = list(ledger.read(connection, source, key, upto=seq))
        read = Circumstances(entries).facts() | more
        made: dict[str, dict[str, Any]] = {}
        for language in LANGUAGES:
            naming = Naming(connection, self._bus.keys, entries[-1].at, language)
            facts = read | {"language": language}
            for whom, rows in _addressees(kind, naming, facts).items():
                told = facts | {"rows_told": rows, "addressee": whom}
                id = _id(connection, due, whom, key)
                one = self._filled(kind, naming, told, key, language, id)
                found = made.setdefault(
                    id, {"id": id, "addressee": whom, "mends": due.element if due.kind == ERRATUM else "",
                         "number": one["number"], "day": one["day"], "files": {}}
                )  # fmt: skip
                found["files"][language] = one["files"]
        return list(made.values())

    def _filled(
        self, kind: Kind, naming: Naming, facts: Mapping[str, Any], key: bytes, language: str, id: str
    ) -> dict[str, Any]:
        words = filled(kind, naming, facts, language)
        made = words.marked(mark(id, words.number, self._public, language))
        case = facts["case"]["id"]
        files = {form: [self._files.seal(case, content, key), len(content)] for form, content in
                 (("pdf", made.pages), ("docx", made.word))}  # fmt: skip
        return {"number": made.number, "day": made.day.isoformat(), "files": files}

    def _mended(self, connection: Connection, due: Any, key: bytes) -> dict[str, Any]:
        """What an erratum tells: the document it mends, and its own text."""
        entry = next(ledger.read(connection, due.stream, None, after=due.seq - 1, upto=due.seq))
        told = next(fact for kind, fact in entry.body["facts"] if kind == f.ErratumIssued.kind)
        row = connection.execute(sa.select(vw_document).where(_v.id == due.element)).one()
        sealed = sealing.unseal(key, bytes.fromhex(told["sealed"]), place(due.element, told["number"]))
        files = json.loads(row.files)
        mended = {"kind": row.kind, "names": kinds()[row.kind].names, "number": row.number, "addressee": row.addressee,
                  "day": date.fromisoformat(row.day), "stream": row.stream, "seq": row.seq,
                  "hashes": {language: forms["pdf"][0] for language, forms in files.items()}}  # fmt: skip
        at = moment(entry.at).astimezone(ALMATY)
        return {"mended": mended, "erratum": {"number": told["number"], "by": told["by"], "at": at,
                                              **json.loads(sealed)}}  # fmt: skip


def _addressees(kind: Kind, naming: Naming, facts: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Addressee -> rows it is told, in the order of the rows; one document to nobody when the kind names no rows."""
    if not kind.of:
        return {"": []}
    fence = environment(naming.filters())
    found: dict[str, list[Any]] = {}
    for row in evaluate(fence, kind.of, facts):
        found.setdefault(str(evaluate(fence, kind.whom, {**facts, "each": row}) or ""), []).append(row)
    return found


def _id(connection: Connection, due: Any, whom: str, key: bytes) -> str:
    """The same document has the same id however often it is tried; only who holds the case's key could work it out.

    What was recorded before ids were keyed keeps the code that is printed on it.
    """
    text = "\n".join([due.stream, str(due.seq), due.element, due.kind, whom]).encode()
    before = _code(hashlib.sha256(text).digest())
    if connection.execute(sa.select(_v.id).where(_v.id == before)).first() is not None:
        return before
    return _code(hmac.digest(key, b"document\n" + text, "sha256"))


def _code(digest: bytes) -> str:
    return base64.b32encode(digest).decode().lower()[:16]
