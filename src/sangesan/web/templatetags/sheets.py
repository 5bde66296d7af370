"""A sheet's colour as a chip that always says its word, with a shape of its own; states and acts in words."""

from datetime import date

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sangesan.leadership.units import unit
from sangesan.supervision.domain import ACTS, STATES, Act, State
from sangesan.supervision.looking_back import RESULTS
from sangesan.supervision.models import SheetEvent
from sangesan.supervision.table import load_table
from sangesan.web.labels import titled

register = template.Library()

STATE_TONES = {
    State.DRAFT: "secondary", State.ISSUED: "azure", State.RECEIVED: "azure", State.RECTIFIED: "purple",
    State.RETURNED: "orange", State.HANDED_OVER: "red", State.CLOSED: "green", State.RAISED: "secondary",
    State.WITHDRAWN: "secondary", State.DECLINED: "secondary",
}  # fmt: skip
RESULT_TONES = {"corrected": ("green", "✓"), "came_back": ("red", "↩"), "not_corrected": ("red", "✗")}


@register.simple_tag
def sheet_chip(colour: str) -> SafeString:
    """蓝单, 黄单, 红单: a sheet with a folded corner and one, two or three bars, unlike any chip of a household's risk."""
    name = titled(load_table().colours[colour].name)
    return format_html('<span class="sheet-chip sheet-chip-{}"><span aria-hidden="true"></span>{}</span>', colour, name)


@register.simple_tag
def sheet_state(state: str) -> SafeString:
    """A sheet's state as a badge."""
    known = State(state)
    return format_html('<span class="badge bg-{}-lt">{}</span>', STATE_TONES[known], titled(STATES[known]))


@register.simple_tag
def look_result(result: str) -> SafeString | str:
    """What a look-back found, with a sign; nothing for one that is due."""
    if not result:
        return ""
    tone, sign = RESULT_TONES[result]
    return format_html('<span class="badge bg-{}-lt">{} {}</span>', tone, sign, titled(RESULTS[result]))


@register.filter
def unit_title(key: str) -> str:
    """A unit's name."""
    return unit(key).title


@register.filter
def cause_title(code: str) -> str:
    """Why a sheet has its colour."""
    return titled(load_table().causes[code].title)


@register.filter
def event_title(event: SheetEvent) -> str:
    """An event's act in words; a hand-over's steps have their own."""
    steps = {"received": _("移交已接收"), "concluded": _("移交已办结"), "declined": _("不予移交")}
    if event.act == Act.HAND_OVER and event.detail.get("step") in steps:
        return str(steps[event.detail["step"]])
    if event.act == Act.PROPOSE and "hand_over" in event.detail:
        return _("提出移交")
    if event.act == Act.LOOK_BACK and "result" not in event.detail:
        return _("再排回头看")
    return titled(ACTS[Act(event.act)])


@register.filter
def event_more(event: SheetEvent) -> str:
    """What an event's codes say: a deadline, a cause, a result."""
    detail, said = event.detail, []
    if detail.get("cause"):
        said.append(titled(load_table().causes[detail["cause"]].title))
    if detail.get("result"):
        said.append(titled(RESULTS[detail["result"]]))
    if detail.get("late"):
        said.append(_("已过期限"))
    if detail.get("not_answered"):
        said.append(_("延期申请因已报送整改不再答复"))
    if detail.get("due_on") and event.act != Act.PROPOSE:
        said.append(_("期限 %(day)s") % {"day": detail["due_on"]})
    if detail.get("until"):
        said.append(_("延到 %(day)s") % {"day": detail["until"]})
    if detail.get("look_back_due"):
        said.append(_("%(day)s 回头看") % {"day": detail["look_back_due"]})
    return " · ".join(said)


@register.filter
def late_days(days: int) -> str:
    """逾期3天."""
    return ngettext("逾期 %(n)s 天", "逾期 %(n)s 天", days) % {"n": days}


@register.filter
def left_words(days: int) -> str:
    """How a deadline stands, from the days past it (negative: left)."""
    if days > 0:
        return late_days(days)
    if days == 0:
        return _("今天到期")
    return ngettext("还有 %(n)s 天", "还有 %(n)s 天", -days) % {"n": -days}


@register.filter
def days_to(day: date, today: date) -> int:
    """Days past a day (negative: left)."""
    return (today - day).days
