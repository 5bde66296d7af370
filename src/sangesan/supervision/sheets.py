"""Drafting a sheet, and drafting with signing in one. Who drafts and who signs are two acts; days count from the signing."""

import unicodedata
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from sangesan.accounts.acting import acting
from sangesan.accounts.models import Post
from sangesan.accounts.permissions import require
from sangesan.amendments.queries import parameter_number
from sangesan.documents.numbers_in_text import numbers_in
from sangesan.inspections.models import Finding
from sangesan.inspections.queries import words_of
from sangesan.kernel.refusal import Refusal
from sangesan.leadership.units import unit as unit_of_key
from sangesan.registry.models import Membership
from sangesan.supervision.domain import Act, State, check_words, is_nth_blue
from sangesan.supervision.events import append
from sangesan.supervision.models import Sheet
from sangesan.supervision.permissions import of_the_unit, seats_held
from sangesan.supervision.signing import blues, sign
from sangesan.supervision.table import BLUE, DIRECT, FABRICATED, FOUND, HARM, NONE, NTH_BLUE, ORDER, load_table
from sangesan.supervision.telling import tell_drafted
from sangesan.supervision.words import SHEET, number_of, seal, subject_of

LONGEST_MATTER, LONGEST_REQUIREMENT = 200, 2000
THE_HOUSEHOLD = "该户"
Role = Post.Role


@dataclass(frozen=True)
class Matter:
    """What a sheet is about. finding: from which it comes, or None; origin: what else it comes from ("spot:2022-W37")."""

    matter: str
    requirement: str
    unit: str
    person: Post
    finding: Finding | None = None
    origin: str = ""


@dataclass(frozen=True)
class Why:
    """Why a sheet has its colour. key: occurs once, "" for what may happen again; follows: the sheet it comes after."""

    colour: str
    cause: str
    reason: str = ""
    key: str = ""
    follows: Sheet | None = None


def draft(
    *, post: Post, matter: Matter, colour: str = BLUE, reason: str = "", submission: UUID, now: datetime, today: date
) -> Sheet:
    """A sheet that waits for its signature; the same submission again gives the same sheet.

    The colour may come out heavier than asked: a finding with fabrication or harm is red, a unit's n-th blue of the quarter
    is yellow. Yellow and red by choice need a reason. Raises Refusal, NotAllowed.
    """
    require(post, "supervision.issue")
    if (there := _sent_before(submission, post)) is not None:
        return there
    said = checked(matter, today)
    with acting(post, "supervision.issue", on=f"unit:{matter.unit}", reason=reason.strip()[:200]) as act:
        _first_of(said)
        made = make(said, _why(said, colour, reason, today), post=post, submission=submission, today=today, now=now)
        act.on = subject_of(made.pk)
        act.detail = {"colour": made.colour, "cause": made.cause, "unit": made.unit}
    return made


def issue(
    *,
    post: Post,
    finding: Finding | None,
    matter: str,
    requirement: str,
    unit: str,
    person: Post,
    colour: str = BLUE,
    reason: str = "",
    origin: str = "",
    signed_by: Post,
    submission: UUID,
    now: datetime,
    today: date,
) -> Sheet:
    """`draft` by one post and `sign` by another in one. Where the table makes the colour heavier than asked, and the
    signatory does not sign that colour, the sheet stays a draft that waits for whoever does. Raises Refusal, NotAllowed.
    """
    about = Matter(matter, requirement, unit, person, finding, origin)
    made = draft(post=post, matter=about, colour=colour, reason=reason, submission=submission, now=now, today=today)
    if made.state != State.DRAFT:
        return made
    heavier = ORDER.index(made.colour) > ORDER.index(colour)
    if heavier and not seats_held(signed_by, today) & set(load_table().signers(made.colour)):
        return made
    return sign(post=signed_by, sheet_id=made.pk, now=now, today=today)


def make(matter: Matter, why: Why, *, post: Post, submission: UUID, today: date, now: datetime) -> Sheet:
    """Writes the draft with its first event and tells who signs. The caller's act has asked for the permission."""
    before = why.follows
    made = Sheet.objects.create(
        root=(before.root or before) if before else None, follows=before, finding=matter.finding,
        origin=matter.origin or (f"finding:{matter.finding.pk}" if matter.finding else ""),
        colour=why.colour, cause=why.cause, cause_key=why.key, matter=matter.matter,
        sealed=seal(SHEET, {"requirement": matter.requirement, "reason": why.reason.strip()}),
        unit=matter.unit, person=matter.person, state=State.DRAFT, drafted_on=today, drafted_by=post.pk,
        drafted_title=post.title, submission=submission, recorded_at=now,
    )  # fmt: skip
    detail = {"colour": made.colour, "cause": made.cause}
    append(made, Act.DRAFT, before="", post=post, today=today, now=now, words=why.reason.strip(), detail=detail)
    tell_drafted(made, today=today, now=now)
    return made


