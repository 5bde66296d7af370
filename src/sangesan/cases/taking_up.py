"""New clues on households in the procedure are taken up by their case: nobody is visited twice for one question."""

from django.db import transaction

from sangesan.cases.models import Case
from sangesan.cases.states import IDENTIFYING, State
from sangesan.clues.domain import State as ClueState
from sangesan.clues.models import Clue, Scope


def take_up_new_clues() -> int:
    """Open clues of households that are being identified become their case's; how many. Idempotent, four queries.

    A household that is already assisted keeps its clue open: somebody must look whether the risk is a new one.
    """
    with transaction.atomic():
        live = dict(
            Case.objects.filter(state__in=[*IDENTIFYING, State.UNREACHABLE]).values_list("household_id", "pk")
        )
        clues = list(
            Clue.objects.filter(state__in=[ClueState.OPEN, ClueState.CONFIRMED], household__in=live).select_for_update()
        )
        for clue in clues:
            clue.state, clue.case = ClueState.TAKEN, live[clue.household_id or 0]
            clue.row_version += 1
        Clue.objects.bulk_update(clues, ["state", "case", "row_version"], batch_size=500)
        Scope.objects.filter(clue__in=[clue.pk for clue in clues]).update(state=ClueState.TAKEN)
    return len(clues)
