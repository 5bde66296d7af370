"""What visits and the register say of households: living, people, who can work, income at elimination."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sangesan.checks.places import chunks
from sangesan.registry.domain import ABLE
from sangesan.registry.models import Condition, Living, Membership
from sangesan.visits.models import Visit

UNSAFE_GRADES = frozenset("CD")
EXIT = "elimination"


@dataclass(frozen=True)
class Seen:
    """One visit, as far as checks ask."""

    pk: int
    on: date
    purposes: tuple[str, ...]
    tests: Mapping[str, bool | None]
    house_grade: str
    people: int | None
    labour: int | None
    reference_fen: int | None

    @property
    def housing(self) -> bool | None:
        """Whether the house was safe, as the visit answered."""
        return self.tests.get("housing")


@dataclass(frozen=True)
class Registered:
    """What the register says of a household. labour, people: of those alive and present."""

    house_grade: str = ""
    safe_water: bool | None = None
    living_from: date | None = None
    people: int = 0
    labour: int = 0

    @property
    def house_safe(self) -> bool | None:
        return None if not self.house_grade else self.house_grade not in UNSAFE_GRADES


FIELDS = (
    "pk", "household_id", "visited_on", "purposes", "tests", "house_grade", "people", "labour", "reference_per_head_fen",
)  # fmt: skip


def visits_by_household(until: date) -> dict[int, list[Seen]]:
    """By household its visits up to a day, the newest first. One query for the county."""
    found: dict[int, list[Seen]] = defaultdict(list)
    rows = Visit.objects.filter(visited_on__lte=until).order_by("-visited_on", "-id").values_list(*FIELDS)
    for pk, household, on, purposes, tests, grade, people, labour, reference in rows:
        found[household].append(Seen(pk, on, tuple(purposes), tests or {}, grade, people, labour, reference))
    return found


def newest(visits: Collection[Seen], field: str, *, since: date) -> Any:
    """What the newest visit since a day says of a field, where it says anything; None where none does."""
    for visit in visits:
        if visit.on >= since and (value := getattr(visit, field)) not in {None, ""}:
            return value
    return None


def newest_test(visits: Collection[Seen], test: str, *, since: date) -> bool | None:
    """The newest known answer to one of the four tests since a day."""
    known = (v.tests[test] for v in visits if v.on >= since and v.tests.get(test) is not None)
    return next(known, None)


def last_exit(visits: Collection[Seen], eliminated_on: date) -> Seen | None:
    """The visit for elimination that came last before a day."""
    return next((v for v in visits if EXIT in v.purposes and v.on <= eliminated_on), None)


def registered(households: Collection[int], as_of: date) -> dict[int, Registered]:
    """What the register says of households, in a few queries per 800 of them."""
    found: dict[int, Registered] = {}
    for part in chunks(households):
        living = {
            row[0]: row[1:]
            for row in Living.objects.filter(household__in=part, valid_to=None).values_list(
                "household_id", "house_grade", "safe_water", "valid_from"
            )
        }
        people, able = _people(part, as_of)
        for household in part:
            grade, water, since = living.get(household, ("", None, None))
            found[household] = Registered(grade, water, since, people[household], able[household])
    return found


def _people(households: Collection[int], as_of: date) -> tuple[dict[int, int], dict[int, int]]:
    """How many are alive and present, and how many of them can work."""
    people: dict[int, int] = defaultdict(int)
    able: dict[int, int] = defaultdict(int)
    held = Condition.objects.filter(valid_to=None, person__memberships__household__in=households)
    labour = dict(held.values_list("person_id", "labour"))
    rows = Membership.objects.filter(household__in=households, valid_to=None)
    for household, person, died_on, left_on in rows.values_list(
        "household_id", "person_id", "person__died_on", "person__left_on"
    ):
        if (died_on and died_on <= as_of) or (left_on and left_on <= as_of):
            continue
        people[household] += 1
        able[household] += labour.get(person, "") in ABLE
    return people, able


def since_day(as_of: date, days: int) -> date:
    """The first day that is still within so many days."""
    return as_of - timedelta(days=days)
