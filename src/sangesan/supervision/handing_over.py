"""移交: a red matter goes to discipline or assessment with its papers. The machine proposes, a named person hands over.

The unit still has to put the matter right: a sheet that was handed over can be corrected and closed like another.
"""

from datetime import date, datetime

from sangesan.accounts.acting import acting
from sangesan.accounts.models import Post
from sangesan.accounts.permissions import NotAllowed, require
from sangesan.accounts.queries import system_post
from sangesan.bulletins.actions import draft as draft_document
from sangesan.kernel.refusal import Refusal
from sangesan.leadership.queries import require_seat
from sangesan.supervision.domain import Act, check_words, is_overdue
from sangesan.supervision.events import append, doing
from sangesan.supervision.letter import LETTER, letter_of
from sangesan.supervision.models import HandOver, Sheet
from sangesan.supervision.permissions import require_act
from sangesan.supervision.table import OVERDUE, load_table
from sangesan.supervision.telling import tell_hand_over, tell_to_hand_over
from sangesan.supervision.words import HAND_OVER, opened, seal

PERMISSION = "supervision.hand_over"
S = HandOver.State


def propose_hand_over(sheet: Sheet, cause: str, *, today: date, now: datetime) -> list[HandOver]:
    """Proposals to hand a red matter over for a cause, one per receiver and never twice. The caller holds the sheet's lock."""
    made = []
    for receiver in load_table().handed_to(cause):
        row, new = HandOver.objects.get_or_create(
            sheet=sheet, to=receiver.code, defaults={"cause": cause, "proposed_on": today, "recorded_at": now}
        )
        if new:
            made.append(row)
    if made:
        detail = {"hand_over": [row.to for row in made], "cause": cause}
        append(sheet, Act.PROPOSE, before=sheet.state, post=system_post(), today=today, now=now, detail=detail)
        tell_to_hand_over(sheet, today=today, now=now)
    return made


def propose_overdue_red(*, post: Post, sheet_id: int, now: datetime, today: date) -> list[HandOver]:
    """The machine proposes to hand over an overdue red sheet, once. Empty where there is nothing to propose."""
    with acting(post, PERMISSION, on=f"sheet:{sheet_id}") as act:
        sheet = Sheet.objects.select_for_update(of=("self",)).filter(pk=sheet_id).first()
        if sheet is None or not is_overdue(sheet.state, sheet.due_on, today) or sheet.extension_asked is not None:
            return []
        if not load_table().causes[OVERDUE].hands_over(sheet.colour):
            return []
        made = propose_hand_over(sheet, OVERDUE, today=today, now=now)
        act.detail = {"proposed": [row.to for row in made]}
    return made


def hand_over(*, post: Post, sheet_id: int, to: str, cause: str, reason: str, now: datetime, today: date) -> HandOver:
    """Hands a red matter over, proposed by the machine or not, and drafts the letter with the list of papers.

    Done already: the same row. Raises Refusal where the table has no hand-over for the cause, NotAllowed.
    """
    require(post, PERMISSION)
    there = HandOver.objects.filter(sheet=sheet_id, to=to, state__in=(S.SENT, S.RECEIVED, S.CONCLUDED)).first()
    if there is not None:
        return there
    said = check_words(reason, "移交的理由")
    table = load_table()
    receiver = table.receivers.get(to)
    if receiver is None or cause not in table.causes:
        raise Refusal("没有这个接收单位或情形", place="移交", remedy="请从列出的选项中选择")
    with doing(
        post=post, permission=PERMISSION, sheet_id=sheet_id, act=Act.HAND_OVER, today=today, now=now, reason=said
    ) as work:
        sheet = work.sheet
        if not table.causes[cause].hands_over(sheet.colour):
            name = table.colours[sheet.colour].name
            raise Refusal(f"{name}不能因“{table.causes[cause].title}”移交", place="移交", remedy="红单才移交，请先升级")
        row, _ = HandOver.objects.select_for_update().get_or_create(
            sheet=sheet, to=to, defaults={"cause": cause, "proposed_on": today, "recorded_at": now}
        )
        row.cause, row.state, row.sent_on, row.sent_by = cause, S.SENT, today, post.pk
        row.sealed = seal(HAND_OVER, {"reason": said})
        letter = letter_of(sheet, receiver, table.causes[cause], today)
        document = draft_document(
            post=post, series=LETTER, origin=f"hand_over:{row.pk}", title=letter.title, parts=letter.parts,
            addressees=[f"seat:{receiver.seat}"], annexes=letter.annexes, now=now, today=today,
        )  # fmt: skip
        row.document = document.pk
        row.save()
        sheet.extension_asked = None
        work.words, work.detail = said, {"to": to, "cause": cause, "document": document.pk}
    tell_hand_over(row, today=today, now=now)
    return row


