"""Voiding draws whose deadline has passed: asked for only where one has, so that idle minutes leave no rows."""

from datetime import datetime
from typing import Any

from django.utils import timezone

from sangesan.accounts.queries import system_post
from sangesan.alerts.moment import county_now
from sangesan.draws.actions import void_late
from sangesan.draws.queries import overdue
from sangesan.jobs.models import JobRun
from sangesan.jobs.running import Progress, ask, job
from sangesan.regions.queries import CHINA

VOID = "draws.void"
UNDER_WAY = (JobRun.State.WAITING, JobRun.State.RUNNING)


@job(VOID, "抽签逾期作废")
def void(_run: JobRun, progress: Progress) -> dict[str, Any]:
    """Voids what ran late and fixes the same pool anew."""
    voided = void_late(post=system_post(), now=timezone.now())
    progress(1, 1, f"{len(voided)} 次")
    return {"voided": [draw.number for draw in voided]}


def ask_to_void(now: datetime) -> JobRun | None:
    """Asks for the job where a draw ran late and no run is under way; None otherwise."""
    if JobRun.objects.filter(job=VOID, state__in=UNDER_WAY).exists() or not overdue(county_now(now)):
        return None
    return ask(VOID, f"{now.astimezone(CHINA):%Y-%m-%dT%H:%M}")
