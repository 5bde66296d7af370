"""Which clues and households the cases under way are about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from django.db.models import Count, F

from sangesan.clues.domain import State as ClueState
from sangesan.clues.models import Clue
from sangesan.demo.histories.words import Dice
from sangesan.registry.models import Household

MOST, SHARE_OF_CLUES = 58, 3
APPLICANTS = 5


def chosen_clues() -> Iterator[Clue]:
    """Open clues about households outside monitoring, one a household and one a grid, two of the busiest grid.

    A third of them lie in the town of the busiest grid, whose accounts the demonstration hands out.
    """
    rows = Clue.objects.filter(state=ClueState.OPEN, household__stage="").exclude(grid="").order_by("pk")
    every = list(rows.select_related("household"))
    busiest = Clue.objects.filter(pk__in=[c.pk for c in every]).values("grid").annotate(n=Count("pk"))
    grid = next((row["grid"] for row in busiest.order_by("-n", "grid")), "")
    town = next((c.town for c in every if c.grid == grid), "")
    order = sorted(every, key=lambda c: Dice("live", str(c.pk)).share())
    most = min(MOST, len(every) // SHARE_OF_CLUES)
    near = _apart([c for c in order if c.town == town], grid)[: most // 3]
    far = _apart([c for c in order if c.town != town], grid)[: most - len(near)]
    mixed = sorted([*enumerate(near), *((n / 2, c) for n, c in enumerate(far))], key=lambda one: (one[0], one[1].pk))
    yield from (clue for _, clue in mixed)


def _apart(clues: Sequence[Clue], busiest: str) -> list[Clue]:
    homes: set[int | None] = set()
    grids: Counter[str] = Counter()
    found = []
    for clue in clues:
        if clue.household_id not in homes and grids[clue.grid] < (2 if clue.grid == busiest else 1):
            homes.add(clue.household_id)
            grids[clue.grid] += 1
            found.append(clue)
    return found


def applicants_for_it() -> list[Household]:
    """Households outside monitoring that no clue is about, of different villages."""
    rows = Household.objects.filter(stage="", clues=None, village=F("residence"), size__gte=2).order_by("pk")
    return list(rows[7 : 7 + 211 * APPLICANTS : 211])[:APPLICANTS] or list(rows[:APPLICANTS])
