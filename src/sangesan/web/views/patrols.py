"""How far the rounds have come, by town, village and grid; what is left; the rounds themselves."""

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from sangesan.accounts.models import Post
from sangesan.dispatch.queries import snapshot
from sangesan.kernel.dates import parse_date
from sangesan.kernel.period import Week
from sangesan.kernel.refusal import Refusal
from sangesan.patrols.coverage import Coverage, coverage, home_place, left, waiting
from sangesan.patrols.key_groups import key_groups
from sangesan.patrols.models import Round
from sangesan.patrols.opening import open_round
from sangesan.patrols.queries import round_of, rounds_page, rounds_running
from sangesan.regions.queries import county, today, tree
from sangesan.web.guards import guarded, reachable
from sangesan.web.paging import day_key_of, key_of, paged, paged_by_day
from sangesan.web.requests import Request
from sangesan.web.spreadsheets import download

PAGE = 50
ROUNDS = 30
DEMONSTRATION = "演示系统：人员均为程序生成，并非真实个人"
HEADINGS = (
    "地方", "网格数", "已报告网格", "应走访户", "已走访户", "走访率（%）", "重点户", "已走访重点户", "有变化", "发现线索",
    "家中无人", "紧急走访未完成", "紧急走访已完成", "紧急走访超时", "还没走到",
)  # fmt: skip


def number_of(text: str) -> int | None:
    """A number out of the address; None for what is none."""
    return int(text) if text.isdecimal() and len(text) < 10 else None


@guarded("patrols.see")
def patrols(request: Request) -> HttpResponse:
    """The coverage of a place in a round, the post's own place and this week's round unless the address says otherwise.

    A grid worker goes to the grid's own list.
    """
    if request.post.role == Post.Role.GRID:
        return redirect("patrol-grid", request.post.grid)
    day = today()
    row = round_of(request.post, number_of(request.GET.get("round", "")), day)
    context = {
        "found": _coverage(request, row) if row else None,
        "round": row,
        "running": rounds_running(request.post, day),
        "trail": _trail(request) if row else [],
        "may_open": reachable(request, "patrols.open_round"),
        "closed_week": _closed_week(row) if row and reachable(request, "dispatch.see") else "",
        "today": day,
        "section": "patrols",
    }
    return render(request, "web/patrols/coverage.html", context)


@guarded("patrols.see")
def patrols_download(request: Request) -> FileResponse:
    """The same table as a workbook."""
    row = round_of(request.post, number_of(request.GET.get("round", "")), today())
    if row is None:
        raise Refusal("还没有任何一轮排查", remedy="登记第一条排查后，本周一轮会自动开始")
    found = _coverage(request, row)
    lines = [(line.name, line.figures) for line in found.lines] + [("合计", found.total)]
    rows = (
        (
            name, f.grids, f.grids_reported, f.households, f.walked, round(f.share, 1) if f.share is not None else "",
            f.key, f.key_walked, f.changes, f.clues, f.absent, f.tasks_open, f.tasks_done, f.tasks_late, f.left,
        )
        for name, f in lines
    )  # fmt: skip
    note = DEMONSTRATION if county().is_demonstration else ""
    title = f"排查进度 {found.name} {row.title}"
    return download(title, HEADINGS, rows, [20, *([12] * (len(HEADINGS) - 1))], note)


@guarded("patrols.see")
def patrols_left(request: Request) -> HttpResponse:
    """The households of a place that nobody met yet, by number; ?key=1 only those of key groups.

    ?tasks=1: those with an urgent visit still to be made, met in the round or not.
    """
    row = round_of(request.post, number_of(request.GET.get("round", "")), today())
    key_only, urgent = request.GET.get("key") == "1", request.GET.get("tasks") == "1"
    if row is None and not urgent:
        return redirect("patrols")
    place = request.GET.get("place") or home_place(request.post)
    if row is None or urgent:
        found = waiting(request.post, place, after=key_of(request), limit=PAGE + 1)
    else:
        found = left(request.post, row, place, key_only=key_only, after=key_of(request), limit=PAGE + 1)
    rows, following = paged(found, PAGE)
    context = {"rows": rows, "next": following, "round": row, "place": place, "key_only": key_only, "urgent": urgent}
    context |= {"may_record": reachable(request, "patrols.record"), "section": "patrols"}
    return render(request, "web/patrols/left.html", context)


@guarded("patrols.see")
def patrol_rounds(request: Request) -> HttpResponse:
    """All rounds, newest first, and the form that opens one."""
    return _rounds(request)


@guarded("patrols.open_round", ("POST",))
def round_open(request: Request) -> HttpResponse:
    """Opens a campaign or a round of key groups; a refusal keeps what was typed."""
    given = request.POST
    try:
        row = open_round(
            post=request.post,
            kind=given.get("kind", ""),
            title=given.get("title", ""),
            starts_on=parse_date(given.get("starts_on", "")),
            ends_on=parse_date(given.get("ends_on", "")),
            divisions=given.getlist("divisions"),
            groups=given.getlist("groups"),
            note=given.get("note", ""),
            now=timezone.now(),
            today=today(),
        )
    except Refusal as refusal:
        return _rounds(request, refusal)
    messages.success(request, _("这一轮排查已发起"))
    return redirect(f"{reverse('patrols')}?round={row.pk}")


def _rounds(request: Request, refusal: Refusal | None = None) -> HttpResponse:
    found = rounds_page(request.post, after=day_key_of(request), limit=ROUNDS + 1)
    rows, following = paged_by_day(found, ROUNDS, lambda row: row.starts_on)
    places, given = tree(), request.POST
    chosen, groups = set(given.getlist("divisions")), set(given.getlist("groups"))
    under = request.post.division or county().code
    context = {
        "rows": rows,
        "next": following,
        "today": today(),
        "may_open": reachable(request, "patrols.open_round"),
        "kinds": [(str(k), k.label, given.get("kind") == k) for k in (Round.Kind.CAMPAIGN, Round.Kind.KEY)],
        "places": [(c, places.names[c], c in chosen) for c in places.children.get(under, ())],
        "groups": [(g.code, g.title, g.code in groups) for g in key_groups().values()],
        "given": given,
        "refusal": refusal,
        "section": "patrols",
    }
    return render(request, "web/patrols/rounds.html", context)


def _closed_week(row: Round) -> str:
    """The closed week whose round this is: its numbers are frozen, while a round counts households where they live now."""
    if row.kind != Round.Kind.WEEKLY:
        return ""
    week = Week.of(row.starts_on)
    return str(week) if snapshot(week) is not None else ""


def _coverage(request: Request, row: Round) -> Coverage:
    place = request.GET.get("place") or home_place(request.post)
    return coverage(request.post, row, place, now=timezone.now())


def _trail(request: Request) -> list[tuple[str, str]]:
    """The places above the one shown, as far up as the post may look: (code, name)."""
    place, own = request.GET.get("place") or home_place(request.post), home_place(request.post)
    village = place.rpartition("-")[0] or place
    path = tree().path(village) if village in tree().levels else []
    above = path[path.index(own) : -1] if own in path else []
    return [(code, tree().names[code]) for code in above]
