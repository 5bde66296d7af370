"""Signs and words of periods, results and duties: never colour alone."""

from datetime import date, timedelta

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sangesan.village_work.domain import MARK_TITLES, RESULT_TITLES, Mark, Result
from sangesan.village_work.kinds import FINDINGS
from sangesan.village_work.leaflet_facts import LEAFLETS
from sangesan.village_work.leaflets import HOW
from sangesan.village_work.periods import Cycle, Period, Unit
from sangesan.village_work.recording import WARNINGS
from sangesan.web.labels import reworded, titled

register = template.Library()

SIGNS = {
    Mark.DONE: "✓",
    Mark.LATE: "✓",
    Mark.PROBLEM: "!",
    Mark.SOLVED: "✓",
    Mark.MISSING: "✗",
    Mark.RUNNING: "○",
    Mark.REST: "–",
}


@register.filter
def mark_sign(mark: Mark) -> str:
    """The shape of a period's state."""
    return SIGNS[mark]


@register.filter
def mark_words(mark: Mark) -> str:
    """A period's state in words."""
    return titled(MARK_TITLES[mark])


@register.filter
def span_words(period: Period) -> str:
    """A period as its first and last day, short: 9.5–9.11; a whole month as 2022-08, a whole year as 2022."""
    start, end = period.start, period.end
    if start.year != end.year and end != date.max and start != date.min:
        return f"{start:%Y-%m-%d}"
    if (start.month, start.day, end.month, end.day) == (1, 1, 12, 31):
        return f"{start.year}"
    if start.day == 1 and (end + timedelta(days=1)).day == 1 if end != date.max else False:
        return f"{start:%Y-%m}" if start.month == end.month else f"{start:%Y-%m}–{end.month}"
    return f"{start.month}.{start.day}–{end.month}.{end.day}" if start != end else f"{start.month}.{start.day}"


@register.filter
def cycle_words(cycle: Cycle) -> str:
    """How often, and in which months."""
    often = {
        Unit.DAYS: ngettext("每天一次", "每 %(n)s 天一次", cycle.every),
        Unit.WEEK: ngettext("每周一次", "每 %(n)s 周一次", cycle.every),
        Unit.MONTH: ngettext("每月一次", "每 %(n)s 个月一次", cycle.every),
        Unit.QUARTER: ngettext("每季一次", "每 %(n)s 季一次", cycle.every),
        Unit.YEAR: ngettext("每年一次", "每 %(n)s 年一次", cycle.every),
    }[cycle.unit] % {"n": cycle.every}
    months = sorted(cycle.months)
    if not months:
        return often
    unbroken = len(months) > 1 and months == list(range(months[0], months[-1] + 1))
    shown = f"{months[0]}–{months[-1]}" if unbroken else ", ".join(map(str, months))
    return _("%(often)s（%(months)s月）") % {"often": often, "months": shown}


@register.simple_tag
def result_badge(result: str) -> SafeString:
    """What a log found, as a badge."""
    tint, sign = ("green", "✓") if result == Result.OK else ("red", "!")
    return format_html('<span class="badge bg-{}-lt">{} {}</span>', tint, sign, titled(RESULT_TITLES[Result(result)]))


@register.filter
def late_words(days: int) -> str:
    """超期 12 天."""
    return ngettext("超期 %(days)s 天", "超期 %(days)s 天", days) % {"days": days}


@register.filter
def finding_words(finding: str) -> str:
    """What is missing of a duty, as an inspection writes it down."""
    return reworded(finding, FINDINGS)


@register.filter
def warning_words(code: str) -> str:
    """What is odd about a log's photos."""
    return titled(WARNINGS.get(code, code))


@register.filter
def leaflet_title(code: str) -> str:
    """A leaflet's name."""
    return titled(LEAFLETS.get(code, code))


@register.filter
def handed_how(code: str) -> str:
    """How leaflets were handed out."""
    return titled(HOW.get(code, code))


@register.filter
def ago(day: date | None, today: date) -> str:
    """How many days ago; “never” for no day."""
    if day is None:
        return _("从未")
    days = (today - day).days
    return ngettext("%(days)s 天前", "%(days)s 天前", days) % {"days": days}
