"""Counting days: the holiday arrangement of 2022 as a table, and the arithmetic as properties."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sangesan.kernel.refusal import Refusal
from sangesan.policy.calendars import add_days, days_between, is_working

days = st.dates(date(2021, 1, 1), date(2025, 6, 30))
types = st.sampled_from(["calendar", "working"])


@pytest.mark.parametrize(
    ("begin", "count", "day_type", "end"),
    [
        (date(2022, 9, 13), 15, "calendar", date(2022, 9, 28)),
        (date(2022, 9, 13), 0, "working", date(2022, 9, 13)),
        # Mid-Autumn 10-12 September 2022 is free
        (date(2022, 9, 9), 1, "working", date(2022, 9, 13)),
        # National Day 1-7 October is free, Saturday 8 and Sunday 9 are worked
        (date(2022, 9, 30), 1, "working", date(2022, 10, 8)),
        (date(2022, 9, 30), 3, "working", date(2022, 10, 10)),
        # Spring Festival 31 January to 6 February, 29 and 30 January worked
        (date(2022, 1, 28), 3, "working", date(2022, 2, 7)),
    ],
)
def test_deadlines(begin: date, count: int, day_type: str, end: date) -> None:
    assert add_days(begin, count, day_type) == end


@given(days, st.integers(0, 60), types)
def test_adding_and_counting_agree(begin: date, count: int, day_type: str) -> None:
    end = add_days(begin, count, day_type)
    assert days_between(begin, end, day_type) == count
    assert days_between(end, begin, day_type) == -count
    assert count == 0 or day_type == "calendar" or is_working(end)


@given(days, st.integers(0, 40), st.integers(0, 40), types)
def test_deadlines_add_up(begin: date, first: int, second: int, day_type: str) -> None:
    assert add_days(add_days(begin, first, day_type), second, day_type) == add_days(begin, first + second, day_type)


@given(days, st.integers(0, 30))
def test_working_days_take_longer(begin: date, count: int) -> None:
    assert add_days(begin, count, "working") >= begin + timedelta(days=count)


def test_a_year_without_arrangement_is_named() -> None:
    with pytest.raises(Refusal, match="没有2090年的节假日安排"):
        add_days(date(2090, 1, 1), 3, "working")
    assert add_days(date(2090, 1, 1), 3, "calendar") == date(2090, 1, 4)
