"""Keeps a person's work whole: what is asked and why, claiming, refused answers, conflicts, double clicks, limits."""

import html
import json
import re
from datetime import date, timedelta

import pytest
from werkzeug.test import TestResponse

from engine.commands import SYSTEM, Appoint, Deploy, EndAppointment
from tests.web.conftest import HTTPS, MODELS, Browser, Started, University
from web.names import has_next


def the_task(browser: Browser, view: str = "role") -> str:
    found = re.search(r'href="(/tasks/[^"]+)"', browser.get(f"/tasks?view={view}").text)
    assert found
    return found[1]


def form_key(page: str) -> str:
    found = re.search(r'name="key" value="([^"]+)">\s*<input type="hidden" name="answers"', page)
    assert found
    return found[1]


def send(browser: Browser, task: str, answers: dict[str, object], key: str = "") -> TestResponse:
    return browser.post(task, {"answers": json.dumps(answers), "key": key})


def in_the_form(page: str) -> dict[str, object]:
    found = re.search(r'<script type="application/json" id="form-data">(.*?)</script>', page, re.DOTALL)
    assert found
    read: dict[str, object] = json.loads(found[1])
    return read


def test_a_task_stands_in_the_inbox_of_everybody_it_is_offered_to(university: University, started: Started) -> None:
    started("Бірінші")
    for person, tasks in {"p002": 1, "p003": 1, "p001": 0, "p004": 0, "p007": 0}.items():
        page = university.signed_in(person).get("/tasks?view=role").text
        assert page.count("data-row") == tasks, person
    page = university.signed_in("p002").get("/tasks?view=role").text
    assert "Сұрамды тексеру" in page
    assert "10 жұмыс күні қалды" in page
    assert ">7.3.1</span>" in page


def test_an_empty_inbox_says_so_and_leads_to_what_there_is(university: University, started: Started) -> None:
    started("Бірінші")
    page = university.signed_in("p002").get("/tasks?view=mine").text
    assert "Қазір сізден ештеңе талап етілмейді." in page
    assert "Рөлім бойынша: 1 тапсырма" in page
    assert "Қазір сізден ештеңе талап етілмейді." in university.signed_in("p007").get("/tasks").text


def test_the_inbox_opens_where_there_is_something_to_do(university: University, started: Started) -> None:
    started("Бірінші")
    browser = university.signed_in("p002")
    assert browser.get("/tasks").text.count("data-row") == 1
    browser.post(f"{the_task(browser)}/claim", {})
    started("Екінші")
    assert "Бірінші" in browser.get("/tasks").text
    assert "Екінші" not in browser.get("/tasks").text


def test_who_took_part_in_a_case_sees_what_others_have_to_do_in_it_and_with_whom_it_is(
    university: University, started: Started
) -> None:
    started("Бірінші")
    starter = university.signed_in("p001")
    shown = html.unescape(starter.get("/tasks?view=waiting").text)
    assert shown.count("data-row") == 1
    assert "Кімде:" in shown
    assert "мүше" in shown.partition("Кімде:")[2][:80]
    assert "person:" not in shown
    (row,) = university.engine.reader("p002").inbox("role").rows
    member = university.signed_in("p002")
    assert member.post(f"/tasks/{row.task}/claim", {"key": "a"}).status_code == 303
    assert "Кімде: Әбенов Нұрлан" in html.unescape(starter.get("/tasks?view=waiting").text)
    for search, rows in (("бірінші", 1), ("тексеру", 1), ("жоқсөз", 0)):
        assert starter.get(f"/tasks?view=waiting&q={search}").text.count("data-row") == rows, search
    assert "data-row" not in starter.get("/tasks?view=waiting&only=overdue").text
    university.pass_time(timedelta(days=60))
    late = university.signed_in("p001")
    assert late.get("/tasks?view=waiting&only=overdue").text.count("data-row") == 1
    for other in ("p002", "p003", "p004", "p006"):  # who has it, and who took no part
        assert "data-row" not in university.signed_in(other).get("/tasks?view=waiting").text, other


def test_claiming_takes_a_task_from_the_others_and_releasing_gives_it_back(
    university: University, started: Started
) -> None:
    started("Бірінші")
    first, second = university.signed_in("p002"), university.signed_in("p003")
    task = the_task(first)
    assert "Қабылдап, толтыру" in first.get(task).text
    answer = first.post(f"{task}/claim", {"back": "/tasks"})
    assert (answer.status_code, answer.location) == (303, "/tasks")
    assert first.get("/tasks").text.count("data-row") == 1
    assert second.get("/tasks?view=role").text.count("data-row") == 0
    blocked = second.get(task).text
    assert "Қазір мүмкін емес:" in blocked
    assert "Әбенов Нұрлан" in blocked
    assert "data-send" not in blocked
    first.post(f"{task}/release", {"back": "//evil.example"})
    assert second.get("/tasks?view=role").text.count("data-row") == 1


