"""Keeps the lists of those who watch whole on both databases: pages add up to the total, counts to the lists."""

from __future__ import annotations

import pytest

from tests.history.house import ADMIN, House

LISTS = ("cases", "overdue", "timers", "incidents")


@pytest.mark.parametrize("name", LISTS)
def test_pages_of_a_list_add_up_with_and_without_words(house: House, name: str) -> None:
    reader = house.engine.reader(ADMIN)
    whole = reader.watch(name, per_page=1_000)
    assert whole.total == len(whole.rows)
    paged = [reader.watch(name, page=number, per_page=1) for number in range(1, whole.total + 1)]
    assert [one.rows[0] for one in paged] == list(whole.rows)
    assert {one.total for one in paged} <= {whole.total}
    for row in whole.rows[:3]:
        found = reader.watch(name, search=row.instance, per_page=1_000)
        assert [one for one in whole.rows if one.instance == row.instance] == list(found.rows)
        assert found.total == len(found.rows)


def test_counts_by_school_and_process_are_those_of_the_lists(house: House) -> None:
    reader = house.engine.reader(ADMIN)
    for load in reader.workload():
        place = {"school": load.school, "process": load.process_key}
        assert load.running == reader.watch("cases", **place).total
        assert load.overdue == reader.watch("overdue", **place).total
        assert load.incidents == reader.watch("incidents", **place).total
        for step in reader.process_load(load.process_key, load.school).steps:
            assert step.cases == reader.watch("cases", **place, element=step.element).total
    assert sum(load.running for load in reader.workload()) == reader.watch("cases").total > 0


def test_who_watches_nothing_is_told_nothing(house: House) -> None:
    reader = house.engine.reader("p4")
    watched = reader.watched
    assert {row.school for name in LISTS for row in reader.watch(name, per_page=1_000).rows} <= set(watched)
    assert reader.watch("cases", school="nowhere").total == 0
