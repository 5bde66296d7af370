"""Weekly statistics: a place's figures beside the week before, the places below, who did not report, corrections; the list
behind any number of any period; the catalogue of figures.
"""

from collections.abc import Iterator
from datetime import date
from io import BytesIO

from django.contrib import messages
from django.http import FileResponse, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from sangesan.accounts.models import Post
from sangesan.dispatch.correcting import correct
from sangesan.dispatch.frozen import frozen
from sangesan.dispatch.lists import export_behind, list_behind
from sangesan.dispatch.models import Snapshot
from sangesan.dispatch.period_page import PeriodPage, period_page
from sangesan.dispatch.period_paper import DEMONSTRATION, paper_of, period_words
from sangesan.dispatch.queries import rhythm, snapshot, snapshots
from sangesan.documents.printing import CONTENT_TYPES, file_name, produce
from sangesan.exchange.contracts import load_contracts
from sangesan.figures.behind import NUMERATOR, PART_TITLES, parts_of_list
from sangesan.figures.catalogue import COUNT, SHARE, Figure, catalogue, figure
from sangesan.figures.counted import DEPARTMENT_KEY, Parts, Value
from sangesan.kernel.period import Period, Week, parse_period
from sangesan.kernel.refusal import Refusal
from sangesan.regions.queries import county, today
from sangesan.web.guards import guarded, reachable
from sangesan.web.requests import Request
from sangesan.web.spreadsheets import download
from sangesan.web.submissions import new_submission, submission_of

SHOWN_WEEKS = 26
ON_TILE = ("grids_reported", "households_visited", "clues_new", "clues_overdue", "enrolled")


@guarded("dispatch.see")
def weeks(request: Request) -> HttpResponse:
    """The last closed week in one's own place, unless the address says otherwise; a running week as it stands so far."""
    page = _page(request)
    context = {
        "page": page,
        "weeks": _weeks(),
        "next_week": _next(page.period),
        "may_correct": page.snapshot is not None and reachable(request, "dispatch.correct"),
        "closes_on": rhythm().closing_day(page.period),
        "today": today(),
        "section": "weeks",
    }
    return render(request, "web/statistics/week.html", context)


@guarded("dispatch.see")
def week_tile(request: Request) -> HttpResponse:
    """The front page's part: the last closed week in one's own place."""
    newest = next(iter(snapshots("week", 1)), None)
    page = _page(request) if newest is not None else None
    lines = [line for line in page.lines if line.figure.code in ON_TILE] if page is not None else []
    return render(request, "web/statistics/tile.html", {"page": page, "lines": lines})


@guarded("dispatch.see")
def week_download(request: Request) -> FileResponse:
    """The place and those below it with every figure, as a workbook."""
    page = _page(request)
    figures = [line.figure for line in page.lines]
    headings = ["地方", *(heading for one in figures for heading in _headings(one))]
    note = f"{period_words(page.period)}，截至{page.as_of.isoformat()}，{'已关账' if page.snapshot else '未关账'}"
    if county().is_demonstration:
        note = f"{note}。{DEMONSTRATION}"
    name = f"周统计 {page.name} {page.period}"
    return download(name, headings, _sheet_rows(page), [20, *([12] * (len(headings) - 1))], note)


@guarded("dispatch.see")
def week_paper(request: Request, kind: str) -> FileResponse:
    """The statistics on one sheet of paper, docx or pdf."""
    page = _page(request)
    paper = paper_of(page, DEMONSTRATION if county().is_demonstration else "")
    name = file_name(paper, kind).replace(f".{kind}", f" {page.period}.{kind}")
    return FileResponse(
        BytesIO(produce(paper, kind)), as_attachment=True, filename=name, content_type=CONTENT_TYPES.get(kind, "")
    )


@guarded("dispatch.correct", ("GET", "POST"))
def figure_correct(request: Request) -> HttpResponse:
    """A correction of one closed number: the form, and taking it."""
    given = request.POST if request.method == "POST" else request.GET
    period, one, place = _period(given), figure(given.get("figure", "")), given.get("place", "")
    row = snapshot(period)
    if row is None:
        raise Refusal("这一期还没有关账，不用更正", place="期间", remedy="未关账的数字随登记变化，请改正登记本身")
    if request.method == "POST":
        correct(
            post=request.post, snapshot=row, key=place, code=one.code, new=_parts(one, given),
            why=given.get("why", "")[:600], submission=submission_of(given), now=timezone.now(),
        )  # fmt: skip
        messages.success(request, _("更正已登记，关账时的数字保留不变"))
        return redirect(f"{reverse('weeks')}?{urlencode({'week': str(period), 'place': place})}#corrections")
    held = frozen(row, place=place)
    if place not in held.rows:
        raise Refusal("这一期没有这个地方", place="地方", remedy="请从统计表中点开要更正的数字")
    context = {
        "period": period,
        "figure": one,
        "place": place,
        "name": held.rows[place].name,
        "value": held.value(one.code, place),
        "now": held.best(one.code, place),
        "divided": one.shape != COUNT,
        "submission": new_submission(),
        "section": "weeks",
    }
    return render(request, "web/statistics/correct.html", context)


