"""A one-time code answers a survey once; from nothing that is kept can anybody tell who answered what, or when."""

from __future__ import annotations

import base64
import io
import json
import re
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from openpyxl import load_workbook

from engine.commands import SYSTEM, Appoint, CancelInstance, IssueCodes
from engine.database import hi_entry, hi_payload, reading, ru_request, vw_register
from engine.errors import NotPermitted
from engine.history import ledger
from engine.history.rebuild import NOT_FROM_FACTS
from engine.history.verify import verify
from engine.once import ou_once, ou_once_code
from tests.web.conftest import HTTPS, Browser, University
from tests.web.test_survey import GIVEN, answer, code, day, place, rows, survey

__all__ = ["place"]  # a fixture
SHEET = re.compile(r"<code>([A-Z2-7]{4}(?:-[A-Z2-7]{4}){3})</code>")
TOLD = ("Оқыту", "Инженерия", "Бағалау", "Marking", "анкета", "10.2026")
"""What a page that reveals nothing must not hold."""


def sheet(place: University, case: str, count: int = 5, browser: Browser | None = None, **more: str) -> list[str]:
    by = browser or place.signed_in("p001")
    page = f"/cases/{case}/codes"
    made = by.post(page, {"audience": "student", "count": str(count), "key": "a" * 32, **more}, page=page)
    assert (made.status_code, made.headers["Cache-Control"]) == (200, "no-store"), made.text
    return SHEET.findall(made.text)


SAID = {"kk": "Бұл сілтеме пайдаланылған", "ru": "Эта ссылка уже использована", "en": "This link has been used"}


def test_3_4_a_code_answers_once_and_the_second_time_is_refused_politely_and_tells_nothing(place: University) -> None:
    case = survey(place, once=("student",))
    first, other, *_ = sheet(place, case)
    guest = place.visitor()
    assert answer(guest, first, GIVEN, key="b" * 32).status_code == 200
    assert answer(guest, first, GIVEN, key="b" * 32).status_code == 200  # a double click is thanked, and counts once
    again = [guest.get(f"/survey/{first}"), answer(guest, first, GIVEN), place.visitor().get(f"/survey/{first}")]
    assert [page.status_code for page in again] == [410] * 3
    for page in again:
        main = page.text.partition("<main")[2]
        assert not any(one in main for one in TOLD) and first not in main
    for lang, said in SAID.items():
        guest.get(f"/lang/{lang}?next=/survey")
        assert said in guest.get(f"/survey/{first}").text
    assert len(rows(place, "survey_answers")) == 1
    assert answer(guest, other.lower().replace("-", " "), GIVEN).status_code == 200
    assert len(rows(place, "survey_answers")) == 2


def test_3_4_where_codes_are_given_the_shared_link_only_asks_for_one_and_others_go_on(place: University) -> None:
    survey(place, once=("student",))
    guest = place.visitor()
    page = guest.get(f"/survey/{code(place)}")
    main = page.text.partition("<main")[2]
    assert (page.status_code, "бір реттік код" in main, "Бағалау" in main) == (200, True, False)
    assert answer(guest, code(place), GIVEN).status_code == 200
    assert rows(place, "survey_answers") == []
    assert answer(guest, code(place, "teacher"), GIVEN).status_code == 200
    assert len(rows(place, "survey_answers")) == 1


def kept(place: University) -> str:
    """Everything the record, the registers and the notes of requests hold, as one text."""
    parts: list[str] = []
    with reading(place.engine.database) as connection:
        for table in (hi_entry, vw_register, ru_request):
            parts += [str(tuple(row)) for row in connection.execute(sa.select(table))]
        streams = connection.execute(sa.select(hi_payload.c.stream).distinct()).scalars().all()
        for stream in streams:
            key = place.engine.keys.kept(connection, stream)
            parts += [json.dumps(repr(entry), ensure_ascii=False) for entry in ledger.read(connection, stream, key)]
    return "\n".join(parts)


def test_3_4_neither_the_record_nor_the_database_ties_a_code_to_an_answer(place: University) -> None:
    case = survey(place, once=("student",))
    codes = sheet(place, case)
    order = [codes[3], codes[0], codes[4]]
    for n, one in enumerate(order):
        assert answer(place.visitor(), one, {**GIVEN, "q1": str(n + 1)}).status_code == 200
    with reading(place.engine.database) as connection:
        (row,) = connection.execute(sa.select(ou_once)).all()
        digests = connection.execute(sa.select(ou_once_code.c.digest)).scalars().all()
        rowids = sa.text(
            "SELECT count(*) FROM sqlite_master WHERE name = 'ou_once_code' AND sql LIKE '%WITHOUT ROWID%'"
        )
        assert connection.scalar(rowids) == 1  # else the order in which rows came would stay
    spent = row.spent.split()
    assert (len(spent), spent, row.paper, len(digests)) == (3, sorted(spent), 5, 5)
    text = kept(place)
    for one in (*codes, *(one.replace("-", "") for one in codes), *digests, row.salt):
        assert one not in text
    assert {str(one["answered_on"]) for one in rows(place, "survey_answers")} == {
        json.dumps({"@": "date", "v": place.clock().date().isoformat()}).replace('"', "'")
    }
    assert not any({"once", "own", "digest"} & set(one) for one in rows(place, "survey_answers"))
    assert {"*"} == set(NOT_FROM_FACTS[ou_once]) == set(NOT_FROM_FACTS[ou_once_code])
    report = verify(place.engine.database, place.engine.keys)
    assert report.problems == [], report.problems


