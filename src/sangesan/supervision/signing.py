"""Signing a draft, and not signing it. A number and a deadline come with the signature."""

from datetime import date, datetime
from uuid import uuid5

from sangesan.accounts.models import Post
from sangesan.accounts.permissions import require
from sangesan.amendments.queries import parameter_number
from sangesan.kernel.period import Quarter
from sangesan.kernel.refusal import Refusal
from sangesan.supervision.domain import ENDED, STATES, Act, State, check_words, deadline, is_nth_blue, step
from sangesan.supervision.events import append, doing
from sangesan.supervision.handing_over import propose_hand_over
from sangesan.supervision.limits import day_type, days_of
from sangesan.supervision.models import Counter, Sheet
from sangesan.supervision.table import BLUE, HANDED_AT_ONCE, NONE, NTH_BLUE, REPEATED, load_table
from sangesan.supervision.telling import tell_drafted, tell_signed

SIGNED_AS_YELLOW = "本季度蓝单已到规定张数，改按黄单下达"


def sign(*, post: Post, sheet_id: int, now: datetime, today: date) -> Sheet:
    """Puts a draft in force: it gets its number and its deadline, and what it was raised from ends as raised.

    A unit's n-th blue of the quarter is not signed as blue: what comes back is a yellow draft for whoever signs yellow.
    Signed again by the same post: nothing happens. Raises Refusal, NotAllowed.
    """
    require(post, "supervision.sign")
    there = Sheet.objects.filter(pk=sheet_id).first()
    if there is not None and there.signed_by == post.pk:
        return there
    former = there.follows_id if there else None
    yellow: Sheet | None = None
    with doing(
        post=post,
        permission="supervision.sign",
        sheet_id=sheet_id,
        act=Act.SIGN,
        today=today,
        now=now,
        lock_also=former,
    ) as work:
        sheet = work.sheet
        counter = _locked_counter(sheet.colour, today.year)
        if sheet.colour == BLUE and is_nth_blue(
            blues(sheet.unit, today), parameter_number("sheet_blues_in_quarter", today)
        ):
            work.act, work.words, sheet.ended_on = Act.RAISE, SIGNED_AS_YELLOW, today
            yellow = _as_yellow(sheet, post, today, now)
            work.detail = {"to": yellow.pk, "colour": yellow.colour}
        else:
            _put_in_force(sheet, counter, post, today)
            work.detail = {"due_on": str(sheet.due_on), "number": sheet.number, "colour": sheet.colour}
            if sheet.follows is not None:
                _end_former(sheet, sheet.follows, post, today, now)
    if yellow is None:
        _after_signing(work.sheet, today, now)
    return yellow or work.sheet


def decline(*, post: Post, sheet_id: int, reason: str, now: datetime, today: date) -> Sheet:
    """Does not put a draft in force; it stays, with the reason. By who drafted it or who would sign it."""
    said = check_words(reason, "不予签发的理由")
    with doing(
        post=post, permission="supervision.sign", sheet_id=sheet_id, act=Act.DECLINE, today=today, now=now, reason=said
    ) as work:
        work.words = said
        work.sheet.ended_on = today
    return work.sheet


def _after_signing(sheet: Sheet, today: date, now: datetime) -> None:
    """Tells whom it concerns; red for fabrication or harm is proposed to be handed over at once."""
    tell_signed(sheet, today=today, now=now)
    if sheet.cause in HANDED_AT_ONCE and load_table().causes[sheet.cause].hands_over(sheet.colour):
        propose_hand_over(sheet, sheet.cause, today=today, now=now)


def _put_in_force(sheet: Sheet, counter: Counter, post: Post, today: date) -> None:
    counter.last += 1
    counter.save(update_fields=["last"])
    sheet.year, sheet.number = counter.year, counter.last
    sheet.signed_by, sheet.signed_title = post.pk, post.title
    sheet.issued_on = today
    sheet.due_on = deadline(today, days_of(sheet.colour, today), day_type(today))


def _end_former(sheet: Sheet, former: Sheet, post: Post, today: date, now: datetime) -> None:
    """What the sheet was raised from is raised now; one that came back at a look-back stays closed."""
    if sheet.cause == REPEATED or (former.state == State.RAISED and former.issued_on is None):
        return
    if former.state in ENDED:
        raise Refusal(
            f"原来的督办单{STATES[State(former.state)]}，不能再升级", place="签发", remedy="请填写理由，不予签发"
        )
    before, former.state = former.state, step(former.state, Act.RAISE)
    former.ended_on = today
    former.extension_asked = None
    former.save(update_fields=["state", "ended_on", "extension_asked"])
    detail = {"to": sheet.pk, "colour": sheet.colour, "cause": sheet.cause}
    append(former, Act.RAISE, before=before, post=post, today=today, now=now, detail=detail)


def _as_yellow(blue: Sheet, post: Post, today: date, now: datetime) -> Sheet:
    """The same matter as a yellow draft. Its submission follows from the blue's, so that there is one only."""
    made = Sheet.objects.create(
        root=blue.root or blue, follows=blue, finding=blue.finding, origin=blue.origin,
        colour=load_table().next_colour(NTH_BLUE, NONE), cause=NTH_BLUE, cause_key=f"nth_blue:{blue.pk}",
        matter=blue.matter, sealed=blue.sealed, unit=blue.unit, person=blue.person, state=State.DRAFT, drafted_on=today,
        drafted_by=blue.drafted_by, drafted_title=blue.drafted_title,
        submission=uuid5(blue.submission, NTH_BLUE), recorded_at=now,
    )  # fmt: skip
    detail = {"colour": made.colour, "cause": NTH_BLUE, "from": blue.pk}
    append(made, Act.DRAFT, before="", post=post, today=today, now=now, words=SIGNED_AS_YELLOW, detail=detail)
    tell_drafted(made, today=today, now=now)
    return made


def blues(unit: str, day: date) -> int:
    """How many blue sheets a unit got in the day's quarter; those withdrawn as wrongly issued don't count."""
    quarter = Quarter.of(day)
    rows = Sheet.objects.filter(unit=unit, colour=BLUE, issued_on__range=(quarter.first_day(), quarter.last_day()))
    return rows.exclude(state=State.WITHDRAWN).count()


def _locked_counter(colour: str, year: int) -> Counter:
    """The counter of the colour, locked: signings of one colour are one after another."""
    counter, _ = Counter.objects.get_or_create(colour=colour, year=year)
    return Counter.objects.select_for_update().get(pk=counter.pk)
