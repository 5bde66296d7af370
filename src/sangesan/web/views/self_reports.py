"""Households' own reports for the staff: the list, one report with what can be done, the form at window and telephone."""

from collections.abc import Mapping

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from sangesan.accounts.models import Post
from sangesan.kernel.refusal import Refusal
from sangesan.regions.queries import Tree, today, tree
from sangesan.registry.permissions import WHOLE_COUNTY
from sangesan.registry.queries import search
from sangesan.self_reports.answering import answer
from sangesan.self_reports.candidates import Candidate, candidates_of, nearest
from sangesan.self_reports.contents import Content
from sangesan.self_reports.domain import (
    ANSWERS,
    ATTACHABLE,
    FINDINGS,
    STATES,
    TAKEN_BY_PERSON,
    WAITING,
    WAYS,
    Finding,
    State,
    Way,
    shown_receipt,
)
from sangesan.self_reports.looking import record_look
from sangesan.self_reports.queries import TABS, Filters, counts, report_list, report_page
from sangesan.self_reports.receiving import attach, confirm
from sangesan.self_reports.reporting import NotInOrder, places_to_choose
from sangesan.self_reports.taking_down import prefill, take_down
from sangesan.web.clue_filters import places_of
from sangesan.web.form_values import date_of, number_of, version_of
from sangesan.web.guards import ASK, guarded, reachable
from sangesan.web.labels import risk_titles
from sangesan.web.paging import key_of, paged
from sangesan.web.report_form import ReportForm, empty_form, filled_form, form_number, given_of
from sangesan.web.requests import Request

PAGE = 50
MOST_FOUND = 20
MOST_LOOKED_AT = 200  # of which those of the claimed village are shown first


@guarded("self_reports.see")
def reports(request: Request) -> HttpResponse:
    """The post's reports, newest first; tab, place, way and lateness come from the address."""
    asked, day = request.GET, today()
    tab = asked.get("tab", "waiting")
    filters = Filters(
        tab="" if tab == "all" else tab if tab in TABS else "waiting",
        place=asked.get("place", "")[:12],
        way=asked.get("way", "")[:8],
        risk=asked.get("risk", "")[:8],
        late=asked.get("late") == "yes",
    )
    found = report_list(request.post, filters, today=day, after=key_of(request), limit=PAGE + 1)
    rows, following = paged(found, PAGE)
    numbers = counts(request.post, filters, today=day)
    context = {
        "rows": rows,
        "next": following,
        "filters": filters,
        "tabs": [(code, title, numbers[code]) for code, title in TABS.items()],
        "ways": WAYS,
        "risks": risk_titles(),
        "states": STATES,
        "places": places_of(request.post, tree()),
        "may_take": reachable(request, "self_reports.receive"),
        "may_print": reachable(request, "self_reports.poster"),
        "today": day,
    }
    return render(request, "web/self_reports/list.html", context)


@guarded("self_reports.see")
def one(request: Request, report_id: int) -> HttpResponse:
    """One report: what the household said, whose it is, what was done, what is to be done."""
    return _page(request, report_id)


@guarded("self_reports.receive", ("POST",))
def attach_report(request: Request, report_id: int) -> HttpResponse:
    """Says which household it is; the clue goes to its village."""
    given, day = request.POST, today()
    try:
        done = attach(
            post=request.post,
            report_id=report_id,
            version=version_of(given),
            household_id=number_of(given.get("household", "")) or 0,
            today=day,
            now=timezone.now(),
        )
    except Refusal as refusal:
        return _page(request, report_id, refusal, part="attach")
    words = _("已并入先前的线索") if done.joined else _("已生成线索，转村核查")
    messages.success(request, words)
    return redirect("self-report", report_id)


@guarded("self_reports.receive", ("POST",))
def confirm_report(request: Request, report_id: int) -> HttpResponse:
    """The household itself has confirmed that it reported."""
    try:
        confirm(
            post=request.post, report_id=report_id, version=version_of(request.POST), today=today(), now=timezone.now()
        )
    except Refusal as refusal:
        return _page(request, report_id, refusal, part="confirm")
    messages.success(request, _("已记下：是本户申报。进度页从现在起显示后面的进展"))
    return redirect("self-report", report_id)


@guarded("self_reports.answer", ("POST",))
def look_report(request: Request, report_id: int) -> HttpResponse:
    """Somebody went to look for a household that is not in the register."""
    given = request.POST
    try:
        done = record_look(
            post=request.post,
            report_id=report_id,
            version=version_of(given),
            looked_on=date_of(given, "looked_on", ""),
            who=given.get("who", "")[:100],
            finding=given.get("finding", ""),
            words=given.get("look_words", "")[:1000],
            today=today(),
            now=timezone.now(),
        )
    except Refusal as refusal:
        return _page(request, report_id, refusal, part="look")
    kept, closed = _("已核实，列入“待补入底册”，县里能看到"), _("已核实并答复申报人")
    messages.success(request, kept if done.state == State.VERIFIED else closed)
    return redirect("self-report", report_id)


