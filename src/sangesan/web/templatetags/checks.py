"""Words of checks on pages: classes, subjects, verdicts, precision."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from sangesan.checks.defects import defects
from sangesan.checks.domain import CONFIRMED, VERDICTS, Precision
from sangesan.checks.models import Flag
from sangesan.checks.queries import STATES, place_words
from sangesan.checks.reading import load_checks
from sangesan.leadership.units import unit
from sangesan.regions.queries import tree
from sangesan.web.labels import titled

register = template.Library()

SUBJECTS = {
    "household": "农户", "clue": "线索", "case": "办理件", "minutes": "民主评议", "duty": "日常职责", "village": "每周排查",
    "list_row": "名单", "feed": "部门数据", "request": "帮扶请求", "department": "部门预警",
}  # fmt: skip


@register.simple_tag
def defect_title(code: str) -> str:
    """A class's title."""
    known = defects().get(code)
    return titled(known.title) if known else code


@register.simple_tag
def check_title(code: str) -> str:
    """A check's title; its code where it is no longer known."""
    known = load_checks().get(code)
    return titled(known.title) if known else code


@register.simple_tag
def flag_place(flag: Flag) -> str:
    """Where it is, or which department's it is."""
    return titled(place_words(flag))


@register.simple_tag
def place_title(place: str) -> str:
    """A place or a unit by its code or key."""
    return titled(unit(place).title) if ":" in place else tree().full_name(place)


@register.simple_tag
def subject_words(flag: Flag) -> str:
    """What it is about: 农户 12, 办理件 5; without names."""
    kind, _colon, rest = flag.subject.partition(":")
    title = titled(SUBJECTS.get(kind, kind))
    return f"{title} {rest}" if rest.isdecimal() and kind != "village" else title


@register.simple_tag
def verdict_badge(flag: Flag) -> SafeString:
    """How it stands: a word in a badge."""
    if flag.verdict:
        tint = "red" if flag.verdict == CONFIRMED else "secondary"
        return format_html('<span class="badge bg-{}-lt">{}</span>', tint, titled(VERDICTS[flag.verdict]))
    word = STATES["gone"] if flag.gone_on else STATES["unjudged"]
    return format_html('<span class="badge bg-{}-lt">{}</span>', "green" if flag.gone_on else "orange", titled(word))


@register.filter
def verdict_words(code: str) -> str:
    """A verdict's word."""
    return titled(VERDICTS.get(code, code))


@register.simple_tag
def precision_words(precision: Precision) -> str:
    """83.3 % (10/12); below the floor only how many were judged."""
    if not precision.judged:
        return _("还没有认定")
    if precision.percent is None:
        return _("认定 %(n)s 件，不足 %(floor)s 件不算") % {"n": precision.judged, "floor": precision.floor}
    return f"{precision.percent} %（{precision.confirmed}/{precision.judged}）"
