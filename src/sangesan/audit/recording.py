"""Writing entries: inside the transaction of the act they belong to."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sangesan.audit.domain import TAG
from sangesan.audit.models import Entry


def record(
    *,
    at: datetime,
    user: int | None,
    post: int | None,
    post_title: str,
    tag: str,
    on: str,
    reason: str = "",
    detail: Mapping[str, Any] | None = None,
) -> Entry:
    """One entry; `tag` is slice:subject:action, `on` is kind:id of the object."""
    if not TAG.fullmatch(tag):
        raise ValueError(f"audit tag {tag!r} is not slice:subject:action")
    return Entry.objects.create(
        at=at,
        user=user,
        post=post,
        post_title=post_title,
        tag=tag,
        object=on,
        reason=reason,
        detail=dict(detail or {}),
    )
