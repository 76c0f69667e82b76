"""Anybody answers a survey by its code, once a form, in three languages; nothing is kept of who they are."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
import structlog
from werkzeug.test import TestResponse

from engine.commands import SYSTEM, Appoint, CancelInstance, CompleteTask, Deploy, StartProcess
from engine.database import reading, ru_instance, vw_register
from tests.web.conftest import HTTPS, Browser, University

ROOT = Path(__file__).parents[2]
QUESTIONS = [
    {"text": "Бағалау түсінікті ме", "text_ru": "Понятна ли оценка", "text_en": "Is marking clear", "answer": "scale"},
    {"text": "Силлабус берілді ме", "answer": "yes_no"},
    {"text": "<b>Оқу түрі</b>", "answer": "choice", "options": "күндізгі | дневная | full-time\nсырттай"},
    {"text": "Тағы не айтасыз", "text_ru": "Что ещё скажете", "answer": "text"},
]
GIVEN = {"q1": "5", "q2": "no", "q3": "2", "q4": "Кітап жетпейді"}


@pytest.fixture
def place(university: University) -> University:
    """The university with the real models of surveys and tools, an approved questionnaire and a survey of it."""
    files = [
        *ROOT.glob("processes/survey/*mn"), *ROOT.glob("processes/tools/*mn"), *ROOT.glob("forms/feedback_survey/*"),
        *ROOT.glob("forms/tool_development/*"),
    ]  # fmt: skip
    content = {
        path.name if path.suffix != ".form" else f"{path.parent.name}_{path.name}": path.read_bytes() for path in files
    }
    university.engine.handle(Deploy(actor=SYSTEM, name="surveys", files=content))
    begin(university, "p002", "tool_development")
    do(university, "p002", "draft", code="Q-1", name="Оқыту <сапасы>", kind="questionnaire", languages=["kk"],
       questions=QUESTIONS, urgent=False)  # fmt: skip
    university.pass_time(timedelta(days=14))
    do(university, "p001", "map_standards", standards=[{"standard": "ESG", "clause": "1.7"}])
    do(university, "p005", "asb_approve", decision="agree", valid_from=day(university), remarks=None)
    return university


def day(place: University, later: int = 0) -> date:
    return place.clock().date() + timedelta(days=later)


def begin(place: University, person: str, process: str, **variables: Any) -> str:
    command = StartProcess(actor=person, definition=process, school="eng", variables=variables)
    return place.engine.handle(command).instance


def do(place: University, person: str, element: str, **answers: Any) -> str:
    """The task's answers, as its form would have let them through; answers the case."""
    reader = place.engine.reader(person)
    row = next(row for view in ("mine", "role") for row in reader.inbox(view).rows if row.element == element)
    place.engine.handle(CompleteTask(actor=person, instance=row.instance, task=row.task, variables=answers))
    place.engine.settle()
    return row.instance


def survey(place: University, opens: int = 0, closes: int = 10, once: tuple[str, ...] = ()) -> str:
    """A survey of students and teachers, open from and to so many days from today; answers the case.

    ``once``: who of them answers by one-time codes.
    """
    begin(place, "p001", "feedback_survey", purpose="Оқыту сапасы & қанағаттану", plan_item=None)
    return do(
        place, "p001", "design", design_decision="hold", questionnaire="Q-1/1.0", audiences=["student", "teacher"],
        population_student=40, population_teacher=10, population_employer=None, cancel_reason=None,
        opens_on=day(place, opens), closes_on=day(place, closes), one_time=list(once),
    )  # fmt: skip


def rows(place: University, register: str) -> list[dict[str, Any]]:
    query = sa.select(vw_register.c.content).where(vw_register.c.register == register).order_by(vw_register.c.key)
    with reading(place.engine.database) as connection:
        return [json.loads(content) for content in connection.execute(query).scalars()]


