"""A document's state as a badge, and its seals in lines."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from sangesan.bulletins.domain import STATE_TITLES, State
from sangesan.bulletins.models import Document
from sangesan.documents.official_lines import title_lines, under_a_seal
from sangesan.web.labels import titled

register = template.Library()
TINTS = {State.DRAFTED: "azure", State.SIGNED: "orange", State.ISSUED: "green", State.WITHDRAWN: "red"}
register.filter("seal_lines", under_a_seal)
register.filter("title_lines", title_lines)


@register.simple_tag
def document_state(document: Document) -> SafeString:
    """起草中, 已签发, 已印发 or 已撤销; a draft that was given up is 已作废."""
    state = State(document.state)
    words = STATE_TITLES[state] if state != State.WITHDRAWN or document.number else "已作废"
    return format_html('<span class="badge bg-{}-lt">{}</span>', TINTS[state], titled(words))
