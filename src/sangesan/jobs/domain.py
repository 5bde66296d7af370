"""Periods of recurring jobs, and which are due."""

from collections.abc import Collection, Mapping
from datetime import date, datetime, timedelta
from graphlib import TopologicalSorter
from typing import Literal

Cycle = Literal["daily", "weekly", "monthly"]
CATCH_UP = 60  # periods looked back at the most after downtime


def period_of(cycle: Cycle, day: date) -> str:
    """The name of the period a day lies in: 2022-09-13, 2022-W37 or 2022-09."""
    if cycle == "daily":
        return day.isoformat()
    if cycle == "weekly":
        year, week, _ = day.isocalendar()
        return f"{year}-W{week:02d}"
    return f"{day.year}-{day.month:02d}"


def due_periods(cycle: Cycle, since: date, today: date) -> list[str]:
    """Periods from `since` to `today`, oldest first, none twice, at most CATCH_UP (the newest are kept)."""
    periods = dict.fromkeys(period_of(cycle, since + timedelta(days=n)) for n in range((today - since).days + 1))
    return list(periods)[-CATCH_UP:]


def in_order(after: Mapping[str, Collection[str]]) -> list[str]:
    """The names so that each stands behind those that it comes after, by name otherwise; those that there are not count
    for nothing. Raises CycleError for names that come after each other.
    """
    known = {name: sorted(one for one in after[name] if one in after) for name in sorted(after)}
    sorter = TopologicalSorter(known)
    sorter.prepare()
    ordered: list[str] = []
    while sorter.is_active():
        ready = sorted(sorter.get_ready())
        ordered += ready
        sorter.done(*ready)
    return ordered


def seconds_between(start: datetime | None, end: datetime | None) -> float:
    """Whole running time; 0 where one end is missing."""
    return (end - start).total_seconds() if start and end else 0.0
