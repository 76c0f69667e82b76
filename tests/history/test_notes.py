"""Proves that what lies beside a case is recorded, read by who may, never deleted, and goes with the case's key."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from pathlib import Path

import pytest

from engine import commands as c
from engine.database import hi_entry, hi_payload, id_key, reading, ru_request, vw_register
from engine.errors import Invalid, NotesClosed, NotFound, NotPermitted, TooLarge
from engine.history.in_place import rebuild_in_place
from engine.notes import limits, soundness
from engine.notes.tables import vw_mention, vw_note
from tests.history.hands import unguarded
from tests.history.house import ADMIN, CHAIR, DEAN, HELPER, SECRETARY, House
from tests.history.test_caches import dump
from tests.history.test_erasure import erase, everything

PDF = b"%PDF-1.7\n...\n%%EOF\n"
ATTACHED = b"%PDF-1.4 ... %%EOF"  # in the life of the house
WORDS = "Кестені тексеріңізші"


@pytest.fixture
def case(empty_house: House) -> str:
    """A running case of the school of engineering."""
    return empty_house.start("request", business_key="N-1", variables={"subject": "х", "amount": 7})


def office(part: str, *more: str) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        for name in ("[Content_Types].xml", part, *more):
            archive.writestr(name, "<x/>")
    return held.getvalue()


def read(house: House, person: str, case: str) -> tuple[list[str], list[str]]:
    found = house.engine.notes.of(house.engine.reader(person), case)
    return [note.name for note in found.files], [note.text for note in found.comments]


def test_a_file_and_a_comment_are_read_by_who_sees_the_case(empty_house: House, case: str) -> None:
    desk = empty_house.engine.notes
    done = desk.attach(SECRETARY, case, "кесте.pdf", PDF)
    desk.comment(SECRETARY, case, f"  {WORDS} ", [CHAIR])
    assert read(empty_house, CHAIR, case) == (["кесте.pdf"], [WORDS])
    stored = desk.file(empty_house.engine.reader(CHAIR), case, done.result)
    assert (stored.name, stored.media, stored.content) == ("кесте.pdf", limits.PDF, PDF)
    with pytest.raises(NotFound):  # the secretary of another school
        read(empty_house, "p6", case)
    with pytest.raises(NotFound):
        desk.file(empty_house.engine.reader("p6"), case, done.result)
    assert read(empty_house, ADMIN, case) == ([], [])  # sees that the case exists, not what is in it


def test_words_names_and_bytes_are_sealed(empty_house: House, case: str, tmp_path: Path) -> None:
    empty_house.engine.notes.attach(SECRETARY, case, "құпия кесте.pdf", PDF + b"SECRET")
    empty_house.engine.notes.comment(SECRETARY, case, WORDS, [])
    assert "құпия" not in everything(empty_house)
    assert WORDS not in everything(empty_house)
    kept = [path for path in (empty_house.settings.var / "files" / "cases" / case).iterdir()]
    assert len(kept) == 1
    assert b"SECRET" not in kept[0].read_bytes()


def test_the_case_itself_does_not_move(empty_house: House, case: str) -> None:
    before = [row for row in empty_house.table(hi_entry) if row.stream == f"instance:{case}"]
    empty_house.engine.notes.comment(SECRETARY, case, WORDS, [])
    assert [row for row in empty_house.table(hi_entry) if row.stream == f"instance:{case}"] == before
    assert empty_house.verify().problems == []


def test_only_who_takes_part_adds_and_only_while_the_case_runs(empty_house: House, case: str) -> None:
    desk = empty_house.engine.notes
    with pytest.raises(NotPermitted):  # sees the school's cases and has nothing to do with this one
        desk.comment(CHAIR, case, WORDS, [])
    with pytest.raises(NotFound):
        desk.comment("p6", case, WORDS, [])
    with pytest.raises(NotFound):
        desk.comment(ADMIN, case, WORDS, [])
    empty_house.do(c.CancelInstance(actor=CHAIR, instance=case, reason="қате"))
    for act in (lambda: desk.comment(SECRETARY, case, WORDS, []), lambda: desk.attach(SECRETARY, case, "a.pdf", PDF)):
        with pytest.raises(NotesClosed):
            act()
    assert not (empty_house.settings.var / "files" / "cases").exists()


def test_nobody_is_mentioned_who_may_not_see_the_case(empty_house: House, case: str) -> None:
    desk = empty_house.engine.notes
    offered = {id for id, _ in desk.of(empty_house.engine.reader(SECRETARY), case).mentionable}
    assert offered == {CHAIR, DEAN, HELPER}
    for stranger in ("p6", ADMIN, "nobody"):
        with pytest.raises(Invalid) as refused:
            desk.comment(SECRETARY, case, WORDS, [stranger])
        assert refused.value.problems == {"mentions": "mention_cannot_see"}


def test_a_mention_is_unread_until_it_was_looked_at_and_goes_with_its_comment(empty_house: House, case: str) -> None:
    desk = empty_house.engine.notes
    done = desk.comment(SECRETARY, case, WORDS, [CHAIR, CHAIR])
    chair = empty_house.engine.reader(CHAIR)
    assert [(one.text, one.unread, one.person) for one in desk.mentions(chair)] == [(WORDS, True, SECRETARY)]
    assert desk.unread(chair) == 1
    empty_house.later(minutes=1)
    desk.read_mentions(CHAIR)
    assert desk.unread(chair) == 0
    assert [one.unread for one in desk.mentions(chair)] == [False]
    desk.take_back(SECRETARY, case, done.result)
    assert desk.mentions(chair) == ()


def test_what_is_taken_back_stays_in_the_record(empty_house: House, case: str) -> None:
    desk = empty_house.engine.notes
    done = desk.attach(SECRETARY, case, "қате.pdf", PDF)
    with pytest.raises(NotPermitted):  # takes part too, but it is not theirs
        desk.take_back(HELPER, case, done.result)
    desk.take_back(SECRETARY, case, done.result)
    with pytest.raises(NotFound):
        desk.take_back(SECRETARY, case, done.result)
    with pytest.raises(NotFound):
        desk.file(empty_house.engine.reader(CHAIR), case, done.result)
    (shown,) = desk.of(empty_house.engine.reader(CHAIR), case).files
    assert (shown.name, shown.withdrawn is not None) == ("", True)
    recorded = [row for row in empty_house.table(hi_entry) if row.stream == f"notes:{case}"]
    assert [json.loads(row.body)["facts"][0][0] for row in recorded] == ["file_attached", "note_taken_back"]


def test_given_twice_it_is_done_once(empty_house: House, case: str) -> None:
    desk = empty_house.engine.notes
    first = desk.comment(SECRETARY, case, WORDS, [], key="k")
    again = desk.comment(SECRETARY, case, WORDS, [], key="k")
    assert (again.seq, again.repeated, again.stream) == (first.seq, True, first.stream)
    assert len(empty_house.table(ru_request)) == 1
    assert empty_house.verify().problems == []


@pytest.mark.parametrize(
    ("name", "content", "problem"),
    [
        ("a.pdf", b"", "file_empty"),
        ("a.pdf", b"MZ\x90\x00", "file_kind"),
        ("a.html", b"<script>", "file_kind"),
        ("a.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "file_kind"),
        ("a.png", PDF, "file_name_differs"),
        ("a.exe", PDF, "file_name_differs"),
        ("a.docx", office("xl/workbook.xml"), "file_name_differs"),
        ("a.docx", office("word/document.xml", "word/vbaProject.bin"), "file_kind"),
        ("a.docx", office("other.xml"), "file_kind"),
        (".pdf", PDF, "file_name"),
    ],
)
def test_a_file_is_what_its_contents_are(
    empty_house: House, case: str, name: str, content: bytes, problem: str
) -> None:
    with pytest.raises(Invalid) as refused:
        empty_house.engine.notes.attach(SECRETARY, case, name, content)
    assert refused.value.problems == {"file": problem}


def test_limits_of_size_number_and_length(empty_house: House, case: str, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = empty_house.engine.notes
    with pytest.raises(TooLarge):
        desk.attach(SECRETARY, case, "a.pdf", PDF + b" " * limits.FILE_BYTES)
    with pytest.raises(Invalid):
        desk.comment(SECRETARY, case, "а" * (limits.COMMENT_LENGTH + 1), [])
    monkeypatch.setattr(limits, "FILES", 1)
    desk.attach(SECRETARY, case, "a.docx", office("word/document.xml"))
    with pytest.raises(Invalid):
        desk.attach(SECRETARY, case, "b.pdf", PDF)


def test_names_deceive_nobody() -> None:
    assert limits.clean_name("C:\\temp\\есеп.pdf") == "есеп.pdf"
    assert limits.clean_name("../../etc/\u202efdp.exe\n.pdf") == "fdp.exe.pdf"
    assert len(limits.clean_name("ә" * 300 + ".pdf")) == limits.NAME_LENGTH


def test_erasing_a_case_destroys_its_notes_with_the_key(house: House) -> None:
    big = house.cases["big"]
    files = house.settings.var / "files" / "cases" / big
    assert [row.instance for row in house.table(vw_mention)] == [big]
    assert hashlib.sha256(ATTACHED).hexdigest() in {path.name for path in files.iterdir()}
    erase(house, big)
    assert [row for row in house.table(vw_note) if row.instance == big] == []
    assert house.table(vw_mention) == []
    assert not files.exists()
    key = next(row for row in house.table(id_key) if row.stream == f"notes:{big}")
    assert (key.wrapped, key.destroyed_at is not None) == (None, True)
    report = house.verify()
    assert [problem.say() for problem in report.problems] == []
    before = dump(house)
    rebuild_in_place(house.engine.bus)
    assert dump(house) == before
    assert [row for row in house.table(vw_register) if row.instance == big] == []


def test_notes_that_were_tampered_with_are_found(empty_house: House, case: str) -> None:
    empty_house.engine.notes.comment(SECRETARY, case, WORDS, [])
    with unguarded(empty_house) as connection:
        connection.execute(hi_payload.update().where(hi_payload.c.stream == f"notes:{case}").values(sealed=b"x" * 60))
    assert {problem.stream for problem in empty_house.verify().problems} == {f"notes:{case}"}


def test_a_file_that_is_gone_or_changed_is_named(empty_house: House, case: str) -> None:
    engine = empty_house.engine
    engine.notes.attach(SECRETARY, case, "a.pdf", PDF)
    (path,) = (empty_house.settings.var / "files" / "cases" / case).iterdir()

    def unsound() -> list[tuple[str, str]]:
        with reading(engine.database) as connection:
            return [(one.document, one.state) for one in soundness.check(connection, engine.keys, engine.files)]

    assert unsound() == []
    kept = path.read_bytes()
    path.write_bytes(kept[:-1] + b"x")
    assert unsound() == [(f"{case}/1", "changed")]
    path.unlink()
    assert unsound() == [(f"{case}/1", "missing")]
    path.write_bytes(kept)
    assert unsound() == []
