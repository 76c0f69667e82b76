"""Speaks to the house exactly as Camunda Modeler's Deploy button does: its calls, headers and multipart parts."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from werkzeug.test import TestResponse

from engine.commands import SYSTEM, Appoint, MakeEffective
from tests.web.conftest import HTTPS, MODELS, University

OWNER, SECOND = "p007", "p002"
REQUEST = (MODELS / "request.bpmn").read_bytes()
CHANGED = REQUEST.replace("Сұрамды тексеру".encode(), "Сұрамды қарау".encode())
NAME = "Сұрам.bpmn"
WELL_KNOWN = "/.well-known/camunda-automation-platform/webapps"


class Modeler:
    """One person's Modeler: a token, no cookies."""

    def __init__(self, university: University, person: str) -> None:
        self.client = university.app.test_client(use_cookies=False)
        self.token = university.engine.tokens.issue(person, "Modeler")
        self.base = "/engine-rest"

    def headers(self) -> dict[str, str]:
        return {"accept": "application/json", "authorization": f"Bearer {self.token}"}

    def get(self, path: str, **headers: str) -> TestResponse:
        return self.client.get(self.base + path, base_url=HTTPS, headers=headers or self.headers())

    def deploy(self, *files: tuple[str, bytes], name: str = "Сұрам", tenant: str = "", more: str = "") -> TestResponse:
        """The parts as a browser's FormData writes them: UTF-8 names, text/xml whatever the file is."""
        fields = [("deployment-name", name), ("deployment-source", "Camunda Modeler")]
        fields += [("enable-duplicate-filtering", "true")]
        fields += [("tenant-id", tenant)] if tenant else []
        fields += [(more, "x")] if more else []
        edge = "----WebKitFormBoundaryAbC123"
        body = b""
        for field, value in fields:
            body += f'--{edge}\r\nContent-Disposition: form-data; name="{field}"\r\n\r\n{value}\r\n'.encode()
        for file, content in files:
            head = f'--{edge}\r\nContent-Disposition: form-data; name="{file}"; filename="{file}"\r\n'
            body += (head + "Content-Type: text/xml\r\n\r\n").encode() + content + b"\r\n"
        body += f"--{edge}--\r\n".encode()
        kind = f"multipart/form-data; boundary={edge}"
        return self.client.post(
            self.base + "/deployment/create", base_url=HTTPS, headers=self.headers(), data=body, content_type=kind
        )


@pytest.fixture
def modeler(university: University) -> Modeler:
    start = university.clock().date()
    for person in (OWNER, SECOND):
        university.engine.handle(Appoint(actor=SYSTEM, person=person, role="process_owner", unit="univ", start=start))
    return Modeler(university, OWNER)


def told(answer: TestResponse) -> dict[str, Any]:
    assert answer.content_type == "application/json"
    assert "Set-Cookie" not in answer.headers
    body: dict[str, Any] = json.loads(answer.get_data(as_text=True))
    return body


def test_the_dialog_learns_that_a_token_is_needed_and_that_it_is_right(modeler: Modeler) -> None:
    asked = modeler.get("/deployment?maxResults=0", accept="application/json")
    assert (asked.status_code, told(asked)["type"]) == (401, "AuthenticationException")
    assert told(modeler.get("/deployment?maxResults=0", authorization="Basic b3duZXI6eA=="))["message"]
    assert told(modeler.get("/deployment?maxResults=0")) == []
    assert told(modeler.get("/version")) == {"version": "7.24.0"}
    modeler.base = "/engine-rest/"  # its user's address ended in a slash
    assert modeler.get("/deployment?maxResults=0").status_code == 200
    pages = told(modeler.client.get(WELL_KNOWN, base_url=HTTPS))
    assert set(pages) == {"adminUrl", "cockpitUrl", "tasklistUrl"}
    assert pages["cockpitUrl"] == f"{HTTPS}/models/"


