"""How a project stands on a day: plan against reports. Plain decisions over days and percentages.

The plan is a line through its start (0), its milestones (their percent) and its end (100). A project is behind by as many
days as have gone by since the plan wanted one whole unit (a house) more than there is, or since the oldest milestone that
was missed. It is measured on the day of its last report, since nobody knows what was done since; but a report does not
excuse for longer than projects may go unreported.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise

from sangesan.kernel.money import format_yuan
from sangesan.kernel.refusal import Refusal

WHOLE = 100
SHORTEST_WORDS, LONGEST_TITLE, MOST_MILESTONES, MOST_QUANTITY = 4, 80, 12, 1_000_000
MOST_MONEY = 10**13  # fen: a thousand 亿, beyond which a wrong unit was typed (and a column would overflow)


class Main(StrEnum):
    """What is said of a project first. BEHIND comes before UNREPORTED: it is the graver."""

    STOPPED = "stopped"
    FINISHED = "finished"
    NOT_STARTED = "not_started"
    BEHIND = "behind"
    UNREPORTED = "unreported"
    ON_TIME = "on_time"


MAIN_TITLES = {
    Main.STOPPED: "已终止",
    Main.FINISHED: "已完成",
    Main.NOT_STARTED: "未到开工日",
    Main.BEHIND: "滞后",
    Main.UNREPORTED: "未报送",
    Main.ON_TIME: "按期",
}
LAGGING = (Main.BEHIND, Main.UNREPORTED)


@dataclass(frozen=True)
class Milestone:
    """A point of a plan. percent: of the whole that is done by due_on."""

    code: str
    title: str
    due_on: date
    percent: int


@dataclass(frozen=True)
class Planned:
    """A plan as the decision needs it."""

    start_on: date
    end_on: date
    milestones: tuple[Milestone, ...] = ()
    stopped: bool = False


@dataclass(frozen=True)
class Reported:
    """The newest report that counts. following: percent at which one more unit will be done (of 9 houses each is 11)."""

    as_of: date
    percent: int
    milestones: frozenset[str] = frozenset()
    following: int = 0


@dataclass(frozen=True)
class Limits:
    """Days without a report, and days behind the plan, that are still in order."""

    report_days: int
    behind_days: int


@dataclass(frozen=True)
class Standing:
    """planned, done: percent; behind: days behind the plan (0: none); silent: days since the last report (or the start);
    missed: milestones whose day has gone by; unreported: silent for longer than allowed.
    """

    main: Main
    planned: int
    done: int
    behind: int
    silent: int
    missed: tuple[Milestone, ...]
    unreported: bool


def standing(plan: Planned, last: Reported | None, on: date, limits: Limits) -> Standing:
    """How a project stands on a day."""
    done = last.percent if last else 0
    reached = last.milestones if last else frozenset()
    running = not plan.stopped and done < WHOLE and on >= plan.start_on
    measured = max(last.as_of, on - timedelta(days=limits.report_days)) if last else on
    missed = tuple(m for m in plan.milestones if m.code not in reached and m.due_on < measured) if running else ()
    wanted = max(last.following - 1, done) if last else 0
    lag = (measured - day_planned(plan, wanted)).days
    behind = max(lag, *((measured - m.due_on).days for m in missed), 0) if running else 0
    silent = max((on - max(last.as_of if last else plan.start_on, plan.start_on)).days, 0) if running else 0
    unreported = silent > limits.report_days
    main = _main(plan, done, on, late=behind > limits.behind_days, unreported=unreported)
    return Standing(main, planned_percent(plan, on), done, behind, silent, missed, unreported)


def planned_percent(plan: Planned, on: date) -> int:
    """How much of the whole the plan has done by a day, 0 to 100."""
    points = _points(plan)
    if on < points[0][0]:
        return 0
    for (first, low), (last, high) in pairwise(points):
        if first <= on < last:
            return low + (high - low) * (on - first).days // (last - first).days
    return WHOLE


def day_planned(plan: Planned, percent: int) -> date:
    """The last day on which a project that has done `percent` is still where the plan wants it."""
    points = _points(plan)
    for (first, low), (last, high) in pairwise(points):
        if low <= percent < high:
            return first + timedelta(days=-(-(percent + 1 - low) * (last - first).days // (high - low)) - 1)
    return plan.end_on


def _points(plan: Planned) -> Sequence[tuple[date, int]]:
    """The line's points in order of days, percent never falling; of two on one day the later in the plan counts."""
    points: dict[date, int] = {plan.start_on: 0}
    for one in sorted(plan.milestones, key=lambda m: (m.due_on, m.percent)):
        if plan.start_on < one.due_on < plan.end_on:
            points[one.due_on] = max(one.percent, *points.values())
    points[max(plan.end_on, plan.start_on + timedelta(days=1))] = WHOLE
    return sorted(points.items())


def _main(plan: Planned, done: int, on: date, *, late: bool, unreported: bool) -> Main:
    if plan.stopped:
        return Main.STOPPED
    if done >= WHOLE:
        return Main.FINISHED
    if on < plan.start_on:
        return Main.NOT_STARTED
    if late:
        return Main.BEHIND
    return Main.UNREPORTED if unreported else Main.ON_TIME