def test_searching_treats_kazakh_letters_as_their_neighbours(university: University, started: Started) -> None:
    started("Өтініш")
    browser = university.signed_in("p002")
    assert browser.get("/tasks?view=role&q=утиниш").text.count("data-row") == 0
    assert browser.get("/tasks?view=role&q=отиниш").text.count("data-row") == 1
    empty = browser.get("/tasks?view=role&q=жоқ").text
    assert "Сүзгіге сай тапсырма табылмады." in empty
    assert "Сүзгіні тазалау" in empty


@pytest.mark.parametrize("query", ["page=0", "page=-1", "page=abc", "page=99999999999999999999", "view=x", "only=x"])
def test_odd_addresses_show_the_first_page(university: University, query: str) -> None:
    assert university.signed_in("p002").get(f"/tasks?{query}").status_code == 200


WHY = {
    "kk": """Бұл тапсырма неге маған келді? / комиссия мүшесі / Сұрам төрағаға хабарланады. / Параметр (ережеде жоқ) /
        10 жұмыс күні""",
    "ru": """Почему эта задача у меня? / член КОК / О запросе узнает председатель. / Параметр (не из Положения) /
        10 рабочих дней""",
    "en": "Why am I asked? / commission member / The chair is told of the request. / Our default / 10 working days",
}


@pytest.mark.parametrize("lang", WHY)
def test_a_task_explains_itself(university: University, started: Started, lang: str) -> None:
    started("Бірінші")
    browser = university.signed_in("p002")
    browser.get(f"/lang/{lang}")
    page = html.unescape(browser.get(the_task(browser)).text)
    for text in [*WHY[lang].split("/"), "7.3.1", "№ 14-ө", "01.09.2026"]:
        assert text.strip() in page


def test_answers_that_are_refused_come_back_with_the_reason_and_the_field(
    university: University, started: Started
) -> None:
    started("Бірінші")
    browser = university.signed_in("p002")
    task = the_task(browser)
    browser.post(f"{task}/claim", {})
    answer = send(browser, task, {"decision": "back", "remark": ""})
    assert answer.status_code == 422
    assert "<title>Қате: " in answer.text
    assert "Жіберілмеді. Түзету керек: 1" in answer.text
    assert re.search(r'data-field="remark">Ескертпе</a>: \S', answer.text)
    beside_the_button = answer.text.partition('id="missing"')[2].partition("</div>")[0]
    assert beside_the_button.startswith(" data-missing>")
    assert 'data-field="remark">Ескертпе</a>' in beside_the_button
    assert 'id="missing" data-missing hidden' in browser.get(task).text  # nothing refused yet: scripts say it live
    form = in_the_form(answer.text)
    assert form["data"]["decision"] == "back"  # type: ignore[index]
    assert set(form["errors"]) == {"remark"}  # type: ignore[call-overload]
    browser.get("/lang/ru")
    assert "Не отправлено. Нужно исправить: 1" in send(browser, task, {"decision": "back", "remark": ""}).text


@pytest.mark.parametrize("answers", ["", "[]", "{", '{"decision": NaN}', "[" * 1000, '{"decision": "elsewhere"}'])
def test_answers_that_no_form_gives_are_refused(university: University, started: Started, answers: str) -> None:
    started("Бірінші")
    browser = university.signed_in("p002")
    task = the_task(browser)
    answer = browser.post(task, {"answers": answers})
    assert answer.status_code == 422
    assert university.signed_in("p003").get("/tasks?view=role").text.count("data-row") == 1


def test_after_sending_the_page_says_what_is_next_and_with_whom(university: University, started: Started) -> None:
    started("Бірінші")
    browser = university.signed_in("p002")
    task = the_task(browser)
    answer = send(browser, task, {"decision": "ok"})
    assert answer.status_code == 303
    page = browser.get(answer.location).text
    assert "Жіберілді" in page
    assert "Келесі қадам:" in page
    assert "Қол қою" in page
    assert "төраға" in page


def test_whose_the_next_step_is_names_the_department_and_not_the_school_of_the_case(university: University) -> None:
    units = university.engine.reader("p002").units()
    step = {"assignee": "", "people": [], "keys": ["chair@eng", "department@eng-cs"]}
    with university.app.test_request_context():
        assert has_next(step, {}, units, "eng") == "төраға; Есептеу кафедрасы"
        assert has_next({**step, "people": ["p002"]}, {"p002": "Серікова Дана"}, units, "eng") == "Серікова Дана"


