"""The command line itself: help, versions, misuse, and failures told in one line."""

from __future__ import annotations

import pytest

from engine.cli.main import COMMANDS
from tests.cli.conftest import Sapa


def test_help_names_every_command(sapa: Sapa) -> None:
    answer = sapa("--help")
    assert answer.code == 0
    assert all(name in answer.out for name in COMMANDS)


def test_version(sapa: Sapa) -> None:
    answer = sapa("--version")
    assert (answer.code, answer.out.split()[0]) == (0, "sapa")


@pytest.mark.parametrize("arguments", [[], ["dance"], ["where"], ["play"], ["--db"], ["lint", "--what", "x"]])
def test_misuse_is_exit_2(sapa: Sapa, arguments: list[str]) -> None:
    answer = sapa(*arguments)
    assert (answer.code, answer.out) == (2, "")
    assert "usage: sapa" in answer.err


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help(sapa: Sapa, name: str) -> None:
    answer = sapa(name, "--help")
    assert answer.code == 0
    assert "--db URL" in answer.out


@pytest.mark.parametrize("lang", ["kk", "ru", "en"])
def test_a_failure_is_one_line_in_the_readers_language(
    sapa: Sapa, monkeypatch: pytest.MonkeyPatch, sqlite_url: str, lang: str
) -> None:
    monkeypatch.setenv("SAPA_LANG", lang)
    answer = sapa("--db", sqlite_url, "deploy")
    assert (answer.code, answer.out, len(answer.err.splitlines())) == (1, "", 1)
    assert {"kk": "жұмысқа", "ru": "работе", "en": "cannot be used"}[lang] in answer.err


def test_a_database_that_is_not_there_is_one_line(sapa: Sapa, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SAPA_MASTER_KEY", "00" * 32)
    answer = sapa("--db", "postgresql://nobody@127.0.0.1:1/nothing", "deploy")
    assert (answer.code, len(answer.err.splitlines())) == (1, 1)
    assert "Traceback" not in answer.err


def test_options_may_stand_before_or_after_the_command(sapa: Sapa) -> None:
    assert sapa("--json", "where", "99").json == sapa("where", "99", "--json").json == []
