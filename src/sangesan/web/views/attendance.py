"""Village teams' attendance: the villages of a month, one village's calendar at phone width, the town's word on it."""

from datetime import date

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render, resolve_url
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sangesan.accounts.models import Post
from sangesan.accounts.permissions import NotAllowed
from sangesan.assessment.attendance_domain import ROLES, day_states
from sangesan.assessment.attending import (
    add_member,
    days_a_month,
    decide_month,
    end_member,
    enter_days,
    member_reached,
)
from sangesan.assessment.team_page import team_rows, village_month, villages_without_team
from sangesan.kernel.period import Month
from sangesan.kernel.refusal import Refusal
from sangesan.regions.queries import today, tree
from sangesan.village_work.permissions import reached_village
from sangesan.web.form_values import date_of
from sangesan.web.guards import guarded, reachable
from sangesan.web.requests import Request

PAGE = 60


@guarded("assessment.see")
def attendance(request: Request) -> HttpResponse:
    """The villages in reach with their month; a village post comes to its own calendar."""
    post, day = request.post, today()
    if post.role in {Post.Role.VILLAGE, Post.Role.GRID}:
        return redirect("attendance-village", post.division)
    month = _month(request)
    town = request.GET.get("town", "")
    town = town if tree().levels.get(town) == "town" else ""
    all_rows = team_rows(post, month, day, town=town)
    after = request.GET.get("after", "")
    rows = [one for one in all_rows if one.village > after]
    context = {
        "rows": rows[:PAGE],
        "next": rows[PAGE - 1].village if len(rows) > PAGE else "",
        "villages": len(all_rows),
        "members": sum(one.members for one in all_rows),
        "present": sum(one.present for one in all_rows),
        "asked": sum(one.asked for one in all_rows),
        "waiting": sum(one.waiting for one in all_rows),
        "without": [(code, tree().full_name(code)) for code in villages_without_team(post, day, town=town)[:30]],
        "month": month,
        "earlier": month.plus(-1),
        "later": month.plus(1) if month.plus(1).first_day() <= day else None,
        "town": town,
        "towns": [(code, tree().names[code]) for code in tree().towns()] if post.role != Post.Role.TOWN else [],
        "section": "attendance",
    }
    return render(request, "web/assessment/attendance.html", context)


@guarded("assessment.see")
def attendance_village(request: Request, village: str) -> HttpResponse:
    """One village's month: every member's days, what was done, the town's word."""
    return _village(request, village)


@guarded("assessment.attend", ("POST",))
def attendance_days(request: Request, member_id: int) -> HttpResponse:
    """Enters days: one state for one day, or for a run of days."""
    given, day = request.POST, today()
    member = member_reached(request.post, member_id)
    try:
        days = _days(given)
        changed = enter_days(post=request.post, member_id=member_id, days=days, today=day, now=timezone.now())
    except Refusal as refusal:
        return _village(request, member.village, refusal, member_id)
    if changed:
        messages.success(request, ngettext("已登记 %(days)s 天", "已登记 %(days)s 天", changed) % {"days": changed})
    else:
        messages.info(request, _("这些天原来就是这样登记的，没有改动"))
    return redirect(_address(member.village, _month(request)))


@guarded("assessment.verify", ("POST",))
def attendance_verdict(request: Request, member_id: int) -> HttpResponse:
    """Verifies a member's month, or sends it back."""
    given = request.POST
    member = member_reached(request.post, member_id)
    try:
        decide_month(
            post=request.post,
            member_id=member_id,
            month=Month.parse(given.get("month", "")),
            verified=given.get("verdict") == "verify",
            words=given.get("words", ""),
            today=today(),
            now=timezone.now(),
        )
    except Refusal as refusal:
        return _village(request, member.village, refusal, member_id)
    messages.success(request, _("已登记"))
    return redirect(_address(member.village, _month(request)))


@guarded("assessment.team", ("POST",))
def team_member_add(request: Request, village: str) -> HttpResponse:
    """Puts somebody into a village's team."""
    given = request.POST
    try:
        add_member(
            post=request.post,
            village=village,
            role=given.get("role", ""),
            name=given.get("name", ""),
            sent_by=given.get("sent_by", ""),
            from_day=date_of(given, "from_day", "从哪天起"),
            document=given.get("document", ""),
            now=timezone.now(),
        )
    except Refusal as refusal:
        return _village(request, village, refusal)
    messages.success(request, _("队员已登记"))
    return redirect("attendance-village", village)


@guarded("assessment.team", ("POST",))
def team_member_end(request: Request, member_id: int) -> HttpResponse:
    """Ends a member's term."""
    member, given = member_reached(request.post, member_id), request.POST
    try:
        end_member(
            post=request.post, member_id=member_id, on=date_of(given, "on", "哪天起不在"), why=given.get("why", "")
        )
    except Refusal as refusal:
        return _village(request, member.village, refusal, member_id)
    messages.success(request, _("任期已结束"))
    return redirect("attendance-village", member.village)


def _village(request: Request, village: str, refusal: Refusal | None = None, about: int = 0) -> HttpResponse:
    day, post = today(), request.post
    _reached(post, village)
    month = _month(request)
    context = {
        "village": village,
        "month": month,
        "earlier": month.plus(-1),
        "later": month.plus(1) if month.plus(1).first_day() <= day else None,
        "members": village_month(post, village, month, day),
        "states": list(day_states().values()),
        "roles": ROLES.items(),
        "whole_days": days_a_month(month.last_day()),
        "refusal": refusal,
        "about": about,
        "values": request.POST,
        "may_enter": reachable(request, "assessment.attend") and post.division == village,
        "may_verify": reachable(request, "assessment.verify"),
        "may_team": reachable(request, "assessment.team"),
        "today": day,
        "weekdays": ["一", "二", "三", "四", "五", "六", "日"],
        "section": "attendance",
    }
    return render(request, "web/assessment/attendance_village.html", context)


def _reached(post: Post, village: str) -> None:
    """Raises NotAllowed that names where attendance stands."""
    try:
        reached_village(post, village)
    except NotAllowed as refusal:
        raise NotAllowed(refusal.message, remedy="请从“调度考核”的“驻村考勤”进入") from None


def _month(request: Request) -> Month:
    text = request.POST.get("month") or request.GET.get("month", "")
    return Month.parse(text) if text else Month.of(today())


def _days(given: QueryDict) -> dict[date, tuple[str, str]]:
    """The days from `first` to `last` (the same where empty), all in one state."""
    first = date_of(given, "first", "从哪天")
    last = date_of(given, "last", "到哪天") if given.get("last") else first
    if not first <= last or (last - first).days > 31:
        raise Refusal("起止日期不对", place="到哪天", remedy="请填同一天或之后一个月以内的日期")
    value = (given.get("state", ""), given.get("reason", ""))
    return {date.fromordinal(number): value for number in range(first.toordinal(), last.toordinal() + 1)}


def _address(village: str, month: Month) -> str:
    return f"{resolve_url('attendance-village', village)}?month={month}"
