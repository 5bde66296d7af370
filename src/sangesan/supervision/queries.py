"""What other slices ask about sheets: what is open and what is overdue, look-backs of a period."""

from datetime import date

from django.db.models import Q, QuerySet

from sangesan.supervision.domain import CLOCK_RUNS, State
from sangesan.supervision.models import OPEN, LookBack, Sheet


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