def sheet_of(finding: Finding) -> Sheet | None:
    """The first sheet that stands for a finding; its followers are raised from it. None where none does."""
    gone = [State.DECLINED, State.WITHDRAWN]
    return Sheet.objects.filter(finding=finding).exclude(state__in=gone).order_by("pk").first()


def matter_of(finding: Finding) -> str:
    """What a sheet of a finding is about, to begin with: the finding's own words without names of its household, cut to the
    longest that may stand there. Whoever drafts reads it again, and `checked` does too.
    """
    words = words_of(finding)["words"]
    if finding.household_id is not None:
        rows = Membership.objects.filter(household=finding.household_id).select_related("person")
        names = {row.person.name for row in rows} | {finding.household.head_name if finding.household else ""}
        for name in sorted(names - {""}, key=len, reverse=True):
            words = words.replace(name, THE_HOUSEHOLD)
    words = " ".join(words.split())
    return words if len(words) <= LONGEST_MATTER else words[: LONGEST_MATTER - 1] + "…"


def _first_of(matter: Matter) -> None:
    """One matter, one sheet at a time: locks the finding; raises Refusal where it has one."""
    if matter.finding is None:
        return
    finding = Finding.objects.select_for_update().get(pk=matter.finding.pk)
    if (there := sheet_of(finding)) is not None:
        raise Refusal(
            f"这个问题已经有督办单（{number_of(there)}）", place="督办单", remedy="请在那张单上办理，需要从重的提出升级"
        )


def checked(matter: Matter, today: date) -> Matter:
    """The matter, trimmed; raises Refusal where something is missing, names a household, or the person is not the unit's."""
    unit_of_key(matter.unit)
    words = check_words(matter.matter, "督办事项")
    requirement = check_words(matter.requirement, "整改要求")
    if len(words) > LONGEST_MATTER or len(requirement) > LONGEST_REQUIREMENT:
        raise Refusal(
            "写得太长", place="督办事项或整改要求", remedy=f"事项{LONGEST_MATTER}字、要求{LONGEST_REQUIREMENT}字以内"
        )
    home = matter.finding.household if matter.finding else None
    plain = unicodedata.normalize("NFKC", words)
    if any(True for _ in numbers_in(plain)) or (home is not None and home.head_name in words):
        raise Refusal(
            "督办事项里有户主姓名或号码",
            place="督办事项",
            remedy="单子会发给多人，请只写地点和户数；具体住户写在整改要求里",
        )
    check_person(matter.person, matter.unit, today)
    return replace(matter, matter=words, requirement=requirement)


def check_person(person: Post, unit: str, today: date) -> None:
    """Raises Refusal unless the post is held now and belongs to the unit: one matter has one person who can answer."""
    if not of_the_unit(person, unit) or person.role == Role.GRID:
        raise Refusal(f"“{person.title}”不是这个单位的责任人", place="责任人", remedy="请从该单位的岗位中选择一人")
    if person.user_id is None or not person.held_on(today):
        raise Refusal(f"“{person.title}”现在不在岗", place="责任人", remedy="请选择在岗的人")


def _why(matter: Matter, colour: str, reason: str, today: date) -> Why:
    """The colour by the table: what the finding says, then the count of the quarter, then what was asked for."""
    table = load_table()
    if colour not in table.colours:
        raise Refusal("没有这种单", place="单的种类", remedy="请选蓝、黄、红")
    for cause, holds in ((FABRICATED, "fabricated"), (HARM, "harm")):
        if matter.finding is not None and getattr(matter.finding, holds):
            return Why(table.next_colour(cause, NONE), cause, reason)
    if colour != BLUE:
        return Why(table.next_colour(DIRECT, NONE, colour), DIRECT, check_words(reason, "直接下达的理由"))
    if is_nth_blue(blues(matter.unit, today), parameter_number("sheet_blues_in_quarter", today)):
        return Why(table.next_colour(NTH_BLUE, NONE), NTH_BLUE, reason)
    return Why(table.next_colour(FOUND, NONE), FOUND, reason)


def _sent_before(submission: UUID, post: Post) -> Sheet | None:
    there = Sheet.objects.filter(submission=submission).first()
    if there is not None and there.drafted_by != post.pk:
        raise Refusal("这张单已由别的岗位起草", remedy="请重新打开页面")
    if there is not None and there.state == State.RAISED and there.issued_on is None:
        return there.followed_by.order_by("pk").first() or there
    return there
