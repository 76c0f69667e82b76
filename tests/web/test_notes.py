"""Keeps files and comments on the pages: added without scripts, served so that nothing in them runs."""

from __future__ import annotations

import html
import io
import re
from datetime import date

import pytest
from werkzeug.test import TestResponse

from engine.commands import SYSTEM, Appoint, RecordPerson
from engine.errors import NotDrawnNow
from engine.notes import limits, pictures
from tests.web.conftest import HTTPS, Browser, Started, University
from tests.web.test_every_url_as_every_role import PICTURE
from tests.web.test_inbox_and_task import the_task

PDF = b"%PDF-1.7\n<script>alert(1)</script>\n%%EOF\n"


def upload(browser: Browser, case: str, *files: tuple[str, bytes], **more: str) -> TestResponse:
    return browser.client.post(
        f"/cases/{case}/files",
        base_url=HTTPS,
        headers={"Referer": f"{HTTPS}/cases/{case}"},
        data={
            "csrf_token": browser.token(f"/cases/{case}"),
            "file": [(io.BytesIO(content), name) for name, content in files],
            **more,
        },
    )


def test_a_file_is_attached_by_a_plain_form_and_comes_back_closed(university: University, started: Started) -> None:
    case = started("Бірінші")
    browser = university.signed_in("p001")
    answer = upload(browser, case, ("Есеп 1.pdf", PDF), ("сурет.png", PICTURE))
    assert (answer.status_code, answer.location) == (303, f"/cases/{case}#notes")
    page = university.signed_in("p003").get(f"/cases/{case}").text
    assert "Есеп 1.pdf" in page
    assert "1 КБ" in page
    for note, content, media in (("1", PDF, "application/pdf"), ("2", PICTURE, "image/png")):
        answer = university.signed_in("p003").get(f"/cases/{case}/files/{note}")
        assert answer.data == content
        assert answer.headers["Content-Type"] == media
        assert answer.headers["Content-Disposition"].startswith("attachment;")
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
        assert answer.headers["Cache-Control"] == "no-store"


def test_a_preview_is_a_picture_the_server_drew(university: University, started: Started) -> None:
    case = started("Бірінші")
    upload(university.signed_in("p001"), case, ("сурет.png", PICTURE), ("бүлінген.pdf", PDF))
    reader = university.signed_in("p003")
    answer = reader.get(f"/cases/{case}/files/1/1.png")
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/png")
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert f"/cases/{case}/files/1/1.png" in reader.get(f"/cases/{case}/files/1/view").text
    assert reader.get(f"/cases/{case}/files/2/1.png").status_code == 404
    assert "Жүктеп алып ашыңыз" in reader.get(f"/cases/{case}/files/2/view").text


