"""Who holds which seat on a day. A term counts only while its post is held too: a post handed over leaves the seat empty."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from sangesan.accounts.models import Post
from sangesan.accounts.permissions import NotAllowed
from sangesan.leadership.models import Seat
from sangesan.leadership.seats import Scope, SeatKind, held_title, scopes, seat_kind, seat_kinds
from sangesan.regions.queries import county, tree
from sangesan.responsibility.chain import villages_without

LEVEL_TITLES = {
    Post.Role.COUNTY: "县级责任人",
    Post.Role.TOWN: "镇级责任人",
    Post.Role.VILLAGE: "村级责任人",
    Post.Role.GRID: "网格员",
}


@dataclass(frozen=True)
class HeldSeat:
    """A seat that a post holds. title: with its scope (高桥镇党委书记)."""

    seat: str
    scope: str
    title: str


def held_rows(on: date) -> QuerySet[Seat]:
    """The terms that count on a day, with their posts and people, in the order they began."""
    term = Q(valid_to=None) | Q(valid_to__gte=on)
    office = Q(post__valid_to=None) | Q(post__valid_to__gte=on)
    rows = Seat.objects.filter(term, office, valid_from__lte=on, post__valid_from__lte=on, post__user__isnull=False)
    return rows.select_related("post__user").order_by("valid_from", "pk")


def holds(post: Post, seat: str, *, on: date, scope: str | None = None) -> bool:
    """Whether a post holds a seat on a day; scope None: over whatever."""
    rows = held_rows(on).filter(post=post, seat=seat_kind(seat).code)
    return (rows if scope is None else rows.filter(scope=scope)).exists()


def holders(seat: str, scope: str, *, on: date) -> list[Post]:
    """All posts that hold a seat on a day, the longest-serving first."""
    return [row.post for row in held_rows(on).filter(seat=seat_kind(seat).code, scope=scope)]


def holder(seat: str, scope: str, *, on: date) -> Post | None:
    """The post that holds a seat on a day, the longest-serving one where several may; None where nobody does."""
    return next(iter(holders(seat, scope, on=on)), None)


def seats_of(post: Post, *, on: date) -> tuple[HeldSeat, ...]:
    """The seats that a post holds on a day, in the order it took them."""
    return tuple(_held(row) for row in held_rows(on).filter(post=post))


def require_seat(post: Post, seats: Collection[str], *, on: date, scope: str | None = None) -> HeldSeat:
    """The first of the seats that the post holds; raises NotAllowed that names who could."""
    rows = held_rows(on).filter(post=post, seat__in=[seat_kind(code).code for code in seats])
    row = (rows if scope is None else rows.filter(scope=scope)).first()
    if row is None:
        titles = "、".join(held_title(code, scope or "") for code in seats)
        raise NotAllowed(f"“{post.title}”现在不担任{titles}", remedy="请由担任该职务的岗位办理，或先登记任职")
    return _held(row)


def _held(row: Seat) -> HeldSeat:
    return HeldSeat(row.seat, row.scope, held_title(row.seat, row.scope))


@dataclass(frozen=True)
class Vacancy:
    """A seat that nobody holds (seat: its code), or a level of a village's chain without a name (seat: "").

    unit: key of the unit it is in ("county:<code>" for the county's own); grids: how many grids have nobody.
    """

    unit: str
    seat: str
    scope: str
    title: str
    grids: int = 0


def vacancies(on: date) -> list[Vacancy]:
    """Every seat that is to be filled and is not, then every level of a village's chain that lacks a name: few queries."""
    taken = {(row.seat, row.scope) for row in held_rows(on)}
    places = tree()
    found = [
        Vacancy(_unit_key(kind, scope), kind.code, scope, held_title(kind.code, scope))
        for kind in seat_kinds().values()
        if kind.required
        for scope in scopes(kind)
        if (kind.code, scope) not in taken
    ]
    for lack in villages_without(on):
        name = places.full_name(lack.division)
        for level in lack.levels:
            grids = lack.grids if level == Post.Role.GRID else 0
            title = f"{name}{LEVEL_TITLES[level]}"
            found.append(Vacancy(f"village:{lack.division}", "", lack.division, title, grids))
    return found


def _unit_key(kind: SeatKind, scope: str) -> str:
    name = {Scope.TOWN: "town", Scope.VILLAGE: "village", Scope.DEPARTMENT: "department"}.get(kind.scope)
    return f"{name}:{scope}" if name else f"county:{county().code}"
