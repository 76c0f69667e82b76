"""Keeps a step workable while the forms of its document are not: the draft is missing, and that is said in words."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from docx import Document

from engine.commands import SYSTEM, Deploy
from engine.documents import drafting, kinds, laying
from engine.documents.kinds import FOLDER
from engine.errors import NotDrafted, NotDrawnNow
from tests.play import models as m
from tests.web.conftest import Browser, University

BROKEN = b"#nothing-of-this-name()"
WORDS = "Жобаны көрсету мүмкін болмады"


@pytest.fixture
def forms(tmp_path: Path) -> Iterator[Path]:
    """Forms of a house: one kind of document, and its layout."""
    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "documents.yaml").write_text("sample: {names: {kk: Үлгі, ru: Образец, en: Sample}}\n", encoding="utf-8")
    (folder / "words.yaml").write_bytes((FOLDER / "words.yaml").read_bytes())
    (folder / "layout.typ").write_bytes((FOLDER / "layout.typ").read_bytes())
    page = Document()
    page.add_paragraph("{{ case.id }}")
    for language in ("kk", "ru"):
        page.save(str(folder / f"sample.{language}.docx"))
    cached = (kinds.kinds, kinds.words, laying._layout)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(kinds, "FOLDER", folder)
        patched.setattr(laying, "FOLDER", folder)
        for one in cached:
            one.cache_clear()
        yield folder
    for one in cached:  # after the folder is the house's own again
        one.cache_clear()


@pytest.fixture
def step(university: University, forms: Path) -> tuple[Browser, str]:
    task = m.user("t", m.extensions(m.properties(role='"secretary@" + school', preview="sample")))
    whole = m.extensions(m.properties(startRole="secretary@school"))
    model = m.model(m.process("drafted", whole, m.start("s"), task, m.end(), "s -> t -> e"))
    university.engine.handle(Deploy(actor=SYSTEM, name="d", files={"drafted.bpmn": model}))
    browser = university.signed_in("p001")
    browser.post("/start/drafted?school=eng", {"answers": "{}"}, page="/start/drafted?school=eng")
    return browser, university.engine.reader("p001").inbox("role").rows[0].task


def test_a_draft_is_shown(step: tuple[Browser, str]) -> None:
    browser, task = step
    assert f"/tasks/{task}/draft/kk/1.png" in browser.get(f"/tasks/{task}").text
    assert browser.get(f"/tasks/{task}/draft/ru.pdf").data.startswith(b"%PDF")


@pytest.mark.parametrize("spoil", ["layout", "template"])
def test_a_form_that_is_broken_stops_nobody_at_the_step(step: tuple[Browser, str], forms: Path, spoil: str) -> None:
    browser, task = step
    if spoil == "layout":
        (forms / "layout.typ").write_bytes(BROKEN)
    else:
        (forms / "sample.kk.docx").write_bytes(b"no archive")
    page = browser.get(f"/tasks/{task}")
    assert (page.status_code, WORDS in page.text) == (200, True)
    answer = browser.get(f"/tasks/{task}/draft/kk.pdf")
    assert (answer.status_code, "Құжаттың жобасын көрсету мүмкін емес" in answer.text) == (409, True)


def test_a_failure_is_remembered_for_the_same_facts_and_tried_again_later(
    university: University, step: tuple[Browser, str], forms: Path
) -> None:
    hour = [0.0]
    desk = drafting.Drafting(university.engine.bus, lambda: hour[0])
    reader, task = university.engine.reader("p001"), step[1]
    whole = (forms / "sample.kk.docx").read_bytes()
    (forms / "sample.kk.docx").write_bytes(b"no archive")
    with pytest.raises(NotDrafted):
        desk.pdf(reader, task, "kk")
    (forms / "sample.kk.docx").write_bytes(whole)
    with pytest.raises(NotDrafted):
        desk.pdf(reader, task, "kk")
    assert desk.pdf(reader, task, "ru")[1].startswith(b"%PDF"), "another language is another draft"
    hour[0] = 301
    assert desk.pdf(reader, task, "kk")[1].startswith(b"%PDF")


def test_pages_that_take_too_long_are_given_up_and_others_are_told_to_come_later(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(drafting, "_PATIENCE", 0.05)
    monkeypatch.setattr(drafting, "_QUEUE", 0.01)
    work: Callable[[], bytes] = lambda: b"" if time.sleep(0.6) else b"late"  # noqa: E731
    for _ in range(2):
        with pytest.raises(TimeoutError):
            drafting._within_patience(work)
    with pytest.raises(NotDrawnNow):
        drafting._within_patience(work)
    monkeypatch.setattr(drafting, "_QUEUE", 5)
    monkeypatch.setattr(drafting, "_PATIENCE", 5)
    assert drafting._within_patience(lambda: b"now") == b"now", "a place is free again when the work has ended"