def test_after_the_last_step_the_page_says_that_the_case_is_over(university: University, started: Started) -> None:
    started("Бірінші")
    browser = university.signed_in("p002")
    page = browser.get(send(browser, the_task(browser), {"decision": "back", "remark": "Басқа мектептің ісі"}).location)
    assert "Іс аяқталды" in page.text
    assert "келесі қадам" not in page.text


def test_the_next_task_is_the_next_step_of_the_case_where_it_is_one_s_own(
    university: University, started: Started
) -> None:
    university.engine.handle(Appoint(actor=SYSTEM, person="p002", role="chair", unit="eng", start=date(2026, 1, 1)))
    started("Бірінші")
    browser = university.signed_in("p002")
    page = browser.get(send(browser, the_task(browser), {"decision": "ok"}).location).text
    assert f'href="{the_task(browser)}">Келесі тапсырма' in page


def test_only_fields_of_the_form_reach_the_case(university: University, started: Started) -> None:
    case = started("Бірінші")
    browser = university.signed_in("p002")
    send(browser, the_task(browser), {"decision": "ok", "school": "law", "initiator": "p002", "subject": "Басқа"})
    page = browser.get(f"/cases/{case}").text
    assert "Сұрам: Бірінші" in page
    assert "Басқа" not in page
    assert university.signed_in("p003").get("/tasks?view=role").text.count("data-row") == 1
    assert university.signed_in("p004").get("/tasks?view=role").text.count("data-row") == 0


