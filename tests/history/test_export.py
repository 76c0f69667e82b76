"""Keeps the event log right: every case a trace, every act an event in order, nothing of the contents."""

from __future__ import annotations

import io
from datetime import datetime

import sqlalchemy as sa
from lxml import etree

from engine.database import reading_one_moment
from engine.history import xes
from tests.history.house import House

X = f"{{{xes.NAMESPACE}}}"


def log_of(house: House, wish: xes.Wish) -> tuple[etree._Element, xes.Written, str]:
    target = io.BytesIO()
    with reading_one_moment(house.engine.database) as connection:
        written = xes.write(connection, house.engine.library, target, wish)
    return etree.fromstring(target.getvalue()), written, target.getvalue().decode()


def value(of: etree._Element, key: str) -> str:
    return next((one.get("value", "") for one in of if one.get("key") == key), "")


def test_every_case_is_a_trace_and_its_events_stand_in_the_order_of_the_record(house: House) -> None:
    log, written, _ = log_of(house, xes.Wish(confidential=True))
    with house.engine.database.connect() as connection:
        cases = set(connection.execute(sa.text("SELECT id FROM ru_instance")).scalars())
    traces = log.findall(f"{X}trace")
    assert {value(trace, "concept:name") for trace in traces} == cases
    assert (written.cases, written.events) == (len(traces), len(log.findall(f".//{X}event")))
    assert written.events > len(cases)
    for trace in traces:
        moments = [datetime.fromisoformat(value(event, "time:timestamp")) for event in trace.findall(f"{X}event")]
        assert moments == sorted(moments)
        assert all(moment.tzinfo for moment in moments)


ATTRIBUTES = {  # of the standard's elementary types (IEEE 1849, 4.2): what their values are
    "string": str,
    "date": datetime.fromisoformat,
    "int": int,
}
EXTENSIONS = {"Concept": "concept", "Lifecycle": "lifecycle", "Organizational": "org", "Time": "time"}
ORDER = ["extension", "global", "classifier", "string", "trace"]
LIFE_CYCLE = {
    *("schedule", "assign", "withdraw", "reassign", "start", "suspend", "resume", "pi_abort", "ate_abort"),
    *("complete", "autoskip", "manualskip", "unknown"),
}


def attributes_of(component: etree._Element) -> dict[str, str]:
    """Checked: every attribute has a type, a key of its own (there may be no two) and fits its type."""
    found = {}
    for one in component:
        kind = etree.QName(one).localname
        if kind in ATTRIBUTES:
            assert set(one.attrib) == {"key", "value"} and not len(one)
            assert one.get("key") not in found
            ATTRIBUTES[kind](one.get("value", ""))
            found[one.get("key", "")] = kind
    return found


def test_the_log_is_built_as_the_standard_says(house: House) -> None:
    """IEEE 1849-2016: the order of elements, declared extensions, globals that every component has, classifiers."""
    log, _, _ = log_of(house, xes.Wish(confidential=True))
    kinds = [etree.QName(one).localname for one in log]
    assert kinds == sorted(kinds, key=ORDER.index)
    assert float(log.get("xes.version", "")) == 1849.2016
    assert {one.get("name"): one.get("prefix") for one in log.findall(f"{X}extension")} == EXTENSIONS
    declared = {one.get("scope"): attributes_of(one) for one in log.findall(f"{X}global")}
    for classifier in log.findall(f"{X}classifier"):
        assert set(classifier.get("keys", "").split()) <= set(declared[classifier.get("scope")])
    assert attributes_of(log) == {"concept:name": "string", "lifecycle:model": "string"}
    for scope in ("trace", "event"):
        for component in log.iter(f"{X}{scope}"):
            inside = [etree.QName(one).localname for one in component]
            assert inside == sorted(inside, key=lambda kind: kind == "event")  # a trace's attributes before its events
            told = attributes_of(component)
            assert declared[scope].items() <= told.items()
            assert {key.partition(":")[0] for key in told} <= {*EXTENSIONS.values(), "sapa"}
    assert {value(event, "lifecycle:transition") for event in log.iter(f"{X}event")} <= LIFE_CYCLE


def test_who_completed_a_task_and_as_whom_is_told_by_id(house: House) -> None:
    log, _, _ = log_of(house, xes.Wish(confidential=True))
    events = [event for event in log.iter(f"{X}event") if value(event, "org:resource")]
    people = {value(event, "org:resource") for event in events}
    assert people <= {"p1", "p2", "p3", "p4", "p5", "p6"}
    assert any(value(event, "org:role").partition("@")[1] for event in events)


def test_neither_contents_nor_names_nor_confidential_cases_leave_unasked(house: House) -> None:
    _, whole, _ = log_of(house, xes.Wish(confidential=True))
    log, open_ones, text = log_of(house, xes.Wish())
    with house.engine.database.connect() as connection:
        hidden = set(connection.execute(sa.text("SELECT id FROM ru_instance WHERE confidential")).scalars())
        titles = set(connection.execute(sa.text("SELECT title FROM ru_instance WHERE title <> '{}'")).scalars())
        names = set(connection.execute(sa.text("SELECT name FROM id_person")).scalars())
    assert open_ones.cases == whole.cases - len(hidden)
    assert not any(value(trace, "concept:name") in hidden for trace in log.findall(f"{X}trace"))
    assert not any(secret in text for secret in titles | names if secret)


def test_cases_are_chosen_by_process_and_school(house: House) -> None:
    log, _, _ = log_of(house, xes.Wish(confidential=True))
    some = log.find(f"{X}trace")
    assert some is not None
    process, school = value(some, "sapa:process"), value(some, "sapa:school")
    chosen, written, _ = log_of(house, xes.Wish(confidential=True, process=process, school=school))
    assert written.cases > 0
    for trace in chosen.findall(f"{X}trace"):
        assert (value(trace, "sapa:process"), value(trace, "sapa:school")) == (process, school)
    assert log_of(house, xes.Wish(process="nothing"))[1].cases == 0
