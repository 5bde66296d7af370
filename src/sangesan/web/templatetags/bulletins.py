"""A document's state as a badge, and its seals in lines."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from sangesan.bulletins.domain import STATE_TITLES, State
from sangesan.bulletins.models import Document
from sangesan.bulletins.series import series_of
from sangesan.documents.official_lines import title_lines, under_a_seal
from sangesan.web.labels import titled

register = template.Library()
TINTS = {State.DRAFTED: "azure", State.SIGNED: "orange", State.ISSUED: "green", State.WITHDRAWN: "red"}
register.filter("seal_lines", under_a_seal)
register.filter("title_lines", title_lines)


@register.simple_tag
def document_state(document: Document, signed: int) -> SafeString:
    """起草中, 待签发（1/2）, 已签发, 已印发 or 已撤销; a draft that was given up is 已作废. signed: how many seats have."""
    state = State(document.state)
    if signed and state == State.DRAFTED:
        of = len(series_of(document.series).signers)
        words = _("待签发（%(n)s/%(of)s）") % {"n": signed, "of": of}
        return format_html('<span class="badge bg-orange-lt">{}</span>', words)
    words = STATE_TITLES[state] if state != State.WITHDRAWN or document.number else "已作废"
    return format_html('<span class="badge bg-{}-lt">{}</span>', TINTS[state], titled(words))
