"""The pages of the regulation: what carries each clause, what is open there; parameters with sources and changes."""

from __future__ import annotations

import html
import re

import pytest
import sqlalchemy as sa

from engine.commands import SYSTEM, Appoint, SetParameter
from engine.database import vw_register
from engine.errors import Invalid
from engine.values import canonical, instant, plain
from tests.web.conftest import TUESDAY, University


@pytest.fixture
def keeper(university: University) -> University:
    """p001 may change parameters."""
    university.engine.handle(
        Appoint(actor=SYSTEM, person="p001", role="process_owner", unit="univ", start=TUESDAY.date())
    )
    return university


def test_every_clause_is_listed_with_what_carries_it(university: University) -> None:
    page = university.signed_in("p007").get("/regulation").text
    assert page.count('class="row-link"') == 153
    assert 'href="/clauses/7.3.1"' in page


def test_what_is_no_clause_comes_last_and_without_a_number(university: University) -> None:
    browser = university.signed_in("p007")
    page = html.unescape(browser.get("/regulation").text)
    assert page.index("/clauses/1.1.s1") < page.index("/clauses/10") < page.index("/clauses/hdr")
    assert "Тармақтардан тыс</h2>" in page
    one = browser.get("/clauses/hdr").text
    assert ">hdr<" not in one and "hdr" not in one.partition("<title>")[2].partition("</title>")[0]
    with university.app.test_request_context():
        chips = university.app.jinja_env.get_template("parts.html").make_module({}).clause("8.1.p2, hdr")
    assert ">8.1.p2</span>" in chips and ">колонтитул</span>" in chips and "hdr" not in chips


def test_a_word_or_a_number_narrows_the_list(university: University) -> None:
    browser = university.signed_in("p007")
    assert browser.get("/regulation?q=7.3.1").text.count('class="row-link"') == 1
    assert 'class="row-link"' not in browser.get("/regulation?q=жоқсөз").text


def test_a_clause_names_what_carries_it_and_the_files_to_who_keeps_them_alone(university: University) -> None:
    page = html.unescape(university.signed_in("p007").get("/clauses/7.5.1").text)
    assert "Кемшілікті жою мерзімі" in page and "<h3>Параметрлер</h3>" in page
    assert ".yaml" not in page and "processes/" not in page
    assert "parameters.yaml" in university.signed_in("p006").get("/clauses/7.5.1").text


def test_a_step_stands_under_its_procedure_and_rights_under_their_names(university: University) -> None:
    page = html.unescape(university.signed_in("p007").get("/clauses/7.4.1").text)
    assert "<h3>Сұрам</h3>" in page
    rights = html.unescape(university.signed_in("p007").get("/clauses/6.2(3)").text)
    assert "roles.chair" not in rights
    assert "тапсырманы белгілі бір адамға беру" in rights


def test_whoever_may_not_change_parameters_is_told_who_may(keeper: University) -> None:
    told = html.unescape(keeper.signed_in("p007").get("/parameters").text)
    assert "өзгерте алатындар:" in told and "<strong>процесс иесі</strong>: Ысқақова Айгүл" in told
    assert "өзгерте алатындар:" not in html.unescape(keeper.signed_in("p001").get("/parameters").text)


def edition(university: University, number: int, status: str = "in_force") -> None:
    """An edition of the regulation in its register, as the procedure enters it."""
    content = plain({"edition_no": number, "approved_on": TUESDAY.date(), "status": status})
    row = {"register": "editions", "key": str(number), "school": "univ", "instance": "", "at": instant(TUESDAY)}
    with university.engine.database.begin() as connection:
        connection.execute(sa.insert(vw_register), row | {"content": canonical(content)})


