"""Changing how households stand in monitoring. Only the procedure's acts call it; the caller holds the transaction."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import F

from sangesan.registry.models import Household, Standing

MONITORING, ELIMINATED, GONE = "monitoring", "eliminated", "gone"


@dataclass(frozen=True)
class NewStanding:
    """How a household stands from `on`. stage: monitoring, eliminated or gone (died out or moved away as a whole)."""

    household: int
    stage: str
    on: date
    category: str
    risks: tuple[str, ...]
    enrolled_on: date | None
    eliminated_on: date | None = None
    elimination_way: str = ""
    national_number: str = ""


def change_standings(changes: Iterable[NewStanding], *, now: datetime) -> None:
    """Ends the standing that held and begins the next, in three queries for any number; lists' `stage` follows."""
    wanted = {change.household: change for change in changes}
    held = {s.household_id: s for s in Standing.objects.filter(household__in=wanted, valid_to=None)}
    for former in held.values():
        former.valid_to = wanted[former.household_id].on
    Standing.objects.bulk_update(held.values(), ["valid_to"], batch_size=500)
    Standing.objects.bulk_create(
        [
            Standing(
                household_id=change.household,
                stage=change.stage,
                category=change.category,
                risks=list(change.risks),
                enrolled_on=change.enrolled_on,
                eliminated_on=change.eliminated_on,
                elimination_way=change.elimination_way,
                national_number=change.national_number,
                valid_from=change.on,
                recorded_at=now,
                row_version=held[change.household].row_version + 1 if change.household in held else 1,
            )
            for change in wanted.values()
        ],
        batch_size=500,
    )
    for stage in {change.stage for change in wanted.values()}:
        homes = [change.household for change in wanted.values() if change.stage == stage]
        Household.objects.filter(pk__in=homes).update(stage=stage, row_version=F("row_version") + 1)


def set_national_number(household: int, number: str) -> None:
    """The number that the national system gave; kept on the standing that holds."""
    Standing.objects.filter(household=household, valid_to=None).update(national_number=number)
