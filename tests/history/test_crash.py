"""Proves that ``kill -9`` between any two statements, or at any time, loses nothing and repeats nothing."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import sqlalchemy as sa

from engine.database import ru_instance, ru_outbox, ru_request, vw_number, vw_register
from tests.history.crashing import STEPS, command
from tests.history.house import House

ROOT = Path(__file__).resolve().parents[2]
ROUNDS = 6
KILLS = 4


def run(house: House, folder: Path, first: int, statement: int, seconds: float) -> tuple[list[int], bool]:
    """Let it work until it is killed or done: the numbers it acknowledged, and whether it was killed."""
    arguments = [house.settings.database_url, str(folder), str(first), str(ROUNDS * STEPS), str(statement)]
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.history.crashing", *arguments], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    lines = []
    while line := process.stdout.readline():
        lines.append(line)
        if seconds and len(lines) > 1:
            time.sleep(seconds)
            process.send_signal(signal.SIGKILL)
            seconds = 0
    code = process.wait()
    process.stdout.close()
    assert code in (0, -signal.SIGKILL), code
    return [int(line) for line in lines if line.strip().isdigit()], code != 0


@pytest.mark.timeout(400)
def test_killed_over_and_over(house: House, tmp_path: Path) -> None:
    chance = random.Random(7)
    first, reached, killed = 0, 0, 0
    for kill in range(KILLS):
        by_time = kill % 3 == 2
        statement = 0 if by_time else chance.randint(1, 60)
        done, died = run(house, tmp_path, first, statement, chance.uniform(0.001, 0.05) if by_time else 0)
        assert done == list(range(first, first + len(done)))
        first += len(done)
        reached, killed = max(reached, first), killed + died
        check(house, reached)
        if first == ROUNDS * STEPS:
            first = STEPS * (ROUNDS - 2)  # the last rounds are given again: nothing may happen twice
    run(house, tmp_path, first, 0, 0)
    assert killed >= KILLS * 2 // 3
    check(house, ROUNDS * STEPS)
    completed(house)


def check(house: House, reached: int) -> None:
    """What was acknowledged is there, at most one command more, and everything fits together."""
    keys = {int(row.key.partition("-")[2]) for row in house.table(ru_request) if row.key.startswith("command-")}
    assert keys in (set(range(reached)), set(range(reached + 1)))
    assert [problem.say() for problem in house.verify().problems] == []


def completed(house: House) -> None:
    """Every round went its way exactly once."""
    rounds = [row for row in house.table(ru_instance) if row.business_key.startswith("C-")]
    assert sorted((row.process_key, row.business_key, row.state) for row in rounds) == sorted(
        (process, f"C-{n}", "completed") for process in ("follow", "request") for n in range(ROUNDS)
    )
    rows = [row for row in house.table(vw_register) if row.key.startswith("C-")]
    assert [row.key for row in rows] == [f"C-{n}" for n in range(ROUNDS)]
    assert all(f'"note":"{row.key}"' in row.content for row in rows)
    assert [row.last for row in house.table(vw_number)] == [1 + ROUNDS]
    assert {row.key for row in house.table(ru_outbox)} == {"nobody"}
    with house.engine.database.connect() as connection:
        count = sa.text(
            "SELECT count(*) FROM hi_entry WHERE kind = 'CompleteTask' AND body LIKE '%\"request\":\"command-%'"
        )
        assert connection.execute(count).scalar_one() == ROUNDS * (STEPS - 1)


def test_the_rounds_are_what_they_should_be(house: House) -> None:
    for number in range(STEPS):
        house.do(command(house, number))
    assert house.instance("follow", "C-0")
