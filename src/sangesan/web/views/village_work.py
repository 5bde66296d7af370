"""Village duties as pages: what is missing by town and village, one village's duties, one log."""

from django.http import HttpResponse
from django.shortcuts import redirect, render

from sangesan.accounts.models import Post
from sangesan.regions.queries import today, tree
from sangesan.village_work.assigning import may_own
from sangesan.village_work.kind_history import histories
from sangesan.village_work.permissions import reached_division, villages_of
from sangesan.village_work.queries import Missing
from sangesan.village_work.village_page import late_duties, log_page, tallies, village_page
from sangesan.web.guards import guarded, reachable
from sangesan.web.labels import risk_titles
from sangesan.web.requests import Request
from sangesan.web.village_forms import households_shown

PAGE = 60


@guarded("village_work.see")
def duties(request: Request) -> HttpResponse:
    """Towns (for a town: villages) with what is missing, then the overdue list, the latest first; a village sees its own."""
    post, day, places = request.post, today(), tree()
    if post.role in {Post.Role.VILLAGE, Post.Role.GRID}:
        return redirect("village-duties", post.division)
    known = histories()
    town = request.GET.get("town", "") if post.role != Post.Role.TOWN else post.division
    kind = request.GET.get("kind", "")
    town = reached_division(post, town if places.levels.get(town) == "town" else "")
    late = late_duties(post, day, division=town, kind=kind if kind in known else "")
    after = request.GET.get("after", "")
    rows, following = _page(late, int(after) if after.isdecimal() and len(after) < 6 else 0)
    context = {
        "tallies": tallies(post, late, day, by_town=not town, division=town),
        "by_town": not town,
        "rows": rows,
        "next": following,
        "all": len(late),
        "never": sum(one.never for one in late),
        "villages": len(set(villages_of(post))),
        "kinds": [(code, history.newest.title) for code, history in known.items() if history.on(day)],
        "kind": kind,
        "town": town,
        "towns": [(code, places.names[code]) for code in places.towns()] if post.role != Post.Role.TOWN else [],
        "today": day,
        "section": "duties",
    }
    return render(request, "web/village_work/overdue.html", context)


@guarded("village_work.see")
def village(request: Request, village: str) -> HttpResponse:
    """A village's duties with the last twelve periods, open problems, the newest logs."""
    day = today()
    page = village_page(request.post, village, day)
    may_assign = reachable(request, "village_work.assign")
    context = {
        "page": page,
        "village": village,
        "today": day,
        "may_log": reachable(request, "village_work.log"),
        "may_assign": may_assign,
        "owners": may_own(village, day) if may_assign else [],
        "unassigned": _unassigned([row.kind.code for row in page.duties]) if may_assign else [],
        "section": "duties",
    }
    return render(request, "web/village_work/village.html", context)


@guarded("village_work.see")
def log(request: Request, log_id: int) -> HttpResponse:
    """One log with its photos, what it corrects, what came of it."""
    page = log_page(request.post, log_id)
    row = page.row.log
    open_to_correct = not (row.follow_up or row.void or page.later)
    context = {
        "page": page,
        "row": page.row,
        "log": row,
        "may_correct": open_to_correct and reachable(request, "village_work.log"),
        "section": "duties",
    }
    return render(request, "web/village_work/log.html", context)


@guarded("registry.see", ("POST",))
def pick_households(request: Request) -> HttpResponse:
    """Part of a form: households to tick, found by name or code. Sent as a form, so that no name stands in an address."""
    given = request.POST
    text = given.get("search", "")[:40].strip()
    rows = households_shown(request.post, given, text)
    context = {"households": rows, "risks": risk_titles(), "clues": given.get("picking") == "clues", "searched": text}
    return render(request, "web/village_work/households.html", context)


def _page(late: list[Missing], start: int) -> tuple[list[Missing], str]:
    end = start + PAGE
    return late[start:end], str(end) if len(late) > end else ""


def _unassigned(owed: list[str]) -> list[tuple[str, str]]:
    """Kinds that the village does not owe and could be given."""
    day = today()
    return [
        (code, kind.title) for code, history in histories().items() if (kind := history.on(day)) and code not in owed
    ]
