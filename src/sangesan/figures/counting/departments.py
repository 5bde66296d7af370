"""What departments owed: every delivery that was due in the period, and whether it had come by its last day."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date

from sangesan.exchange.contracts import load_contracts
from sangesan.exchange.models import Delivery
from sangesan.exchange.timeliness import MONTHS
from sangesan.figures.counted import Item
from sangesan.figures.counting.asked import Asked
from sangesan.kernel.period import Month
from sangesan.regions.queries import CHINA

FIGURES = frozenset({"pushed_on_time"})


def count(asked: Asked) -> Iterator[tuple[str, Item]]:
    """A period is due by the end of the month after it; event feeds are never due."""
    if not asked.wants(*FIGURES):
        return
    came = _came(asked)
    for feed in load_contracts().feeds.values():
        months = MONTHS.get(feed.cycle)
        if months is None:
            continue
        for last in _due(asked, months):
            spanned = [last.plus(-back) for back in range(months)]
            on_time = any(day <= last.plus(1).last_day() for month in spanned for day in came[(feed.code, month)])
            yield "pushed_on_time", Item(f"{feed.code}:{last}", department=feed.department, hit=on_time)


def _due(asked: Asked, months: int) -> Iterator[Month]:
    """Last months of the periods whose last day for delivering lies in ours."""
    month = Month.of(asked.first)
    while month.last_day() <= asked.last:
        before = month.plus(-1)
        if before.month % months == 0:
            yield before
        month = month.plus(1)


def _came(asked: Asked) -> dict[tuple[str, Month], list[date]]:
    """Days on which deliveries of each feed and month were taken in; what was withdrawn counts as not delivered."""
    found: dict[tuple[str, Month], list[date]] = defaultdict(list)
    rows = Delivery.objects.exclude(state=Delivery.State.REFUSED).filter(
        accepted_at__lt=asked.known, withdrawn_reason=""
    )
    for feed, period, at in rows.values_list("feed", "period", "accepted_at"):
        found[(feed, Month.of(period))].append(at.astimezone(CHINA).date())
    return found
