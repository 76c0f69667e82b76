"""Keeps every missing button explained: what is missing, who can do it, by which clause, what to do now."""

from __future__ import annotations

import re
from datetime import date, timedelta

from engine.commands import SYSTEM, Appoint, Deploy, RecordAbsence, SuspendInstance
from tests.web.conftest import MODELS, Browser, Started, University
from tests.web.test_inbox_and_task import send, the_task


def band(browser: Browser, task: str) -> str:
    found = re.search(r'<section class="blocked.*?</section>', browser.get(task).text, re.DOTALL)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", found[0])) if found else ""


def test_whoever_may_do_a_task_is_told_nothing(university: University, started: Started) -> None:
    started("Бірінші")
    member = university.signed_in("p002")
    assert band(member, the_task(member)) == ""


def test_a_task_of_others_names_them_the_clause_and_the_way(university: University, started: Started) -> None:
    started("Бірінші")
    task = the_task(university.signed_in("p002"))
    secretary = university.signed_in("p001")
    told = band(secretary, task)
    assert "комиссия мүшесі : Әбенов Нұрлан, Омаров Ерлан" in told
    assert "7.3.1" in told
    assert "хабарлаңыз" in told
    assert 'href="/clauses/7.3.1"' in secretary.get(task).text


def test_a_task_taken_by_another_says_who_can_free_it(university: University, started: Started) -> None:
    started("Бірінші")
    member, chair = university.signed_in("p002"), university.signed_in("p003")
    task = the_task(member)
    assert chair.post(f"{task}/claim", {}, page=task).status_code == 303
    told = band(member, task)
    assert "Омаров Ерлан" in told
    assert "төраға" in told  # may give it to another, by 6.2(3)
    assert "6.2(3)" in told


def test_the_second_of_two_steps_for_two_people_says_so(university: University, started: Started) -> None:
    started("Бірінші")
    chair = university.signed_in("p003")
    send(chair, the_task(chair), {"decision": "ok"})
    told = band(chair, the_task(chair))
    assert "басқа адам орындауға тиіс" in told
    assert "әкімші : Kim Anna" in told  # nobody else is chair: only an appointment helps
    university.engine.handle(
        Appoint(actor=SYSTEM, person="p002", role="chair", unit="eng", start=date(2026, 9, 1), basis="№ 2")
    )
    told = band(chair, the_task(chair))
    assert "төраға : Әбенов Нұрлан" in told
    assert "Kim Anna" not in told


def test_a_task_asked_of_one_person_names_that_person_also_to_who_may_give_tasks_away(university: University) -> None:
    text = (
        (MODELS / "request.bpmn").read_text("utf-8").replace("&quot;member@&quot; + school", "&quot;person:p002&quot;")
    )
    files = {"request.bpmn": text.encode()}
    university.engine.handle(Deploy(actor=SYSTEM, name="named", files=files))
    start = {"answers": '{"subject": "Бірінші"}'}
    university.signed_in("p001").post("/start/request?school=eng", start, page="/start/request?school=eng")
    task = the_task(university.signed_in("p002"), "mine")
    for reader in ("p001", "p003"):  # the chair may give tasks to others
        told = band(university.signed_in(reader), task)
        assert "Кім орындай алады Әбенов Нұрлан" in told, reader
        assert "хабарлаңыз" in told
    today = university.clock.now.date()
    away = RecordAbsence(actor=SYSTEM, person="p002", start=today, end=today + timedelta(days=9), basis="№ 3")
    university.engine.handle(away)
    assert "Әбенов Нұрлан" in band(university.signed_in("p003"), task), "nobody else can do it while they are away"


def test_a_suspended_case_names_who_resumes_it(university: University, started: Started) -> None:
    case = started("Бірінші")
    member = university.signed_in("p002")
    task = the_task(member)
    university.engine.handle(SuspendInstance(actor="p003", instance=case, reason="тексеру"))
    told = band(member, task)
    assert "Іс жалғасқанша ештеңе жіберілмейді" in told
    assert "Омаров Ерлан" in told


def test_acts_on_a_case_that_are_not_offered_say_why(university: University, started: Started) -> None:
    case = started("Бірінші")
    page = university.signed_in("p001").get(f"/cases/{case}").text
    assert "Кейбір әрекет неге ұсынылмайды?" in page
    assert "<strong>төраға</strong>: Омаров Ерлан" in page
    assert "Іс тоқтатылмаған" in page


def test_whoever_began_a_case_by_mistake_takes_it_back_while_nobody_has_done_a_step(
    university: University, started: Started
) -> None:
    mistaken, real = started("Қате"), started("Бірінші")
    starter, member = university.signed_in("p001"), university.signed_in("p002")
    page = f"/cases/{mistaken}"
    assert "Қате басталған істі қайтарып алу" in starter.get(page).text
    assert "Қате басталған істі қайтарып алу" not in member.get(page).text
    assert member.post(f"{page}/cancel", {"reason": "қате", "key": "a"}, page=page).status_code == 403
    assert starter.post(f"{page}/cancel", {"reason": " ", "key": "b"}, page=page).status_code == 422
    assert starter.post(f"{page}/cancel", {"reason": "екі рет бастадым", "key": "c"}, page=page).status_code == 303
    seen = university.engine.reader("p001").case(mistaken)
    assert (seen.row.state, seen.tasks, seen.timeline[-1].kind) == ("cancelled", (), "CancelInstance")
    assert "екі рет бастадым" in starter.get(page).text
    task = next(row.task for row in university.engine.reader("p002").inbox("role").rows if row.instance == real)
    assert send(member, f"/tasks/{task}", {"decision": "ok"}).status_code == 303
    assert "қайтарып алу" not in starter.get(f"/cases/{real}").text
    refused = starter.post(f"/cases/{real}/cancel", {"reason": "кеш", "key": "d"}, page=f"/cases/{real}")
    assert refused.status_code == 403
    assert university.engine.reader("p001").case(real).row.state == "active"


def test_a_clause_is_told_in_own_words_with_what_belongs_to_it(university: University) -> None:
    browser = university.signed_in("p007")
    page = browser.get("/clauses/7.3.1").text
    assert "Тармақтың қысқаша атауы өз сөзімізбен берілген" in page
    assert "<strong>10 жұмыс күні</strong>" in browser.get("/clauses/8.3.p3").text
    assert "Дауыс беру және шешім" in page
    assert browser.get("/clauses/99.9").status_code == 404