def code(place: University, audience: str = "student") -> str:
    return next(str(row["code"]) for row in rows(place, "survey_links") if row["audience"] == audience)


def answer(browser: Browser, code: str, given: dict[str, str], key: str = "") -> TestResponse:
    """As somebody who has not answered from this device, or who says that they are another."""
    page = f"/survey/{code}"
    shown = browser.get(f"{page}?again=1").text
    found = re.search(r'name="key" value="([0-9a-f]{32})"', shown)
    token = browser.token(f"{page}?again=1" if "csrf_token" in shown else "/survey")
    data = {"csrf_token": token, "key": key or (found[1] if found else "0" * 32), "again": "1", **given}
    return browser.client.post(page, base_url=HTTPS, headers={"Referer": f"{HTTPS}{page}"}, data=data)


def test_3_4_somebody_answers_by_the_link_of_their_audience_and_it_is_one_row(place: University) -> None:
    survey(place)
    guest = place.visitor()
    typed = code(place).lower()
    found = guest.post("/survey", {"code": f"{typed[:4]} {typed[4:]}"}, page="/survey")
    assert found.status_code == 303
    assert "Оқыту &lt;сапасы&gt;" in guest.get(found.location).text
    sent = answer(guest, code(place), GIVEN)
    assert (sent.status_code, "қабылданды" in sent.text) == (200, True)
    (row,) = rows(place, "survey_answers")
    assert row["answers"] == ["5", "no", "2", None]
    assert (row["words"], row["audience"]) == (["4. Кітап жетпейді"], "student")


@pytest.mark.parametrize(
    ("lang", "question", "choice", "thanks"),
    [
        ("kk", "Бағалау түсінікті ме", "күндізгі", "Жауабыңыз қабылданды"),
        ("ru", "Понятна ли оценка", "дневная", "Ваш ответ принят"),
        ("en", "Is marking clear", "full-time", "Your answer was taken"),
    ],
)
def test_3_4_it_is_asked_in_three_languages(
    place: University, lang: str, question: str, choice: str, thanks: str
) -> None:
    survey(place)
    guest = place.visitor()
    guest.get(f"/lang/{lang}?next=/survey")
    page = guest.get(f"/survey/{code(place)}").text
    assert question in page and choice in page
    assert ('<span lang="kk">2. Силлабус берілді ме' in page) == (lang != "kk")  # not translated: kk, and marked so
    assert thanks in answer(guest, code(place), GIVEN).text


def test_3_4_a_double_click_counts_once_and_another_form_again(place: University) -> None:
    survey(place)
    guest = place.visitor()
    for _ in range(2):
        assert answer(guest, code(place), GIVEN, key="a" * 32).status_code == 200
    assert len(rows(place, "survey_answers")) == 1
    answer(guest, code(place), GIVEN)
    assert len(rows(place, "survey_answers")) == 2
    assert answer(guest, code(place), GIVEN, key="no key").status_code == 422


def test_3_4_it_is_refused_before_it_opens_after_it_closes_and_when_it_is_called_off(place: University) -> None:
    case = survey(place, opens=2, closes=5)
    guest, link = place.visitor(), code(place)
    early = guest.get(f"/survey/{link}")
    assert (early.status_code, day(place, 2).strftime("%d.%m.%Y") in early.text) == (200, True)
    assert answer(guest, link, GIVEN).status_code == 409
    place.pass_time(timedelta(days=3))
    place.engine.handle(Appoint(actor=SYSTEM, person="p007", role="chair", unit="eng", start=day(place), basis="№ 1"))
    place.engine.handle(CancelInstance(actor="p003", instance=case, reason="Жоспар өзгерді"))
    assert (guest.get(f"/survey/{link}").status_code, answer(guest, link, GIVEN).status_code) == (410, 409)
    survey(place, closes=2)
    (other,) = {row["code"] for row in rows(place, "survey_links") if row["audience"] == "student"} - {link}
    assert answer(guest, other, GIVEN).status_code == 200
    place.pass_time(timedelta(days=3))
    late = guest.get(f"/survey/{other}")
    assert (late.status_code, "жабық" in late.text, "<form method" in late.text.partition("<main")[2]) == (
        410, True, False,
    )  # fmt: skip
    assert answer(guest, other, GIVEN).status_code == 409
    assert len(rows(place, "survey_answers")) == 1


