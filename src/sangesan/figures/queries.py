"""Counting the figures."""

from django.db.models import Aggregate, Q, Sum
from django.db.models import Count as CountRows

from sangesan.figures.domain import Count, CountyFigures
from sangesan.registry.models import Household

FIGURES = {
    "rural": Q(),
    "formerly_poor": Q(formerly_poor=True),
    "monitored": ~Q(stage=""),
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
