"""A sample of the look-backs of a month, by a draw that anybody can repeat: where there are more than can be visited."""

from datetime import date, datetime

from django.db.models import QuerySet

from sangesan.accounts.models import Post
from sangesan.draws.actions import fix
from sangesan.draws.domain import PoolItem
from sangesan.draws.models import Draw
from sangesan.draws.queries import draw_of, outcome
from sangesan.kernel.period import Month
from sangesan.kernel.refusal import Refusal
from sangesan.supervision.models import LookBack
from sangesan.supervision.words import number_of

PURPOSE = "look_back"


def draw_look_backs(*, post: Post, month: Month, size: int, now: datetime) -> Draw:
    """Fixes the draw of a month: all look-backs that fall due by its end and are not done. Once per month.

    Raises Refusal where there is nothing to draw from, NotAllowed.
    """
    rows = list(_due(month))
    if len(rows) <= size:
        raise Refusal(f"这个月待看的只有 {len(rows)} 件", place="抽取数量", remedy="全部去看就行，不用抽")
    pool = [PoolItem(number_of(row.sheet)) for row in rows]
    return fix(
        post=post, purpose=PURPOSE, period=str(month), title=f"{month}回头看抽查", pool=pool, size=size, now=now
    )  # fmt: skip


def mark_drawn(month: Month) -> int:
    """Marks the look-backs that the month's draw chose; how many anew. Before the draw has its result: none."""
    draw = draw_of(PURPOSE, str(month))
    chosen = set(outcome(draw) or ()) if draw is not None else set()
    if draw is None or not chosen:
        return 0
    drawn = [row.pk for row in _due(month).filter(draw="") if number_of(row.sheet) in chosen]
    return LookBack.objects.filter(pk__in=drawn).update(draw=str(draw.number))


def _due(month: Month) -> QuerySet[LookBack]:
    last: date = month.last_day()
    return LookBack.objects.filter(result="", due_on__lte=last).select_related("sheet").order_by("pk")
