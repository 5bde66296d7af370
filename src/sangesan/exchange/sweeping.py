"""Removing what an interrupted delivery left behind."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from sangesan.exchange.models import Delivery
from sangesan.files import storage


def sweep_orphans(older_than: float) -> list[str]:
    """Remove Parquet files and originals that no delivery names, last written before `older_than` (Unix seconds).

    Younger ones may belong to a delivery that is just being published. Returns the removed paths below HOME.
    """
    home = Path(settings.HOME)
    known = set(Delivery.objects.exclude(path="").values_list("path", flat=True))
    removed = []
    for path in sorted((home / "parquet").glob("*/*")):
        relative = path.relative_to(home).as_posix()
        if relative not in known and path.stat().st_mtime < older_than:
            path.unlink(missing_ok=True)
            removed.append(relative)
    return removed + storage.sweep(older_than)
