"""Points, states and records of assessments in words."""

from datetime import date

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sangesan.assessment.attendance_domain import ROLES
from sangesan.assessment.domain import Line, Record, Standing
from sangesan.assessment.explaining import (
    KIND_WORDS,
    PARTS,
    WHOLE,
    line_words,
    points_words,
    record_words,
    standing_words,
)
from sangesan.assessment.models import Assessment, Score
from sangesan.assessment.proceeding_domain import ACT_TITLES, KIND_TITLES, STATE_TITLES, Act, State, forms
from sangesan.assessment.proceeding_domain import Kind as CaseKind
from sangesan.assessment.score_papers import STATE_WORDS
from sangesan.assessment.sheets import KIND_TITLES as SUBJECTS
from sangesan.assessment.sheets import Kind
from sangesan.leadership.units import unit
from sangesan.web.assessment_links import document_link, figure_link, origin_link, record_link
from sangesan.web.labels import held_in, reworded, titled
from sangesan.web.periods import day_words

register = template.Library()

TONES = {"computed": "azure", "announced": "orange", "frozen": "green"}
CASE_TONES = {State.CLOSED: "secondary", State.ISSUED: "green", State.DECIDED: "blue"}


@register.filter
def points(hundredths: int | None) -> str:
    """Points as they are written: 9.5; “不评分” for none."""
    return points_words(hundredths) if hundredths is not None else titled(points_words(None))


@register.filter
def said_again(words: str) -> str:
    """A sentence of a score or a score sheet in the reader's language; what no form made stays as it is."""
    if (known := titled(words)) != words:
        return known
    for form in WHOLE:
        if held := held_in(form, words):
            return titled(form).format(**{name: said_again(value) for name, value in held.items()})
    for mark, joined in (("；", _("；")), ("、", _("、"))):
        if mark in words:
            return joined.join(said_again(part) for part in words.split(mark))
    return reworded(words, PARTS)


@register.filter
def why(line: Line) -> str:
    """Why a line has its points, or why it was not judged."""
    return said_again(line_words(line)) if line.standing == Standing.SCORED else titled(standing_words(line))


@register.filter
def share(line: Line) -> int:
    """How much of its points a line got, in whole percent, for its bar."""
    return round(100 * line.got / line.points) if line.points else 0


@register.filter
def said_record(one: Record) -> str:
    """A record in words."""
    return said_again(record_words(one))


@register.simple_tag
def record_address(one: Record, score: Score, papers: dict[str, str]) -> str:
    """The address of a record behind a line of a score. papers: documents in place of cases that may not be opened."""
    return papers.get(one.key) or record_link(one, _place(score), score.assessment.period)


@register.simple_tag
def figure_address(code: str, score: Score) -> str:
    """The address of the list behind a figure of a score."""
    return figure_link(code, _place(score), score.assessment.period)


@register.simple_tag
def objection_window(row: Assessment, today: date) -> str:
    """When objections may be raised, and whether they still may: 异议期 7月6日至7月13日，已过."""
    if row.announced_on is None or row.objections_until is None:
        return ""
    words = _("异议期 %(first)s至%(last)s") % {
        "first": day_words(row.announced_on),
        "last": day_words(row.objections_until),
    }
    left = (row.objections_until - today).days
    if left < 0:
        return _("%(window)s，已过") % {"window": words}
    if left == 0:
        return _("%(window)s，今天最后一天") % {"window": words}
    return ngettext("%(window)s，还有 %(n)s 天", "%(window)s，还有 %(n)s 天", left) % {"window": words, "n": left}


@register.simple_tag
def document_address(number: int) -> str:
    """The address of a decision paper."""
    return document_link(number)


@register.simple_tag
def assessment_state(state: str) -> SafeString:
    """How an assessment stands, in a badge."""
    return format_html('<span class="badge bg-{}-lt">{}</span>', TONES[state], titled(STATE_WORDS[state]))


@register.filter
def subject_kind(kind: str) -> str:
    """Towns, departments, teams, cadres."""
    return titled(SUBJECTS[Kind(kind)])


@register.filter
def case_kind(kind: str) -> str:
    """Merit or accountability."""
    return titled(KIND_TITLES[CaseKind(kind)])


@register.simple_tag
def case_state(state: str) -> SafeString:
    """How a case stands, in a badge."""
    known = State(state)
    return format_html(
        '<span class="badge bg-{}-lt">{}</span>', CASE_TONES.get(known, "orange"), titled(STATE_TITLES[known])
    )


@register.filter
def case_act(act: str) -> str:
    """A step of a case."""
    return titled(ACT_TITLES[Act(act)])


@register.filter
def case_form(code: str) -> str:
    """The form in which a case was decided."""
    return titled(forms()[code].title) if code in forms() else ""


@register.filter
def unit_title(key: str) -> str:
    """A unit's name."""
    return unit(key).title


@register.filter
def origin_words(origin: str) -> str:
    """What a case was opened from: 督办单 12."""
    kind, _, number = origin.partition(":")
    return f"{titled(KIND_WORDS.get(kind, kind))} {number}" if number else ""


@register.filter
def origin_address(origin: str) -> str:
    """The address of what a case was opened from; "" for nothing."""
    return origin_link(origin)


@register.filter
def team_role(code: str) -> str:
    """Head or member."""
    return titled(ROLES[code])


def _place(score: Score) -> str:
    kind, _, code = score.subject.partition(":")
    if kind == Kind.DEPARTMENT:
        return score.subject
    return score.place if kind == Kind.CADRE else code
