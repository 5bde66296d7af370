"""Who is told what about a sheet. Messages carry days, colours and counts; the words stay in the system."""

from collections.abc import Collection
from datetime import date, datetime

from sangesan.accounts.models import Post
from sangesan.inspections.models import Member
from sangesan.leadership.queries import held_rows
from sangesan.messages.sending import tell
from sangesan.supervision.domain import Act
from sangesan.supervision.models import HandOver, Sheet
from sangesan.supervision.permissions import offered, user_belongs
from sangesan.supervision.table import BLUE, load_table

TEAM_HEAD = "inspection_team_head"
REVIEWS = {Act.CLOSE: "sheet_to_review", Act.ACCEPT_EXTENSION: "sheet_extension"}
TOP_SEATS = {"town": "town_secretary", "village": "village_secretary", "department": "department_head"}


def link_of(sheet: Sheet) -> str:
    """The sheet's page."""
    return f"/sheets/{sheet.pk}/"


def holders_of(seats: Collection[str], on: date, *, scope: str | None = None) -> list[Post]:
    """The posts that hold one of the seats on a day, each once."""
    rows = held_rows(on).filter(seat__in=seats)
    found = (rows if scope is None else rows.filter(scope=scope)).select_related("post")
    return list({row.post_id: row.post for row in found}.values())


def signers_of(sheet: Sheet, today: date) -> list[Post]:
    """Who is awaited to sign a draft: who signs its colour; a blue of an inspection team its own head where it has one."""
    posts: list[Post] = []
    if sheet.colour == BLUE:
        member = Member.objects.filter(post=sheet.drafted_by, valid_to=None).select_related("team").first()
        posts = holders_of([TEAM_HEAD], today, scope=str(member.team.code)) if member else []
    return posts or holders_of(load_table().signers(sheet.colour), today)


def reviewers_of(sheet: Sheet, act: Act, today: date) -> list[Post]:
    """Who is awaited to close a sheet or to answer for its extension, and may: of a blue who signed it, the two offices
    where that post has no seat any more. Nobody of the unit, and nobody who corrected it, closes it.
    """
    closers = load_table().colours[sheet.colour].closed_by
    posts = [post for post in holders_of(closers, today) if _may_review(post, sheet, act, today)]
    if sheet.colour == BLUE:  # there are several team heads: not each of them
        others = holders_of([seat for seat in closers if seat != TEAM_HEAD], today)
        posts = [post for post in posts if post.pk == sheet.signed_by] or [post for post in posts if post in others]
    drafter = Post.objects.filter(pk=sheet.drafted_by, user__isnull=False).first()
    if drafter is not None and drafter not in posts and _may_review(drafter, sheet, act, today):
        posts.append(drafter)
    return posts


def _may_review(post: Post, sheet: Sheet, act: Act, today: date) -> bool:
    if act not in offered(post, sheet, today):
        return False
    corrected = sheet.events.filter(act=Act.RECTIFY, user=post.user_id).exists()
    return act != Act.CLOSE or not (corrected or user_belongs(post, sheet.unit, today))


def tell_drafted(sheet: Sheet, *, today: date, now: datetime) -> None:
    """A draft waits: told to who signs it."""
    fields = {"count": 1, "colour": sheet.colour}
    tell(
        signers_of(sheet, today),
        "sheet_to_sign",
        fields,
        link_of(sheet),
        source=f"sheet_draft:{sheet.pk}",
        now=now,
    )


def tell_signed(sheet: Sheet, *, today: date, now: datetime) -> None:
    """A sheet is in force: told to its person; yellow and red also to whoever heads the unit."""
    if sheet.due_on is None:
        return
    posts = {sheet.person_id: sheet.person}
    if sheet.colour != BLUE:
        kind, _, code = sheet.unit.partition(":")
        heads = holders_of([TOP_SEATS[kind]], today, scope=code) if kind in TOP_SEATS else []
        posts |= {post.pk: post for post in heads}
    fields = {"colour": sheet.colour, "day": sheet.due_on}
    tell(posts.values(), "sheet_issued", fields, link_of(sheet), source=f"sheet_issued:{sheet.pk}", now=now)


def tell_person(sheet: Sheet, template: str, key: str, *, now: datetime) -> None:
    """What became of a rectification or of an asked extension: told to the sheet's person."""
    if sheet.due_on is not None:
        fields = {"colour": sheet.colour, "day": sheet.due_on}
        tell([sheet.person], template, fields, link_of(sheet), source=f"{template}:{sheet.pk}:{key}", now=now)


def tell_reviewers(sheet: Sheet, act: Act, key: str, *, today: date, now: datetime) -> None:
    """Something waits for the supervisors (act: closing, or answering for an extension): told to who may do it."""
    template = REVIEWS[act]
    fields = {"count": 1, "colour": sheet.colour}
    posts = reviewers_of(sheet, act, today)
    tell(posts, template, fields, link_of(sheet), source=f"{template}:{sheet.pk}:{key}", now=now)


def tell_hand_over(hand_over: HandOver, *, today: date, now: datetime) -> None:
    """A matter was handed over: told to who receives it there."""
    seat = load_table().receivers[hand_over.to].seat
    tell(
        holders_of([seat], today),
        "sheet_handed_over",
        {"count": 1},
        "/sheets/hand-overs/",
        source=f"hand_over:{hand_over.pk}",
        now=now,
    )


def tell_to_hand_over(sheet: Sheet, *, today: date, now: datetime) -> None:
    """A hand-over is proposed: told to who decides it."""
    posts = holders_of(load_table().signers(sheet.colour), today)
    tell(posts, "sheet_to_hand_over", {"count": 1}, "/sheets/hand-overs/", source=f"to_hand_over:{sheet.pk}", now=now)
