"""One act = permission + change + audit entry, in one transaction."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils import timezone

from sangesan.accounts.models import Post
from sangesan.accounts.permissions import require
from sangesan.audit.recording import record


@dataclass
class Act:
    """What the act's audit entry will say; the body may fill in `on` and `detail`."""

    post: Post
    tag: str
    on: str
    reason: str
    detail: dict[str, Any] = field(default_factory=dict)


@contextmanager
def acting(post: Post | None, act: str, *, on: str, reason: str = "") -> Iterator[Act]:
    """Runs the body as an act of the access matrix ("clues.record_visit") on an object ("clue:12").

    Raises NotAllowed before anything happens. Body and audit entry commit together or not at all.
    """
    holder = require(post, act)
    subject, _, action = act.partition(".")
    kind = on.partition(":")[0]
    entry = Act(post=holder, tag=f"{subject}:{kind}:{action}", on=on, reason=reason)
    with transaction.atomic():
        yield entry
        write(entry)


def write(entry: Act) -> None:
    """Writes an act's audit entry now; a page that reads a sensitive field calls it through `acting`."""
    record(
        at=timezone.now(),
        user=entry.post.user_id,
        post=entry.post.pk,
        post_title=entry.post.title,
        tag=entry.tag,
        on=entry.on,
        reason=entry.reason,
        detail=entry.detail,
    )
