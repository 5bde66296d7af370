"""When: digests, quiet hours, waits; and how many become one. Tables and properties."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sangesan.amendments.actions import amend
from sangesan.kernel.refusal import Refusal
from sangesan.messages.domain import (
    Schedule,
    due_at,
    is_quiet,
    may_send,
    merged,
    next_try,
    parse_schedule,
)
from sangesan.messages.schedule import fault_on, schedule_on
from sangesan.messages.templates import line_of
from sangesan.policy.parameters import ParameterValue
from sangesan.regions.queries import CHINA
from web.small_county import NOW, VILLAGE_A, VILLAGE_B, SmallCounty

NIGHT = Schedule(time(21), time(7), (time(8, 30), time(17, 30)), (1, 5, 15))
DAYTIME = Schedule(time(12), time(14), (time(13),), (1,))
NEVER = Schedule(time(0), time(0), (time(8, 30),), (1,))


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2022-09-{text}").replace(tzinfo=CHINA)


@pytest.mark.parametrize(
    ("schedule", "moment", "quiet"),
    [
        (NIGHT, "13 20:59", False), (NIGHT, "13 21:00", True), (NIGHT, "14 00:00", True), (NIGHT, "14 06:59", True),
        (NIGHT, "14 07:00", False), (DAYTIME, "13 11:59", False), (DAYTIME, "13 12:00", True), (DAYTIME, "13 14:00", False),
        (NEVER, "13 00:00", False), (NEVER, "13 12:00", False),
    ],
)  # fmt: skip
def test_quiet_hours(schedule: Schedule, moment: str, *, quiet: bool) -> None:
    assert is_quiet(schedule, at(moment)) is quiet
    assert may_send(schedule, at(moment), passes_quiet=False) is not quiet
    assert may_send(schedule, at(moment), passes_quiet=True)


@pytest.mark.parametrize(
    ("made", "due"),
    [
        ("13 08:29", "13 08:30"), ("13 08:30", "13 17:30"), ("13 10:00", "13 17:30"), ("13 17:30", "14 08:30"),
        ("13 23:59", "14 08:30"), ("14 00:01", "14 08:30"),
    ],
)  # fmt: skip
def test_the_next_digest(made: str, due: str) -> None:
    assert due_at(NIGHT, at(made), urgent=False) == at(due)
    assert due_at(NIGHT, at(made), urgent=True) == at(made)


MOMENTS = st.datetimes(datetime(2022, 1, 1), datetime(2023, 1, 1)).map(lambda m: m.replace(tzinfo=CHINA))  # noqa: DTZ001
TIMES = st.times().map(lambda t: t.replace(second=0, microsecond=0))
SCHEDULES = st.builds(
    Schedule, TIMES, TIMES, st.lists(TIMES, min_size=1, max_size=4, unique=True).map(lambda t: tuple(sorted(t))), st.just((1, 5))
)


@given(SCHEDULES, MOMENTS)
def test_a_digest_is_the_first_set_time_after_and_within_a_day(schedule: Schedule, made: datetime) -> None:
    due = due_at(schedule, made, urgent=False)
    assert made < due <= made + timedelta(days=1)
    assert due.time() in schedule.digests
    between = [made + timedelta(minutes=n) for n in range(1, 1441)]
    assert not any(m.time().replace(second=0, microsecond=0) in schedule.digests and m < due for m in _whole(between))


def _whole(moments: list[datetime]) -> list[datetime]:
    return [m.replace(second=0, microsecond=0) for m in moments]


@given(SCHEDULES, MOMENTS)
def test_a_day_has_as_many_quiet_minutes_as_the_schedule_says(schedule: Schedule, day: datetime) -> None:
    start = day.replace(hour=0, minute=0, second=0, microsecond=0)
    quiet = sum(is_quiet(schedule, start + timedelta(minutes=n)) for n in range(1440))
    begins, ends = (t.hour * 60 + t.minute for t in (schedule.quiet_from, schedule.quiet_to))
    assert quiet == (ends - begins) % 1440


def test_waits_grow_and_end() -> None:
    tries = [next_try(NIGHT, n, at("13 10:00")) for n in (1, 2, 3, 4)]
    assert tries == [at("13 10:01"), at("13 10:05"), at("13 10:15"), None]


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"quiet_from": "25:00"}, "不是时刻"), ({"quiet_to": "x"}, "不是时刻"), ({"digests": ""}, "没有汇总"),
        ({"digests": "8:30 夜里"}, "不是时刻"), ({"waits": "5 1"}, "从短到长"), ({"waits": "0 1"}, "从短到长"),
        ({"waits": "a"}, "整数"), ({"waits": ""}, "从短到长"),
    ],
)  # fmt: skip
def test_a_schedule_that_makes_no_sense_is_refused(changed: dict[str, str], said: str) -> None:
    good = {"quiet_from": "21:00", "quiet_to": "7:00", "digests": "17:30 8:30", "waits": "1 5"}
    assert parse_schedule(**good).digests == (time(8, 30), time(17, 30))
    with pytest.raises(Refusal, match=said):
        parse_schedule(**{**good, **changed})


def test_the_county_sets_the_hours_and_a_slip_does_not_stop_messages(small_county: SmallCounty) -> None:
    day, post = date(2022, 9, 13), small_county.posts["county"]
    assert schedule_on(day).quiet_from == time(21)
    _amend(post, "quiet_from", "20:00")
    assert schedule_on(day).quiet_from == time(20)
    assert schedule_on(date(2022, 9, 1)).quiet_from == time(21)
    assert fault_on(day) is None
    _amend(post, "quiet_from", "晚上八点")
    assert schedule_on(day).quiet_from == time(21)
    assert fault_on(day) is not None


def _amend(post, code: str, value: str) -> None:
    amend(
        post=post,
        value=ParameterValue(code, value, "text", date(2022, 9, 10), None, "default", demonstration_only=True),
        now=NOW,
    )


COUNTS = st.lists(st.tuples(st.sampled_from([VILLAGE_A, VILLAGE_B]), st.integers(0, 99), st.integers(1, 24)), max_size=12)


@given(COUNTS)
def test_lines_of_a_group_add_up_and_places_stay_apart(given_lines: list[tuple[str, int, int]]) -> None:
    lines = [
        line_of("alert_tasks", {"place": place, "colour": "orange", "count": n, "hours": hours}, f"/alerts/{n}/")
        for place, n, hours in given_lines
    ]
    made = {line.fields["place"]: line for line in merged(lines)}
    assert set(made) == {place for place, _, _ in given_lines}
    for place, line in made.items():
        mine = [(n, hours) for p, n, hours in given_lines if p == place]
        assert line.fields["count"] == sum(n for n, _ in mine)
        assert line.fields["hours"] == min(hours for _, hours in mine)
        assert line.link == (f"/alerts/{mine[0][0]}/" if len({n for n, _ in mine}) == 1 else "")
