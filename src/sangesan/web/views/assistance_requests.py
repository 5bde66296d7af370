"""What towns ask of the county: the list, one request with its answer, and the report that it has come."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from sangesan.accounts.models import Post
from sangesan.assistance.actions import answer_request, fulfil_request, raise_request
from sangesan.assistance.models import Request as Asked
from sangesan.assistance.queries import request_counts, request_page, requests
from sangesan.exchange.contracts import load_contracts
from sangesan.kernel.refusal import Refusal
from sangesan.regions.queries import today, tree
from sangesan.registry.queries import in_order
from sangesan.web.assistance_forms import money_of, optional_date
from sangesan.web.form_values import date_of, number_of, version_of
from sangesan.web.guards import guarded, reachable
from sangesan.web.paging import key_of, paged
from sangesan.web.requests import Request

PAGE = 50
ALL = "all"


@guarded("assistance.see")
def asked_list(request: Request) -> HttpResponse:
    """The post's requests, newest first, open ones first asked for; ?household= opens the form for one."""
    return _list(request)


@guarded("assistance.request", ("POST",))
def asked_raise(request: Request) -> HttpResponse:
    """Raises a request, for a household or for the town; a refusal shows the form again with what was written."""
    given = request.POST
    try:
        made = raise_request(
            post=request.post,
            household_id=number_of(given.get("household", "")),
            need=given.get("need", ""),
            asked=given.get("asked", ""),
            amount_fen=money_of(given, "amount", "金额"),
            now=timezone.now(),
        )
    except Refusal as refusal:
        return _list(request, refusal)
    messages.success(request, _("请求已上报县专班"))
    return redirect("asked", made.pk)


@guarded("assistance.see")
def asked(request: Request, request_id: int) -> HttpResponse:
    """One request with its answer, or the form to answer it."""
    return _page(request, request_id)


@guarded("assistance.answer", ("POST",))
def asked_answer(request: Request, request_id: int) -> HttpResponse:
    """The county's answer: a policy, a department and a date, or a no with its reason."""
    given = request.POST
    try:
        answer_request(
            post=request.post,
            request_id=request_id,
            version=version_of(given),
            granted=_granted(given.get("answer", "")),
            policy=given.get("policy", ""),
            department=given.get("department", ""),
            due_on=optional_date(given, "due_on", "完成期限"),
            refusal=given.get("refusal", ""),
            now=timezone.now(),
        )
    except Refusal as refusal:
        return _page(request, request_id, refusal)
    messages.success(request, _("答复已登记，镇里即可看到"))
    return redirect("asked", request_id)


@guarded("assistance.request", ("POST",))
def asked_fulfil(request: Request, request_id: int) -> HttpResponse:
    """The town says that what was granted has come."""
    given = request.POST
    try:
        fulfil_request(
            post=request.post,
            request_id=request_id,
            version=version_of(given),
            on=date_of(given, "on", "办结日期"),
            note=given.get("note", ""),
            now=timezone.now(),
        )
    except Refusal as refusal:
        return _page(request, request_id, refusal)
    messages.success(request, _("已登记办结"))
    return redirect("asked", request_id)


def _granted(answer: str) -> bool:
    if answer not in {"granted", "refused"}:
        raise Refusal("没有选择答复", place="答复", remedy="请选“安排”或“不同意”")
    return answer == "granted"


def _list(request: Request, refusal: Refusal | None = None) -> HttpResponse:
    state = request.GET.get("state", Asked.State.OPEN)
    counts = request_counts(request.post)
    rows = requests(request.post, "" if state == ALL else state, after=key_of(request), limit=PAGE + 1)
    found, following = paged(rows, PAGE)
    number = number_of((request.POST or request.GET).get("household", ""))
    context = {
        "rows": found,
        "next": following,
        "state": state,
        "states": [(value, label, counts[value]) for value, label in Asked.State.choices],
        "total": sum(counts.values()),
        "today": today(),
        "tree": tree(),
        "may_raise": reachable(request, "assistance.request"),
        "about": in_order(request.post, [number]).get(number) if number else None,
        "given": request.POST,
        "refusal": refusal,
    }
    return render(request, "web/assistance/requests.html", context)


def _page(request: Request, request_id: int, refusal: Refusal | None = None) -> HttpResponse:
    found = request_page(request.post, request_id)
    own_town = request.post.role == Post.Role.TOWN and request.post.division == found.town
    granted = found.state == Asked.State.GRANTED and found.fulfilled_on is None
    context = {
        "asked": found,
        "departments": load_contracts().departments.values(),
        "today": today(),
        "tree": tree(),
        "may_answer": reachable(request, "assistance.answer") and found.state == Asked.State.OPEN,
        "may_fulfil": reachable(request, "assistance.request") and own_town and granted,
        "given": request.POST,
        "refusal": refusal,
        "section": "requests",
    }
    return render(request, "web/assistance/request.html", context)
