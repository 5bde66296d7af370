"""Periods of a duty: every day belongs to exactly one; a season and a change of cycle cut them. Plain Python.

Weeks begin on Monday; runs of days and of weeks are counted from one fixed Monday, months from January, so that the
periods of two villages are the same whenever their duty began.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from sangesan.kernel.period import Month

ANCHOR = date(2018, 1, 1)  # a Monday
MOST_DAYS = 366
DAY = timedelta(days=1)


class Unit(StrEnum):
    """What a cycle counts in."""

    DAYS = "days"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"


MONTHS_OF = {Unit.MONTH: 1, Unit.QUARTER: 3, Unit.YEAR: 12}
UNIT_TITLES = {Unit.DAYS: "天", Unit.WEEK: "周", Unit.MONTH: "个月", Unit.QUARTER: "季", Unit.YEAR: "年"}


@dataclass(frozen=True)
class Cycle:
    """Once per `every` units; months: of the year in which it is due, none for all. Raises ValueError for nonsense."""

    unit: Unit
    every: int = 1
    months: frozenset[int] = frozenset()

    def __post_init__(self) -> None:
        months = MONTHS_OF.get(self.unit)
        length = self.every * (months or {Unit.DAYS: 1, Unit.WEEK: 7}.get(self.unit, 0))
        if self.every < 1 or (12 % length if months else length > MOST_DAYS):
            raise ValueError(f"no cycle of {self.every} {self.unit}")
        if not all(1 <= month <= 12 for month in self.months):
            raise ValueError("months are 1 to 12")

    def in_season(self, day: date) -> bool:
        """Whether the duty is due in the month of a day."""
        return not self.months or day.month in self.months


@dataclass(frozen=True, order=True)
class Period:
    """From start to end, both included. due: whether something has to be done in it."""

    start: date
    end: date
    due: bool

    def __contains__(self, day: date) -> bool:
        return self.start <= day <= self.end


@dataclass(frozen=True)
class Schedule:
    """Cycles with the days from which they hold, the earliest first; None: nothing is due from that day on."""

    cycles: Sequence[tuple[date, Cycle | None]]

    def period_of(self, day: date) -> Period:
        """The one period in which a day lies; before the first cycle nothing is due."""
        at = bisect_right([since for since, _ in self.cycles], day) - 1
        until = self.cycles[at + 1][0] - DAY if at + 1 < len(self.cycles) else date.max
        since, cycle = self.cycles[at] if at >= 0 else (date.min, None)
        if cycle is None:
            return Period(since, until, due=False)
        found = period_of(day, cycle)
        return Period(max(found.start, since), min(found.end, until), found.due)

    def periods(self, first: date, last: date) -> Iterator[Period]:
        """The periods that touch first..last, in order."""
        day = first
        while day <= last:
            found = self.period_of(day)
            yield found
            if found.end == date.max:
                return
            day = found.end + DAY

    def last_periods(self, day: date, count: int) -> list[Period]:
        """The period of a day and those before it, at most `count`, oldest first."""
        found: list[Period] = []
        while len(found) < count:
            period = self.period_of(day)
            found.append(period)
            if period.start <= date.min + DAY:
                break
            day = period.start - DAY
        return found[::-1]


@dataclass(frozen=True)
class Overdue:
    """since: the last day on which it could have been done in time; days: late by; periods: how many went by undone."""

    since: date
    days: int
    periods: int


def period_of(day: date, cycle: Cycle) -> Period:
    """The one period of a cycle in which a day lies; a period is cut where a season begins or ends."""
    start, end = _whole(day, cycle)
    season = cycle.in_season(day)
    if cycle.months:
        start, end = _cut(day, start, end, cycle)
    return Period(start, end, season)


def overdue(schedule: Schedule, *, owed_since: date, last_done: date | None, on: date) -> Overdue | None:
    """What has been missed since it was last done; None where nothing is. A log in the running period catches up.

    Owed are the periods that begin on `owed_since` or later.
    """
    day = owed_since
    if last_done is not None:
        day = max(day, schedule.period_of(last_done).end + DAY)
    missed = [p for p in schedule.periods(day, on) if p.due and p.start >= owed_since and p.end < on]
    if not missed:
        return None
    return Overdue(missed[0].end, (on - missed[0].end).days, len(missed))


def _whole(day: date, cycle: Cycle) -> tuple[date, date]:
    """The period without regard to seasons."""
    months = MONTHS_OF.get(cycle.unit)
    if months is None:
        length = cycle.every * (7 if cycle.unit == Unit.WEEK else 1)
        start = day - timedelta(days=(day - ANCHOR).days % length)
        return start, start + timedelta(days=length - 1)
    length = cycle.every * months
    first = Month.of(day)
    first = first.plus(-((first.month - 1) % length))
    return first.first_day(), first.plus(length - 1).last_day()


def _cut(day: date, start: date, end: date, cycle: Cycle) -> tuple[date, date]:
    """The part of start..end around a day whose months are all in season, or all out of it, like the day's own."""
    season = cycle.in_season(day)
    first = Month.of(day)
    while first.first_day() > start and cycle.in_season(first.plus(-1).first_day()) == season:
        first = first.plus(-1)
    last = Month.of(day)
    while last.last_day() < end and cycle.in_season(last.plus(1).first_day()) == season:
        last = last.plus(1)
    return max(start, first.first_day()), min(end, last.last_day())