def test_a_deploy_is_a_proposal_that_another_person_makes_effective(university: University, modeler: Modeler) -> None:
    answer = modeler.deploy((NAME, CHANGED))
    body = told(answer)
    assert (answer.status_code, body["id"], body["name"], body["source"]) == (
        200,
        "proposal-1",
        "Сұрам",
        "Camunda Modeler",
    )
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+]0500", body["deploymentTime"])
    (definition,) = body["deployedProcessDefinitions"].values()
    assert (definition["key"], definition["version"], definition["suspended"]) == ("request", 2, True)
    assert definition["resource"] == NAME
    versions = university.engine.reader(OWNER).model_versions("process", "request")
    assert [one.version for one in versions] == [1]
    assert told(modeler.deploy((NAME, CHANGED)))["id"] == "proposal-1"
    browser = university.signed_in(SECOND)
    link = '/models/repository?deploymentsQuery=[{"type":"id","operator":"eq","value":"proposal-1"}]'
    assert browser.get(link).location == "/models/proposals/1"
    own = university.signed_in(OWNER)
    said = own.post("/models/proposals/1/why", {"why": "6.1 тармағы"}, page="/models/proposals/1")
    assert said.status_code == 303
    refused = own.post("/models/proposals/1/effective", {}, page="/models/proposals/1")
    assert refused.status_code == 403
    assert "Әбенов Нұрлан" in refused.text
    done = browser.post("/models/proposals/1/effective", {}, page="/models/proposals/1")
    assert done.status_code == 303
    assert "6.1 тармағы" in browser.get("/models/process/request").text
    assert len(university.engine.reader(OWNER).model_versions("process", "request")) == 2


def test_unchanged_files_are_answered_with_the_deployment_in_force(university: University, modeler: Modeler) -> None:
    body = told(modeler.deploy(("request.bpmn", REQUEST)))
    latest = university.engine.reader(OWNER).model_versions("process", "request")[0]
    assert body["id"] == latest.deployment
    assert list(body["deployedProcessDefinitions"]) == ["request:1"]
    assert university.engine.reader(OWNER).proposals.waiting() == ()


def test_what_was_typed_as_name_says_why(university: University, modeler: Modeler) -> None:
    told(modeler.deploy((NAME, CHANGED), name="6.1 тармағы бойынша"))
    university.engine.handle(MakeEffective(actor=SECOND, proposal=1))
    listed = told(modeler.get("/deployment"))
    assert sorted(one["name"] for one in listed)[0] == "6.1 тармағы бойынша"


def test_findings_come_as_modeler_shows_them(university: University, modeler: Modeler) -> None:
    broken = CHANGED.replace(b'default="', b'xdefault="').replace(b'camunda:formRef="request_check"', b"", 1)
    broken = broken.replace(b"bpmn:userTask", b"bpmn:adHocSubProcess")
    answer = modeler.deploy((NAME, broken))
    body = told(answer)
    assert (answer.status_code, body["type"], body["code"]) == (400, "ParseException", 0)
    first, *lines = body["message"].splitlines()
    assert first.startswith("ENGINE-09005 Could not parse BPMN process. Errors:")
    assert lines
    assert all(line.startswith("* ") and f"| {NAME} | " in line and "-жол" in line for line in lines)
    errors = body["details"][NAME]["errors"]
    assert len(errors) == len(lines)
    assert all(one["\u0435lementIds"] == one["elementIds"] for one in errors)
    assert university.engine.reader(OWNER).proposals.waiting() == ()


def test_every_other_request_is_refused_in_words_and_as_json(university: University, modeler: Modeler) -> None:
    assert modeler.deploy().status_code == 400
    assert modeler.deploy((NAME, CHANGED), tenant="t").status_code == 400
    assert "secret" in told(modeler.deploy((NAME, CHANGED), more="secret"))["message"]
    assert modeler.deploy((NAME, CHANGED), ("a.exe", b"MZ")).status_code == 400
    assert modeler.get("/process-definition").status_code == 404
    assert modeler.get("/deployment?maxResults=many").status_code == 400
    start = modeler.client.post(
        "/engine-rest/process-definition/request:proposal-1/start", base_url=HTTPS, headers=modeler.headers(), json={}
    )
    assert (start.status_code, "/start" in told(start)["message"]) == (403, True)
    stranger = Modeler(university, "p001").deploy((NAME, CHANGED))
    assert (stranger.status_code, told(stranger)["type"]) == (403, "AuthorizationException")


