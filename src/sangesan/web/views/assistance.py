"""A household's plan (一户一策): what is lacking, what is offered, measures and what came of them."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sangesan.assistance.actions import bring_up_to_date, land, plan, stop
from sangesan.assistance.permissions import reached_measure
from sangesan.assistance.queries import Overview, limits, plan_overview, without_measures
from sangesan.kernel.refusal import Refusal
from sangesan.regions.queries import today, tree
from sangesan.responsibility.domain import Duty
from sangesan.responsibility.queries import agreements_of, lead_of
from sangesan.web.assistance_forms import adopted, against_of, choices, money_of, photos_of, plan_of
from sangesan.web.form_values import date_of, number_of, version_of
from sangesan.web.guards import guarded, reachable
from sangesan.web.paging import key_of, paged
from sangesan.web.requests import Request

PAGE = 50


@guarded("assistance.see")
def household_plan(request: Request, household_id: int) -> HttpResponse:
    """The plan; ?group=, ?item= open the form filled with a suggestion."""
    overview = plan_overview(request.post, household_id, today())
    return _plan(request, overview, adopting="group" in request.GET or "new" in request.GET)


@guarded("assistance.plan", ("POST",))
def measure_plan(request: Request, household_id: int) -> HttpResponse:
    """Puts a measure into the plan; a refusal shows the form again with what was written."""
    given = request.POST
    try:
        plan(
            post=request.post,
            household_id=household_id,
            line=plan_of(given),
            agreed=number_of(given.get("agreed", "")),
            now=timezone.now(),
        )
    except Refusal as refusal:
        overview = plan_overview(request.post, household_id, today())
        return _plan(request, overview, refusal=refusal, adopting=True, typed=given.dict())
    messages.success(request, _("措施已列入计划"))
    return redirect("household-assistance", household_id)


@guarded("assistance.record", ("POST",))
def plan_update(request: Request, household_id: int) -> HttpResponse:
    """Records needs as they are now, and takes up what departments' data show."""
    taken_up = bring_up_to_date(post=request.post, household_id=household_id, on=today(), now=timezone.now())
    number = len(taken_up)
    text = ngettext(
        "需求已更新，部门数据中登记了 %(number)s 项措施", "需求已更新，部门数据中登记了 %(number)s 项措施", number
    )
    messages.success(request, text % {"number": number})
    return redirect("household-assistance", household_id)


@guarded("assistance.land", ("POST",))
def measure_land(request: Request, measure_id: int) -> HttpResponse:
    """Records a delivery; a refusal shows the plan with the form open."""
    given = request.POST
    household_id = _household_of(request, measure_id)
    try:
        land(
            post=request.post,
            measure_id=measure_id,
            version=version_of(given),
            on=date_of(given, "on", "落实日期"),
            amount_fen=money_of(given, "amount", "金额"),
            effect_fen=money_of(given, "effect", "年增收"),
            evidence=given.get("evidence", ""),
            photos=photos_of(request),
            now=timezone.now(),
        )
    except Refusal as refusal:
        overview = plan_overview(request.post, household_id, today())
        return _plan(request, overview, refusal=refusal, typed=given.dict(), open_measure=measure_id)
    messages.success(request, _("落实情况已登记"))
    return redirect("household-assistance", household_id)


@guarded("assistance.plan", ("POST",))
def measure_stop(request: Request, measure_id: int) -> HttpResponse:
    """Stops a planned measure, with the reason."""
    given = request.POST
    household_id = _household_of(request, measure_id)
    try:
        stop(
            post=request.post,
            measure_id=measure_id,
            version=version_of(given),
            reason=given.get("reason", ""),
            now=timezone.now(),
        )
    except Refusal as refusal:
        return _plan(request, plan_overview(request.post, household_id, today()), refusal=refusal)
    messages.success(request, _("措施已停止"))
    return redirect("household-assistance", household_id)


@guarded("assistance.see")
def unassisted(request: Request) -> HttpResponse:
    """Monitored households that no measure has reached, after the days of the county's parameters."""
    late, missing = limits(today())
    days = missing if request.GET.get("since") == "missing" else late
    rows = without_measures(request.post, days or 0, today(), after=key_of(request), limit=PAGE + 1)
    found, following = paged(rows, PAGE)
    context = {
        "rows": found,
        "next": following,
        "late": late,
        "missing": missing,
        "since": request.GET.get("since", ""),
    }
    return render(request, "web/assistance/unassisted.html", context)


def _household_of(request: Request, measure_id: int) -> int:
    """The household of a measure that the post reaches; raises NotAllowed for another."""
    return reached_measure(request.post, measure_id).household_id


def _first(request: Request, overview: Overview) -> dict[str, str]:
    """The form's first values; the person who leads assistance stands in it already."""
    lead = lead_of(overview.household.pk, Duty.ASSIST, today())
    person = lead.user.name if lead is not None and lead.user is not None else ""
    return adopted(overview, request.GET.dict(), today(), person=person)


def _plan(
    request: Request,
    overview: Overview,
    *,
    refusal: Refusal | None = None,
    adopting: bool = False,
    typed: dict[str, Any] | None = None,
    open_measure: int | None = None,
) -> HttpResponse:
    may_plan = reachable(request, "assistance.plan")
    since = {need.kind: need.since for need in overview.kept if need.met_on is None}
    context = {
        "overview": overview,
        "household": overview.household,
        "situation": overview.seen.situation,
        "needs": [(need, since.get(str(need.kind))) for need in overview.found],
        "met": [need for need in overview.kept if need.met_on is not None],
        "today": today(),
        "tree": tree(),
        "may_plan": may_plan,
        "may_land": reachable(request, "assistance.land"),
        "may_record": reachable(request, "assistance.record"),
        "may_request": reachable(request, "assistance.request"),
        "may_see_deliveries": reachable(request, "exchange.see"),
        "adopting": adopting and may_plan,
        "form": typed if typed is not None and adopting else _first(request, overview),
        "typed": typed or {},
        "open_measure": open_measure,
        "choices": choices(),
        "against": against_of(overview),
        "agreements": agreements_of(overview.household.pk) if overview.household.relocated else [],
        "refusal": refusal,
        "section": "households",
    }
    return render(request, "web/assistance/plan.html", context)
