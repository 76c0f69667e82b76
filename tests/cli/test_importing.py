"""``sapa import``: a dry run lists every row and changes nothing; the load tells the rows it left out."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import INIT, PASSWORD, Sapa


@pytest.fixture
def url(sapa: Sapa, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("SAPA_ADMIN_PASSWORD", PASSWORD)
    url = f"sqlite:///{tmp_path / 'sapa.db'}"
    assert sapa(*INIT, "--db", url).code == 0
    return url


def test_a_dry_run_changes_nothing_and_the_load_leaves_bad_rows_out(sapa: Sapa, url: str, tmp_path: Path) -> None:
    file = tmp_path / "units.csv"
    file.write_text(
        "unit;kind;parent;name_kk\nuniv;university;;Университет\nn1;school;univ;Мектеп\nn2;school;nowhere;М\n",
        encoding="utf-8",
    )
    for _ in range(2):
        tried = sapa("import", str(file), "--dry-run", "--db", url, "--json").json
        assert tried["loaded"] == 0 and [row["state"] for row in tried["rows"]][1:] == ["new", "bad"]
    assert tried["rows"][2]["problems"][0]["column"] == "parent"
    done = sapa("import", str(file), "--db", url, "--lang", "en")
    assert done.code == 1 and "nowhere" in done.out and "There is no such unit." in done.out
    again = sapa("import", str(file), "--db", url, "--json").json
    assert again["loaded"] == 0 and again["rows"][1]["state"] == "unchanged"
    assert sapa("verify", "--db", url).code == 0


def test_a_file_that_cannot_be_read_is_told_in_one_line(sapa: Sapa, url: str, tmp_path: Path) -> None:
    bad = tmp_path / "x.xlsx"
    bad.write_bytes(b"PK rubbish")
    for file in (bad, tmp_path / "missing.csv"):
        answer = sapa("import", str(file), "--db", url)
        assert (answer.code, answer.out, answer.err.count("\n")) == (1, "", 1)
