"""``sapa init`` and ``sapa doctor``: a real installation from nothing, once more, and what is wrong with one."""

from __future__ import annotations

import stat
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from engine.database import open_database, ru_timer, writing
from engine.values import instant
from tests.cli.conftest import INIT, PASSWORD, Answer, Install, Sapa


def states(answer: Answer) -> dict[str, str]:
    return {check["check"]: check["state"] for check in answer.json}


@pytest.fixture
def administrator(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAPA_ADMIN_PASSWORD", PASSWORD)


@pytest.mark.usefixtures("administrator", "lasting")
def test_from_nothing_to_a_healthy_house(sapa: Sapa, database_url: str, tmp_path: Path) -> None:
    assert sapa("--db", database_url, *INIT).code == 0
    key = tmp_path / "var" / "keys" / "master.key"
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    assert stat.S_IMODE(key.parent.stat().st_mode) == 0o700
    answer = sapa("--db", database_url, "doctor", "--json")
    wrong = {name: state for name, state in states(answer).items() if state != "ok"}
    # The PostgreSQL of the tests does not care for power cuts, and the doctor sees it.
    assert wrong == ({} if database_url.startswith("sqlite") else {"durable": "error"})
    assert sapa("--db", database_url, "verify").code == 0


def test_a_second_time_changes_nothing(sapa: Sapa, installed: Install, sqlite_url: str, tmp_path: Path) -> None:
    installed(sqlite_url)
    key = (tmp_path / "var" / "keys" / "master.key").read_text()
    again = sapa("--db", sqlite_url, "init", "--json")
    assert again.json == {"database": sqlite_url, "key": "", "administrator": "root", "deployed": 0}
    assert (tmp_path / "var" / "keys" / "master.key").read_text() == key


@pytest.mark.parametrize(
    ("arguments", "password", "word"),
    [
        ([], PASSWORD, "--admin-login"),
        (["--admin-login", "x"], None, "password"),
        (["--admin-login", "x"], "short", "12"),
    ],
)
def test_who_administers_must_be_told(
    sapa: Sapa, sqlite_url: str, monkeypatch: pytest.MonkeyPatch, arguments: list[str], password: str | None, word: str
) -> None:
    if password is not None:
        monkeypatch.setenv("SAPA_ADMIN_PASSWORD", password)
    answer = sapa("--db", sqlite_url, "init", *arguments)
    assert answer.code == 2
    assert word in answer.err


def test_the_password_comes_from_a_file(sapa: Sapa, sqlite_url: str, tmp_path: Path) -> None:
    secret = tmp_path / "password"
    arguments = ("--db", sqlite_url, "init", "--admin-login", "root", "--admin-password-file", secret)
    assert sapa(*arguments).code == 2
    secret.write_text(PASSWORD + "\n")
    assert sapa(*arguments).code == 0


@pytest.mark.usefixtures("administrator")
def test_the_key_comes_from_the_environment(
    sapa: Sapa, sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SAPA_MASTER_KEY", "ab" * 32)
    assert sapa("--db", sqlite_url, *INIT).code == 0
    assert not (tmp_path / "var" / "keys").exists()


def test_a_lost_key_is_not_replaced_by_a_new_one(
    sapa: Sapa, installed: Install, sqlite_url: str, tmp_path: Path
) -> None:
    installed(sqlite_url)
    (tmp_path / "var" / "keys" / "master.key").unlink()
    answer = sapa("--db", sqlite_url, "init")
    assert (answer.code, "no master key" in answer.err) == (1, True)
    assert not (tmp_path / "var" / "keys" / "master.key").exists()


@pytest.mark.parametrize("command", ["init", "doctor"])
def test_another_key_is_found_out(
    sapa: Sapa, installed: Install, sqlite_url: str, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    installed(sqlite_url)
    monkeypatch.setenv("SAPA_MASTER_KEY", "ab" * 32)
    assert sapa("--db", sqlite_url, command).code == 1


# --- the doctor ----------------------------------------------------------------------------------------------------


def test_the_doctor_finds_nothing_where_nothing_is(sapa: Sapa, sqlite_url: str, tmp_path: Path) -> None:
    answer = sapa("--db", sqlite_url, "doctor", "--json")
    found = states(answer)
    assert (answer.code, found["key"], found["database"]) == (1, "error", "error")
    assert all(check["remedy"] for check in answer.json if check["state"] != "ok")
    assert not (tmp_path / "sapa.db").exists()


def overdue(connection: sa.Connection) -> None:
    due = instant(datetime.now(UTC) - timedelta(hours=1))
    row: dict[str, Any] = {"id": "x.1", "due": due, "instance": "x", "process_key": "p", "element": "e", "school": "s"}
    connection.execute(sa.insert(ru_timer), {**row, "round": 0})


def other_schema(connection: sa.Connection) -> None:
    connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0000'")


def forgotten(connection: sa.Connection) -> None:
    connection.exec_driver_sql("DELETE FROM re_definition WHERE key = 'meeting_cycle'")


@pytest.mark.parametrize(
    ("harm", "check", "state"),
    [(overdue, "timers", "warning"), (other_schema, "schema", "error"), (forgotten, "deployed", "warning")],
)
def test_the_doctor_finds_what_is_wrong(
    sapa: Sapa, installed: Install, database_url: str, harm: Callable[[Any], None], check: str, state: str
) -> None:
    installed(database_url)
    database = open_database(database_url)
    with writing(database) as connection:
        harm(connection)
    database.dispose()
    answer = sapa("--db", database_url, "doctor", "--json", "--lang", "kk")
    assert states(answer)[check] == state


@pytest.mark.usefixtures("lasting")
def test_a_key_open_to_others_is_a_warning(sapa: Sapa, installed: Install, sqlite_url: str, tmp_path: Path) -> None:
    installed(sqlite_url)
    (tmp_path / "var" / "keys" / "master.key").chmod(0o644)
    answer = sapa("--db", sqlite_url, "doctor")
    assert answer.code == 0
    assert "open to others" in answer.out
