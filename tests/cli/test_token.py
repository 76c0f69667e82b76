"""``sapa token``: a token of somebody named by login or by role, and one line for whoever cannot be found."""

from __future__ import annotations

from pathlib import Path

import pytest

from engine import Settings, open_engine
from tests.cli.conftest import INIT, PASSWORD, Sapa


@pytest.fixture
def url(sapa: Sapa, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("SAPA_ADMIN_PASSWORD", PASSWORD)
    url = f"sqlite:///{tmp_path / 'sapa.db'}"
    assert sapa(*INIT, "--db", url).code == 0
    return url


def test_a_token_by_login_or_by_role(sapa: Sapa, url: str) -> None:
    named, held = sapa("token", "ROOT", "--db", url), sapa("token", "--role", "admin", "--db", url, "--json")
    assert (named.code, held.code) == (0, 0)
    engine = open_engine(Settings.from_environment(url))
    try:
        assert engine.tokens.person(named.out.strip()) == "admin"
        assert engine.tokens.person(held.json["token"]) == held.json["person"] == "admin"
    finally:
        engine.close()


def test_nobody_found_is_told_in_one_line(sapa: Sapa, url: str) -> None:
    for asked in (["nobody"], ["--role", "secretary"]):
        answer = sapa("token", *asked, "--db", url)
        assert (answer.code, answer.out, answer.err.count("\n")) == (1, "", 1)
        assert asked[-1] in answer.err
    assert sapa("token", "--db", url).code == 2
    assert sapa("token", "root", "--role", "admin", "--db", url).code == 2
