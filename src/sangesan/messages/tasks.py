"""The job that delivers, and who asks for it: once a minute where anything waits, so that idle minutes leave no rows."""

from datetime import datetime
from typing import Any

from django.utils import timezone

from sangesan.jobs.models import JobRun
from sangesan.jobs.running import Progress, ask, job
from sangesan.messages.delivering import send_due
from sangesan.messages.domain import may_send
from sangesan.messages.models import Delivery, Waiting
from sangesan.messages.queries import work_waits
from sangesan.messages.schedule import schedule_on
from sangesan.regions.queries import CHINA

DELIVER = "messages.deliver"
UNDER_WAY = (JobRun.State.WAITING, JobRun.State.RUNNING)


@job(DELIVER, "发送对外通知")
def deliver(_run: JobRun, progress: Progress) -> dict[str, Any]:
    """Collects and sends what is due. Stopped and run again it goes on with what is left."""
    return send_due(clock=timezone.now, progress=progress).to_dict()


def ask_to_deliver(now: datetime) -> JobRun | None:
    """Asks for the job where something is due and may go, and no run of it is under way; None otherwise."""
    if not work_waits(now) or JobRun.objects.filter(job=DELIVER, state__in=UNDER_WAY).exists():
        return None
    local = now.astimezone(CHINA)
    if not may_send(schedule_on(local.date()), local, passes_quiet=False) and not _passing(now):
        return None
    return ask(DELIVER, f"{local:%Y-%m-%dT%H:%M}")


def _passing(now: datetime) -> bool:
    """Whether anything that is due may go in the quiet hours too."""
    return (
        Waiting.objects.filter(delivery=None, due_at__lte=now, passes_quiet=True).exists()
        or Delivery.objects.filter(
            state__in=[Delivery.State.QUEUED, Delivery.State.FAILED], next_at__lte=now, passes_quiet=True
        ).exists()
    )
