"""A form that stands in the model (camunda:formData) is filled in on the pages like any other."""

from __future__ import annotations

import json

from engine.commands import SYSTEM, Deploy
from tests.core.test_forms_in_models import EVERYTHING, GOOD
from tests.play import models as m
from tests.web.conftest import University

START = "/start/asked?school=eng"


def deployed(university: University) -> None:
    task = m.user(
        "n", m.extensions(EVERYTHING), camunda_assignee="p001", camunda_followUpDate="P1D", camunda_priority="80"
    )
    process = m.process("asked", m.start("s", m.extensions(EVERYTHING)), task, m.end(), "s -> n -> e",
                        camunda_candidateStarterGroups="secretary", camunda_historyTimeToLive="P1M")  # fmt: skip
    university.engine.handle(Deploy(actor=SYSTEM, name="fields", files={"asked.bpmn": m.model(process)}))


def test_the_form_of_a_start_and_of_a_task(university: University) -> None:
    deployed(university)
    browser = university.signed_in("p001")
    refused = browser.post(START, {"answers": json.dumps({**GOOD, "count": 10})}, page=START)
    assert refused.status_code == 422
    assert "9 санынан аспауы керек" in refused.text
    case = browser.post(START, {"answers": json.dumps(GOOD)}, page=START).location.rpartition("/")[2]
    row = university.engine.reader("p001").inbox().rows[0]
    inbox = browser.get("/tasks").text
    assert ("Шұғыл" in inbox, "Қайта қарау күні:" in inbox) == (True, True)
    page = browser.get(f"/tasks/{row.task}").text
    assert '"day": "2026-09-30"' in page or '"day":"2026-09-30"' in page
    done = browser.post(f"/tasks/{row.task}", {"answers": json.dumps({**GOOD, "kind": "b"})}, page=f"/tasks/{row.task}")
    assert done.status_code == 303
    shown = browser.get(f"/cases/{case}").text
    assert "23.12.2026 күніне дейін (қоса алғанда) сақталады" in shown
    assert "Екінші" in shown


def test_nobody_else_may_begin(university: University) -> None:
    deployed(university)
    browser = university.signed_in("p002")
    assert browser.get(START).status_code == 404
