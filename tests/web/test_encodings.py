"""Keeps every page that draws a model from caring in which encoding its file was written: XML 1.0 §4.3.3 allows any."""

from __future__ import annotations

import codecs
import json

import pytest

from engine.commands import SYSTEM, Appoint, Deploy, ProposeModels
from engine.definitions.forms.reading import read
from engine.definitions.hardening import readable
from tests.web.conftest import MODELS, Started, University

TEXT = (MODELS / "request.bpmn").read_text("utf-8").partition("?>")[2]
OWNER = "p007"


def written(encoding: str, text: str = TEXT) -> bytes:
    declared = f'<?xml version="1.0" encoding="{encoding}"?>{text}'
    return declared.encode(encoding, "xmlcharrefreplace")


@pytest.mark.parametrize("encoding", ["windows-1251", "UTF-16"])
def test_a_model_in_another_encoding_is_drawn_on_every_page(
    university: University, started: Started, encoding: str
) -> None:
    university.engine.handle(
        Appoint(actor=SYSTEM, person=OWNER, role="process_owner", unit="univ", start=university.clock().date())
    )
    university.engine.handle(Deploy(actor=SYSTEM, name="w", files={"request.bpmn": written(encoding)}))
    case, owner = started("Бірінші"), university.signed_in(OWNER)
    changed = written(encoding, TEXT.replace("Сұрамды тексеру", "Проверка"))
    university.engine.handle(ProposeModels(actor=SYSTEM, name="r", files={"request.bpmn": changed}, why="x"))
    assert university.signed_in("p001").get(f"/cases/{case}").status_code == 200
    told = university.signed_in("p001").get(f"/cases/{case}/diagram").json["xml"]
    assert "Сұрамды тексеру" in told
    for address in (
        "/models/process/request/2/diagram",
        "/models/process/request/2/differences?was=1",
        "/models/proposals/1/diagram/request.bpmn?side=was",
    ):
        answer = owner.get(address)
        assert answer.status_code == 200, address
        assert "Сұрамды тексеру" in answer.json["xml"], address
        assert "encoding=" not in answer.json["xml"], address
    watched = university.signed_in("p005").get("/monitor/process/request/diagram")
    assert "Сұрамды тексеру" in watched.json["xml"]
    assert "Проверка" in owner.get("/models/proposals/1/diagram/request.bpmn").json["xml"]


def test_a_file_in_utf_8_stays_as_it_was_written() -> None:
    assert readable(written("UTF-8")).encode() == written("UTF-8")
    assert readable(codecs.BOM_UTF8 + written("UTF-8")).encode() == written("UTF-8")


def test_a_form_in_another_encoding_of_json_is_read() -> None:
    schema = {"type": "default", "id": "f", "schemaVersion": 19, "components": []}
    assert read(json.dumps(schema).encode("utf-16"), "f.form").id == "f"
