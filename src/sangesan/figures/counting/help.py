"""Measures that landed, households that were helped, and what towns ask of the county.

A measure that a department's data showed was known when the delivery came in, whenever the thing itself happened.
"""

from collections.abc import Iterator
from datetime import date

from django.db.models import Min, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from sangesan.assistance.models import Landing, Measure, Request
from sangesan.exchange.models import Delivery
from sangesan.figures.counted import Item
from sangesan.figures.counting.asked import Asked

REQUESTS = ("requests_new", "requests_unanswered", "requests_unmet")
FIGURES = frozenset({"measures_landed", "households_helped", *REQUESTS})


def count(asked: Asked) -> Iterator[tuple[str, Item]]:
    """Measures and households count where the household lives, requests with the town that asked."""
    if asked.wants("measures_landed", "households_helped"):
        yield from _landed(asked)
    if asked.wants(*REQUESTS):
        yield from _requests(asked)


def known_measures(asked: Asked) -> QuerySet[Measure]:
    """Measures that had landed by the end, as far as it was known then."""
    arrived = Delivery.objects.filter(pk=OuterRef("delivery")).values("accepted_at")
    rows = Measure.objects.filter(landed_on__lte=asked.last)
    told = rows.annotate(told=Coalesce(Subquery(arrived), Min("landings__recorded_at"), "recorded_at"))
    return told.filter(told__lt=asked.known)


def landed_by(asked: Asked) -> set[int]:
    """Households that a measure had reached by the end and that was not stopped again."""
    rows = known_measures(asked).filter(Q(stopped_on=None) | Q(stopped_on__gt=asked.last))
    return set(rows.values_list("household_id", flat=True))


def _landed(asked: Asked) -> Iterator[tuple[str, Item]]:
    helped: set[int] = set()
    for number, household in known_measures(asked).filter(landed_on__gte=asked.first).values_list("pk", "household_id"):
        item = asked.at_home(household, number)
        if item is not None:
            helped.add(household)
            yield "measures_landed", item
    given = Landing.objects.filter(on__range=(asked.first, asked.last), recorded_at__lt=asked.known)
    helped |= set(given.values_list("measure__household_id", flat=True))
    for household in helped:
        item = asked.at_home(household)
        if item is not None:
            yield "households_helped", item


def _requests(asked: Asked) -> Iterator[tuple[str, Item]]:
    rows = Request.objects.filter(raised_on__lte=asked.last, recorded_at__lt=asked.known)
    fields = ("pk", "town", "department", "state", "raised_on", "answered_on", "due_on", "fulfilled_on")
    for number, town, department, state, raised, answered, due, fulfilled in rows.values_list(*fields):
        if asked.within(raised):
            yield "requests_new", Item(number, town)
        if _after(answered, asked.last):
            yield "requests_unanswered", Item(number, town)
        elif state == Request.State.GRANTED and due < asked.last and _after(fulfilled, asked.last):
            yield "requests_unmet", Item(number, town, department=department)


def _after(day: date | None, last: date) -> bool:
    return day is None or day > last
