"""Proves that whatever a model is called or says, pages show it as text: no markup, no script, no template."""

from __future__ import annotations

import json
import re
from xml.sax.saxutils import escape

import pytest

from engine.commands import SYSTEM, Deploy
from tests.play import models as m
from tests.web.conftest import Browser, University

EVIL = "<script>alert(1)</script><img src=x onerror=alert(2)>{{7*7}}${7*7}</title>"
LINK = "javascript:alert(3)"
FEEL = '"' + EVIL.replace("${7*7}", "") + '"'
COMPONENTS = [
    {"type": "textfield", "id": "f1", "key": "answer", "label": EVIL, "description": EVIL},
    {"type": "text", "id": "f2", "text": f"# {EVIL}\n\n[press]({LINK}) ![x](https://evil.example/x.png)"},
    {"type": "html", "id": "f3", "content": f"<b onclick='alert(4)'>x</b>{EVIL}"},
    {"type": "image", "id": "f4", "source": LINK, "alt": EVIL},
    {"type": "iframe", "id": "f5", "url": "https://evil.example/", "label": EVIL},
    {"type": "button", "id": "f6", "label": EVIL, "action": "submit"},
]
FORM = {"type": "default", "id": "evil", "schemaVersion": 19, "components": COMPONENTS}


def model() -> bytes:
    """Its names are put in last, so that nothing on the way minds them."""
    inside = m.properties(**{"name:ru": EVIL, "name:en": EVIL, "role": '"secretary@" + school', "submit:kk": EVIL})
    whole = {"startRole": "secretary@school", "title:kk": FEEL, "title:ru": FEEL, "startLabel:kk": EVIL}
    task = m.user("t", m.extensions(inside), name="EVIL", camunda_formRef="evil")
    note = "<documentation>EVIL</documentation>"
    process = m.process(
        "bad", note, m.extensions(m.properties(**whole)), m.start("s", name="EVIL"), task, m.end(), "s -> t -> e"
    ).replace('name="bad"', 'name="EVIL"')
    return m.model(process.replace("EVIL", escape(EVIL, {'"': "&quot;"})))


@pytest.fixture
def browser(university: University) -> Browser:
    files = {"bad.bpmn": model(), "evil.form": json.dumps(FORM).encode()}
    university.engine.handle(Deploy(actor=SYSTEM, name="evil", files=files))
    return university.signed_in("p001")


def test_pages_show_it_as_text(university: University, browser: Browser) -> None:
    started = browser.post("/start/bad?school=eng", {"answers": "{}"}, page="/start/bad?school=eng")
    assert started.status_code == 303, started.text
    case = started.location.rpartition("/")[2]
    task = university.engine.reader("p001").inbox("role").rows[0].task
    told = 0
    for path in ("/start", "/start/bad?school=eng", "/tasks?view=role", f"/tasks/{task}", "/cases", f"/cases/{case}"):
        answer = browser.get(path)
        assert answer.status_code == 200, path
        page = answer.text
        told += "&lt;script&gt;alert(1)" in page
        assert "<script>alert" not in page, path
        assert "<img src=x" not in page, path
        assert not re.search(r"(href|src)=.?javascript:", page), path
        assert "default-src 'self'" in answer.headers["Content-Security-Policy"]
    assert told >= 4, "the names are on the pages, as text"


def test_the_form_travels_as_data(university: University, browser: Browser) -> None:
    browser.post("/start/bad?school=eng", {"answers": "{}"}, page="/start/bad?school=eng")
    task = university.engine.reader("p001").inbox("role").rows[0].task
    page = browser.get(f"/tasks/{task}").text
    found = re.search(r'<script type="application/json" id="form-data">(.*?)</script>', page, re.DOTALL)
    assert found, "nothing in the form ends the data early"
    assert "onerror" in found[1]
    json.loads(found[1])


def test_the_diagram_travels_as_data(browser: Browser) -> None:
    started = browser.post("/start/bad?school=eng", {"answers": "{}"}, page="/start/bad?school=eng")
    answer = browser.get(f"/cases/{started.location.rpartition('/')[2]}/diagram")
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert any(step["name"] == EVIL for step in answer.json["steps"])
