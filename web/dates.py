"""Keeps pages from knowing zones and date patterns: everything is shown in Asia/Almaty, 24 hours, absolute first."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Literal

from babel.dates import format_date

from engine.values import ALMATY
from web.language import language

Group = Literal["overdue", "today", "week", "later", "none"]
GROUPS: tuple[Group, ...] = ("overdue", "today", "week", "later", "none")

# CLDR would write 24.11.26 in Kazakh and put the Russian weekday last; officials write it so:
_LONG = {
    "kk": "y 'ж'. d MMMM, EEEE",
    "ru": "EEEE, d MMMM y 'г'.",
    "en": "EEEE, d MMMM y",
}
_SHORT = {"kk": "d MMM, EEE", "ru": "d MMM, EEE", "en": "d MMM, EEE"}
_SHORT_OF_YEAR = {"kk": "d MMM y 'ж'., EEE", "ru": "d MMM y 'г'., EEE", "en": "d MMM y, EEE"}


def local(moment: datetime) -> datetime:
    return moment.astimezone(ALMATY)


def as_day(when: date | datetime) -> date:
    return local(when).date() if isinstance(when, datetime) else when


def numeric(when: date | datetime | None) -> str:
    """24.11.2026, the same in all three languages."""
    return as_day(when).strftime("%d.%m.%Y") if when else "—"


def with_time(when: datetime | None) -> str:
    """24.11.2026, 15:00."""
    return local(when).strftime("%d.%m.%Y, %H:%M") if when else "—"


def long(when: date | datetime | None) -> str:
    """2026 ж. 24 қараша, сейсенбі · вторник, 24 ноября 2026 г. · Tuesday, 24 November 2026."""
    return format_date(as_day(when), _LONG[language()], locale=language()) if when else "—"


def short(when: date | datetime | None, now: datetime | None = None) -> str:
    """24 қар., сс · 24 нояб., вт · 24 Nov, Tue. With its year where that is another than that of ``now``."""
    if when is None:
        return "—"
    day = as_day(when)
    patterns = _SHORT_OF_YEAR if now and day.year != as_day(now).year else _SHORT
    return format_date(day, patterns[language()], locale=language())


def iso(when: date | datetime) -> str:
    """For <time datetime>."""
    return local(when).isoformat() if isinstance(when, datetime) else when.isoformat()


def time_shown(when: datetime) -> str:
    """The hour of a due moment, empty at the end of the day: a term that ends with its day needs no 23:59."""
    hour = local(when).strftime("%H:%M")
    return "" if hour in ("23:59", "00:00") else hour


def group(due: datetime | None, now: datetime) -> Group:
    """Where a task stands in the inbox: overdue, due today, in this week (up to Sunday), later, without a date."""
    if due is None:
        return "none"
    if due < now:
        return "overdue"
    today = as_day(now)
    day = as_day(due)
    if day == today:
        return "today"
    return "week" if day <= today + timedelta(days=6 - today.weekday()) else "later"


def start_of_day(day: date) -> datetime:
    """Midnight of the day in Almaty as an aware UTC moment."""
    return datetime(day.year, day.month, day.day, tzinfo=ALMATY).astimezone(UTC)