@guarded("self_reports.answer", ("POST",))
def answer_report(request: Request, report_id: int) -> HttpResponse:
    """Closes a report with a reason of the list."""
    given = request.POST
    try:
        answer(
            post=request.post,
            report_id=report_id,
            version=version_of(given),
            answer=given.get("answer", ""),
            note=given.get("note", ""),
            today=today(),
            now=timezone.now(),
        )
    except Refusal as refusal:
        return _page(request, report_id, refusal, part="answer")
    messages.success(request, _("已答复，申报人在进度页上能看到"))
    return redirect("self-report", report_id)


@guarded("self_reports.receive", ASK)
def take(request: Request) -> HttpResponse:
    """The form at the window and on the telephone; ?household= fills in what the register knows."""
    places = _places(request.post, tree())
    household = number_of(request.POST.get("household", "") or request.GET.get("household", ""))
    if request.method != "POST":
        return _form(request, _first(request, places, household), household)
    given, form = request.POST, filled_form(request.POST, places, grouped=request.post.role != Post.Role.VILLAGE)
    if given.get("do") == "proxy":
        form.by_proxy = not form.by_proxy
        return _form(request, form, household)
    try:
        done = take_down(
            post=request.post,
            given=given_of(given),
            way=given.get("way", ""),
            form=form_number(given),
            places=places,
            household_id=household,
            today=today(),
            now=timezone.now(),
        )
    except NotInOrder as refusal:
        form.faults |= refusal.faults
        return _form(request, form, household)
    except Refusal as refusal:
        form.refusal = refusal
        return _form(request, form, household)
    said = _("已受理，受理号 %(receipt)s，请告诉申报人") % {"receipt": shown_receipt(done.receipt)}
    messages.success(request, said)
    return redirect("self-report", done.pk)


def _first(request: Request, places: Mapping[str, str], household: int | None) -> ReportForm:
    grouped = request.post.role != Post.Role.VILLAGE
    if household is None:
        return empty_form(places, grouped=grouped)
    known = prefill(post=request.post, household_id=household)
    chosen = known.place if known.place in places else known.household.residence
    values = {"head_name": known.head_name, "phone": known.phone, "place": chosen}
    return empty_form(places, grouped=grouped, values=values)


def _form(request: Request, form: ReportForm, household: int | None) -> HttpResponse:
    text = request.GET.get("text", "").strip()[:60]
    known = prefill(post=request.post, household_id=household) if household else None
    asked = request.POST or request.GET
    context = {
        "form": form,
        "known": known,
        "known_identity": known.masked_identity if known else "",
        "ways": [(str(way), WAYS[way]) for way in TAKEN_BY_PERSON],
        "way": asked.get("way", ""),
        "text": text,
        "found": _found(request.post, text, Content(text), request.post.division) if text else [],
        "refusal": form.refusal,
        "section": "self-reports",
    }
    return render(request, "web/self_reports/take.html", context, status=400 if form.faults or form.refusal else 200)


def _page(request: Request, report_id: int, refusal: Refusal | None = None, *, part: str = "") -> HttpResponse:
    page = report_page(request.post, report_id, today())
    state = State(page.report.state)
    waiting = state in WAITING
    text = request.GET.get("text", "").strip()[:60]
    may_receive = reachable(request, "self_reports.receive")
    may_attach = state in ATTACHABLE and may_receive
    context = {
        "page": page,
        "report": page.report,
        "content": page.content,
        "receipt": shown_receipt(page.report.receipt),
        "state": STATES[state],
        "way": WAYS[Way(page.report.way)],
        "waiting": waiting,
        "may_attach": may_attach,
        "may_look": state == State.UNREGISTERED and reachable(request, "self_reports.answer"),
        "to_register": state == State.VERIFIED,
        "findings": FINDINGS,
        "finding": FINDINGS.get(Finding(page.report.finding)) if page.report.finding else "",
        "may_confirm": state == State.SENT and page.report.confirmed_on is None and may_receive,
        "may_answer": state != State.ANSWERED and reachable(request, "self_reports.answer"),
        "answers": ANSWERS,
        "answer": ANSWERS.get(page.report.answer, ""),
        "text": text,
        "found": _found(request.post, text, page.content, page.report.division) if text and may_attach else [],
        "tree": tree(),
        "today": today(),
        "given": request.POST,
        "refusal": refusal,
        "part": part,
        "section": "self-reports",
    }
    return render(request, "web/self_reports/page.html", context, status=400 if refusal else 200)


def _found(post: Post, text: str, content: Content, place: str) -> list[Candidate]:
    homes = nearest(search(post, text, limit=MOST_LOOKED_AT), place, MOST_FOUND)
    return candidates_of(post, homes, content=content, place=place, text=text)


def _places(post: Post, places: Tree) -> dict[str, str]:
    """What a post may choose: a village its groups; a town its villages; the county every village."""
    if post.role == Post.Role.VILLAGE:
        return places_to_choose(post.division)
    every = places_to_choose()
    if post.role in WHOLE_COUNTY:
        return every
    return {code: title for code, title in every.items() if places.town_of(code) == post.division}