def test_what_is_refused_says_which_file_and_why(
    university: University, started: Started, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = started("Бірінші")
    browser = university.signed_in("p001")
    answer = upload(browser, case, ("жақсы.pdf", PDF), ("бет.html", b"<script>"), ("кейін.pdf", PDF))
    assert answer.status_code == 422
    assert "бет.html: Мұндай файл қабылданбайды" in answer.text
    assert "Бұған дейін қосылған файл саны: 1." in answer.text
    assert "жақсы.pdf" in answer.text
    assert "Файл таңдалмаған." in upload(browser, case).text
    assert upload(browser, case, *[("a.pdf", PDF)] * 6).status_code == 422
    monkeypatch.setattr(limits, "FILE_BYTES", 1000)
    large = upload(browser, case, ("үлкен.pdf", PDF + b" " * 1000))
    assert large.status_code == 413
    assert "үлкен.pdf" in large.text


def test_only_who_works_on_the_case_is_offered_the_forms(university: University, started: Started) -> None:
    case = started("Бірінші")
    assert 'name="file"' in university.signed_in("p002").get(f"/cases/{case}").text
    page = university.signed_in("p005").get(f"/cases/{case}").text
    assert 'name="file"' not in page
    assert "Файл мен пікірді іске қатысқан" in page
    assert upload(university.signed_in("p005"), case, ("a.pdf", PDF)).status_code == 403
    assert upload(university.signed_in("p004"), case, ("a.pdf", PDF), csrf_token="").status_code in (400, 404)


def test_a_comment_is_text_and_nothing_else(university: University, started: Started) -> None:
    case = started("Бірінші")
    browser = university.signed_in("p002")
    task = the_task(browser)
    said = "<b>Қараңыз</b>\n@Ысқақова"
    answer = browser.post(
        f"/cases/{case}/comments", {"text": said, "mention": "p001", "task": task.rpartition("/")[2]}, page=task
    )
    assert answer.location == f"{task}#notes"
    page = browser.get(task).text
    assert html.escape("<b>Қараңыз</b>") in page
    assert "<b>Қараңыз" not in page
    refused = browser.post(f"/cases/{case}/comments", {"text": "Сәлем", "mention": "p004"}, page=task)
    assert refused.status_code == 422
    assert "көре алмайды" in refused.text
    assert ">Сәлем</textarea>" in refused.text


def test_people_who_may_be_named_stand_in_the_order_of_the_kazakh_alphabet(
    university: University, started: Started
) -> None:
    case = started("Бірінші")
    for person, name in (("p050", "Тұрсынова Ләйла"), ("p051", "Қасенова Гүлмира"), ("p052", "Әлімов Нұржан")):
        university.engine.handle(RecordPerson(actor=SYSTEM, person=person, name=name, unit="eng"))
        university.engine.handle(
            Appoint(actor=SYSTEM, person=person, role="member", unit="eng", start=date(2026, 1, 1))
        )
    page = university.signed_in("p002").get(f"/cases/{case}").text
    names = re.findall(r'data-name="(Т[^"]*|Қ[^"]*|Ә[^"]*)"', page)
    assert [one for one in names if one.split()[0] in ("Тұрсынова", "Қасенова", "Әлімов")] == [
        "Әлімов Нұржан", "Қасенова Гүлмира", "Тұрсынова Ләйла",
    ]  # fmt: skip


def test_who_is_mentioned_is_told_on_every_page_until_they_looked(university: University, started: Started) -> None:
    case = started("Бірінші")
    university.engine.notes.comment("p002", case, "Тақырыпты нақтылаңыз", ["p001"])
    browser = university.signed_in("p001")
    assert 'class="unread-count">1<' in browser.get("/start").text
    page = browser.get("/mentions").text
    assert "Тақырыпты нақтылаңыз" in page
    assert f'href="/cases/{case}#note-1"' in page
    assert browser.post("/mentions/read", {}, page="/mentions").status_code == 303
    assert "unread-count" not in browser.get("/mentions").text
    assert "Тақырыпты" not in university.signed_in("p003").get("/mentions").text


def test_a_note_is_taken_back_by_who_made_it_and_stays_as_a_line(university: University, started: Started) -> None:
    case = started("Бірінші")
    browser = university.signed_in("p001")
    upload(browser, case, ("қате.pdf", PDF))
    assert "/notes/1/withdraw" not in university.signed_in("p002").get(f"/cases/{case}").text
    answer = browser.post(f"/cases/{case}/notes/1/withdraw", {}, page=f"/cases/{case}")
    assert answer.status_code == 303
    page = university.signed_in("p002").get(f"/cases/{case}").text
    assert "қате.pdf" not in page
    assert "файл қайтарып алынды" in page
    assert browser.get(f"/cases/{case}/files/1").status_code == 404
    assert "қате.pdf" in university.signed_in("p006").get(f"/cases/{case}").text  # an auditor reads the whole record


def test_a_case_that_ended_takes_nothing_more(university: University, started: Started) -> None:
    case = started("Бірінші")
    browser, chair = university.signed_in("p001"), university.signed_in("p003")
    done = chair.post(f"/cases/{case}/cancel", {"reason": "қате"}, page=f"/cases/{case}")
    assert done.status_code == 303
    page = browser.get(f"/cases/{case}").text
    assert "Іс аяқталған: оған енді файл да, пікір де қосылмайды" in page
    assert upload(browser, case, ("a.pdf", PDF)).status_code == 409


def test_beside_the_form_stand_earlier_answers_and_the_history(university: University, started: Started) -> None:
    started("Бірінші")
    page = university.signed_in("p002").get(the_task(university.signed_in("p002"))).text
    assert re.search(r"Алдыңғы қадамдардың жауаптары.*?<dd>Бірінші</dd>", page, re.DOTALL)
    assert "Толық хронология" in page


def test_a_script_gets_the_panel_alone(university: University, started: Started) -> None:
    case = started("Бірінші")
    browser = university.signed_in("p001")
    answer = browser.client.post(
        f"/cases/{case}/comments",
        base_url=HTTPS,
        headers={"Referer": f"{HTTPS}/cases/{case}", "X-Part": "notes"},
        data={"csrf_token": browser.token(f"/cases/{case}"), "text": "Сәлем"},
    )
    assert answer.status_code == 200
    assert "data-notes" in answer.text
    assert "Пікір жазылды." in answer.text


def test_too_much_at_once_is_told_the_limit_of_files(university: University, started: Started) -> None:
    case = started("Бірінші")
    large = university.signed_in("p001").client.post(
        f"/cases/{case}/files",
        base_url=HTTPS,
        headers={"Referer": f"{HTTPS}/cases/{case}"},
        content_type="multipart/form-data; boundary=x",
        environ_overrides={"CONTENT_LENGTH": str(27 * 1024 * 1024)},  # what is announced is enough to be refused
    )
    assert (large.status_code, "барлығы 26 МБ" in large.text) == (413, True)


def test_a_page_waits_for_no_other_pages_and_says_so(
    university: University, started: Started, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = started("Бірінші")
    browser = university.signed_in("p001")
    upload(browser, case, ("сурет.png", PICTURE))
    monkeypatch.setattr(pictures, "_QUEUE", 0.01)
    with pictures._AT_ONCE, pictures._AT_ONCE:  # two others are being drawn
        answer = browser.get(f"/cases/{case}/files/1/1.png")
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
        shown = browser.get(f"/cases/{case}/files/1/view")
        assert (shown.status_code, "Бет қазір көрсетілмейді" in shown.text) == (200, True)
    assert browser.get(f"/cases/{case}/files/1/1.png").status_code == 200


def test_a_file_that_could_not_be_drawn_is_not_tried_again_for_a_while(monkeypatch: pytest.MonkeyPatch) -> None:
    hour = [0.0]
    drawer = pictures.Pictures(lambda: hour[0])
    assert drawer.page("a", "application/pdf", b"%PDF-broken", 1) is None
    monkeypatch.setattr(pictures, "_QUEUE", 0.01)
    with pictures._AT_ONCE, pictures._AT_ONCE:
        assert drawer.page("a", "application/pdf", b"%PDF-broken", 2) is None
        hour[0] = 601
        with pytest.raises(NotDrawnNow):
            drawer.page("a", "application/pdf", b"%PDF-broken", 2)