def check_plan(title: str, plan: Planned, quantity: int, money_plan: int) -> None:
    """Raises Refusal for a plan that could not be followed: each field by its name."""
    if not SHORTEST_WORDS <= len(title.strip()) <= LONGEST_TITLE:
        raise Refusal("名称太短或太长", place="名称", remedy=f"请写{SHORTEST_WORDS}至{LONGEST_TITLE}个字")
    if plan.end_on <= plan.start_on:
        raise Refusal("完工日期应晚于开工日期", place="计划完工", remedy="请核对两个日期")
    if not 0 < quantity <= MOST_QUANTITY:
        raise Refusal("任务数量不对", place="任务数量", remedy=f"请填1至{MOST_QUANTITY:,}的整数")
    if not 0 <= money_plan <= MOST_MONEY:
        raise Refusal("计划资金不对", place="计划资金", remedy="请核对金额，单位元，不能是负数")
    if len(plan.milestones) > MOST_MILESTONES:
        raise Refusal("节点太多", place="节点", remedy=f"最多{MOST_MILESTONES}个")
    before = 0
    for number, one in enumerate(sorted(plan.milestones, key=lambda m: m.due_on), start=1):
        place = f"第{number}个节点“{one.title}”"
        if not one.title.strip():
            raise Refusal("没有写节点名称", place=f"第{number}个节点", remedy="如“开工”“主体完工”")
        if not plan.start_on <= one.due_on <= plan.end_on:
            raise Refusal("日期不在开工和完工之间", place=place, remedy="请核对节点日期")
        if not before <= one.percent <= WHOLE:
            raise Refusal("应完成的比例不对", place=place, remedy=f"应在{before}与100之间，后面的节点不低于前面的")
        before = one.percent


@dataclass(frozen=True)
class Told:
    """A report as given. done: in all by as_of; milestones: codes reached; money_paid: fen in all; files: how many photos."""

    as_of: date
    done: int
    milestones: tuple[str, ...] = ()
    money_paid: int = 0
    words: str = ""
    problem: str = ""
    need: str = ""


@dataclass(frozen=True)
class Before:
    """What was reported last, against which a report is held. money_paid: fen; photos: of the report itself."""

    as_of: date | None = None
    done: int = 0
    photos: int = 0
    money_paid: int = 0


def check_report(
    told: Told, plan: Planned, quantity: int, before: Before, *, today: date, entry_days: int, money_plan: int = 0
) -> None:
    """Raises Refusal for a report that is not in order.

    What is done may shrink only with an explanation, and what grows needs a photo: both are what inspectors look for.
    Money is held against what was paid before and against the plan's (money_plan in fen; 0: the plan has none).
    """
    if plan.stopped:
        raise Refusal("项目已终止，不能再报送", place="进度", remedy="如要恢复，请由县专班重新下达计划")
    if told.as_of > today:
        raise Refusal("日期晚于今天", place="截至日期", remedy="请核对日期")
    if (today - told.as_of).days > entry_days:
        raise Refusal(f"只能补报 {entry_days} 天以内的", place="截至日期", remedy="请按现在的进度报送")
    if before.as_of is not None and told.as_of < before.as_of:
        raise Refusal(f"已有截至 {before.as_of} 的报送", place="截至日期", remedy="更早的情况请用“更正”")
    if not 0 <= told.done <= quantity:
        raise Refusal(f"完成数量应在0与{quantity:,}之间", place="累计完成", remedy="任务数量变了的，请由县专班调整计划")
    unknown = set(told.milestones) - {one.code for one in plan.milestones}
    if unknown:
        raise Refusal("节点不在计划中", place="节点", remedy="计划刚有调整，请刷新页面再填")
    if len(told.words.strip()) < SHORTEST_WORDS:
        raise Refusal("没有写进展情况", place="进展情况", remedy=f"请至少写{SHORTEST_WORDS}个字")
    explained = len(told.problem.strip()) >= SHORTEST_WORDS
    if told.done < before.done and not explained:
        raise Refusal("完成数量比上次少", place="累计完成", remedy="请在“问题”中写明原因；上次填错的，请更正上次的报送")
    _check_money(told.money_paid, before.money_paid, money_plan, explained=explained)
    if told.done > before.done and not before.photos:
        raise Refusal("完成数量有增加，没有附照片", place="照片", remedy="请附至少一张现场照片")


def _check_money(paid: int, paid_before: int, money_plan: int, *, explained: bool) -> None:
    """Fen: less than was paid before, or more beyond the plan than before, only with an explanation."""
    if not 0 <= paid <= MOST_MONEY:
        raise Refusal("累计支付的金额不对", place="累计支付", remedy="请核对金额，单位元，不能是负数")
    if paid < paid_before and not explained:
        raise Refusal(
            f"累计支付比上次的 {format_yuan(paid_before)} 元少",
            place="累计支付",
            remedy="请在“问题”中写明原因（如退回资金）；上次填错的，请更正上次的报送",
        )
    over = over_plan(paid, money_plan)
    if over and paid > paid_before and not explained:
        raise Refusal(
            f"累计支付超出计划资金 {over}%",
            place="累计支付",
            remedy="请核对单位（元）；确实超出的，在“问题”中写明原因，计划变了的由县专班调整计划",
        )


def over_plan(paid: int, money_plan: int) -> int:
    """By how many percent of the plan's money more was paid, rounded up so that no excess is nothing; 0 without a plan."""
    return max(-(-(paid - money_plan) * WHOLE // money_plan), 0) if money_plan else 0


def percent_of(done: int, quantity: int) -> int:
    """How much of the whole is done, rounded down: 100 only for all of it."""
    return done * WHOLE // quantity


def following_percent(done: int, quantity: int) -> int:
    """The percent at which one more unit will be done, rounded up, at most 100."""
    return min(-(-(done + 1) * WHOLE // quantity), WHOLE)
