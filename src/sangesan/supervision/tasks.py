"""The nightly job of sheets; a night that was missed is made up, once, as of its own day."""

from dataclasses import asdict
from datetime import date
from typing import Any

from django.utils import timezone

from sangesan.accounts.queries import system_post
from sangesan.jobs.models import JobRun
from sangesan.jobs.running import Progress, job
from sangesan.regions.queries import today
from sangesan.supervision.nightly import run_night

NIGHTLY = "supervision.nightly"


@job(NIGHTLY, "督办单到期提醒、提出升级", cycle="daily")
def nightly(run: JobRun, progress: Progress) -> dict[str, Any]:
    """The night of the period's own day."""
    night = run_night(
        post=system_post(), day=date.fromisoformat(run.period), today=today(), now=timezone.now(), progress=progress
    )
    return asdict(night)