def test_a_signed_in_browser_without_a_token_gets_nothing(university: University, modeler: Modeler) -> None:
    browser = university.signed_in(OWNER)
    assert browser.get("/engine-rest/version").status_code == 401


def test_deployments_are_chosen_ordered_and_counted_as_the_platform_does(
    university: University, modeler: Modeler
) -> None:
    university.clock.forward(timedelta(hours=1))
    told(modeler.deploy((NAME, CHANGED), name="6.1 тармағы бойынша"))
    university.engine.handle(MakeEffective(actor=SECOND, proposal=1))
    second, first = told(modeler.get("/deployment"))
    assert second["source"] == "Camunda Modeler"

    def chosen(**query: str) -> list[str]:
        return [one["id"] for one in told(modeler.get(f"/deployment?{urlencode(query)}"))]

    both, at = [second["id"], first["id"]], second["deploymentTime"]
    assert chosen(id=first["id"]) == chosen(before=at) == [first["id"]]
    assert chosen(name="6.1 тармағы бойынша") == chosen(nameLike="6._ тар%") == [second["id"]]
    assert chosen(source="Camunda Modeler") == chosen(after=first["deploymentTime"]) == [second["id"]]
    assert chosen(sortBy="deploymentTime", sortOrder="asc") == both[::-1]
    assert chosen(firstResult="1", maxResults="5") == [first["id"]]
    assert chosen(nameLike="%", withoutTenantId="true", somethingElse="x") == both
    assert chosen(tenantIdIn="t") == chosen(nameLike="(.*)+") == chosen(maxResults="0") == []
    assert told(modeler.get("/deployment/count?source=Camunda%20Modeler")) == {"count": 1}
    for link in (second["links"][0]["href"], f"{HTTPS}/engine-rest/deployment/proposal-1"):
        assert told(modeler.get(link.removeprefix(f"{HTTPS}/engine-rest")))["name"] == "6.1 тармағы бойынша"


@pytest.mark.parametrize(
    "query",
    ["sortBy=name", "sortOrder=asc", "sortBy=size&sortOrder=asc", "sortBy=name&sortOrder=up", "firstResult=-1",
     "maxResults=many", "before=yesterday", "after=2026-99-01T00:00:00.000%2B0500"],
)  # fmt: skip
def test_a_filter_that_cannot_be_taken_is_refused_as_the_platform_refuses(modeler: Modeler, query: str) -> None:
    for path in (f"/deployment?{query}", f"/deployment/count?{query}"):
        answer = modeler.get(path)
        assert (answer.status_code, told(answer)["type"]) == (400, "InvalidRequestException")


def test_an_unknown_deployment_and_a_foreign_call_are_answered_in_words_and_json(modeler: Modeler) -> None:
    for path in ("/deployment/none", "/deployment/proposal-9", "/deployment/proposal-1x"):
        answer = modeler.get(path)
        assert (answer.status_code, told(answer)["type"]) == (404, "InvalidRequestException")
    assert modeler.get("/deployment/a/resources").status_code == 404


def test_too_much_at_once_and_too_often_are_said_in_words_and_json(modeler: Modeler) -> None:
    large = modeler.deploy((NAME, b"<" * 13_000_000))
    assert (large.status_code, "12" in told(large)["message"]) == (413, True)
    assert modeler.deploy((NAME, b"<" * 2_000_001)).status_code == 400
    answers = [modeler.deploy() for _ in range(20)]
    assert {one.status_code for one in answers} == {400, 429}
    assert told(answers[-1])["message"]
    assert told(answers[-1])["type"] == "RestException"
    assert modeler.get("/version").status_code == 200
