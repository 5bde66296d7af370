"""Months: the period in which departments deliver and windows are counted."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from sangesan.kernel.refusal import Refusal

_FORM = re.compile(r"([0-9]{4})[-/.年]?([0-9]{1,2})月?")


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


def add_months(day: date, months: int) -> date:
    """The same day `months` later; the month's last day where it has no such day (31 Jan + 1 -> 28 Feb)."""
    month = Month.of(day).plus(months)
    return date(month.year, month.month, min(day.day, month.last_day().day))
