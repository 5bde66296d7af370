"""A draw's state and deadline in words."""

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from sangesan.draws.domain import OFFICES, Owed, State
from sangesan.draws.queries import Line
from sangesan.web.labels import titled

register = template.Library()
TINTS = {State.OPEN: "azure", State.DONE: "green", State.VOID: "red"}


@register.simple_tag
def draw_state(row: Line) -> SafeString:
    """What a draw waits for and from whom, or how it ended, as badges."""
    if row.owed is not None:
        what = {Owed.COMMIT: _("等 %(office)s 交存"), Owed.REVEAL: _("等 %(office)s 公开")}[row.owed]
        tint = "red" if row.overdue else "azure"
        parts = [(tint, what % {"office": titled(OFFICES[office])}) for office in row.waits]
        return format_html_join(" ", '<span class="badge bg-{}-lt">{}</span>', parts)
    state = State(row.draw.state)
    words = {State.OPEN: _("进行中"), State.DONE: _("已完成"), State.VOID: _("已作废")}[state]
    return format_html('<span class="badge bg-{}-lt">{}</span>', TINTS[state], words)


@register.simple_tag
def draw_until(row: Line) -> str:
    """Until when the owed is to be done; "" for a draw that has ended."""
    if row.owed is None:
        return ""
    until = row.draw.commit_by if row.owed == Owed.COMMIT else row.draw.reveal_by
    return _("%(at)s 前") % {"at": f"{localtime(until):%m-%d %H:%M}"}
