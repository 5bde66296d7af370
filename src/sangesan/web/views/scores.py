"""One score with every point explained; objections and reviews; the score sheets and how the county changes them."""

from datetime import date
from typing import Any

import yaml
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from sangesan.accounts.models import Post
from sangesan.assessment.domain import FIGURE, Part
from sangesan.assessment.explaining import sheet_rows
from sangesan.assessment.models import Objection, Proceeding
from sangesan.assessment.objecting import REVIEWERS, object_to, review, subject_of
from sangesan.assessment.proceeding_permissions import visible_proceedings
from sangesan.assessment.scoring import Page, score_page
from sangesan.assessment.sheet_history import change_sheet, changes_of, sheet_on
from sangesan.assessment.sheets import KIND_TITLES, MISSING_TITLES, Kind, Sheet
from sangesan.assessment.subjects import speaks_for
from sangesan.assessment.words import OBJECTION, REVIEW, opened
from sangesan.files.attaching import attachments_of
from sangesan.kernel.period import Quarter
from sangesan.kernel.refusal import Refusal
from sangesan.leadership.queries import holds
from sangesan.policy.reading import mapping
from sangesan.regions.queries import today
from sangesan.web.assessment_links import document_link
from sangesan.web.guards import ASK, guarded, reachable
from sangesan.web.requests import Request
from sangesan.web.score_sheet_form import number_rows, with_numbers
from sangesan.web.sending import kept
from sangesan.web.submissions import new_submission, submission_of
from sangesan.web.visit_form import files_of

LARGEST_SHEET = 60_000  # characters of a sheet's YAML
PARTS = (
    (Part.BASE, gettext_lazy("百分内")),
    (Part.BONUS, gettext_lazy("加分")),
    (Part.PENALTY, gettext_lazy("减分")),
)


@guarded("assessment.see")
def score(request: Request, score_id: int) -> HttpResponse:
    """Every line with what it rests on, each record leading to its page; objections under the lines."""
    return _score(request, score_page(request.post, score_id))


@guarded("assessment.object", ASK)
def score_object(request: Request, score_id: int) -> HttpResponse:
    """The form of an objection against a line, or one of its records."""
    page = score_page(request.post, score_id)
    given = request.POST or request.GET
    chosen = next((one for one in page.result.lines if one.code == given.get("indicator", "")), None)

    def again(refusal: Refusal | None) -> HttpResponse:
        context = {
            "page": page, "line": chosen, "lines": [one for one in page.result.lines if one.part != Part.BONUS],
            "records": [one for one in chosen.records if one.kind != FIGURE] if chosen else [],
            "values": given, "submission": given.get("submission") or new_submission(), "refusal": refusal,
            "today": today(), "section": "assessment",
        }  # fmt: skip
        return render(request, "web/assessment/object.html", context)

    if request.method != "POST":
        return again(None)

    def keep() -> str:
        object_to(
            post=request.post,
            score_id=score_id,
            indicator=given.get("indicator", ""),
            record=given.get("record", ""),
            words=given.get("words", ""),
            files=files_of(request.FILES, "files"),
            submission=submission_of(request.POST),
            today=today(),
            now=timezone.now(),
        )
        messages.success(request, _("异议已提交，复核结果会通知您"))
        return f"{resolve_url('score', score_id)}#objections"

    return kept(request, keep, again)


@guarded("assessment.review", ("POST",))
def objection_review(request: Request, objection_id: int) -> HttpResponse:
    """Accepts or refuses an objection."""
    given = request.POST
    row = Objection.objects.filter(pk=objection_id).first()
    review(
        post=request.post,
        objection_id=objection_id,
        accepted=given.get("verdict") == "accept",
        words=given.get("words", ""),
        restored=_hundredths(given.get("restored", "")),
        today=today(),
        now=timezone.now(),
    )
    messages.success(request, _("复核结果已登记"))
    return redirect(f"{resolve_url('score', row.score_id)}#objections" if row else resolve_url("assessment"))


@guarded("assessment.see")
def score_sheet(request: Request, kind: str) -> HttpResponse:
    """The sheet in force: indicators, points, where they come from; for the county, how to change it."""
    return _sheet(request, _kind(kind))


@guarded("assessment.set_sheet", ("POST",))
def score_sheet_change(request: Request, kind: str) -> HttpResponse:
    """Puts a changed sheet in force from a quarter on."""
    given, known = request.POST, _kind(kind)
    try:
        content = _of_kind(_given_sheet(request, known), known)
        change_sheet(
            post=request.post,
            content=content,
            from_quarter=Quarter.parse(given.get("from_quarter", "")),
            document=given.get("document", ""),
            today=today(),
            now=timezone.now(),
        )
    except Refusal as refusal:
        return _sheet(request, known, refusal)
    messages.success(request, _("考核表已修订，从所填的季度起执行"))
    return redirect("score-sheet", kind)


