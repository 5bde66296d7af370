"""What supervision and the upper platform sent: the list with answers due, one of them, the form, the import."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from sangesan.accounts.models import Post
from sangesan.kernel.refusal import Refusal
from sangesan.policy.risks import RISK_TYPES
from sangesan.regions.queries import today, tree
from sangesan.registry.permissions import WHOLE_COUNTY
from sangesan.registry.queries import search
from sangesan.self_reports.candidates import Candidate, candidates_of, nearest
from sangesan.self_reports.supervised import (
    TABS,
    GivenTicket,
    Kind,
    TicketLine,
    answer_ticket,
    attach_ticket,
    register,
    ticket_counts,
    ticket_list,
    ticket_page,
)
from sangesan.self_reports.ticket_file import COLUMNS, NEEDED, take_tickets
from sangesan.web.clue_filters import PlaceGroup
from sangesan.web.form_values import date_of, number_of, version_of
from sangesan.web.guards import ASK, guarded, reachable
from sangesan.web.paging import key_of, paged
from sangesan.web.requests import Request
from sangesan.web.visit_form import list_of

PAGE = 50
MOST_FOUND = 20
MOST_LOOKED_AT = 200  # of which those of the village are shown first
# The field of a refusal's place: there it is said, once.
FIELDS = {
    "渠道": "kind",
    "编号": "number",
    "收到日期": "received_on",
    "答复时限": "due_on",
    "户主姓名": "head_name",
    "身份证号": "identity",
    "村（社区）": "place",
    "风险类型": "risk",
    "反映情况": "words",
}


@guarded("self_reports.see")
def tickets(request: Request) -> HttpResponse:
    """The post's tickets, newest first; tab and kind come from the address."""
    return _list(request)


@guarded("self_reports.supervise", ASK)
def new(request: Request) -> HttpResponse:
    """Registers one; a refusal keeps what was typed."""
    if request.method != "POST":
        return _form(request)
    given = request.POST
    try:
        made = register(post=request.post, given=_given(request), today=today(), now=timezone.now())
    except Refusal as refusal:
        return _form(request, refusal)
    done = _("已登记并生成线索") if made.clue_id else _("已登记，请对上农户")
    messages.success(request, done)
    return redirect("ticket", made.pk) if given.get("do") != "more" else redirect("ticket-new")


@guarded("self_reports.supervise", ("POST",))
def take_file(request: Request) -> HttpResponse:
    """Takes a list in, whole or not at all."""
    try:
        data, name = list_of(request, "请选择 .xlsx 或 .csv 清单")
        done = take_tickets(
            post=request.post,
            kind=request.POST.get("kind", ""),
            data=data,
            filename=name[-100:],
            today=today(),
            now=timezone.now(),
        )
    except Refusal as refusal:
        return _list(request, refusal)
    said = _("读了 %(rows)s 行：新登记 %(new)s 件，其中 %(attached)s 件已对上农户；%(known)s 件先前已有") % vars(done)
    messages.success(request, said)
    return redirect("tickets")


@guarded("self_reports.see")
def ticket(request: Request, ticket_id: int) -> HttpResponse:
    """One: what it says, whose it is, what was answered."""
    return _page(request, ticket_id)


@guarded("self_reports.supervise", ("POST",))
def attach(request: Request, ticket_id: int) -> HttpResponse:
    """Says which household it is."""
    given = request.POST
    try:
        attach_ticket(
            post=request.post,
            ticket_id=ticket_id,
            version=version_of(given),
            household_id=number_of(given.get("household", "")) or 0,
            today=today(),
            now=timezone.now(),
        )
    except Refusal as refusal:
        return _page(request, ticket_id, refusal, part="attach")
    messages.success(request, _("已对上农户并生成线索"))
    return redirect("ticket", ticket_id)


