"""Scripts in quickjs: limits leave nothing broken, questions run in the caller's thread, many threads may call."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from engine import javascript as module
from engine.javascript import JavaScript, JavaScriptFailed, JavaScriptLimit

BUNDLE = """
var calls = 0;
globalThis.Test = {
  count() { return JSON.stringify(++calls); },
  forever() { for (;;) {} },
  swallow() { try { for (;;) {} } catch (error) { return '"caught"'; } },
  hoard() { const all = []; for (;;) all.push(new Array(1000).fill(all.length)); },
  deep() { const down = n => down(n + 1) + 1; return String(down(0)); },
  fail(text) { throw new TypeError('no ' + JSON.parse(text)); },
  sum(text) {
    const numbers = JSON.parse(text).map(n => JSON.parse(__ask('double', JSON.stringify(n))));
    return JSON.stringify(numbers.reduce((a, b) => a + b, 0));
  },
  endless() { for (;;) __ask('double', '1'); },
  stubborn() { try { return __ask('double', '1'); } catch (error) { return '"went on"'; } },
  clock() {
    return JSON.stringify([Date.now(), new Date().toISOString(), new Date(0).getTime(), new Date() instanceof Date]);
  },
  keep() { globalThis.kept = []; for (let n = 0; n < 4000; n++) kept.push(new Array(1000).fill(n)); return '1'; },
  nothing() {},
  later() { globalThis.done = 0; Promise.resolve().then(() => { globalThis.done += 1; }); return '1'; },
  done() { return String(globalThis.done); },
};
"""


@pytest.fixture
def scripts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[JavaScript]:
    (tmp_path / "test.js").write_text(BUNDLE, encoding="utf-8")
    monkeypatch.setattr(module, "ASSETS", tmp_path)
    yield JavaScript(workers=1)


def test_a_context_is_kept_between_calls(scripts: JavaScript) -> None:
    assert [scripts.call("test", "Test.count") for _ in range(3)] == ["1", "2", "3"]


@pytest.mark.parametrize(
    ("function", "kind"), [("forever", "time"), ("swallow", "time"), ("hoard", "memory"), ("deep", "stack")]
)
def test_a_limit_ends_the_script_and_the_next_call_starts_afresh(scripts: JavaScript, function: str, kind: str) -> None:
    scripts.call("test", "Test.count")
    with pytest.raises(JavaScriptLimit) as caught:
        scripts.call("test", f"Test.{function}", timeout=0.3, memory=16 << 20)
    assert caught.value.kind == kind
    assert scripts.call("test", "Test.count") == "1"


def test_what_earlier_calls_left_in_memory_hinders_no_later_one(scripts: JavaScript) -> None:
    scripts.call("test", "Test.keep")
    assert scripts.call("test", "Test.count", memory=8 << 20) == "1"


def test_a_failure_tells_the_scripts_own_words_and_keeps_the_context(scripts: JavaScript) -> None:
    scripts.call("test", "Test.count")
    with pytest.raises(JavaScriptFailed, match="TypeError: no wonder"):
        scripts.call("test", "Test.fail", json.dumps("wonder"))
    assert scripts.call("test", "Test.count") == "2"


def test_questions_are_answered_in_the_callers_thread_each_once(scripts: JavaScript) -> None:
    asked: list[tuple[str, int]] = []

    def double(text: str) -> str:
        asked.append((text, threading.get_ident()))
        return json.dumps(json.loads(text) * 2)

    assert scripts.call("test", "Test.sum", "[1, 2, 3]", callbacks={"double": double}) == "12"
    assert asked == [(text, threading.get_ident()) for text in ("1", "2", "3")]


def test_a_script_cannot_go_on_without_an_answer(scripts: JavaScript) -> None:
    """It may catch what stops it; the question is asked all the same, and the script run again."""
    asked: list[str] = []
    assert scripts.call("test", "Test.stubborn", callbacks={"double": lambda text: asked.append(text) or "2"}) == "2"
    assert asked == ["1"]


def test_what_an_answer_raises_reaches_the_caller(scripts: JavaScript) -> None:
    def broken(text: str) -> str:
        raise LookupError(text)

    with pytest.raises(LookupError):
        scripts.call("test", "Test.sum", "[1]", callbacks={"double": broken})
    with pytest.raises(JavaScriptFailed, match="nobody answers double"):
        scripts.call("test", "Test.sum", "[1]")


def test_endless_questions_end(scripts: JavaScript) -> None:
    with pytest.raises(JavaScriptLimit) as caught:
        scripts.call("test", "Test.endless", callbacks={"double": lambda text: text})
    assert caught.value.kind == "questions"


def test_pending_jobs_are_run_before_the_next_call(scripts: JavaScript) -> None:
    scripts.call("test", "Test.later")
    assert scripts.call("test", "Test.done") == "1"


def test_the_clock_is_the_callers(scripts: JavaScript) -> None:
    moment = datetime(2026, 11, 2, 6, 30, tzinfo=UTC)
    found = json.loads(scripts.call("test", "Test.clock", now=moment))
    assert found == [moment.timestamp() * 1000, "2026-11-02T06:30:00.000Z", 0, True]
    assert json.loads(scripts.call("test", "Test.clock"))[1] != "2026-11-02T06:30:00.000Z"


def test_a_script_that_returns_nothing_gives_null(scripts: JavaScript) -> None:
    assert scripts.call("test", "Test.nothing") == "null"


@pytest.mark.parametrize("function", ["Test.missing", "Missing.f"])
def test_a_function_that_is_not_there(scripts: JavaScript, function: str) -> None:
    with pytest.raises(JavaScriptFailed):
        scripts.call("test", function)


@pytest.mark.parametrize("function", ["1 + 1", "f()", "a; b", ""])
def test_only_names_are_called(scripts: JavaScript, function: str) -> None:
    with pytest.raises(ValueError) as caught:
        scripts.call("test", function)
    assert caught.value.args == (function,)


def test_many_threads_share_the_workers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "test.js").write_text(BUNDLE, encoding="utf-8")
    monkeypatch.setattr(module, "ASSETS", tmp_path)
    scripts = JavaScript(workers=2)
    results: list[str] = []

    def work() -> None:
        for _ in range(20):
            results.append(scripts.call("test", "Test.sum", "[1, 2]", callbacks={"double": lambda text: text}))

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == ["3"] * 160
