"""The map of the county: drawn on the server as SVG, with a table that says the same."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from sangesan.accounts.permissions import NotAllowed
from sangesan.alerts.domain import RANK
from sangesan.alerts.mapping import CountyMap, Spot, county_map
from sangesan.regions.queries import tree
from sangesan.web.guards import guarded, reachable
from sangesan.web.requests import Request

LAYERS = {
    "areas": _("预警范围"),
    "villages": _("受预警的村"),
    "tasks": _("未完成走访"),
    "clues": _("待核查线索"),
    "hazards": _("地质灾害隐患点"),
}


@guarded("alerts.see")
def county_map_page(request: Request) -> HttpResponse:
    """Outline, towns, villages as points, layers; a tap on a village tells its numbers."""
    drawn = county_map(request.post, timezone.now())
    chosen = next((s for s in drawn.spots if s.code == request.GET.get("village")), None)
    return render(request, "web/map/page.html", _context(request, drawn, chosen))


@guarded("alerts.see")
def map_village(request: Request, village: str) -> HttpResponse:
    """One village's numbers and links, as the panel beside the map."""
    if tree().levels.get(village) not in {"village", "community"}:
        raise NotAllowed("没有这个村（社区）", remedy="请从地图选择")
    drawn = county_map(request.post, timezone.now())
    chosen = next(s for s in drawn.spots if s.code == village)
    template = "web/map/village.html" if request.htmx else "web/map/page.html"
    return render(request, template, _context(request, drawn, chosen))


def _context(request: Request, drawn: CountyMap, chosen: Spot | None) -> dict[str, object]:
    told = [s for s in drawn.spots if s.alerts or s.tasks or s.clues or s.hazards or s.own]
    towns: dict[str, list[Spot]] = {}
    for spot in told:
        towns.setdefault(spot.town, []).append(spot)
    worst = {town: max(RANK[s.colour] for s in spots) for town, spots in towns.items()}
    towns = {town: towns[town] for town in sorted(towns, key=lambda t: (-worst[t], t))}
    tasks, clues = reachable(request, "patrols.see"), reachable(request, "clues.see")
    return {
        "map": drawn,
        "towns": [(tree().names.get(town, town), spots) for town, spots in towns.items()],
        "chosen": chosen,
        "layers": LAYERS.items(),
        "may_see_clues": clues,
        "may_see_tasks": tasks,
        "may_open_tasks": tasks and not request.post.grid,  # a grid worker's list is of the grid, not of the village
        "unseen": not (tasks and clues) or any(not s.own for s in told),
        "may_see_homes": reachable(request, "registry.see"),
        "may_see_duties": reachable(request, "village_work.see"),
        "section": "county-map",
    }
