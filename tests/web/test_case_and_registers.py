"""Keeps cases and registers readable by those who may: steps, history, incidents, exports, nothing of other schools."""

import csv
import html
import io
import json
import re
from datetime import timedelta

from engine.commands import StartProcess
from tests.web.conftest import Browser, Started, University
from tests.web.test_inbox_and_task import send, the_task


def advance(university: University, to: str = "act") -> Browser:
    """Take the one open request through checking and signing; answers the starter's browser."""
    member, chair, starter = (university.signed_in(person) for person in ("p002", "p003", "p001"))
    send(member, the_task(member), {"decision": "ok"})
    if to != "sign":
        send(chair, the_task(chair), {})
    if to == "pause":
        send(starter, the_task(starter, "mine"), {"result": "Орындалды"})
    return starter


def test_what_may_be_started_is_listed_with_its_clause(university: University) -> None:
    page = university.signed_in("p001").get("/start").text
    assert "Сұрам жіберу" in page
    assert ">7.4.1</span>" in page
    assert "/start/request?school=eng" in page
    assert "school=law" not in page
    assert "Іздеуге сай іс түрі табылмады." in university.signed_in("p001").get("/start?q=жоқ").text
    assert "Сұрам жіберу" in university.signed_in("p001").get("/start?q=сурам").text
    nothing = university.signed_in("p007").get("/start").text
    assert "істер қолмен басталмайды" in nothing


def test_a_case_starts_once_and_a_second_with_the_same_key_is_explained(university: University) -> None:
    browser = university.signed_in("p001")
    path = "/start/request?school=eng"
    first = browser.post(path, {"answers": '{"subject": "Бірінші"}', "key": "k1"}, page=path)
    again = browser.post(path, {"answers": '{"subject": "Бірінші"}', "key": "k1"}, page=path)
    assert first.location == again.location
    other = browser.post(path, {"answers": '{"subject": "Бірінші"}', "key": "k2"}, page=path)
    assert other.status_code == 409
    assert "Мұндай іс ашық тұр: Бірінші" in html.unescape(other.text)
    empty = browser.post(path, {"answers": '{"subject": ""}', "key": "k3"}, page=path)
    assert empty.status_code == 422
    assert 'data-field="subject">Тақырыбы</a>' in empty.text


def test_nobody_starts_what_is_not_theirs(university: University) -> None:
    for person, path in (
        ("p002", "/start/request?school=eng"),
        ("p001", "/start/request?school=law"),
        ("p001", "/start/x"),
    ):
        browser = university.signed_in(person)
        assert browser.get(path).status_code == 404
        assert browser.post(path, {"answers": '{"subject": "Жоқ"}'}).status_code == 404


def test_a_case_says_where_it_stands_in_words_and_for_the_diagram(university: University, started: Started) -> None:
    case = started("Бірінші")
    starter = advance(university, "sign")
    page = html.unescape(starter.get(f"/cases/{case}").text)
    assert "Сұрам: Бірінші" in page
    assert "орындалуда" in page
    assert "step-done" in page
    assert "step-active" in page
    assert "Әлі жетпеген қадамдар: " in page
    told = starter.get(f"/cases/{case}/diagram").json
    assert told is not None
    assert told["xml"].startswith("<?xml")
    states = {step["element"]: step["state"] for step in told["steps"]}
    assert states["check"] == "done"
    assert states["sign"] == "active"
    assert states["act"] == "none"


def test_whoever_can_go_on_with_a_case_is_led_to_the_task(university: University, started: Started) -> None:
    case = started("Бірінші")
    shown = {one: "Тапсырманы ашу" in university.signed_in(one).get(f"/cases/{case}").text for one in ("p001", "p002")}
    assert shown == {"p001": False, "p002": True}, "the first step is the members'"


