"""Attendance: what a day may be, what a month asks for, what becomes of corrections and the town's word."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from assessment.assessed_county import NOW, attend, member
from racing import together
from sangesan.accounts.permissions import NotAllowed
from sangesan.assessment.attendance_domain import asked_days, check_day, day_states, days_of, month_over
from sangesan.assessment.attending import (
    add_member,
    decide_month,
    end_member,
    enter_days,
    month_standings,
    standing_of,
    team_of,
)
from sangesan.assessment.models import Attendance, MonthVerdict, TeamMember
from sangesan.assessment.team_page import team_rows, village_month, work_of
from sangesan.kernel.period import Month
from sangesan.kernel.refusal import Refusal
from village_work.builders import log, owe
from web.small_county import DAY, VILLAGE_A, VILLAGE_B

SEPTEMBER = Month(2022, 9)

ASKED = [
    (date(2022, 1, 1), date(2022, 12, 31), 20),
    (date(2022, 9, 16), date(2022, 12, 31), 10),  # half a month, half the days
    (date(2022, 9, 1), date(2022, 9, 13), 9),  # 20 x 13 / 30 = 8.67
    (date(2022, 9, 30), date(2022, 9, 30), 1),
    (date(2022, 10, 1), date(2022, 12, 31), 0),
    (date(2022, 1, 1), date(2022, 8, 31), 0),
]


@pytest.mark.parametrize(("begin", "end", "days"), ASKED)
def test_a_month_asks_in_proportion(begin, end, days):
    assert asked_days(SEPTEMBER, begin=begin, end=end, days_a_month=20) == days


@given(st.dates(date(2022, 1, 1), date(2023, 12, 31)), st.integers(0, 400), st.integers(1, 31))
def test_no_month_asks_for_more_than_the_days_covered(begin, length, asked):
    end = begin + timedelta(days=length)
    month = Month.of(begin)
    found = asked_days(month, begin=begin, end=end, days_a_month=min(asked, len(days_of(month))))
    covered = (min(end, month.last_day()) - max(begin, month.first_day())).days + 1
    assert 0 <= found <= covered


CHECKED = [
    (date(2022, 9, 13), "in_village", "", None),
    (date(2022, 9, 14), "in_village", "", "晚于今天"),
    (date(2022, 8, 31), "in_village", "", "任期"),
    (date(2022, 9, 12), "leave", "", "没有写原因"),
    (date(2022, 9, 12), "leave", "看病", None),
    (date(2022, 9, 5), "in_village", "", "补登"),
    (date(2022, 9, 5), "in_village", "进山没有信号", None),
    (date(2022, 9, 12), "asleep", "", "没有选"),
]


@pytest.mark.parametrize(("day", "state", "reason", "words"), CHECKED)
def test_what_may_be_entered(day, state, reason, words):
    def check():
        return check_day(day, state, reason, begin=date(2022, 9, 1), end=None, today=DAY, late_days=7)

    if words is None:
        assert check() == day_states()[state]
    else:
        with pytest.raises(Refusal) as refusal:
            check()
        assert words in str(refusal.value)


def test_when_a_month_is_over():
    assert not month_over(SEPTEMBER, end=None, today=date(2022, 9, 30))
    assert month_over(SEPTEMBER, end=None, today=date(2022, 10, 1))
    assert month_over(SEPTEMBER, end=date(2022, 9, 10), today=DAY)


@pytest.mark.django_db
def test_the_same_days_twice_are_one_row_each_and_a_correction_is_a_row_of_its_own(small_county):
    who = member(small_county)
    first = date(2022, 9, 5)
    assert attend(small_county, who, first, 5, today=DAY) == 5
    assert attend(small_county, who, first, 5, today=DAY) == 0
    assert attend(small_county, who, first, 1, "leave", today=DAY) == 1
    assert Attendance.objects.count() == 6
    assert Attendance.objects.filter(replaced_by=None).count() == 5
    assert standing_of(who, SEPTEMBER, DAY).present == 4


@pytest.mark.django_db
def test_days_on_duty_count_and_leave_does_not(small_county):
    who = member(small_county)
    attend(small_county, who, date(2022, 9, 1), 4, "duty", today=DAY)
    attend(small_county, who, date(2022, 9, 5), 4, "leave", today=DAY)
    found = standing_of(who, SEPTEMBER, DAY)
    assert (found.present, found.asked) == (4, 9)


@pytest.mark.django_db
def test_a_verified_month_is_closed_until_it_is_returned(small_county):
    who = member(small_county)
    attend(small_county, who, date(2022, 8, 1), 20, today=DAY)
    given = {"member_id": who.pk, "month": Month(2022, 8), "today": DAY, "now": NOW}
    town = small_county.posts["town"]
    for _ in range(2):
        row = decide_month(post=town, verified=True, **given)
    assert (row.days, MonthVerdict.objects.count()) == (20, 1)
    with pytest.raises(Refusal, match="8月已由镇里核实，不能再改"):
        attend(small_county, who, date(2022, 8, 22), 1, today=DAY)
    with pytest.raises(Refusal, match="8月已由镇里核实"):  # as they stand: still nothing that may be sent
        attend(small_county, who, date(2022, 8, 1), 20, today=DAY)
    with pytest.raises(Refusal, match="退回"):
        decide_month(post=town, verified=False, **given)
    decide_month(post=town, verified=False, words="8月6日走访时不在村", **given)
    assert attend(small_county, who, date(2022, 8, 6), 1, "leave", today=DAY) == 1
    assert decide_month(post=town, verified=True, **given).days == 19


@pytest.mark.django_db
def test_only_the_village_enters_and_only_its_town_verifies(small_county):
    who = member(small_county)
    other = member(small_county, "演示·丙", village=VILLAGE_B)
    days = {date(2022, 9, 12): ("in_village", "")}
    for role, member_id in (("village", other.pk), ("town", who.pk), ("county", who.pk), ("grid", who.pk)):
        with pytest.raises(NotAllowed):
            enter_days(post=small_county.posts[role], member_id=member_id, days=days, today=DAY, now=NOW)
    for role, member_id in (("town", other.pk), ("village", who.pk)):
        with pytest.raises(NotAllowed):
            decide_month(
                post=small_county.posts[role],
                member_id=member_id,
                month=Month(2022, 8),
                verified=True,
                today=DAY,
                now=NOW,
            )


@pytest.mark.django_db
def test_a_new_head_ends_the_term_of_the_one_before(small_county):
    first = member(small_county)
    second = member(small_county, "演示·乙", since=date(2022, 9, 1))
    first.refresh_from_db()
    assert first.valid_to == date(2022, 9, 1)
    assert [one.pk for one in team_of(VILLAGE_A, DAY)] == [second.pk]
    rows = [(one.member, one.month) for one in month_standings(date(2022, 8, 1), DAY)]
    assert rows == [(first.pk, "2022-08"), (second.pk, "2022-09")]
    with pytest.raises(Refusal, match="早于现任"):
        member(small_county, "演示·丁", since=date(2022, 8, 1))
    attend(small_county, second, date(2022, 9, 10), 1, today=DAY)
    with pytest.raises(Refusal, match="已有考勤"):
        end_member(post=small_county.posts["town"], member_id=second.pk, on=date(2022, 9, 5), why="轮换")


@pytest.mark.django_db
def test_the_work_in_the_record_is_counted_by_itself(small_county):
    owe(since=date(2022, 8, 1))
    who = member(small_county)
    assert work_of([who], SEPTEMBER) == {who.pk: []}
    TeamMember.objects.filter(pk=who.pk).update(post=small_county.posts["village"])
    who.refresh_from_db()
    log(small_county.posts["village"], on=date(2022, 9, 7))
    assert dict(work_of([who], SEPTEMBER)[who.pk])["日常职责"] == 1


@pytest.mark.django_db
def test_villages_of_a_month(small_county):
    who = member(small_county)
    attend(small_county, who, date(2022, 9, 1), 3, today=DAY)
    (row,) = team_rows(small_county.posts["county"], SEPTEMBER, DAY)
    assert (row.members, row.present, row.asked, row.waiting) == (1, 3, 9, 1)
    (shown,) = village_month(small_county.posts["village"], VILLAGE_A, SEPTEMBER, DAY)
    assert (len(shown.cells), shown.missing, shown.blank) == (30, 10, range(3))


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_that_enter_the_same_day_at_once_make_one(small_county):
    who = member(small_county)

    def work():
        return attend(small_county, who, date(2022, 9, 12), 1, today=DAY)

    assert sorted(together(work, work), key=str) == [0, 1]
    assert Attendance.objects.count() == 1


@pytest.mark.django_db
def test_a_village_month_asks_as_often_for_three_members_as_for_one(small_county):
    owe(since=date(2022, 8, 1))
    county = small_county.posts["county"]

    def asked() -> int:
        with CaptureQueriesContext(connection) as caught:
            found = village_month(county, VILLAGE_A, SEPTEMBER, DAY)
            assert [one.standing.asked > 0 for one in found] == [True] * len(found)
        return len(caught)

    member(small_county)
    alone = asked()
    for name in ("演示·乙", "演示·丙"):
        add_member(
            post=small_county.posts["town"], village=VILLAGE_A, role="member", name=name, sent_by="演示·单位",
            from_day=date(2022, 8, 1), now=NOW,
        )  # fmt: skip
    assert asked() == alone


@pytest.mark.django_db
def test_days_are_counted_month_by_month(small_county):
    owe(since=date(2022, 7, 1))
    who = member(small_county, since=date(2022, 7, 1))
    attend(small_county, who, date(2022, 7, 30), 2, today=date(2022, 8, 2))
    attend(small_county, who, date(2022, 8, 1), 1, today=date(2022, 8, 2))
    found = {one.month: one.present for one in month_standings(date(2022, 7, 1), DAY)}
    assert found == {"2022-07": 2, "2022-08": 1, "2022-09": 0}
