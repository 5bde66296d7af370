"""Counting the figures, now or as of any day since the register begins."""

from datetime import date

from django.db.models import Aggregate, Exists, OuterRef, Q, QuerySet, Sum
from django.db.models import Count as CountRows

from sangesan.figures.domain import Count, CountyFigures
from sangesan.registry.models import Household, Membership, Standing

FIGURES = {
    "rural": Q(),
    "formerly_poor": Q(formerly_poor=True),
    "monitored": Q(stage__in=["monitoring", "eliminated"]),
    "eliminated": Q(stage="eliminated"),
    "open": Q(stage="monitoring"),
}


def county_figures() -> CountyFigures:
    """The figures now, in one query over the register; sizes count registered members, alive and present."""
    wanted: dict[str, Aggregate] = {}
    for name, which in FIGURES.items():
        wanted[f"{name}_households"] = CountRows("pk", filter=which) if which else CountRows("pk")
        wanted[f"{name}_people"] = Sum("size", filter=which, default=0) if which else Sum("size", default=0)
    row = Household.objects.aggregate(**wanted)
    return CountyFigures(**{name: Count(row[f"{name}_households"], row[f"{name}_people"]) for name in FIGURES})


def county_figures_on(day: date) -> CountyFigures:
    """The figures as of a day: standings that held then, and members who were registered, alive and present then."""
    people = Membership.objects.filter(counted_members(day))
    standing = Standing.objects.filter(holds_on(day), household=OuterRef("household"))
    which = {
        "rural": Q(),
        "formerly_poor": Q(household__formerly_poor=True),
        "eliminated": Q(Exists(standing.filter(stage="eliminated"))),
        "open": Q(Exists(standing.filter(stage="monitoring"))),
    }
    counts = {name: _count(people.filter(q) if q else people) for name, q in which.items()}
    whole = Count(*(counts["eliminated"][n] + counts["open"][n] for n in (0, 1)))
    return CountyFigures(monitored=whole, **{name: Count(*count) for name, count in counts.items()})


def _count(people: QuerySet[Membership]) -> tuple[int, int]:
    row = people.aggregate(households=CountRows("household", distinct=True), people=CountRows("pk"))
    return row["households"], row["people"]


def holds_on(day: date) -> Q:
    """Sections of the register that held on a day."""
    return Q(valid_from__lte=day) & (Q(valid_to=None) | Q(valid_to__gt=day))


def counted_members(day: date) -> Q:
    """Memberships that every figure counts as people: registered on the day, alive and present."""
    died, left = (
        Q(person__died_on=None) | Q(person__died_on__gt=day),
        Q(person__left_on=None) | Q(person__left_on__gt=day),
    )
    return holds_on(day) & ~Q(kind="living_together") & died & left