def test_the_history_speaks_the_reader_s_language(university: University, started: Started) -> None:
    case = started("Бірінші")
    starter = advance(university)
    captions = {
        "kk": ["Іс басталды.", "«Сұрамды тексеру» орындалды.", "Әбенов Нұрлан", "комиссия мүшесі, Инженерия мектебі"],
        "ru": [
            "Дело начато.",
            "Выполнено: «Проверить запрос».",
            "член КОК",
            "Внесено в реестр: Реестр решений, Бірінші.",
        ],
        "en": ["The case started.", "“Check the request” was done.", "commission member"],
    }
    for lang, sentences in captions.items():
        starter.get(f"/lang/{lang}")
        page = html.unescape(starter.get(f"/cases/{case}").text)
        for sentence in sentences:
            assert sentence in page, lang


def test_what_was_typed_is_shown_under_the_label_of_its_field(university: University, started: Started) -> None:
    case = started("Бірінші")
    starter = advance(university)
    for lang, pairs in {"kk": ["Тақырыбы", "Қабылдау"], "ru": ["Тема", "Принять"], "en": ["Subject", "Accept"]}.items():
        starter.get(f"/lang/{lang}")
        page = html.unescape(starter.get(f"/cases/{case}").text)
        assert f"<dt>{pairs[0]}</dt><dd>Бірінші</dd>" in page
        assert f"<dd>{pairs[1]}</dd>" in page
        assert "<code>decision</code>" not in page


def test_an_incident_is_explained_and_retried_by_those_who_may(university: University, started: Started) -> None:
    case = started("Бірінші")
    starter = advance(university, "pause")
    assert "Мерзім күтуде" in starter.get(f"/cases/{case}").text
    university.pass_time(timedelta(days=3, minutes=1))
    starter = university.signed_in("p001")
    page = html.unescape(starter.get(f"/cases/{case}").text)
    assert "Ақау: «Шарт»" in page
    assert "Іс тоқтап тұр, деректер сақталған." in page
    assert "unheard_of" in page
    assert f"/cases/{case}/retry" not in page
    assert starter.post(f"/cases/{case}/retry", {"incident": "x"}).status_code in {403, 409}
    admin = university.signed_in("p006")
    shown = admin.get(f"/cases/{case}").text
    assert f"/cases/{case}/retry" in shown


def test_acts_on_a_case_need_the_right_and_a_reason(university: University, started: Started) -> None:
    case = started("Бірінші")
    member, chair = university.signed_in("p002"), university.signed_in("p003")
    assert '/suspend"' not in member.get(f"/cases/{case}").text
    assert member.post(f"/cases/{case}/suspend", {"reason": "бекер"}).status_code == 403
    assert chair.post(f"/cases/{case}/suspend", {"reason": "  "}).status_code == 422
    assert chair.post(f"/cases/{case}/suspend", {"reason": "тексеру"}).status_code == 303
    assert "тоқтатылды" in member.get(f"/cases/{case}").text
    assert chair.post(f"/cases/{case}/resume", {"reason": ""}).status_code == 303
    assert chair.post(f"/cases/{case}/cancel", {"reason": "қажет емес"}).status_code == 303
    page = html.unescape(chair.get(f"/cases/{case}").text)
    assert "күші жойылды" in page
    assert "қажет емес" in page


def test_the_school_is_told_where_cases_of_several_are_listed(university: University, started: Started) -> None:
    started("Бірінші")
    starter, asb = university.signed_in("p001"), university.signed_in("p005")
    assert "Инженерия мектебі" not in starter.get("/cases").text
    law = StartProcess(actor="p004", definition="request", school="law", variables={"subject": "Екінші"})
    university.engine.handle(law)
    assert all(school in asb.get("/cases").text for school in ("Инженерия мектебі", "Құқық мектебі"))


def test_the_place_one_is_in_is_marked_on_the_rail(university: University, started: Started) -> None:
    started("Бірінші")
    browser = university.signed_in("p002")
    task = the_task(browser)
    for page in ("/tasks", task, f"{task}/delegate"):
        rail = browser.get(page).text.partition('<nav class="rail"')[2].partition("</nav>")[0]
        assert re.findall(r'href="([^"]+)" aria-current="page"', rail) == ["/tasks"], page


