"""Computing the scores of a period, announcing them for objections, freezing them. Each is safe to repeat."""

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from fractions import Fraction

from django.db import transaction

from sangesan.accounts.acting import acting
from sangesan.accounts.models import Post
from sangesan.alerts.moment import county_now
from sangesan.amendments.queries import parameter_number
from sangesan.assessment import sources_supervision, sources_work
from sangesan.assessment.domain import Operand, Result, as_json, from_json, score, with_objections
from sangesan.assessment.models import Assessment, Objection, Score
from sangesan.assessment.objecting import accepted_of
from sangesan.assessment.operands import operands
from sangesan.assessment.sheet_history import sheet_on
from sangesan.assessment.sheets import KIND_TITLES, OF, REST, Kind, Sheet, parse_sheet
from sangesan.assessment.subjects import Subject, subjects_of, tellers
from sangesan.assessment.supplying import Supply, Window, supply
from sangesan.figures.catalogue import catalogue
from sangesan.figures.measuring import Measured, measure
from sangesan.kernel.digest import digest_json
from sangesan.kernel.period import Quarter
from sangesan.kernel.refusal import Refusal
from sangesan.leadership.queries import require_seat
from sangesan.messages.sending import Note, tell_all
from sangesan.messages.templates import line_of, templates

SOURCES = (sources_supervision, sources_work)  # imported so that they make themselves known
SIZE = "rural"  # the figure by which deductions are scaled
FREEZERS = ("leading_group_head", "leading_group_deputy", "assessment_office_head")
OBJECTION_DAYS = "assessment_objection_days"
ANNOUNCED, FROZEN = "assessment_announced", "assessment_frozen"

Progress = Callable[[int, int, str], None]


def compute(
    *, post: Post, period: Quarter, as_of: date, now: datetime, progress: Progress | None = None
) -> list[Assessment]:
    """Computes every kind of subject as of a day; what was announced already is left as it is.

    One pass over the county for figures and records, whatever the number of subjects. Raises Refusal for a quarter that
    has not begun.
    """
    if period.first_day() > as_of:
        raise Refusal("这个季度还没有开始", place=str(period), remedy=f"请选 {Quarter.of(as_of)} 或更早的季度")
    window = Window(period.first_day(), period.last_day(), as_of)
    say = progress or (lambda *_: None)
    say(0, len(Kind) + 1, "指标")
    sheets = {kind: sheet_on(kind, window.first) for kind in Kind}
    measured, supplied = measure(period, as_of=window.end, codes=_figures(sheets.values())), supply(window)
    made = []
    for number, kind in enumerate(Kind, start=1):
        say(number, len(Kind) + 1, KIND_TITLES[kind])
        with acting(post, "assessment.compute", on=f"assessment:{period}.{kind}") as act:
            row = _open(period, sheets[kind], window, now)
            if row.announced_on is None:
                act.detail = {"subjects": _write(row, sheets[kind], window, measured, supplied, now)}
            made.append(row)
    say(len(Kind) + 1, len(Kind) + 1, "")
    return made


def announce(*, post: Post, period: Quarter, kind: Kind, today: date, now: datetime) -> Assessment:
    """Makes the scores of an ended quarter known to those assessed; from now on only accepted objections change them.

    Announced twice it is one. Raises Refusal: not ended, not computed after its end; NotAllowed without the seat.
    """
    require_seat(post, FREEZERS, on=today)
    with acting(post, "assessment.freeze", on=f"assessment:{period}.{kind}", reason="公布") as act:
        row = _locked(period, kind)
        if row.announced_on is not None:
            return row
        if today <= period.last_day():
            raise Refusal("这个季度还没有结束", place=str(period), remedy=f"请在 {period.last_day()} 之后公布")
        if row.as_of < period.last_day():
            raise Refusal("得分是季度结束之前算的", place=str(period), remedy="请先重新计算")
        row.announced_on = today
        row.objections_until = today + timedelta(days=parameter_number(OBJECTION_DAYS, today))
        row.save(update_fields=["announced_on", "objections_until"])
        _tell(row, ANNOUNCED, today, now)
        act.detail = {"until": row.objections_until.isoformat()}
    return row


def freeze(*, post: Post, period: Quarter, kind: Kind, today: date, now: datetime) -> Assessment:
    """Freezes an announced assessment with its accepted objections, under a digest. Twice, or two at once, make one.

    Raises Refusal while objections may still come or wait for their review; NotAllowed without the seat.
    """
    require_seat(post, FREEZERS, on=today)
    with acting(post, "assessment.freeze", on=f"assessment:{period}.{kind}", reason="确定") as act:
        row = _locked(period, kind)
        if row.frozen_on is not None:
            return row
        if row.objections_until is None:
            raise Refusal("结果还没有公布", place=str(period), remedy="请先公布，给被考核的提异议的时间")
        if today <= row.objections_until:
            raise Refusal(f"异议期到 {row.objections_until} 为止", place=str(period), remedy="请到期后再确定")
        if waiting := Objection.objects.filter(score__assessment=row, review=None).count():
            raise Refusal(f"还有 {waiting} 件异议没有复核", place=str(period), remedy="请先复核")
        row.digest = _freeze_scores(row)
        row.frozen_on, row.frozen_at, row.frozen_by_title = today, now, post.title
        row.save(update_fields=["digest", "frozen_on", "frozen_at", "frozen_by_title"])
        _tell(row, FROZEN, today, now)
        act.detail = {"digest": row.digest}
    return row


