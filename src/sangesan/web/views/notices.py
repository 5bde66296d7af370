"""Notices: the list, a new poster, its days and photos, objections, and its end for all its households at once."""

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sangesan.cases.models import Case, Notice
from sangesan.cases.notice_page import NoticePage, notice_page, notices, places_waiting, puts_up, waiting
from sangesan.cases.performing import perform
from sangesan.cases.photographs import add_notice_photo
from sangesan.cases.posting import BEGIN, END, object_to, put_up, settle, take_down
from sangesan.kernel.refusal import Refusal
from sangesan.regions.queries import today, tree
from sangesan.web.form_values import date_of, number_of, numbers_of, version_of
from sangesan.web.guards import ASK, guarded, reachable
from sangesan.web.paging import day_key_of, paged_by_day
from sangesan.web.requests import Request
from sangesan.web.visit_form import files_of

PAGE = 50


@guarded("cases.see")
def notice_list(request: Request) -> HttpResponse:
    """By the day posted, the newest first; ?up=1 shows those still on the wall."""
    up = bool(request.GET.get("up"))
    found = notices(request.post, up=up, after=day_key_of(request), limit=PAGE + 1)
    rows, following = paged_by_day(found, PAGE, lambda notice: notice.posted_on)
    may = reachable(request, "cases.notice")
    context = {
        "rows": rows,
        "next": following,
        "up": up,
        "today": today(),
        "may_put_up": may,
        "waiting": places_waiting(request.post) if may else [],
    }
    return render(request, "web/notices/list.html", context)


@guarded("cases.notice", ASK)
def new(request: Request) -> HttpResponse:
    """A poster: which households, where, from when, with a photo of it on the wall."""
    asked, refusal = request.POST or request.GET, None
    villages = places_waiting(request.post)
    own = request.post.division if request.post.role == "village" else ""
    village = own or asked.get("village", "") or (villages[0][0] if len(villages) == 1 else "")
    if request.method == "POST":
        try:
            return redirect("notice", _put_up(request, village).pk)
        except Refusal as said:
            refusal = said
    rows = waiting(request.post, village) if village and puts_up(request.post, village) else []
    given = request.POST
    context = {
        "village": village,
        "villages": villages,
        "rows": rows,
        "ticked": set(numbers_of(given.getlist("case"))) if given else _first_kind(rows),
        "given": given or {"posted_on": today().isoformat()},
        "today": today(),
        "refusal": refusal,
        "section": "notices",
    }
    return render(request, "web/notices/new.html", context, status=400 if refusal else 200)


@guarded("cases.see")
def notice(request: Request, notice_id: int) -> HttpResponse:
    """Days served, both photos, households with objections, and what its end still needs."""
    return _page(request, notice_id)


@guarded("cases.notice", ("POST",))
def down(request: Request, notice_id: int) -> HttpResponse:
    """The poster comes down, and the notice ends for all its households that can go on."""
    try:
        on = date_of(request.POST, "on", "撤下日期")
        photo = next(iter(files_of(request.FILES, "photo")), None)
        take_down(post=request.post, notice_id=notice_id, on=on, photo=photo, today=today(), now=timezone.now())
    except Refusal as refusal:
        return _page(request, notice_id, refusal, part="down")
    messages.success(request, _("已登记撤榜"))
    return _end(request, notice_id)


@guarded("cases.notice", ("POST",))
def end(request: Request, notice_id: int) -> HttpResponse:
    """The end of the notice for the households that were left when it came down."""
    return _end(request, notice_id)


@guarded("cases.notice", ("POST",))
def photo(request: Request, notice_id: int) -> HttpResponse:
    """A photo that comes later."""
    try:
        content = next(iter(files_of(request.FILES, "photo")), b"")
        role = request.POST.get("role", "")
        add_notice_photo(post=request.post, notice_id=notice_id, role=role, photo=content, now=timezone.now())
    except Refusal as refusal:
        return _page(request, notice_id, refusal, part="photo")
    messages.success(request, _("照片已保存"))
    return redirect("notice", notice_id)


