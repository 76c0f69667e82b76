"""``sapa lint``, ``where`` and ``deploy``: findings as JSON and as text, places of a clause, refused deployments."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import ROOT, Install, Sapa
from tests.play import models as m

GOOD = m.model(m.process("tick", m.start(), m.user("a", camunda_candidateGroups="secretary"), m.end(), "s -> a -> e"))
BAD = m.model(m.process("tick", m.start(), m.script("t", "1 +"), m.end(), "s -> t -> e"))
KEYS = {"severity", "file", "element", "name", "line", "code", "message", "remedy"}


@pytest.fixture
def files(tmp_path: Path) -> Path:
    (tmp_path / "good.bpmn").write_bytes(GOOD)
    (tmp_path / "bad.bpmn").write_bytes(BAD)
    return tmp_path


def test_lint_of_a_good_model(sapa: Sapa, files: Path) -> None:
    answer = sapa("lint", files / "good.bpmn", "--json")
    assert answer.code == 0
    assert {finding["severity"] for finding in answer.json["findings"]} <= {"warning", "info"}


def test_lint_of_a_bad_model(sapa: Sapa, files: Path) -> None:
    answer = sapa("lint", files / "bad.bpmn", "--json")
    (error,) = [finding for finding in answer.json["findings"] if finding["severity"] == "error"]
    assert answer.code == 1
    assert set(error) == KEYS
    assert (error["file"], error["element"], error["line"]) == (str(files / "bad.bpmn"), "t", 2)
    assert error["message"]
    assert error["remedy"]


def test_lint_for_people(sapa: Sapa, files: Path) -> None:
    answer = sapa("lint", files, "--lang", "kk")
    assert answer.code == 1
    assert "қате" in answer.out
    assert f"{files / 'bad.bpmn'}:2" in answer.out


@pytest.mark.parametrize("as_json", [True, False])
def test_lint_of_nothing(sapa: Sapa, tmp_path: Path, as_json: bool) -> None:
    answer = sapa("lint", tmp_path / "no.bpmn", *(["--json"] if as_json else []))
    assert answer.code == 2
    assert "no.bpmn" in answer.err
    if as_json:
        assert [finding["code"] for finding in answer.json["findings"]] == ["file_unreadable"]


def test_lint_knows_what_comes_with_the_program(sapa: Sapa) -> None:
    answer = sapa("lint", ROOT / "processes" / "meeting" / "meeting_cycle.bpmn", "--json")
    errors = [finding for finding in answer.json["findings"] if finding["severity"] == "error"]
    assert (answer.code, errors) == (0, [])


def test_where_7_3_1_is_decided(sapa: Sapa) -> None:
    answer = sapa("where", "7.3.1", "--json")
    assert answer.code == 0
    kinds = {place["kind"] for place in answer.json}
    assert {"element", "rule", "parameter", "test"} <= kinds
    assert "quorum.dmn" in sapa("where", "7.3.1").out


def test_what_carries_a_clause_is_told_in_words(sapa: Sapa) -> None:
    lines = sapa("where", "4.7", "--lang", "en").out.splitlines()
    assert not [line for line in lines if "cli." in line]
    (rule,) = (line for line in lines if "compliance.yaml" in line)
    assert "rule of compliance" in rule


@pytest.mark.parametrize(("clause", "word"), [("99.9", "no clause"), ("nonsense", "no clause")])
def test_where_nothing_is(sapa: Sapa, clause: str, word: str) -> None:
    answer = sapa("where", clause)
    assert (answer.code, answer.out) == (1, "")
    assert word in answer.err
    assert sapa("where", clause, "--json").json == []


def test_deploying(sapa: Sapa, installed: Install, files: Path, sqlite_url: str) -> None:
    installed(sqlite_url)
    answer = sapa("--db", sqlite_url, "deploy", files / "good.bpmn", "--json")
    assert (answer.code, answer.json["definitions"]) == (0, {"process/tick": "tick:1"})
    again = sapa("deploy", "--db", sqlite_url, files / "good.bpmn")
    assert (again.code, again.out.splitlines()[-1]) == (0, "Nothing new: everything is deployed already.")


def test_a_bad_model_is_not_deployed(sapa: Sapa, installed: Install, files: Path, sqlite_url: str) -> None:
    installed(sqlite_url)
    answer = sapa("--db", sqlite_url, "deploy", files / "good.bpmn", files / "bad.bpmn", "--json")
    assert (answer.code, answer.json["definitions"]) == (1, {})
    assert any(finding["element"] == "t" for finding in answer.json["findings"])


def test_deploying_as_somebody_who_may_not(sapa: Sapa, installed: Install, files: Path, sqlite_url: str) -> None:
    installed(sqlite_url)
    answer = sapa("--db", sqlite_url, "deploy", files / "good.bpmn", "--as", "root")
    assert (answer.code, answer.out) == (1, "")
    assert "not_permitted" in answer.err


def test_deploying_without_an_installation(sapa: Sapa, files: Path, sqlite_url: str) -> None:
    answer = sapa("--db", sqlite_url, "deploy", files / "good.bpmn")
    assert (answer.code, answer.out) == (1, "")
    assert "master key" in answer.err
