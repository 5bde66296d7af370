"""Closed periods and what they hold."""

from sangesan.amendments.queries import parameter_book
from sangesan.dispatch.domain import Rhythm, kind_of
from sangesan.dispatch.models import Snapshot
from sangesan.kernel.period import Period
from sangesan.regions.queries import today


def rhythm() -> Rhythm:
    """The county's set days for closing."""
    book, day = parameter_book(), today()
    codes = {"week": "week_close_weekday", "month": "month_close_day", "quarter": "quarter_close_day"}
    return Rhythm(**{name: book.number(code, day) for name, code in codes.items()})


def snapshot(period: Period) -> Snapshot | None:
    """The closed period, or None while it is not closed."""
    return Snapshot.objects.filter(kind=kind_of(period), period=str(period)).first()


def snapshots(kind: str = "", limit: int = 60) -> list[Snapshot]:
    """Closed periods (of one kind), the newest first."""
    rows = Snapshot.objects.filter(kind=kind) if kind else Snapshot.objects.all()
    return list(rows.order_by("-first_on", "-id")[:limit])
