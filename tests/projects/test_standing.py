"""How a project stands: tables of days and percentages, and what holds of every plan."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sangesan.kernel.refusal import Refusal
from sangesan.projects.domain import (
    WHOLE,
    Before,
    Limits,
    Main,
    Milestone,
    Planned,
    Reported,
    Told,
    check_plan,
    check_report,
    day_planned,
    following_percent,
    over_plan,
    percent_of,
    planned_percent,
    standing,
)

START = date(2022, 1, 1)
LIMITS = Limits(report_days=15, behind_days=10)


def day(number: int) -> date:
    """A day counted from the start (0)."""
    return START + timedelta(days=number)


STRAIGHT = Planned(START, day(100))  # one percent a day
BENT = Planned(START, day(100), (Milestone("m1", "开工", day(50), 10), Milestone("m2", "主体", day(80), 80)))


@pytest.mark.parametrize(
    ("plan", "on", "percent"),
    [
        (STRAIGHT, -1, 0), (STRAIGHT, 0, 0), (STRAIGHT, 40, 40), (STRAIGHT, 99, 99), (STRAIGHT, 100, 100), (STRAIGHT, 400, 100),
        (BENT, 25, 5), (BENT, 50, 10), (BENT, 65, 45), (BENT, 80, 80), (BENT, 90, 90),
    ],
)  # fmt: skip
def test_how_much_the_plan_has_done_by_a_day(plan: Planned, on: int, percent: int) -> None:
    assert planned_percent(plan, day(on)) == percent


@pytest.mark.parametrize(
    ("plan", "reported", "on", "main", "behind", "silent"),
    [
        (STRAIGHT, None, -5, Main.NOT_STARTED, 0, 0),
        (STRAIGHT, None, 5, Main.ON_TIME, 5, 5),
        (STRAIGHT, None, 11, Main.BEHIND, 11, 11),
        (STRAIGHT, (40, 40), 40, Main.ON_TIME, 0, 0),
        (STRAIGHT, (40, 40), 50, Main.ON_TIME, 0, 10),  # as it was on the day of its report
        (STRAIGHT, (40, 40), 56, Main.UNREPORTED, 1, 16),  # but not for longer than it may be silent
        (STRAIGHT, (40, 40), 70, Main.BEHIND, 15, 30),
        (STRAIGHT, (40, 29), 40, Main.BEHIND, 11, 0),
        (STRAIGHT, (40, 30), 40, Main.ON_TIME, 10, 0),  # ten days are still in order
        (STRAIGHT, (120, 99), 120, Main.BEHIND, 21, 0),
        (STRAIGHT, (120, 100), 300, Main.FINISHED, 0, 0),
        (BENT, (60, 40), 60, Main.BEHIND, 10, 0),  # ahead on the curve, but the first milestone is not reached
    ],
)
def test_where_a_project_stands(
    plan: Planned, reported: tuple[int, int] | None, on: int, main: Main, behind: int, silent: int
) -> None:
    last = Reported(day(reported[0]), reported[1]) if reported else None
    limits = LIMITS if plan is STRAIGHT else Limits(15, 9)
    found = standing(plan, last, day(on), limits)
    assert (found.main, found.behind, found.silent) == (main, behind, silent)


def test_a_reached_milestone_is_not_missed() -> None:
    last = Reported(day(60), 40, frozenset({"m1"}))
    assert not standing(BENT, last, day(60), LIMITS).missed
    assert [m.code for m in standing(BENT, Reported(day(60), 40), day(60), LIMITS).missed] == ["m1"]


def test_nobody_can_finish_a_third_of_a_house() -> None:
    done = 4  # of 9: 44 percent; the fifth is due at 56
    last = Reported(day(55), percent_of(done, 9), frozenset(), following_percent(done, 9))
    assert standing(STRAIGHT, last, day(55), LIMITS).behind == 0
    assert standing(STRAIGHT, Reported(day(57), last.percent, frozenset(), last.following), day(57), LIMITS).behind == 2


def test_a_stopped_project_lags_no_more() -> None:
    assert standing(Planned(START, day(100), stopped=True), None, day(90), LIMITS).main == Main.STOPPED


@st.composite
def plans(draw: st.DrawFn) -> Planned:
    """Plans with up to five milestones, some on one day, percent never falling."""
    length = draw(st.integers(1, 400))
    days = sorted(draw(st.lists(st.integers(0, length), max_size=5)))
    shares = sorted(draw(st.lists(st.integers(0, WHOLE), min_size=len(days), max_size=len(days))))
    marks = tuple(Milestone(f"m{n}", "节点", day(d), p) for n, (d, p) in enumerate(zip(days, shares, strict=True)))
    return Planned(START, day(length), marks)


@given(plans(), st.integers(-10, 450), st.integers(0, 50))
def test_a_plan_never_falls_back(plan: Planned, on: int, more: int) -> None:
    assert 0 <= planned_percent(plan, day(on)) <= planned_percent(plan, day(on + more)) <= WHOLE


@given(plans(), st.integers(0, WHOLE - 1))
def test_the_day_planned_is_the_last_on_which_it_is_enough(plan: Planned, percent: int) -> None:
    last = day_planned(plan, percent)
    if planned_percent(plan, START) <= percent:  # a plan may begin above nought where a milestone is due at its start
        assert planned_percent(plan, last) <= percent
    assert planned_percent(plan, last + timedelta(days=1)) > percent


@given(plans(), st.integers(0, 99), st.integers(0, 99), st.integers(0, 450), st.integers(0, 30))
def test_who_has_done_more_is_never_further_behind(plan: Planned, less: int, more: int, on: int, ago: int) -> None:
    low, high = sorted((less, more))
    as_of = day(on - ago)
    behind = [standing(plan, Reported(as_of, share), day(on), LIMITS).behind for share in (low, high)]
    assert behind[1] <= behind[0]


@given(st.integers(1, 5000), st.data())
def test_all_is_done_only_when_all_is_done(quantity: int, data: st.DataObject) -> None:
    done = data.draw(st.integers(0, quantity))
    assert (percent_of(done, quantity) == WHOLE) == (done == quantity)
    assert percent_of(done, quantity) < following_percent(done, quantity) or done == quantity


def told(**more: object) -> Told:
    return Told(**({"as_of": day(30), "done": 5, "words": "完成五户主体"} | more))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("given_report", "before", "says"),
    [
        (told(as_of=day(41)), Before(photos=1), "晚于今天"),
        (told(as_of=day(5)), Before(photos=1), "只能补报"),
        (told(as_of=day(29)), Before(as_of=day(30), photos=1), "已有截至"),
        (told(done=11), Before(photos=1), "完成数量应在"),
        (told(done=3), Before(done=4), "比上次少"),
        (told(done=5), Before(done=4), "没有附照片"),
        (told(words="好"), Before(photos=1), "没有写进展"),
        (told(milestones=("m9",)), Before(photos=1), "节点不在计划中"),
        (told(money_paid=-1), Before(photos=1), "金额不对"),
        (told(money_paid=10**14), Before(photos=1), "金额不对"),
        (told(money_paid=99), Before(photos=1, money_paid=100), "比上次的 1.00 元少"),
        (told(money_paid=1001), Before(photos=1, money_paid=900), "超出计划资金 1%"),
    ],
)
def test_a_report_that_is_not_in_order_is_refused(given_report: Told, before: Before, says: str) -> None:
    with pytest.raises(Refusal, match=says):
        check_report(given_report, BENT, 10, before, today=day(40), entry_days=31, money_plan=1000)
    check_report(told(), BENT, 10, Before(photos=1), today=day(40), entry_days=31)


def test_less_than_before_is_taken_with_an_explanation() -> None:
    check_report(told(done=3, problem="一户墙体裂缝返工"), BENT, 10, Before(done=4), today=day(40), entry_days=31)


def test_money_beyond_the_plan_or_paid_back_is_taken_with_an_explanation() -> None:
    why = "钢材涨价，已报县专班"
    for paid, paid_before, problem in [(1500, 900, why), (1500, 1500, ""), (400, 900, "退回结余资金"), (1000, 900, "")]:
        before = Before(photos=1, money_paid=paid_before)
        given_report = told(money_paid=paid, problem=problem)
        check_report(given_report, BENT, 10, before, today=day(40), entry_days=31, money_plan=1000)
    check_report(
        told(money_paid=10**9), BENT, 10, Before(photos=1), today=day(40), entry_days=31
    )  # a plan without money


@pytest.mark.parametrize(("paid", "plan", "over"), [(1000, 1000, 0), (1001, 1000, 1), (2500, 1000, 150), (9, 0, 0)])
def test_money_beyond_the_plan_is_a_share_of_it(paid: int, plan: int, over: int) -> None:
    assert over_plan(paid, plan) == over


@pytest.mark.parametrize(
    ("plan", "quantity", "says"),
    [
        (Planned(START, START), 10, "晚于开工"),
        (STRAIGHT, 0, "任务数量"),
        (Planned(START, day(100), (Milestone("m1", "开工", day(101), 10),)), 10, "不在开工和完工之间"),
        (
            Planned(START, day(100), (Milestone("m1", "甲", day(10), 50), Milestone("m2", "乙", day(20), 40))),
            10,
            "比例",
        ),
        (Planned(START, day(100), (Milestone("m1", " ", day(10), 50),)), 10, "没有写节点名称"),
    ],
)
def test_a_plan_that_cannot_be_followed_is_refused(plan: Planned, quantity: int, says: str) -> None:
    with pytest.raises(Refusal, match=says):
        check_plan("危房改造", plan, quantity, 0)
    check_plan("危房改造", BENT, 10, 0)
