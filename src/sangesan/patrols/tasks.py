"""What runs by itself: the week's round opens, the key groups are made anew."""

from datetime import date, timedelta
from typing import Any

from django.utils import timezone

from sangesan.accounts.queries import system_post
from sangesan.jobs.models import JobRun
from sangesan.jobs.running import Progress, job
from sangesan.patrols.grouping import make_key_groups
from sangesan.patrols.rounds import weekly_round
from sangesan.regions.queries import today

WEEKLY = "patrols.weekly"
GROUPS = "patrols.groups"


@job(WEEKLY, "开始每周排查", cycle="weekly")
def open_week(run: JobRun, progress: Progress) -> dict[str, Any]:
    """Opens the period's own week, also when it is made up for later: a week nobody walked shows as such."""
    year, week = run.period.split("-W")
    monday = date.fromisocalendar(int(year), int(week), 1)
    made = weekly_round(monday, now=timezone.now())
    progress(1, 1, made.title)
    return {"round": made.pk, "until": (monday + timedelta(days=6)).isoformat()}


@job(GROUPS, "更新重点户", cycle="daily")
def make_groups(run: JobRun, progress: Progress) -> dict[str, Any]:
    """Who belongs to which key group today. A night that was missed needs no run of its own: the next finds everything."""
    if run.period < today().isoformat():
        return {"counts": {}, "added": 0, "removed": 0, "reworded": 0, "waiting": {}}
    grouped = make_key_groups(post=system_post(), as_of=today(), now=timezone.now())
    progress(1, 1, f"新增 {grouped.added} 户次，移出 {grouped.removed} 户次")
    return grouped.to_dict()