def _score(request: Request, page: Page) -> HttpResponse:
    post, day, row = request.post, today(), page.assessment
    files = attachments_of([subject_of(one.pk) for one in page.objections])
    objections = [
        {
            "row": one,
            "words": opened(OBJECTION, one.sealed),
            "review": getattr(one, "review", None),
            "reason": opened(REVIEW, one.review.sealed) if hasattr(one, "review") else "",
            "line": next((line for line in page.result.lines if line.code == one.indicator), None),
            "record": _record_of(page, one),
            "files": files.get(subject_of(one.pk), []),
        }
        for one in page.objections
    ]
    open_ = row.state == "announced" and row.objections_until is not None and day <= row.objections_until
    context = {
        "page": page,
        "row": row,
        "rules": {one.code: one.how for one in sheet_rows(page.sheet)},
        "changed": _changed_lines(page),
        "papers": _papers(post, page, day),
        "parts": [(title, [one for one in page.result.lines if one.part == part]) for part, title in PARTS],
        "missing": MISSING_TITLES[page.sheet.missing],
        "objections": objections,
        "may_object": open_ and reachable(request, "assessment.object") and speaks_for(post, page.score.subject),
        "may_review": reachable(request, "assessment.review")
        and row.frozen_on is None
        and any(holds(post, seat, on=day) for seat in REVIEWERS),
        "may_list": reachable(request, "dispatch.see"),
        "unit": _unit(page),
        "may_open": reachable(request, "assessment.account"),
        "today": day,
        "section": "assessment",
    }
    return render(request, "web/assessment/score.html", context)


def _changed_lines(page: Page) -> list[tuple[str, int, int]]:
    """(indicator, points before, points now) of the last computing that changed any."""
    titles = {line.code: line.title for line in page.result.lines}
    return [(titles[code], before, after) for code, before, after in page.score.changed if code in titles]


def _papers(post: Post, page: Page, day: date) -> dict[str, str]:
    """Of decisions whose case the reader may not open: the address of the issued document, by the record's key."""
    numbers = {one.number: one.key for line in page.result.lines for one in line.records if one.kind == "proceeding"}
    if not numbers:
        return {}
    opens = set(visible_proceedings(post, day).filter(pk__in=numbers).values_list("pk", flat=True))
    rows = Proceeding.objects.filter(pk__in=numbers, paper__isnull=False).exclude(pk__in=opens)
    return {numbers[str(pk)]: document_link(paper) for pk, paper in rows.values_list("pk", "paper") if paper}


def _unit(page: Page) -> str:
    """The unit that a case about this score would be about."""
    kind = page.score.subject.partition(":")[0]
    return page.score.subject if kind in {Kind.TOWN, Kind.DEPARTMENT} else f"village:{page.score.place}"


def _record_of(page: Page, one: Objection) -> Any:
    """The record an objection is about, as announced: an accepted one no longer stands in the lines."""
    lines: list[dict[str, Any]] = page.score.lines
    for line in lines:
        if line["code"] == one.indicator:
            return next((r for r in line["records"] if f"{r['kind']}:{r['number']}" == one.record), None)
    return None


def _sheet(request: Request, kind: Kind, refusal: Refusal | None = None) -> HttpResponse:
    day = today()
    sheet = sheet_on(kind, Quarter.of(day).first_day())
    coming = _coming(kind)
    given = request.POST
    context = {
        "sheet": sheet,
        "rows": sheet_rows(sheet),
        "kind": kind,
        "kinds": [(one, KIND_TITLES[one]) for one in Kind],
        "missing": MISSING_TITLES[sheet.missing],
        "changes": changes_of(kind),
        "text": given.get("content")
        or yaml.safe_dump(dict(coming.content), allow_unicode=True, sort_keys=False, width=140),
        "numbers": number_rows(coming.content, given),
        "whole": given.get("how") == "text",
        "from_quarter": given.get("from_quarter") or str(Quarter.of(day).plus(1)),
        "document": given.get("document", ""),
        "refusal": refusal,
        "may_change": reachable(request, "assessment.set_sheet"),
        "section": "assessment",
    }
    return render(request, "web/assessment/sheet.html", context)


def _given_sheet(request: Request, kind: Kind) -> dict[str, Any]:
    """The sheet as the form of numbers makes it from the newest one, or as the text says it whole."""
    given = request.POST
    if given.get("how") == "numbers":
        return with_numbers(_coming(kind).content, given)
    return mapping(_yaml(given.get("content", "")), "考核表")


def _coming(kind: Kind) -> Sheet:
    """The newest sheet that is in force or will be: what a change starts from."""
    newest = changes_of(kind)
    return sheet_on(kind, newest[0].from_day if newest else today())


def _of_kind(content: dict[str, Any], known: Kind) -> dict[str, Any]:
    if content.get("kind") != str(known):
        raise Refusal("类别不一致", place="kind", remedy=f"这一页改的是{KIND_TITLES[known]}的考核表")
    return content


def _yaml(text: str) -> Any:
    if len(text) > LARGEST_SHEET:
        raise Refusal("考核表太长", place="考核表", remedy="请核对所粘贴的内容")
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f"考核表 第{mark.line + 1}行" if mark else "考核表"
        raise Refusal("格式不对", place=place, remedy="请检查缩进、冒号和引号") from None


def _kind(text: str) -> Kind:
    try:
        return Kind(text)
    except ValueError:
        raise Refusal("没有这一类考核", place="类别", remedy="请从列出的类别中选") from None


def _hundredths(text: str) -> int | None:
    """Points as typed (0.5) in hundredths; None for what is none."""
    whole, _dot, rest = text.strip().partition(".")
    if not (whole + rest).isdecimal() or len(whole) > 3 or len(rest) > 2:
        return None
    return int(whole or "0") * 100 + int(f"{rest:0<2}")
