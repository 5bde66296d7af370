"""A household moves to another place: residence, who answers, the case, and the clues follow in one transaction."""

from datetime import date, datetime

from django.db import transaction

from sangesan.accounts.models import Post
from sangesan.cases.models import Case
from sangesan.clues.domain import LIVE
from sangesan.clues.models import Clue, Scope
from sangesan.clues.refreshing import scopes_of
from sangesan.regions.queries import tree
from sangesan.registry.models import Household
from sangesan.registry.relocating import relocate
from sangesan.responsibility.domain import expected
from sangesan.responsibility.filling import fill_gaps
from sangesan.responsibility.models import Duty
from sangesan.responsibility.telling import tell_other_line


def move_household(
    *, post: Post, household_id: int, grid: str, cause: str, moved_on: date, concentrated: bool, today: date, now: datetime
) -> Household:
    """Relocates a household; two lines answer for it from that day on, and both are told. Raises as `relocate` does.

    Who decides on its case stays the place of registration; the community where it lives now sees the case and its
    open clues, and leads finding, while the village of registration leads assistance.
    """
    with transaction.atomic():
        home = relocate(
            post=post, household_id=household_id, grid=grid, cause=cause, moved_on=moved_on, concentrated=concentrated,
            today=today, now=now,
        )  # fmt: skip
        _duties(home, moved_on, now)
        Case.objects.filter(household=home).update(
            grid=home.grid, residence=home.residence, residence_town=home.residence_town
        )
        _clues(home)
        if home.relocated:
            sentence = f"{home.head_name}户{moved_on.isoformat()}搬到{tree().full_name(home.residence)}（{cause}）"
            tell_other_line([(home, f"household:{home.pk}", sentence)], now=now, today=today)
    return home


def _duties(home: Household, on: date, now: datetime) -> None:
    """Rows that no longer fit end; the places' posts take the new ones, so that nobody has to be asked first."""
    fitting = expected(home.relocated)
    for row in Duty.objects.filter(household=home, valid_to=None):
        slot = (row.line, row.duty, row.role)
        elsewhere = row.line == "residence" or not home.relocated
        if slot not in fitting or elsewhere:
            Duty.objects.filter(pk=row.pk).update(valid_to=max(on, row.valid_from))
    fill_gaps([home], at=None, on=on, now=now)


def _clues(home: Household) -> None:
    places = tree()
    for clue in Clue.objects.filter(household=home, state__in=LIVE):
        clue.division, clue.town, clue.grid = home.residence, home.residence_town, home.grid
        clue.household = home
        clue.row_version += 1
        clue.save(update_fields=["division", "town", "grid", "row_version"])
        known = set(clue.scopes.values_list("scope", flat=True))
        Scope.objects.bulk_create(
            Scope(clue=clue, scope=scope, state=clue.state, due_on=clue.due_on)
            for scope in scopes_of(clue, places)
            if scope not in known
        )
