"""Leaflets: printing them with the day's policy, telling an old one, counting how many went out."""

from datetime import date
from io import BytesIO

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils import timezone
from django.utils.translation import gettext as _

from sangesan.kernel.period import add_months
from sangesan.kernel.refusal import Refusal
from sangesan.regions.queries import today, tree
from sangesan.self_reports.policy import public_phones
from sangesan.self_reports.posters import office_phone, posters_of
from sangesan.village_work.leaflet_facts import LEAFLETS, facts_of, line_sentence
from sangesan.village_work.leaflets import (
    HOW,
    coverage,
    hand_out,
    handouts,
    look_up,
    office_phones,
    print_leaflet,
    round_on,
    set_phone,
)
from sangesan.village_work.permissions import villages_of
from sangesan.web.form_values import count_of, date_of, number_of
from sangesan.web.guards import guarded, reachable
from sangesan.web.requests import Request
from sangesan.web.submissions import new_submission, submission_of
from sangesan.web.village_forms import day_or, of_villages

ROWS_SHOWN = 40


@guarded("village_work.see")
def leaflets(request: Request) -> HttpResponse:
    """What can be printed, how far the round has got, the newest hand-outs."""
    return _leaflets(request)


@guarded("village_work.see")
def leaflet(request: Request, leaflet: str, village: str, kind: str) -> FileResponse:
    """The leaflet of a village, pdf or docx. ?village= takes the place of the one in the address, for the form's choice."""
    chosen = request.GET.get("village") or village
    made = print_leaflet(
        post=request.post,
        leaflet=leaflet,
        village=chosen,
        kind=kind,
        phones=_phones(chosen, today()),
        address=lambda code: _address(request, code),
        today=today(),
        now=timezone.now(),
    )
    return FileResponse(BytesIO(made.data), as_attachment=True, filename=made.name, content_type=made.content_type)


@guarded("village_work.meet", ("POST",))
def handed(request: Request) -> HttpResponse:
    """Copies that went out, or a correction of what was written of them."""
    given = request.POST
    try:
        hand_out(
            post=request.post,
            village=of_villages(given, villages_of(request.post), request.post.division),
            leaflet=given.get("leaflet", ""),
            digest=given.get("edition", ""),
            handed_on=date_of(given, "handed_on", "发放日期"),
            copies=count_of(given, "copies", "份数"),
            how=given.get("how", ""),
            corrects=number_of(given.get("corrects", "")),
            void=bool(given.get("void")),
            submission=submission_of(given),
            today=today(),
            now=timezone.now(),
        )
    except Refusal as refusal:
        return _leaflets(request, refusal)
    messages.success(request, _("发放已登记"))
    return redirect("leaflets")


@guarded("village_work.assign", ("POST",))
def phone(request: Request) -> HttpResponse:
    """The office phone that leaflets print."""
    given = request.POST
    try:
        set_phone(
            post=request.post, division=given.get("division", ""), number=given.get("number", ""), now=timezone.now()
        )
    except Refusal as refusal:
        return _leaflets(request, refusal)
    messages.success(request, _("办公电话已更新"))
    return redirect("leaflets")


def _leaflets(request: Request, refusal: Refusal | None = None) -> HttpResponse:
    post, day, places, given = request.post, today(), tree(), request.POST
    reach = villages_of(post)
    period = round_on(day)
    covered = [one for one in coverage(day) if one.village in set(reach)]
    before = {one.village: one for one in coverage(day, round_of=add_months(period.start, -1))}
    asked = request.GET.get("edition", "")
    context = {
        "leaflets": [(code, title, facts_of(code, day).digest) for code, title in LEAFLETS.items()],
        "line": line_sentence(day),
        "villages": [(code, places.full_name(code)) for code in reach],
        "village": of_villages(given or request.GET, reach, post.division) or (reach[0] if reach else ""),
        "period": period,
        "covered": [(one, before.get(one.village)) for one in covered[:ROWS_SHOWN]],
        "full": sum(one.percent >= 100 for one in covered),
        "all": len(covered),
        "handouts": handouts(post, limit=ROWS_SHOWN),
        "how": HOW,
        "found": look_up(asked, day) if asked else None,
        "asked": asked,
        "phones": office_phones(post) if reachable(request, "village_work.assign") else [],
        "may_hand": reachable(request, "village_work.meet"),
        "handed_on": day_or(given, "handed_on", day),
        "given": given,
        "submission": new_submission(),
        "refusal": refusal,
        "today": day,
        "section": "leaflets",
    }
    return render(request, "web/leaflets/page.html", context)


def _phones(village: str, day: date) -> dict[str, str]:
    """The village's own office first, then the lines that anybody may call: title -> number."""
    own = office_phone(village)
    return ({"村（社区）": own} if own else {}) | {title: number for number, title in public_phones(day).items()}


def _address(request: Request, village: str) -> str:
    """The village's public page for self-reports, as its poster has it."""
    row = posters_of([village], now=timezone.now())[village]
    page = resolve_url("report", row.token)
    return f"{settings.PUBLIC_URL}{page}" if settings.PUBLIC_URL else request.build_absolute_uri(page)
