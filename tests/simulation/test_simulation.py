"""People who act over three months: permitted, without a fault, verified, and the same for the same seed."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from engine.cli import main
from engine.database import hi_entry, reading, ru_incident, ru_instance, ru_outbox
from engine.history.verify import verify
from engine.simulation import command, tally
from engine.simulation.agreement import differences
from tests.simulation.conftest import Run, run

ROOT = Path(__file__).resolve().parents[2]
_SALTED = ("values",)


def record(engine: Any) -> list[list[Any]]:
    """Everything recorded, entry by entry, but for the commitments: those are salted by the system's own chance."""
    with reading(engine.database) as connection:
        rows = connection.execute(sa.select(hi_entry.c.stream, hi_entry.c.seq, hi_entry.c.body).order_by(hi_entry.c.id))
        return [[row.stream, row.seq, _unsalted(row.body)] for row in rows]


def _unsalted(body: str) -> dict[str, Any]:
    content: dict[str, Any] = json.loads(body)
    content["values"] = sorted(content["values"])
    return content


def test_the_same_seed_gives_the_same_record_and_another_seed_another(quarter: Run, tmp_path: Path) -> None:
    again = run(tmp_path / "again", "3", date(2026, 10, 5))
    other = run(tmp_path / "other", "8", date(2026, 10, 5))
    try:
        same, different = record(again.engine), record(other.engine)
        longer = [entry for entry in record(quarter.engine) if entry[0].startswith("instance:")]
        begun = [entry for entry in same if entry[0].startswith("instance:")]
        # Terms of office reach as far as a run: the directory differs, what people did does not.
        assert longer[: len(begun) - 5] == begun[:-5]
        assert [entry[2] for entry in different] != [entry[2] for entry in same]
    finally:
        again.engine.close()
        other.engine.close()


def test_a_run_is_clean_and_nothing_in_it_went_wrong(quarter: Run) -> None:
    assert verify(quarter.engine.database, quarter.engine.keys).problems == []
    with reading(quarter.engine.database) as connection:
        assert connection.execute(sa.select(sa.func.count()).select_from(ru_incident)).scalar() == 0
        dead = sa.select(sa.func.count()).where(ru_outbox.c.state == "dead")
        assert connection.execute(dead).scalar() == 0
        assert connection.execute(sa.select(sa.func.count()).select_from(ru_instance)).scalar_one() >= 5
    assert quarter.actors.checking.faults == []
    assert quarter.actors.undone == []


def test_the_rules_find_what_the_people_broke_and_nothing_else(quarter: Run) -> None:
    misdeeds = quarter.actors.misdeeds.all()
    assert misdeeds
    with reading(quarter.engine.database) as connection:
        assert differences(connection, quarter.engine.clock(), misdeeds) == []
        hidden = misdeeds[1:]
        (missing,) = differences(connection, quarter.engine.clock(), hidden)
        assert (missing.rule, missing.day, missing.known) == (misdeeds[0].rule, misdeeds[0].day, "rules")


def test_every_act_was_permitted_and_strangers_were_kept_out(quarter: Run) -> None:
    acts = {"CompleteTask", "ClaimTask", "ReturnTask"}
    with reading(quarter.engine.database) as connection:
        rows = connection.execute(sa.select(hi_entry.c.kind, hi_entry.c.actor, hi_entry.c.body)).all()
    done = [json.loads(row.body) for row in rows if row.kind in acts]
    assert len(done) > 50
    assert [entry for entry in done if not entry["as"] or entry["actor"] in ("system", "clock", "router")] == []
    meant = {*acts, "AttachFile", "StartProcess", "Refuse", "SetParameter"}
    assert {row.kind for row in rows if row.actor.startswith("p0")} <= meant
    assert not any(row.kind == "CorrectVariables" for row in rows)
    assert set(quarter.actors.refusals) <= {"not_permitted", "not_found"}  # a confidential case is not there for them


def test_forms_are_checked_for_real_once_for_each_form_and_outcome(quarter: Run) -> None:
    checking = quarter.actors.checking
    reached = tally.count(quarter.engine).processes["meeting_cycle"].seen
    assert {"collect_items", "approve_agenda", "attendance", "formulate", "open_vote"} <= reached
    assert checking.checked >= 20
    assert checking.sent_back >= 10


def test_what_was_reached_is_counted(quarter: Run) -> None:
    counted = tally.count(quarter.engine).as_json(quarter.actors.misdeeds.all())
    assert list(counted) == ["cases", "incidents", "entries", "processes", "violations"]
    assert counted["cases"] == sum(one["started"] for one in counted["processes"].values())
    meetings = counted["processes"]["meeting_cycle"]
    assert 0 < meetings["elements_reached"] <= meetings["elements"]
    assert 0 < meetings["branches_reached"] <= meetings["branches"]
    assert 0 < meetings["rows_reached"] <= meetings["rows"]


def simulate(folder: Path, *more: str, hash_seed: str = "0") -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "SAPA_VAR": str(folder), "PYTHONHASHSEED": hash_seed, "SAPA_LANG": "en"}
    command = [sys.executable, "-c", "import sys; from engine.cli import main; sys.exit(main())", "simulate", *more]
    return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.timeout(300)
def test_the_command_ends_with_one_line_whatever_the_hash_seed(tmp_path: Path) -> None:
    figures = ("--years", "0.05", "--schools", "1", "--seed", "3", "--json")
    one, two = (simulate(tmp_path / seed, *figures, hash_seed=seed) for seed in ("1", "2"))
    assert one.returncode == 0, one.stderr
    assert one.stdout == two.stdout
    found = json.loads(one.stdout.splitlines()[-1])
    assert found["cases"] >= 1
    assert found["incidents"] == 0


@pytest.mark.parametrize(
    "asked",
    [("--years", "0"), ("--years", "-1"), ("--years", "nan"), ("--years", "inf"), ("--years", "0.001"),
     ("--years", "1000"), ("--schools", "0"), ("--schools", "-2"), ("--seed", "../../x"), ("--seed", "")],
)  # fmt: skip
def test_what_cannot_be_simulated_is_refused_before_anything_is_touched(
    asked: tuple[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SAPA_VAR", str(tmp_path / "var"))
    monkeypatch.setattr(command, "run", lambda args: 0)
    with pytest.raises(SystemExit) as refused:
        main(["simulate", *asked])
    assert refused.value.code == 2
    assert asked[0] in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_a_database_with_something_in_it_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "full.db"
    with sqlite3.connect(file) as database:
        database.execute("CREATE TABLE hi_entry (id INTEGER PRIMARY KEY)")
        database.execute("INSERT INTO hi_entry VALUES (1)")
    done = simulate(tmp_path, "--db", f"sqlite:///{file}", "--years", "0.1")
    assert done.returncode == 1
    assert "not empty" in done.stderr
