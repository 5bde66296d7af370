"""The county's now: a demonstration's day is fixed, so its alerts are in force or past by that day, at this hour."""

from datetime import datetime

from sangesan.regions.queries import CHINA, today


def county_now(now: datetime) -> datetime:
    """`now` on the county's day."""
    local = now.astimezone(CHINA)
    return local.replace(year=(day := today(now)).year, month=day.month, day=day.day) if _fixed(local) else local


def _fixed(local: datetime) -> bool:
    return today(local) != local.date()
