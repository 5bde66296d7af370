"""The county's places as they were on a day: towns, villages, grids, and what lies in what."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from sangesan.regions.models import Division, Grid
from sangesan.regions.queries import county

LEVEL_OF = {"county": "county", "town": "town", "village": "village", "community": "village"}


@dataclass(frozen=True)
class Places:
    """names, levels: by code of county, town, village (communities count as villages) and grid; parents: one level up.

    grids: numbers (ids) of the grids by code.
    """

    county: str
    names: Mapping[str, str]
    levels: Mapping[str, str]
    parents: Mapping[str, str]
    grids: Mapping[str, int]

    def path(self, code: str) -> tuple[str, ...]:
        """The place and all above it, the county last; only the county for a place that nobody knows."""
        found = []
        while code and code != self.county:
            if code in self.levels:
                found.append(code)
            code = self.parents.get(code, "")
        return (*found, self.county)

    def of_level(self, level: str) -> list[str]:
        """The codes of one level, in order."""
        return sorted(code for code, known in self.levels.items() if known == level)

    def children(self, code: str) -> list[str]:
        """The places right below one, in order of their codes."""
        return sorted(child for child, parent in self.parents.items() if parent == code and child in self.levels)

    def full_name(self, code: str) -> str:
        """高桥镇双龙村; 高桥镇双龙村第1网格, where a grid's own name repeats its village's."""
        path = self.path(code)[:-1]
        names = [self.names.get(one, one) for one in reversed(path)]
        if self.levels.get(code) == "grid" and len(names) > 1 and names[-1].startswith(names[-2]):
            del names[-2]
        return "".join(names) or self.names.get(code, code)


def places_on(day: date) -> Places:
    """The places that held on a day. A village's town is known also where the village held on another day only."""
    holds = Q(valid_from__lte=day) & (Q(valid_to=None) | Q(valid_to__gt=day))
    top = county()
    names, levels = {top.code: top.name}, {top.code: "county"}
    parents = dict(Division.objects.order_by("valid_from", "id").values_list("code", "parent"))
    for code, name, level in Division.objects.filter(holds).order_by("id").values_list("code", "name", "level"):
        names[code], levels[code] = name, LEVEL_OF[level]
    grids = {}
    for number, code, name, division in Grid.objects.filter(holds).values_list("id", "code", "name", "division"):
        names[code], levels[code], parents[code], grids[code] = name, "grid", division, number
    parents[top.code] = ""
    return Places(top.code, names, levels, parents, grids)