def test_a_double_click_is_one_act(university: University, started: Started) -> None:
    started("Бірінші")
    browser = university.signed_in("p002")
    task = the_task(browser)
    browser.post(f"{task}/claim", {})
    key = form_key(browser.get(task).text)
    answers = [send(browser, task, {"decision": "ok"}, key) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert university.signed_in("p003").get("/tasks?view=role").text.count("data-row") == 1


def test_who_comes_second_is_told_and_keeps_the_text(university: University, started: Started) -> None:
    started("Бірінші")
    first, second = university.signed_in("p002"), university.signed_in("p003")
    task = the_task(first)
    send(first, task, {"decision": "ok"})
    answer = send(second, task, {"decision": "back", "remark": "Қайта жазу керек"})
    assert answer.status_code == 409
    assert "Әбенов Нұрлан" in answer.text
    assert "24.11.2026" in answer.text
    assert "Қайта жазу керек" in answer.text
    assert "data-copy" in answer.text


def test_the_same_person_does_not_do_both_steps(university: University, started: Started) -> None:
    started("Бірінші")
    chair = university.signed_in("p003")
    send(chair, the_task(chair), {"decision": "ok"})
    task = the_task(chair)
    page = html.unescape(chair.get(task).text)
    assert "Бұл қадамды басқа адам орындауға тиіс" in page
    assert "«Сұрамды тексеру»" in page
    answer = send(chair, task, {})
    assert answer.status_code == 403
    assert "басқа адам орындауға тиіс" in answer.text


def test_returning_needs_a_reason_and_gives_the_step_back(university: University, started: Started) -> None:
    started("Бірінші")
    member, chair = university.signed_in("p002"), university.signed_in("p003")
    send(member, the_task(member), {"decision": "ok"})
    task = the_task(chair)
    refused = chair.post(f"{task}/return", {"reason": " "})
    assert refused.status_code == 422
    assert "Себебін жазыңыз." in refused.text
    assert chair.post(f"{task}/return", {"reason": "Тақырыбын нақтылау"}).status_code == 303
    assert chair.get("/tasks?view=role").text.count("Қол қою") == 0
    again = member.get(the_task(member, "mine")).text
    assert "Сұрамды тексеру" in again


def test_what_has_no_step_before_cannot_be_returned(university: University, started: Started) -> None:
    started("Бірінші")
    member = university.signed_in("p002")
    answer = member.post(f"{the_task(member)}/return", {"reason": "Бекер"})
    assert answer.status_code == 422
    assert "қайтаруға болатын қадам жоқ" in answer.text
    assert ">Бекер</textarea>" in answer.text


def test_a_chair_gives_a_task_to_one_person_who_holds_the_role(university: University, started: Started) -> None:
    started("Бірінші")
    chair, member = university.signed_in("p003"), university.signed_in("p002")
    task = the_task(chair)
    assert "Басқа адамға беру" in chair.get(task).text
    assert "Басқа адамға беру" not in member.get(task).text
    refused = chair.post(f"{task}/assign", {"person": "p001", "reason": "көмек"})
    assert refused.status_code == 422
    assert "Бұл адам тапсырманың рөлін атқармайды." in refused.text
    assert member.post(f"{task}/assign", {"person": "p003"}).status_code == 403
    assert chair.post(f"{task}/assign", {"person": "p002", "reason": "көмек"}).status_code == 303
    assert member.get("/tasks").text.count("data-row") == 1


def test_another_school_s_task_does_not_exist(university: University, started: Started) -> None:
    started("Бірінші")
    task = the_task(university.signed_in("p002"))
    stranger = university.signed_in("p004")
    for path in (task, "/tasks/nothing.1", "/tasks/x"):
        answer = stranger.get(path)
        assert answer.status_code == 404
        assert "Бірінші" not in answer.text
    for act in ("", "/claim", "/release", "/return", "/assign"):
        answer = stranger.post(f"{task}{act}", {"answers": '{"decision": "ok"}', "reason": "x", "person": "p004"})
        assert answer.status_code == 404, act


def test_an_appointment_that_is_over_bars_the_task(university: University, started: Started) -> None:
    started("Бірінші")
    browser = university.signed_in("p002")
    task = the_task(browser)
    (post,) = university.engine.reader("p002").access.appointments
    university.engine.handle(EndAppointment(actor=SYSTEM, appointment=post.id, end=date(2026, 11, 24), reason="ауысты"))
    answer = send(browser, task, {"decision": "ok"})
    assert answer.status_code in {403, 404}
    assert university.signed_in("p003").get("/tasks?view=role").text.count("data-row") == 1


def test_a_text_of_ten_megabytes_is_refused_before_it_is_read_and_nothing_is_lost(
    university: University, started: Started
) -> None:
    started("Бірінші")
    browser = university.signed_in("p002")
    task = the_task(browser)
    token = browser.token("/account")
    for body in (
        {"csrf_token": token, "answers": json.dumps({"decision": "back", "remark": "ұ" * 5_000_000})},
        {"csrf_token": token, "answers": json.dumps({"decision": "back", "remark": "x" * 1_500_000})},
        {"csrf_token": token, **{f"f{number}": "" for number in range(1000)}},
    ):
        answer = browser.client.post(task, base_url=HTTPS, data=body, headers={"Referer": f"{HTTPS}{task}"})
        assert answer.status_code in {413, 422}
    answer = browser.client.post(
        task,
        base_url=HTTPS,
        data={"csrf_token": token, "answers": "x" * 3_000_000},
        headers={"Referer": f"{HTTPS}{task}"},
    )
    assert answer.status_code == 413
    assert "Мәтін тым үлкен" in answer.text
    assert f'href="{task}"' in answer.text
    assert "Сұрамды тексеру" in browser.get(task).text


def test_faults_show_a_number_and_no_traceback(university: University, monkeypatch: pytest.MonkeyPatch) -> None:
    browser = university.signed_in("p002")
    university.app.testing = False

    def broken(*_args: object, **_more: object) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(university.engine, "working_calendar", broken)
    monkeypatch.setattr("web.inbox.now", broken)
    started_page = browser.get("/tasks")
    assert started_page.status_code in {200, 500}
    monkeypatch.setattr("web.inbox.reader", broken)
    answer = browser.get("/tasks")
    assert answer.status_code == 500
    assert "secret detail" not in answer.text
    assert "Traceback" not in answer.text
    assert re.search(r"Қате нөмірі: [0-9a-f]{10}", answer.text)
    as_json = browser.get("/tasks", Accept="application/json")
    assert as_json.json is not None
    assert as_json.json["error"]["code"] == "fault"


def test_what_a_model_says_of_a_task_in_every_language_is_read_in_ones_own(
    university: University, started: Started
) -> None:
    about = '{kk: "№ 1. " + subject, ru: "Вопрос № 1", en: "Item No. 1"}'.replace('"', "&quot;")
    role = b'<camunda:property name="role" value="&quot;member@&quot; + school"/>'
    file = (MODELS / "request.bpmn").read_bytes()
    told = file.replace(role, role + f'<camunda:property name="about" value="{about}"/>'.encode(), 1)
    assert told != file
    university.engine.handle(Deploy(actor=SYSTEM, name="about", files={"request.bpmn": told}))
    case = started("Сұрам")
    browser = university.signed_in("p002")
    for lang, said in {"kk": "№ 1. Сұрам", "ru": "Вопрос № 1", "en": "Item No. 1"}.items():
        browser.client.set_cookie("sapa_lang", lang, domain="localhost")
        assert said in browser.get("/tasks?view=role").text
        assert said in browser.get(the_task(browser)).text
        assert said in browser.get(f"/cases/{case}").text
    assert browser.get("/tasks?view=role&q=Вопрос").text.count("data-row") == 1
