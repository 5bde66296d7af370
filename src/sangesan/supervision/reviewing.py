"""The supervisors' side of a sheet: sending a rectification back, closing, answering for an extension, withdrawing."""

from datetime import date, datetime

from sangesan.accounts.models import Post
from sangesan.accounts.queries import system_post
from sangesan.amendments.queries import parameter_number
from sangesan.kernel.refusal import Refusal
from sangesan.policy.calendars import add_days
from sangesan.supervision.domain import (
    Act,
    Closing,
    State,
    after_return,
    check_closing,
    check_words,
    step,
)  # fmt: skip
from sangesan.supervision.events import append, doing
from sangesan.supervision.limits import day_type
from sangesan.supervision.models import LookBack, Sheet, SheetEvent
from sangesan.supervision.permissions import user_belongs
from sangesan.supervision.sheets import check_person
from sangesan.supervision.table import REPEATED
from sangesan.supervision.telling import tell_person, tell_signed

CLOSE = "supervision.close"


def send_back(*, post: Post, sheet_id: int, words: str, now: datetime, today: date) -> Sheet:
    """A rectification is not good enough: back to the unit, with what is lacking and never less than some days.

    Raises Refusal, NotAllowed.
    """
    said = check_words(words, "退回的理由")
    with doing(post=post, permission=CLOSE, sheet_id=sheet_id, act=Act.RETURN, today=today, now=now) as work:
        sheet = work.sheet
        if sheet.due_on is not None:
            days = parameter_number("sheet_return_days", today)
            sheet.due_on = after_return(sheet.due_on, today, days, day_type(today))
        sheet.rectified_on = None
        work.words, work.detail = said, {"due_on": str(sheet.due_on)}
    tell_person(work.sheet, "sheet_returned", _key(work.event), now=now)
    return work.sheet


def close(*, post: Post, sheet_id: int, words: str, now: datetime, today: date) -> Sheet:
    """Accepts a rectification: the matter is closed, and somebody goes back later to see whether it still holds.

    Only on evidence, and only by a person who neither corrected nor belongs to the unit. Closed again by the same person:
    nothing happens. Raises Refusal, NotAllowed.
    """
    there = Sheet.objects.filter(pk=sheet_id, state=State.CLOSED, closed_user=post.user_id).first()
    if there is not None and post.user_id is not None:
        return there
    said = check_words(words, "审核意见")
    with doing(post=post, permission=CLOSE, sheet_id=sheet_id, act=Act.CLOSE, today=today, now=now) as work:
        sheet = work.sheet
        rows = sheet.events.filter(act=Act.RECTIFY, user__isnull=False)
        check_closing(
            Closing(
                evidence=sheet.evidence,
                corrected_by={user for user in rows.values_list("user", flat=True) if user is not None},
                closer=post.user_id or 0,
                of_the_unit=user_belongs(post, sheet.unit, today),
            )
        )
        sheet.closed_user, sheet.ended_on = post.user_id, today
        due_on = add_days(today, parameter_number("look_back_days", today), day_type(today))
        LookBack.objects.create(sheet=sheet, unit=sheet.unit, due_on=due_on, planned_at=now)
        work.words, work.detail = said, {"look_back_due": due_on.isoformat()}
        _drop_proposals(sheet, "原来的督办单已销号", today, now)
    tell_person(work.sheet, "sheet_closed", _key(work.event), now=now)
    return work.sheet


def answer_extension(*, post: Post, sheet_id: int, until: date | None, words: str, now: datetime, today: date) -> Sheet:
    """Answers an asked extension: until a day (not later than asked), or None: no. Raises Refusal, NotAllowed."""
    act = Act.REFUSE_EXTENSION if until is None else Act.ACCEPT_EXTENSION
    said = check_words(words, "答复延期的理由")
    with doing(post=post, permission=CLOSE, sheet_id=sheet_id, act=act, today=today, now=now) as work:
        sheet = work.sheet
        asked = sheet.extension_asked
        if asked is None or sheet.due_on is None:
            raise Refusal("没有等待答复的延期申请", place="延期", remedy="请刷新页面")
        if until is not None:
            if not sheet.due_on < until <= asked:
                raise Refusal(
                    f"批准的日期应在 {sheet.due_on} 之后、不晚于申请的 {asked}", place="延到哪一天", remedy="请改日期"
                )
            work.detail = {"from": sheet.due_on.isoformat(), "until": until.isoformat()}
            sheet.due_on = until
            _drop_proposals(sheet, "已批准延期", today, now)
        sheet.extension_asked = None
        work.words = said
    tell_person(work.sheet, "sheet_extended" if until else "sheet_not_extended", _key(work.event), now=now)
    return work.sheet


def withdraw(*, post: Post, sheet_id: int, reason: str, now: datetime, today: date) -> Sheet:
    """Takes back a sheet that was wrongly issued; it stays to be seen, with the reason. Raises Refusal, NotAllowed."""
    said = check_words(reason, "撤销的理由")
    with doing(
        post=post, permission=CLOSE, sheet_id=sheet_id, act=Act.WITHDRAW, today=today, now=now, reason=said
    ) as work:
        work.words = said
        work.sheet.ended_on = today
        _drop_proposals(work.sheet, "原来的督办单已撤销", today, now)
    return work.sheet


def reassign(*, post: Post, sheet_id: int, person: Post, reason: str, now: datetime, today: date) -> Sheet:
    """Another person of the same unit answers from now on (the former has left the post). Raises Refusal, NotAllowed."""
    said = check_words(reason, "更换的理由")
    with doing(
        post=post, permission=CLOSE, sheet_id=sheet_id, act=Act.REASSIGN, today=today, now=now, reason=said
    ) as work:
        sheet = work.sheet
        check_person(person, sheet.unit, today)
        if person.pk == sheet.person_id:
            raise Refusal("责任人没有变", place="责任人", remedy="请选择另一个岗位")
        work.words, work.detail = said, {"from": sheet.person_id, "to": person.pk}
        sheet.person = person
    if work.sheet.state != State.DRAFT:
        tell_signed(work.sheet, today=today, now=now)
    return work.sheet


def _drop_proposals(sheet: Sheet, why: str, today: date, now: datetime) -> None:
    """Proposals to raise that have lost their ground are not signed any more; those after a look-back stay."""
    rows = Sheet.objects.select_for_update().filter(follows=sheet, state=State.DRAFT).exclude(cause=REPEATED)
    for draft in rows.order_by("pk"):
        before, draft.state = draft.state, step(draft.state, Act.DECLINE)
        draft.ended_on = today
        draft.save(update_fields=["state", "ended_on"])
        append(draft, Act.DECLINE, before=before, post=system_post(), today=today, now=now, words=why)


def _key(event: SheetEvent | None) -> str:
    return str(event.pk) if event else ""
