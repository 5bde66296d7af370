"""Recording that a household has moved to another place of the county."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from sangesan.cases.moving import move_household
from sangesan.kernel.dates import parse_date
from sangesan.kernel.refusal import Refusal
from sangesan.regions.queries import grids_of, today, tree
from sangesan.registry.domain import RELOCATION_CAUSES
from sangesan.registry.queries import household_page
from sangesan.web.guards import ASK, guarded
from sangesan.web.requests import Request


@guarded("registry.relocate", ASK)
def move(request: Request, household_id: int) -> HttpResponse:
    """The form (a town's villages and a village's grids come as they are chosen), and the recording of it."""
    refusal = None
    if request.method == "POST":
        try:
            return _moved(request, household_id)
        except Refusal as refused:
            refusal = refused
    given = request.POST or request.GET
    page, places = household_page(request.post, household_id, today()), tree()
    town = given.get("town") or page.household.residence_town
    villages = [code for code in places.children.get(town, ()) if places.levels[code] in {"village", "community"}]
    village = given.get("village", "") if given.get("village", "") in villages else ""
    context = {
        "page": page,
        "towns": [(code, places.names[code]) for code in places.towns()],
        "villages": [(code, places.names[code]) for code in villages],
        "grids": [(g.code, g.name) for g in grids_of(village)] if village else [],
        "town": town,
        "village": village,
        "causes": RELOCATION_CAUSES,
        "given": given,
        "refusal": refusal,
        "today": today(),
        "section": "households",
    }
    return render(request, "web/households/move.html", context)


def _moved(request: Request, household_id: int) -> HttpResponse:
    given = request.POST
    home = move_household(
        post=request.post,
        household_id=household_id,
        grid=given.get("grid", ""),
        cause=given.get("cause", ""),
        moved_on=parse_date(given.get("moved_on", "")),
        concentrated=given.get("concentrated") == "yes",
        today=today(),
        now=timezone.now(),
    )
    messages.success(request, _("已登记搬迁，两边都已告知"))
    return redirect("household", home.pk)
