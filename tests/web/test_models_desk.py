"""Keeps the desk of process owners right: what is deployed, versions with their cases, files, findings in words."""

from __future__ import annotations

import html
import io

import pytest
import sqlalchemy as sa
from lxml import etree

from engine.commands import SYSTEM, Appoint, Deploy
from engine.database import re_definition, writing
from tests.web.conftest import MODELS, Browser, Started, University

OWNER = "p007"
REQUEST = (MODELS / "request.bpmn").read_bytes()


@pytest.fixture
def owner(university: University) -> Browser:
    start = university.clock().date()
    university.engine.handle(Appoint(actor=SYSTEM, person=OWNER, role="process_owner", unit="univ", start=start))
    return university.signed_in(OWNER)


def upload(browser: Browser, *files: tuple[str, bytes]) -> tuple[int, str]:
    data = {"csrf_token": browser.token("/models/check"), "files": [(io.BytesIO(c), name) for name, c in files]}
    answer = browser.client.post(
        "/models/check", base_url="https://localhost", data=data, headers={"Referer": "https://localhost/models"}
    )
    return answer.status_code, html.unescape(answer.get_data(as_text=True))


def test_versions_tell_their_cases_and_running_cases_stay_on_theirs(
    university: University, started: Started, owner: Browser
) -> None:
    started("Бірінші")
    changed = REQUEST.replace("Сұрамды тексеру".encode(), "Сұрамды қарау".encode())
    university.engine.handle(Deploy(actor=SYSTEM, name="second", files={"request.bpmn": changed}))
    started("Екінші")
    started("Үшінші")
    second, first = university.engine.reader(OWNER).model_versions("process", "request")
    assert [(one.version, one.running, one.ended) for one in (second, first)] == [(2, 2, 0), (1, 1, 0)]
    page = html.unescape(owner.get("/models").text)
    assert "Сұрам" in page
    shown = html.unescape(owner.get("/models/process/request").text)
    assert shown.count("data-row") == 2
    assert "жаңа істерге қолданылады" in shown


def test_a_file_leaves_byte_for_byte_and_the_diagram_is_that_version(university: University, owner: Browser) -> None:
    answer = owner.get("/models/process/request/1/file")
    assert answer.data == REQUEST
    assert answer.headers["Content-Disposition"] == "attachment; filename=request.bpmn"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert owner.get("/models/process/request/1/diagram").get_json()["xml"].encode() == REQUEST
    for nothing in ("/models/process/request/9/file", "/models/process/nothing", "/models/decision/request"):
        assert owner.get(nothing).status_code == 404


def test_a_table_is_listed_in_the_language_of_the_reader(university: University, owner: Browser) -> None:
    table = (MODELS.parents[2] / "processes" / "meeting" / "quorum.dmn").read_bytes()
    university.engine.handle(Deploy(actor=SYSTEM, name="table", files={"quorum.dmn": table}))
    owner.client.set_cookie("sapa_lang", "en", domain="localhost")
    assert "Quorum" in owner.get("/models").text


def test_a_table_deployed_with_its_kazakh_name_alone_is_listed_in_the_language_of_the_reader(
    university: University, owner: Browser
) -> None:
    table = (MODELS.parents[2] / "processes" / "meeting" / "quorum.dmn").read_bytes()
    university.engine.handle(Deploy(actor=SYSTEM, name="table", files={"quorum.dmn": table}))
    with writing(university.engine.database) as connection:  # as earlier releases left it
        row = sa.update(re_definition).where(re_definition.c.kind == "decision")
        connection.execute(row.values(names='{"kk": "Кворум"}'))
    owner.client.set_cookie("sapa_lang", "en", domain="localhost")
    assert "Quorum" in owner.get("/models").text
    assert "Quorum" in owner.get("/models/decision/quorum").text


def test_7_3_1_a_table_is_read_row_by_row_in_the_language_of_the_reader(university: University, owner: Browser) -> None:
    table = (MODELS.parents[2] / "processes" / "meeting" / "quorum.dmn").read_bytes()
    university.engine.handle(Deploy(actor=SYSTEM, name="table", files={"quorum.dmn": table}))
    for lang, policy, label in (("kk", "жол", True), ("ru", "строк", False), ("en", "row", False)):
        owner.client.set_cookie("sapa_lang", lang, domain="localhost")
        page = html.unescape(owner.get("/models/decision/quorum").text)
        shown = page[page.index('class="table-cards decision-table"') :]
        assert policy in page[: page.index('class="table-cards decision-table"')].rpartition("<h2")[2]
        for rule in etree.fromstring(table).iter("{*}rule"):
            entries = [text for text in rule.xpath(".//*[local-name()='text']/text()")]
            told = rule.findtext("{*}description") if lang == "kk" else entries[-2 if lang == "ru" else -1]
            assert told.rpartition(": ")[2] in shown
        assert ('<code class="muted">' in shown) == label
    assert "decision-table" not in owner.get("/models/process/request").text


def test_8_3_p3_only_the_clause_is_told_as_a_row_s_clause(university: University, owner: Browser) -> None:
    table = (MODELS.parents[2] / "processes" / "acknowledgement" / "ack_readers.dmn").read_bytes()
    assert "8.3.p3: университетте: " in table.decode()
    university.engine.handle(Deploy(actor=SYSTEM, name="table", files={"ack_readers.dmn": table}))
    owner.client.set_cookie("sapa_lang", "en", domain="localhost")
    assert "университетте" not in owner.get("/models/decision/ack_readers").text


def test_findings_name_the_element_and_the_remedy_and_nothing_is_deployed(
    university: University, owner: Browser
) -> None:
    broken = REQUEST.replace(b'default="', b'xdefault="').replace(b'camunda:formRef="request_check"', b"", 1)
    broken = broken.replace(b"<bpmn:userTask", b"<bpmn:adHocSubProcess", 1).replace(
        b"</bpmn:userTask>", b"</bpmn:adHocSubProcess>", 1
    )
    status, text = upload(owner, ("request.bpmn", broken))
    assert status == 200
    assert "Сұрамды тексеру" in text
    assert "tone-bad" in text
    assert len(university.engine.reader(OWNER).model_versions("process", "request")) == 1


def test_files_that_cannot_be_read_are_told_not_answered_with_a_fault(
    owner: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert upload(owner)[0] == 422
    assert upload(owner, ("a.exe", b"MZ"))[0] == 422
    assert upload(owner, ("a.bpmn", REQUEST), ("a.bpmn", REQUEST))[0] == 422
    monkeypatch.setattr("web.model_files.LARGEST", 100_000)
    assert upload(owner, ("a.bpmn", b"<" * 100_001))[0] == 422
    for content in (b"", b"\x00\xff", b"<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>", b"[]"):
        status, text = upload(owner, ("a.bpmn", content), ("b.form", content), ("c.dmn", content))
        assert status == 200
        assert "tone-bad" in text