@guarded("dispatch.see")
def figure_list(request: Request) -> HttpResponse:
    """The records behind a number, page by page: as they were when the period was closed, or as they are known now."""
    given = request.GET
    period, part = _period(given), given.get("part", NUMERATOR)[:12]
    row = snapshot(period)
    found = list_behind(
        request.post, given.get("figure", "")[:60], given.get("place", "")[:60], period, as_of=_as_of(period), part=part,
        after=given.get("after", ""),
    )  # fmt: skip
    context = {
        "found": found,
        "rows": found.lines,
        "next": found.next,
        "told": {
            "words": any(line.described and line.described.words for line in found.lines),
            # what a record says is of now: beside a frozen list it says so, and days that may have moved are left out
            "days": row is None and any(line.described and line.described.day for line in found.lines),
        },
        "place_name": _unit_name(found.place_name),
        "period": period,
        "frozen": row is not None,
        "as_of": row.as_of if row else _as_of(period),
        "parts": [(code, PART_TITLES[code]) for code in parts_of_list(found.figure)],
        "may_export": reachable(request, "clues.export"),
        "section": "weeks",
    }
    return render(request, "web/statistics/list.html", context)


@guarded("clues.export")
def figure_list_download(request: Request) -> FileResponse:
    """The same list as a workbook."""
    given = request.GET
    period, one = _period(given), figure(given.get("figure", "")[:60])
    found = export_behind(
        post=request.post, code=one.code, place=given.get("place", "")[:60], period=period, as_of=_as_of(period),
        part=given.get("part", NUMERATOR)[:12],
    )  # fmt: skip
    closed = snapshot(period) is not None
    rows = (
        (
            line.described.name if line.described else "", line.described.code if line.described else "", line.place,
            line.described.words if line.described else "不在现在的管理范围内",
            *(() if closed else (line.described.day.isoformat() if line.described and line.described.day else "",)),
            line.item.people if one.people else "",
        )
        for line in found
    )  # fmt: skip
    note = f"{one.title}，{period_words(period)}。{DEMONSTRATION if county().is_demonstration else ''}"
    told = ["现在的状态"] if closed else ["情况", "日期"]
    headings = ["名称（户主）", "编号", "地方", *told, "人数"]
    return download(f"{one.title} {period}", headings, rows, [14, 22, 28, 40, *([] if closed else [12]), 8], note)


@guarded("dispatch.see")
def figure_catalogue(request: Request) -> HttpResponse:
    """Every figure with what is counted, what it is divided by, from which records, by which text."""
    groups: dict[str, list[Figure]] = {}
    for one in catalogue().values():
        groups.setdefault(one.group_title, []).append(one)
    return render(request, "web/statistics/catalogue.html", {"groups": groups.items(), "section": "figures"})


def _page(request: Request) -> PeriodPage:
    given = request.GET
    newest = next(iter(snapshots("week", 1)), None)
    week = Week.parse(given["week"]) if given.get("week") else _newest(newest)
    place = given.get("place", "")[:60]
    if not place and request.post.role == Post.Role.DEPARTMENT:
        place = county().code
    if week.first_day() > today():
        raise Refusal(f"{week} 还没有开始", place="周次", remedy="请从列表中选一周")
    return period_page(request.post, week, place, today=today())


def _newest(newest: Snapshot | None) -> Week:
    return Week.parse(newest.period) if newest is not None else Week.of(today())


def _weeks() -> list[tuple[Week, bool]]:
    """Weeks to choose from, the newest first, with whether each is closed."""
    closed = {row.period for row in snapshots("week", SHOWN_WEEKS * 2)}
    now = Week.of(today())
    first = min(map(Week.parse, closed), default=now)  # what lies before the first closed week was never kept
    listed = (now.plus(-back) for back in range(SHOWN_WEEKS))
    return [(week, str(week) in closed) for week in listed if week >= first]


def _next(period: Period) -> Period | None:
    following = period.plus(1)
    return following if following.first_day() <= today() else None


def _period(given: QueryDict) -> Period:
    period = parse_period(given.get("period", "")[:12])
    if period.first_day() > today():
        raise Refusal(f"{period} 还没有开始", place="期间", remedy="请从统计页面进入")
    return period


def _as_of(period: Period) -> date:
    return min(today(), rhythm().as_of(period))


def _parts(one: Figure, given: QueryDict) -> Parts:
    """The corrected parts out of the form: a count's denominator is itself."""
    numerator, people = _whole(given, "numerator", "数目"), _whole(given, "people", "人数") if one.people else 0
    if one.shape == COUNT:
        return Parts(numerator, numerator, people, people)
    whole = _whole(given, "of", "分母")
    return Parts(
        numerator, whole, people, _whole(given, "of_people", "分母人数") if one.people and one.shape == SHARE else 0
    )


def _whole(given: QueryDict, name: str, place: str) -> int:
    text = given.get(name, "").strip()
    if not text.isdecimal() or len(text) > 8:
        raise Refusal("没有填数", place=place, remedy="请填不小于0的整数")
    return int(text)


def _headings(one: Figure) -> list[str]:
    if one.shape == COUNT:
        return [one.title, *([f"{one.title}（人）"] if one.people else [])]
    return [one.title, f"{one.title}（分母）", f"{one.title}（{one.shown_unit}）"]


def _cells(value: Value) -> list[object]:
    if value.figure.shape == COUNT:
        return [value.numerator, *([value.people] if value.figure.people else [])]
    return [value.numerator, value.parts.of, value.number if value.number is not None else ""]


def _sheet_rows(page: PeriodPage) -> Iterator[list[object]]:
    held, names = page.held, [(child.key, child.name) for child in page.children]
    for key, name in [(page.place, page.name), *names]:
        cells = [
            cell
            for line in page.lines
            for cell in _cells(held.corrected(line.figure.code, key) or held.value(line.figure.code, key))
        ]
        yield [name, *cells]


def _unit_name(name: str) -> str:
    """A department's name for its key."""
    if not name.startswith(DEPARTMENT_KEY):
        return name
    known = load_contracts().departments.get(name.removeprefix(DEPARTMENT_KEY))
    return known.name if known else name
