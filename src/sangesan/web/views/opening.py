"""Opening a case from a clue, by the green channel, or on a household's own application."""

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from sangesan.accounts.permissions import NotAllowed
from sangesan.cases.opening import open_by_application, open_from_clue, open_green_channel
from sangesan.kernel.refusal import Refusal
from sangesan.regions.queries import today
from sangesan.web.guards import guarded
from sangesan.web.requests import Request
from sangesan.web.views.clues import show_clue
from sangesan.web.views.households import show_household


@guarded("cases.open", ("POST",))
def from_clue(request: Request, clue_id: int) -> HttpResponse:
    """The household's case for a clue that a visit confirmed."""
    case = open_from_clue(post=request.post, clue_id=clue_id, today=today(), now=timezone.now())
    messages.success(request, _("已转入程序"))
    return redirect("case", case.pk)


@guarded("cases.open", ("POST",))
def by_green_channel(request: Request, clue_id: int) -> HttpResponse:
    """The case for a disaster's clue before any visit, with the green channel open: both or neither."""
    reason, day, now = request.POST.get("reason", "")[:300], today(), timezone.now()
    try:
        with transaction.atomic():
            case = open_from_clue(post=request.post, clue_id=clue_id, today=day, now=now)
            open_green_channel(post=request.post, case_id=case.pk, reason=reason, today=day, now=now)
    except NotAllowed:
        raise
    except Refusal as refusal:
        return show_clue(request, clue_id, refusal, part="green")
    messages.success(request, _("绿色通道已开启，先行落实帮扶，期限内补齐材料"))
    return redirect("case", case.pk)


@guarded("cases.open", ("POST",))
def by_application(request: Request, household_id: int) -> HttpResponse:
    """The household's case on its own application, made at the window or to the village."""
    reason = request.POST.get("reason", "")
    try:
        case = open_by_application(
            post=request.post, household_id=household_id, reason=reason, today=today(), now=timezone.now()
        )
    except NotAllowed:
        raise
    except Refusal as refusal:
        return show_household(request, household_id, refusal)
    messages.success(request, _("申请已受理，已转入程序"))
    return redirect("case", case.pk)