def digest_of(row: Assessment) -> str:
    """The digest over a frozen assessment's rows: the same as kept, unless somebody changed them past the acts."""
    rows = row.scores.order_by("subject").values_list("subject", "title", "frozen_total", "frozen_lines")
    return digest_json(
        {"period": row.period, "kind": row.kind, "sheet": row.sheet, "rows": [list(one) for one in rows]}
    )


def _freeze_scores(row: Assessment) -> str:
    sheet = parse_sheet(row.sheet, row.period)
    accepted = accepted_of(row)
    scores = list(row.scores.order_by("subject"))
    for one in scores:
        result = with_objections(sheet, [from_json(line) for line in one.lines], accepted.get(one.pk, ()))
        one.frozen_total, one.frozen_lines = result.total, [as_json(line) for line in result.lines]
    # an upsert is many times faster than an update of many rows with JSON
    Score.objects.bulk_create(
        scores, batch_size=200, update_conflicts=True, unique_fields=["assessment", "subject"],
        update_fields=["frozen_total", "frozen_lines"],
    )  # fmt: skip
    return digest_of(row)


def _figures(sheets: Iterable[Sheet]) -> set[str]:
    """The catalogue's figures that sheets ask for, and the one by which deductions are scaled."""
    names = {name.removesuffix(OF).removesuffix(REST) for sheet in sheets for name in sheet.names()}
    return (names & set(catalogue())) | {SIZE}


def _open(period: Quarter, sheet: Sheet, window: Window, now: datetime) -> Assessment:
    """The row of the period and kind, locked; made where there is none."""
    defaults = {"sheet": dict(sheet.content), "as_of": window.end, "computed_at": county_now(now)}
    Assessment.objects.get_or_create(period=str(period), kind=sheet.kind, defaults=defaults)
    return _locked(period, sheet.kind)


def _locked(period: Quarter, kind: Kind) -> Assessment:
    row = Assessment.objects.select_for_update().filter(period=str(period), kind=kind).first()
    if row is None:
        raise Refusal("还没有计算", place=f"{period} {KIND_TITLES[kind]}", remedy="请先计算")
    return row


def _write(row: Assessment, sheet: Sheet, window: Window, measured: Measured, supplied: Supply, now: datetime) -> int:
    """The scores of all subjects anew; those that are gone go with them, for nothing was announced yet."""
    subjects = subjects_of(sheet.kind, window.end)
    sizes = {one.key: measured.value(SIZE, one.figures).numerator for one in subjects}
    mean = Fraction(sum(sizes.values()), len(sizes)) if any(sizes.values()) else Fraction(0)
    scores, known = [], {score.subject: score for score in row.scores.all()}
    for one in subjects:
        size = sizes.get(one.key, 0)
        scale = mean / size if size and mean else Fraction(1)
        result = _judge(sheet, one, measured, supplied, scale)
        scores.append(_score(row, one, result, known.get(one.key)))
    with transaction.atomic():
        row.scores.exclude(subject__in=[one.key for one in subjects]).delete()
        Score.objects.bulk_create(
            scores, batch_size=200, update_conflicts=True, unique_fields=["assessment", "subject"],
            update_fields=["title", "place", "total", "lines", "changed"],
        )  # fmt: skip
        row.sheet, row.as_of, row.computed_at = dict(sheet.content), window.end, county_now(now)
        row.save(update_fields=["sheet", "as_of", "computed_at"])
    return len(scores)


def _judge(sheet: Sheet, one: Subject, measured: Measured, supplied: Supply, scale: Fraction) -> Result:
    names = sheet.names()
    figures = supplied.operands_of(one.records)
    for name in {name.removesuffix(OF).removesuffix(REST) for name in names} & set(catalogue()):
        value = measured.value(name, one.figures)
        figures[name] = Operand(value.numerator, value.denominator)
    # a share of which the subject has nothing is a share of nothing: too few, not unknown
    figures = {share: Operand(0, 0) for share in operands().shares} | figures
    listed = supplied.records_of(one.records, names & set(operands().records))
    return score(sheet, figures, listed, scale=scale)


def _score(row: Assessment, one: Subject, result: Result, known: Score | None) -> Score:
    lines = [as_json(line) for line in result.lines]
    before = {line["code"]: line["got"] for line in known.lines} if known else {}
    changed = [
        [new["code"], before[new["code"]], new["got"]]
        for new in lines
        if new["got"] != before.get(new["code"], new["got"])
    ]
    # a night in which nothing changed leaves standing what changed last
    kept = changed or (known.changed if known else [])
    return Score(
        assessment=row, subject=one.key, title=one.title, place=one.place, total=result.total, lines=lines, changed=kept
    )


def _tell(row: Assessment, template: str, today: date, now: datetime) -> None:
    """Each subject's posts, in one pass."""
    kinds = templates()[template].fields
    fields = {"day": row.objections_until} if "day" in kinds else {}
    posts = tellers(today)
    notes = [
        Note(post, [line_of(template, fields, f"/assessment/scores/{one.pk}/")], f"{template}:{one.pk}")
        for one in row.scores.only("pk", "subject").order_by("pk")
        for post in posts.get(one.subject, ())
    ]
    tell_all(notes, now=now)
