"""Words and signs of seats and assignments: never colour alone."""

from datetime import date

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from sangesan.leadership.domain import ACT_TITLES, OPEN, STATE_TITLES, Act, State
from sangesan.leadership.models import Part
from sangesan.leadership.receivers import OF_VILLAGES
from sangesan.web.deadlines import standing
from sangesan.web.labels import reworded, titled

register = template.Library()

SIGNS = {
    State.ISSUED: ("○", "orange"),
    State.RECEIVED: ("◐", "azure"),
    State.DONE: ("✓", "blue"),
    State.RETURNED: ("↩", "red"),
    State.VERIFIED: ("✓✓", "green"),
    State.WITHDRAWN: ("–", "secondary"),
}


@register.simple_tag
def part_badge(state: str) -> SafeString:
    """How far a part is, with its sign."""
    sign, tint = SIGNS[State(state)]
    return format_html('<span class="badge bg-{}-lt">{} {}</span>', tint, sign, titled(STATE_TITLES[State(state)]))


@register.simple_tag
def part_due(part: Part, today: date) -> SafeString | str:
    """The part's day, and while it is open how far off it is."""
    day = part.due_on.isoformat()
    if part.state not in OPEN:
        return day
    words, tint = standing(part.due_on, today)
    return format_html('{} <span class="badge bg-{}-lt">{}</span>', day, tint, words)


@register.filter
def group_title(title: str) -> str:
    """The heading of a group to whom a task may be given."""
    return reworded(title, [OF_VILLAGES])


@register.filter
def step_title(act: str) -> str:
    """A step in words."""
    return titled(ACT_TITLES[Act(act)])
