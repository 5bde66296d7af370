"""The days on which the demonstration county's joint meeting sits: every Thursday, moved on to a working day by holidays."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from functools import lru_cache

import numpy as np

from sangesan.policy.calendars import is_working

THURSDAY = 3
FIRST = date(2020, 3, 5)


@lru_cache(maxsize=4)
def meeting_days(until: date) -> tuple[date, ...]:
    """Every joint meeting from the first up to and with a day, in order."""
    days, thursday = [], FIRST
    while thursday <= until:
        day = thursday
        while not is_working(day):
            day += timedelta(days=1)
        days.append(day)
        thursday += timedelta(days=7)
    return tuple(dict.fromkeys(day for day in days if day <= until))


def next_meetings(days: np.ndarray, until: date) -> np.ndarray:
    """For each day the first meeting on it or after it; the last one for days behind it."""
    known = _known(meeting_days(until))
    return known[np.minimum(np.searchsorted(known, days, side="left"), known.size - 1)]


def last_meetings(days: np.ndarray, until: date) -> np.ndarray:
    """For each day the last meeting on it or before it; the first one for days before it."""
    known = _known(meeting_days(until))
    return known[np.maximum(np.searchsorted(known, days, side="right") - 1, 0)]


def _known(days: Sequence[date]) -> np.ndarray:
    return np.array(days, dtype="datetime64[D]")
