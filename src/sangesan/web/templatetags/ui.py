"""Icons, money, shares, tones, and the words for codes."""

import re
from datetime import date
from decimal import Decimal
from urllib.parse import urlsplit

from django import template
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from sangesan.amendments.models import Amendment
from sangesan.clues.domain import STATES, State, channels
from sangesan.clues.models import Clue
from sangesan.exchange.timeliness import LABELS, LATE, Due
from sangesan.kernel.money import format_yuan
from sangesan.policy.parameters import ParameterValue
from sangesan.regions.queries import tree
from sangesan.web.deadlines import late, standing
from sangesan.web.labels import STAGES, act_title, department_name, reason, risk_titles, several, titled
from sangesan.web.menu import Menu, Place
from sangesan.web.periods import period_words
from sangesan.web.shown_values import shown
from sangesan.web.submissions import new_submission

register = template.Library()
register.filter("titled", titled)
register.filter("several", several)
register.filter("reason", reason)
register.simple_tag(new_submission)
register.filter("period_words", period_words)

FEW_PLACES = 16  # a menu of no more than these fits a screen, and nothing of it is folded

TONES = {
    "overdue": "red",
    "high": "red",
    "refused": "red",
    "accepted": "green",
    "accepted_partly": "orange",
    "same": "azure",
    "confirmed": "orange",
    "failed": "red",
    "late": "orange",
    "soon": "orange",
    "middle": "orange",
    "waiting": "secondary",
    "stopped": "secondary",
    "low": "azure",
    "running": "azure",
    "open": "azure",
    "done": "green",
    "on_time": "green",
    "closed": "green",
    "cleared": "green",
}


@register.simple_tag
def icon(name: str, size: str = "") -> SafeString:
    """An icon of the sprite that set-up made; `size` is a class such as icon-sm."""
    return format_html(
        '<svg class="icon {}" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        size,
        static("vendor/icons.svg"),
        name,
    )


@register.filter
def yuan(fen: int | None) -> str:
    """Fen as yuan: 123456 -> 1,234.56; empty for nothing."""
    return "" if fen is None else format_yuan(fen)


@register.filter
def percent(share: Decimal | float | None) -> str:
    """A percentage with two places: 75.01 %."""
    return "—" if share is None else f"{share:.2f}\u00a0%"


@register.filter
def tone(state: str) -> str:
    """The colour of a state; grey for one without."""
    return TONES.get(state, "secondary")


@register.filter
def get(mapping: dict[str, object], key: str) -> object:
    """mapping[key], empty where it has none."""
    return mapping.get(key, "")


@register.filter
def form_field(name: str) -> str:
    """A field of the form, after the name of the person it is about: "王某 健康状况"."""
    who, space, field = name.rpartition(" ")
    return f"{who}{space}{titled(field)}"


@register.simple_tag
def division(code: str) -> str:
    """Town and village of a code."""
    return tree().full_name(code)


@register.simple_tag
def stage(code: str) -> SafeString | str:
    """How a household stands in monitoring, as a badge; nothing for one never monitored."""
    if not code:
        return ""
    tint = "red" if code == "monitoring" else "green"
    return format_html('<span class="badge bg-{}-lt">{}</span>', tint, STAGES.get(code, code))


@register.simple_tag
def clue_state(code: str) -> str:
    """A clue's state in words."""
    return titled(STATES[State(code)])


@register.simple_tag
def risk(code: str) -> str:
    """A risk type in words."""
    return titled(risk_titles().get(code, code))


@register.simple_tag
def line(channel: str) -> str:
    """The line of defence of a channel."""
    return titled(channels()[channel].line)


@register.simple_tag
def due(clue: Clue, today: date) -> SafeString | str:
    """The day by which a clue is to be visited, and how far off it is while it is open."""
    day = clue.due_on.isoformat()
    if clue.state != State.OPEN:
        return day
    words, tint = standing(clue.due_on, today)
    return format_html('{} <span class="badge bg-{}-lt">{}</span>', day, tint, words)


@register.simple_tag
def act(tag: str) -> str:
    """An audit tag in words."""
    return act_title(tag)


@register.filter
def grouped(number: int | None) -> str:
    """A whole number with thousands separators; a dash for nothing."""
    return "—" if number is None else f"{number:,}"


@register.simple_tag
def source(text: str) -> SafeString:
    """A source with its addresses as links that show only the site: "[S67c] https://host/…" as [S67c] host."""
    parts = re.split(r"(https?://[^\s（），；、]+)", text)
    link = '<a href="{}" rel="noreferrer noopener" target="_blank">{}</a>'
    return format_html_join(
        "",
        "{}",
        (
            (format_html(link, part, urlsplit(part).netloc) if number % 2 else part,)
            for number, part in enumerate(parts)
        ),
    )


@register.simple_tag
def value_shown(value: ParameterValue | Amendment) -> str:
    """A parameter's value with its unit: fen as yuan."""
    return shown(value.value, value.unit)


@register.simple_tag
def due_badge(due: Due) -> SafeString:
    """Whether a feed is on time, as a badge; late ones say by how many days."""
    tint = {"on_time": "green", "late": "red", "never": "secondary"}.get(due.status, "azure")
    words = titled(LABELS[due.status])
    if due.status == LATE:
        words = late(due.days_late)
    return format_html('<span class="badge bg-{}-lt">{}</span>', tint, words)


@register.simple_tag
def department(code: str) -> str:
    """A department's name."""
    return department_name(code)


@register.simple_tag
def unfolded(places: list[Place], menu: Menu, narrow: bool, route: str, section: str = "") -> bool:
    """Whether a group of the menu lies open: the one that one is in, all of a short menu or of its icons."""
    if narrow or sum(len(group) for _title, group in menu) <= FEW_PLACES:
        return True
    return any(place.route in {route, section} for place in places)
