"""Lets whoever holds a printed document learn that it is the register's: by its number and code, never its content.

The code is the document's own name, 80 bits that stand on its paper and in the record. Whoever has only one of the two
learns nothing, not even that the other exists.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from urllib.parse import urlencode

import segno
import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine.documents.kinds import kinds
from engine.documents.tables import vw_document
from engine.history.sealing import KeyRing
from engine.history.streams import INSTANCE
from engine.wording import say

_ALIKE = str.maketrans("АВСЕНКМОРТХУІ018", "ABCEHKMOPTXYIOIB")
"""Letters of a Kazakh or Russian keyboard that look like those of a code, and digits that it does not have."""
_SHA256 = re.compile(r"[0-9a-f]{64}\Z")
_v = vw_document.c


@dataclass(frozen=True, slots=True)
class Mark:
    """What stands on every page for whoever checks: words, and a picture (SVG) for phones if the address is known."""

    words: str
    picture: str


@dataclass(frozen=True, slots=True)
class Checked:
    """What the register says of a document, without its content. ``hashes``: of its files, by language and form."""

    names: Mapping[str, str]
    number: str
    day: date
    errata: Sequence[tuple[str, date]]
    mended: str  # the number of what it mends, if it is an erratum
    erased: bool
    hashes: Sequence[tuple[str, str, str]]  # (language, form, SHA-256)


def code_of(id: str) -> str:
    """As it is printed: ABCD-EFGH-IJKL-MNOP."""
    return "-".join(id[at : at + 4] for at in range(0, len(id), 4)).upper()


def mark(id: str, number: str, public: str, language: str) -> Mark:
    """``public``: the pages' address; where there is none the code alone is printed."""
    code = code_of(id)
    if not public:
        return Mark(say("document.code", language, {"code": code}), "")
    link = f"{public}/verify?{urlencode({'code': code, 'no': number})}"
    address = f"{public}/verify".partition("://")[2]
    return Mark(say("document.check", language, {"address": address, "code": code}), _square(link))


@lru_cache(maxsize=64)
def _square(link: str) -> str:
    """The picture that phones read, drawn once for a document's languages."""
    drawn = segno.make(link, error="m", micro=False).svg_inline(border=0, omitsize=True)
    return drawn.replace("<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1)


def check(connection: Connection, keys: KeyRing, number: str, code: str) -> Checked | None:
    """The document with this number and this code, or this hash of one of its files; None if there is none."""
    said, no = plain_code(code), _number(number)
    if _SHA256.match(code.strip().lower()):
        which = _v.files.contains(code.strip().lower(), autoescape=True)
    elif said:
        which = _v.id == said
    else:
        return None
    rows = connection.execute(sa.select(vw_document).where(which).limit(20)).all()
    found = next((row for row in rows if _number(row.number) == no), None)
    if found is None:
        return None
    errata = sa.select(_v.number, _v.day).where(_v.mends == found.id).order_by(_v.at, _v.id)
    mended = sa.select(_v.number).where(_v.id == found.mends)
    kind = kinds().get(found.kind)
    return Checked(
        names=kind.names if kind else {"kk": found.kind},
        number=found.number,
        day=date.fromisoformat(found.day),
        errata=[(row.number, date.fromisoformat(row.day)) for row in connection.execute(errata)],
        mended=str(connection.execute(mended).scalar() or "") if found.mends else "",
        erased=keys.kept(connection, INSTANCE + found.instance) is None,
        hashes=[
            (language, form, sha256)
            for language, forms in sorted(json.loads(found.files).items())
            for form, (sha256, _size) in sorted(forms.items(), reverse=True)
        ],
    )


def plain_code(code: str) -> str:
    """A code as it may be typed: with or without hyphens, in small letters, in letters that look alike."""
    text = re.sub(r"[\s\-\u2010-\u2015]", "", code).upper().translate(_ALIKE)
    return text.lower() if re.fullmatch(r"[A-Z2-7]{16}", text) else ""


def _number(number: str) -> str:
    return re.sub(r"[\s№#]", "", number).casefold()
