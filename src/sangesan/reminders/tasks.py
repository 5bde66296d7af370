"""The day's reminders, after the night's screening."""

from datetime import date
from typing import Any

from django.utils import timezone

from sangesan.accounts.queries import system_post
from sangesan.cases.tasks import NIGHTLY
from sangesan.jobs.domain import period_of
from sangesan.jobs.models import JobRun
from sangesan.jobs.running import Progress, ask, job
from sangesan.reminders.composing import compose

COMPOSE = "reminders.compose"


@job(COMPOSE, "每日提醒")
def compose_day(run: JobRun, progress: Progress) -> dict[str, Any]:
    """What is new since the last day that was composed, what is due, what waits; run again it tells nobody twice."""
    before = JobRun.objects.filter(job=COMPOSE, state=JobRun.State.DONE, period__lt=run.period)
    last = before.order_by("-period").values_list("result", flat=True).first()
    after_clue = last["last_clue"] if last else None
    day = date.fromisoformat(run.period)
    composed = compose(post=system_post(), day=day, after_clue=after_clue, now=timezone.now())
    progress(1, 1, f"{composed.told} 个岗位")
    return {"told": composed.told, "last_clue": composed.last_clue}


def ask_to_compose(today: date) -> JobRun | None:
    """Asks once a day, as soon as the night's screening has ended, well or not; None where it is not time or was asked.

    A day that was missed is not made up for: what was new then is new today, what was due is due or overdue.
    """
    period = period_of("daily", today)
    if JobRun.objects.filter(job=COMPOSE, period=period).exists():
        return None
    night = JobRun.objects.filter(job=NIGHTLY, period=period).first()
    return ask(COMPOSE, period) if night is not None and night.ended else None
