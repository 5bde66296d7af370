"""Reading scores: the list of a period and kind, one subject's lines explained, a year as the mean of its quarters."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from django.db.models import Count, Q, QuerySet

from sangesan.accounts.models import Post
from sangesan.accounts.permissions import NotAllowed
from sangesan.amendments.queries import parameter_book
from sangesan.assessment.domain import Line, Result, from_json, half_up, with_objections
from sangesan.assessment.models import Assessment, Objection, Score
from sangesan.assessment.objecting import accepted_of, accepted_of_score
from sangesan.assessment.sheets import Kind, Sheet, parse_sheet
from sangesan.assessment.subjects import WHOLE_COUNTY, reached
from sangesan.kernel.period import Quarter
from sangesan.leadership.units import unit_of_post
from sangesan.regions.queries import tree

RANK, RANK_LEAST, YES = "assessment_rank", "assessment_rank_least", "是"


@dataclass(frozen=True)
class Row:
    """One subject in a list. total: hundredths with accepted objections; rank: None where nothing is ranked."""

    score: Score
    total: int | None
    objections: int
    waiting: int
    rank: int | None = None


@dataclass(frozen=True)
class Page:
    """One subject's score: the sheet, its lines with accepted objections laid over, objections with their reviews."""

    score: Score
    assessment: Assessment
    sheet: Sheet
    result: Result
    objections: Sequence[Objection]


@dataclass(frozen=True)
class Year:
    """A subject's year: the mean of the totals of its frozen quarters, and which they are."""

    subject: str
    title: str
    mean: int
    quarters: tuple[tuple[str, int], ...]


def assessments(period: str = "") -> list[Assessment]:
    """The assessments there are (of one period), the newest period first."""
    rows = Assessment.objects.order_by("-period", "pk")
    return list(rows.filter(period=period) if period else rows)


def periods() -> list[str]:
    """The periods that were computed, the newest first."""
    return list(Assessment.objects.order_by("-period").values_list("period", flat=True).distinct())


def assessment(period: Quarter | str, kind: Kind) -> Assessment | None:
    """One kind in one period; None where it was not computed."""
    return Assessment.objects.filter(period=str(period), kind=kind).first()


def scores(
    post: Post, row: Assessment, *, town: str = "", after: str = "", limit: int | None = None, on: date
) -> list[Row]:
    """The subjects that a post sees, by code; ranked only where the county switched that on and enough have a score.

    after: the key of the last subject shown. A fixed number of queries.
    """
    seen = visible_scores(post, row)
    ranks = _ranks(row, on) if post.role in WHOLE_COUNTY else {}
    if town:
        seen = seen.filter(place__in=[town, *tree().children.get(town, ())])
    counted = seen.annotate(asked=Count("objections"), open=Count("objections", filter=Q(objections__review=None)))
    rows = counted.filter(subject__gt=after).order_by("subject")
    found = rows if limit is None else rows[:limit]
    changed = accepted_of(row) if row.frozen_on is None else {}
    sheet = parse_sheet(row.sheet, row.period)
    return [
        Row(one, _total(sheet, one, changed.get(one.pk)), one.asked, one.open if one.asked else 0, ranks.get(one.pk))
        for one in found
    ]


def visible_scores(post: Post, row: Assessment) -> QuerySet[Score]:
    """The rows of an assessment that a post sees."""
    rows = row.scores.all()
    if post.role in WHOLE_COUNTY:
        return rows
    own = Q(subject=f"{Kind.CADRE}:{post.pk}")
    unit = unit_of_post(post)
    if unit is None or post.role == Post.Role.GRID:
        return rows.filter(own)
    if unit.kind == "town":
        return rows.filter(Q(place__in=[unit.code, *tree().children.get(unit.code, ())]) | own)
    if unit.kind == "village":
        return rows.filter(Q(place=unit.code) | own)
    return rows.filter(Q(subject=unit.key) | own)


def score_page(post: Post, score_id: int) -> Page:
    """One subject's score, every point explained; raises NotAllowed outside the reach."""
    score = Score.objects.select_related("assessment").filter(pk=score_id).first()
    if score is None:
        raise NotAllowed("没有这份考核，或不在您的查看范围内", remedy="请从“考核”进入")
    reached(post, score.subject, score.place)
    sheet = parse_sheet(score.assessment.sheet, score.assessment.period)
    objections = list(score.objections.select_related("review").order_by("pk"))
    return Page(score, score.assessment, sheet, result_of(score, sheet), objections)


def result_of(score: Score, sheet: Sheet) -> Result:
    """The lines and total as they stand: frozen ones as they were frozen, others with accepted objections laid over."""
    if score.frozen_lines is not None:
        return Result(lines_of(score.frozen_lines), score.frozen_total)
    return with_objections(sheet, lines_of(score.lines), accepted_of_score(score))


def lines_of(kept: Sequence[dict[str, object]]) -> tuple[Line, ...]:
    """Lines as they were kept."""
    return tuple(from_json(one) for one in kept)


def years(post: Post, year: int, kind: Kind) -> list[Year]:
    """The year of each subject that a post sees: the mean of its frozen quarters, half up; by code."""
    found: dict[str, tuple[str, list[tuple[str, int]]]] = {}
    for row in Assessment.objects.filter(kind=kind, period__startswith=f"{year}-Q", frozen_on__isnull=False).order_by(
        "period"
    ):
        for one in visible_scores(post, row).filter(frozen_total__isnull=False).order_by("subject"):
            total = one.frozen_total
            if total is not None:
                found.setdefault(one.subject, (one.title, []))[1].append((row.period, total))
    return [
        Year(subject, title, half_up(Fraction(sum(n for _, n in each), len(each))), tuple(each))
        for subject, (title, each) in sorted(found.items())
    ]


def waiting_objections(post: Post) -> list[Objection]:
    """Objections that wait for their review, the oldest first; for those who see the whole county."""
    rows = Objection.objects.filter(review=None, score__assessment__frozen_on=None)
    if post.role not in WHOLE_COUNTY:
        rows = rows.filter(post=post.pk)
    return list(rows.select_related("score__assessment").order_by("raised_on", "pk"))


def _total(sheet: Sheet, one: Score, accepted: object) -> int | None:
    if one.frozen_lines is not None:
        return one.frozen_total
    return result_of(one, sheet).total if accepted else one.total


def _ranks(row: Assessment, on: date) -> dict[int, int]:
    """Ranks by score: the same total shares one. Empty unless the county ranks, the row is frozen and enough were scored."""
    book = parameter_book()
    switched, least = book.value(RANK, on), book.value(RANK_LEAST, on)
    if switched is None or switched.value != YES or row.frozen_on is None:
        return {}
    totals = [(pk, total) for pk, total in row.scores.values_list("pk", "frozen_total") if total is not None]
    if least is None or len(totals) < int(least.value):
        return {}
    return {pk: 1 + sum(other > total for _, other in totals) for pk, total in totals}
