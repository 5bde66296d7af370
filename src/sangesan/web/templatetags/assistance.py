"""Words and colours of needs, measures and requests."""

from datetime import date

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from sangesan.assistance.catalogue import NeedKind, catalogue
from sangesan.assistance.domain import Reason
from sangesan.assistance.models import Measure, Request
from sangesan.web.deadlines import standing
from sangesan.web.labels import risk_titles, titled

register = template.Library()

TONES = {
    "planned": "azure",
    "landed": "green",
    "stopped": "secondary",
    "open": "orange",
    "granted": "green",
    "refused": "red",
}


@register.simple_tag
def need_title(kind: str) -> str:
    """A kind of need in words."""
    return titled(catalogue().needs[NeedKind(kind)])


@register.simple_tag
def group_title(code: str) -> str:
    """A group of measures in words; the code of one that the catalogue no longer has."""
    group = catalogue().groups.get(code)
    return titled(group.title) if group else code


@register.simple_tag
def reason_badge(reason: Reason) -> SafeString:
    """Why something is suggested: a risk, or a need."""
    title = risk_titles().get(reason.code, reason.code) if reason.of == "risk" else need_title(reason.code)
    return format_html(
        '<span class="badge bg-{}-lt">{}</span>', "red" if reason.of == "risk" else "orange", titled(title)
    )


@register.simple_tag
def measure_state(measure: Measure, today: date) -> SafeString:
    """A measure's state; one that is past its day says by how much."""
    words, tint = titled(Measure.State(measure.state).label), TONES[measure.state]
    if measure.state == Measure.State.PLANNED and measure.due_on and measure.due_on < today:
        words, tint = standing(measure.due_on, today)
    if measure.state == Measure.State.LANDED and measure.ended_on and measure.ended_on <= today:
        words, tint = _("已落实，已到期"), "secondary"
    return format_html('<span class="badge bg-{}-lt">{}</span>', tint, words)


@register.simple_tag
def request_state(request: Request, today: date) -> SafeString:
    """A request's state; what was granted says when it has come, or that it is late."""
    words, tint = titled(Request.State(request.state).label), TONES[request.state]
    if request.fulfilled_on:
        words = _("已办结")
    elif request.due_on and request.due_on < today:
        words, tint = standing(request.due_on, today)
    return format_html('<span class="badge bg-{}-lt">{}</span>', tint, words)
