"""A sheet's history: written here and nowhere else, and never changed."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from uuid import UUID

from sangesan.accounts.acting import acting
from sangesan.accounts.models import Post
from sangesan.accounts.permissions import NotAllowed
from sangesan.accounts.submissions import own_only
from sangesan.files.attaching import Prepared, place_all, prepare_all
from sangesan.supervision.domain import Act, step
from sangesan.supervision.models import Sheet, SheetEvent
from sangesan.supervision.permissions import reached, require_act
from sangesan.supervision.words import EVENT, seal, subject_of

MOST_FILES = 9
EVIDENCE = "佐证"
LONGEST_WORDS = 2000


@dataclass
class Doing:
    """An act under way on a locked sheet; the body fills in what its event says."""

    sheet: Sheet
    act: Act
    words: str = ""
    files: Sequence[Prepared] = ()
    detail: dict[str, Any] = field(default_factory=dict)
    event: SheetEvent | None = None


@contextmanager
def doing(
    *,
    post: Post,
    permission: str,
    sheet_id: int,
    act: Act,
    today: date,
    now: datetime,
    submission: UUID | None = None,
    reason: str = "",
    lock_also: int | None = None,
) -> Iterator[Doing]:
    """Locks the sheet, asks who may, lets the body work, then moves the sheet by the table and writes the event.

    The body changes fields of `sheet` other than its state (and may change the act); all of it commits together or not
    at all. lock_also: the sheet it comes after, locked first: always the older before the younger, so that no two wait for
    each other. Raises NotAllowed out of reach, Refusal where the table has no such step.
    """
    with acting(post, permission, on=subject_of(sheet_id), reason=reason[:200]) as audited:
        wanted = [number for number in (lock_also, sheet_id) if number is not None]
        rows = Sheet.objects.select_for_update(of=("self",)).select_related("person").filter(pk__in=wanted)
        locked = {sheet.pk: sheet for sheet in rows.order_by("pk")}
        sheet = locked.get(sheet_id)
        if sheet is None:
            raise NotAllowed("没有这张督办单，或不在您的管理范围内", remedy="请从“督办单”清单进入")
        reached(post, sheet)
        require_act(post, sheet, act, today)
        if sheet.follows_id in locked:
            sheet.follows = locked[sheet.follows_id]
        step(sheet.state, act)
        work = Doing(sheet, act)
        yield work
        before, sheet.state = sheet.state, step(sheet.state, work.act)
        sheet.save()
        work.event = append(
            sheet, work.act, before=before, post=post, today=today, now=now, words=work.words, detail=work.detail,
            files=work.files, submission=submission,
        )  # fmt: skip
        audited.detail = {"before": before, "after": sheet.state, **work.detail}


def append(
    sheet: Sheet,
    act: Act,
    *,
    before: str,
    post: Post,
    today: date,
    now: datetime,
    words: str = "",
    detail: dict[str, Any] | None = None,
    files: Sequence[Prepared] = (),
    submission: UUID | None = None,
) -> SheetEvent:
    """Writes an event with its files; the sheet's state is the one after it. detail: codes, days, numbers only."""
    event = SheetEvent.objects.create(
        sheet=sheet, act=act, before=before, after=sheet.state, on=today, at=now, post=post.pk, post_title=post.title,
        user=post.user_id, detail=detail or {}, files=len(files), submission=submission,
        sealed=seal(EVENT, {"words": words[:LONGEST_WORDS]}) if words else None,
    )  # fmt: skip
    place_all(
        files, called=EVIDENCE, subject=subject_of(sheet.pk), role="evidence", added_by=post.pk, now=now,
        note=f"event:{event.pk}",
    )  # fmt: skip
    return event


def prepared(files: Sequence[bytes]) -> list[Prepared]:
    """The evidence made safe and put on disk, before any transaction; raises Refusal naming the one that is not taken."""
    return prepare_all(files, called=EVIDENCE, most=MOST_FILES)


def sent_before(submission: UUID | None, post: Post) -> SheetEvent | None:
    """The event that this submission made already; raises Refusal where another post's form has the same id."""
    there = SheetEvent.objects.filter(submission=submission).select_related("sheet").first() if submission else None
    return own_only(there, post)
