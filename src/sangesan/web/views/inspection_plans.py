"""Plans of inspections, for inspectors only: the form, places chosen or drawn, the draw with its chances."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils import timezone
from django.utils.translation import gettext as _

from sangesan.draws.domain import METHODS
from sangesan.draws.queries import waiting
from sangesan.inspections.conducting import call_off_plan
from sangesan.inspections.models import Plan
from sangesan.inspections.planning import choose_target, make_plan
from sangesan.inspections.reading import PlanPage, plan_lines, plan_page
from sangesan.inspections.sampling import draw_targets, take_drawn
from sangesan.inspections.subjects import KIND_TITLES
from sangesan.inspections.teams import teams_on
from sangesan.kernel.refusal import Refusal
from sangesan.leadership.units import departments, towns
from sangesan.projects.models import Project
from sangesan.regions.queries import today, tree
from sangesan.village_work.permissions import villages_in
from sangesan.web.form_values import date_of, number_of
from sangesan.web.guards import ASK, guarded
from sangesan.web.inspection_forms import plan_of, size_of
from sangesan.web.paging import key_of, paged
from sangesan.web.requests import Request
from sangesan.web.sending import kept
from sangesan.web.submissions import new_submission, submission_of
from sangesan.web.village_forms import day_or

PAGE = 40
POST = ("POST",)
DRAWN_KINDS = ("village", "town", "department", "project")


@guarded("inspections.plan")
def inspection_plans(request: Request) -> HttpResponse:
    """All plans, newest first."""
    rows, following = paged(plan_lines(request.post, after=key_of(request), limit=PAGE + 1), PAGE)
    context = {"rows": rows, "next": following, "section": "inspections"}
    return render(request, "web/inspections/plans.html", context)


@guarded("inspections.plan", ASK)
def inspection_plan_new(request: Request) -> HttpResponse:
    """The form of a plan."""
    given = request.POST

    def again(refusal: Refusal | None) -> HttpResponse:
        context = {
            "kinds": Plan.Kind.choices,
            "teams": teams_on(request.post, today()),
            "values": given,
            "chosen_teams": given.getlist("team"),
            "first_day": day_or(given, "first_day", today()),
            "last_day": day_or(given, "last_day", today()),
            "submission": given.get("submission") or new_submission(),
            "refusal": refusal,
            "section": "inspections",
        }
        return render(request, "web/inspections/plan_form.html", context)

    if request.method != "POST":
        return again(None)

    def keep() -> str:
        plan = make_plan(
            post=request.post,
            content=plan_of(given),
            submission=submission_of(given),
            now=timezone.now(),
            today=today(),
        )
        messages.success(request, _("方案已建立，接着选定或抽取督查对象"))
        return resolve_url("inspection-plan", plan.pk)

    return kept(request, keep, again)


@guarded("inspections.plan")
def inspection_plan(request: Request, plan_id: int) -> HttpResponse:
    """One plan with its places and what to do next."""
    return _page(request, plan_page(request.post, plan_id), None)


@guarded("inspections.plan", POST)
def inspection_plan_choose(request: Request, plan_id: int) -> HttpResponse:
    """Adds a place that people chose."""
    given = request.POST

    def keep() -> str:
        choose_target(
            post=request.post,
            plan_id=plan_id,
            subject=given.get("subject", ""),
            team=number_of(given.get("team", "")) or 0,
            planned_on=date_of(given, "planned_on", "安排日期"),
            reason=given.get("reason", ""),
            now=timezone.now(),
        )
        messages.success(request, _("已加入方案"))
        return resolve_url("inspection-plan", plan_id)

    return kept(request, keep, lambda refusal: _page(request, plan_page(request.post, plan_id), refusal))


@guarded("inspections.plan", POST)
def inspection_plan_draw(request: Request, plan_id: int) -> HttpResponse:
    """Fixes from what the plan's places are drawn."""
    given = request.POST

    def keep() -> str:
        draw_targets(
            post=request.post,
            plan_id=plan_id,
            kind=given.get("kind", ""),
            within=given.get("within", ""),
            size=size_of(given),
            method=given.get("method", ""),
            now=timezone.now(),
            today=today(),
        )
        messages.success(request, _("抽签的范围和办法已固定，请两个办公室交存密数"))
        return resolve_url("inspection-plan", plan_id)

    return kept(request, keep, lambda refusal: _page(request, plan_page(request.post, plan_id), refusal))


@guarded("inspections.plan", POST)
def inspection_plan_take(request: Request, plan_id: int) -> HttpResponse:
    """The drawn places become the plan's."""
    made = take_drawn(post=request.post, plan_id=plan_id, now=timezone.now())
    messages.success(request, _("抽到 %(count)s 处，已分给各组") % {"count": len(made)})
    return redirect("inspection-plan", plan_id)


@guarded("inspections.plan", POST)
def inspection_plan_call_off(request: Request, plan_id: int) -> HttpResponse:
    """Calls off the plan with whatever of it has not begun."""

    def keep() -> str:
        reason = request.POST.get("reason", "")
        call_off_plan(post=request.post, plan_id=plan_id, reason=reason, now=timezone.now(), today=today())
        messages.success(request, _("方案已取消，还没有开始的不再督查"))
        return resolve_url("inspection-plan", plan_id)

    return kept(request, keep, lambda refusal: _page(request, plan_page(request.post, plan_id), refusal))


def _page(request: Request, page: PlanPage, refusal: Refusal | None) -> HttpResponse:
    owed, offices = waiting(page.draw) if page.draw is not None else (None, ())
    context = {
        "page": page,
        "plan": page.plan,
        "owed": owed,
        "offices": offices,
        "methods": METHODS,
        "drawn_kinds": [(code, KIND_TITLES[code]) for code in DRAWN_KINDS],
        "subjects": _subjects(),
        "towns": [(one.code, one.title) for one in towns()],
        "values": request.POST,
        "planned_on": day_or(request.POST, "planned_on", page.plan.first_day),
        "refusal": refusal,
        "today": today(),
        "section": "inspections",
    }
    return render(request, "web/inspections/plan.html", context)


def _subjects() -> list[tuple[str, list[tuple[str, str]]]]:
    """What can be chosen, in groups: towns, departments, projects, each town's villages."""
    places = tree()
    groups = [
        (KIND_TITLES["town"], [(one.key, one.title) for one in towns()]),
        (KIND_TITLES["department"], [(one.key, one.title) for one in departments()]),
        (KIND_TITLES["project"], [(f"project:{p.pk}", p.title) for p in Project.objects.order_by("pk")[:300]]),
    ]
    groups += [
        (one.title, [(f"village:{code}", places.full_name(code)) for code in villages_in(one.code)]) for one in towns()
    ]
    return [(title, rows) for title, rows in groups if rows]
