"""Reading the audit, newest first, page by page by key."""

from collections.abc import Collection

from sangesan.audit.models import Entry


def entries(
    *, tag: str = "", on: str = "", before: int | None = None, unseen: Collection[str] = (), limit: int = 50
) -> list[Entry]:
    """At most `limit` entries with smaller id than `before`; `tag` may be a prefix such as "registry:".

    unseen: objects of which whoever asks may not know yet.
    """
    rows = Entry.objects.order_by("-id")
    if unseen:
        rows = rows.exclude(object__in=list(unseen))
    if tag:
        rows = rows.filter(tag__startswith=tag)
    if on:
        rows = rows.filter(object=on)
    if before is not None:
        rows = rows.filter(id__lt=before)
    return list(rows[:limit])
