"""What runs every night: the screening, and what departments' data show of measures; and a screening asked for on the page."""

from datetime import date
from typing import Any

from django.utils import timezone

from sangesan.accounts.models import Post
from sangesan.accounts.queries import system_post
from sangesan.assistance.reported import take_up_reported
from sangesan.cases.models import Case
from sangesan.cases.screening_county import screen_county
from sangesan.cases.states import EXITING, State
from sangesan.jobs.models import JobRun
from sangesan.jobs.running import Progress, job
from sangesan.regions.queries import today

NIGHTLY = "screening.nightly"
ON_REQUEST = "screening.on_request"
MEASURES = "assistance.measures"
HELPED = (State.ENTRY, State.ASSISTED, *EXITING)


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


@job(MEASURES, "登记部门已落实的帮扶", cycle="daily")
def take_up_measures(run: JobRun, progress: Progress) -> dict[str, Any]:
    """What departments gave the monitored households is in their plans without anybody typing it. Household by household:
    stopped and run again it goes on where it was, for what is known already is not taken up twice. A night that was
    missed needs no run of its own: the next one finds everything.
    """
    if run.period < today().isoformat():
        return {"households": 0, "measures": 0}
    post, taken = system_post(), 0
    cases = list(Case.objects.filter(enrolled_on__isnull=False, state__in=HELPED).order_by("id"))
    for done, case in enumerate(cases):
        progress(done, len(cases), f"{taken} 项")
        taken += len(
            take_up_reported(post=post, household_id=case.household_id, case=case.pk, now=timezone.now())
        )
    progress(len(cases), len(cases), f"{taken} 项")
    return {"households": len(cases), "measures": taken}
