"""The county's now: a demonstration's day is fixed, so its alerts are in force or past by that day, at this hour."""

from datetime import datetime

from sangesan.regions.queries import CHINA, today


def county_now(now: datetime) -> datetime:
    """`now` in China's time, on the county's day where that is fixed; what lies before that day stays where it lies."""
    local, day = now.astimezone(CHINA), today(now)
    return local.replace(year=day.year, month=day.month, day=day.day) if local.date() > day else local