def decline_hand_over(*, post: Post, hand_over_id: int, reason: str, now: datetime, today: date) -> HandOver:
    """Does not hand over what was proposed; it stays, with the reason. Raises Refusal, NotAllowed."""
    said = check_words(reason, "不予移交的理由")
    with acting(post, PERMISSION, on=f"hand_over:{hand_over_id}", reason=said[:200]) as act:
        row = _locked(hand_over_id, S.PROPOSED)
        require_act(post, row.sheet, Act.HAND_OVER, today)
        row.state, row.concluded_on, row.sealed = S.DECLINED, today, seal(HAND_OVER, {"reason": said})
        row.save()
        _note(row, "declined", post, said, today, now)
        act.detail = {"to": row.to, "state": row.state}
    return row


def receive_hand_over(*, post: Post, hand_over_id: int, now: datetime, today: date) -> HandOver:
    """Who receives it there has the papers; again: nothing happens. Raises Refusal, NotAllowed."""
    require(post, PERMISSION)
    there = HandOver.objects.filter(pk=hand_over_id, state=S.RECEIVED, received_by=post.pk).first()
    if there is not None:
        return there
    with acting(post, PERMISSION, on=f"hand_over:{hand_over_id}") as act:
        row = _locked(hand_over_id, S.SENT)
        require_seat(post, [load_table().receivers[row.to].seat], on=today)
        row.state, row.received_on, row.received_by = S.RECEIVED, today, post.pk
        row.save()
        _note(row, "received", post, "", today, now)
        act.detail = {"to": row.to, "state": row.state}
    return row


def conclude_hand_over(*, post: Post, hand_over_id: int, words: str, now: datetime, today: date) -> HandOver:
    """What came of it, said by who received it. Raises Refusal, NotAllowed."""
    said = check_words(words, "处理结果")
    with acting(post, PERMISSION, on=f"hand_over:{hand_over_id}") as act:
        row = _locked(hand_over_id, S.RECEIVED)
        require_seat(post, [load_table().receivers[row.to].seat], on=today)
        row.state, row.concluded_on = S.CONCLUDED, today
        row.sealed = seal(HAND_OVER, {**opened(HAND_OVER, row.sealed), "result": said})
        row.save()
        _note(row, "concluded", post, said, today, now)
        act.detail = {"to": row.to, "state": row.state}
    return row


def _locked(hand_over_id: int, state: str) -> HandOver:
    row = (
        HandOver.objects.select_for_update(of=("self",)).select_related("sheet__person").filter(pk=hand_over_id).first()
    )
    if row is None:
        raise NotAllowed("没有这件移交", remedy="请从“移交”清单进入")
    if row.state != state:
        raise Refusal(f"这件移交{S(row.state).label}", place="移交", remedy="请刷新页面看现在的状态")
    return row


def _note(row: HandOver, step: str, post: Post, words: str, today: date, now: datetime) -> None:
    """The sheet's history tells it too; the sheet itself stays where it is."""
    detail = {"to": row.to, "step": step}
    append(
        row.sheet, Act.HAND_OVER, before=row.sheet.state, post=post, today=today, now=now, words=words, detail=detail
    )
