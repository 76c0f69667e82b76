"""Turns the facts of waiting into rows: timers, subscriptions, workers' tasks, incidents, what is to be delivered."""

from __future__ import annotations

import sqlalchemy as sa

from engine import facts as f
from engine.database import ru_external, ru_incident, ru_instance, ru_outbox, ru_receipt, ru_subscription, ru_timer
from engine.projections.context import Context
from engine.values import canonical


def timer_set(c: Context, fact: f.TimerSet) -> None:
    s = c.standing
    _, element = c.place(fact.element)
    row = {
        "id": c.token(fact.token),
        "due": fact.due,
        "instance": s.instance,
        "process_key": s.process,
        "element": element,
        "school": s.school,
        "round": fact.round,
    }
    c.batch.put(ru_timer, row, replace=fact.round > 1)


def timer_gone(c: Context, fact: f.TimerCleared) -> None:
    c.batch.drop(ru_timer, c.token(fact.token))


def subscribed(c: Context, fact: f.Subscribed) -> None:
    _, element = c.place(fact.element)
    c.batch.put(
        ru_subscription,
        {
            "id": c.token(fact.token),
            "kind": fact.event,
            "name": fact.name,
            "school": c.standing.school,
            "key": fact.key,
            "instance": c.standing.instance,
            "element": element,
        },
    )


def unsubscribed(c: Context, fact: f.Unsubscribed) -> None:
    c.batch.drop(ru_subscription, c.token(fact.token))


def external(c: Context, fact: f.ExternalOffered) -> None:
    _, element = c.place(fact.element)
    c.batch.put(
        ru_external,
        {
            "id": c.token(fact.token),
            "topic": fact.topic,
            "instance": c.standing.instance,
            "element": element,
            "created": c.at,
            "priority": fact.priority,
            "lock_owner": None,
            "lock_until": None,
        },
    )


def external_gone(c: Context, fact: f.ExternalClosed) -> None:
    c.batch.drop(ru_external, c.token(fact.token))


_count_incidents = (
    sa.update(ru_instance)
    .where(ru_instance.c.id == sa.bindparam("i_instance"))
    .values(
        incidents=sa.select(sa.func.count())
        .select_from(ru_incident)
        .where(ru_incident.c.instance == sa.bindparam("i_instance"))
        .scalar_subquery()
    )
)


def incident(c: Context, fact: f.IncidentRaised) -> None:
    c.batch.put(
        ru_incident,
        {
            "id": c.token(fact.token),
            "instance": c.standing.instance,
            "element": fact.element,
            "code": fact.code,
            "params": canonical(fact.params),
            "since": c.at,
        },
    )
    c.batch.also(_count_incidents, i_instance=c.standing.instance)


def resolved(c: Context, fact: f.IncidentResolved) -> None:
    c.batch.drop(ru_incident, c.token(fact.token))
    c.batch.also(_count_incidents, i_instance=c.standing.instance)


def thrown(c: Context, fact: f.MessageThrown | f.SignalThrown) -> None:
    message = isinstance(fact, f.MessageThrown)
    c.batch.put(
        ru_outbox,
        {
            "stream": c.stream,
            "seq": c.seq,
            "n": fact.n,
            "kind": "message" if message else "signal",
            "name": fact.name,
            "school": fact.school,
            "key": fact.key if isinstance(fact, f.MessageThrown) else "",
            "everyone": isinstance(fact, f.MessageThrown) and fact.everyone,
            "at": c.at,
            "due": c.at,
            "tries": 0,
            "state": "new",
        },
    )


def received(c: Context, fact: f.MessageReceived | f.SignalReceived) -> None:
    if fact.sender:
        # A message to everybody may reach two branches of one case; a signal reaches a case as a whole.
        kind, receiver = "signal", c.standing.instance
        if isinstance(fact, f.MessageReceived):
            kind, receiver = "message", c.token(fact.token)
        key = f"{kind}:{fact.sender}|{receiver}"
        c.batch.put(ru_receipt, {"sender": key, "receiver": c.stream, "seq": c.seq})
        arrived(c, fact.sender)


def arrived(c: Context, sender: str) -> None:
    """What has arrived is no longer in the outbox. Live, the router takes it out once everybody has it."""
    if c.rebuilding:
        stream, seq, n = sender.rsplit("/", 2)
        c.batch.drop(ru_outbox, stream, int(seq), int(n))
