"""The quarterly meeting: its pack, its minutes, its decisions as tasks, and how the former's stand."""

from datetime import date
from io import BytesIO
from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from sangesan.accounts.permissions import NotAllowed
from sangesan.bulletins.queries import of_origin
from sangesan.dispatch.permissions import reaches
from sangesan.dispatch.quarter_domain import TOPICS
from sangesan.dispatch.quarter_meeting import Decided, Minutes, decide, draft_minutes, origin_of, record_minutes
from sangesan.dispatch.quarter_queries import MeetingPage, meeting_page, meetings, pack_as_paper
from sangesan.dispatch.queries import rhythm
from sangesan.dispatch.rhythm_tasks import ask_for_quarter
from sangesan.documents.printing import CONTENT_TYPES, file_name, produce
from sangesan.kernel.dates import parse_date
from sangesan.kernel.period import Quarter
from sangesan.kernel.refusal import Refusal
from sangesan.leadership.units import departments, towns
from sangesan.regions.queries import today
from sangesan.web.figure_links import figure_address
from sangesan.web.guards import guarded, reachable
from sangesan.web.requests import Request
from sangesan.web.submissions import submission_of

WRITTEN = ("place", "chair", "attended", "discussed")


@guarded("dispatch.see")
def quarter_list(request: Request) -> HttpResponse:
    """The meetings, the newest first, and when the next pack is put together."""
    day = today()
    last = Quarter.of(day).plus(-1)
    rows = meetings(request.post, day)
    context = {
        "rows": rows,
        "last": last,
        "closes_on": rhythm().closing_day(last),
        "running": last.plus(1),
        "next_closes_on": rhythm().closing_day(last.plus(1)),
        "made": any(row.meeting.period == str(last) for row in rows),
        "may_close": reachable(request, "dispatch.close"),
        "section": "quarters",
    }
    return render(request, "web/dispatch/quarters.html", context)


@guarded("dispatch.see")
def quarter(request: Request, period: str) -> HttpResponse:
    """One meeting."""
    return _show(request, Quarter.parse(period))


@guarded("dispatch.close", ("POST",))
def quarter_make(request: Request) -> HttpResponse:
    """Asks for a quarter's pack; its progress is watched on the job's page."""
    run = ask_for_quarter(post=request.post, quarter=Quarter.parse(request.POST.get("quarter", "")), now=timezone.now())
    return redirect("job", run.pk)


@guarded("dispatch.see")
def quarter_pack(request: Request, period: str, kind: str) -> FileResponse:
    """The pack as docx or pdf."""
    paper = pack_as_paper(request.post, Quarter.parse(period))
    made = BytesIO(produce(paper, kind))
    return FileResponse(
        made, as_attachment=True, filename=file_name(paper, kind), content_type=CONTENT_TYPES.get(kind, "")
    )


@guarded("dispatch.meet", ("POST",))
def quarter_minutes(request: Request, period: str) -> HttpResponse:
    """The meeting was held."""
    given, one = request.POST, Quarter.parse(period)
    try:
        minutes = Minutes(
            held_on=_day(given.get("held_on", "")), place=given.get("place", ""), chair=given.get("chair", ""),
            attended=given.get("attended", ""), discussed=given.get("discussed", ""),
        )  # fmt: skip
        record_minutes(post=request.post, quarter=one, given=minutes, today=today(), now=timezone.now())
    except NotAllowed:
        raise
    except Refusal as refusal:
        return _show(request, one, refusal)
    messages.success(request, _("会议情况已登记，请逐项登记议定事项"))
    return redirect("quarter", period)


@guarded("dispatch.meet", ("POST",))
def quarter_decide(request: Request, period: str) -> HttpResponse:
    """A decision with its owners and day, given as a task."""
    given, one = request.POST, Quarter.parse(period)
    try:
        decided = Decided(
            topic=given.get("topic", ""), title=given.get("title", ""), words=given.get("words", ""),
            units=given.getlist("units"), due_on=_day(given.get("due_on", "")),
        )  # fmt: skip
        decide(
            post=request.post, quarter=one, given=decided, submission=submission_of(given), today=today(),
            now=timezone.now(),
        )  # fmt: skip
    except NotAllowed:
        raise
    except Refusal as refusal:
        return _show(request, one, refusal)
    messages.success(request, _("议定事项已交办"))
    return redirect("quarter", period)


@guarded("dispatch.meet", ("POST",))
def quarter_draft(request: Request, period: str) -> HttpResponse:
    """The minutes as a document to be signed."""
    one = Quarter.parse(period)
    try:
        document = draft_minutes(post=request.post, quarter=one, today=today(), now=timezone.now())
    except NotAllowed:
        raise
    except Refusal as refusal:
        return _show(request, one, refusal)
    return redirect("bulletin", document.pk)


def _day(text: str) -> date | None:
    return parse_date(text) if text else None


def _show(request: Request, one: Quarter, refusal: Refusal | None = None) -> HttpResponse:
    day = today()
    page = meeting_page(request.post, one, day)
    document = of_origin(origin_of(page.meeting))
    may_meet = reachable(request, "dispatch.meet") and (document is None or document.state != "issued")
    context: dict[str, Any] = {
        "page": page,
        "meeting": page.meeting,
        "quarter": one,
        "sections": _linked(request, page),
        "document": document,
        "may_meet": may_meet,
        "may_close": reachable(request, "dispatch.close") and page.meeting.held_on is None,
        "topics": TOPICS.items(),
        "units": [*departments(), *towns()] if may_meet else [],
        "chosen": request.POST.getlist("units"),
        "given": request.POST,
        "filled": {name: request.POST.get(name) or page.told.get(name, "") for name in WRITTEN},
        "today": day,
        "refusal": refusal,
        "section": "quarters",
    }
    return render(request, "web/dispatch/quarter.html", context, status=400 if refusal else 200)


def _linked(request: Request, page: MeetingPage) -> list[dict[str, Any]]:
    """The pack's sections with an address for each number whose list the reader may open."""
    return [
        {
            **section,
            "rows": [
                (row["name"], [(one["text"], _address(request, one)) for one in row["cells"]])
                for row in section["rows"]
            ],
        }
        for section in page.pack
    ]


def _address(request: Request, one: dict[str, Any]) -> str:
    if one.get("task"):
        return f"/assignments/{one['task']}/"
    if one.get("figure") and reaches(request.post, one["key"]):
        return figure_address(one["figure"], one["key"], one["period"])
    return ""
