"""Keeps the start pages from knowing what a model says before one of its cases is begun, and what bars it now."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.engine import Connection

from engine import facts as f
from engine import feel
from engine.answers import Answers
from engine.database import ru_instance
from engine.definitions.model import LANGUAGES, Process
from engine.errors import StepFailed
from engine.feel import FeelSyntax
from engine.feel.limits import ROOM, Run
from engine.values import ALMATY, moment
from engine.views import Names
from engine.world import LiveWorld


def note(connection: Connection, process: Process, known: Mapping[str, Any], now: datetime) -> Names:
    """What whoever begins a case must know (``startNote:*``, FEEL); a text that cannot be worked out stays away."""
    said: dict[str, str] = {}
    for lang in LANGUAGES:
        text = process.properties.get(f"startNote:{lang}", "").strip()
        if not text:
            continue
        world = LiveWorld(now, Answers(connection, now))
        try:
            value = feel.compile(text).evaluate(dict(known), world, run=Run(world, ROOM))
        except (StepFailed, FeelSyntax):
            continue
        if isinstance(value, str) and value:
            said[lang] = value
    return said


def held(connection: Connection, process: Process, school: str) -> Mapping[str, Any] | None:
    """The refusal that awaits a start while another case of the process is open in the school, where one runs alone."""
    if process.properties.get("oneAtATime") != "true":
        return None
    i = ru_instance.c
    query = sa.select(i.started).where(i.unique_key == f.held_while_open(process.id, school))
    begun = connection.execute(query).scalar()
    if begun is None:
        return None
    return {"code": "already_under_way", "params": {"since": moment(begun).astimezone(ALMATY).strftime("%d.%m.%Y")}}
