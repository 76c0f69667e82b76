"""``sapa backup`` and ``sapa restore``: a whole copy, into either database, and copies that are refused."""

from __future__ import annotations

import gzip
import json
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

from engine import Settings, open_engine
from engine import commands as c
from engine.database import hi_entry, open_database, reading
from tests.cli.conftest import Install, Sapa


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], str]:
    """Move to another machine: nothing is there but the copy. Answers the URL of a database that does not exist."""

    def move() -> str:
        monkeypatch.setenv("SAPA_VAR", str(tmp_path / "elsewhere"))
        return f"sqlite:///{tmp_path / 'elsewhere' / 'sapa.db'}"

    return move


def entries(url: str) -> list[tuple[str, int, str]]:
    database = open_database(url)
    with reading(database) as connection:
        e = hi_entry.c
        found = [tuple(row) for row in connection.execute(sa.select(e.stream, e.seq, e.hash).order_by(e.id))]
    database.dispose()
    return found


def live(url: str) -> None:
    """Something happens: units, a file, and a checkpoint's worth of entries."""
    engine = open_engine(Settings.from_environment(url))
    for number in range(3):
        names = {"kk": f"Мектеп {number}"}
        engine.handle(c.RecordUnit(actor=c.SYSTEM, unit=f"s{number}", kind="school", parent="univ", names=names))
    engine.files.store([b"uploaded"])
    engine.close()


def test_a_house_moves(
    sapa: Sapa, installed: Install, database_url: str, tmp_path: Path, elsewhere: Callable[[], str]
) -> None:
    installed(database_url)
    live(database_url)
    assert sapa("--db", database_url, "verify", "--checkpoint").code == 0
    told = sapa("--db", database_url, "backup", tmp_path / "copy", "--with-keys", "--json")
    assert (told.code, told.json["files"]) == (0, 1)
    there = elsewhere()
    answer = sapa("--db", there, "restore", tmp_path / "copy", "--json")
    assert (answer.code, answer.json["verify"]["clean"]) == (0, True)
    assert entries(there) == entries(database_url)
    live(there)  # numbering goes on
    assert sapa("--db", there, "verify").code == 0
    files = [file.read_bytes() for file in (tmp_path / "elsewhere" / "files").rglob("*") if file.is_file()]
    assert files == [b"uploaded"]


@pytest.mark.postgres
def test_a_house_moves_from_sqlite_to_postgresql(
    sapa: Sapa, installed: Install, sqlite_url: str, postgres_url: str, tmp_path: Path
) -> None:
    installed(sqlite_url)
    live(sqlite_url)
    sapa("--db", sqlite_url, "backup", tmp_path / "copy")
    assert sapa("--db", postgres_url, "restore", tmp_path / "copy").code == 0
    live(postgres_url)
    assert sapa("--db", postgres_url, "verify").code == 0


def test_the_key_is_left_out_unless_asked_for(
    sapa: Sapa, installed: Install, sqlite_url: str, tmp_path: Path, elsewhere: Callable[[], str]
) -> None:
    installed(sqlite_url)
    sapa("--db", sqlite_url, "backup", tmp_path / "copy")
    assert not (tmp_path / "copy" / "keys").exists()
    answer = sapa("--db", elsewhere(), "restore", tmp_path / "copy")
    assert (answer.code, "no master key" in answer.err) == (1, True)


def test_a_copy_with_another_key_is_refused(
    sapa: Sapa, installed: Install, sqlite_url: str, tmp_path: Path, elsewhere: Callable[[], str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    installed(sqlite_url)
    sapa("--db", sqlite_url, "backup", tmp_path / "copy")
    monkeypatch.setenv("SAPA_MASTER_KEY", "ab" * 32)
    there = elsewhere()
    answer = sapa("--db", there, "restore", tmp_path / "copy")
    assert (answer.code, "copy_other_key" in answer.err) == (1, True)


def test_nothing_is_brought_back_over_something(
    sapa: Sapa, installed: Install, sqlite_url: str, tmp_path: Path
) -> None:
    installed(sqlite_url)
    sapa("--db", sqlite_url, "backup", tmp_path / "copy")
    answer = sapa("--db", sqlite_url, "restore", tmp_path / "copy")
    assert (answer.code, "database_used" in answer.err) == (1, True)


def test_no_copy_is_written_over_another(sapa: Sapa, installed: Install, sqlite_url: str, tmp_path: Path) -> None:
    installed(sqlite_url)
    assert sapa("--db", sqlite_url, "backup", tmp_path / "copy").code == 0
    answer = sapa("--db", sqlite_url, "backup", tmp_path / "copy")
    assert (answer.code, "copy_folder_used" in answer.err) == (1, True)


def changed(copy: Path) -> None:
    file = copy / "tables" / "hi_entry.jsonl.gz"
    lines = gzip.decompress(file.read_bytes()).replace(b"root", b"loot")
    file.write_bytes(gzip.compress(lines))


def lost(copy: Path) -> None:
    (copy / "tables" / "hi_payload.jsonl.gz").unlink()


def added(copy: Path) -> None:
    (copy / "tables" / "more").write_text("x")


def no_manifest(copy: Path) -> None:
    (copy / "manifest.json").unlink()


def sly(copy: Path) -> None:
    """A name that leads out of the folder."""
    manifest = json.loads((copy / "manifest.json").read_text())
    shutil.copy(copy / "tables" / "hi_entry.jsonl.gz", copy / "escaped")
    manifest["hashes"]["escaped"] = manifest["hashes"]["tables/hi_entry.jsonl.gz"]
    (copy / "manifest.json").write_text(json.dumps(manifest))


@pytest.mark.parametrize("harm", [changed, lost, added, no_manifest, sly])
def test_a_damaged_copy_is_refused_before_anything_is_written(
    sapa: Sapa, installed: Install, sqlite_url: str, tmp_path: Path, elsewhere: Callable[[], str],
    harm: Callable[[Path], None],
) -> None:  # fmt: skip
    installed(sqlite_url)
    sapa("--db", sqlite_url, "backup", tmp_path / "copy", "--with-keys")
    harm(tmp_path / "copy")
    answer = sapa("--db", elsewhere(), "restore", tmp_path / "copy")
    assert (answer.code, len(answer.err.splitlines())) == (1, 1)
    assert not (tmp_path / "elsewhere").exists()


def test_a_copy_is_the_same_from_the_same(sapa: Sapa, installed: Install, sqlite_url: str, tmp_path: Path) -> None:
    installed(sqlite_url)
    for name in ("one", "two"):
        sapa("--db", sqlite_url, "backup", tmp_path / name)
    one, two = (json.loads((tmp_path / name / "manifest.json").read_text())["hashes"] for name in ("one", "two"))
    assert one == two
