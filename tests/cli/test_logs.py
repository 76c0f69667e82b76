"""Proves that logging goes on when standard error is another one than at the time it was set up."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator

import pytest
import structlog

from engine import logs


@pytest.fixture
def set_up(monkeypatch: pytest.MonkeyPatch) -> Iterator[io.StringIO]:
    first = io.StringIO()
    with monkeypatch.context() as at_the_time:
        at_the_time.setattr("sys.stderr", first)
        logs.configure("info")
    yield first
    structlog.reset_defaults()


def test_lines_go_to_the_present_standard_error(set_up: io.StringIO, capsys: pytest.CaptureFixture[str]) -> None:
    log = structlog.get_logger("test")
    log.info("one", case="c-1")
    set_up.close()
    log.info("two")
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines()]
    assert [(line["event"], line.get("case")) for line in lines] == [("one", "c-1"), ("two", None)]


def test_a_logger_in_use_obeys_when_logging_is_set_up_again(
    set_up: io.StringIO, capsys: pytest.CaptureFixture[str]
) -> None:
    log = structlog.get_logger("test")
    log.info("one")
    logs.configure("warning")
    log.info("two")
    log.warning("three")
    assert [json.loads(line)["event"] for line in capsys.readouterr().err.splitlines()] == ["one", "three"]
    with structlog.testing.capture_logs() as logged:
        log.warning("four")
    assert [line["event"] for line in logged] == ["four"]
