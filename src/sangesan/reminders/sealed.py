"""What only inspectors are told: places to go to today. A message of its own that never leaves the system.

Neither its text nor how many got it stands anywhere that those inspected can look: not in the delivery log, not in the audit.
"""

from collections.abc import Iterator
from datetime import date

from django.db.models import Count

from sangesan.accounts.queries import holding
from sangesan.inspections.models import Target
from sangesan.inspections.teams import members_on
from sangesan.messages.sending import Note
from sangesan.messages.templates import line_of

TEMPLATE = "inspections_today"


def inspection_notes(day: date) -> Iterator[Note]:
    """One note to each member of a team that has places to begin today, or that should have begun: three queries."""
    waiting = Target.objects.filter(state=Target.State.PLANNED, parent=None, planned_on__lte=day)
    counts = dict(waiting.values_list("team").annotate(n=Count("pk")).order_by())
    if not counts:
        return
    teams = dict(members_on(day).filter(team__in=counts).values_list("post", "team"))
    for post in holding(day).filter(pk__in=teams):
        line = line_of(TEMPLATE, {"count": counts[teams[post.pk]]}, "/inspections/")
        yield Note(post, [line], f"inspections:{day.isoformat()}", TEMPLATE)
