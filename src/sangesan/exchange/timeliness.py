"""When a feed's next delivery is due. Pure: the day is passed in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sangesan.kernel.period import Month

# Months per cycle; a delivery is due by the last day of the month after its period (monthly push "by month end").
MONTHS = {"monthly": 1, "quarterly": 3, "yearly": 12}

ON_TIME, LATE, NEVER, NOT_DUE = "on_time", "late", "never", "as_it_happens"
LABELS = {ON_TIME: "按时", LATE: "超期", NEVER: "从未报送", NOT_DUE: "随时报送"}


@dataclass(frozen=True)
class Due:
    """The period that must be in by now, its last day for delivering, and how things stand."""

    period: Month | None
    by: date | None
    status: str
    days_late: int = 0

    @property
    def label(self) -> str:
        """The status in Chinese."""
        return f"{LABELS[self.status]} {self.days_late} 天" if self.status == LATE else LABELS[self.status]


def due(cycle: str, last: Month | None, today: date) -> Due:
    """How a feed of this cycle stands on a day. last: the latest period delivered, or None.

    A period (month, quarter, year) is due by the end of the month after it; event feeds are never due.
    """
    months = MONTHS.get(cycle)
    if months is None:
        return Due(None, None, NOT_DUE if last else NEVER)
    expected = _last_closed(months, today)
    by = _due_day(expected)
    if by >= today:
        # Its time has not run out: what counts until then is the period before.
        expected = expected.plus(-months)
        by = _due_day(expected)
    if last is None:
        return Due(expected, by, NEVER, max((today - by).days, 0))
    if last >= _first(expected, months):
        return Due(expected, by, ON_TIME)
    missing = _first_missing(last, months)
    return Due(expected, by, LATE, (today - _due_day(missing)).days)


def _last_closed(months: int, today: date) -> Month:
    """Last month of the latest whole period that ended before `today`."""
    before = Month.of(today).plus(-1)
    return before.plus(-(before.month % months))


def _due_day(last_month: Month) -> date:
    return last_month.plus(1).last_day()


def _first(last_month: Month, months: int) -> Month:
    return last_month.plus(1 - months)


def _first_missing(last: Month, months: int) -> Month:
    """Last month of the period after the one in which `last` lies."""
    end = last.plus((-last.month) % months)
    return end.plus(months)
