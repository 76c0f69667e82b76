"""Documents: made from facts after the commit, hashed, mended only by an erratum. (Every kind: tests/processes.)"""

from __future__ import annotations

import io
import json
import re
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from docx import Document

from engine import commands as c
from engine.assembly import Engine, Settings, open_engine
from engine.database import hi_entry, reading, ru_instance, writing
from engine.directory import reads
from engine.documents import kinds, soundness
from engine.documents.tables import ru_document_due, vw_document
from engine.errors import Invalid, NotFound, NotPermitted
from engine.history import ledger
from engine.history.in_place import rebuild_in_place
from engine.history.verify import verify
from engine.world import ManualClock
from tests.demonstration import TODAY
from tests.sharing import alone, folder_of_run
from web.app import create_app

DEMO = "https://localhost"


@pytest.fixture(scope="module")
def written(demo_settings: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A copy of the demonstration with every document made, once for all processes of a run. To be read only."""
    folder = folder_of_run(tmp_path_factory) / "papers"
    settings = Settings(f"sqlite:///{folder / 'sapa.db'}", demo_settings.master_key, folder, demo=True)
    with alone(folder):
        if not (folder / "made").exists():
            shutil.rmtree(folder, ignore_errors=True)
            shutil.copytree(demo_settings.var, folder)
            engine = open_engine(settings, ManualClock(TODAY))
            assert engine.making.pump() > 20
            engine.close()
            (folder / "made").touch()
    return settings


@pytest.fixture
def house(written: Settings, tmp_path: Path) -> Iterator[Engine]:
    """The same, for one test to change."""
    shutil.copytree(written.var, tmp_path / "v")
    settings = Settings(f"sqlite:///{tmp_path / 'v' / 'sapa.db'}", written.master_key, tmp_path / "v", demo=True)
    engine = open_engine(settings, ManualClock(TODAY))
    yield engine
    engine.close()


def rows(engine: Engine, kind: str = "") -> list[Any]:
    query = sa.select(vw_document).order_by(vw_document.c.day, vw_document.c.id)
    if kind:
        query = query.where(vw_document.c.kind == kind)
    with reading(engine.database) as connection:
        return list(connection.execute(query))


def reader(engine: Engine, login: str) -> Any:
    found = engine.sessions.sign_in(login)
    assert found is not None
    return engine.reader(found.person)


def content(engine: Engine, row: Any, language: str, form: str) -> bytes:
    return engine.documents.file(reader(engine, "auditor"), row.id, language, form)[1]


def flat(text: str) -> str:
    """Without spaces, and the hyphens that may not break a line as plain ones: only the characters said."""
    return re.sub(r"\s+", "", text.replace("\u2011", "-").replace("\ufffe", "-").replace("\u00ad", "-"))


def of_word(data: bytes) -> str:
    document = Document(io.BytesIO(data))
    parts = []
    for part in document.iter_inner_content():
        cells = [part] if hasattr(part, "text") else [cell for row in part.rows for cell in row.cells]
        parts += [cell.text for cell in cells]
    return flat("".join(parts))


# --- what is made --------------------------------------------------------------------------------------------------


def test_every_step_that_names_a_document_has_its_document(written: Settings) -> None:
    engine = open_engine(written, ManualClock(TODAY))
    with reading(engine.database) as connection:
        assert connection.execute(sa.select(ru_document_due)).all() == []
    found = {row.kind for row in rows(engine)}
    assert {"agenda", "invitation", "attendance_sheet", "protocol", "extract", "notice", "execution_report"} <= found
    engine.close()


def test_models_name_only_documents_that_have_their_templates() -> None:
    named = set()
    for file in Path("processes").rglob("*.bpmn"):
        named |= set(re.findall(r'name="document" value="(\w+)"', file.read_text(encoding="utf-8")))
    assert named | {"erratum"} == set(kinds.kinds())
    for kind in kinds.kinds().values():
        assert all(kind.template(language) for language in kinds.LANGUAGES), kind.code


def test_a_protocol_tells_the_votes_of_the_record_and_nothing_else(written: Settings) -> None:
    engine = open_engine(written, ManualClock(TODAY))
    told = 0
    for row in rows(engine, "protocol"):
        document = Document(io.BytesIO(content(engine, row, "ru", "docx")))
        tables = [t for t in document.tables if t.rows and t.rows[0].cells[1].text == "Голосовавший"]
        with reading(engine.database) as connection:
            key = engine.keys.of(connection, f"instance:{row.instance}")
            facts = [
                fact
                for entry in ledger.read(connection, f"instance:{row.instance}", key)
                for fact in entry.facts()
                if fact.kind == "register_written" and fact.register == "votes"
            ]
            names = reads.names(connection, [fact.content["member"] for fact in facts])
        words = {"for": "за", "against": "против", "abstain": "воздержался (-ась)"}
        recorded = [(names[f.content["member"]], words[f.content["value"]]) for f in facts]
        shown = [(r.cells[1].text, r.cells[2].text) for table in tables for r in table.rows[1:]]
        assert shown == recorded
        told += len(shown)
    assert told > 50
    engine.close()


def test_one_extract_goes_to_each_executor_and_tells_only_their_decisions(written: Settings) -> None:
    engine = open_engine(written, ManualClock(TODAY))
    extracts = rows(engine, "extract")
    assert len({(row.instance, row.addressee) for row in extracts}) == len(extracts)
    assert all(row.addressee for row in extracts)
    engine.close()


def test_a_document_has_the_number_of_its_register(written: Settings) -> None:
    engine = open_engine(written, ManualClock(TODAY))
    numbers = {row.values["reg_no"] for row in engine.reader("p042").register("protocols", per_page=50).rows}
    assert {row.number for row in rows(engine, "protocol")} == numbers
    engine.close()


def test_making_again_gives_the_same_bytes(house: Engine) -> None:
    """7.3.3: what was signed can be made again from the record, and is still what was hashed."""
    before = {row.id: row.files for row in rows(house)}
    house.clock.move_to(house.clock() + timedelta(days=1))  # type: ignore[attr-defined]
    house.handle(c.RecordPerson(actor=c.SYSTEM, person="p010", name="Жаңа Тегі Бар", unit="fet"))
    names = {"kk": "Жаңа атау", "ru": "Новое имя", "en": "New name"}
    house.handle(c.RecordUnit(actor=c.SYSTEM, unit="fet", kind="school", parent="univ", names=names))
    with writing(house.database) as connection:
        connection.execute(sa.delete(vw_document))
    shutil.rmtree(house.settings.var / "files" / "cases")
    with writing(house.database) as connection:
        recorded = connection.execute(sa.select(hi_entry.c.body).where(hi_entry.c.stream == "documents")).scalars()
        facts = [json.loads(body)["facts"][0][1] for body in recorded]
        for fact in {one["document_kind"]: one for one in facts if one["documents"]}.values():  # one of each kind
            connection.execute(
                sa.insert(ru_document_due),
                {"stream": fact["source"], "seq": fact["seq"], "element": fact["element"],
                 "kind": fact["document_kind"], "instance": fact["instance"], "tries": 0, "next": "", "problem": ""},
            )  # fmt: skip
    house.making.pump()
    again = {row.id: row.files for row in rows(house)}
    assert len({row.kind for row in rows(house)}) >= 8
    assert again == {id: before[id] for id in again}


# --- the record ----------------------------------------------------------------------------------------------------


def test_the_record_with_documents_verifies_and_rebuilds(house: Engine) -> None:
    assert verify(house.database, house.keys).problems == []
    before = rows(house)
    rebuild_in_place(house.bus)
    assert rows(house) == before


def test_a_failure_waits_and_is_shown_and_holds_up_nothing(house: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    row = rows(house, "protocol")[0]
    monkeypatch.setattr(kinds, "FOLDER", house.settings.var)  # an installation whose templates are gone
    with writing(house.database) as connection:
        connection.execute(sa.insert(ru_document_due), [
            {"stream": f"instance:{row.instance}", "seq": row.seq, "element": name, "kind": "protocol",
             "instance": row.instance, "tries": 0, "next": "", "problem": ""} for name in ("one", "two")
        ])  # fmt: skip
    assert house.making.pump() == 0
    (due, _other) = house.documents.of(reader(house, "secretary"), row.instance).due
    assert (due.tries, due.problem["en"]) == (1, "the template protocol.kk.docx is missing.")
    monkeypatch.undo()
    assert house.making.pump() == 0, "not before its time"
    house.clock.move_to(house.clock() + timedelta(minutes=5))  # type: ignore[attr-defined]
    assert house.making.pump() == 2
    assert house.documents.of(reader(house, "secretary"), row.instance).due == ()


def test_a_missing_and_a_changed_file_are_named(house: Engine) -> None:
    row = rows(house, "protocol")[0]
    files = json.loads(row.files)
    folder = house.settings.var / "files" / "cases" / row.instance
    (folder / files["kk"]["pdf"][0]).unlink()
    (folder / files["ru"]["pdf"][0]).write_bytes(b"other")
    with reading(house.database) as connection:
        found = list(soundness.check(connection, house.keys, house.files))
    assert {(one.document, one.file, one.state) for one in found} == {
        (row.id, files["kk"]["pdf"][0], "missing"), (row.id, files["ru"]["pdf"][0], "changed"),
    }  # fmt: skip


def test_an_erased_case_takes_its_documents_with_it(house: Engine) -> None:
    row = rows(house, "protocol")[0]
    house.handle(c.IssueErratum(actor="p012", document=row.id, wrong="а", right="ә", why="қате"))
    house.clock.move_to(house.clock() + timedelta(days=365 * 30))  # type: ignore[attr-defined]
    house.handle(c.EraseInstance(actor=c.SYSTEM, instance=row.instance, reason="мерзімі өтті"))
    assert not (house.settings.var / "files" / "cases" / row.instance).exists()
    with reading(house.database) as connection:
        assert list(soundness.check(connection, house.keys, house.files)) == []
        due = sa.select(ru_document_due).where(ru_document_due.c.instance == row.instance)
        assert connection.execute(due).all() == []
    house.making.pump()
    assert verify(house.database, house.keys).problems == []
    with pytest.raises(NotFound):
        content(house, row, "kk", "pdf")


# --- the erratum ---------------------------------------------------------------------------------------------------


def test_a_mistake_is_mended_by_another_document_that_names_the_first(house: Engine) -> None:
    row = rows(house, "protocol")[0]
    house.handle(
        c.IssueErratum(actor="p012", document=row.id, wrong="Бөлме 204", right="Бөлме 402", why="Қате терілген")
    )
    assert house.documents.one(reader(house, "secretary"), row.id).mending
    assert house.making.pump() == 1
    (erratum,) = rows(house, "erratum")
    assert (erratum.mends, erratum.number) == (row.id, f"{row.number}/1")
    text = of_word(content(house, erratum, "kk", "docx"))
    assert "Бөлме402" in text and json.loads(row.files)["kk"]["pdf"][0] in text
    assert rows(house, "protocol")[0] == row, "the document itself stays as it was"
    assert [one.id for one in house.documents.one(reader(house, "secretary"), row.id).errata] == [erratum.id]
    house.handle(c.IssueErratum(actor="p012", document=row.id, wrong="а", right="ә", why="тағы"))
    house.making.pump()
    assert {one.number for one in rows(house, "erratum")} == {f"{row.number}/1", f"{row.number}/2"}
    assert verify(house.database, house.keys).problems == []
    with reading(house.database) as connection:
        bodies = "".join(
            connection.execute(sa.select(hi_entry.c.body).where(hi_entry.c.stream == "documents")).scalars()
        )
    assert "Бөлме" not in bodies, "its text lies under the case's key"


@pytest.mark.parametrize("text", ["", "  ", "а" * 2_001])
def test_an_erratum_says_what_and_why(house: Engine, text: str) -> None:
    row = rows(house, "protocol")[0]
    with pytest.raises(Invalid):
        house.handle(c.IssueErratum(actor="p012", document=row.id, wrong="а", right="ә", why=text))


def test_an_erratum_is_issued_by_who_holds_the_right(house: Engine) -> None:
    row = rows(house, "protocol")[0]
    for login, refusal in (("dean", NotPermitted), ("asb", NotPermitted), ("admin", NotFound)):
        with pytest.raises(refusal):
            person = reader(house, login).access.person.id
            house.handle(c.IssueErratum(actor=person, document=row.id, wrong="а", right="ә", why="қате"))
    with pytest.raises(NotPermitted):
        house.handle(c.RecordDocuments(actor="p012", instance=row.instance, source=row.stream, seq=row.seq,
                                       element="x", kind="protocol", documents=()))  # fmt: skip


def test_who_a_document_is_written_to_reads_it_without_seeing_the_case(house: Engine) -> None:
    extract = next(row for row in rows(house, "extract") if row.addressee == "fet-power")
    with reading(house.database) as connection:
        (person, *_rest) = reads.holders(connection, "department", "fet-power", TODAY.date())
    mine = house.reader(person)
    assert house.documents.one(mine, extract.id).row.number == extract.number
    for other in rows(house, "extract"):
        if other.addressee not in ("fet-power", person):
            with pytest.raises(NotFound):
                house.documents.one(mine, other.id)
    with writing(house.database) as connection:
        connection.execute(sa.update(ru_instance).where(ru_instance.c.id == extract.instance).values(confidential=True))
    for who in (mine, reader(house, "dean")):
        with pytest.raises(NotFound):
            house.documents.one(who, extract.id)
        assert extract.id not in {one.id for one in house.documents.listing(who)[0]}


# --- pages ---------------------------------------------------------------------------------------------------------


def browse(engine: Engine, login: str) -> Any:
    app = create_app(engine)
    app.testing = True
    client = app.test_client()
    page = client.get("/login", base_url=DEMO)
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert token
    form = {"csrf_token": token[1], "login": login, "password": engine.demo_password}
    assert client.post("/login", base_url=DEMO, headers={"Referer": f"{DEMO}/login"}, data=form).status_code == 303
    return client


def test_pages_show_documents_and_hand_out_their_files(house: Engine) -> None:
    row = rows(house, "protocol")[0]
    client = browse(house, "secretary")
    case = client.get(f"/cases/{row.instance}", base_url=DEMO).text
    assert f"/documents/{row.id}" in case and json.loads(row.files)["kk"]["pdf"][0][:8] in case
    assert f"/documents/{row.id}" in client.get("/documents?kind=protocol", base_url=DEMO).text
    page = client.get(f"/documents/{row.id}?language=ru", base_url=DEMO)
    assert page.status_code == 200 and f"/documents/{row.id}/ru/1.png" in page.text
    assert client.get(f"/documents/{row.id}/ru/1.png", base_url=DEMO).data.startswith(b"\x89PNG")
    pdf = client.get(f"/documents/{row.id}/kk.pdf", base_url=DEMO)
    assert pdf.data.startswith(b"%PDF") and pdf.headers["Content-Disposition"].startswith("attachment")
    assert pdf.headers["X-Content-Type-Options"] == "nosniff"
    token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert token
    form = {"csrf_token": token[1], "wrong": "а", "right": "", "why": "қате", "key": "k1"}
    where = f"/documents/{row.id}/erratum"
    assert client.post(where, base_url=DEMO, headers={"Referer": DEMO + "/"}, data=form).status_code == 422
    form["right"] = "ә"
    assert client.post(where, base_url=DEMO, headers={"Referer": DEMO + "/"}, data=form).status_code == 303


def test_the_replay_names_the_documents_of_the_step_it_stands_at(house: Engine) -> None:
    row = rows(house, "protocol")[0]
    client = browse(house, "auditor")
    step = f"/cases/{row.instance}/replay?step="
    assert f"/documents/{row.id}" in client.get(f"{step}{row.seq}", base_url=DEMO).text
    assert f"/documents/{row.id}" not in client.get(f"{step}{row.seq - 1}", base_url=DEMO).text


def test_documents_of_a_case_one_may_not_see_do_not_exist(house: Engine) -> None:
    row = rows(house, "protocol")[0]
    client = browse(house, "admin")  # sees that cases exist, not what is in them
    assert row.id not in client.get(f"/cases/{row.instance}", base_url=DEMO).text
    assert row.id not in client.get("/documents", base_url=DEMO).text
    for path in ("", "/kk.pdf", "/ru.docx", "/kk/1.png"):
        assert client.get(f"/documents/{row.id}{path}", base_url=DEMO).status_code == 404
