"""Patrols: which grids reported, whom they met, which urgent visits were made in time."""

from collections.abc import Iterator
from datetime import timedelta

from django.db.models import Q

from sangesan.figures.counted import Item
from sangesan.figures.counting.asked import Asked
from sangesan.patrols.models import Entry, Task
from sangesan.regions.queries import CHINA

FIGURES = frozenset({"grids_reported", "households_visited", "urgent_visits"})


def count(asked: Asked) -> Iterator[tuple[str, Item]]:
    """An entry's grid is that of its day; households are counted where they live at the end."""
    entries = Entry.objects.filter(on__range=(asked.first, asked.last), recorded_at__lt=asked.known)
    if asked.wants("grids_reported"):
        reported = set(entries.values_list("grid", flat=True).distinct())
        for code, number in asked.places.grids.items():
            village = asked.places.parents[code]
            yield "grids_reported", Item(number, village, code, hit=code in reported)
    if asked.wants("households_visited"):
        met = set(entries.exclude(result=Entry.Result.ABSENT).values_list("household_id", flat=True).distinct())
        for number, (village, grid, _origin, people) in asked.homes.all.items():
            yield "households_visited", Item(number, village, grid, "", people, number in met)
    if asked.wants("urgent_visits"):
        yield from _urgent(asked)


def _urgent(asked: Asked) -> Iterator[tuple[str, Item]]:
    """Called off ones say nothing; one that was made late, or is still open after its day, was not made in time."""
    tasks = Task.objects.filter(made_at__lt=asked.known).exclude(state=Task.State.CLOSED)
    rows = tasks.filter(Q(due_at__lt=asked.known)).values_list(
        "pk", "household_id", "due_at", "done_at", "division", "grid"
    )
    for number, household, due_at, done_at, division, grid in rows:
        if not asked.within(due_at.astimezone(CHINA).date()):
            continue
        if done_at is None and due_at >= asked.known - timedelta(days=1):
            continue  # the day of its deadline is not over yet
        hit = done_at is not None and done_at <= due_at
        item = asked.at_home(household, number, hit=hit) or Item(number, division, grid, hit=hit)
        yield "urgent_visits", item
