"""Households as they were on a day, as far as it was known by a moment: where they lived, how many they were, how they stood.

The register is taken over as a whole: what its first import held counts as known from the beginning. Afterwards a change
of residence or standing counts from the moment it was recorded; the number of people follows the register's dates.
"""

from collections.abc import Collection, Iterator
from datetime import date, datetime
from functools import cached_property
from typing import Any, NamedTuple

from django.db.models import Case, CharField, Count, Min, Q, QuerySet, Value, When

from sangesan.figures.queries import counted_members
from sangesan.registry.models import Household, Membership, Residence, Standing

MOST_CHANGED = 10_000  # households that are read by their numbers rather than with all others


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
    """Everything is read when it is asked for, once; of what an earlier one read only what may have changed since."""

    def __init__(self, day: date, known: datetime, earlier: "Homes | None" = None) -> None:
        self.day = day
        first = Residence.objects.aggregate(first=Min("recorded_at"))["first"]
        self.known = max(known, first) if first else known
        usable = earlier is not None and earlier.day <= day and earlier.known <= self.known
        self._earlier = earlier if usable else None

    @cached_property
    def all(self) -> dict[int, Home]:
        """Households with anybody in them, by number."""
        earlier, self._earlier = self._earlier, None  # let go of it: else a chain of them would stay in memory
        changed = self._changed(earlier) if earlier is not None else set()
        if earlier is None or len(changed) > MOST_CHANGED:
            return self._read()
        kept = {number: home for number, home in earlier.all.items() if number not in changed}
        return kept | self._read(among=changed)

    def _read(self, among: Collection[int] | None = None) -> dict[int, Home]:
        members, residences = Membership.objects.filter(counted_members(self.day)), Residence.objects.all()
        if among is not None:
            members, residences = members.filter(household__in=among), residences.filter(household__in=among)
        people = dict(members.values_list("household").annotate(n=Count("pk")).order_by())
        return {
            number: Home(village, grid, origin, people[number])
            for number, village, grid, origin in self._holding(residences, "residence", "grid", "village")
            if number in people
        }

    def _changed(self, earlier: "Homes") -> set[int]:
        """Households of which a day or a moment of the register lies between the earlier ones and these."""
        days, moments = (earlier.day, self.day), (earlier.known, self.known)
        sections = _within("valid_from", days) | _within("valid_to", days)
        gone = _within("person__died_on", days) | _within("person__left_on", days)
        found = set(Membership.objects.filter(sections | gone).values_list("household_id", flat=True))
        moved = Residence.objects.filter(sections | _within("recorded_at", moments))
        return found | set(moved.values_list("household_id", flat=True))

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


def _within(field: str, span: tuple[Any, Any]) -> Q:
    """After the first and up to the last."""
    return Q(**{f"{field}__gt": span[0], f"{field}__lte": span[1]})


def _truth(**condition: object) -> Case:
    """A text where the condition holds, else an empty one: texts come out of the engine as they are."""
    return Case(When(**condition, then=Value("yes")), default=Value(""), output_field=CharField())
