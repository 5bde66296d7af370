"""Words of who answers: lines, duties, roles, levels; what somebody was told, by when to acknowledge it."""

from datetime import date

from django import template
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sangesan.accounts.models import Post
from sangesan.responsibility.domain import DUTIES, LINES, ROLES, Duty, Line, Role, Slot
from sangesan.responsibility.models import Told
from sangesan.web.labels import titled

register = template.Library()


@register.simple_tag
def line_title(line: str) -> str:
    """居住社区 or 户籍村."""
    return titled(LINES[Line(line)])


@register.simple_tag
def duty_title(duty: str) -> str:
    """排查预警 or 落实帮扶."""
    return titled(DUTIES[Duty(duty)])


@register.simple_tag
def role_title(role: str) -> str:
    """主责 or 配合."""
    return titled(ROLES[Role(role)])


@register.simple_tag
def slot_title(slot: Slot) -> str:
    """All of a row: 居住社区 排查预警 主责."""
    line, duty, role = slot
    return f"{line_title(line)} {duty_title(duty)} {role_title(role)}"


@register.simple_tag
def slot_code(slot: Slot) -> str:
    """A row as a form sends it: residence.find.lead."""
    return ".".join(slot)


@register.simple_tag
def level_title(role: str) -> str:
    """A level of the chain."""
    return titled(Post.Role(role).label)


@register.simple_tag
def about(told: Told) -> SafeString | str:
    """What was told, as a link to its clue, case or visit where there is such a page."""
    kind, _colon, number = told.about.partition(":")
    try:
        address = reverse(kind, args=[int(number)])
    except (NoReverseMatch, ValueError):
        return told.sentence
    return format_html('<a href="{}">{}</a>', address, told.sentence)


@register.simple_tag
def acknowledge_by(told: Told, today: date) -> SafeString:
    """The day by which to acknowledge, and how far off it is."""
    left = (told.due_on - today).days
    if left < 0:
        words, tint = ngettext("超期 %(days)s 天", "超期 %(days)s 天", -left) % {"days": -left}, "red"
    elif left == 0:
        words, tint = _("今天到期"), "orange"
    else:
        words, tint = ngettext("还有 %(days)s 天", "还有 %(days)s 天", left) % {"days": left}, "secondary"
    return format_html('{} <span class="badge bg-{}-lt">{}</span>', told.due_on.isoformat(), tint, words)
