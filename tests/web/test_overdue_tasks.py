"""Tells in the inbox what is late: first of all, by how much, and how many in each tab."""

import re
from datetime import timedelta

from tests.web.conftest import Started, University
from tests.web.test_inbox_and_task import the_task


def test_an_overdue_task_stands_first_and_says_by_how_much(university: University, started: Started) -> None:
    started("Бірінші")
    university.pass_time(timedelta(days=18))
    page = university.signed_in("p002").get("/tasks?view=role").text
    assert 'class="group group-overdue"' in page
    assert "3 жұмыс күні кешікті" in page
    assert "chip-late" in page


def test_how_many_are_overdue_is_told_of_the_tab_that_is_open(university: University, started: Started) -> None:
    started("Бірінші")
    started("Екінші")
    taker = university.signed_in("p002")
    taker.post(f"{the_task(taker)}/claim", {"back": "/tasks"})
    university.pass_time(timedelta(days=18))
    for person, late in (("p002", {"mine": 1, "role": 1}), ("p003", {"mine": 0, "role": 1, "waiting": None})):
        browser = university.signed_in(person)
        for view, n in late.items():
            page = browser.get(f"/tasks?view={view}").text
            chip = re.search(r'<a class="chip([^"]*)" href="[^"]*only=overdue[^"]*">([^<]*)(?:<span[^>]*>(\d+))?', page)
            assert chip, view
            assert chip[3] == (None if n is None else str(n)), (person, view)
            assert bool(chip[1]) == bool(n), "only what is shown is late in red"
            assert n is None or browser.get(f"/tasks?view={view}&only=overdue").text.count("data-row") == n
