"""Counting days: calendar days, or working days by the State Council's yearly holiday arrangement (chinesecalendar).

A deadline of n days that begins on a day ends on the n-th day after it; the first day is not counted.
"""

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Literal

import chinese_calendar

from sangesan.kernel.refusal import Refusal

DayType = Literal["calendar", "working"]
DAY_TYPES: dict[DayType, str] = {"calendar": "日历日", "working": "工作日"}
ONE = timedelta(days=1)


def is_working(day: date) -> bool:
    """Whether people work on a day, weekends worked instead included; Refusal for a year not yet arranged."""
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        raise Refusal(
            f"没有{day.year}年的节假日安排", place="工作日计算", remedy="请更新节假日数据，或把期限改按日历日计"
        ) from None


def counted_days(after: date, day_type: DayType) -> Iterator[date]:
    """The days that count after a day, in order, without end."""
    day = after
    while True:
        day += ONE
        if day_type == "calendar" or is_working(day):
            yield day


def add_days(begin: date, days: int, day_type: DayType) -> date:
    """The day on which a deadline of `days` that begins on `begin` ends; `begin` itself for none."""
    if days == 0:
        return begin
    counted = counted_days(begin, day_type)
    for _ in range(days - 1):
        next(counted)
    return next(counted)


def days_between(begin: date, end: date, day_type: DayType) -> int:
    """How many days count after `begin` up to and with `end`; negative where `end` comes first."""
    if end < begin:
        return -days_between(end, begin, day_type)
    if day_type == "calendar":
        return (end - begin).days
    return sum(1 for n in range(1, (end - begin).days + 1) if is_working(begin + n * ONE))