def test_cases_of_another_school_do_not_exist(university: University, started: Started) -> None:
    case = started("Бірінші")
    stranger = university.signed_in("p004")
    for path in (f"/cases/{case}", f"/cases/{case}/diagram"):
        assert stranger.get(path).status_code == 404
    for act in ("retry", "suspend", "resume", "cancel"):
        assert stranger.post(f"/cases/{case}/{act}", {"reason": "x", "incident": "x"}).status_code == 404
    assert "Бірінші" not in stranger.get("/cases").text
    assert "Бірінші" not in stranger.get("/cases?q=Бірінші").text.replace('value="Бірінші"', "")
    assert "Сізге ашық іс әзірге жоқ." in university.signed_in("p004").get("/cases").text
    assert "Сұрам: Бірінші" in university.signed_in("p005").get("/cases").text


def test_cases_are_found_by_state_and_by_words(university: University, started: Started) -> None:
    started("Өтініш қарау")
    started("Басқа іс")
    browser = university.signed_in("p001")
    assert browser.get("/cases").text.count("data-row") == 2
    assert browser.get("/cases?q=отиниш").text.count("data-row") == 1
    assert browser.get("/cases?state=completed").text.count("data-row") == 0
    assert browser.get("/cases?state=nonsense&page=x").text.count("data-row") == 2


def test_the_register_shows_names_statuses_and_late_dates(university: University, started: Started) -> None:
    started("Бірінші")
    starter = advance(university)
    page = html.unescape(starter.get("/registers/decisions").text)
    assert "Шешімдер тізілімі" in page
    assert "Ысқақова Айгүл" in page
    assert "24.11.2026" in page
    assert "орындалуда" in page
    assert "/registers/decisions?status=open" in page
    assert starter.get("/registers/decisions?status=done").text.count("data-row") == 0
    assert "Шешімдер тізілімі" in starter.get("/registers").text
    university.clock.forward(timedelta(days=1))
    assert "due-late" in university.signed_in("p001").get("/registers/decisions").text


def test_an_export_is_the_filtered_rows_and_never_a_formula(university: University, started: Started) -> None:
    started("=HYPERLINK(1)")
    starter = advance(university)
    answer = starter.get("/registers/decisions.csv")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="decisions.csv"'
    rows = list(csv.reader(io.StringIO(answer.get_data().decode("utf-8-sig")), delimiter=";"))
    assert rows[0][:4] == ["№", "Күні", "Отырыс", "Шешім"]
    assert rows[1][:5] == ["'=HYPERLINK(1)", "24.11.2026", "", "'=HYPERLINK(1)", "Ысқақова Айгүл"]
    assert len(list(csv.reader(io.StringIO(starter.get("/registers/decisions.csv?status=done").text)))) == 1
    assert len(university.signed_in("p004").get("/registers/decisions.csv").text.splitlines()) == 1


def test_names_from_people_and_models_are_shown_as_text(university: University, started: Started) -> None:
    case = started("<img src=x onerror=alert(1)>")
    starter = advance(university)
    for path in ("/cases", f"/cases/{case}", "/registers/decisions", "/tasks", the_task(starter, "mine")):
        text = starter.get(path).text
        assert "<img src=x" not in text, path
        assert "onerror=alert(1)&gt;" in text or "onerror" not in text or "\\u003cimg" in text, path
    told = starter.get(f"/cases/{case}/diagram")
    assert told.content_type == "application/json"
    assert json.loads(told.text)


def test_an_unknown_address_offers_a_way_on(university: University) -> None:
    answer = university.signed_in("p001").get("/cases/none")
    assert answer.status_code == 404
    assert "Табылмады" in answer.text
    assert 'action="/cases"' in answer.text
