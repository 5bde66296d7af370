"""Periods: months, in which departments deliver and windows are counted; the weeks and quarters of the rhythm."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypeAlias

from sangesan.kernel.refusal import Refusal

_FORM = re.compile(r"([0-9]{4})[-/.年]?([0-9]{1,2})月?")
_WEEK_FORM = re.compile(r"([0-9]{4})-?[Ww]([0-9]{1,2})")
_QUARTER_FORM = re.compile(r"([0-9]{4})-?[Qq]([1-4])")
_WEEK = timedelta(days=7)


@dataclass(frozen=True, order=True)
class Month:
    """One calendar month."""

    year: int
    month: int

    def __post_init__(self) -> None:
        if not 1 <= self.month <= 12 or not 1900 <= self.year <= 2100:
            raise Refusal(f"月份“{self.year}-{self.month}”不存在", remedy="请写成 2022-08 的样子")

    @classmethod
    def parse(cls, text: str) -> "Month":
        """The month written 2022-08, 2022年8月 or 202208. Raises Refusal."""
        form = _FORM.fullmatch(text.strip())
        if not form:
            raise Refusal(f"月份“{text}”认不出", remedy="请写成 2022-08 的样子")
        return cls(int(form[1]), int(form[2]))

    @classmethod
    def of(cls, day: date) -> "Month":
        return cls(day.year, day.month)

    def first_day(self) -> date:
        return date(self.year, self.month, 1)

    def last_day(self) -> date:
        return date(self.year, self.month, monthrange(self.year, self.month)[1])

    def plus(self, months: int) -> "Month":
        """The month `months` later (earlier when negative)."""
        index = self.year * 12 + self.month - 1 + months
        return Month(index // 12, index % 12 + 1)

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.month:02d}"


@dataclass(frozen=True, order=True)
class Week:
    """One week, Monday to Sunday, numbered as ISO 8601 does: the year of a week is that of its Thursday."""

    year: int
    week: int

    def __post_init__(self) -> None:
        try:
            date.fromisocalendar(self.year, self.week, 1)
        except ValueError:
            raise Refusal(f"{self.year}年没有第{self.week}周", remedy="请写成 2022-W37 的样子") from None

    @classmethod
    def parse(cls, text: str) -> "Week":
        """The week written 2022-W37. Raises Refusal."""
        form = _WEEK_FORM.fullmatch(text.strip())
        if not form:
            raise Refusal(f"周次“{text}”认不出", remedy="请写成 2022-W37 的样子")
        return cls(int(form[1]), int(form[2]))

    @classmethod
    def of(cls, day: date) -> "Week":
        year, week, _ = day.isocalendar()
        return cls(year, week)

    def first_day(self) -> date:
        return date.fromisocalendar(self.year, self.week, 1)

    def last_day(self) -> date:
        return date.fromisocalendar(self.year, self.week, 7)

    def plus(self, weeks: int) -> "Week":
        """The week `weeks` later (earlier when negative)."""
        return Week.of(self.first_day() + weeks * _WEEK)

    def __str__(self) -> str:
        return f"{self.year:04d}-W{self.week:02d}"


@dataclass(frozen=True, order=True)
class Quarter:
    """One quarter of a calendar year."""

    year: int
    quarter: int

    def __post_init__(self) -> None:
        if not 1 <= self.quarter <= 4 or not 1900 <= self.year <= 2100:
            raise Refusal(f"{self.year}年没有第{self.quarter}季度", remedy="请写成 2022-Q3 的样子")

    @classmethod
    def parse(cls, text: str) -> "Quarter":
        """The quarter written 2022-Q3. Raises Refusal."""
        form = _QUARTER_FORM.fullmatch(text.strip())
        if not form:
            raise Refusal(f"季度“{text}”认不出", remedy="请写成 2022-Q3 的样子")
        return cls(int(form[1]), int(form[2]))

    @classmethod
    def of(cls, day: date) -> "Quarter":
        return cls(day.year, (day.month + 2) // 3)

    def first_day(self) -> date:
        return date(self.year, self.quarter * 3 - 2, 1)

    def last_day(self) -> date:
        return Month(self.year, self.quarter * 3).last_day()

    def months(self) -> list[Month]:
        return [Month(self.year, self.quarter * 3 - back) for back in (2, 1, 0)]

    def plus(self, quarters: int) -> "Quarter":
        """The quarter `quarters` later (earlier when negative)."""
        index = self.year * 4 + self.quarter - 1 + quarters
        return Quarter(index // 4, index % 4 + 1)

    def __str__(self) -> str:
        return f"{self.year:04d}-Q{self.quarter}"


Period: TypeAlias = Week | Month | Quarter


def parse_period(text: str) -> Period:
    """The week, month or quarter that a text names: 2022-W37, 2022-09, 2022-Q3. Raises Refusal."""
    if _WEEK_FORM.fullmatch(text.strip()):
        return Week.parse(text)
    return Quarter.parse(text) if _QUARTER_FORM.fullmatch(text.strip()) else Month.parse(text)


def add_months(day: date, months: int) -> date:
    """The same day `months` later; the month's last day where it has no such day (31 Jan + 1 -> 28 Feb)."""
    month = Month.of(day).plus(months)
    return date(month.year, month.month, min(day.day, month.last_day().day))
