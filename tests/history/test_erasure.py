"""Proves that a case can be erased lawfully: contents gone everywhere, chain whole, caches equal to a rebuild."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from engine import commands as c
from engine.database import id_draft, id_key, metadata, reading, ru_instance, ru_snapshot, vw_register, writing
from engine.history.in_place import rebuild_in_place
from engine.history.sealing import Erased
from engine.values import instant
from tests.history.hands import unguarded
from tests.history.house import House
from tests.history.test_caches import dump
from tests.history.test_tampering import found


def erase(house: House, instance: str) -> None:
    house.do(c.EraseInstance(actor=c.SYSTEM, instance=instance, reason="өтініш бойынша", key=f"erase-{instance}"))


def everything(house: House) -> str:
    """All that the database holds, as text, but what is sealed."""
    return "\n".join(str(row) for table in metadata.sorted_tables for row in house.table(table))


def test_an_erased_case_verifies_clean(house: House) -> None:
    erase(house, house.cases["big"])
    report = house.verify()
    assert [problem.say() for problem in report.problems] == []
    assert report.erased == 1


def test_nothing_of_an_erased_case_can_be_read(house: House) -> None:
    big = house.cases["big"]
    with writing(house.engine.database) as connection:
        draft = {"task": f"{big}.3", "person": "p1", "sealed": b"x", "at": instant(house.clock())}
        connection.execute(sa.insert(id_draft), draft)
    assert "Жаңа бағдарлама" in everything(house)
    for case in ("big", "followed"):
        erase(house, house.cases[case])
    assert "Жаңа бағдарлама" not in everything(house)
    assert house.table(id_draft) == []
    assert big not in {row.instance for row in house.table(ru_snapshot)}
    with reading(house.engine.database) as connection, pytest.raises(Erased):
        house.engine.keys.of(connection, f"instance:{big}")


def requests(house: House) -> list[Any]:
    return [row for row in house.table(vw_register) if row.register == "requests"]


def test_rows_of_the_erased_case_go_with_it_also_when_others_wrote_into_them(house: House) -> None:
    erase(house, house.cases["big"])
    assert requests(house) == []
    assert house.verify().clean


def test_a_row_of_another_case_falls_back_to_what_others_wrote(house: House) -> None:
    def content() -> Any:
        return str(requests(house)[0].content)

    assert "бітті" in content()
    erase(house, house.cases["followed"])
    assert "бітті" not in content()
    assert "Жаңа бағдарлама" in content()
    assert [problem.say() for problem in house.verify().problems] == []


def test_caches_are_rebuilt_alike_after_erasures(house: House) -> None:
    erase(house, house.cases["followed"])
    erase(house, house.cases["poll"])
    before = dump(house)
    rebuild_in_place(house.engine.bus)
    assert dump(house) == before
    erase(house, house.cases["big"])
    assert house.verify().problems == []
    assert house.verify().erased == 3


def test_a_message_whose_sender_was_erased_does_not_stop_the_others(house: House) -> None:
    """The early message of ``shout`` still waits; nobody can read it any more."""
    erase(house, house.cases["shout"])
    house.complete(house.cases["small"], "review", "p2")
    house.later(hours=7)
    assert house.instance("follow", "R-2")
    assert house.table(metadata.tables["ru_outbox"]) == []
    assert [problem.say() for problem in house.verify().problems] == []


def test_an_erased_entry_is_still_held_by_the_chain(house: House) -> None:
    erase(house, house.cases["big"])
    stream = f"instance:{house.cases['big']}"
    with unguarded(house) as connection:
        connection.exec_driver_sql(
            f"UPDATE hi_entry SET body = replace(body, 'p1', 'p2') WHERE stream = '{stream}' AND seq = 3"
        )
    assert found(house.verify(), "hash").seq == 3


def test_a_key_put_back_is_found(house: House) -> None:
    big = house.cases["big"]
    with reading(house.engine.database) as connection:
        query = sa.select(id_key.c.wrapped).where(id_key.c.stream == f"instance:{big}")
        wrapped = connection.execute(query).scalar_one()
    erase(house, big)
    with unguarded(house) as connection:
        back = sa.update(id_key).where(id_key.c.stream == f"instance:{big}")
        connection.execute(back.values(wrapped=wrapped, destroyed_at=None))
    assert found(house.verify(), "key_kept").stream == f"instance:{big}"


def test_the_title_goes_too(house: House) -> None:
    erase(house, house.cases["big"])
    row = next(row for row in house.table(ru_instance) if row.id == house.cases["big"])
    assert row.title == "{}"


def test_no_value_of_a_case_lies_in_the_clear_in_an_entry(empty_house: House) -> None:
    """Typed, thrown, registered, quoted by an incident or a refusal: entries hold commitments only."""
    house = empty_house
    case = house.start("request", business_key="Z-1", variables={"subject": "Сырлы сөз"})
    house.complete(case, "fill", "p1", amount="Сырлы сөз")  # no number: the table cannot rate it
    house.do(c.CorrectVariables(actor="p2", instance=case, variables={"amount": 5}, reason="Сырлы сөз"))
    incident = house.table(metadata.tables["ru_incident"])[0]
    house.do(c.RetryIncident(actor="p5", instance=case, incident=incident.id))
    house.complete(case, "review", "p2", opinion="Сырлы сөз")
    follow = house.instance("follow", "Z-1")
    house.complete(follow, "act", "p3", note="Сырлы сөз")
    stopped = house.start("loop", variables={"why": "Сырлы сөз"})
    house.do(c.CancelInstance(actor="p2", instance=stopped, reason="Сырлы сөз"))
    entries = house.table(metadata.tables["hi_entry"])
    assert [row.body for row in entries if "Сырлы" in row.body] == []
    assert {row.state for row in house.table(ru_instance)} == {"completed", "cancelled"}
    assert house.verify().clean
