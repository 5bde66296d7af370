"""How a project stands, in words and signs: never colour alone."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sangesan.projects.domain import MAIN_TITLES, Main, Standing, over_plan, percent_of
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


@register.simple_tag
def paid_share(paid: int, plan: int) -> SafeString | str:
    """What was paid as a share of the plan's money (both fen); beyond the plan in red and by how much; "" without a plan."""
    if not plan:
        return ""
    over = over_plan(paid, plan)
    if over:
        return format_html('<span class="badge bg-red-lt">! {}</span>', _("超出计划 %(over)s%%") % {"over": over})
    return format_html('<span class="minor">{}</span>', _("计划的 %(share)s%%") % {"share": percent_of(paid, plan)})


@register.filter
def project_kind_title(code: str) -> str:
    """A kind's name; the code where the county no longer has it."""
    found = project_kinds().get(code)
    return titled(found.title) if found else code


@register.simple_tag
def counted(number: int, word: str) -> str:
    """612 户."""
    return with_unit(f"{number:,}", word, number)
