"""What runs every night: the scores of the running quarter, and of the last one until it is announced."""

from datetime import date
from typing import Any

from django.utils import timezone

from sangesan.accounts.queries import system_post
from sangesan.assessment.computing import compute
from sangesan.assessment.models import Assessment
from sangesan.assessment.sheets import Kind
from sangesan.jobs.models import JobRun
from sangesan.jobs.running import Progress, job
from sangesan.kernel.period import Quarter
from sangesan.regions.queries import today

COMPUTE = "assessment.compute"


@job(COMPUTE, "计算考核得分", cycle="daily")
def compute_scores(run: JobRun, progress: Progress) -> dict[str, Any]:
    """A night that was missed needs no run of its own: the next one counts everything."""
    day = today()
    if run.period < day.isoformat():
        return {"periods": []}
    return {"periods": compute_due(day, progress)}


def compute_due(day: date, progress: Progress) -> list[str]:
    """Computes what is not announced: the quarter that ended last, and the running one. The periods, oldest first."""
    running = Quarter.of(day)
    done = []
    for quarter in (running.plus(-1), running):
        announced = Assessment.objects.filter(period=str(quarter), announced_on__isnull=False).count()
        started = quarter == running or Assessment.objects.filter(period=str(quarter)).exists()
        if announced < len(Kind) and started:
            compute(post=system_post(), period=quarter, as_of=day, now=timezone.now(), progress=progress)
            done.append(str(quarter))
    return done
