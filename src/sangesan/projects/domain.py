"""How a project stands on a day: plan against reports. Plain decisions over days and percentages.

The plan is a line through its start (0), its milestones (their percent) and its end (100). A project is behind by as many
days as have gone by since the plan had got where the project is now, or since the oldest milestone that was missed.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise

WHOLE = 100


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
    """The newest report that counts."""

    as_of: date
    percent: int
    milestones: frozenset[str] = frozenset()


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
    missed = tuple(m for m in plan.milestones if m.code not in reached and m.due_on < on) if running else ()
    behind = max(_curve_lag(plan, done, on), *((on - m.due_on).days for m in missed), 0) if running else 0
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


def _curve_lag(plan: Planned, done: int, on: date) -> int:
    return (on - day_planned(plan, done)).days


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
