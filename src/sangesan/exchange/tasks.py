"""Taking in an uploaded file in the background: attaching to the county's people takes longer than a page may."""

import time
from typing import Any

from django.utils import timezone

from sangesan.accounts.models import Post
from sangesan.exchange.actions import deliver
from sangesan.exchange.sweeping import sweep_orphans
from sangesan.exchange.uploads import JOB, drop, taken
from sangesan.jobs.models import JobRun
from sangesan.jobs.running import Progress, job
from sangesan.kernel.refusal import Refusal

SWEPT_AFTER = 3600  # seconds: younger files may belong to a delivery that is still under way


@job("exchange.sweep", "清理中断留下的文件", cycle="daily")
def sweep(_: JobRun, progress: Progress) -> dict[str, Any]:
    """Removes what an interrupted delivery left on disk; nothing that is catalogued."""
    removed = sweep_orphans(time.time() - SWEPT_AFTER)
    progress(1, 1, "")
    return {"removed": len(removed)}


@job(JOB, "接收部门数据")
def deliver_upload(run: JobRun, progress: Progress) -> dict[str, Any]:
    """Delivers the file for the post that handed it in; the file is dropped once its fate is known."""
    given = run.arguments
    try:
        report = deliver(
            Post.objects.get(pk=run.post or 0),
            given["feed"],
            taken(given["ticket"]),
            now=timezone.now(),
            filename=given["filename"],
            take_good_rows=given["take_good_rows"],
            progress=progress,
        )
    except Refusal:
        drop(given["ticket"])
        raise
    drop(given["ticket"])
    return {"state": report.state, "delivery": report.delivery or report.same_as, "message": report.message}
