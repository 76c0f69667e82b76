"""Proves ``sapa verify`` and ``sapa replay``: exit codes, sentences in three languages, JSON."""

from __future__ import annotations

import json
from typing import Any

import pytest
import sqlalchemy as sa

from engine import commands as c
from engine.cli import main
from engine.database import hi_checkpoint, ru_task
from engine.runtime import stepper
from tests.history.hands import edited, entry, rewrite, unguarded
from tests.history.house import MASTER, House


class Shell:
    """Runs sapa against a house."""

    def __init__(self, house: House, capsys: pytest.CaptureFixture[str]) -> None:
        self._url = house.settings.database_url
        self._capsys = capsys

    def __call__(self, *arguments: str) -> tuple[int, str]:
        self._capsys.readouterr()
        code = main(["--db", self._url, *arguments])
        return code, self._capsys.readouterr().out

    def json(self, *arguments: str) -> tuple[int, list[Any]]:
        code, out = self(*arguments, "--json")
        return code, [json.loads(line) for line in out.splitlines()]


@pytest.fixture
def sapa(house: House, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Shell:
    monkeypatch.setenv("SAPA_MASTER_KEY", MASTER.hex())
    monkeypatch.setenv("SAPA_VAR", str(house.settings.var))
    monkeypatch.setenv("SAPA_LANG", "en")
    return Shell(house, capsys)


def change_a_fact(house: House) -> None:
    stream = f"instance:{house.cases['big']}"
    with unguarded(house) as connection:
        rewrite(connection, stream, 3, body=edited(entry(connection, stream, 3).body, "task_completed", person="p2"))


def test_clean(sapa: Shell) -> None:
    code, out = sapa("verify")
    assert code == 0
    assert out.splitlines()[-1] == "Nothing differs."
    assert "Not yet anchored" in out


def test_tampered_is_exit_1_and_names_the_entry(house: House, sapa: Shell) -> None:
    change_a_fact(house)
    code, lines = sapa.json("verify")
    assert code == 1
    assert (lines[0]["clean"], lines[0]["exit"]) == (False, 1)
    assert lines[0]["problems"][0]["code"] == "hash"
    assert lines[0]["problems"][0]["seq"] == 3
    assert f"instance:{house.cases['big']}/3" in sapa("verify")[1]


@pytest.mark.parametrize(("lang", "word"), [("kk", "өзгертілген"), ("ru", "изменены"), ("en", "Tampered")])
def test_it_speaks_three_languages(house: House, sapa: Shell, lang: str, word: str) -> None:
    change_a_fact(house)
    assert word in sapa("verify", "--lang", lang)[1].splitlines()[-1]


def test_not_reproduced_is_exit_3(house: House, sapa: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as earlier:
        earlier.setattr(stepper, "MAX_STEPS", 1)
        case = house.start("loop")
    assert sapa("verify")[0] == 3
    assert sapa("replay", case)[0] == 3


def test_one_stream(house: House, sapa: Shell) -> None:
    change_a_fact(house)
    assert sapa("verify", "--stream", "directory")[0] == 0
    assert sapa("verify", "--stream", f"instance:{house.cases['big']}", "--stream", "directory")[0] == 1


def test_a_checkpoint_is_written_when_all_is_clean_only(house: House, sapa: Shell) -> None:
    code, lines = sapa.json("verify", "--checkpoint")
    assert (code, lines[0]["unanchored"]) == (0, 0)
    anchor = lines[0]["anchor"]
    assert sapa("verify", "--known", anchor)[0] == 0
    assert "Nothing has been recorded" in sapa("verify", "--checkpoint")[1]
    change_a_fact(house)
    assert sapa("verify", "--checkpoint")[0] == 1
    assert len(house.table(hi_checkpoint)) == 1


def test_rebuild_mends_the_caches(house: House, sapa: Shell) -> None:
    with unguarded(house) as connection:
        connection.execute(sa.delete(ru_task))
    assert sapa("verify")[0] == 1
    code, out = sapa("verify", "--rebuild")
    assert code == 0
    assert "rebuilt from" in out


def test_replay_tells_who_when_as_which_role_and_what_stood_open(house: House, sapa: Shell) -> None:
    code, out = sapa("replay", house.cases["big"], "--lang", "kk")
    assert code == 0
    assert "Адам p3 (dean@eng): Тапсырманы орындау" in out
    assert "Себебі: толықтыру" in out
    assert "ашық: review атауы [user]" in out
    assert "= іс аяқталды" in out


def test_replay_in_json_one_line_an_entry(house: House, sapa: Shell) -> None:
    code, lines = sapa.json("replay", house.cases["big"])
    assert code == 0
    assert [line["seq"] for line in lines] == list(range(1, 11))
    assert lines[2]["as"] == "secretary@eng"
    assert {each["element"] for each in lines[2]["open"]} == {"extra"}
    assert lines[-1]["state"] == "completed"
    assert all(line["reenacted"] and not line["problems"] for line in lines)


def test_one_step_with_the_values_after_it(house: House, sapa: Shell) -> None:
    code, lines = sapa.json("replay", house.cases["big"], "--step", "3")
    assert (code, len(lines)) == (0, 1)
    assert lines[0]["variables"]["grade"] == "high"
    assert lines[0]["variables"]["amount"] == 150
    assert sapa("replay", house.cases["big"], "--step", "99")[0] == 2


def test_replay_of_a_changed_case(house: House, sapa: Shell) -> None:
    change_a_fact(house)
    code, out = sapa("replay", house.cases["big"])
    assert code == 1
    assert "! " in out


def test_replay_of_an_erased_case(house: House, sapa: Shell) -> None:
    house.do(c.EraseInstance(actor=c.SYSTEM, instance=house.cases["big"], reason="өтініш"))
    code, out = sapa("replay", house.cases["big"])
    assert code == 0
    assert "erased lawfully" in out
    assert "толықтыру" not in out


def test_replay_of_no_case(sapa: Shell) -> None:
    assert sapa("replay", "nothing")[0] == 1
