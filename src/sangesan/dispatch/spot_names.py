"""Whose records a spot call asks about: looked up for the page only, a stored call keeps no names."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sangesan.accounts.models import Post
from sangesan.clues.models import Clue
from sangesan.regions.models import Grid
from sangesan.registry.permissions import visible_households

OF_HOUSEHOLD = {"household", "case"}  # records kept under the household's own number


@dataclass(frozen=True)
class Whose:
    """The householder and the grid's name."""

    name: str
    grid: str


def whose(post: Post, records: Iterable[Mapping[str, Any]]) -> dict[tuple[str, int], Whose]:
    """Householder and grid by (kind, number) of a record, of the households that the post may see; three queries at most."""
    asked = [(one["kind"], one["number"]) for one in records if isinstance(one["number"], int)]
    homes = {pair: pair[1] for pair in asked if pair[0] in OF_HOUSEHOLD}
    clues = [number for kind, number in asked if kind == "clue"]
    rows = Clue.objects.filter(pk__in=clues, household__isnull=False).values_list("pk", "household_id") if clues else ()
    homes |= {("clue", number): home for number, home in rows if home is not None}
    if not homes:
        return {}
    seen = {
        pk: (name, grid)
        for pk, name, grid in visible_households(post)
        .filter(pk__in=set(homes.values()))
        .values_list("pk", "head_name", "grid")
    }
    grids = dict(Grid.objects.filter(code__in={grid for _name, grid in seen.values()}).values_list("code", "name"))
    return {pair: Whose(seen[home][0], grids.get(seen[home][1], "")) for pair, home in homes.items() if home in seen}
