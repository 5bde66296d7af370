"""Closing weeks: the county's own statistics of each week, by itself on the set day, missed ones made up once."""

from datetime import date, datetime

from sangesan.accounts.models import Post
from sangesan.dispatch.closing import Progress, Register, close_period
from sangesan.dispatch.domain import unclosed
from sangesan.dispatch.models import Snapshot
from sangesan.dispatch.queries import rhythm
from sangesan.kernel.period import Week


def close_week(
    *, post: Post, week: Week, as_of: date, now: datetime, progress: Progress, register: Register | None = None
) -> Snapshot:
    """The frozen statistics of a week; closing it twice gives the same. Raises what `close_period` raises."""
    return close_period(post=post, period=week, as_of=as_of, now=now, progress=progress, register=register)


def close_due(*, post: Post, kind: str, today: date, now: datetime, progress: Progress) -> list[Snapshot]:
    """Closes every period of a kind (week, month, quarter) whose set day has come, the oldest first, each as of its own
    day; [] where nothing waits. Safe to repeat: what is closed stays.
    """
    closed = Snapshot.objects.filter(kind=kind).values_list("period", flat=True)
    days = rhythm()
    waiting = unclosed(kind, days, closed, today)
    made, register = [], Register()
    for n, period in enumerate(waiting):
        progress(n, len(waiting), f"{period}")
        as_of = days.as_of(period)
        made.append(close_period(post=post, period=period, as_of=as_of, now=now, progress=_silent, register=register))
    progress(len(waiting), len(waiting), "")
    return made


def _silent(_done: int, _total: int, _words: str) -> None:
    """One period's own steps are not shown where several are closed."""
