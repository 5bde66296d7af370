"""Households as they were on a day, as far as it was known by a moment: where they lived, how many they were, how they stood.

The register is taken over as a whole: what its first import held counts as known from the beginning. Afterwards a change
of residence or standing counts from the moment it was recorded; the number of people follows the register's dates.
"""

from collections.abc import Iterator
from datetime import date, datetime
from functools import cached_property
from typing import Any, NamedTuple

from django.db.models import Case, CharField, Count, Min, QuerySet, Value, When

from sangesan.figures.queries import counted_members
from sangesan.registry.models import Household, Membership, Residence, Standing


class Home(NamedTuple):
    """Where a household lives and is registered, and how many it is (registered members, alive and present)."""

    village: str
    grid: str
    origin: str
    people: int


class Stood(NamedTuple):
    """How a household stood in monitoring. risks: titles, the main one first."""

    stage: str
    risks: list[str]
    enrolled_on: date | None


class Homes:
    """Everything is read when it is asked for, once."""

    def __init__(self, day: date, known: datetime) -> None:
        self.day = day
        first = Residence.objects.aggregate(first=Min("recorded_at"))["first"]
        self.known = max(known, first) if first else known

    @cached_property
    def people(self) -> dict[int, int]:
        """Members of households that have any."""
        rows = Membership.objects.filter(counted_members(self.day)).values_list("household")
        return dict(rows.annotate(n=Count("pk")).order_by())

    @cached_property
    def all(self) -> dict[int, Home]:
        """Households with anybody in them, by number."""
        people = self.people
        rows = Residence.objects.all()
        return {
            number: Home(village, grid, origin, people[number])
            for number, village, grid, origin in self._holding(rows, "residence", "grid", "village")
            if number in people
        }

    @cached_property
    def formerly_poor(self) -> set[int]:
        return set(Household.objects.filter(formerly_poor=True).values_list("pk", flat=True))

    @cached_property
    def stood(self) -> dict[int, Stood]:
        """Households that ever stood in monitoring by the day, by number."""
        rows = self._holding(Standing.objects.all(), "stage", "risks", "enrolled_on")
        return {number: Stood(*rest) for number, *rest in rows if number in self.all}

    def _holding(self, rows: QuerySet[Any], *fields: str) -> Iterator[tuple[Any, ...]]:
        """(household, fields …) of the section that held on the day, as known: a later one that nobody knew of yet does
        not end it. The engine compares the days, for reading a hundred thousand of them takes longer than all the rest.
        """
        rows = rows.filter(valid_from__lte=self.day).order_by("household_id", "valid_from", "id")
        rows = rows.annotate(known=_truth(recorded_at__lte=self.known), over=_truth(valid_to__lte=self.day))
        held: tuple[Any, ...] | None = None
        succeeded = False
        for row in rows.values_list("household_id", "known", "over", *fields).iterator(chunk_size=20_000):
            if held is not None and held[0] != row[0]:
                if succeeded or not held[2]:
                    yield (held[0], *held[3:])
                held, succeeded = None, False
            if row[1]:
                held, succeeded = row, False
            else:
                succeeded = True
        if held is not None and (succeeded or not held[2]):
            yield (held[0], *held[3:])


def _truth(**condition: object) -> Case:
    """A text where the condition holds, else an empty one: texts come out of the engine as they are."""
    return Case(When(**condition, then=Value("yes")), default=Value(""), output_field=CharField())