def test_3_4_what_was_handed_out_is_recorded_by_its_number_and_forgotten_with_the_case(place: University) -> None:
    case = survey(place, once=("student",))
    codes = sheet(place, case)
    assert sheet(place, case) == codes  # the same form again is the same sheet
    sheet(place, case, 2, key="c" * 32)
    with reading(place.engine.database) as connection:
        query = sa.select(hi_entry.c.body).where(hi_entry.c.stream == "codes").order_by(hi_entry.c.seq)
        facts = [fact for body in connection.execute(query).scalars() for fact in json.loads(body)["facts"]]
        assert connection.scalar(sa.select(ou_once.c.paper)) == 7
    assert facts == [["codes_issued", {"instance": case, "count": n}] for n in (5, 2)]
    assert answer(place.visitor(), codes[0], GIVEN).status_code == 200
    assert "Қағазбен берілген код саны: 7" in place.signed_in("p001").get(f"/cases/{case}").text
    close(place, case)
    place.engine.invitations.forget()
    with reading(place.engine.database) as connection:
        assert connection.execute(sa.select(ou_once_code)).all() == []
        (row,) = connection.execute(sa.select(ou_once)).all()
    assert (row.salt, row.spent, row.paper) == ("", "", 7)
    assert place.visitor().get(f"/survey/{codes[1]}").status_code == 404
    assert place.engine.beat is not None


def close(place: University, case: str) -> None:
    place.engine.handle(Appoint(actor=SYSTEM, person="p007", role="chair", unit="eng", start=day(place), basis="№ 1"))
    place.engine.handle(CancelInstance(actor="p003", instance=case, reason="Жоспар өзгерді"))


def test_codes_are_given_out_by_who_may_and_for_nobody_else_is_there_a_page(place: University) -> None:
    case = survey(place, once=("student",))
    other = survey(place)
    secretary = place.signed_in("p001")
    assert secretary.get(f"/cases/{case}/codes").status_code == 200
    assert secretary.get(f"/cases/{other}/codes").status_code == 404  # everybody answers it by shared links
    form = {"audience": "student", "count": "3", "key": "d" * 32}
    for person in ("p002", "p003", "p004", "p005", "p006", "p007"):
        browser = place.signed_in(person)
        assert browser.get(f"/cases/{case}/codes").status_code == 404
        assert browser.post(f"/cases/{case}/codes", form).status_code == 404
        assert f"/cases/{case}/codes" not in browser.get(f"/cases/{case}").text
        with pytest.raises(NotPermitted):
            place.engine.handle(IssueCodes(actor=person, instance=case, count=3))
    with reading(place.engine.database) as connection:
        assert connection.execute(sa.select(ou_once)).all() == []


WRONG = ({"count": "0"}, {"count": "501"}, {"count": "x"}, {"audience": "teacher"}, {"key": "no"})


def test_a_sheet_that_cannot_be_made_is_refused_whole(place: University) -> None:
    case = survey(place, once=("student",))
    page, browser = f"/cases/{case}/codes", place.signed_in("p001")
    for wrong in WRONG:
        made = browser.post(page, {"audience": "student", "count": "3", "key": "d" * 32, **wrong}, page=page)
        told = (made.status_code, SHEET.findall(made.text), "error-summary" in made.text)
        assert told == (422, [], True), wrong


def test_the_sheet_leaves_as_a_list_with_the_same_codes(place: University) -> None:
    case = survey(place, once=("student",))
    browser = place.signed_in("p001")
    codes = sheet(place, case, 3, browser)
    page = f"/cases/{case}/codes"
    form = {"audience": "student", "count": "3", "key": "a" * 32}
    csv = browser.post(page, {**form, "as": "csv"}, page=page)
    book: Any = load_workbook(io.BytesIO(browser.post(page, {**form, "as": "xlsx"}, page=page).data)).active
    assert csv.headers["Cache-Control"] == "no-store"
    assert all(f"{one};{HTTPS}/survey/{one}" in csv.text.replace('"', "") for one in codes)
    assert [row[0].value for row in book][1:] == codes
    assert len({base64.b32decode(one.replace("-", "")) for one in codes}) == 3


def test_3_4_a_device_that_answered_by_a_shared_link_is_asked_before_it_answers_again(place: University) -> None:
    survey(place)
    guest, page = place.visitor(), f"/survey/{code(place)}"
    shown = guest.get(page).text
    key = re.search(r'name="key" value="([0-9a-f]{32})"', shown)
    assert key
    sent = guest.post(page, {**GIVEN, "key": key[1]}, page=page)
    (cookie,) = [one for one in sent.headers.getlist("Set-Cookie") if "answered" in one]
    assert all(one in cookie for one in ("=1;", "HttpOnly", "SameSite=Lax", "Path=/survey"))
    notice = guest.get(page)
    assert (notice.status_code, "<form method" in notice.text.partition("<main")[2]) == (200, False)
    assert f"{page}?again=1" in notice.text.replace("&amp;", "&") or "again=1" in notice.text
    asked = guest.post(page, {**GIVEN, "q4": "Тағы", "key": "e" * 32}, page=f"{page}?again=1")
    assert (asked.status_code, "Тағы" in asked.text, 'name="again"' in asked.text) == (409, True, True)
    assert len(rows(place, "survey_answers")) == 1
    other = guest.post(page, {**GIVEN, "key": "e" * 32, "again": "1"}, page=f"{page}?again=1")
    assert (other.status_code, len(rows(place, "survey_answers"))) == (200, 2)
    place.pass_time(timedelta(days=1))
    assert place.visitor().get(page).text.count("<form method") >= 1
