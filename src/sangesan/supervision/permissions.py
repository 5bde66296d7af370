"""Which sheets a post sees, and which acts it may do to one. A draft is the supervisors' own until it is signed."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Q, QuerySet

from sangesan.accounts.models import Post
from sangesan.accounts.permissions import NotAllowed
from sangesan.accounts.queries import posts_of
from sangesan.leadership.queries import seats_of
from sangesan.leadership.units import Unit, unit_of_post
from sangesan.regions.queries import tree
from sangesan.supervision.domain import Act, State, acts_of
from sangesan.supervision.models import Sheet
from sangesan.supervision.table import load_table

Role = Post.Role
SUPERVISORS = frozenset({Role.COUNTY, Role.INSPECTOR, Role.SYSTEM})
NOT_SHOWN_BELOW = (State.DRAFT, State.DECLINED)
REVIEWS = frozenset({Act.ACCEPT_EXTENSION, Act.REFUSE_EXTENSION, Act.RETURN, Act.WITHDRAW, Act.REASSIGN, Act.PROPOSE})
OF_UNIT = frozenset({Act.RECTIFY, Act.ASK_EXTENSION})


def visible_sheets(post: Post) -> QuerySet[Sheet]:
    """The sheets a post sees: all for supervisors; of its own unit (a town: its villages' too), once signed, for others."""
    rows = Sheet.objects.all()
    if post.role in SUPERVISORS:
        return rows
    signed = rows.exclude(state__in=NOT_SHOWN_BELOW).filter(issued_on__isnull=False)
    return signed.filter(Q(unit__in=units_of(post)) | Q(person=post))


def units_of(post: Post) -> list[str]:
    """The keys of the units whose sheets a post below the county sees."""
    own = unit_of_post(post)
    if own is None:
        return []
    villages = tree().children.get(own.code, ()) if own.kind == "town" else ()
    return [own.key, *(Unit("village", code).key for code in villages)]


def reached(post: Post, sheet: Sheet | None) -> Sheet:
    """The sheet, when the post sees it; raises NotAllowed otherwise (also where there is none)."""
    if sheet is None or not visible_sheets(post).filter(pk=sheet.pk).exists():
        raise NotAllowed("没有这张督办单，或不在您的管理范围内", remedy="请从“督办单”清单进入")
    return sheet


def of_the_unit(post: Post, unit: str) -> bool:
    """Whether a post belongs to a unit; the county's own posts belong to the county as a unit."""
    own = unit_of_post(post)
    return own is not None and own.key == unit if own else unit.startswith("county:") and post.role == Role.COUNTY


def user_belongs(post: Post, unit: str, on: date) -> bool:
    """Whether who acts under a post has any post in a unit on a day: nobody closes the own unit's matter under another hat."""
    if of_the_unit(post, unit):
        return True
    return post.user is not None and any(of_the_unit(one, unit) for one in posts_of(post.user, on))


def seats_held(post: Post, on: date) -> frozenset[str]:
    """The codes of the seats a post holds on a day."""
    return frozenset(held.seat for held in seats_of(post, on=on))


def offered(post: Post, sheet: Sheet, on: date, *, seats: Iterable[str] | None = None) -> frozenset[Act]:
    """The acts that the page offers a post on a sheet: what its state allows, and this post may.

    seats: those the post holds, where the caller has asked already. The acts themselves check again.
    """
    held = frozenset(seats) if seats is not None else seats_held(post, on)
    return frozenset(act for act in acts_of(sheet.state) if _may(post, sheet, act, held))


def _may(post: Post, sheet: Sheet, act: Act, held: frozenset[str]) -> bool:
    table = load_table()
    if post.role == Role.SYSTEM:
        return act == Act.PROPOSE
    if act == Act.RECEIVE:
        return sheet.person_id == post.pk
    if act in OF_UNIT:
        may_answer = post.role not in {Role.GRID, Role.INSPECTOR, Role.SYSTEM}
        return may_answer and (sheet.person_id == post.pk or of_the_unit(post, sheet.unit))
    if act == Act.SIGN:
        return bool(held & set(table.signers(sheet.colour)))
    if act == Act.DECLINE:
        return sheet.drafted_by == post.pk or bool(held & set(table.signers(sheet.colour)))
    if act == Act.CLOSE:
        return bool(held & set(table.reviewers(sheet.colour)))
    if act == Act.LOOK_BACK:
        return post.role == Role.INSPECTOR
    if act == Act.HAND_OVER:
        may_go = any(cause.hands_over(sheet.colour) for cause in table.causes.values())
        return may_go and post.role in SUPERVISORS and bool(held & set(table.reviewers(sheet.colour)))
    if act in REVIEWS:
        drafted_it = sheet.drafted_by == post.pk and act in {Act.RETURN, Act.PROPOSE, Act.REASSIGN}
        return drafted_it or bool(held & set(table.reviewers(sheet.colour)))
    return False


def require_act(post: Post, sheet: Sheet, act: Act, on: date) -> None:
    """Raises NotAllowed where this post may not do the act to this sheet, whatever its state; says who may."""
    if _may(post, sheet, act, seats_held(post, on)):
        return
    who = {
        Act.RECEIVE: f"单上的责任人（{sheet.person.title}）",
        Act.RECTIFY: "责任单位的岗位",
        Act.ASK_EXTENSION: "责任单位的岗位",
        Act.SIGN: "这种单的签发人",
    }.get(act, "督查方负责这种单的人")
    raise NotAllowed(f"“{post.title}”不能办理这一步", place="督办单", remedy=f"应由{who}办理")