@guarded("self_reports.supervise", ("POST",))
def answer(request: Request, ticket_id: int) -> HttpResponse:
    """What was answered to the sender."""
    given = request.POST
    try:
        answer_ticket(
            post=request.post,
            ticket_id=ticket_id,
            version=version_of(given),
            answer=given.get("answer", ""),
            today=today(),
            now=timezone.now(),
        )
    except Refusal as refusal:
        return _page(request, ticket_id, refusal, part="answer")
    messages.success(request, _("答复已登记"))
    return redirect("ticket", ticket_id)


def _given(request: Request) -> GivenTicket:
    given = request.POST
    return GivenTicket(
        kind=given.get("kind", ""),
        number=given.get("number", "")[:60],
        head_name=given.get("head_name", "")[:60],
        identity=given.get("identity", "")[:40],
        phone=given.get("phone", "")[:30],
        place=given.get("place", ""),
        risk=given.get("risk", ""),
        words=given.get("words", "")[:2000],
        received_on=date_of(given, "received_on", "收到日期"),
        due_on=date_of(given, "due_on", "答复时限") if given.get("due_on", "").strip() else None,
    )


def _found(post: Post, text: str, line: TicketLine) -> list[Candidate]:
    place = line.ticket.division
    homes = nearest(search(post, text, limit=MOST_LOOKED_AT), place, MOST_FOUND)
    return candidates_of(post, homes, content=line.content, place=place, text=text)


def _list(request: Request, refusal: Refusal | None = None) -> HttpResponse:
    asked, day = request.GET, today()
    tab = asked.get("tab", "open")
    tab = "" if tab == "all" else tab if tab in TABS else "open"
    kind = asked.get("kind", "") if asked.get("kind", "") in Kind.values else ""
    found = ticket_list(request.post, tab=tab, kind=kind, today=day, after=key_of(request), limit=PAGE + 1)
    rows, following = paged(found, PAGE)
    numbers = ticket_counts(request.post, kind=kind, today=day)
    context = {
        "rows": rows,
        "next": following,
        "tab": tab,
        "tabs": [(code, title, numbers[code]) for code, title in TABS.items()],
        "kind": kind,
        "kinds": Kind.choices,
        "chosen_kind": request.POST.get("kind", Kind.PLATFORM),
        "columns": [(name, name in NEEDED) for name in COLUMNS],
        "may_register": reachable(request, "self_reports.supervise"),
        "today": day,
        "refusal": refusal,
    }
    return render(request, "web/tickets/list.html", context, status=400 if refusal else 200)


def _form(request: Request, refusal: Refusal | None = None) -> HttpResponse:
    context = {
        "kinds": Kind.choices,
        "risks": RISK_TYPES,
        "places": _places(request.post),
        "given": request.POST,
        "today": today(),
        "refusal": refusal,
        "at": FIELDS.get(refusal.place, "") if refusal else "",
        "section": "tickets",
    }
    return render(request, "web/tickets/new.html", context, status=400 if refusal else 200)


def _page(request: Request, ticket_id: int, refusal: Refusal | None = None, *, part: str = "") -> HttpResponse:
    line = ticket_page(request.post, ticket_id, today())
    text = request.GET.get("text", "").strip()[:60]
    may = reachable(request, "self_reports.supervise")
    open_one = line.ticket.household_id is None
    context = {
        "line": line,
        "ticket": line.ticket,
        "content": line.content,
        "kind": Kind(line.ticket.kind).label,
        "may_attach": may and open_one,
        "may_answer": may and line.ticket.answered_on is None,
        "text": text,
        "found": _found(request.post, text, line) if text and open_one else [],
        "given": request.POST,
        "refusal": refusal,
        "part": part,
        "section": "tickets",
    }
    return render(request, "web/tickets/page.html", context, status=400 if refusal else 200)


def _places(post: Post) -> list[PlaceGroup]:
    """The towns and villages a post may register for."""
    places = tree()
    towns = places.towns() if post.role in WHOLE_COUNTY else [post.division]
    return [
        PlaceGroup(town, places.names.get(town, town), [(v, places.names[v]) for v in places.children.get(town, ())])
        for town in towns
    ]
