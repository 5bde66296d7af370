"""Assessments as pages: the list of a period, one score explained, the year, the score sheets."""

from io import BytesIO
from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from sangesan.accounts.models import Post
from sangesan.accounts.permissions import NotAllowed
from sangesan.assessment.computing import FREEZERS, announce, compute, freeze
from sangesan.assessment.objecting import REVIEWERS
from sangesan.assessment.score_papers import HEADINGS, WIDTHS, list_rows, print_score
from sangesan.assessment.scoring import assessment, assessments, periods, scores, waiting_objections, years
from sangesan.assessment.sheets import KIND_TITLES, Kind
from sangesan.assessment.subjects import WHOLE_COUNTY
from sangesan.kernel.period import Quarter
from sangesan.kernel.refusal import Refusal
from sangesan.leadership.queries import holds
from sangesan.regions.queries import today, tree
from sangesan.web.guards import guarded, reachable
from sangesan.web.requests import Request
from sangesan.web.spreadsheets import download

PAGE = 60
KINDS_OF = {
    Post.Role.DEPARTMENT: (Kind.DEPARTMENT,),
    Post.Role.TOWN: (Kind.TOWN, Kind.TEAM, Kind.CADRE),
    Post.Role.VILLAGE: (Kind.TEAM, Kind.CADRE),
    Post.Role.GRID: (Kind.CADRE,),
}


@guarded("assessment.see")
def assessed(request: Request) -> HttpResponse:
    """A period and kind: how far it is, what can be done, every subject with its total."""
    post, day = request.post, today()
    period, kind = _asked(request)
    row = assessment(period, kind)
    town = request.GET.get("town", "") if post.role in WHOLE_COUNTY else ""
    town = town if tree().levels.get(town) == "town" else ""
    found = scores(post, row, town=town, after=request.GET.get("after", "")[:60], limit=PAGE + 1, on=day) if row else []
    rows = found[:PAGE]
    if row is not None and post.role not in WHOLE_COUNTY and len(found) == 1 and not request.GET.get("list"):
        return redirect("score", found[0].score.pk)
    may_freeze = reachable(request, "assessment.freeze") and any(holds(post, seat, on=day) for seat in FREEZERS)
    waiting = waiting_objections(post)
    context = {
        "row": row,
        "period": period,
        "periods": list(dict.fromkeys([str(Quarter.of(day)), str(Quarter.of(day).plus(-1)), *periods()])),
        "kind": kind,
        "kinds": [(one, KIND_TITLES[one]) for one in KINDS_OF.get(Post.Role(post.role), tuple(Kind))],
        "rows": rows,
        "ranked": any(one.rank for one in rows),
        "next": rows[-1].score.subject if len(found) > PAGE else "",
        "town": town,
        "towns": [(code, tree().names[code]) for code in tree().towns()]
        if post.role in WHOLE_COUNTY and kind in {Kind.TEAM, Kind.CADRE}
        else [],
        "waiting": waiting,
        "may_compute": reachable(request, "assessment.compute"),
        "may_freeze": may_freeze,
        "may_review": any(holds(post, seat, on=day) for seat in REVIEWERS),
        "ended": day > period.last_day(),
        "objections_over": row is not None and row.objections_until is not None and day > row.objections_until,
        "today": day,
        "states": {one.kind: one.state for one in assessments(str(period))},
        "section": "assessment",
    }
    return render(request, "web/assessment/list.html", context)


@guarded("assessment.compute", ("POST",))
def assessment_act(request: Request) -> HttpResponse:
    """Computes, announces or freezes."""
    given, day, now = request.POST, today(), timezone.now()
    period, kind = Quarter.parse(given.get("period", "")), _kind(given.get("kind", ""))
    act = given.get("act", "")
    if act == "compute":
        compute(post=request.post, period=period, as_of=day, now=now)
        messages.success(request, _("已按最新记录计算；已公布的不变"))
    elif act == "announce":
        announce(post=request.post, period=period, kind=kind, today=day, now=now)
        messages.success(request, _("已公布，被考核的单位可以提异议"))
    elif act == "freeze":
        freeze(post=request.post, period=period, kind=kind, today=day, now=now)
        messages.success(request, _("结果已确定，此后不再变动"))
    else:
        raise Refusal("没有选办什么", remedy="请从页面上的按钮办理")
    return redirect(f"{reverse('assessment')}?period={period}&kind={kind}")


@guarded("assessment.see")
def assessment_list(request: Request) -> FileResponse:
    """The list of a period as a workbook, as far as the post sees it."""
    period, kind = _asked(request)
    row = assessment(period, kind)
    if row is None:
        raise Refusal("还没有计算", place=str(period), remedy="请先计算")
    name = f"{period} {KIND_TITLES[kind]}考核"
    note = f"数据截至 {row.as_of}；得分按考核表计算，不排名的不列名次。"
    return download(name, HEADINGS, list_rows(request.post, row, today()), WIDTHS, note)


@guarded("assessment.see")
def assessment_year(request: Request) -> HttpResponse:
    """A year as the mean of its frozen quarters."""
    text, kind = request.GET.get("year", ""), _kind(request.GET.get("kind", ""), _kinds(request.post)[0])
    year = int(text) if text.isdecimal() and len(text) == 4 else today().year
    rows = years(request.post, year, kind)
    context: dict[str, Any] = {
        "rows": rows[:500], "year": year, "kind": kind, "section": "assessment",
        "kinds": [(one, KIND_TITLES[one]) for one in _kinds(request.post)],
    }  # fmt: skip
    return render(request, "web/assessment/year.html", context)


@guarded("assessment.see")
def score_paper(request: Request, score_id: int, kind: str) -> FileResponse:
    """One score as a paper, docx or pdf."""
    data, name, content_type = print_score(post=request.post, score_id=score_id, kind=kind)
    answer = FileResponse(BytesIO(data), as_attachment=True, filename=name, content_type=content_type)
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _asked(request: Request) -> tuple[Quarter, Kind]:
    """The period and kind asked for; the newest that was computed, and the first kind that the post sees."""
    kinds = _kinds(request.post)
    kind = _kind(request.GET.get("kind", ""), kinds[0])
    if kind not in kinds:
        raise NotAllowed("这一类考核不在您的查看范围内", remedy="请从列出的类别中选")
    text = request.GET.get("period", "")
    return (Quarter.parse(text) if text else Quarter.of(today())), kind


def _kinds(post: Post) -> tuple[Kind, ...]:
    return KINDS_OF.get(Post.Role(post.role), tuple(Kind))


def _kind(text: str, default: Kind | None = None) -> Kind:
    try:
        return Kind(text)
    except ValueError:
        if default is None:
            raise Refusal("没有这一类考核", place="类别", remedy="请从列出的类别中选") from None
        return default
