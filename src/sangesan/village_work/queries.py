"""What is missing, by village, on a day: the duties that a village owes and has not done. Supervision reads `missing`."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Max, Q, QuerySet

from sangesan.kernel.period import add_months
from sangesan.village_work.kind_history import histories
from sangesan.village_work.kinds import LOGS_LATE, NOT_REVIEWED, Form, History, Kind
from sangesan.village_work.models import Assignment, Log, Plan, Problem
from sangesan.village_work.periods import MONTHS_OF, Unit, overdue
from sangesan.village_work.permissions import villages_in

__all__ = ["Missing", "current_logs", "missing", "open_problems", "owner_words"]


@dataclass(frozen=True)
class Missing:
    """A duty that a village owes and has not done. finding: as it would stand in a bulletin (无安全饮水巡查记录).

    since: the last day on which it could have been done in time; days_late: from then; periods: how many went by
    undone since it was last done; last_done: None where there is nothing at all; owner: post or who is named.
    """

    village: str
    kind: str
    title: str
    finding: str
    never: bool
    since: date
    days_late: int
    periods: int
    last_done: date | None
    owner: str
    owed_since: date


def missing(on: date, division: str = "", *, kind: str = "") -> list[Missing]:
    """What villages of a division ("" for the county) owe and have not done, as of the end of `on`; the latest first.

    A plan is missing where there is none within its term, or its review is past due. A number of queries that grows
    with nothing. No check of reach: whoever shows it has made it.
    """
    villages = set(villages_in(division))
    known = histories()
    owed = [row for row in _owed(on, kind) if row.village in villages]
    done = _last_done(on, kind)
    plans = _plans(on, kind)
    found = []
    for row in owed:
        history = known.get(row.kind)
        current = history.on(on) if history else None
        if history is None or current is None:
            continue
        if current.form == Form.PLAN:
            one = _missing_plan(row, current, plans.get((row.village, row.kind)), on)
        else:
            one = _missing_log(row, current, history, done.get((row.village, row.kind)), on)
        if one is not None:
            found.append(one)
    return sorted(found, key=lambda m: (-m.days_late, m.village, m.kind))


def current_logs() -> QuerySet[Log]:
    """Logs that count: not corrected, not void."""
    return Log.objects.filter(corrected_by=None, void=False)


def open_problems(villages: Iterable[str]) -> QuerySet[Problem]:
    """Problems that wait for a follow-up, the oldest first."""
    return Problem.objects.filter(village__in=list(villages), closed_on=None).order_by("opened_on", "id")


def owner_words(row: Assignment, kind: Kind) -> str:
    """Who does it: the named post, who is written down, or whoever the kind says by default."""
    if row.post is not None:
        return row.post.title
    return row.holder or {"village": "村干部", "grid": "网格员"}[kind.owner]


def _owed(on: date, kind: str) -> list[Assignment]:
    rows = Assignment.objects.filter(Q(valid_to=None) | Q(valid_to__gt=on), valid_from__lte=on)
    if kind:
        rows = rows.filter(kind=kind)
    return list(rows.select_related("post"))


def _last_done(on: date, kind: str) -> Mapping[tuple[str, str], date]:
    rows = current_logs().filter(done_on__lte=on, entered_on__lte=on)
    if kind:
        rows = rows.filter(kind=kind)
    return {(village, of): day for village, of, day in rows.values_list("village", "kind").annotate(day=Max("done_on"))}


def _plans(on: date, kind: str) -> Mapping[tuple[str, str], Plan]:
    rows = Plan.objects.filter(adopted_on__lte=on).defer("sealed").order_by("adopted_on", "id")
    if kind:
        rows = rows.filter(kind=kind)
    return {(plan.village, plan.kind): plan for plan in rows}


def _missing_log(row: Assignment, kind: Kind, history: History, last: date | None, on: date) -> Missing | None:
    late = overdue(history.schedule, owed_since=row.owed_since, last_done=last, on=on)
    if late is None:
        return None
    never = last is None
    finding = kind.never_words if never else LOGS_LATE.format(title=kind.title, days=late.days, periods=late.periods)
    return Missing(
        row.village, row.kind, kind.title, finding, never, late.since, late.days, late.periods, last,
        owner_words(row, kind), row.owed_since,
    )  # fmt: skip


def _missing_plan(row: Assignment, kind: Kind, plan: Plan | None, on: date) -> Missing | None:
    if plan is None:
        since, periods, finding = row.owed_since + timedelta(days=kind.within), 1, kind.never_words
    else:
        # the review comes when the plan says, and at the latest once per cycle
        since = min(plan.review_on, _after_cycle(plan.adopted_on, kind))
        periods, finding = 1, NOT_REVIEWED.format(title=kind.title)
    if since >= on:
        return None
    return Missing(
        row.village, row.kind, kind.title, finding, plan is None, since, (on - since).days, periods,
        plan.adopted_on if plan else None, owner_words(row, kind), row.owed_since,
    )  # fmt: skip


def _after_cycle(day: date, kind: Kind) -> date:
    cycle = kind.cycle
    months = MONTHS_OF.get(cycle.unit)
    if months is not None:
        return add_months(day, months * cycle.every)
    return day + timedelta(days=cycle.every * (7 if cycle.unit == Unit.WEEK else 1))
