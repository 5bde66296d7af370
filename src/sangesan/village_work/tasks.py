"""What runs every night: villages get the duties that a department's rows lay on them."""

from typing import Any

from django.utils import timezone

from sangesan.accounts.queries import system_post
from sangesan.jobs.models import JobRun
from sangesan.jobs.running import Progress, job
from sangesan.regions.queries import today
from sangesan.village_work.assigning import assign_due

DUTIES = "village_work.duties"


@job(DUTIES, "按部门数据安排村级日常职责", cycle="daily")
def assign_duties(run: JobRun, progress: Progress) -> dict[str, Any]:
    """A night that was missed needs no run of its own: the next one finds everything."""
    if run.period < today().isoformat():
        return {"new": 0}
    new = assign_due(post=system_post(), today=today(), now=timezone.now())
    progress(1, 1, f"新增 {new} 项")
    return {"new": new}
