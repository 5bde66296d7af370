"""Clues of households in the procedure: taken up by a case, settled when it ends. Called by cases, in its transaction."""

from collections.abc import Collection

from django.db.models import F

from sangesan.clues.domain import State
from sangesan.clues.models import Clue, Scope


def take_clues(household: int, case: int) -> list[int]:
    """The household's clues that are still to be answered become the case's; the numbers of those taken."""
    rows = Clue.objects.filter(household=household, state__in=[State.OPEN, State.CONFIRMED])
    taken = list(rows.values_list("pk", flat=True))
    _set(taken, State.TAKEN, case=case)
    return taken


def settle_clues(households: Collection[int]) -> None:
    """The clues that a case of these households had are settled with it."""
    if households:
        rows = Clue.objects.filter(household__in=households, state=State.TAKEN)
        _set(list(rows.values_list("pk", flat=True)), State.SETTLED)


def _set(clues: Collection[int], state: State, **changes: object) -> None:
    if clues:
        Clue.objects.filter(pk__in=clues).update(state=state, row_version=F("row_version") + 1, **changes)
        Scope.objects.filter(clue__in=clues).update(state=state)
