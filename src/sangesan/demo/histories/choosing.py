"""Which clues and households the cases under way are about."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.db.models import Count, F

from sangesan.clues.domain import State as ClueState
from sangesan.clues.models import Clue
from sangesan.demo.histories.words import Dice
from sangesan.regions.queries import tree
from sangesan.registry.models import Household

MOST, SHARE_OF_CLUES = 58, 3
APPLICANTS = 5


def busiest_grid() -> str:
    """The grid with most to visit, whose accounts the demonstration hands out; "" where no clue is open."""
    rows = Clue.objects.filter(state=ClueState.OPEN).exclude(grid="").values("grid").annotate(n=Count("pk"))
    first = rows.order_by("-n", "grid").first()
    return str(first["grid"]) if first else ""


def chosen_clues() -> Iterator[Clue]:
    """Open clues about households outside monitoring, one a household and one a grid, none of the busiest grid.

    A third of them, where there are so many, lie in the town of the busiest grid.
    """
    rows = Clue.objects.filter(state=ClueState.OPEN, household__stage="").exclude(grid="").order_by("pk")
    every, grid = list(rows.select_related("household")), busiest_grid()
    town = tree().town_of(grid.partition("-")[0])
    order = sorted((c for c in every if c.grid != grid), key=lambda c: Dice("live", str(c.pk)).share())
    most = min(MOST, len(every) // SHARE_OF_CLUES)
    near = _apart([c for c in order if c.town == town])[: most // 3]
    far = _apart([c for c in order if c.town != town])[: most - len(near)]
    mixed = sorted([*enumerate(near), *((n / 2, c) for n, c in enumerate(far))], key=lambda one: (one[0], one[1].pk))
    yield from (clue for _, clue in mixed)


def _apart(clues: Sequence[Clue]) -> list[Clue]:
    """The first clue of each grid."""
    return list({clue.grid: clue for clue in reversed(clues)}.values())[::-1]


def applicants_for_it() -> list[Household]:
    """Households outside monitoring that no clue is about: one of the busiest grid, others of different villages."""
    rows = Household.objects.filter(stage="", clues=None, village=F("residence"), size__gte=2).order_by("pk")
    near = list(rows.filter(grid=busiest_grid())[:1])
    far = list(rows[7 : 7 + 211 * APPLICANTS : 211]) or list(rows[:APPLICANTS])
    return list({h.pk: h for h in [*near, *far]}.values())[:APPLICANTS]
