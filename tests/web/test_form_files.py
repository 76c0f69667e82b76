"""Keeps files of a form's field workable: sent when chosen, checked, recorded, served to those who see the case."""

from __future__ import annotations

import hashlib
import html
import io
from typing import Any

import pytest
from playwright.sync_api import FilePayload, expect
from werkzeug.test import TestResponse

from tests.web.conftest import HTTPS, Browser, Started, University
from tests.web.test_browser import PHONE, Open, address, complaints, no_wider_than_the_screen, open_page
from tests.web.test_inbox_and_task import in_the_form, send, the_task
from tests.web.test_notes import PDF

__all__ = ["address", "open_page"]  # fixtures


def paper(name: str, content: bytes = PDF) -> FilePayload:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": content}


def choose(browser: Browser, case: str, *files: tuple[str, bytes], task: str = "") -> TestResponse:
    """What the field does when somebody chooses files."""
    return browser.client.post(
        f"/cases/{case}/files",
        base_url=HTTPS,
        headers={"Referer": f"{HTTPS}/tasks", "X-Part": "records"},
        data={
            "csrf_token": browser.token("/tasks"),
            "task": task,
            "file": [(io.BytesIO(content), name) for name, content in files],
        },
    )


def kept(answer: TestResponse) -> list[dict[str, Any]]:
    assert answer.json is not None
    return list(answer.json["files"])


def test_a_chosen_file_is_an_answer_by_its_hash_and_comes_back_closed(university: University, started: Started) -> None:
    case = started("Бірінші")
    browser = university.signed_in("p002")
    task = the_task(browser)
    told = in_the_form(browser.get(task).text)["files"]
    assert told == {
        "to": f"/cases/{case}/files",
        "at": f"/cases/{case}/files/NOTE",
        "task": task.removeprefix("/tasks/"),
    }
    (record,) = kept(choose(browser, case, ("Есеп.pdf", PDF), task=task.removeprefix("/tasks/")))
    assert (record["name"], record["size"], record["type"]) == ("Есеп.pdf", len(PDF), "application/pdf")
    assert record["sha256"] == hashlib.sha256(PDF).hexdigest()
    assert send(browser, task, {"decision": "ok", "proof": [record | {"name": "басқа.pdf"}]}).status_code == 303
    page = html.unescape(university.signed_in("p003").get(f"/cases/{case}").text)
    assert "Растайтын файлдар" in page
    assert "басқа.pdf" not in page
    assert "<dt>Растайтын файлдар</dt><dd>Есеп.pdf</dd>" in page
    answer = university.signed_in("p003").get(f"/cases/{case}/files/{record['note']}")
    assert answer.data == PDF
    assert answer.headers["Content-Disposition"].startswith("attachment;")


def test_a_file_of_another_case_or_taken_back_is_refused_beside_its_field(
    university: University, started: Started
) -> None:
    case, other = started("Бірінші"), started("Екінші")
    browser = university.signed_in("p002")
    (foreign,) = kept(choose(university.signed_in("p001"), other, ("Басқа.pdf", PDF)))
    task = next(row.task for row in university.engine.reader("p002").inbox("role").rows if row.instance == case)
    answer = send(browser, f"/tasks/{task}", {"decision": "ok", "proof": [foreign]})
    assert answer.status_code == 422
    assert "Көрсетілген файл істің жанында жоқ" in answer.text
    (own,) = kept(choose(browser, case, ("Есеп.pdf", PDF)))
    browser.post(f"/cases/{case}/notes/{own['note']}/withdraw", {}, page=f"/cases/{case}")
    assert send(browser, f"/tasks/{task}", {"decision": "ok", "proof": [own]}).status_code == 422


def test_what_is_no_document_is_refused_and_what_came_before_it_is_kept(
    university: University, started: Started
) -> None:
    case = started("Бірінші")
    browser = university.signed_in("p002")
    answer = choose(browser, case, ("Есеп.pdf", PDF), ("бет.html", b"<script>"))
    assert [one["name"] for one in kept(answer)] == ["Есеп.pdf"]
    assert answer.json is not None
    assert answer.json["problem"].startswith("бет.html: Мұндай файл қабылданбайды")
    none = choose(browser, case)
    assert none.json == {"files": [], "problem": "Файл таңдалмаған."}
    many = choose(browser, case, *[("a.pdf", PDF)] * 6)
    assert kept(many) == []


@pytest.mark.parametrize(("person", "status"), [("p004", 404), ("p007", 404)])
def test_who_does_not_see_the_case_neither_adds_a_file_nor_opens_one(
    university: University, started: Started, person: str, status: int
) -> None:
    case = started("Бірінші")
    (record,) = kept(choose(university.signed_in("p002"), case, ("Есеп.pdf", PDF)))
    stranger = university.signed_in(person)
    assert choose(stranger, case, ("Есеп.pdf", PDF)).status_code == status
    assert stranger.get(f"/cases/{case}/files/{record['note']}").status_code == status


@pytest.mark.browser
def test_files_are_chosen_named_removed_and_sent_in_a_browser(
    university: University, started: Started, open_page: Open
) -> None:
    case = started("Бірінші")
    browser = university.signed_in("p002")
    task = the_task(browser)
    browser.post(f"{task}/claim", {})
    page = open_page("p002", size=PHONE)
    page.goto(task)
    page.locator(".form-host.is-ready").wait_for()
    field = page.locator(".fjs-form-field-filepicker")
    choice = field.locator("input[type=file]")
    choice.set_input_files(paper("Есеп.pdf"))
    expect(field.locator("li")).to_have_count(1)
    choice.set_input_files(paper("бет.html", b"<script>"))
    expect(field.locator(".fjs-form-field-error")).to_contain_text("бет.html: Мұндай файл қабылданбайды")
    choice.set_input_files(paper("Үзінді.pdf", PDF + b" "))
    expect(field.locator("li")).to_have_count(2)
    assert complaints(page) == []
    assert no_wider_than_the_screen(page)
    field.get_by_role("button", name="Алып тастау: Үзінді.pdf").click()
    expect(field.locator("li")).to_have_count(1)
    page.get_by_label("Қабылдау").check()
    page.locator("[data-send]").click()
    page.wait_for_url("**/tasks/*done=1")
    data = university.engine.reader("p003").case(case).data
    assert [one["name"] for one in data["proof"]] == ["Есеп.pdf"]
