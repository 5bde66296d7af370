"""When a feed is on time: a period is due by the end of the month after it."""

from datetime import date

import pytest

from sangesan.exchange.timeliness import LATE, NEVER, NOT_DUE, ON_TIME, due
from sangesan.kernel.period import Month

TODAY = date(2022, 9, 13)

# cycle, last delivered, today, status, expected period (its last month), due by, days late
CASES = [
    ("monthly", "2022-08", TODAY, ON_TIME, "2022-07", date(2022, 8, 31), 0),
    ("monthly", "2022-07", TODAY, ON_TIME, "2022-07", date(2022, 8, 31), 0),
    ("monthly", "2022-06", TODAY, LATE, "2022-07", date(2022, 8, 31), 13),
    ("monthly", "2022-05", TODAY, LATE, "2022-07", date(2022, 8, 31), 44),
    ("monthly", "2022-07", date(2022, 9, 30), ON_TIME, "2022-07", date(2022, 8, 31), 0),
    ("monthly", "2022-07", date(2022, 10, 1), LATE, "2022-08", date(2022, 9, 30), 1),
    ("monthly", None, TODAY, NEVER, "2022-07", date(2022, 8, 31), 13),
    ("quarterly", "2022-06", TODAY, ON_TIME, "2022-06", date(2022, 7, 31), 0),
    ("quarterly", "2022-04", TODAY, ON_TIME, "2022-06", date(2022, 7, 31), 0),
    ("quarterly", "2022-03", TODAY, LATE, "2022-06", date(2022, 7, 31), 44),
    ("quarterly", "2022-03", date(2022, 7, 31), ON_TIME, "2022-03", date(2022, 4, 30), 0),
    ("yearly", "2021-12", TODAY, ON_TIME, "2021-12", date(2022, 1, 31), 0),
    ("yearly", "2021-03", TODAY, ON_TIME, "2021-12", date(2022, 1, 31), 0),
    ("yearly", "2020-12", TODAY, LATE, "2021-12", date(2022, 1, 31), 225),
    ("event", "2021-01", TODAY, NOT_DUE, None, None, 0),
    ("event", None, TODAY, NEVER, None, None, 0),
]


@pytest.mark.parametrize(("cycle", "last", "today", "status", "period", "by", "late"), CASES)
def test_due(
    cycle: str, last: str | None, today: date, status: str, period: str | None, by: date | None, late: int
) -> None:
    found = due(cycle, Month.parse(last) if last else None, today)
    assert (found.status, str(found.period) if found.period else None, found.by, found.days_late) == (
        status,
        period,
        by,
        late,
    )
