"""Weeks as ISO 8601 numbers them, quarters, and the text of any period."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sangesan.kernel.period import Month, Period, Quarter, Week, parse_period
from sangesan.kernel.refusal import Refusal

DAYS = st.dates(date(1950, 1, 1), date(2050, 12, 31))


@pytest.mark.parametrize(
    ("day", "week"),
    [
        (date(2022, 9, 13), "2022-W37"),
        (date(2023, 1, 1), "2022-W52"),  # a Sunday of the old year's last week
        (date(2020, 12, 31), "2020-W53"),
        (date(2021, 1, 3), "2020-W53"),
        (date(2021, 1, 4), "2021-W01"),
    ],
)
def test_the_week_of_a_day(day: date, week: str) -> None:
    assert str(Week.of(day)) == week


@given(DAYS)
def test_every_day_lies_in_its_periods(day: date) -> None:
    for kind in (Week, Month, Quarter):
        period = kind.of(day)
        assert period.first_day() <= day <= period.last_day()
        assert parse_period(str(period)) == period


@given(DAYS, st.integers(-150, 150))
def test_periods_follow_each_other_without_a_gap(day: date, steps: int) -> None:
    for kind in (Week, Month, Quarter):
        period = kind.of(day)
        assert (period.plus(1).first_day() - period.last_day()).days == 1
        assert period.plus(steps).plus(-steps) == period


@pytest.mark.parametrize("text", ["2022-W54", "2021-W53", "2022-W00", "2022-Q5", "2022-Q0", "2022-13", "W37", ""])
def test_what_is_no_period_is_refused(text: str) -> None:
    with pytest.raises(Refusal):
        parse_period(text)


def test_a_quarter_has_three_months() -> None:
    found: list[Period] = [*Quarter(2022, 3).months()]
    assert [str(month) for month in found] == ["2022-07", "2022-08", "2022-09"]