def test_8_2_what_the_regulation_states_changes_with_an_edition_in_force_only(keeper: University) -> None:
    browser = keeper.signed_in("p001")
    edition(keeper, 2, "superseded")
    edition(keeper, 3)
    for wrong in ("", "2", "9"):
        typed = {"value": "24", "reason": "4.2", "edition": wrong}
        assert browser.post("/parameters/TERM", typed, page="/parameters").status_code == 422
    answer = browser.post("/parameters/TERM", {"value": "24", "reason": "4.2", "edition": "3"}, page="/parameters")
    assert answer.status_code == 303
    page = browser.get("/parameters?q=TERM").text
    assert "24 ай" in page and "36 ай" in page and "Ереженің 3-редакциясы" in page


def test_7_2_1_periods_are_typed_a_line_each(keeper: University) -> None:
    browser = keeper.signed_in("p001")
    two = {"value": "01.07.2027–15.08.2027\n 24.12.2027 - 10.01.2028 ", "reason": "Демалыс"}
    assert browser.post("/parameters/P_PAUSE", two, page="/parameters").status_code == 303
    assert "01.07.2027–15.08.2027, 24.12.2027–10.01.2028" in browser.get("/parameters?q=P_PAUSE").text
    for wrong in ("01.07.2027", "15.08.2027–01.07.2027", "шілде–тамыз"):
        assert browser.post("/parameters/P_PAUSE", two | {"value": wrong}, page="/parameters").status_code == 422
    assert browser.post("/parameters/P_PAUSE", two | {"value": ""}, page="/parameters").status_code == 303


def test_each_parameter_says_whose_it_is(university: University) -> None:
    page = university.signed_in("p007").get("/parameters").text
    assert "Біздің әдепкі мәндеріміз" in page and "Ережеде белгіленген" in page
    assert '<form method="post" action="/parameters/' not in page


def test_8_2_ours_is_changed_with_a_reason_that_stays_in_sight(keeper: University) -> None:
    browser = keeper.signed_in("p001")
    answer = browser.post("/parameters/P_CURE_WD", {"value": "12", "reason": "Декан ұсынысы"}, page="/parameters")
    assert answer.status_code == 303
    page = browser.get("/parameters?q=P_CURE_WD").text
    assert "12 жұмыс күні" in page and "10 жұмыс күні" in page
    assert "Декан ұсынысы" in page and "Ысқақова Айгүл" in page


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [("P_CURE_WD", "көп", "себеп"), ("P_CURE_WD", "-1", "себеп"), ("P_CURE_WD", "12", " "), ("TERM", "12", "себеп")],
)
def test_8_2_what_cannot_be_changed_so_is_refused_and_kept_as_typed(
    keeper: University, name: str, value: str, reason: str
) -> None:
    browser = keeper.signed_in("p001")
    answer = browser.post(f"/parameters/{name}", {"value": value, "reason": reason}, page="/parameters")
    assert answer.status_code == 422
    assert name == "TERM" or f'value="{value}"' in answer.text
    row = re.search(rf'<tr data-row id="{name}">.*?</tr>', answer.text, re.DOTALL)
    assert row and f'id="p-{name}"' in row[0], "what is wrong stands in the row itself"
    told = re.search(rf'aria-describedby="(h-{name} )?p-{name}" aria-invalid="true" autofocus', row[0])
    assert name == "TERM" or told
    assert answer.text.count('class="field-error"') == 1
    assert keeper.engine.reader("p001").regulation.parameters()[1] == {}


@pytest.mark.parametrize(("reason", "value", "field"), [("   ", "12", "r"), ("себеп", "12,5", "v")])
def test_what_is_wrong_with_a_parameter_stands_at_its_own_field(
    keeper: University, reason: str, value: str, field: str
) -> None:
    browser = keeper.signed_in("p001")
    answer = browser.post("/parameters/P_CURE_WD", {"value": value, "reason": reason}, page="/parameters")
    (wrong,) = re.findall(r'<input[^>]* aria-invalid="true"[^>]*>', answer.text)
    assert f'id="{field}-P_CURE_WD"' in wrong and "p-P_CURE_WD" in wrong
    one = answer.text.split(wrong)[1].split('<div class="field">')[0]
    assert 'id="p-P_CURE_WD"' in one, "the sentence stands below the field"


