"""Every kind of value goes into JSON and comes back exactly; what no variable can hold is refused on both ways."""

from __future__ import annotations

import json
import math
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.values import ALMATY, Months, NotAValue, Value, canonical, plain, typed

OFFSETS = st.integers(-14 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**53), 2**53),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(),
    st.dates(),
    st.datetimes(timezones=st.one_of(OFFSETS, st.just(UTC), st.just(ALMATY))),
    st.times(),
    st.times(timezones=OFFSETS),
    st.timedeltas(),
    st.integers(-120_000, 120_000).map(Months),
)
KEYS = st.one_of(st.text(max_size=5), st.sampled_from(["@", "v", "typename", "__proto__", "date", ""]))
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4))


def same(a: Any, b: Any) -> bool:
    """Equal and of one kind; a whole double is an int."""
    if isinstance(a, float) and isinstance(b, int) and not isinstance(b, bool):
        return a == b
    if type(a) is not type(b):
        return False
    if isinstance(a, list):
        return len(a) == len(b) and all(map(same, a, b))
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(same(a[key], b[key]) for key in a)
    if isinstance(a, (datetime, time)):
        # Python says of an hour that the clock shows twice that it equals nothing in another zone.
        return a.replace(tzinfo=None) == b.replace(tzinfo=None) and a.utcoffset() == b.utcoffset()
    return bool(a == b)


@given(VALUES)
def test_a_value_comes_back_exactly(value: Value) -> None:
    once = typed(json.loads(canonical(plain(value))))
    assert same(value, once)
    assert plain(once) == plain(value)


@pytest.mark.parametrize(
    "value",
    [
        date(2024, 2, 29),
        timedelta(days=-1, microseconds=1),
        Months(-1),
        time(23, 59, 59, 999_999),
        time(9, 30, tzinfo=timezone(timedelta(hours=5))),
        datetime(2026, 2, 28, 23, 59, 59, 1, tzinfo=timezone(timedelta(hours=5, minutes=30))),
        {"@": "date", "v": "2026-01-01"},
        {"@": {"@": [{"@": None}]}, "typename": date(2026, 1, 1)},
        [[], {}, [[date(1, 1, 1)]]],
        2**53,
        -(2**53),
        1e308,
        5e-324,
        0.1 + 0.2,
    ],
)
def test_the_odd_ones(value: Value) -> None:
    assert same(value, typed(json.loads(json.dumps(plain(value)))))


@pytest.mark.parametrize(
    ("value", "stored"),
    [(1.0, 1), (-0.0, 0), (2.0**53, 2.0**53), (1e300, 1e300), (2**53 + 1, 2.0**53), (10**30, 1e30), ((1, 2), [1, 2])],
)
def test_numbers_are_doubles_and_whole_ones_are_written_whole(value: Value, stored: Value) -> None:
    assert plain(value) == stored
    assert type(plain(value)) is type(stored)


@pytest.mark.parametrize(
    "value",
    [math.nan, math.inf, -math.inf, 10**400, datetime(2026, 1, 1), {1: 2}, b"x", object(), {1, 2}, [[math.nan]]],
)
def test_what_no_variable_can_hold_is_refused(value: object) -> None:
    with pytest.raises(NotAValue):
        plain(value)


@pytest.mark.parametrize(
    "data",
    [
        {"@": "date", "v": "2026-13-45"},
        {"@": "date", "v": 5},
        {"@": "date"},
        {"@": "dt", "v": "2026-10-01T10:00:00"},
        {"@": "time", "v": "25:00"},
        {"@": "dur", "v": "P1D"},
        {"@": "dur", "v": [1, 2]},
        {"@": "dur", "v": [1e300, 0, 0]},
        {"@": "mon", "v": "x"},
        {"@": "mon", "v": True},
        {"@": "map", "v": 3},
        {"@": "nope", "v": 1},
        {"@": 5, "v": 1},
        {"@": ["date"], "v": "2026-01-01"},
        [{"a": {"@": "nope", "v": 1}}],
        10**400,
    ],
)
def test_a_tag_that_was_never_written_is_refused(data: object) -> None:
    with pytest.raises(NotAValue):
        typed(data)
