"""The unit's side of a sheet: receiving it, correcting with evidence, asking for more time."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sangesan.accounts.models import Post
from sangesan.accounts.permissions import require
from sangesan.amendments.queries import parameter_number
from sangesan.kernel.refusal import Refusal
from sangesan.supervision.domain import Act, State, check_extension, check_words
from sangesan.supervision.events import doing, prepared, sent_before
from sangesan.supervision.limits import day_type
from sangesan.supervision.models import Sheet
from sangesan.supervision.telling import tell_reviewers

MOST_EVIDENCE = 60


def receive(*, post: Post, sheet_id: int, now: datetime, today: date) -> Sheet:
    """The person of the sheet says that it has arrived; again: nothing happens. Raises Refusal, NotAllowed."""
    require(post, "supervision.rectify")
    there = Sheet.objects.filter(pk=sheet_id, person=post, state=State.RECEIVED).first()
    if there is not None:
        return there
    with doing(
        post=post, permission="supervision.rectify", sheet_id=sheet_id, act=Act.RECEIVE, today=today, now=now
    ) as work:
        pass
    return work.sheet


def rectify(
    *, post: Post, sheet_id: int, words: str, files: Sequence[bytes] = (), submission: UUID, now: datetime, today: date
) -> Sheet:
    """What was done, with photos or scans; somebody else looks at it then. The same submission again changes nothing.

    Evidence may be added while the review waits; the first time there must be some. Raises Refusal, NotAllowed.
    """
    require(post, "supervision.rectify")
    if (there := sent_before(submission, post)) is not None:
        return there.sheet
    said = check_words(words, "整改情况")
    ready = prepared(files)
    with doing(
        post=post, permission="supervision.rectify", sheet_id=sheet_id, act=Act.RECTIFY, today=today, now=now,
        submission=submission,
    ) as work:  # fmt: skip
        sheet = work.sheet
        if not ready and sheet.state != State.RECTIFIED:
            raise Refusal("没有整改的佐证", place="佐证", remedy="请拍下整改后的现场，或拍照、扫描补齐的材料")
        if sheet.evidence + len(ready) > MOST_EVIDENCE:
            raise Refusal(f"这张单的佐证已满 {MOST_EVIDENCE} 件", place="佐证", remedy="请只传新的、最能说明情况的")
        work.words, work.files = said, ready
        work.detail = {"late": sheet.due_on is not None and today > sheet.due_on}
        if sheet.extension_asked is not None:
            work.detail["not_answered"] = sheet.extension_asked.isoformat()
        sheet.evidence += len(ready)
        sheet.rectified_on, sheet.rectified_user = today, post.user_id
        sheet.extension_asked = None
    key = str(work.event.pk) if work.event else ""
    tell_reviewers(work.sheet, Act.CLOSE, key, today=today, now=now)
    return work.sheet


def ask_extension(
    *, post: Post, sheet_id: int, until: date, words: str, submission: UUID, now: datetime, today: date
) -> Sheet:
    """Asks for more time, before the deadline has passed only. Raises Refusal, NotAllowed."""
    require(post, "supervision.rectify")
    if (there := sent_before(submission, post)) is not None:
        return there.sheet
    said = check_words(words, "延期理由")
    with doing(
        post=post, permission="supervision.rectify", sheet_id=sheet_id, act=Act.ASK_EXTENSION, today=today, now=now,
        submission=submission,
    ) as work:  # fmt: skip
        sheet = work.sheet
        if sheet.due_on is None:
            raise Refusal("这张单还没有签发", place="申请延期", remedy="请刷新页面")
        check_extension(
            due_on=sheet.due_on, until=until, asked=sheet.extension_asked, today=today,
            most=parameter_number("sheet_extension_days", today), day_type=day_type(today),
        )  # fmt: skip
        work.words, work.detail = said, {"until": until.isoformat()}
        sheet.extension_asked = until
    key = str(work.event.pk) if work.event else ""
    tell_reviewers(work.sheet, Act.ACCEPT_EXTENSION, key, today=today, now=now)
    return work.sheet
