"""The inspection teams, for inspectors only: who is in which, setting one up, putting people in, letting them leave."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render, resolve_url
from django.utils import timezone
from django.utils.translation import gettext as _

from sangesan.inspections.teams import OFFICES, choices, leave_team, place_in_team, set_up_team, teams_on
from sangesan.kernel.refusal import Refusal
from sangesan.regions.queries import today
from sangesan.web.form_values import date_of, number_of
from sangesan.web.guards import guarded
from sangesan.web.requests import Request
from sangesan.web.sending import kept
from sangesan.web.village_forms import day_or

POST = ("POST",)


@guarded("inspections.plan")
def inspection_teams(request: Request) -> HttpResponse:
    """The teams with their people: from which office, since when."""
    return _page(request, None)


@guarded("inspections.plan", POST)
def inspection_team_new(request: Request) -> HttpResponse:
    """Sets up a team."""

    def keep() -> str:
        given = request.POST
        code = number_of(given.get("code", "")) or 0
        set_up_team(post=request.post, code=code, title=given.get("title", ""), now=timezone.now())
        messages.success(request, _("督查组已设立"))
        return resolve_url("inspection-teams")

    return kept(request, keep, lambda refusal: _page(request, refusal))


@guarded("inspections.plan", POST)
def inspection_team_place(request: Request) -> HttpResponse:
    """Puts an inspector into a team; the one before is left the same day."""

    def keep() -> str:
        given, post = request.POST, request.post
        chosen = number_of(given.get("member", ""))
        member = next((one.post for one in choices(post, today()) if one.post.pk == chosen), None)
        if member is None:
            raise Refusal(_("没有选人"), place=_("督查人员"), remedy=_("请从列出的督查岗位中选择"))
        place_in_team(
            post=post,
            team=number_of(given.get("team", "")) or 0,
            member=member,
            office=given.get("office", ""),
            from_day=date_of(given, "from_day", "起始日期"),
            now=timezone.now(),
        )
        messages.success(request, _("已编入督查组"))
        return resolve_url("inspection-teams")

    return kept(request, keep, lambda refusal: _page(request, refusal))


@guarded("inspections.plan", POST)
def inspection_team_leave(request: Request, member_id: int) -> HttpResponse:
    """Somebody is in the team no longer from a day on."""

    def keep() -> str:
        leave_team(
            post=request.post, member_id=member_id, on=date_of(request.POST, "on", "离组日期"), now=timezone.now()
        )
        messages.success(request, _("已离组，编组的记录留着"))
        return resolve_url("inspection-teams")

    return kept(request, keep, lambda refusal: _page(request, refusal))


def _page(request: Request, refusal: Refusal | None) -> HttpResponse:
    day = today()
    teams = teams_on(request.post, day)
    context = {
        "teams": teams,
        "next_code": max((line.team.code for line in teams), default=0) + 1,
        "choices": choices(request.post, day),
        "offices": OFFICES.items(),
        "values": request.POST,
        "from_day": day_or(request.POST, "from_day", day),
        "refusal": refusal,
        "today": day,
        "section": "inspections",
    }
    return render(request, "web/inspections/teams.html", context, status=400 if refusal else 200)
