"""The seats as pages show them: who holds what by level, what is empty, one seat with its terms and who could take it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sangesan.accounts.models import Post
from sangesan.accounts.queries import holding
from sangesan.leadership.actions import may_seat
from sangesan.leadership.models import Seat
from sangesan.leadership.queries import Vacancy, held_rows, vacancies
from sangesan.leadership.seats import Scope, SeatKind, check_scope, fits, scope_title, seat_kind, seat_kinds
from sangesan.leadership.units import departments
from sangesan.regions.queries import tree

MOST_CANDIDATES = 400


@dataclass(frozen=True)
class SeatLine:
    """One seat over one scope with the terms that count now; nobody: []."""

    kind: SeatKind
    scope: str
    terms: list[Seat]


@dataclass(frozen=True)
class ScopeRow:
    """A town, village or department with its seats in the order of the kinds. address: the scope's own page, "" none."""

    code: str
    title: str
    lines: list[SeatLine]


@dataclass(frozen=True)
class Overview:
    """county, teams: single lines; towns, departments, villages (of one town): a row a scope. kinds_*: the headings."""

    county: list[SeatLine]
    teams: list[SeatLine]
    towns: list[ScopeRow]
    departments: list[ScopeRow]
    villages: list[ScopeRow]
    town_kinds: list[SeatKind]
    department_kinds: list[SeatKind]
    village_kinds: list[SeatKind]


@dataclass(frozen=True)
class SeatDetail:
    """One seat: its terms, the newest first; candidates: posts that could take it."""

    kind: SeatKind
    scope: str
    title: str
    terms: list[Seat]
    current: list[Seat]
    candidates: list[Post]
    may_seat: bool


def overview(on: date, town: str = "") -> Overview:
    """All seats in one query. town: whose villages are shown; "": none."""
    held: defaultdict[tuple[str, str], list[Seat]] = defaultdict(list)
    for row in held_rows(on):
        held[(row.seat, row.scope)].append(row)
    by_scope: defaultdict[Scope, list[SeatKind]] = defaultdict(list)
    for kind in seat_kinds().values():
        by_scope[kind.scope].append(kind)
    places = tree()
    teams = sorted({scope for seat, scope in held if seat_kinds()[seat].scope == Scope.TEAM})
    return Overview(
        county=[SeatLine(kind, "", held[(kind.code, "")]) for kind in by_scope[Scope.NONE]],
        teams=[SeatLine(kind, one, held[(kind.code, one)]) for kind in by_scope[Scope.TEAM] for one in teams],
        towns=_rows(places.towns(), by_scope[Scope.TOWN], held),
        departments=_rows([one.code for one in departments()], by_scope[Scope.DEPARTMENT], held),
        villages=_rows(places.children.get(town, ()) if town else (), by_scope[Scope.VILLAGE], held),
        town_kinds=by_scope[Scope.TOWN],
        department_kinds=by_scope[Scope.DEPARTMENT],
        village_kinds=by_scope[Scope.VILLAGE],
    )


def empty_places(post: Post, on: date) -> list[Vacancy]:
    """What is vacant, for a town only within it, for a village its own; the county's own to everybody else."""
    found = vacancies(on)
    if post.role == Post.Role.TOWN:
        places = tree()
        return [one for one in found if places.town_of(one.unit.partition(":")[2]) == post.division]
    if post.role in {Post.Role.VILLAGE, Post.Role.GRID}:
        return [one for one in found if one.unit == f"village:{post.division}"]
    if post.role == Post.Role.DEPARTMENT:
        return [one for one in found if one.unit == f"department:{post.department}"]
    return found


def seat_detail(post: Post, seat: str, scope: str, on: date) -> SeatDetail:
    """One seat. Raises Refusal for a seat or scope that there is not."""
    kind = seat_kind(seat)
    check_scope(kind, scope)
    terms = list(
        Seat.objects.filter(seat=seat, scope=scope).select_related("post__user").order_by("-valid_from", "-pk")
    )
    current = list(held_rows(on).filter(seat=seat, scope=scope))
    may = may_seat(post, kind, scope)
    candidates = _candidates(kind, scope, on) if may else []
    return SeatDetail(kind, scope, f"{scope_title(kind, scope)}{kind.title}", terms, current, candidates, may)


def _candidates(kind: SeatKind, scope: str, on: date) -> list[Post]:
    rows = holding(on).filter(role__in=kind.roles).order_by("division", "department", "pk")
    if kind.scope == Scope.DEPARTMENT:
        rows = rows.filter(department=scope)
    elif kind.scope in {Scope.TOWN, Scope.VILLAGE} and Post.Role.COUNTY not in kind.roles:
        rows = rows.filter(division__in=[scope, tree().town_of(scope)])
    return [post for post in rows[:MOST_CANDIDATES] if fits(kind, scope, post)]


def _rows(
    codes: Sequence[str], kinds: Sequence[SeatKind], held: Mapping[tuple[str, str], list[Seat]]
) -> list[ScopeRow]:
    return [
        ScopeRow(
            code,
            scope_title(kinds[0], code),
            [SeatLine(kind, code, held.get((kind.code, code), [])) for kind in kinds],
        )
        for code in codes
    ]
