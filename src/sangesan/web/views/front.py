"""The front page: the county's figures, and what waits for this post."""

from datetime import date

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from sangesan.alerts.queries import in_force
from sangesan.assistance.queries import request_counts
from sangesan.cases.desk import desk
from sangesan.clues.domain import channels
from sangesan.clues.queries import Filters, counts, open_by_channel, overdue, state_by_town, work_list
from sangesan.exchange.queries import feed_statuses
from sangesan.exchange.timeliness import LATE
from sangesan.figures.queries import county_figures
from sangesan.regions.queries import Tree, today, tree
from sangesan.responsibility.queries import waiting
from sangesan.screening.queries import latest_run
from sangesan.web.also_waiting import also_waiting
from sangesan.web.guards import guarded, reachable
from sangesan.web.requests import Request

FIRST = 8


@guarded("county.see")
def front(request: Request) -> HttpResponse:
    """One's own desk first, then one's next clues (or a department's feeds); the county's figures below."""
    day = today()
    context = {"figures": county_figures(), "today": day, "whole": request.post.role in {"county", "inspector"}}
    context["also"] = also_waiting(request.post, today=day, now=timezone.now())
    context["weeks"] = reachable(request, "dispatch.see")
    if reachable(request, "alerts.see"):
        context["alerts_in_force"] = in_force(request.post, timezone.now())
    if reachable(request, "cases.see"):
        context |= _desk(request, day)
    if reachable(request, "clues.see"):
        context |= {
            "counts": counts(request.post, Filters(), today=day),
            "next_clues": work_list(request.post, Filters(), today=day, limit=FIRST).clues,
        }
    if not reachable(request, "clues.see"):
        context["own_feeds"] = feed_statuses(request.post, day)
    if context["whole"]:
        lines = _lines()
        most = max((number for _title, number in lines), default=0) or 1
        statuses = feed_statuses(request.post, day)
        context |= {"lines": lines, "lines_most": most, "towns": _towns(tree()), "overdue": overdue(day)}
        context |= {
            "run": latest_run(),
            "late": [s for s in statuses if s.due.status == LATE],
            "not_attached": sum(s.not_attached for s in statuses),
        }
    return render(request, "web/front/page.html", context)


def _desk(request: Request, day: date) -> dict[str, object]:
    """What waits for this post: cases by state, what the other line told, requests, households without measures."""
    asked = request_counts(request.post) if reachable(request, "assistance.see") else {}
    return {
        "desk": desk(request.post, today=day, first=FIRST),
        "told": waiting(request.post, today=day) if reachable(request, "responsibility.see") else None,
        "requests_open": asked.get("open", 0),
    }


def _lines() -> list[tuple[str, int]]:
    """Live clues by line of defence, lines without clues included."""
    totals = dict.fromkeys((channel.line for channel in channels().values()), 0)
    for code, number in open_by_channel().items():
        totals[channels()[code].line] += number
    return list(totals.items())


def _towns(places: Tree) -> list[dict[str, object]]:
    """A line per town: its clues by state."""
    states = state_by_town()
    rows = []
    for town in places.towns():
        found = states.get(town, {})
        row: dict[str, object] = {"code": town, "name": places.names[town]}
        row |= {state: found.get(state, 0) for state in ("open", "confirmed", "cleared")}
        rows.append(row)
    return rows
