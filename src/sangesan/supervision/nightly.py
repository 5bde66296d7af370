"""What happens every night: reminders of tomorrow's deadlines, overdue sheets proposed to be raised, red ones to be handed over.

The machine proposes and tells; it signs nothing, closes nothing, hands nothing over.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sangesan.accounts.models import Post
from sangesan.amendments.queries import parameter_number
from sangesan.jobs.running import Progress
from sangesan.kernel.period import Month
from sangesan.messages.sending import tell
from sangesan.supervision.domain import CLOCK_RUNS
from sangesan.supervision.handing_over import propose_overdue_red
from sangesan.supervision.models import LookBack, Sheet
from sangesan.supervision.queries import overdue_now
from sangesan.supervision.raising import propose_overdue
from sangesan.supervision.sampling import mark_drawn
from sangesan.supervision.telling import link_of


@dataclass(frozen=True)
class Night:
    """reminded: persons told of a deadline; raised: sheets proposed; handed: hand-overs proposed; looks: look-backs due."""

    reminded: int = 0
    raised: int = 0
    handed: int = 0
    looks: int = 0


def run_night(*, post: Post, day: date, today: date, now: datetime, progress: Progress) -> Night:
    """The night of a day. A night made up after downtime (day before today) proposes as of its own day and reminds nobody:
    that day's deadline has passed. Run again it finds everything done: a proposal occurs once per sheet and deadline.
    """
    reminded = remind(day, now=now) if day == today else 0
    late = list(Sheet.objects.filter(overdue_now(day)).order_by("pk").values_list("pk", flat=True))
    raised = handed = 0
    for done, number in enumerate(late):
        progress(done, len(late), f"{raised} 张提出升级")
        raised += propose_overdue(post=post, sheet_id=number, now=now, today=day) is not None
        handed += len(propose_overdue_red(post=post, sheet_id=number, now=now, today=day))
    progress(len(late), len(late), f"{raised} 张提出升级")
    mark_drawn(Month.of(day))
    looks = LookBack.objects.filter(result="", due_on__lte=day).count()
    return Night(reminded, raised, handed, looks)


def remind(day: date, *, now: datetime) -> int:
    """Tells the persons whose sheets fall due soon: once per sheet and deadline."""
    last = day + timedelta(days=parameter_number("sheet_remind_days", day))
    rows = Sheet.objects.filter(state__in=list(CLOCK_RUNS), due_on__range=(day, last)).select_related("person__user")
    told = 0
    for sheet in rows.order_by("pk"):
        fields = {"colour": sheet.colour, "day": sheet.due_on}
        source = f"sheet_due:{sheet.pk}:{sheet.due_on}"
        told += tell([sheet.person], "sheet_due", fields, link_of(sheet), source=source, now=now)
    return told
