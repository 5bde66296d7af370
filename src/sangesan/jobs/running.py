"""Starting and running jobs. A job is a function of (arguments, progress); it is named once and run by the worker."""

import logging
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django_tasks import task

from sangesan.jobs.domain import Cycle
from sangesan.jobs.models import JobRun
from sangesan.kernel.refusal import Refusal

log = logging.getLogger(__name__)

Progress = Callable[[int, int, str], None]
Work = Callable[[JobRun, Progress], dict[str, Any]]
REPORT_EVERY = 0.5  # seconds between two writes of progress


class Stopped(Exception):  # noqa: N818  not an error: somebody asked for it
    """Raised out of `progress` when a person asked the job to stop."""


@dataclass(frozen=True)
class Job:
    """A known job. cycle: runs by itself once per period, or None when only asked for. after: recurring jobs whose work
    it reads; where both are due, it is asked for behind them, and the worker takes what was asked for first first.
    """

    name: str
    title: str
    work: Work
    cycle: Cycle | None
    after: tuple[str, ...] = ()


JOBS: dict[str, Job] = {}


def job(name: str, title: str, *, cycle: Cycle | None = None, after: tuple[str, ...] = ()) -> Callable[[Work], Work]:
    """Names a function as a job (decorator)."""

    def remember(work: Work) -> Work:
        JOBS[name] = Job(name, title, work, cycle, after)
        return work

    return remember


def ask(name: str, period: str, *, arguments: dict[str, Any] | None = None, post: int | None = None) -> JobRun:
    """The run of a job for a period; started in the background if it is new or its last attempt did not end well."""
    if name not in JOBS:
        raise Refusal(f"没有名为“{name}”的作业", remedy=f"可用：{'、'.join(sorted(JOBS))}")
    try:
        with transaction.atomic():
            run = JobRun.objects.create(
                job=name, period=period, arguments=arguments or {}, post=post, asked_at=timezone.now()
            )
    except IntegrityError:
        run = JobRun.objects.get(job=name, period=period)
        again = (JobRun.State.FAILED, JobRun.State.STOPPED)
        revived = JobRun.objects.filter(pk=run.pk, state__in=again).update(
            state=JobRun.State.WAITING, stop_asked=False, message="", asked_at=timezone.now()
        )
        if not revived:
            return run
        run.refresh_from_db()
    transaction.on_commit(lambda: enqueue(run.pk))
    return run


def resume_interrupted() -> int:
    """Runs that a killed process left as running wait again and are handed to the worker; how many.

    Called where nothing else runs jobs: when the one worker starts, and by the demonstration.
    """
    left = list(JobRun.objects.filter(state=JobRun.State.RUNNING).values_list("pk", flat=True))
    JobRun.objects.filter(pk__in=left).update(state=JobRun.State.WAITING, message="上次中断，重新开始")
    for run_id in left:
        enqueue(run_id)
    return len(left)


def enqueue(run_id: int) -> None:
    """Hands the run to the worker."""
    execute_task.enqueue(run_id)


@task()
def execute_task(run_id: int) -> None:
    """What the worker calls."""
    execute(run_id)


def execute(run_id: int) -> JobRun:
    """Runs it here and now, once: a run that another worker has taken is left to that one."""
    taken = JobRun.objects.filter(pk=run_id, state=JobRun.State.WAITING).update(
        state=JobRun.State.RUNNING, started_at=timezone.now(), done=0, total=0
    )
    run = JobRun.objects.get(pk=run_id)
    if not taken:
        return run
    try:
        result = JOBS[run.job].work(run, _Reporter(run_id))
    except Stopped:
        _end(run_id, JobRun.State.STOPPED, "已按要求停止，可以重新开始")
    except Refusal as refusal:
        _end(run_id, JobRun.State.FAILED, str(refusal))
    except Exception:
        log.exception("job run %s failed", run_id)
        _end(run_id, JobRun.State.FAILED, "系统出错，未留下半截数据；请重试，仍不行请联系管理员查看日志")
    else:
        _end(run_id, JobRun.State.DONE, "", result)
    run.refresh_from_db()
    return run


def ask_to_stop(run_id: int) -> None:
    """The run stops at its next report of progress; one that has not begun never begins."""
    JobRun.objects.filter(pk=run_id, state=JobRun.State.WAITING).update(
        state=JobRun.State.STOPPED, finished_at=timezone.now(), message="未开始即停止"
    )
    JobRun.objects.filter(pk=run_id, state=JobRun.State.RUNNING).update(stop_asked=True)


def _end(run_id: int, state: str, message: str, result: dict[str, Any] | None = None) -> None:
    JobRun.objects.filter(pk=run_id).update(
        state=state, message=message[:500], result=result or {}, finished_at=timezone.now()
    )
    JobRun.objects.filter(pk=run_id).update(attempts=JobRun.objects.get(pk=run_id).attempts + 1)


class _Reporter:
    """progress(done, total, message): writes at most every REPORT_EVERY seconds, raises Stopped when asked to."""

    def __init__(self, run_id: int) -> None:
        self.run_id = run_id
        self.last = 0.0

    def __call__(self, done: int, total: int, message: str = "") -> None:
        now = time.monotonic()
        if now - self.last < REPORT_EVERY and done < total:
            return
        self.last = now
        row = JobRun.objects.filter(pk=self.run_id)
        row.update(done=done, total=total, message=message[:500])
        if row.values_list("stop_asked", flat=True).first():
            raise Stopped
