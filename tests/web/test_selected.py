"""Keeps the inbox honest when several tasks are handled at once: only what was ticked, and a result for each."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

from tests.web.conftest import Started, University


def ids(page: Any) -> list[str]:
    return re.findall(r'name="task" value="([^"]+)" data-pick', page.text)


def test_only_what_was_ticked_is_claimed_and_each_task_has_its_result(university: University, started: Started) -> None:
    for title in ("Бірінші", "Екінші", "Үшінші"):
        started(title)
    browser, other = university.signed_in("p002"), university.signed_in("p003")
    tasks = ids(browser.get("/tasks?view=role"))
    assert len(tasks) == 3
    other.post(f"/tasks/{tasks[1]}/claim", {"back": "/tasks"})
    answer = browser.post("/tasks/selected", {"act": "claim", "task": tasks[:2], "key": "k"}, page="/tasks?view=role")
    assert answer.status_code == 200
    assert answer.text.count("tone-ok") == 1 and answer.text.count("tone-bad") == 1 and "1 / 2" in answer.text
    assert len(ids(browser.get("/tasks?view=mine"))) == 1 and len(ids(browser.get("/tasks?view=role"))) == 1


def test_ticked_tasks_are_put_off_after_they_were_shown_once_more(university: University, started: Started) -> None:
    started("Бірінші")
    browser = university.signed_in("p002")
    tasks = ids(browser.get("/tasks?view=role"))
    told = {"act": "snooze", "task": tasks, "key": "k"}
    asked = browser.post("/tasks/selected", told, page="/tasks?view=role")
    assert tasks[0] in asked.text and 'name="until"' in asked.text
    again = browser.post("/tasks/selected/do", {**told, "until": ""}, page="/tasks?view=role")
    assert again.status_code == 422
    day = (university.engine.reader("p002").today + timedelta(2)).isoformat()
    done = browser.post("/tasks/selected/do", {**told, "until": day}, page="/tasks?view=role")
    assert done.text.count("tone-ok") == 1
    assert ids(browser.get("/tasks?view=role")) == []
    assert tasks[0] in browser.get("/tasks?view=snoozed").text
    assert "қайтып келеді" in browser.get("/tasks?view=mine").text
    assert browser.post(f"/tasks/{tasks[0]}/wake", {"back": "/tasks"}, page="/tasks?view=snoozed").status_code == 303
    assert ids(browser.get("/tasks?view=role")) == tasks


def test_a_chair_gives_ticked_tasks_to_one_person(university: University, started: Started) -> None:
    started("Бірінші")
    chair = university.signed_in("p003")
    tasks = ids(university.signed_in("p002").get("/tasks?view=role"))
    told = {"act": "assign", "task": tasks, "key": "k"}
    asked = chair.post("/tasks/selected", told, page="/tasks")
    assert 'value="p003"' in asked.text
    assert chair.post("/tasks/selected/do", {**told, "person": ""}, page="/tasks").status_code == 422
    assert "tone-bad" in chair.post("/tasks/selected/do", {**told, "person": "p007"}, page="/tasks").text
    assert "tone-ok" in chair.post("/tasks/selected/do", {**told, "person": "p002", "key": "l"}, page="/tasks").text
    assert len(ids(university.signed_in("p002").get("/tasks?view=mine"))) == 1


def test_tasks_of_another_school_are_not_selected_whatever_is_sent(university: University, started: Started) -> None:
    started("Бірінші")
    tasks = ids(university.signed_in("p002").get("/tasks?view=role"))
    stranger = university.signed_in("p004")
    answer = stranger.post("/tasks/selected", {"act": "claim", "task": tasks, "key": "k"}, page="/tasks")
    assert answer.status_code == 303  # nothing is left of the selection


def test_opening_a_task_reads_it_and_it_can_be_marked_as_new_again(university: University, started: Started) -> None:
    started("Бірінші")
    browser = university.signed_in("p002")
    (task,) = ids(browser.get("/tasks?view=role&only=unread"))
    browser.get(f"/tasks/{task}")
    assert ids(browser.get("/tasks?view=role&only=unread")) == []
    assert "is-unread" not in browser.get("/tasks?view=role").text
    browser.post("/tasks/selected", {"act": "unread", "task": [task]}, page="/tasks?view=role")
    assert "is-unread" in browser.get("/tasks?view=role").text


def test_a_saved_filter_opens_the_inbox_when_it_is_the_first(university: University, started: Started) -> None:
    started("Бірінші")
    browser = university.signed_in("p002")
    told = {"asked": "view=role&only=overdue&q=сұрам&evil=1", "name": "Кешіккен", "first": "1"}
    kept = browser.post("/tasks/filters", told, page="/tasks?view=role&only=overdue")
    assert kept.status_code == 303 and "evil" not in kept.location
    opened = browser.get("/tasks")
    assert opened.status_code == 302 and "only=overdue" in opened.location
    assert "Кешіккен" in browser.get("/tasks?view=mine").text
    browser.post("/tasks/filters/drop", {"name": "Кешіккен"}, page="/tasks?view=mine")
    assert browser.get("/tasks").status_code == 200


def test_a_task_is_delegated_on_a_page_and_handed_back(university: University, started: Started) -> None:
    started("Бірінші")
    owner, friend = university.signed_in("p002"), university.signed_in("p007")
    (task,) = ids(owner.get("/tasks?view=role"))
    page = f"/tasks/{task}/delegate"
    assert 'value="p007"' in owner.get(f"{page}?q=p007").text
    assert owner.post(page, {"person": "", "key": "k0"}, page=page).status_code == 422
    assert owner.post(page, {"person": "p007", "reason": "сызба", "key": "k1"}, page=page).status_code == 303
    assert "hand-back" in owner.get(f"/tasks/{task}").text and "data-send" not in owner.get(f"/tasks/{task}").text
    assert "Дайындауға жүктеген" in friend.get("/tasks?view=mine").text
    assert "дайындауды сізге жүктеді" in friend.get(f"/tasks/{task}").text
    assert friend.get(page).status_code == 404
    back = friend.post(f"/tasks/{task}/hand-back", {"reason": "дайын", "key": "k2"}, page=f"/tasks/{task}")
    assert back.status_code == 303
    assert "data-send" in owner.get(f"/tasks/{task}").text
