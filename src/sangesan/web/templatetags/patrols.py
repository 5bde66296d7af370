"""Words of key groups, purposes and hours of patrols."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from sangesan.patrols.domain import PURPOSES, WEEKLY_TITLE
from sangesan.patrols.key_groups import key_groups, rank_of, titles_of
from sangesan.patrols.models import KeyGroup
from sangesan.regions.models import Grid
from sangesan.regions.queries import CHINA, tree
from sangesan.web.labels import reworded, titled

register = template.Library()


@register.simple_tag
def group_badges(groups: Iterable[KeyGroup]) -> SafeString:
    """A household's key groups as badges, first to be visited first; the sentence is the badge's title."""
    known = [
        (g, key_groups()[g.group]) for g in sorted(groups, key=lambda g: -rank_of([g.group])) if g.group in key_groups()
    ]
    tones = (("red" if group.in_alerts else "orange", row.sentence, titled(group.title)) for row, group in known)
    return format_html_join(" ", '<span class="badge bg-{}-lt" title="{}">{}</span>', tones)


@register.simple_tag
def group_title(code: str) -> SafeString:
    """One key group as a badge; its code where the data no longer has it."""
    group = key_groups().get(code)
    tone = "red" if group and group.in_alerts else "orange"
    return format_html('<span class="badge bg-{}-lt">{}</span>', tone, titled(group.title) if group else code)


@register.simple_tag
def group_titles(codes: Sequence[str]) -> str:
    """Key groups in words, first to be visited first."""
    return _("、").join(titled(title) for title in titles_of(codes))


@register.simple_tag
def purpose_titles(codes: Sequence[str]) -> str:
    """What a walk was for, in words."""
    return _("、").join(titled(PURPOSES.get(code, code)) for code in codes)


@register.filter
def round_words(title: str) -> str:
    """A round's title: a week's in the reader's language, another as somebody named it."""
    return reworded(title, [WEEKLY_TITLE])


@register.filter
def is_listed(code: str) -> bool:
    """Whether people put households into the group by hand."""
    group = key_groups().get(code)
    return group is not None and group.listed


@register.filter
def grid_number(code: str) -> str:
    """The number of a grid in its village: 第3网格."""
    return _("第%(number)s网格") % {"number": code.rpartition("-")[2].lstrip("0") or "0"}


@register.simple_tag
def task_hour(at: datetime) -> str:
    """Until when an urgent look is to be taken, in the county's time."""
    local = at.astimezone(CHINA)
    return _("%(month)s月%(day)s日 %(hour)s 前") % {"month": local.month, "day": local.day, "hour": f"{local:%H:%M}"}


@register.simple_tag
def place_name(code: str) -> str:
    """A division's or a grid's name."""
    if "-" not in code:
        return tree().full_name(code)
    grid = Grid.objects.filter(code=code).first()
    return grid.name if grid else code
