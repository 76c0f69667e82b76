"""Keeps the loading of files honest: a dry run changes nothing, one act loads, bad rows come back as a file."""

from __future__ import annotations

import io

from openpyxl import load_workbook

from engine.commands import SYSTEM, RecordPerson
from tests.web.conftest import HTTPS, Browser, University

FILE = """person;name;unit;email
n1;Бірінші Адам;eng-cs;
n2;Екінші Адам;nowhere;
n3;=HYPERLINK(1);eng;bad-mail
p007;Абай Жанар;eng;
"""


def sent(browser: Browser, content: str | bytes, name: str = "people.csv") -> str:
    data = {
        "csrf_token": browser.token("/directory/import"),
        "file": (io.BytesIO(content if isinstance(content, bytes) else content.encode()), name),
    }
    answer = browser.client.post(
        "/directory/import", base_url=HTTPS, data=data, headers={"Referer": f"{HTTPS}/directory/import"}
    )
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def test_a_dry_run_changes_nothing_and_one_act_loads_the_good_rows_once(university: University) -> None:
    browser = university.signed_in("p006")
    page = sent(browser, FILE)
    text = browser.get(page).text
    assert "Жүктеледі: 1. Қате: 2." in text and "nowhere" in text and "Мұндай бөлімше тіркелмеген." in text
    assert university.engine.reader("p006").people(["n1"]) == {}
    for _ in range(2):
        assert browser.post(page, {"key": "k"}, page=page).status_code == 303
    assert university.engine.reader("p006").people(["n1", "n2", "n3"]) == {"n1": "Бірінші Адам"}
    assert "Жүктелді: 1. Жүктелмеді: 2." in browser.get(page).text
    assert "Жүктеледі: 0. Қате: 2." in browser.get(sent(browser, FILE)).text


def test_bad_rows_come_back_whole_and_no_cell_is_a_formula(university: University) -> None:
    browser = university.signed_in("p006")
    page = sent(browser, FILE)
    answer = browser.client.get(f"{page}/errors.xlsx", base_url=HTTPS)
    sheet = load_workbook(io.BytesIO(answer.data)).active
    assert sheet is not None
    cells = [cell for row in sheet.iter_rows() for cell in row]
    assert all(cell.data_type != "f" for cell in cells)
    assert {"n2", "n3", "nowhere", "bad-mail", "=HYPERLINK(1)"} <= {cell.value for cell in cells}


def test_a_row_that_changed_between_the_check_and_the_loading_is_told_and_not_loaded(university: University) -> None:
    browser = university.signed_in("p006")
    page = sent(browser, FILE)
    university.engine.handle(RecordPerson(actor=SYSTEM, person="n1", name="Басқа Адам", unit="law"))
    browser.post(page, {"key": "k"}, page=page)
    assert university.engine.reader("p006").people(["n1"]) == {"n1": "Басқа Адам"}
    assert "тексеруден кейін өзгерді" in browser.get(page).text


def test_templates_load_as_they_are_but_for_units_that_are_not_there(university: University) -> None:
    browser = university.signed_in("p006")
    for kind in ("units", "programmes", "people", "appointments"):
        file = browser.client.get(f"/directory/import/template/{kind}.csv", base_url=HTTPS).data
        assert browser.get(sent(browser, file, f"{kind}.csv")).status_code == 200


def test_a_file_is_seen_by_who_brought_it_only(university: University) -> None:
    page = sent(university.signed_in("p006"), FILE)
    assert university.signed_in("p001").get(page).status_code == 404
    university.engine.handle(RecordPerson(actor=SYSTEM, person="p001", name="Ысқақова Айгүл", unit="eng-cs"))
    assert university.signed_in("p006").get(page + "0").status_code == 404
