"""What runs behind the pages: each report is looked up, what was left over is made up for, what has passed is swept."""

from typing import Any

from django.utils import timezone

from sangesan.jobs.models import JobRun
from sangesan.jobs.running import Progress, job
from sangesan.regions.queries import today
from sangesan.self_reports import drafts, limits
from sangesan.self_reports.domain import State
from sangesan.self_reports.models import Report
from sangesan.self_reports.policy import figure
from sangesan.self_reports.receiving import receive
from sangesan.self_reports.reporting import RECEIVE


@job(RECEIVE, "对接自主申报")
def receive_one(run: JobRun, progress: Progress) -> dict[str, Any]:
    """Looks one report up; run again it changes nothing."""
    report = receive(report_id=int(run.period), today=today(), now=timezone.now())
    progress(1, 1, "")
    return {"state": report.state}


@job("self_reports.left_over", "补对接漏下的自主申报", cycle="daily")
def receive_left_over(_: JobRun, progress: Progress) -> dict[str, Any]:
    """Reports whose own job did not run, as after a stop of the worker."""
    waiting = list(Report.objects.filter(state=State.NEW).order_by("pk").values_list("pk", flat=True))
    for done, report_id in enumerate(waiting):
        progress(done, len(waiting), "")
        receive(report_id=report_id, today=today(), now=timezone.now())
    progress(len(waiting), len(waiting), "")
    return {"reports": len(waiting)}


@job("self_reports.sweep", "清理过期的录音草稿和次数记录", cycle="daily")
def sweep(_: JobRun, progress: Progress) -> dict[str, Any]:
    """Recordings of forms that were never sent, and tallies whose time is over."""
    now = timezone.now()
    swept = {"drafts": drafts.sweep(now=now, hours=figure("draft_hours", today())), "tallies": limits.sweep(now)}
    progress(1, 1, "")
    return swept
