"""The grid worker's list of doors, the two taps, the form for what differs, and who lives below a hazard point."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from sangesan.kernel.dates import parse_date
from sangesan.kernel.refusal import Refusal
from sangesan.patrols.actions import oldest_day
from sangesan.patrols.domain import OFFERED, PURPOSES, RESULTS, SAME
from sangesan.patrols.grouping import list_household, unlist_household
from sangesan.patrols.queries import Door, door, doors, round_of, rounds_running
from sangesan.patrols.walking import record_walk
from sangesan.policy.risks import RISK_TYPES
from sangesan.regions.models import Grid
from sangesan.regions.queries import today
from sangesan.web.guards import ASK, guarded, reachable
from sangesan.web.patrol_fields import changes_of, form_sections, versions_of
from sangesan.web.requests import Request
from sangesan.web.views.patrols import number_of


@guarded("patrols.see")
def grid(request: Request, code: str) -> HttpResponse:
    """Every door of a grid in the order of walking; ?round= shows another round than this week's."""
    day = today()
    row = round_of(request.post, number_of(request.GET.get("round", "")), day)
    rows = doors(request.post, row, code, today=day)
    found = Grid.objects.filter(code=code).first()
    context = {
        "grid": found.name if found else code,
        "code": code,
        "round": row,
        "running": rounds_running(request.post, day),
        "may_record": reachable(request, "patrols.record") and (row is None or row.starts_on <= day <= row.ends_on),
        "today": day,
        "section": "patrols",
    } | _tallies(rows)
    return render(request, "web/patrols/grid.html", context)


@guarded("patrols.record", ASK)
def record(request: Request, household_id: int) -> HttpResponse:
    """The form of one door, and what it sends; from the list by htmx: the door's line as it stands then."""
    if request.method != "POST":
        return _form(request, household_id)
    in_list = bool(request.headers.get("HX-Request"))
    try:
        record_walk(post=request.post, household_id=household_id, now=timezone.now(), today=today(), **_given(request))
    except Refusal as refusal:
        return _line(request, household_id, refusal) if in_list else _form(request, household_id, refusal)
    if in_list:
        return _line(request, household_id)
    messages.success(request, _("排查已登记"))
    return redirect("patrol-grid", door(request.post, household_id, None).household.grid)


@guarded("patrols.list", ("POST",))
def threatened(request: Request, household_id: int) -> HttpResponse:
    """Lists a household as threatened by a hazard point, or takes it out, with a reason."""
    given = request.POST
    about: dict[str, Any] = {"post": request.post, "household_id": household_id, "now": timezone.now()}
    group, words = given.get("group", ""), given.get("words", "")
    if given.get("out"):
        unlist_household(group=group, why=words, **about)
        messages.success(request, _("已移出"))
    else:
        list_household(group=group, words=words, today=today(), **about)
        messages.success(request, _("已登记"))
    return redirect("household", household_id)


def _given(request: Request) -> dict[str, Any]:
    """What the form says; nothing but the result for the two taps."""
    given = request.POST
    result = given.get("result", "")
    asked: dict[str, Any] = {
        "result": result,
        "on": parse_date(given["on"]) if given.get("on") else today(),
        "words": given.get("words", ""),
        "purposes": given.getlist("purposes"),
        "round_id": number_of(given.get("round", "")),
    }
    if result == SAME:
        return asked
    asked["changes"] = changes_of(given)
    asked["based_on"] = versions_of(given)
    if result == "clue":
        asked["clue"] = _clue(given)
    return asked


def _clue(given: Mapping[str, str]) -> tuple[str, str, date | None]:
    event = given.get("event_on", "")
    return given.get("risk", ""), given.get("clue_words", ""), parse_date(event) if event else None


def _door(request: Request, household_id: int) -> Door:
    asked = request.POST.get("round") or request.GET.get("round", "")
    return door(request.post, household_id, round_of(request.post, number_of(asked), today()))


def _tallies(rows: list[Door]) -> dict[str, Any]:
    """What stands above the list of doors."""
    return {
        "rows": rows,
        "walked": sum(one.walked is not None for one in rows),
        "tasks": sum(len(one.tasks) for one in rows),
        "clues": sum(len(one.clues) for one in rows),
    }


def _line(request: Request, household_id: int, refusal: Refusal | None = None) -> HttpResponse:
    """The door's line; where something was recorded, the tallies above the list with it."""
    one, day = _door(request, household_id), today()
    row = round_of(request.post, number_of(request.POST.get("round", "")), day)
    context = {"one": one, "today": day, "may_record": True, "refusal": refusal, "code": one.household.grid, "round": row}
    if refusal:
        return render(request, "web/patrols/door.html", context)
    context |= _tallies(doors(request.post, row, one.household.grid, today=day))
    return render(request, "web/patrols/door_done.html", context)


def _form(request: Request, household_id: int, refusal: Refusal | None = None) -> HttpResponse:
    given, day = request.POST, today()
    result = given.get("result") or request.GET.get("result", "")
    chosen = set(given.getlist("purposes"))
    context = {
        "one": _door(request, household_id),
        "results": [(code, title, code == result) for code, title in RESULTS.items()],
        "purposes": [(code, PURPOSES[code], code in chosen) for code in OFFERED],
        "rounds": rounds_running(request.post, day),
        "chosen_round": given.get("round") or request.GET.get("round", ""),
        "risks": [(code, title, given.get("risk") == code) for code, title in RISK_TYPES.items()],
        "sections": form_sections(household_id, given),
        "given": given,
        "refusal": refusal,
        "today": day,
        "oldest": oldest_day(day),
        "section": "patrols",
    }
    return render(request, "web/patrols/form.html", context)
