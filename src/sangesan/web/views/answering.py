"""One household's two lines: who answers, what they were told, what they agreed; and handing over a post."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from sangesan.accounts.models import Post
from sangesan.kernel.dates import parse_date
from sangesan.kernel.refusal import Refusal
from sangesan.leadership.succession import Successor, hand_over_with_seats, open_seats
from sangesan.regions.queries import today
from sangesan.registry.models import Household
from sangesan.registry.permissions import WHOLE_COUNTY
from sangesan.responsibility.actions import assign, post_to_hand_over
from sangesan.responsibility.agreeing import agree, confirm_agreement, may_confirm
from sangesan.responsibility.domain import slots
from sangesan.responsibility.permissions import lines_of, reached_told
from sangesan.responsibility.queries import (
    agreements_of,
    answering_rows,
    candidates,
    duties_of,
    former_duties,
    household_in_reach,
    told_of,
)
from sangesan.web.form_values import numbers_of
from sangesan.web.guards import ASK, guarded, reachable
from sangesan.web.requests import Request


@guarded("responsibility.see")
def answering(request: Request, household_id: int) -> HttpResponse:
    """Who answers, with the forms to name somebody and to write down what both lines agreed."""
    return _page(request, household_id)


@guarded("responsibility.assign", ("POST",))
def duty_assign(request: Request, household_id: int) -> HttpResponse:
    """Names somebody for one row; a refusal shows the form again."""
    given = request.POST
    line, duty, role = (*given.get("slot", "").split("."), "", "")[:3]
    try:
        assign(
            post=request.post,
            household_id=household_id,
            line=line,
            duty=duty,
            role=role,
            holder_id=_number(given.get("holder", "")),
            on=parse_date(given.get("on", "")),
            now=timezone.now(),
        )
    except Refusal as refusal:
        return _page(request, household_id, refusal, form="assign")
    messages.success(request, _("责任人已明确"))
    return redirect("answering", household_id)


@guarded("responsibility.agree", ("POST",))
def agreement_record(request: Request, household_id: int) -> HttpResponse:
    """Writes down what both lines agreed; a refusal shows the form again with what was written."""
    given = request.POST
    try:
        agree(
            post=request.post,
            household_id=household_id,
            held_on=parse_date(given.get("held_on", "")),
            place=given.get("place", "")[:120],
            participants=given.get("participants", ""),
            agreed=given.get("agreed", ""),
            line=given.get("line", ""),
            today=today(),
            now=timezone.now(),
        )
    except Refusal as refusal:
        return _page(request, household_id, refusal, form="agree")
    messages.success(request, _("共商记录已登记，待另一方确认后生效"))
    return redirect("answering", household_id)


@guarded("responsibility.agree", ("POST",))
def agreement_confirm(request: Request, agreement_id: int) -> HttpResponse:
    """The other line confirms; the agreement is in force."""
    row = confirm_agreement(post=request.post, agreement_id=agreement_id, now=timezone.now())
    messages.success(request, _("已确认，共商事项生效"))
    return redirect("answering", row.household_id)


def _page(request: Request, household_id: int, refusal: Refusal | None = None, form: str = "") -> HttpResponse:
    household, day = household_in_reach(request.post, household_id), today()
    told = told_of(household_id)
    mine = set(reached_told(request.post).filter(household=household).values_list("pk", flat=True))
    context: dict[str, Any] = {
        "household": household,
        "answering": answering_rows(household, day),
        "former": former_duties(household_id),
        "told": [(row, row.pk in mine and row.acknowledged_at is None) for row in told],
        "may_acknowledge": reachable(request, "responsibility.acknowledge"),
        "agreements": [(row, _may_confirm(request, household, row)) for row in agreements_of(household_id)],
        "may_agree": household.relocated and reachable(request, "responsibility.agree"),
        "speaks_for": sorted(lines_of(request.post, household)),
        "today": day,
        "refusal": refusal,
        "refused_form": form,
        "given": request.POST,
        "section": "responsibility",
    }
    if reachable(request, "responsibility.assign"):
        context |= _choices(request.post, household)
    status = 400 if refusal else 200
    return render(request, "web/responsibility/household.html", context, status=status)


def _choices(post: Post, household: Household) -> dict[str, Any]:
    """The rows and posts that one may choose from: a town only those of its own line."""
    lines = set(lines_of(post, household))
    posts = candidates(household, today())
    if post.role in WHOLE_COUNTY:
        lines = set(posts)
    return {
        "slots": [slot for slot in slots(household.relocated) if slot[0] in lines],
        "holders": [(line, posts[line]) for line in posts if line in lines],
    }


def _may_confirm(request: Request, household: Household, row: Any) -> bool:
    return (
        row.confirmed_at is None
        and reachable(request, "responsibility.agree")
        and may_confirm(request.post, household, row)
    )


@guarded("responsibility.hand_over", ASK)
def post_hand_over(request: Request, post_id: int) -> HttpResponse:
    """The form to hand a post over, and the handing over; a refusal shows the form again with what was written."""
    former = post_to_hand_over(request.post, post_id)
    refusal, given = None, request.POST
    chosen = numbers_of(given.getlist("seat"))
    if request.method == "POST":
        try:
            done = hand_over_with_seats(
                post=request.post,
                from_post_id=post_id,
                to=Successor(parse_date(given.get("on", "")), given.get("username", ""), given.get("name", "")),
                seats=chosen,
                document=given.get("document", ""),
                now=timezone.now(),
            )
        except Refusal as found:
            refusal = found
        else:
            words = ngettext(
                "已移交给“%(name)s”，%(duties)s 项责任随岗转移",
                "已移交给“%(name)s”，%(duties)s 项责任随岗转移",
                done.duties,
            )
            name = done.post.user.name if done.post.user else ""
            messages.success(request, words % {"name": name, "duties": done.duties})
            if chosen:
                messages.success(request, _("职务一并由接任人担任"))
            if done.new_account:
                messages.warning(request, _("这是新账号，设好口令之前不能登录"))
            return redirect("chain")
    context = {
        "former": former,
        "duties": duties_of(former, today()).count(),
        "seats": open_seats(request.post, former),
        "chosen": chosen if request.method == "POST" else None,
        "refusal": refusal,
        "given": given,
        "today": today(),
        "section": "chain",
    }
    return render(request, "web/responsibility/hand_over.html", context, status=400 if refusal else 200)


def _number(text: str) -> int:
    return int(text) if text.isdecimal() and len(text) < 18 else 0
