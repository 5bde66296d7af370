"""Seats and terms of office: who holds what, what is empty, one seat with its history and the forms that change it."""

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from sangesan.accounts.models import Post
from sangesan.accounts.queries import holding
from sangesan.kernel.refusal import Refusal
from sangesan.leadership.actions import end_seat, take_seat
from sangesan.leadership.seat_list import COLUMNS, EXAMPLES, NEEDED, take_seat_list
from sangesan.leadership.seat_page import empty_places, overview, seat_detail
from sangesan.regions.queries import today, tree
from sangesan.web.form_values import date_of, number_of
from sangesan.web.guards import guarded, reachable
from sangesan.web.requests import Request
from sangesan.web.spreadsheets import download
from sangesan.web.visit_form import list_of

PAGE = 100
COUNTY, TOWNS, VILLAGES, DEPARTMENTS, EMPTY = "county", "towns", "villages", "departments", "empty"


@guarded("leadership.see")
def seats(request: Request) -> HttpResponse:
    """Seats by level, and what is empty; a town begins with its villages, a village with its own row."""
    return _list(request, None)


def _list(request: Request, refusal: Refusal | None) -> HttpResponse:
    post, day, places = request.post, today(), tree()
    own_town = places.town_of(post.division) if post.role in {Post.Role.TOWN, Post.Role.VILLAGE, Post.Role.GRID} else ""
    town = request.GET.get("town") or own_town
    town = town if places.levels.get(town) == "town" else places.towns()[0]
    tab = request.GET.get("tab") or (VILLAGES if own_town else COUNTY)
    lacking = empty_places(post, day)
    start = number_of(request.GET.get("after", "")) or 0
    context = {
        "seen": overview(day, town if tab == VILLAGES else ""),
        "tab": tab,
        "tabs": [
            (COUNTY, _("县级")),
            (TOWNS, _("镇")),
            (VILLAGES, _("村（社区）")),
            (DEPARTMENTS, _("部门")),
            (EMPTY, _("空缺")),
        ],
        "lacking": lacking,
        "rows": lacking[start : start + PAGE],
        "next": str(start + PAGE) if len(lacking) > start + PAGE else "",
        "town": town,
        "towns": [(code, places.names[code]) for code in places.towns()],
        "may_seat": reachable(request, "leadership.seat"),
        "columns": [(name, name in NEEDED) for name in COLUMNS],
        "refusal": refusal,
        "today": day,
        "section": "seats",
    }
    return render(request, "web/leadership/seats.html", context, status=400 if refusal else 200)


@guarded("leadership.seat", ("POST",))
def take_list(request: Request) -> HttpResponse:
    """Takes in a spreadsheet of holders, whole or not at all."""
    try:
        data, name = list_of(request, "请按样表填好后选择文件")
        number = take_seat_list(
            post=request.post, data=data, filename=name, on=today(), now=timezone.now()
        )
    except Refusal as refusal:
        return _list(request, refusal)
    messages.success(request, _("已登记 %(number)s 项任职") % {"number": number})
    return redirect("seats")


@guarded("leadership.seat")
def sample(request: Request) -> HttpResponseBase:  # noqa: ARG001  the same for everybody
    """The spreadsheet to fill in, with examples."""
    return download("职务和任期样表", list(COLUMNS), EXAMPLES, [26, 24, 18, 14, 28])


@guarded("leadership.see")
def seat(request: Request) -> HttpResponse:
    """One seat (?seat=&scope=) with all its terms, and for those who may the forms."""
    return _page(request, None)


@guarded("leadership.seat", ("POST",))
def take(request: Request) -> HttpResponse:
    """A post takes the seat."""
    given, day = request.POST, today()
    try:
        holder = holding(day).filter(pk=number_of(given.get("post", "")) or 0).first()
        if holder is None:
            raise Refusal("没有选由谁担任", place="担任的岗位", remedy="请从列出的岗位中选择")  # noqa: TRY301  shown as others are
        take_seat(
            post=request.post,
            seat=given.get("seat", ""),
            scope=given.get("scope", ""),
            holder=holder,
            from_day=date_of(given, "from_day", "任职日期"),
            document=given.get("document", ""),
            now=timezone.now(),
        )
    except Refusal as refusal:
        return _page(request, refusal)
    messages.success(request, _("任职已登记"))
    return redirect(_address(given.get("seat", ""), given.get("scope", "")))


@guarded("leadership.seat", ("POST",))
def end(request: Request, seat_id: int) -> HttpResponse:
    """A term ends."""
    given = request.POST
    try:
        row = end_seat(
            post=request.post,
            seat_id=seat_id,
            last_day=date_of(given, "last_day", "最后一天"),
            document=given.get("document", ""),
            now=timezone.now(),
        )
    except Refusal as refusal:
        return _page(request, refusal)
    messages.success(request, _("任期已结束"))
    return redirect(_address(row.seat, row.scope))


def _page(request: Request, refusal: Refusal | None) -> HttpResponse:
    given = request.POST or request.GET
    detail = seat_detail(request.post, given.get("seat", ""), given.get("scope", ""), today())
    context = {
        "detail": detail,
        "refusal": refusal,
        "values": request.POST,
        "may_seat": detail.may_seat and reachable(request, "leadership.seat"),
        "today": today(),
        "section": "seats",
    }
    return render(request, "web/leadership/seat.html", context, status=400 if refusal else 200)


def _address(seat: str, scope: str) -> str:
    return f"{reverse('seat')}?{urlencode({'seat': seat, 'scope': scope})}"
