"""What people fill in on a case's page: authorisations, comparison, study, attempts, reasons, proofs, the number."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils import timezone
from django.utils.translation import gettext as _

from sangesan.cases import filling
from sangesan.cases.case_page import case_page
from sangesan.cases.comparing import compare as compare_data
from sangesan.cases.comparing import explain as explain_hit
from sangesan.cases.invitations import DAYS_VALID
from sangesan.cases.invitations import invite as make_link
from sangesan.cases.opening import open_green_channel
from sangesan.kernel.refusal import Refusal
from sangesan.policy.risks import MOST_RISKS
from sangesan.regions.queries import today, tree
from sangesan.web.form_values import date_of, number_of, numbers_of, version_of
from sangesan.web.guards import guarded
from sangesan.web.requests import Request
from sangesan.web.views.cases import show_case
from sangesan.web.visit_form import signature_of


def _filled(request: Request, case_id: int, part: str, said: str, act: Callable[[], Any]) -> HttpResponse:
    """Runs the act: back to its part of the page, or the page with the refusal and what was typed."""
    try:
        act()
    except Refusal as refusal:
        return show_case(request, case_id, refusal, part=part)
    messages.success(request, said)
    return redirect(f"{resolve_url('case', case_id)}#{part.split('-', maxsplit=1)[0]}")


@guarded("cases.fill", ("POST",))
def authorise(request: Request, case_id: int) -> HttpResponse:
    """The ticked adults have promised and authorised, in one way."""
    given = request.POST
    return _filled(
        request, case_id, "authorisations", _("授权已登记"),
        lambda: filling.authorise(
            post=request.post, case_id=case_id, version=version_of(given), people=numbers_of(given.getlist("person")),
            way=given.get("way", ""), on=date_of(given, "on", "授权日期"), today=today(), now=timezone.now(),
            written_by=given.get("written_by", "")[:60], read_out=bool(given.get("read_out")),
            signature=signature_of(given), scans=[file.read() for file in request.FILES.getlist("scans")],
        ),
    )  # fmt: skip


@guarded("cases.fill", ("POST",))
def invite(request: Request, case_id: int) -> HttpResponse:
    """A one-time link for an adult away working; its address is on this answer only."""
    given, person = request.POST, number_of(request.POST.get("person", "")) or 0
    try:
        made, token = make_link(
            post=request.post, case_id=case_id, version=version_of(given), person_id=person, today=today(),
            now=timezone.now(),
        )  # fmt: skip
    except Refusal as refusal:
        return show_case(request, case_id, refusal, part="authorisations")
    page = case_page(request.post, case_id, today())
    context = {
        "page": page,
        "case": page.case,
        "adult": next((a for a in page.adults if a.person == made.person_id), None),
        "place": tree().full_name(page.case.village),
        "address": request.build_absolute_uri(resolve_url("authorise", token)),
        "invitation": made,
        "days": DAYS_VALID,
        "section": "cases",
    }
    answer = render(request, "web/cases/link.html", context)
    answer.headers["Cache-Control"] = "no-store"
    return answer


@guarded("cases.fill", ("POST",))
def compare(request: Request, case_id: int) -> HttpResponse:
    """Holds the members against the departments' newest data."""
    return _filled(
        request, case_id, "comparison", _("比对已返回，有情形的请逐条说明"),
        lambda: compare_data(post=request.post, case_id=case_id, today=today(), now=timezone.now()),
    )  # fmt: skip


@guarded("cases.fill", ("POST",))
def explain(request: Request, case_id: int, hit_id: int) -> HttpResponse:
    """Says what stands behind one hit."""
    text = request.POST.get("text", "")[:300]
    return _filled(
        request, case_id, f"comparison-{hit_id}", _("说明已登记"),
        lambda: explain_hit(post=request.post, hit_id=hit_id, text=text, now=timezone.now()),
    )  # fmt: skip


@guarded("cases.fill", ("POST",))
def study(request: Request, case_id: int) -> HttpResponse:
    """Category, risks in order and helper, confirmed by a person."""
    given = request.POST
    return _filled(
        request, case_id, "study", _("研判已登记"),
        lambda: filling.study(
            post=request.post, case_id=case_id, version=version_of(given), category=given.get("category", ""),
            risks=[given.get(f"risk-{n}", "") for n in range(1, MOST_RISKS + 1)],
            helper_id=number_of(given.get("helper", "")), today=today(), now=timezone.now(),
        ),
    )  # fmt: skip


@guarded("cases.fill", ("POST",))
def attempt(request: Request, case_id: int) -> HttpResponse:
    """An attempt to reach somebody of the household."""
    given = request.POST
    return _filled(
        request, case_id, "attempts", _("联系经过已登记"),
        lambda: filling.tried_to_reach(
            post=request.post, case_id=case_id, version=version_of(given), on=date_of(given, "on", "联系日期"),
            how=given.get("how", ""), whom=given.get("whom", ""), result=given.get("result", ""), today=today(),
            now=timezone.now(),
        ),
    )  # fmt: skip


@guarded("cases.fill", ("POST",))
def give_reason(request: Request, case_id: int) -> HttpResponse:
    """Why a warning stands and is right all the same."""
    given, code = request.POST, request.POST.get("code", "")
    return _filled(
        request, case_id, f"warnings-{code}", _("理由已登记"),
        lambda: filling.give_reason(
            post=request.post, case_id=case_id, version=version_of(given), code=code, reason=given.get("reason", ""),
            today=today(), now=timezone.now(),
        ),
    )  # fmt: skip


@guarded("cases.fill", ("POST",))
def gone(request: Request, case_id: int) -> HttpResponse:
    """What proves that the household died out or moved away."""
    given = request.POST
    return _filled(
        request, case_id, "gone", _("依据已登记"),
        lambda: filling.note_gone(
            post=request.post, case_id=case_id, version=version_of(given), proof=given.get("proof", "")
        ),
    )  # fmt: skip


@guarded("cases.fill", ("POST",))
def national_number(request: Request, case_id: int) -> HttpResponse:
    """The number that the national system gave."""
    given = request.POST
    return _filled(
        request, case_id, "number", _("编号已登记"),
        lambda: filling.set_national_number(
            post=request.post, case_id=case_id, version=version_of(given), number=given.get("number", "")
        ),
    )  # fmt: skip


@guarded("cases.fill", ("POST",))
def green_channel(request: Request, case_id: int) -> HttpResponse:
    """Help first, papers within a deadline."""
    reason = request.POST.get("reason", "")[:300]
    return _filled(
        request, case_id, "green", _("绿色通道已开启，先行落实帮扶，期限内补齐材料"),
        lambda: open_green_channel(
            post=request.post, case_id=case_id, reason=reason, today=today(), now=timezone.now()
        ),
    )  # fmt: skip
