"""Every day belongs to exactly one period, whatever the cycle, the season, the year, or a change of cycle."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sangesan.village_work.domain import Logged, Mark, mark_of
from sangesan.village_work.periods import ANCHOR, Cycle, Period, Schedule, Unit, overdue, period_of

DAY = timedelta(days=1)
WEEKLY, MONTHLY, YEARLY = Cycle(Unit.WEEK), Cycle(Unit.MONTH), Cycle(Unit.YEAR)
FLOOD = Cycle(Unit.WEEK, months=frozenset({5, 6, 7, 8, 9, 10}))

days = st.dates(date(1999, 1, 1), date(2060, 12, 31))
months = st.sets(st.integers(1, 12), max_size=11).map(frozenset)
cycles = st.one_of(
    st.builds(Cycle, st.just(Unit.DAYS), st.integers(1, 366), months),
    st.builds(Cycle, st.just(Unit.WEEK), st.integers(1, 52), months),
    st.builds(Cycle, st.just(Unit.MONTH), st.sampled_from([1, 2, 3, 4, 6, 12]), months),
    st.builds(Cycle, st.just(Unit.QUARTER), st.sampled_from([1, 2, 4]), months),
    st.builds(Cycle, st.just(Unit.YEAR), st.just(1), months),
)


@st.composite
def schedules(draw: st.DrawFn) -> Schedule:
    first = draw(st.sampled_from([date.min, date(2020, 2, 10)]))
    changes = sorted(set(draw(st.lists(st.dates(date(2020, 3, 1), date(2024, 12, 31)), max_size=3))))
    return Schedule([(since, draw(st.one_of(st.none(), cycles))) for since in [first, *changes]])


@given(cycles, days)
def test_a_period_holds_its_day_and_all_its_days_agree(cycle: Cycle, day: date) -> None:
    found = period_of(day, cycle)
    assert found.start <= day <= found.end
    assert (found.end - found.start).days <= 366
    for other in (found.start, found.end, found.start + (found.end - found.start) // 2):
        assert period_of(other, cycle) == found
    assert period_of(found.end + DAY, cycle).start == found.end + DAY
    assert period_of(found.start - DAY, cycle).end == found.start - DAY


@given(cycles, days)
def test_a_period_lies_in_the_season_or_out_of_it(cycle: Cycle, day: date) -> None:
    found = period_of(day, cycle)
    assert found.due == cycle.in_season(day)
    assert cycle.in_season(found.start) == cycle.in_season(found.end) == found.due


@settings(max_examples=60)
@given(schedules(), st.dates(date(2020, 1, 1), date(2024, 6, 1)), st.integers(0, 800))
def test_periods_of_a_schedule_follow_each_other_without_gap_or_overlap(plan: Schedule, first: date, length: int) -> None:
    last = first + timedelta(days=length)
    found = list(plan.periods(first, last))
    assert found[0].start <= first
    assert found[-1].end >= last
    for before, after in pairwise(found):
        assert after.start == before.end + DAY
    for period in found:
        assert plan.period_of(max(period.start, first)) == period


@given(schedules(), st.dates(date(2021, 1, 1), date(2024, 6, 1)), st.integers(1, 20))
def test_the_last_periods_end_with_the_days_own(plan: Schedule, day: date, count: int) -> None:
    found = plan.last_periods(day, count)
    assert day in found[-1]
    assert len(found) <= count
    for before, after in pairwise(found):
        assert after.start == before.end + DAY


@pytest.mark.parametrize(
    ("cycle", "day", "start", "end", "due"),
    [
        (WEEKLY, date(2022, 9, 13), date(2022, 9, 12), date(2022, 9, 18), True),
        (WEEKLY, date(2022, 1, 1), date(2021, 12, 27), date(2022, 1, 2), True),  # a week over the turn of the year
        (MONTHLY, date(2024, 2, 29), date(2024, 2, 1), date(2024, 2, 29), True),  # a leap year's
        (MONTHLY, date(2023, 2, 10), date(2023, 2, 1), date(2023, 2, 28), True),
        (YEARLY, date(2024, 12, 31), date(2024, 1, 1), date(2024, 12, 31), True),
        (Cycle(Unit.QUARTER), date(2022, 8, 1), date(2022, 7, 1), date(2022, 9, 30), True),
        (Cycle(Unit.MONTH, 2), date(2022, 4, 30), date(2022, 3, 1), date(2022, 4, 30), True),
        (Cycle(Unit.DAYS, 10), ANCHOR, ANCHOR, ANCHOR + timedelta(days=9), True),
        (FLOOD, date(2022, 5, 1), date(2022, 5, 1), date(2022, 5, 1), True),  # a Sunday: the week is cut by the season
        (FLOOD, date(2022, 4, 30), date(2022, 4, 25), date(2022, 4, 30), False),
        (FLOOD, date(2022, 10, 31), date(2022, 10, 31), date(2022, 10, 31), True),
        (Cycle(Unit.QUARTER, months=frozenset({2})), date(2022, 2, 14), date(2022, 2, 1), date(2022, 2, 28), True),
        (Cycle(Unit.YEAR, months=frozenset({12, 1, 2})), date(2022, 1, 9), date(2022, 1, 1), date(2022, 2, 28), True),
    ],
)
def test_periods_as_a_table(cycle: Cycle, day: date, start: date, end: date, due: bool) -> None:
    assert period_of(day, cycle) == Period(start, end, due)


@pytest.mark.parametrize("wrong", [(Unit.MONTH, 5), (Unit.DAYS, 0), (Unit.DAYS, 367), (Unit.QUARTER, 3), (Unit.YEAR, 2)])
def test_cycles_that_are_none(wrong: tuple[Unit, int]) -> None:
    with pytest.raises(ValueError, match="no cycle"):
        Cycle(*wrong)
    with pytest.raises(ValueError, match="months"):
        Cycle(Unit.WEEK, months=frozenset({13}))


ON = date(2022, 9, 13)  # a Tuesday
SINCE = date(2022, 8, 1)  # a Monday


@pytest.mark.parametrize(
    ("cycle", "since", "last", "late"),
    [
        (WEEKLY, SINCE, date(2022, 9, 12), None),
        (WEEKLY, SINCE, date(2022, 9, 5), None),  # last week is done, this one still runs
        (WEEKLY, SINCE, date(2022, 9, 4), (date(2022, 9, 11), 2, 1)),
        (WEEKLY, SINCE, date(2022, 8, 3), (date(2022, 8, 14), 30, 5)),
        (WEEKLY, SINCE, None, (date(2022, 8, 7), 37, 6)),
        (WEEKLY, date(2022, 8, 2), None, (date(2022, 8, 14), 30, 5)),  # laid on after a week had begun: the next counts
        (WEEKLY, date(2022, 9, 13), None, None),
        (MONTHLY, SINCE, None, (date(2022, 8, 31), 13, 1)),
        (Cycle(Unit.WEEK, months=frozenset({1})), SINCE, None, None),  # out of season nothing is owed
        (FLOOD, date(2021, 9, 6), date(2021, 10, 31), (date(2022, 5, 1), 135, 20)),
    ],
)
def test_what_is_overdue(cycle: Cycle, since: date, last: date | None, late: tuple[date, int, int] | None) -> None:
    found = overdue(Schedule([(date.min, cycle)]), owed_since=since, last_done=last, on=ON)
    assert (found and (found.since, found.days, found.periods)) == late


@given(cycles, st.dates(date(2021, 1, 1), date(2022, 6, 1)), st.integers(0, 400))
def test_a_log_in_the_running_period_catches_up(cycle: Cycle, since: date, later: int) -> None:
    plan, on = Schedule([(date.min, cycle)]), since + timedelta(days=later)
    assert overdue(plan, owed_since=since, last_done=on, on=on) is None
    found = overdue(plan, owed_since=since, last_done=None, on=on)
    if found:
        assert found.days >= 1
        assert found.since == on - timedelta(days=found.days)
        assert found.periods >= 1
        later_on = overdue(plan, owed_since=since, last_done=None, on=on + DAY)
        assert later_on
        assert later_on.days == found.days + 1


def test_a_change_of_cycle_cuts_the_period_and_stopping_ends_what_is_owed() -> None:
    plan = Schedule([(date.min, MONTHLY), (date(2022, 8, 17), WEEKLY), (date(2022, 9, 5), None)])
    assert plan.period_of(date(2022, 8, 16)) == Period(date(2022, 8, 1), date(2022, 8, 16), due=True)
    assert plan.period_of(date(2022, 8, 17)) == Period(date(2022, 8, 17), date(2022, 8, 21), due=True)
    assert not plan.period_of(ON).due
    late = overdue(plan, owed_since=date(2022, 7, 1), last_done=date(2022, 8, 20), on=ON)
    assert late
    assert (late.since, late.periods) == (date(2022, 8, 28), 2)


WEEK = period_of(date(2022, 9, 5), WEEKLY)
GOOD = Logged(date(2022, 9, 6), "ok", open=False, late=False)


@pytest.mark.parametrize(
    ("logs", "on", "mark"),
    [
        ([], ON, Mark.MISSING),
        ([], date(2022, 9, 11), Mark.RUNNING),
        ([], date(2022, 9, 1), Mark.REST),
        ([GOOD], ON, Mark.DONE),
        ([Logged(date(2022, 9, 6), "ok", open=False, late=True)], ON, Mark.LATE),
        ([GOOD, Logged(date(2022, 9, 7), "problem", open=True, late=False)], ON, Mark.PROBLEM),
        ([GOOD, Logged(date(2022, 9, 7), "problem", open=False, late=False)], ON, Mark.SOLVED),
    ],
)
def test_marks(logs: list[Logged], on: date, mark: Mark) -> None:
    assert mark_of(WEEK, logs, owed_since=date(2022, 1, 1), on=on) == mark
    if not logs:
        assert mark_of(WEEK, logs, owed_since=date(2022, 9, 6), on=on) == Mark.REST
