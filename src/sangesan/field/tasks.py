"""What runs behind the phones: files that no form ever named are swept."""

from typing import Any

from django.utils import timezone

from sangesan.field import blobs
from sangesan.jobs.models import JobRun
from sangesan.jobs.running import Progress, job


@job("field.sweep", "清理手机传来而没有用上的文件", cycle="daily")
def sweep(_: JobRun, progress: Progress) -> dict[str, Any]:
    """Files of forms that never came, or were sent back and never mended."""
    swept = blobs.sweep(timezone.now())
    progress(1, 1, "")
    return {"files": swept}
