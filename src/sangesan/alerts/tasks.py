"""The minute's job of alerts, and who asks for it: only where something waits, so that idle minutes leave no rows."""

from datetime import datetime
from typing import Any

from django.utils import timezone

from sangesan.alerts.watching import end_expired, something_waits, take_deliveries, take_folder
from sangesan.jobs.models import JobRun
from sangesan.jobs.running import Progress, ask, job
from sangesan.regions.queries import CHINA

WATCH = "alerts.watch"
UNDER_WAY = (JobRun.State.WAITING, JobRun.State.RUNNING)


@job(WATCH, "接收预警、到期关闭")
def watch(_run: JobRun, progress: Progress) -> dict[str, Any]:
    """Takes what lies in the folder and what departments delivered; calls off what has run out."""
    now = timezone.now()
    taken, refused = take_folder(now=now)
    progress(1, 3, f"文件夹：收 {taken} 件，退 {refused} 件")
    delivered = take_deliveries(now=now)
    progress(2, 3, f"部门数据：{delivered} 件")
    closed = end_expired(now=now)
    progress(3, 3, "")
    return {"taken": taken, "refused": refused, "delivered": delivered, "closed": closed}


def ask_to_watch(now: datetime) -> JobRun | None:
    """Asks for the job where something waits and no run of it is under way; None otherwise."""
    if JobRun.objects.filter(job=WATCH, state__in=UNDER_WAY).exists() or not something_waits(now):
        return None
    return ask(WATCH, f"{now.astimezone(CHINA):%Y-%m-%dT%H:%M}")
