"""Meetings on many households: the list, convening one, its agenda with the evidence at hand, and closing it."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from sangesan.cases.meeting_page import (
    MeetingPage,
    division_for,
    kinds_of,
    may_sit,
    meeting_page,
    meetings,
    places_waiting,
    waiting,
)
from sangesan.cases.models import Meeting
from sangesan.cases.outcomes import APPRAISAL, OUTCOME_TITLES, OUTCOMES, Outcome
from sangesan.cases.photographs import keep_minutes
from sangesan.cases.sitting import Decision, close, convene
from sangesan.kernel.refusal import Refusal
from sangesan.regions.queries import today, tree
from sangesan.visits.domain import OUTCOMES as CONCLUSIONS
from sangesan.visits.domain import TESTS
from sangesan.web.form_values import count_of, date_of, number_of, numbers_of, version_of
from sangesan.web.guards import ASK, guarded, reachable
from sangesan.web.paging import day_key_of, paged_by_day
from sangesan.web.requests import Request
from sangesan.web.visit_form import files_of

PAGE = 50
SIGNS = {"housing": _("住"), "schooling": _("学"), "insurance": _("医"), "water": _("水")}  # one sign for each test
KINDS = {str(kind): str(label) for kind, label in Meeting.Kind.choices}


@guarded("cases.see")
def meeting_list(request: Request) -> HttpResponse:
    """By the day held, the newest first."""
    kind = request.GET.get("kind", "")
    kind = kind if kind in KINDS else ""
    found = meetings(request.post, kind=kind, after=day_key_of(request), limit=PAGE + 1)
    rows, following = paged_by_day(found, PAGE, lambda meeting: meeting.held_on)
    may = kinds_of(request.post) if reachable(request, "cases.meet") else []
    context = {"rows": rows, "next": following, "kind": kind, "kinds": KINDS, "may_convene": may, "places": tree()}
    return render(request, "web/meetings/list.html", context)


@guarded("cases.meet", ASK)
def new(request: Request) -> HttpResponse:
    """Day, place, host, members and households of a meeting; all who wait are ticked at first."""
    asked = request.POST or request.GET
    kinds = kinds_of(request.post)
    if not kinds:
        raise Refusal("您的岗位不召开这些会议", remedy="请交村、镇或县专班办理")
    kind = asked.get("kind", "") if asked.get("kind", "") in kinds else kinds[0]
    division = division_for(request.post, kind, asked.get("village", ""))
    refusal = None
    if request.method == "POST":
        try:
            made = _convene(request, kind, division)
            return redirect("meeting", made.pk)
        except Refusal as said:
            refusal = said
    return _new(request, kind, division, refusal)


@guarded("cases.see")
def meeting(request: Request, meeting_id: int) -> HttpResponse:
    """The agenda with what the record holds of each household; for those who hold it, the form of its outcome."""
    return _page(request, meeting_id)


@guarded("cases.meet", ("POST",))
def minutes(request: Request, meeting_id: int) -> HttpResponse:
    """Keeps minutes and photos; asked by htmx, the form stays as it is and only its version changes."""
    part = bool(request.headers.get("HX-Request"))
    try:
        kept = _keep_minutes(request, meeting_id)
    except Refusal as refusal:
        if part:
            return render(request, "web/parts/refusal.html", {"refusal": refusal})
        return _page(request, meeting_id, refusal)
    if part:
        return render(request, "web/meetings/kept.html", {"meeting": kept})
    messages.success(request, gettext("会议记录已保存"))
    return redirect("meeting", meeting_id)


@guarded("cases.meet", ("POST",))
def finish(request: Request, meeting_id: int) -> HttpResponse:
    """Keeps the minutes, then closes the meeting: every household moves, or none and the page says which cannot."""
    given = request.POST
    try:
        kept = _keep_minutes(request, meeting_id)
        page = meeting_page(request.post, meeting_id, today())
        close(
            post=request.post,
            meeting_id=meeting_id,
            version=kept.row_version,
            decisions=list(_decisions(given, page)),
            today=today(),
            now=timezone.now(),
            document_number=given.get("document_number", "")[:60],
            versions={n: number_of(given.get(f"case-{n}", "")) or 0 for n in (row.case.pk for row in page.rows)},
        )
    except Refusal as refusal:
        return _page(request, meeting_id, refusal)
    done = len(page.rows)
    messages.success(request, ngettext("结果已登记，%(done)s 户已办", "结果已登记，%(done)s 户已办", done) % {"done": done})
    return redirect("meeting", meeting_id)


def _convene(request: Request, kind: str, division: str) -> Meeting:
    given = request.POST
    if not division:
        raise Refusal("没有选择村（社区）", place="会议", remedy="请先选择是哪个村的评议会")
    return convene(
        post=request.post,
        kind=Meeting.Kind(kind),
        division=division,
        held_on=date_of(given, "held_on", "会议日期"),
        place=given.get("place", "")[:80],
        host=given.get("host", "")[:60],
        recorder=given.get("recorder", "")[:60],
        expected=count_of(given, "expected", "应到人数"),
        present=count_of(given, "present", "实到人数"),
        case_ids=numbers_of(given.getlist("case")),
        member_posts=numbers_of(given.getlist("member")),
        minutes="",
        today=today(),
    )


def _new(request: Request, kind: str, division: str, refusal: Refusal | None) -> HttpResponse:
    day, given = today(), request.POST
    rows = waiting(request.post, kind, division) if division else []
    ticked = set(numbers_of(given.getlist("case"))) if given else {c.pk for c in rows if not c.listed}  # type: ignore[attr-defined]
    sitting = set(numbers_of(given.getlist("member"))) if given else {request.post.pk}
    context = {
        "kind": kind,
        "kinds": kinds_of(request.post),
        "division": division,
        "villages": places_waiting(request.post, kind) if kind == APPRAISAL and request.post.role == "town" else [],
        "rows": rows,
        "ticked": ticked,
        "posts": may_sit(request.post, kind, division, day) if division else [],
        "sitting": sitting,
        "given": given or {"held_on": day.isoformat(), "host": request.user.name},
        "today": day,
        "refusal": refusal,
        "section": "meetings",
    }
    return render(request, "web/meetings/new.html", context, status=400 if refusal else 200)


def _keep_minutes(request: Request, meeting_id: int) -> Meeting:
    given = request.POST
    return keep_minutes(
        post=request.post,
        meeting_id=meeting_id,
        version=version_of(given),
        expected=count_of(given, "expected", "应到人数"),
        present=count_of(given, "present", "实到人数"),
        minutes=given.get("minutes", ""),
        recorder=given.get("recorder", "")[:60],
        photos=files_of(request.FILES, "photos"),
        today=today(),
        now=timezone.now(),
    )


def _decisions(given: QueryDict, page: MeetingPage) -> Iterator[Decision]:
    """The outcome of every household; raises Refusal for one that cannot be read."""
    for row in page.rows:
        item, who = row.item.pk, f"{row.case.household.head_name}户"
        outcome = given.get(f"outcome-{item}", "")
        if outcome not in OUTCOMES[page.meeting.kind]:
            raise Refusal("没有选择结果", place=who, remedy="每户都要有结果")
        votes = {
            name: count_of(given, f"{name}-{item}", f"{who}票数") for name in ("votes_for", "votes_against", "abstained")
        }
        yield Decision(
            item_id=item,
            outcome=Outcome(outcome),
            reason=given.get(f"reason-{item}", ""),
            withdrew=given.get(f"withdrew-{item}", "")[:200],
            ask=given.get(f"ask-{item}", ""),
            **votes,
        )


def _page(request: Request, meeting_id: int, refusal: Refusal | None = None) -> HttpResponse:
    page = meeting_page(request.post, meeting_id, today())
    if page.meeting.kind not in KINDS:
        raise Http404
    open_for_me = page.convenes and page.meeting.closed_at is None and reachable(request, "cases.meet")
    context = {
        "page": page,
        "meeting": page.meeting,
        "open": open_for_me and page.others == 0,
        "outcomes": [(str(o), OUTCOME_TITLES[o]) for o in OUTCOMES[page.meeting.kind]],
        "rows": [_shown(row, request.POST) for row in page.rows],
        "appraisal": page.meeting.kind == APPRAISAL,
        "tests": TESTS,
        "signs": SIGNS,
        "conclusions": {str(code): title for code, title in CONCLUSIONS.items()},
        "values": _values(page.meeting, request.POST),
        "today": today(),
        "places": tree(),
        "refusal": refusal,
        "section": "meetings",
    }
    return render(request, "web/meetings/page.html", context, status=400 if refusal else 200)


FIELDS = ("votes_for", "votes_against", "abstained", "withdrew", "reason", "ask")


def _shown(row: Any, given: Mapping[str, str]) -> dict[str, Any]:
    """An agenda row with what its fields show: as typed, else passing."""
    item = row.item.pk
    return {
        "row": row,
        "outcome": given.get(f"outcome-{item}", str(Outcome.PASS)),
        **{name: given.get(f"{name}-{item}", "") for name in FIELDS},
    }


def _values(meeting: Meeting, given: Mapping[str, str]) -> dict[str, Any]:
    names = ("expected", "present", "minutes", "recorder", "document_number")
    if given:
        return {name: given.get(name, "") for name in names}
    return {name: "" if getattr(meeting, name) is None else getattr(meeting, name) for name in names}
