"""Keeps two versions told apart in words and marks, and an earlier one coming back by two people as any other does."""

from __future__ import annotations

import html

import pytest

from engine.commands import SYSTEM, Appoint, Deploy
from engine.definitions.differences import between
from tests.web.conftest import MODELS, Browser, University

OWNERS = ("p007", "p002")
REQUEST = (MODELS / "request.bpmn").read_bytes()
FORM = (MODELS / "request_check.form").read_bytes()
SECOND = REQUEST.replace("Сұрамды тексеру".encode(), "Сұрамды қарау".encode()).replace(b'id="sign"', b'id="seal"')
SECOND = SECOND.replace(b'bpmnElement="sign"', b'bpmnElement="seal"').replace(b'targetRef="sign"', b'targetRef="seal"')
SECOND = SECOND.replace(b'sourceRef="sign"', b'sourceRef="seal"')


@pytest.fixture
def owners(university: University) -> tuple[Browser, Browser]:
    """Two process owners; the second version of the model is in force."""
    for person in OWNERS:
        university.engine.handle(
            Appoint(actor=SYSTEM, person=person, role="process_owner", unit="univ", start=university.clock().date())
        )
    university.engine.handle(Deploy(actor=SYSTEM, name="second", files={"request.bpmn": SECOND}))
    return university.signed_in(OWNERS[0]), university.signed_in(OWNERS[1])


def test_elements_are_told_apart_by_what_they_say() -> None:
    found = {one.element: one for one in between(REQUEST, SECOND, "request.bpmn")}
    assert (found["seal"].what, found["sign"].what, found["check"].what) == ("added", "removed", "changed")
    (name,) = found["check"].facts
    assert (name.name, name.was, name.now) == ("name", "Сұрамды тексеру", "Сұрамды қарау")
    flow = next(one for one in found.values() if one.kind == "sequenceFlow")
    assert " → " in flow.names["kk"]
    assert [fact.name for fact in flow.facts] in (["targetRef"], ["sourceRef"])
    assert between(REQUEST, REQUEST, "request.bpmn") == ()


def test_what_only_stands_elsewhere_is_moved() -> None:
    moved = REQUEST.replace(b'<dc:Bounds x="', b'<dc:Bounds x="1', 1)
    (one,) = between(REQUEST, moved, "request.bpmn")
    assert (one.what, one.facts) == ("moved", ())


def test_fields_of_a_form_and_rows_of_a_table_are_told_apart() -> None:
    changed = FORM.replace('"label": "Ескертпе"'.encode(), '"label": "Ескерту"'.encode())
    (field,) = between(FORM, changed, "request_check.form")
    assert [(fact.name, fact.now) for fact in field.facts] == [("label", "Ескерту")]
    table = """<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="n">
      <decision id="t" name="Кесте"><decisionTable id="dt"><input id="i" label="Дауыс"/><output id="o" label="Нәтиже"/>
      <rule id="r1"><inputEntry id="a"><text>{}</text></inputEntry><outputEntry id="b"><text>1</text></outputEntry>
      </rule>
      </decisionTable></decision></definitions>"""
    (row,) = between(table.format("> 1").encode(), table.format("> 2").encode(), "t.dmn")
    assert (row.kind, [(fact.name, fact.was, fact.now) for fact in row.facts]) == ("rule", [("Дауыс", "> 1", "> 2")])


def test_a_file_that_cannot_be_read_differs_in_everything() -> None:
    assert {one.what for one in between(b"<no", REQUEST, "request.bpmn")} == {"added"}
    assert {one.what for one in between(FORM, b"[1]", "x.form")} == {"removed"}


def test_the_page_says_every_difference_and_the_diagrams_carry_the_same(owners: tuple[Browser, Browser]) -> None:
    owner, _ = owners
    page = html.unescape(owner.get("/models/process/request/compare?was=1&now=2").text)
    assert "Сұрамды қарау" in page
    assert "<del>" in page
    assert page.count("қосылды") > 1
    later = owner.get("/models/process/request/2/differences?was=1").json
    earlier = owner.get("/models/process/request/1/differences?now=2").json
    states = {one["element"]: one["state"] for one in later["steps"]}
    assert (states["seal"], states["check"]) == ("added", "changed")
    assert "sign" not in states
    lost = {one["element"]: one["word"] for one in earlier["steps"]}
    assert lost["sign"] == "алынды"
    assert "seal" not in lost
    assert later["xml"].encode() == SECOND
    assert earlier["xml"].encode() == REQUEST
    for nothing in ("/models/process/request/9/differences?was=1", "/models/process/none/compare"):
        assert owner.get(nothing).status_code == 404


def test_an_earlier_version_comes_back_as_a_new_one_by_two_people(
    university: University, owners: tuple[Browser, Browser]
) -> None:
    owner, other = owners
    page = "/models/process/request/compare?was=2&now=1"
    refused = owner.post("/models/process/request/1/return", {"key": "k0", "was": "2", "now": "1"}, page=page)
    assert refused.status_code == 422
    asked = {"key": "k1", "why": "Мерзім қате болды", "was": "2", "now": "1"}
    made = owner.post("/models/process/request/1/return", asked, page=page)
    assert (made.status_code, made.location) == (303, "/models/proposals/1")
    proposal = html.unescape(owner.get("/models/proposals/1").text)
    assert "<del>" in proposal
    marked = owner.get("/models/proposals/1/diagram/request.bpmn").json["steps"]
    assert {"sign": "added", "check": "changed"}.items() <= {one["element"]: one["state"] for one in marked}.items()
    before = owner.get("/models/proposals/1/diagram/request.bpmn?side=was").json
    assert before["xml"].encode() == SECOND
    assert "removed" in {one["state"] for one in before["steps"]}
    alone = owner.post("/models/proposals/1/effective", {"key": "k2"}, page="/models/proposals/1")
    assert alone.status_code == 403
    assert other.post("/models/proposals/1/effective", {"key": "k3"}, page="/models/proposals/1").status_code == 303
    versions = university.engine.reader(OWNERS[0]).model_versions("process", "request")
    assert [one.version for one in versions] == [3, 2, 1]
    assert versions[0].sha256 == versions[2].sha256
    same = owner.post("/models/process/request/1/return", {**asked, "key": "k4"}, page="/account")
    assert same.status_code == 422  # it is in force already
