"""Photos that come to a meeting or a notice after it was recorded, and the minutes with them."""

from collections.abc import Sequence
from datetime import date, datetime

from sangesan.accounts.acting import acting
from sangesan.accounts.models import Post
from sangesan.accounts.permissions import NotAllowed
from sangesan.cases.models import Meeting, Notice
from sangesan.cases.notice_page import puts_up
from sangesan.cases.posting import BEGIN, END
from sangesan.cases.sitting import open_meeting, write_minutes
from sangesan.files.attaching import place, prepare
from sangesan.files.models import StoredFile
from sangesan.kernel.refusal import Refusal
from sangesan.regions.queries import tree


def keep_minutes(
    *,
    post: Post,
    meeting_id: int,
    version: int,
    expected: int | None,
    present: int | None,
    minutes: str,
    recorder: str,
    photos: Sequence[bytes],
    today: date,
    now: datetime,
) -> Meeting:
    """The minutes of an open meeting with its photos, together or not at all. Raises Refusal and NotAllowed."""
    prepared = [prepare(photo, StoredFile.Kind.PHOTO) for photo in photos]
    with acting(post, "cases.meet", on=f"meeting:{meeting_id}") as act:
        open_meeting(post, meeting_id, version)
        for number, photo in enumerate(prepared, start=1):
            place(
                photo, name=f"会议照片{number}.jpg", subject=f"meeting:{meeting_id}", role="photo", added_by=post.pk, now=now
            )
        act.detail = {"photos": len(prepared)}
        return write_minutes(
            post=post, meeting_id=meeting_id, version=version, expected=expected, present=present, minutes=minutes,
            recorder=recorder, today=today,
        )  # fmt: skip


def add_notice_photo(*, post: Post, notice_id: int, role: str, photo: bytes, now: datetime) -> Notice:
    """A photo of a poster on the wall (notice_start) or of the wall after it came down (notice_end), handed in later."""
    if role not in {BEGIN, END}:
        raise Refusal("没有说明是张贴还是撤榜的照片", place="公示照片", remedy="请选择其中一种")
    with acting(post, "cases.notice", on=f"notice:{notice_id}") as act:
        notice = Notice.objects.select_for_update().filter(pk=notice_id).first()
        if notice is None or not puts_up(post, notice.village):
            where = tree().full_name(notice.village) if notice else "所在村"
            raise NotAllowed("公示由本村（社区）张贴，镇可代录", remedy=f"请交{where}办理")
        if not photo:
            raise Refusal("没有选照片", place="公示照片", remedy="请选择或拍一张照片")
        if role == END and notice.taken_down_on is None:
            raise Refusal("还没有撤榜", place="公示照片", remedy="撤榜时一并上传撤榜照片")
        made = prepare(photo, StoredFile.Kind.PHOTO)
        place(made, name="公示照片.jpg", subject=f"notice:{notice_id}", role=role, added_by=post.pk, now=now)
        act.detail = {"role": role}
    return notice
