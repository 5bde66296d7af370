"""What runs by itself: weeks are closed on the set day; those that were missed are made up once, as of their own day."""

from datetime import date
from typing import Any

from django.utils import timezone

from sangesan.accounts.queries import system_post
from sangesan.dispatch import rhythm_tasks
from sangesan.dispatch.week_closing import close_due
from sangesan.jobs.models import JobRun
from sangesan.jobs.running import Progress, job

WEEKS = "dispatch.weeks"

__all__ = ["close_weeks", "rhythm_tasks"]


@job(WEEKS, "周统计关账", cycle="daily")
def close_weeks(run: JobRun, progress: Progress) -> dict[str, Any]:
    """Looks each day for weeks whose set day has come: what is closed stays, so that a day asked for twice closes once."""
    day = date.fromisoformat(run.period)
    made = close_due(post=system_post(), kind="week", today=day, now=timezone.now(), progress=progress)
    return {"closed": [row.period for row in made]}
