"""How a project stands, in words and signs: never colour alone."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import ngettext

from sangesan.projects.domain import MAIN_TITLES, Main, Standing
from sangesan.projects.kinds import project_kinds
from sangesan.web.labels import titled, with_unit

register = template.Library()

SIGNS = {
    Main.STOPPED: ("–", "secondary"),
    Main.FINISHED: ("✓✓", "green"),
    Main.NOT_STARTED: ("○", "secondary"),
    Main.BEHIND: ("!", "red"),
    Main.UNREPORTED: ("?", "orange"),
    Main.ON_TIME: ("✓", "green"),
}


@register.simple_tag
def standing_badge(standing: Standing) -> SafeString:
    """How a project stands; behind and unreported ones say by how many days."""
    sign, tint = SIGNS[standing.main]
    words = titled(MAIN_TITLES[standing.main])
    if standing.main == Main.BEHIND:
        words = ngettext("滞后 %(days)s 天", "滞后 %(days)s 天", standing.behind) % {"days": standing.behind}
    elif standing.main == Main.UNREPORTED:
        words = ngettext("%(days)s 天没有报送", "%(days)s 天没有报送", standing.silent) % {"days": standing.silent}
    return format_html('<span class="badge bg-{}-lt">{} {}</span>', tint, sign, words)


@register.filter
def project_kind_title(code: str) -> str:
    """A kind's name; the code where the county no longer has it."""
    found = project_kinds().get(code)
    return titled(found.title) if found else code


@register.simple_tag
def counted(number: int, word: str) -> str:
    """612 户."""
    return with_unit(f"{number:,}", word, number)
