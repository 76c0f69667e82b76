"""Durations and repetitions: clamped months, local days, schedules that never drift."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.calendar.durations import Cycle, NotATime, add, add_months, parse_date, parse_duration, parse_moment
from engine.values import ALMATY, Months


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("P1Y2M", Months(14)),
        ("P0M", Months(0)),
        ("-P3M", Months(-3)),
        ("P0.5Y", Months(6)),
        ("P10D", timedelta(10)),
        ("P2W", timedelta(14)),
        ("P1,5D", timedelta(1, 43200)),
        ("PT1.5H", timedelta(0, 5400)),
        ("PT0.25S", timedelta(microseconds=250000)),
        ("-P1DT2H", -timedelta(1, 7200)),
        ("+PT36H", timedelta(1, 43200)),
        ("P1W2DT3H4M5S", timedelta(9, 3 * 3600 + 245)),
        ("P1M2D", (Months(1), timedelta(2))),
        ("-P1Y2DT1S", (Months(-12), -timedelta(2, 1))),
        ("P0Y2D", timedelta(2)),
        (" PT0S ", timedelta(0)),
    ],
)
def test_reads(text: str, value: object) -> None:
    assert parse_duration(text) == value


@pytest.mark.parametrize(
    "text",
    ["", "P", "PT", "P1DT", "P1", "1D", "P10BD", "P1.5DT2H", "P0.3M", "P-1D", "PT1D", "p1d", "P١D", "PT1H ago"],
)
def test_refuses(text: str) -> None:
    with pytest.raises(NotATime, match="is not a duration") as caught:
        parse_duration(text)
    assert caught.value.reason == "duration_unreadable" and caught.value.text == text


def test_too_long_is_refused_not_overflowing() -> None:
    with pytest.raises(NotATime):
        parse_duration("P999999999999999999D")
    with pytest.raises(NotATime):
        add(date(2026, 1, 1), parse_duration("P99999999Y"))
    with pytest.raises(NotATime):
        add(parse_moment("9999-12-31T23:00:00Z"), timedelta(2))


@pytest.mark.parametrize(
    ("start", "duration", "end"),
    [
        ("2026-12-31", "P2M", "2027-02-28"),  # clause 7.2.1
        ("2027-12-31", "P2M", "2028-02-29"),
        ("2028-02-29", "P3Y", "2031-02-28"),  # clause 8.2.p2
        ("2026-03-31", "-P1M", "2026-02-28"),
        ("2026-01-31", "P1M1D", "2026-03-01"),
        ("2026-08-31", "PT25H", "2026-09-01"),
        ("2026-09-01", "-PT1H", "2026-08-31"),
    ],
)
def test_dates(start: str, duration: str, end: str) -> None:
    assert add(parse_date(start), parse_duration(duration)) == date.fromisoformat(end)


def test_moment_is_added_in_local_calendar() -> None:
    # 31 December 02:00 in Almaty is still 30 December in UTC: the month's end that counts is the local one.
    result = add(datetime(2026, 12, 30, 21, 0, tzinfo=UTC), Months(2))
    assert result.isoformat() == "2027-02-28T02:00:00+05:00"


def test_days_keep_the_clock_when_the_offset_changed() -> None:
    before = parse_moment("2024-02-25T09:00:00")  # UTC+6 until 1 March 2024
    assert before.isoformat() == "2024-02-25T09:00:00+06:00"
    assert add(before, timedelta(10)).isoformat() == "2024-03-06T09:00:00+05:00"
    assert add(before, timedelta(10, 3600)) - before == timedelta(10, 3600)
    assert add(before, Months(1)).isoformat() == "2024-03-25T09:00:00+05:00"


def test_repeated_hour_is_kept() -> None:
    second = datetime(2024, 2, 29, 23, 30, fold=1, tzinfo=ALMATY)
    assert add(second, timedelta(0)) == second.astimezone(UTC)
    assert add(second, timedelta(0, 60)) - second.astimezone(UTC) == timedelta(0, 60)


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2026-10-01T09:00:00+05:00", "2026-10-01T04:00:00+00:00"),
        ("2026-10-01T09:00", "2026-10-01T04:00:00+00:00"),
        ("2026-10-01T04:00:00Z", "2026-10-01T04:00:00+00:00"),
        ("2026-10-01T04:00:00.5Z", "2026-10-01T04:00:00.500000+00:00"),
        ("2026-10-01T09:00:00+0500", "2026-10-01T04:00:00+00:00"),
        ("2026-10-01", "2026-09-30T19:00:00+00:00"),
        ("2024-02-01", "2024-01-31T18:00:00+00:00"),
    ],
)
def test_moments(text: str, utc: str) -> None:
    assert parse_moment(text).astimezone(UTC).isoformat() == utc


@pytest.mark.parametrize("text", ["", "now", "2026-02-30", "2026-10-01T25:00", "20261001", "2026-10-01 09:00"])
def test_moments_refused(text: str) -> None:
    with pytest.raises(NotATime) as caught:
        parse_moment(text)
    assert caught.value.reason == "moment_unreadable"


def iso(cycle: Cycle, *numbers: int) -> list[str]:
    return [moment.isoformat() for n in numbers if (moment := cycle.occurrence(n)) is not None]


def test_quarters_stay_on_quarter_days() -> None:
    cycle = Cycle.parse("R/2026-10-01T09:00:00+05:00/P3M")
    assert iso(cycle, 1, 2, 3, 4, 5, 41) == [
        f"{day}T09:00:00+05:00"
        for day in ("2026-10-01", "2027-01-01", "2027-04-01", "2027-07-01", "2027-10-01", "2036-10-01")
    ]


def test_month_ends_come_back_after_february() -> None:
    cycle = Cycle.parse("R4/2026-12-31T09:00:00+05:00/P1M")
    assert [text[:10] for text in iso(cycle, 1, 2, 3, 4)] == ["2026-12-31", "2027-01-31", "2027-02-28", "2027-03-31"]
    assert cycle.occurrence(5) is None and cycle.occurrence(0) is None


def test_interval_alone_counts_from_the_anchor() -> None:
    cycle, anchor = Cycle.parse("R3/PT10M"), parse_moment("2026-09-01T09:00")
    minutes = [10, 20, 30]
    assert [cycle.occurrence(n, anchor) for n in (1, 2, 3)] == [anchor + timedelta(0, 60 * m) for m in minutes]
    assert cycle.next_after(anchor, since=anchor) == anchor + timedelta(0, 600)
    assert cycle.next_after(anchor + timedelta(0, 600), since=anchor) == anchor + timedelta(0, 1200)
    assert cycle.next_after(anchor + timedelta(0, 1800), since=anchor) is None
    assert [cycle.remaining(anchor + timedelta(0, 60 * m), anchor) for m in (0, 10, 29, 30, 90)] == [3, 2, 1, 0, 0]
    with pytest.raises(ValueError, match="began to wait"):
        cycle.next_after(anchor)


def test_end_is_the_last_occurrence() -> None:
    cycle = Cycle.parse("R3/P1M/2027-03-31T09:00:00+05:00")
    assert [text[:10] for text in iso(cycle, 1, 2, 3, 4)] == ["2027-01-31", "2027-02-28", "2027-03-31"]
    open_ended, anchor = Cycle.parse("R/PT1H/2026-09-01T12:00:00+05:00"), parse_moment("2026-09-01T09:00")
    assert open_ended.remaining(anchor, anchor) == 3
    assert open_ended.occurrence(1, anchor) == parse_moment("2026-09-01T10:00")
    assert open_ended.next_after(parse_moment("2026-09-01T11:00"), anchor) == parse_moment("2026-09-01T12:00")
    assert open_ended.next_after(parse_moment("2026-09-01T12:00"), anchor) is None
    assert Cycle.parse("R/PT1H/2026-01-01").remaining(anchor, anchor) == 0


def test_two_moments_give_the_interval() -> None:
    cycle = Cycle.parse("R2/2026-09-01T09:00:00+05:00/2026-09-02T09:00:00+05:00")
    assert cycle.interval == timedelta(1) and cycle.occurrence(2) == parse_moment("2026-09-02T09:00")


def test_no_times_at_all() -> None:
    cycle = Cycle.parse("R0/2026-09-01/P1D")
    assert cycle.occurrence(1) is None and cycle.next_after(parse_moment("2020-01-01")) is None


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("P3M", "cycle_unreadable"),
        ("R", "cycle_unreadable"),
        ("R/", "duration_unreadable"),
        ("Rx/P1D", "cycle_unreadable"),
        ("R-1/P1D", "cycle_unreadable"),
        ("R/P1D/P1D", "moment_unreadable"),
        ("R/2026-09-01/P1D/P1D", "cycle_unreadable"),
        ("0 0/5 * * * ?", "cycle_unreadable"),
        ("R/P0D", "cycle_not_forward"),
        ("R/-P1D", "cycle_not_forward"),
        ("R/PT0.9S", "cycle_too_often"),
        ("R/2026-09-02/2026-09-01", "cycle_not_forward"),
    ],
)
def test_cycles_refused(text: str, reason: str) -> None:
    with pytest.raises(NotATime) as caught:
        Cycle.parse(text)
    assert caught.value.reason == reason


def test_millions_of_occurrences_are_not_stepped_through() -> None:
    cycle = Cycle.parse("R/2000-01-01T00:00:00+05:00/PT1S")
    calls = 0
    original = Cycle._times

    def counted(self: Cycle, origin: datetime, n: int) -> datetime:
        nonlocal calls
        calls += 1
        return original(self, origin, n)

    Cycle._times = counted  # type: ignore[method-assign]
    try:
        at = parse_moment("2026-09-01T09:00:00.5")
        assert cycle.next_after(at) == parse_moment("2026-09-01T09:00:01")
    finally:
        Cycle._times = original  # type: ignore[method-assign]
    assert calls < 80


def test_order_holds_over_the_change_of_offset() -> None:
    cycle = Cycle.parse("R/2024-02-28T00:00:00+06:00/PT10M")
    moments = [cycle.occurrence(n) for n in range(1, 800)]
    steps = {b - a for a, b in pairwise(moments) if a and b}
    assert steps == {timedelta(0, 600)}


intervals = st.sampled_from(["PT7M", "P1D", "P2W", "P1M", "P3M", "P1Y", "P1M3D", "P1DT12H", "P2MT5M"])
starts = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1)).map(lambda m: m.replace(microsecond=0, tzinfo=UTC))


@settings(max_examples=150, deadline=None)
@given(intervals, starts, st.integers(-40, 40), st.integers(0, 30))
def test_next_is_what_stepping_finds(interval: str, start: datetime, ahead: int, count: int) -> None:
    cycle = Cycle.parse(f"R{count}/{start.isoformat()}/{interval}")
    moment = start + timedelta(ahead, 11 * ahead)
    every = [cycle.occurrence(n) for n in range(1, count + 1)]
    later = [at for at in every if at is not None and at > moment]
    assert cycle.next_after(moment) == (later[0] if later else None)
    assert cycle.remaining(moment) == len(later)


@settings(max_examples=100, deadline=None)
@given(st.dates(date(1990, 1, 1), date(2060, 1, 1)), st.integers(-600, 600))
def test_months_against_dateutil(day: date, count: int) -> None:
    from dateutil.relativedelta import relativedelta  # type: ignore[import-untyped]

    assert add_months(day, count) == day + relativedelta(months=count)


def test_too_many_years_are_refused_not_overflowing() -> None:
    with pytest.raises(NotATime) as caught:
        parse_duration("P99999999999Y")
    assert caught.value.reason == "time_out_of_range"
