"""Keeps every address closed to whom it is not open: each route as each role, own school and another."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import date

import pytest

from engine.commands import SYSTEM, Appoint, ProposeModels, RecordPerson, SetPassword
from tests.web.conftest import DIGEST, MODELS, Browser, Started, University

GUEST = ""
EVERYBODY = frozenset(
    {"secretary", "member", "chair", "dean", "asb", "auditor", "admin", "owner", "nobody", "stranger"}
)
SEES_SCHOOL = frozenset({"secretary", "member", "chair", "dean", "asb", "auditor"})
OWNS = frozenset({"auditor", "owner"})
OPERATES = frozenset({"admin"})
WATCHES = frozenset({"secretary", "chair", "dean", "asb", "auditor", "stranger"}) | OPERATES
STOPS = WATCHES | {"owner"}  # is told where models stop, and nothing else of the desk
PEOPLE = {
    "secretary": [("secretary", "eng")],
    "member": [("member", "eng")],
    "chair": [("chair", "eng")],
    "dean": [("dean", "eng")],
    "asb": [("asb", "univ")],
    "auditor": [("auditor", "univ")],
    "admin": [("admin", "univ")],
    "owner": [("process_owner", "univ")],
    "nobody": [],
    "stranger": [("secretary", "law"), ("member", "law"), ("chair", "law"), ("dean", "law")],
}
# Who gets a page (GET) or an answer to the act that is not "there is no such thing" (POST); everyone else gets 404.
# A refused act answers 403, 409 or 422: the person sees the thing and is told why not.
NOBODY: frozenset[str] = frozenset()
TABLE: dict[tuple[str, str], frozenset[str]] = {
    ("GET", "/"): EVERYBODY,
    ("GET", "/tasks"): EVERYBODY,
    ("GET", "/tasks/fresh"): EVERYBODY,
    ("GET", "/tasks/<task>"): SEES_SCHOOL,
    ("POST", "/tasks/<task>"): SEES_SCHOOL,
    ("POST", "/tasks/<task>/claim"): SEES_SCHOOL,
    ("POST", "/tasks/<task>/release"): SEES_SCHOOL,
    ("POST", "/tasks/<task>/return"): SEES_SCHOOL,
    ("POST", "/tasks/<task>/assign"): SEES_SCHOOL,
    # The small model drafts no document: tests/processes/test_protocol_tells.py looks at one.
    ("GET", "/tasks/<task>/draft/<any(kk, ru):language>.pdf"): NOBODY,
    ("GET", "/tasks/<task>/draft/<any(kk, ru):language>/<int:number>.png"): NOBODY,
    ("GET", "/tasks/<task>/delegate"): frozenset({"member"}),  # only who could do the task
    ("POST", "/tasks/<task>/delegate"): SEES_SCHOOL,
    ("POST", "/tasks/<task>/hand-back"): SEES_SCHOOL,
    ("POST", "/tasks/selected"): EVERYBODY,  # only what the person may see counts as selected
    ("POST", "/tasks/selected/do"): EVERYBODY,
    ("POST", "/tasks/<task>/wake"): EVERYBODY,  # one's own mark, whether or not there is such a task
    ("POST", "/tasks/filters"): EVERYBODY,
    ("POST", "/tasks/filters/drop"): EVERYBODY,
    ("GET", "/start"): EVERYBODY,
    ("GET", "/start/<process>"): frozenset({"secretary"}),
    ("POST", "/start/<process>"): frozenset({"secretary"}),
    ("GET", "/cases"): EVERYBODY,
    # Who mends incidents sees that a case exists and where it stands, not what is in it.
    ("GET", "/cases/<instance>"): SEES_SCHOOL | OPERATES,
    ("GET", "/cases/<instance>/fresh"): SEES_SCHOOL,
    ("GET", "/cases/<instance>/diagram"): SEES_SCHOOL | OPERATES,
    ("GET", "/cases/<instance>/replay"): SEES_SCHOOL,
    ("GET", "/cases/<instance>/replay/data"): SEES_SCHOOL,
    ("GET", "/cases/<instance>/replay/proof"): frozenset({"auditor"}),
    ("POST", "/cases/<instance>/retry"): SEES_SCHOOL | OPERATES,
    ("POST", "/cases/<instance>/suspend"): SEES_SCHOOL | OPERATES,
    ("POST", "/cases/<instance>/resume"): SEES_SCHOOL | OPERATES,
    ("POST", "/cases/<instance>/cancel"): SEES_SCHOOL | OPERATES,
    # The small model invites nobody: tests/web/test_survey_once.py looks at who gives out codes.
    ("GET", "/cases/<instance>/codes"): NOBODY,
    ("POST", "/cases/<instance>/codes"): NOBODY,
    ("GET", "/cases/<instance>/notes"): SEES_SCHOOL,
    ("POST", "/cases/<instance>/files"): SEES_SCHOOL,
    ("POST", "/cases/<instance>/comments"): SEES_SCHOOL,
    ("POST", "/cases/<instance>/notes/<note>/withdraw"): SEES_SCHOOL,
    ("GET", "/cases/<instance>/files/<note>"): SEES_SCHOOL,
    ("GET", "/cases/<instance>/files/<note>/view"): SEES_SCHOOL,
    ("GET", "/cases/<instance>/files/<note>/<int:number>.png"): SEES_SCHOOL,
    ("GET", "/mentions"): EVERYBODY,
    ("POST", "/mentions/read"): EVERYBODY,
    ("GET", "/clauses/<number>"): EVERYBODY,
    ("GET", "/regulation"): EVERYBODY,
    ("GET", "/parameters"): EVERYBODY,
    ("POST", "/parameters/<name>"): frozenset({"asb", "owner"}),
    ("GET", "/registers"): EVERYBODY,
    ("GET", "/registers/<name>"): EVERYBODY,
    ("GET", "/registers/<name>.<any(csv, xlsx):kind>"): EVERYBODY,
    ("GET", "/more"): EVERYBODY,
    ("GET", "/rooms"): EVERYBODY,
    # The small model has no room: these are for nobody here; tests/processes/test_room.py goes through a real one.
    ("GET", "/rooms/<instance>"): NOBODY,
    ("GET", "/rooms/<instance>/screen"): NOBODY,
    ("GET", "/rooms/<instance>/stream"): NOBODY,
    ("POST", "/rooms/<instance>/mark"): NOBODY,
    ("POST", "/rooms/<instance>/tasks/<task>"): NOBODY,
    ("GET", "/documents"): EVERYBODY,
    ("GET", "/documents/<document>"): frozenset(),  # this case has none: tests/web/test_documents.py
    ("GET", "/documents/<document>/<any(kk, ru):language>.<any(pdf, docx):form>"): frozenset(),
    ("GET", "/documents/<document>/<any(kk, ru):language>/<int:number>.png"): frozenset(),
    ("POST", "/documents/<document>/erratum"): frozenset(),
    ("GET", "/models"): OWNS,
    ("GET", "/models/<any(process, decision, form):kind>/<key>"): OWNS,
    ("GET", "/models/<any(process, decision, form):kind>/<key>/<int:version>/file"): OWNS,
    ("GET", "/models/process/<key>/<int:version>/diagram"): OWNS,
    ("GET", "/models/<any(process, decision, form):kind>/<key>/compare"): OWNS,
    ("GET", "/models/process/<key>/<int:version>/differences"): OWNS,
    ("POST", "/models/<any(process, decision, form):kind>/<key>/<int:now>/return"): frozenset({"owner"}),
    ("GET", "/models/check"): OWNS,
    ("POST", "/models/check"): OWNS,
    ("GET", "/models/proposals"): OWNS,
    ("GET", "/models/proposals/<int:number>"): OWNS,
    ("GET", "/models/proposals/<int:number>/files/<file>"): OWNS,
    ("GET", "/models/proposals/<int:number>/files.zip"): OWNS,
    ("GET", "/models/proposals/<int:number>/diagram/<file>"): OWNS,
    ("GET", "/models/repository"): OWNS,
    ("GET", "/models/propose"): frozenset({"owner"}),
    ("POST", "/models/propose"): frozenset({"owner"}),
    ("POST", "/models/proposals/<int:number>/<any(effective, back, why):act>"): frozenset({"owner"}),
    ("GET", "/monitor"): STOPS,
    ("GET", "/monitor/<name>"): WATCHES,
    ("GET", "/monitor/<name>.<any(csv, xlsx):kind>"): WATCHES,
    ("GET", "/monitor/process/<key>"): WATCHES,
    ("GET", "/monitor/process/<key>/diagram"): WATCHES,
    ("POST", "/monitor/incidents/confirm"): OPERATES,
    ("POST", "/monitor/incidents/retry"): OPERATES,
    ("GET", "/account"): EVERYBODY,
    ("POST", "/account/language"): EVERYBODY,
    ("POST", "/account/theme"): EVERYBODY,
    ("POST", "/account/mail-language"): EVERYBODY,
    ("POST", "/account/notifications"): EVERYBODY,
    ("POST", "/account/shortcuts"): EVERYBODY,
    ("POST", "/account/password"): EVERYBODY,
    ("POST", "/account/sessions/close"): EVERYBODY,
    ("POST", "/account/sessions/close-others"): EVERYBODY,
    ("POST", "/account/tokens"): EVERYBODY,
    ("POST", "/account/tokens/revoke"): EVERYBODY,
    ("POST", "/account/calendar"): EVERYBODY,
    ("POST", "/account/calendar/revoke"): EVERYBODY,
    ("GET", "/letters"): frozenset({"admin"}),
    ("POST", "/letters"): frozenset({"admin"}),
    ("GET", "/accounts"): frozenset({"admin"}),
    ("POST", "/accounts"): frozenset({"admin"}),
    ("GET", "/people"): EVERYBODY,
    ("GET", "/people/<id>"): EVERYBODY,
    ("POST", "/people/<id>"): frozenset({"admin"}),
    ("POST", "/people/<id>/appoint"): frozenset({"admin"}),
    ("POST", "/people/<id>/end"): frozenset({"admin"}),
    ("GET", "/people/<id>/absence"): frozenset({"dean", "admin", "stranger"}),
    ("POST", "/people/<id>/absence"): frozenset({"dean", "admin", "stranger"}),
    ("POST", "/people/<id>/absence/end"): frozenset({"dean", "admin", "stranger"}),
    ("GET", "/units"): EVERYBODY,
    ("POST", "/units"): frozenset({"admin"}),
    ("GET", "/directory/new-person"): frozenset({"admin"}),
    ("POST", "/directory/new-person"): frozenset({"admin"}),
    ("GET", "/compliance"): frozenset({"secretary", "chair", "dean", "asb", "auditor", "stranger"}),
    ("GET", "/vacancies"): frozenset({"secretary", "chair", "dean", "asb", "auditor", "admin", "stranger"}),
    ("GET", "/directory/import"): frozenset({"admin"}),
    ("POST", "/directory/import"): frozenset({"admin"}),
    ("GET", "/directory/import/<id>"): frozenset(),  # only who brought the file: tests/web/test_import.py
    ("POST", "/directory/import/<id>"): frozenset(),
    ("GET", "/directory/import/<id>/errors.xlsx"): frozenset(),
    ("GET", "/directory/import/template/<kind>.csv"): frozenset({"admin"}),
    ("POST", "/account/sign-out-everywhere"): EVERYBODY,
}
OPEN = {
    ("GET", "/login"), ("POST", "/login"), ("POST", "/logout"), ("GET", "/lang/<code>"), ("POST", "/account/theme"),
    ("GET", "/metrics"), ("GET", "/login/forgot"), ("POST", "/login/forgot"), ("GET", "/calendar.ics"),
    ("GET", "/verify"), ("GET", "/appeal"), ("POST", "/appeal"), ("GET", "/appeal/status"), ("POST", "/appeal/status"),
    ("POST", "/appeal/status/say"),
    ("GET", "/survey"), ("POST", "/survey"), ("GET", "/survey/<code>"), ("POST", "/survey/<code>"),
    ("GET", "/login/reset"), ("POST", "/login/reset"),
    ("GET", "/login/university"), ("GET", "/login/university/back"), ("GET", "/healthz"), ("GET", "/readyz"),
    ("GET", "/static/<path:filename>"), ("GET", "/.well-known/camunda-automation-platform/webapps"),
    # By a personal token only: tests/web/test_modeler.py
    ("GET", "/engine-rest/<path:rest>"), ("POST", "/engine-rest/<path:rest>"),
    ("GET", "/engine-rest//<path:rest>"), ("POST", "/engine-rest//<path:rest>"),
}  # fmt: skip
SECRET = "Құпия сұрам тақырыбы"
PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108020000009077"
    "53de0000000c4944415408d763f8ffff3f0005fe02fe0def46b80000000049454e44ae426082"
)


@dataclass(frozen=True)
class Walk:
    """The university with one case of the school of engineering, and an address for each route."""

    university: University
    case: str
    task: str

    def address(self, route: str) -> str:
        route = route.replace("/parameters/<name>", "/parameters/P_CURE_WD")
        route = route.replace("/monitor/<name>", "/monitor/cases").replace("<any(csv, xlsx):kind>", "csv")
        route = (
            route.replace("<any(process, decision, form):kind>", "process")
            .replace("<int:version>", "1")
            .replace("<int:now>", "1")
        )
        route = route.replace("<any(effective, back, why):act>", "effective").replace("<file>", "request.bpmn")
        route = route.replace("/process/<key>", "/process/request")
        route = route.replace("<any(kk, ru):language>", "kk").replace("<any(pdf, docx):form>", "pdf")
        route = route.replace("<document>", "none").replace("<int:number>", "1")
        filled = route.replace("<id>", "p002").replace("<task>", self.task).replace("<instance>", self.case)
        filled = filled.replace("<note>", "1").replace("<number>", "7.3.1").replace("<int:number>", "1")
        filled = filled.replace("<name>", "decisions").replace("<kind>", "people")
        return filled.replace("<process>", "request") + ("?school=eng" if "<process>" in route else "")


@pytest.fixture
def walk(university: University, started: Started) -> Walk:
    for person, posts in PEOPLE.items():
        university.engine.handle(RecordPerson(actor=SYSTEM, person=person, name=f"{person} аты", unit="univ"))
        university.engine.handle(SetPassword(actor=SYSTEM, person=person, login=person, digest=DIGEST))
        for role, unit in posts:
            university.engine.handle(Appoint(actor=SYSTEM, person=person, role=role, unit=unit, start=date(2026, 9, 1)))
    changed = {"request.bpmn": (MODELS / "request.bpmn").read_bytes().replace("Сұрамды тексеру".encode(), b"?")}
    university.engine.handle(ProposeModels(actor=SYSTEM, name="request", files=changed))
    case = started(SECRET)
    university.engine.notes.attach("p001", case, f"{SECRET}.png", PICTURE)
    university.engine.notes.comment("p001", case, SECRET, ["p002", "p005"])
    (row,) = university.engine.reader("p002").inbox("role").rows
    return Walk(university, case, row.task)


def routes(university: University) -> set[tuple[str, str]]:
    return {
        (method, rule.rule)
        for rule in university.app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }


def ask(browser: Browser, method: str, address: str, token: str) -> tuple[int, str]:
    if method == "GET":
        answer = browser.get(address)
    else:
        form = {"csrf_token": token, "answers": json.dumps({"subject": ""}), "incident": "none", "person": "none"}
        answer = browser.client.post(
            address, base_url="https://localhost", data=form, headers={"Referer": "https://localhost/tasks"}
        )
    return answer.status_code, answer.get_data().decode(errors="replace")  # a picture is no text


def test_no_route_is_unlisted(university: University) -> None:
    assert routes(university) == set(TABLE) | OPEN


def test_a_guest_gets_nowhere(walk: Walk) -> None:
    for method, route in set(TABLE) - OPEN:
        browser = walk.university.visitor()
        status, text = ask(browser, method, walk.address(route), browser.token("/login"))
        assert status == 302, (method, route)
        assert SECRET not in text


@pytest.mark.parametrize("role", sorted(EVERYBODY))
def test_a_role_reaches_what_the_table_says_and_nothing_else(walk: Walk, role: str) -> None:
    browser = walk.university.signed_in(role)
    token = browser.token("/account")
    wrong = []
    for (method, route), allowed in sorted(TABLE.items()):
        if "sign-out" in route:
            continue  # last: it ends the walk
        status, text = ask(browser, method, walk.address(route), token)
        good = {200, 302, 303, 403, 409, 422} if role in allowed else {404}
        if method == "GET" and role in allowed:
            good = {200, 302}
        if status not in good:
            wrong.append((method, route, status))
        if role not in SEES_SCHOOL and SECRET in text:
            wrong.append((method, route, "tells the secret"))
    assert wrong == []
    status, _ = ask(browser, "POST", "/account/sign-out-everywhere", token)
    assert status == 303


@pytest.mark.parametrize("role", sorted(EVERYBODY - SEES_SCHOOL))
def test_lists_searches_counts_and_exports_tell_nothing_of_another_school(walk: Walk, role: str) -> None:
    browser = walk.university.signed_in(role)
    for address in (
        "/tasks?view=role", "/tasks?view=mine", "/tasks?view=role&q=Құпия", "/cases", "/cases?q=Құпия",
        "/registers/decisions", "/registers/decisions?school=eng", "/registers/decisions.csv", "/start?q=Құпия",
    ):  # fmt: skip
        text = browser.get(address).get_data(as_text=True)
        assert SECRET not in text, address
        assert "data-row" not in text, address


_TOKEN = re.compile(r'name="csrf_token" value="[^"]*"')  # tells the second in which it was made


def test_what_does_not_exist_and_what_is_forbidden_look_the_same(walk: Walk) -> None:
    browser = walk.university.signed_in("stranger")
    for real, unreal in ((f"/cases/{walk.case}", "/cases/nothing"), (f"/tasks/{walk.task}", "/tasks/nothing.3")):
        first, second = browser.get(real), browser.get(unreal)
        assert (first.status_code, second.status_code) == (404, 404)
        told = [_TOKEN.sub("", one.text) for one in (first, second)]
        assert told[0].replace(real, "") == told[1].replace(unreal, "")