@guarded("cases.notice", ("POST",))
def receive_objection(request: Request, notice_id: int) -> HttpResponse:
    """An objection to one household; its clock stands still until it is settled."""
    given = request.POST
    try:
        object_to(
            post=request.post, notice_id=notice_id, case_id=number_of(given.get("case", "")) or 0,
            received_on=date_of(given, "received_on", "收到日期"), text=given.get("text", ""), by=given.get("by", ""),
            today=today(),
        )  # fmt: skip
    except Refusal as refusal:
        return _page(request, notice_id, refusal, part="objection")
    messages.success(request, _("异议已登记，这一户的期限停表"))
    return redirect("notice", notice_id)


@guarded("cases.fill", ("POST",))
def settle_objection(request: Request, notice_id: int, objection_id: int) -> HttpResponse:
    """What was found about an objection."""
    given = request.POST
    try:
        settle(
            post=request.post, objection_id=objection_id, version=version_of(given),
            on=date_of(given, "on", "处理日期"), finding=given.get("finding", ""),
            upheld=given.get("upheld") == "yes", today=today(),
        )  # fmt: skip
    except Refusal as refusal:
        return _page(request, notice_id, refusal, part=f"settle-{objection_id}")
    messages.success(request, _("异议已处理"))
    return redirect("notice", notice_id)


def _first_kind(rows: Sequence[Case]) -> set[int]:
    """Those not on a poster yet, of one kind: to be taken in, or to be eliminated."""
    fresh = [case for case in rows if not case.listed]  # type: ignore[attr-defined]  # annotated by the query
    return {case.pk for case in fresh if case.state == fresh[0].state}


def _put_up(request: Request, village: str) -> Notice:
    given = request.POST
    return put_up(
        post=request.post,
        village=village,
        case_ids=numbers_of(given.getlist("case")),
        place=given.get("place", "")[:80],
        phone=given.get("phone", "")[:30],
        posted_on=date_of(given, "posted_on", "张贴日期"),
        photo=next(iter(files_of(request.FILES, "photo")), None),
        today=today(),
        now=timezone.now(),
    )


def _end(request: Request, notice_id: int) -> HttpResponse:
    """Ends the notice for those that can go on; the page says what the others lack."""
    page = notice_page(request.post, notice_id, today())
    orders = page.orders(page.notice.taken_down_on or today())
    if not orders:
        messages.warning(request, _("现在没有可以办结公示的户，原因见下表"))
        return redirect("notice", notice_id)
    try:
        perform(post=request.post, orders=orders, today=today(), now=timezone.now(), access="cases.act")
    except Refusal as refusal:
        return _page(request, notice_id, refusal, part="down")
    done, left = len(orders), len(page.open) - len(orders)
    said = ngettext("%(done)s 户公示期满，已报镇级会审", "%(done)s 户公示期满，已报镇级会审", done) % {"done": done}
    messages.success(request, said)
    if left:
        messages.warning(
            request, ngettext("还有 %(left)s 户没有办结，原因见下表", "还有 %(left)s 户没有办结，原因见下表", left) % {"left": left}
        )
    return redirect("notice", notice_id)


def _page(request: Request, notice_id: int, refusal: Refusal | None = None, *, part: str = "") -> HttpResponse:
    page = notice_page(request.post, notice_id, today())
    context = {
        "page": page,
        "notice": page.notice,
        "own": page.own and reachable(request, "cases.notice"),
        "objections": [(row, o) for row in page.rows for o in row.objections],
        "today": today(),
        "places": tree(),
        "refusal": refusal,
        "part": part,
        "given": request.POST,
        "photo_roles": [(BEGIN, _("张贴时")), *([(END, _("撤下时"))] if page.notice.taken_down_on else [])],
        "photo_role": _photo_role(request, page),
        "section": "notices",
    }
    return render(request, "web/notices/page.html", context, status=400 if refusal else 200)


def _photo_role(request: Request, page: NoticePage) -> str:
    """The photo that its form offers first: as chosen before a refusal, else the lacking one, else the latest."""
    chosen = request.POST.get("role", "")
    latest = END if page.notice.taken_down_on else BEGIN
    return chosen if chosen in {BEGIN, END} else page.photo_lacking or latest
