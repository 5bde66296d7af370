"""What runs every night after the screening: the checks over the record."""

from typing import Any

from django.utils import timezone

from sangesan.accounts.models import Post
from sangesan.accounts.queries import system_post
from sangesan.cases.tasks import MEASURES
from sangesan.cases.tasks import NIGHTLY as SCREENING
from sangesan.checks.running import run_checks
from sangesan.jobs.models import JobRun
from sangesan.jobs.running import Progress, job
from sangesan.regions.queries import today

NIGHTLY = "checks.nightly"
ON_REQUEST = "checks.on_request"


@job(NIGHTLY, "每晚数据核查", cycle="daily", after=(SCREENING, MEASURES))
def nightly(run: JobRun, progress: Progress) -> dict[str, Any]:
    """A night that was missed needs no run of its own: the next one finds everything."""
    if run.period < today().isoformat():
        return {"found": 0, "new": 0, "gone": 0}
    return _ran(system_post(), progress)


@job(ON_REQUEST, "立即数据核查")
def on_request(run: JobRun, progress: Progress) -> dict[str, Any]:
    """As of today, for the post that asked."""
    return _ran(Post.objects.get(pk=run.post or 0), progress)


def _ran(post: Post, progress: Progress) -> dict[str, Any]:
    ran = run_checks(post=post, as_of=today(), now=timezone.now(), progress=progress)
    return {"found": ran.found, "new": ran.new, "gone": ran.gone, "digest": ran.digest, "waiting": ran.waiting}
