"""Words, tones and deadlines of the procedure."""

from datetime import date

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sangesan.cases.effects import category_title
from sangesan.cases.models import Case, Meeting
from sangesan.cases.outcomes import OUTCOME_TITLES, Outcome
from sangesan.cases.procedure import ROLE_TITLES, Transition
from sangesan.cases.states import ACT_TITLES, ENDED, STATE_TITLES, Act, State
from sangesan.web.deadlines import standing
from sangesan.web.labels import titled

register = template.Library()

STATE_TONES = {
    State.ASSISTED: "orange",
    State.TRACKED: "green",
    State.UNREACHABLE: "red",
    **dict.fromkeys(ENDED, "secondary"),
}
OUTCOME_TONES = {Outcome.SEND_BACK: "orange", Outcome.REJECT: "red", Outcome.DEFER: "secondary"}
SOON_DAYS = 1


@register.simple_tag
def case_state(code: str) -> SafeString:
    """A case's state as a badge."""
    state = State(code)
    return format_html(
        '<span class="badge bg-{}-lt">{}</span>', STATE_TONES.get(state, "azure"), titled(STATE_TITLES[state])
    )


@register.filter
def state_title(code: str) -> str:
    """A state in words."""
    return titled(STATE_TITLES[State(code)])


@register.filter
def act_word(code: str) -> str:
    """An act in words."""
    return titled(ACT_TITLES[Act(code)])


@register.filter
def who_may(line: Transition) -> str:
    """Those who take a step, in words."""
    return _("、").join(titled(title) for role, title in ROLE_TITLES.items() if role in line.roles)


@register.filter
def outcome_word(code: str) -> str:
    """What a meeting decided, in words."""
    return titled(OUTCOME_TITLES[Outcome(code)]) if code else ""


@register.filter
def outcome_tone(code: str) -> str:
    """The colour of an outcome."""
    return OUTCOME_TONES.get(Outcome(code), "green") if code else "secondary"


@register.filter
def meeting_kind(code: str) -> str:
    """A kind of meeting in words."""
    return titled(str(Meeting.Kind(code).label))


@register.filter
def category(case: Case) -> str:
    """The category's official word; "" before the study."""
    return titled(category_title(case))


@register.simple_tag
def days_left(day: date | None, today: date) -> SafeString | str:
    """How far off a last day is, as a badge: red when it has passed; a dash for none."""
    if day is None:
        return "—"
    words, tint = standing(day, today, soon=SOON_DAYS)
    return format_html('<span class="badge bg-{}-lt" title="{}">{}</span>', tint, day.isoformat(), words)


@register.simple_tag
def left_badge(left: int) -> SafeString:
    """Days left of the regime's own kind, as a badge."""
    tint = "red" if left < 0 else "orange" if left <= SOON_DAYS else "secondary"
    if left < 0:
        words = ngettext("超期 %(days)s 天", "超期 %(days)s 天", -left) % {"days": -left}
    elif left == 0:
        words = _("今天到期")
    else:
        words = ngettext("还有 %(days)s 天", "还有 %(days)s 天", left) % {"days": left}
    return format_html('<span class="badge bg-{}-lt">{}</span>', tint, words)


@register.filter
def of_case(mapping: dict[object, object], key: object) -> object:
    """mapping[key], None where it has none."""
    return mapping.get(key)
