"""What villages, teams and posts recorded of their own work: duties, days in the village, assignments, decisions."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date, timedelta

from sangesan.assessment.attending import month_standings
from sangesan.assessment.domain import Operand, Record
from sangesan.assessment.models import Proceeding
from sangesan.assessment.supplying import Keyed, Window, records, shares
from sangesan.leadership.models import Part
from sangesan.leadership.units import unit_of_post
from sangesan.regions.queries import tree
from sangesan.village_work.kind_history import histories
from sangesan.village_work.kinds import Form
from sangesan.village_work.models import Assignment
from sangesan.village_work.queries import current_logs

DAY = timedelta(days=1)
NOT_OWED = ("withdrawn",)
ENDED = ("issued", "appealed", "closed")


@shares
def duties_kept(window: Window) -> Mapping[str, Mapping[str, Operand]]:
    """Periods of duties that ended in the window, by village: those with a log that was entered in time."""
    found = {}
    for village, kinds in _duties(window).items():
        kept, owed = (sum(pair[n] for pair in kinds.values()) for n in (0, 1))
        if owed:
            found[f"village:{village}"] = Operand(kept, owed)
    return {"duties_kept": found}


@records
def duties_missing(window: Window) -> Mapping[str, Keyed]:
    """One record per village and duty with how many periods lack a log."""
    known, rows = histories(), []
    for village, kinds in _duties(window).items():
        for kind, (kept, owed) in kinds.items():
            if owed > kept:
                title = known[kind].newest.title
                rows.append((f"village:{village}", Record("duty", f"{village}.{kind}", title, "", 0, owed - kept)))
    return {"duties_missing": rows}


@shares
def team_days(window: Window) -> Mapping[str, Mapping[str, Operand]]:
    """Days in the village against the days asked for, over members and whole months of the window."""
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for one in month_standings(window.first, window.end):
        counts[f"team:{one.village}"][0] += min(one.present, one.asked)
        counts[f"team:{one.village}"][1] += one.asked
    return {"team_days": {key: Operand(*pair) for key, pair in counts.items() if pair[1]}}


@records
def days_short(window: Window) -> Mapping[str, Keyed]:
    """One record per member and month with how many days were lacking."""
    return {
        "days_short": [
            (
                f"team:{one.village}",
                Record("attendance", f"{one.member}.{one.month}", one.month, "", 0, one.asked - one.present),
            )
            for one in month_standings(window.first, window.end)
            if one.present < one.asked
        ]
    }


@shares
def assignments_in_time(window: Window) -> Mapping[str, Mapping[str, Operand]]:
    """Parts of assignments due in the window, by unit and by post: reported done on the day or before."""
    counts: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for part in _parts(window):
        for key in _keys(part):
            counts[key][0] += _done(part)
            counts[key][1] += 1
    return {"assignments_in_time": {key: Operand(*pair) for key, pair in counts.items()}}


@records
def assignments_overdue(window: Window) -> Mapping[str, Keyed]:
    """Parts of assignments due in the window that were not reported done in time."""
    return {
        "assignments_overdue": [
            (key, Record("assignment", str(part.assignment_id), part.assignment.title, str(part.due_on)))
            for part in _parts(window)
            if not _done(part)
            for key in _keys(part)
        ]
    }


@records
def decisions(window: Window) -> Mapping[str, Keyed]:
    """Merits and accountability decisions issued in the window; the words stay in the case."""
    found: dict[str, list[tuple[str, Record]]] = defaultdict(list)
    rows = Proceeding.objects.filter(issued_on__range=(window.first, window.end), state__in=ENDED)
    for row in rows.order_by("pk"):
        name = "merits" if row.kind == "merit" else "decisions"
        record = Record("proceeding", str(row.pk), "", str(row.issued_on))
        found[name].append((row.unit, record))
        if row.person_id is not None:
            found[name].append((f"post:{row.person_id}", record))
    return found


def _duties(window: Window) -> dict[str, dict[str, list[int]]]:
    """By village and kind: [periods kept, periods owed]; periods that ended in the window, for duties owed all through."""
    known = histories()
    logged = _logged(window)
    found: dict[str, dict[str, list[int]]] = defaultdict(dict)
    levels = tree().levels
    owed = Assignment.objects.filter(valid_to=None, owed_since__lte=window.end)
    spans: dict[str, list[tuple[date, date]]] = {}
    for village, kind, since in owed.values_list("village", "kind", "owed_since"):
        history = known.get(kind)
        if history is None or history.newest.form != Form.LOG or village not in levels:
            continue
        if kind not in spans:
            periods = history.schedule.periods(window.first, window.end)
            spans[kind] = [(p.start, p.end) for p in periods if p.due and window.first <= p.end < window.end + DAY]
        ours = [start for start, _end in spans[kind] if start >= since]
        kept = sum((village, kind, start) in logged for start in ours)
        found[village][kind] = [kept, len(ours)]
    return found


def _logged(window: Window) -> set[tuple[str, str, date]]:
    """Village, kind and period's first day of logs that were entered within their period."""
    rows = current_logs().filter(period_end__range=(window.first, window.end), entered_on__lte=window.as_of)
    return {
        (village, kind, start)
        for village, kind, start, end, entered in rows.values_list(
            "village", "kind", "period_start", "period_end", "entered_on"
        )
        if entered <= end
    }


def _parts(window: Window) -> list[Part]:
    rows = Part.objects.filter(due_on__gte=window.first, due_on__lt=window.end).exclude(state__in=NOT_OWED)
    return list(rows.select_related("post", "assignment").defer("assignment__sealed").order_by("pk"))


def _done(part: Part) -> bool:
    return part.done_on is not None and part.done_on <= part.due_on


def _keys(part: Part) -> list[str]:
    unit = unit_of_post(part.post)
    return [f"post:{part.post_id}", *([unit.key] if unit else [])]
