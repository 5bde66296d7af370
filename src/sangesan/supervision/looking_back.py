"""回头看: a new visit bound to a closed sheet. What came back, or was never right, gets a heavier sheet by itself."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID, uuid5

from sangesan.accounts.models import Post
from sangesan.accounts.permissions import NotAllowed, require
from sangesan.files.attaching import place_all
from sangesan.kernel.refusal import Refusal
from sangesan.supervision.domain import Act, check_words
from sangesan.supervision.events import doing, prepared
from sangesan.supervision.handing_over import propose_hand_over
from sangesan.supervision.models import LookBack, Sheet
from sangesan.supervision.raising import Proposal, follow
from sangesan.supervision.table import REPEATED, load_table
from sangesan.supervision.words import LOOK_BACK, look_back_subject, seal

CORRECTED, CAME_BACK, NOT_CORRECTED = "corrected", "came_back", "not_corrected"
RESULTS = {CORRECTED: "已整改", CAME_BACK: "反弹", NOT_CORRECTED: "未整改"}


def look_back(
    *,
    post: Post,
    look_back_id: int,
    result: str,
    words: str,
    files: Sequence[bytes] = (),
    found_on: date,
    submission: UUID,
    now: datetime,
    today: date,
) -> LookBack:
    """Records what was seen. Came back or not corrected: the next sheet of the matter is drafted and waits for its signature.

    The closed sheet stays closed: both stand in the chain of the matter. The same submission again gives the same.
    Raises Refusal, NotAllowed.
    """
    require(post, "supervision.look_back")
    there = LookBack.objects.select_related("sheet").filter(submission=submission).first()
    if there is not None and there.post == post.pk:
        return there
    said = _checked(result, words, len(files), found_on, today)
    ready = prepared(files)
    row = LookBack.objects.filter(pk=look_back_id).first()
    if row is None:
        raise NotAllowed("没有这次回头看", remedy="请从“回头看”清单进入")
    with doing(
        post=post, permission="supervision.look_back", sheet_id=row.sheet_id, act=Act.LOOK_BACK, today=today, now=now
    ) as work:
        row = LookBack.objects.select_for_update().get(pk=look_back_id)
        _open(row, work.sheet, found_on)
        if result != CORRECTED:
            row.raised = _raise(work.sheet, row, post, today, now)
        row.result, row.found_on, row.files = result, found_on, len(ready)
        row.sealed, row.submission = seal(LOOK_BACK, {"words": said}), submission
        row.post, row.post_title, row.recorded_at = post.pk, post.title, now
        row.save()
        subject = look_back_subject(row.pk)
        place_all(ready, called="回头看", subject=subject, role="evidence", added_by=post.pk, now=now)
        work.words = said
        work.detail = {"look_back": row.pk, "result": result} | ({"to": row.raised.pk} if row.raised else {})
    return row


def look_again(*, post: Post, sheet_id: int, due_on: date, now: datetime, today: date) -> LookBack:
    """Plans one more look-back at a closed sheet, for a day. Raises Refusal where one is due already, NotAllowed."""
    require(post, "supervision.look_back")
    with doing(
        post=post, permission="supervision.look_back", sheet_id=sheet_id, act=Act.LOOK_BACK, today=today, now=now
    ) as work:
        sheet = work.sheet
        if due_on < today:
            raise Refusal("日期已经过去", place="回头看的日期", remedy="请选今天或以后的日期")
        if sheet.look_backs.filter(result="").exists():
            raise Refusal("这张单已经排了回头看", place="回头看", remedy="请先登记那一次")
        made = LookBack.objects.create(sheet=sheet, unit=sheet.unit, due_on=due_on, planned_at=now)
        work.detail = {"look_back": made.pk, "due_on": due_on.isoformat()}
    return made


def _checked(result: str, words: str, files: int, found_on: date, today: date) -> str:
    if result not in RESULTS:
        raise Refusal("没有选结果", place="回头看结果", remedy=f"请选{'、'.join(RESULTS.values())}")
    if found_on > today:
        raise Refusal("日期在将来", place="回头看的日期", remedy="请核对日期")
    if result != CORRECTED and not files:
        raise Refusal("没有照片", place="佐证", remedy="反弹或没有整改的，请拍下现场或材料")
    return check_words(words, "所见情况")


def _open(row: LookBack, sheet: Sheet, found_on: date) -> None:
    if row.result:
        raise Refusal("这次回头看已经登记", place="回头看", remedy="请刷新页面")
    if sheet.ended_on is not None and found_on < sheet.ended_on:
        raise Refusal(f"这张单 {sheet.ended_on} 才销号", place="回头看的日期", remedy="请核对日期")


def _raise(sheet: Sheet, row: LookBack, post: Post, today: date, now: datetime) -> Sheet:
    """The next sheet of the matter; red stays red, and its hand-over is proposed as well."""
    proposal = Proposal(REPEATED, key=f"look_back:{row.pk}")
    made = follow(sheet, proposal, post=post, submission=uuid5(sheet.submission, proposal.key), today=today, now=now)
    if load_table().causes[REPEATED].hands_over(sheet.colour):
        propose_hand_over(sheet, REPEATED, today=today, now=now)
    return made
