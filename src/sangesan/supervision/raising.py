"""A heavier sheet for the same matter: proposed by the machine or a person, signed by whoever signs that colour.

The old sheet goes on, overdue and visible, until the new one is signed; it ends as raised then.
"""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID, uuid5

from django.db import transaction

from sangesan.accounts.models import Post
from sangesan.kernel.refusal import Refusal
from sangesan.supervision.domain import Act, State, check_words, is_overdue
from sangesan.supervision.events import doing
from sangesan.supervision.models import Sheet
from sangesan.supervision.sheets import Matter, Why, make
from sangesan.supervision.table import DIRECT, FABRICATED, HARM, OVERDUE, load_table
from sangesan.supervision.telling import tell_person
from sangesan.supervision.words import SHEET, opened

PERMISSION = "supervision.issue"
BY_PEOPLE = (DIRECT, FABRICATED, HARM)


@dataclass(frozen=True)
class Proposal:
    """What is drafted to follow a sheet."""

    cause: str
    colour: str = ""
    reason: str = ""
    key: str = ""


def raise_sheet(
    *,
    post: Post,
    sheet_id: int,
    cause: str,
    colour: str = "",
    reason: str,
    submission: UUID,
    now: datetime,
    today: date,
) -> Sheet:
    """A person proposes to raise a sheet, with the reason: direct, fabricated or harm. The draft that waits for its signature.

    Raises Refusal where the table has no such step or a proposal waits already, NotAllowed.
    """
    if (there := Sheet.objects.filter(submission=submission, drafted_by=post.pk).first()) is not None:
        return there
    if cause not in BY_PEOPLE:
        raise Refusal("这种情形由系统提出", place="升级情形", remedy="请选直接升级、弄虚作假或造成后果")
    proposal = Proposal(cause, colour, check_words(reason, "升级的理由"))
    with doing(post=post, permission=PERMISSION, sheet_id=sheet_id, act=Act.PROPOSE, today=today, now=now) as work:
        if follower(work.sheet) is not None:
            raise Refusal("这件事已经有后面的一张单（等待签发或已下达）", place="升级", remedy="请在后面的那一张上办理")
        made = follow(work.sheet, proposal, post=post, submission=submission, today=today, now=now)
        work.words, work.detail = proposal.reason, {"to": made.pk, "colour": made.colour, "cause": cause}
    return made


def propose_overdue(*, post: Post, sheet_id: int, now: datetime, today: date) -> Sheet | None:
    """The machine proposes to raise what is overdue without an accepted extension: once per sheet and deadline.

    None where there is nothing to propose: not overdue (any more), an extension asked in time waits for its answer,
    proposed already, or the table has no colour above. Raises NotAllowed.
    """
    with transaction.atomic():
        sheet = Sheet.objects.select_for_update(of=("self",)).filter(pk=sheet_id).first()
        if sheet is None or not _may_propose(sheet, today):
            return None
        made = _propose(sheet, post, today, now)
    tell_person(sheet, "sheet_overdue", str(sheet.due_on), now=now)
    return made


def _propose(sheet: Sheet, post: Post, today: date, now: datetime) -> Sheet:
    with doing(post=post, permission=PERMISSION, sheet_id=sheet.pk, act=Act.PROPOSE, today=today, now=now) as work:
        key = overdue_key(work.sheet)
        made = follow(
            work.sheet, Proposal(OVERDUE, key=key), post=post, submission=_submission(sheet, key), today=today, now=now
        )
        work.detail = {"to": made.pk, "colour": made.colour, "cause": OVERDUE, "due_on": str(work.sheet.due_on)}
    return made


def follow(sheet: Sheet, proposal: Proposal, *, post: Post, submission: UUID, today: date, now: datetime) -> Sheet:
    """The draft of the next colour for the same matter; the caller holds the sheet's lock. Raises Refusal by the table."""
    colour = load_table().next_colour(proposal.cause, sheet.colour, proposal.colour)
    requirement = opened(SHEET, sheet.sealed).get("requirement", "")
    matter = Matter(sheet.matter, requirement, sheet.unit, sheet.person, sheet.finding, f"sheet:{sheet.pk}")
    why = Why(colour, proposal.cause, proposal.reason, proposal.key, sheet)
    return make(matter, why, post=post, submission=submission, today=today, now=now)


def overdue_key(sheet: Sheet) -> str:
    """By which a proposal for this sheet and this deadline occurs once."""
    return f"overdue:{sheet.pk}:{sheet.due_on}"


def _may_propose(sheet: Sheet, today: date) -> bool:
    if not is_overdue(sheet.state, sheet.due_on, today) or sheet.extension_asked is not None:
        return False
    if not load_table().causes[OVERDUE].next_colours(sheet.colour):
        return False
    return follower(sheet) is None and not Sheet.objects.filter(cause_key=overdue_key(sheet)).exists()


def follower(sheet: Sheet) -> Sheet | None:
    """The sheet of the same matter that comes after this one: waiting for its signature, or issued. One matter, one at a time."""
    rows = Sheet.objects.filter(follows=sheet).exclude(state__in=[State.DECLINED, State.WITHDRAWN])
    return rows.order_by("-pk").first()


def _submission(sheet: Sheet, key: str) -> UUID:
    """Follows from the sheet, so that two that propose at once make one."""
    return uuid5(sheet.submission, key)
