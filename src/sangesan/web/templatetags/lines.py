"""Words of the lines of defence: days, shares, periods, short titles."""

from django import template
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sangesan.clues.domain import channels
from sangesan.figures.domain import percent
from sangesan.figures.lines_households import Households
from sangesan.figures.selecting import Period
from sangesan.regions.models import Grid
from sangesan.regions.queries import tree
from sangesan.web.labels import titled

register = template.Library()
MARK, ENGLISH_MARK = "·", ": "


@register.simple_tag
def in_days(days: float | None) -> str:
    """A median of days: 3 天, 2.5 天; a dash where there is none."""
    if days is None:
        return "—"
    return ngettext("%(days)s 天", "%(days)s 天", 1 if days == 1 else 2) % {"days": days}


@register.simple_tag
def missed_share(found: Households) -> str:
    """The share of confirmed households that were not the county's own find."""
    share = percent(found.missed.households, found.known.households)
    if share is None:
        return _("还没有知道谁先发现的户")
    return _("占知道谁先发现的 %(known)s 户的 %(share)s %%") % {
        "known": f"{found.known.households:,}",
        "share": f"{share:.2f}",
    }


@register.simple_tag
def period_words(period: Period) -> str:
    """2022-01-01 至 2022-09-13; without a limit on a side as it is said."""
    first, last = (day.isoformat() if day else "" for day in (period.first, period.last))
    if first and last:
        return _("%(first)s 至 %(last)s") % {"first": first, "last": last}
    if first:
        return _("%(first)s 起") % {"first": first}
    return _("截至 %(last)s") % {"last": last} if last else _("不限时间")


@register.simple_tag
def place_words(code: str) -> str:
    """Town and village, or the grid's name."""
    if code in tree().levels:
        return tree().full_name(code)
    return Grid.objects.filter(code=code).values_list("name", flat=True).first() or code


@register.simple_tag
def channel(code: str) -> str:
    """A channel's title."""
    return titled(channels()[code].title)


@register.filter
def short_line(title: str) -> str:
    """A line's title without its ordinal: 第一道防线·网格排查 as 网格排查, First line: grid patrol as Grid patrol."""
    shown = titled(title)
    return capfirst(shown.rpartition(MARK if shown == title else ENGLISH_MARK)[2])


@register.filter
def titled_or_none(text: str) -> str:
    """A text of the data, or a dash where nothing is divided."""
    return titled(text) if text else "—"