def test_what_a_parameter_may_be_stands_beside_its_field(keeper: University) -> None:
    browser = keeper.signed_in("p001")
    assert "Рұқсат етілген мән: 2–8 аралығындағы бүтін сан" in browser.get("/parameters?q=P_RISK_MEDIUM_FROM").text
    assert "«Жоғары тәуекел осы ұпайдан басталады» мәнінен (қазір 5) кіші болады" in (
        browser.get("/parameters?q=P_RISK_MEDIUM_FROM").text
    )
    assert "0–10000 аралығындағы бүтін сан" in browser.get("/parameters?q=P_CURE_WD").text
    assert "0–1 аралығындағы үлес" in browser.get("/parameters?q=P_RESP_MIN").text


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("P_RISK_MEDIUM_FROM", "5", "мәнінен (5) кіші болуы керек"),
        ("P_RISK_HIGH_FROM", "3", "мәнінен (3) үлкен болуы керек"),
        ("P_RISK_HIGH_FROM", "10", "3–9 аралығындағы бүтін сан."),
        ("P_RISK_MEDIUM_FROM", "1", "2–8 аралығындағы бүтін сан."),
    ],
)
def test_3_5_levels_of_a_risk_keep_their_order_and_can_be_reached(
    keeper: University, name: str, value: str, said: str
) -> None:
    browser = keeper.signed_in("p001")
    answer = browser.post(f"/parameters/{name}", {"value": value, "reason": "себеп"}, page="/parameters")
    assert answer.status_code == 422
    (error,) = re.findall(r'<p class="field-error".*?</p>', answer.text, re.DOTALL)
    assert said in error


def test_a_refused_choice_is_kept_and_so_is_the_search(keeper: University) -> None:
    browser = keeper.signed_in("p001")
    no = {"value": "false", "reason": " "}
    answer = browser.post("/parameters/P_UNCURED_COUNTS?q=P_UNCURED_COUNTS", no, page="/parameters")
    assert answer.status_code == 422
    assert '<option value="false" selected>' in answer.text
    assert answer.text.count("<tr data-row") == 1


def test_who_may_not_change_parameters_gets_no_such_page(university: University) -> None:
    browser = university.signed_in("p007")
    answer = browser.post("/parameters/P_CURE_WD", {"value": "12", "reason": "себеп"}, page="/account")
    assert answer.status_code == 404


def test_a_value_of_another_kind_is_refused_by_the_engine(university: University) -> None:
    with pytest.raises(Invalid):
        university.engine.handle(SetParameter(actor=SYSTEM, name="P_CURE_WD", value="12", reason="себеп"))


def test_an_hour_is_typed_as_one_and_a_period_chosen_of_those_that_divide_the_year(keeper: University) -> None:
    browser = keeper.signed_in("p001")
    edition(keeper, 3)
    page = browser.get("/parameters?q=P_MEETING_TIME").text
    assert 'value="15:00" type="time"' in page
    hour = {"value": "14:30", "reason": "Кесте"}
    assert browser.post("/parameters/P_MEETING_TIME", hour, page="/parameters").status_code == 303
    assert "14:30" in browser.get("/parameters?q=P_MEETING_TIME").text
    for wrong in ("", "25:00", "14.30", "түсте"):
        typed = hour | {"value": wrong}
        assert browser.post("/parameters/P_MEETING_TIME", typed, page="/parameters").status_code == 422
    assert '<option value="3" selected>3 ай</option>' in browser.get("/parameters?q=INQUIRY").text
    months = {"value": "5", "reason": "7.4.3", "edition": "3"}
    assert browser.post("/parameters/INQUIRY", months, page="/parameters").status_code == 422
    assert browser.post("/parameters/INQUIRY", months | {"value": "6"}, page="/parameters").status_code == 303
