"""How figures of the catalogue stand on a page: numbers with their parts, changes, periods."""

from django import template
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from sangesan.figures.behind import Line
from sangesan.figures.catalogue import MEAN, SHARE
from sangesan.figures.counted import Value
from sangesan.kernel.period import Period, Week
from sangesan.web.labels import titled
from sangesan.web.periods import day_words, period_words

register = template.Library()

ROUTES = {
    "household": "household",
    "clue": "clue",
    "case": "case",
    "notice": "notice",
    "department": "department",
    "grid": "patrol-grid",
    "village": "village-duties",
    "sheet": "sheet",
    "finding": "finding",
    "flag": "check-flag",
    "project": "project",
}


@register.filter
def published(value: Value) -> str:
    """The number as it is published, with its unit: 1,563, 94.10 %, 14.0."""
    number = value.number
    if number is None:
        return "—"
    if value.figure.shape == SHARE:
        return f"{number:.2f} %"
    return f"{number:.1f}" if value.figure.shape == MEAN else f"{number:,}"


@register.filter
def change_words(change: float | None) -> SafeString | str:
    """How much more or less than in the period before: an arrow, so that a sign is not overlooked."""
    if change is None:
        return "—"
    if not change:
        return _("持平")
    text = f"{abs(change):,.2f}".rstrip("0").rstrip(".")
    return format_html(
        '<span class="change-{}">{}{}</span>', *(("up", "↑", text) if change > 0 else ("down", "↓", text))
    )


@register.simple_tag
def figure_unit(value: Value) -> str:
    """The unit of what is counted."""
    return titled(value.figure.unit)


@register.filter
def period_of(period: Period) -> str:
    """2022年第36周（9月5日至9月11日）, 2022年9月, 2022年第三季度."""
    if isinstance(period, Week):
        return _("{year}年第{week}周（{first}至{last}）").format(
            year=period.year, week=period.week, first=day_words(period.first_day()), last=day_words(period.last_day())
        )
    return period_words(period)


@register.simple_tag
def record_address(line: Line) -> str:
    """The page of the record of a list's line; "" where it has none, or the post may not know it."""
    kind, number = line.described.leads_to if line.described else ("", "")
    return reverse(ROUTES[kind], args=[number]) if kind in ROUTES and number else ""
