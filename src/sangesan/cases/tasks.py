"""The nightly screening, and one asked for on the page."""

from datetime import date
from typing import Any

from django.utils import timezone

from sangesan.accounts.models import Post
from sangesan.accounts.queries import system_post
from sangesan.cases.screening_county import screen_county
from sangesan.jobs.models import JobRun
from sangesan.jobs.running import Progress, job
from sangesan.regions.queries import today

NIGHTLY = "screening.nightly"
ON_REQUEST = "screening.on_request"


@job(NIGHTLY, "每晚筛查", cycle="daily")
def nightly(run: JobRun, progress: Progress) -> dict[str, Any]:
    """Screens as of the period's own day, also when it is made up for later."""
    as_of = date.fromisoformat(run.period)
    return screen_county(post=system_post(), as_of=as_of, now=timezone.now(), progress=progress).to_dict()


@job(ON_REQUEST, "立即筛查")
def on_request(run: JobRun, progress: Progress) -> dict[str, Any]:
    """Screens today for the post that asked."""
    post = Post.objects.get(pk=run.post or 0)
    return screen_county(post=post, as_of=today(), now=timezone.now(), progress=progress).to_dict()