@pytest.mark.parametrize("wrong", ["ABCD-EFGH-2345-6777", "x", "%00", "../..", "<script>", "a" * 500, "1/2026"])
def test_an_unknown_code_is_said_to_be_unknown(place: University, wrong: str) -> None:
    survey(place)
    guest = place.visitor()
    assert guest.post("/survey", {"code": wrong}, page="/survey").status_code == 404
    if "/" not in wrong and "%" not in wrong:
        assert guest.get(f"/survey/{wrong}").status_code == 404
        assert "<script>" not in guest.get(f"/survey/{wrong}").text.partition("<main")[2]
    assert rows(place, "survey_answers") == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"q1": ""}, {"q2": "maybe"}, {"q3": "3"}, {"q1": "6"}, {"q4": "а" * 2001}, {"q4": "\0"}, {"q1": "\ud800"},
    ],
)  # fmt: skip
def test_3_4_an_answer_that_is_missing_too_long_or_none_of_the_choices_is_refused_whole(
    place: University, wrong: dict[str, str]
) -> None:
    survey(place)
    given = {name: value.encode("utf-8", "surrogatepass") for name, value in {**GIVEN, **wrong}.items()}
    guest, link = place.visitor(), code(place)
    sent = answer(guest, link, given)  # type: ignore[arg-type]
    assert sent.status_code in (400, 422), sent.text
    if sent.status_code == 422 and next(iter(wrong)) != "q4":
        assert f'href="#{next(iter(wrong))}"' in sent.text
        assert "Кітап жетпейді" in sent.text  # what was typed is kept
    assert rows(place, "survey_answers") == []


def test_hostile_markup_is_shown_as_it_was_written(place: University) -> None:
    survey(place)
    guest, link = place.visitor(), code(place)
    assert "<b>Оқу түрі" not in guest.get(f"/survey/{link}").text
    hostile = '"><script>alert(1)</script>'
    assert hostile not in answer(guest, link, {**GIVEN, "q1": "", "q4": hostile}).text
    for _ in range(3):
        answer(guest, link, {**GIVEN, "q4": hostile})
    place.pass_time(timedelta(days=11))
    page = place.signed_in("p001").get("/registers/survey_answers").text
    assert hostile not in page and "&lt;script&gt;alert(1)" in page


READERS = {"p001": True, "p002": False, "p003": False, "p004": False, "p005": False, "p006": True, "p007": False}


@pytest.mark.parametrize(("person", "reads"), READERS.items())
def test_3_4_answers_are_read_by_who_may_once_it_is_closed(place: University, person: str, reads: bool) -> None:
    case = survey(place)
    guest = place.visitor()
    for _ in range(3):
        answer(guest, code(place), GIVEN)
    for _ in range(2):
        answer(guest, code(place, "teacher"), {**GIVEN, "q4": "Екеудің бірі"})
    browser = place.signed_in(person)
    pages = ["/registers/survey_answers", "/registers/survey_answers.csv", "/registers", "/cases?process=survey_answer",
             f"/cases/{case}"]  # fmt: skip
    assert not any("Кітап" in browser.get(page).text for page in pages)
    place.pass_time(timedelta(days=11))
    browser = place.signed_in(person)
    told = [page for page in pages if "Кітап жетпейді" in browser.get(page).text]
    assert told == (pages[:2] if reads else [])
    assert not any("Екеудің" in browser.get(page).text for page in pages)
    with reading(place.engine.database) as connection:
        query = sa.select(ru_instance.c.id).where(ru_instance.c.process_key == "survey_answer")
        answers = connection.execute(query).scalars().all()
    seen = [browser.get(f"/cases/{one}") for one in answers]
    mends = person == "p006"  # sees that cases exist, as of every case
    assert [page.status_code for page in seen] == [200 if mends else 404] * 5
    assert not any("Кітап" in page.text for page in seen)
    (task, *_) = [row.task for row in place.engine.reader("p001").inbox("role").rows if row.element == "count_answers"]
    assert "Кітап" not in browser.get(f"/tasks/{task}").text


