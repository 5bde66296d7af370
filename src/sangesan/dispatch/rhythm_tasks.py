"""What runs by itself beside the weeks' closing: the week's draw, its call; months and quarters."""

from datetime import date, datetime
from typing import Any

from django.utils import timezone

from sangesan.accounts.models import Post
from sangesan.accounts.permissions import require
from sangesan.accounts.queries import system_post
from sangesan.dispatch.month_bulletin import make_bulletin, make_due
from sangesan.dispatch.quarter_meeting import prepare_due, prepare_meeting
from sangesan.dispatch.spot_calls import fix_week, prepare
from sangesan.dispatch.spot_queries import waiting_draws
from sangesan.jobs.models import JobRun
from sangesan.jobs.running import Progress, ask, job
from sangesan.kernel.period import Month, Quarter, Week
from sangesan.regions.queries import CHINA, today

MONTHS, MONTH = "dispatch.months", "dispatch.month"
QUARTERS, QUARTER = "dispatch.quarters", "dispatch.quarter"
DRAW, PREPARE = "dispatch.weekly_village", "dispatch.spot_calls"
UNDER_WAY = (JobRun.State.WAITING, JobRun.State.RUNNING)


@job(DRAW, "确定每周随机村的抽签范围", cycle="weekly")
def fix_weekly_village(run: JobRun, progress: Progress) -> dict[str, Any]:
    """Fixes the week's draw; a week missed while the machine was down gets its own."""
    day = date.fromisoformat(run.arguments["today"])
    draw = fix_week(post=system_post(), week=Week.parse(run.period), today=day, now=timezone.now())
    progress(1, 1, run.period)
    return {"draw": draw.number if draw else None}


@job(PREPARE, "准备点对点调度的提问")
def prepare_calls(_run: JobRun, progress: Progress) -> dict[str, Any]:
    """Prepares the calls of the draws that have a result."""
    draws, made = list(waiting_draws()), []
    for n, draw in enumerate(draws):
        progress(n, len(draws), draw.period)
        made.append(prepare(post=system_post(), draw=draw, today=today(), now=timezone.now()).week)
    progress(len(draws), len(draws), "")
    return {"prepared": made}


def ask_to_prepare(now: datetime) -> JobRun | None:
    """Asks for the job where a draw waits for its call and no run is under way; None otherwise."""
    if JobRun.objects.filter(job=PREPARE, state__in=UNDER_WAY).exists() or not waiting_draws().exists():
        return None
    return ask(PREPARE, f"{now.astimezone(CHINA):%Y-%m-%dT%H:%M}")


@job(MONTHS, "月通报关账和起草", cycle="daily")
def make_months(run: JobRun, progress: Progress) -> dict[str, Any]:
    """Looks each day for months whose set day has come; what was made stays, what was left half made is completed."""
    day = date.fromisoformat(run.arguments["today"])
    made = make_due(post=system_post(), today=day, now=timezone.now(), progress=progress)
    return {"months": [one.snapshot.period for one in made], "sheets": sum(one.fresh for one in made)}


@job(MONTH, "生成月通报")
def make_month(run: JobRun, progress: Progress) -> dict[str, Any]:
    """One month as asked for on its page."""
    month = Month.parse(run.arguments["month"])
    made = make_bulletin(post=system_post(), month=month, now=timezone.now(), today=today(), progress=progress)
    return {"month": str(month), "document": made.document.pk, "sheets": made.sheets, "fresh": made.fresh}


def ask_for_month(*, post: Post, month: Month, now: datetime) -> JobRun:
    """Asks for a month's bulletin to be made (again): what would say the same is left as it is."""
    require(post, "dispatch.close")
    period = f"{month} {now.astimezone(CHINA):%Y-%m-%dT%H:%M}"
    return ask(MONTH, period, arguments={"month": str(month)}, post=post.pk)


@job(QUARTERS, "季调度关账和材料", cycle="daily")
def prepare_quarters(run: JobRun, progress: Progress) -> dict[str, Any]:
    """Looks each day for quarters whose set day has come, and puts their packs together."""
    day = date.fromisoformat(run.arguments["today"])
    made = prepare_due(post=system_post(), today=day, now=timezone.now(), progress=progress)
    return {"quarters": [one.period for one in made]}


@job(QUARTER, "生成季调度材料")
def prepare_quarter(run: JobRun, progress: Progress) -> dict[str, Any]:
    """One quarter as asked for on its page."""
    quarter = Quarter.parse(run.arguments["quarter"])
    made = prepare_meeting(post=system_post(), quarter=quarter, today=today(), now=timezone.now(), progress=progress)
    return {"quarter": made.period}


def ask_for_quarter(*, post: Post, quarter: Quarter, now: datetime) -> JobRun:
    """Asks for a quarter's pack to be put together (again)."""
    require(post, "dispatch.close")
    period = f"{quarter} {now.astimezone(CHINA):%Y-%m-%dT%H:%M}"
    return ask(QUARTER, period, arguments={"quarter": str(quarter)}, post=post.pk)
