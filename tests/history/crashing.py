"""A process that works through rounds of commands and may be killed at any statement; run by test_crash.

``python -m tests.history.crashing URL FOLDER FIRST LAST STATEMENT``: does the commands FIRST to LAST - 1, says each
number once the engine has acknowledged it, and kills itself (as ``kill -9`` would) before its STATEMENTth statement.
"""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from engine import commands as c
from tests.history.house import CHAIR, DEAN, SECRETARY, House

STEPS = 4
"""Commands of one round: start, fill, review, and what another case does about it."""


def command(house: House, number: int) -> c.Command:
    """The command with this number; its idempotency key makes it safe to give again."""
    round, step = divmod(number, STEPS)
    name, key = f"C-{round}", f"command-{number}"
    if step == 0:
        variables = {"subject": f"№ {round}"}
        return c.StartProcess(
            actor=SECRETARY, key=key, definition="request", school="eng", business_key=name, variables=variables
        )
    process, element, actor, values = (
        ("request", "fill", SECRETARY, {"amount": 1}),
        ("request", "review", CHAIR, {}),
        ("follow", "act", DEAN, {"note": name}),
    )[step - 1]
    instance = house.instance(process, name)
    task = house.task(instance, element)
    return c.CompleteTask(actor=actor, key=key, instance=instance, task=task, variables=values)


def work(house: House, first: int, last: int) -> None:
    house.engine.settle()  # what was thrown before the crash is delivered after it
    for number in range(first, last):
        house.do(command(house, number))
        print(number, flush=True)
    house.engine.settle()


def die_at(house: House, statement: int) -> None:
    left = statement

    @sa.event.listens_for(house.engine.database, "before_cursor_execute")
    def _count(*_: Any) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    @sa.event.listens_for(house.engine.database, "commit")
    def _commit(_: Any) -> None:
        _count()


if __name__ == "__main__":
    url, folder, first, last, statement = sys.argv[1:]
    house = House.moved(url, Path(folder))
    if int(statement):
        die_at(house, int(statement))
    work(house, int(first), int(last))
    house.close()
