"""What other slices ask about sheets: counts for figures, what is open, look-backs of a period."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet

from sangesan.supervision.domain import CLOCK_RUNS, State
from sangesan.supervision.models import OPEN, LookBack, Sheet
from sangesan.supervision.table import ORDER


@dataclass(frozen=True)
class Counts:
    """Sheets of one colour. issued, closed: within the days; overdue, open: as they stood at the end of the last day."""

    issued: int = 0
    closed: int = 0
    overdue: int = 0
    open: int = 0


def sheet_counts(*, first: date, last: date, unit: str = "") -> Mapping[str, Counts]:
    """Counts by colour ("blue", "yellow", "red"), of one unit or of all. Drafts don't count; withdrawn ones neither."""
    rows = of_unit(unit).filter(issued_on__lte=last).exclude(state=State.WITHDRAWN)
    counted = rows.values("colour").annotate(
        issued=Count("pk", filter=Q(issued_on__range=(first, last))),
        closed=Count("pk", filter=Q(state=State.CLOSED, ended_on__range=(first, last))),
        overdue=Count("pk", filter=overdue_at(last)),
        open=Count("pk", filter=open_at(last)),
    )
    found = {
        row["colour"]: Counts(row["issued"], row["closed"], row["overdue"], row["open"]) for row in counted.order_by()
    }
    return {colour: found.get(colour, Counts()) for colour in ORDER}


def of_unit(unit: str) -> QuerySet[Sheet]:
    """All sheets, or a unit's."""
    return Sheet.objects.filter(unit=unit) if unit else Sheet.objects.all()


def open_at(day: date) -> Q:
    """Signed by a day, and not yet closed, raised or withdrawn at its end."""
    return Q(issued_on__lte=day) & (Q(ended_on=None) | Q(ended_on__gt=day))


def overdue_at(day: date) -> Q:
    """Open at the end of a day, its deadline passed, and nothing reported that waits for a review then.

    Told from the sheet's own days: a rectification that was sent back is not reported any more.
    """
    return (
        open_at(day)
        & Q(due_on__lt=day)
        & (Q(rectified_on=None) | Q(rectified_on__gt=day))
        & ~Q(state=State.HANDED_OVER)
    )


def overdue_now(today: date) -> Q:
    """Sheets whose unit's turn has lasted beyond the deadline."""
    return Q(state__in=list(CLOCK_RUNS), due_on__lt=today)


def open_sheets(unit: str = "") -> list[Sheet]:
    """The sheets in force, of one unit or of all, the earliest deadline first."""
    return list(of_unit(unit).filter(state__in=OPEN).select_related("person").order_by("due_on", "pk"))


def look_backs(first: date, last: date) -> list[LookBack]:
    """The look-backs that fall due or were done within the days, with their sheets."""
    within = Q(result="", due_on__range=(first, last)) | Q(found_on__range=(first, last))
    return list(LookBack.objects.filter(within).select_related("sheet").order_by("due_on", "pk"))