def test_3_4_nothing_of_who_answered_is_logged_even_if_they_are_signed_in(place: University) -> None:
    survey(place)
    browser = place.signed_in("p002")
    with structlog.testing.capture_logs() as logged:
        page = browser.get(f"/survey/{code(place)}")
        assert answer(browser, code(place), GIVEN).status_code == 200
    assert logged == []
    assert "Әбенов" not in page.text and "data-person" not in page.text


def test_2_2_4_the_secretary_sees_the_links_and_a_text_to_send_while_the_survey_is_open(place: University) -> None:
    case = survey(place)
    browser = place.signed_in("p001")
    (task,) = [row.task for row in place.engine.reader("p001").inbox("role").rows if row.element == "announce"]
    for address in (f"/cases/{case}", f"/tasks/{task}"):
        page = browser.get(address).text
        for audience in ("student", "teacher"):
            link = code(place, audience)
            spaced = "-".join(link[at : at + 4] for at in range(0, 16, 4))
            assert page.count(f"{HTTPS}/survey/{spaced}") == 3  # the link, its words, the letter
        assert "«Оқыту сапасы &amp; қанағаттану»" in page and "Dear respondent" in page
    assert place.signed_in("p004").get(f"/cases/{case}").status_code == 404
    place.pass_time(timedelta(days=11))
    later = place.signed_in("p001").get(f"/cases/{case}")
    assert (later.status_code, "/survey/" in later.text) == (200, False)


@contextmanager
def statements(place: University) -> Iterator[list[str]]:
    said: list[str] = []

    def listen(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        said.append(statement)

    sa.event.listen(place.engine.database, "before_cursor_execute", listen)
    yield said
    sa.event.remove(place.engine.database, "before_cursor_execute", listen)


def test_pages_of_cases_that_give_out_no_codes_do_not_look_for_any(place: University) -> None:
    other = begin(place, "p002", "tool_development")
    case = survey(place)
    reader = place.engine.reader("p002")
    tasks = {row.element: row.task for view in ("mine", "role") for row in reader.inbox(view).rows}
    asked = {}
    for person, page in (("p002", f"/cases/{other}"), ("p002", f"/tasks/{tasks['draft']}"), ("p001", f"/cases/{case}")):
        with statements(place) as said:
            assert place.signed_in(person).get(page).status_code == 200
        asked[page] = sum("ORDER BY vw_register.at," in one for one in said)
    assert list(asked.values()) == [0, 0, 1]


def test_the_page_of_registers_counts_answers_without_reading_one(place: University) -> None:
    survey(place)
    for audience, given in (("student", 3), ("teacher", 2)):
        for _ in range(given):
            answer(place.visitor(), code(place, audience), GIVEN)
    survey(place, closes=20)
    reader = place.engine.reader
    assert "survey_answers" not in reader("p001").registers()
    place.pass_time(timedelta(days=11))
    with statements(place) as said:
        assert reader("p001").registers()["survey_answers"] == 3
    assert not any("vw_register.at" in one for one in said)  # rows, not groups of them
    assert reader("p006").registers()["survey_answers"] == 3
    assert "survey_answers" not in reader("p003").registers()


def test_many_tries_from_one_address_are_slowed_down(place: University) -> None:
    guest = place.visitor()
    tries = [guest.post("/survey", {"code": "x"}, page="/survey").status_code for _ in range(25)]
    assert tries[-1] == 429
