"""What follows from a text alone is worked out once and found by the next process; nothing is lost without the file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from engine import remembered
from engine.definitions.checks import Known, check
from engine.remembered import recall

OF = ["assets/feel.js"]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SAPA_CACHE", str(tmp_path / "kept"))
    another_process()
    return tmp_path / "kept"


def another_process() -> None:
    remembered._store.cache_clear()
    remembered._print.cache_clear()


def never() -> str:
    raise AssertionError("worked out again")


def test_a_later_process_finds_the_answer() -> None:
    assert recall("feel", "1 + 1", lambda: "two", OF) == "two"
    another_process()
    assert recall("feel", "1 + 1", never, OF) == "two"


@pytest.mark.parametrize(
    "ask",
    [
        lambda work: recall("faults", "1 + 1", work, OF),
        lambda work: recall("feel", "1 + 2", work, OF),
        lambda work: recall("feel", "1 + 1", work, ["assets/forms.js"]),
        lambda work: recall("feel", "1 + 1", work, [*OF, "definitions"]),
    ],
    ids=["another question", "another text", "another bundle", "more it depends on"],
)
def test_an_answer_to_something_else_is_not_taken(ask: Callable[[Callable[[], str]], str]) -> None:
    recall("feel", "1 + 1", lambda: "two", OF)
    assert ask(lambda: "own") == "own"


def test_what_failed_is_tried_again() -> None:
    with pytest.raises(AssertionError):
        recall("feel", "1 +", never, OF)
    assert recall("feel", "1 +", lambda: "now", OF) == "now"


@pytest.mark.parametrize("broken", ["no file", "no folder", "switched off"])
def test_without_a_file_all_is_worked_out(broken: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if broken == "no file":
        folder.mkdir()
        (folder / "answers.db").write_bytes(b"not a database, and long enough to be seen as none" * 20)
    elif broken == "no folder":
        folder.write_text("a file stands here", encoding="utf-8")
    else:
        monkeypatch.setenv("SAPA_CACHE", "")
    another_process()
    assert [recall("feel", "1", lambda: "one", OF) for _ in range(2)] == ["one", "one"]


def test_a_very_long_text_is_not_kept() -> None:
    text = "1" * 1_000_001
    recall("feel", text, lambda: "long", OF)
    assert recall("feel", text, lambda: "again", OF) == "again"


def test_half_a_character_does_no_harm() -> None:
    assert recall("variables", '"\ud800"', lambda: "\udfff", OF) == "\udfff"


def test_a_form_in_another_encoding_is_checked_as_in_utf_8() -> None:
    path = next((Path(__file__).parents[2] / "forms").glob("*/*.form"))
    text = path.read_text(encoding="utf-8")
    found = [check({path.name: text.encode(coding)}, Known.of_house()) for coding in ("utf-8", "utf-16")]
    assert [[one.code for one in findings] for findings in found] == [[], []]
