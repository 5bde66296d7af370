"""Inspections as pages: the list (the own team's first), one place from 开始督查 to its summary."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils import timezone
from django.utils.translation import gettext as _

from sangesan.inspections.conducting import answer, begin, call_off, end
from sangesan.inspections.confirming import refute_flag
from sangesan.inspections.domain import ANSWERS
from sangesan.inspections.permissions import sees_plans
from sangesan.inspections.planning import move_target
from sangesan.inspections.reading import (
    TargetPage,
    ended_targets,
    open_targets,
    plan_lines,
    target_page,
)
from sangesan.inspections.sampling import draw_sample, take_sample
from sangesan.inspections.teams import team_of, teams_on
from sangesan.kernel.refusal import Refusal
from sangesan.regions.queries import today
from sangesan.web.form_values import date_of, number_of
from sangesan.web.guards import ASK, guarded, reachable
from sangesan.web.inspection_forms import filled_of, photos_of, size_of
from sangesan.web.paging import key_of, paged
from sangesan.web.requests import Request
from sangesan.web.sending import kept
from sangesan.web.submissions import new_submission, submission_of
from sangesan.web.village_forms import day_or

PAGE = 40
POST = ("POST",)


@guarded("inspections.see")
def inspections(request: Request) -> HttpResponse:
    """What is to come and under way, of the own team first; what has ended, newest first; inspectors see the plans."""
    post, day = request.post, today()
    mine, others = open_targets(post, day)
    ended, following = paged(ended_targets(post, after=key_of(request), limit=PAGE + 1), PAGE)
    inspector = sees_plans(post)
    context = {
        "mine": mine,
        "others": others,
        "ended": ended,
        "next": following,
        "plans": plan_lines(post, limit=8) if inspector else [],
        "team": team_of(post, day) if inspector else None,
        "inspector": inspector,
        "today": day,
        "section": "inspections",
    }
    return render(request, "web/inspections/list.html", context)


@guarded("inspections.see")
def inspection(request: Request, target_id: int) -> HttpResponse:
    """One place: what to look at against the record, what was found, the households drawn in it."""
    page = target_page(request.post, target_id, today())
    return _page(request, page, None)


@guarded("inspections.begin", POST)
def inspection_begin(request: Request, target_id: int) -> HttpResponse:
    """开始督查."""
    begin(post=request.post, target_id=target_id, now=timezone.now())
    messages.success(request, _("督查已开始，被督查单位从现在起可以看到"))
    return redirect("inspection", target_id)


@guarded("inspections.record", ASK)
def inspection_answer(request: Request, target_id: int) -> HttpResponse:
    """Keeps the checklist; nothing typed is lost by a refusal."""
    page = target_page(request.post, target_id, today())
    if request.method != "POST" or page.checklist is None:
        return redirect("inspection", target_id)
    checklist = page.checklist

    def keep() -> str:
        reply = answer(
            post=request.post,
            target_id=target_id,
            filled=filled_of(request.POST, checklist),
            photos=photos_of(request.FILES),
            checked_on=date_of(request.POST, "checked_on", "核查日期"),
            submission=submission_of(request.POST),
            now=timezone.now(),
            today=today(),
        )
        messages.success(request, _("核查单已保存"))
        return f"{resolve_url('inspection', reply.target_id)}#points"

    return kept(request, keep, lambda refusal: _page(request, page, refusal))


@guarded("inspections.record", POST)
def inspection_end(request: Request, target_id: int) -> HttpResponse:
    """Ends it with a summary."""

    def keep() -> str:
        end(post=request.post, target_id=target_id, summary=request.POST.get("summary", ""), now=timezone.now())
        messages.success(request, _("这处督查已结束"))
        return resolve_url("inspection", target_id)

    return kept(request, keep, lambda refusal: _again(request, target_id, refusal))


@guarded("inspections.plan", POST)
def inspection_call_off(request: Request, target_id: int) -> HttpResponse:
    """Called off, with a reason."""

    def keep() -> str:
        target = call_off(
            post=request.post, target_id=target_id, reason=request.POST.get("reason", ""), now=timezone.now()
        )
        messages.success(request, _("已取消"))
        return resolve_url("inspection-plan", target.plan_id)

    return kept(request, keep, lambda refusal: _again(request, target_id, refusal))


@guarded("inspections.plan", POST)
def inspection_move(request: Request, target_id: int) -> HttpResponse:
    """Another team or day."""

    def keep() -> str:
        move_target(
            post=request.post,
            target_id=target_id,
            team=number_of(request.POST.get("team", "")) or 0,
            planned_on=date_of(request.POST, "planned_on", "安排日期"),
            now=timezone.now(),
        )
        messages.success(request, _("安排已改"))
        return resolve_url("inspection", target_id)

    return kept(request, keep, lambda refusal: _again(request, target_id, refusal))


@guarded("inspections.plan", POST)
def inspection_sample(request: Request, target_id: int) -> HttpResponse:
    """Fixes from which households of the village some are drawn."""

    def keep() -> str:
        draw_sample(
            post=request.post, target_id=target_id, size=size_of(request.POST), now=timezone.now(), today=today()
        )
        messages.success(request, _("抽户的范围和权重已固定，请两个办公室交存密数"))
        if plan := number_of(request.POST.get("plan", "")):
            return f"{resolve_url('inspection-plan', plan)}#samples"
        return f"{resolve_url('inspection', target_id)}#sample"

    return kept(request, keep, lambda refusal: _again(request, target_id, refusal))


@guarded("inspections.plan", POST)
def inspection_sample_take(request: Request, target_id: int) -> HttpResponse:
    """The drawn households become places to go to."""
    made = take_sample(post=request.post, target_id=target_id, now=timezone.now())
    messages.success(request, _("抽到 %(count)s 户") % {"count": len(made)})
    return redirect(f"{resolve_url('inspection', target_id)}#sample")


@guarded("checks.judge", POST)
def inspection_refute(request: Request, target_id: int, flag_id: int) -> HttpResponse:
    """A flag of the place is not so."""

    def keep() -> str:
        refute_flag(post=request.post, flag_id=flag_id, words=request.POST.get("words", ""), now=timezone.now())
        messages.success(request, _("已认定不属实"))
        return f"{resolve_url('inspection', target_id)}#flags"

    return kept(request, keep, lambda refusal: _again(request, target_id, refusal))


def _again(request: Request, target_id: int, refusal: Refusal | None) -> HttpResponse:
    return _page(request, target_page(request.post, target_id, today()), refusal)


def _page(request: Request, page: TargetPage, refusal: Refusal | None) -> HttpResponse:
    given = request.POST
    begun = page.target.begun_at is not None and page.target.ended_at is None
    context = {
        "page": page,
        "target": page.target,
        "answers": ANSWERS,
        "points": [
            {
                "point": point,
                "answer": given.get(f"answer-{point.question.code}", point.answer),
                "words": given.get(f"words-{point.question.code}", point.words),
                "said": given.get(f"said-{point.question.code}", point.said),
            }
            for point in page.points
        ],
        "checked_on": day_or(given, "checked_on", today()),
        "submission": given.get("submission") or new_submission(),
        "may_begin": page.whole and page.target.state == "planned" and reachable(request, "inspections.begin"),
        "may_record": page.whole and begun and reachable(request, "inspections.record"),
        "may_find": page.whole and page.target.begun_at is not None and reachable(request, "inspections.record"),
        "may_plan": page.whole and reachable(request, "inspections.plan"),
        "teams": [line.team for line in teams_on(request.post, today())] if page.whole else [],
        "refusal": refusal,
        "today": today(),
        "section": "inspections",
    }
    return render(request, "web/inspections/page.html", context)
