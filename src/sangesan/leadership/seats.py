"""The seats of the chain as read from seats.yaml: over what, held by whom, by one or several."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path

from sangesan.accounts.models import Post
from sangesan.exchange.contracts import load_contracts
from sangesan.kernel.refusal import Refusal
from sangesan.policy.reading import mapping, no_others, read_yaml, required
from sangesan.regions.queries import tree

SHIPPED = Path(__file__).with_name("seats.yaml")
KEYS = {"title", "scope", "roles", "holders", "required", "source"}
HOLDERS = {"one", "several"}


class Scope(StrEnum):
    """What a seat is over. NONE: the county as a whole."""

    NONE = "none"
    TOWN = "town"
    VILLAGE = "village"
    DEPARTMENT = "department"
    TEAM = "team"


SCOPE_TITLES = {
    Scope.NONE: "全县",
    Scope.TOWN: "镇",
    Scope.VILLAGE: "村（社区）",
    Scope.DEPARTMENT: "部门",
    Scope.TEAM: "督查组",
}


@dataclass(frozen=True)
class SeatKind:
    """One kind of seat. sole: one holder at a time; required: an empty one is listed as vacant."""

    code: str
    title: str
    scope: Scope
    roles: tuple[str, ...]
    sole: bool
    required: bool
    source: str


@lru_cache(maxsize=4)
def seat_kinds(path: Path = SHIPPED) -> Mapping[str, SeatKind]:
    """The kinds by code, in the order of the file; raises Refusal where the file is broken."""
    return {code: _kind(code, raw, path.name) for code, raw in mapping(read_yaml(path), path.name).items()}


def seat_kind(code: str) -> SeatKind:
    """The kind of a code; raises Refusal."""
    found = seat_kinds().get(code)
    if found is None:
        raise Refusal(f"没有“{code}”这个职务", place="职务", remedy="请从列出的职务中选择")
    return found


def scope_title(kind: SeatKind, scope: str) -> str:
    """What a seat is over, in words: 高桥镇双龙村, 医疗保障局, 第1督查组; "" for the county."""
    if kind.scope == Scope.NONE:
        return ""
    if kind.scope == Scope.DEPARTMENT:
        known = load_contracts().departments.get(scope)
        return known.name if known else scope
    if kind.scope == Scope.TEAM:
        return f"第{scope}" if scope.isdecimal() else scope
    return tree().full_name(scope)


def held_title(code: str, scope: str) -> str:
    """A seat with its scope: 高桥镇党委书记."""
    kind = seat_kind(code)
    return f"{scope_title(kind, scope)}{kind.title}"


def check_scope(kind: SeatKind, scope: str) -> None:
    """Raises Refusal where the scope is not of the seat's kind."""
    place = f"{kind.title}的范围"
    if kind.scope == Scope.NONE:
        if scope:
            raise Refusal("这个职务管全县，没有下级范围", place=place, remedy="请把范围留空")
        return
    if not _is(kind.scope, scope):
        wanted = SCOPE_TITLES[kind.scope]
        raise Refusal(f"“{scope}”不是{wanted}", place=place, remedy=f"请选择一个{wanted}")


def scopes(kind: SeatKind) -> list[str]:
    """All scopes that a seat is to be filled in; [] for teams, of which only those with a head are known here."""
    if kind.scope == Scope.NONE:
        return [""]
    if kind.scope == Scope.DEPARTMENT:
        return list(load_contracts().departments)
    levels = tree().levels
    wanted = {Scope.TOWN: {"town"}, Scope.VILLAGE: {"village", "community"}}.get(kind.scope, set())
    return [code for code, level in levels.items() if level in wanted]


def fits(kind: SeatKind, scope: str, post: Post) -> bool:
    """Whether a post can hold the seat: its role, and its place where the seat is over one."""
    if post.role not in kind.roles:
        return False
    if kind.scope == Scope.DEPARTMENT:
        return post.department == scope
    if post.role == Post.Role.TOWN:
        return post.division == tree().town_of(scope)
    if post.role == Post.Role.VILLAGE:
        return post.division == scope
    return True


def _is(kind: Scope, scope: str) -> bool:
    if kind == Scope.DEPARTMENT:
        return scope in load_contracts().departments
    if kind == Scope.TEAM:
        return bool(scope.strip())
    level = tree().levels.get(scope, "")
    return level == "town" if kind == Scope.TOWN else level in {"village", "community"}


def _kind(code: str, raw: object, file: str) -> SeatKind:
    place = f"{file} {code}"
    entry = mapping(raw, place)
    no_others(entry, KEYS, place)
    given = {key: required(entry, key, place) for key in KEYS}
    scope, roles, holders = str(given["scope"]), given["roles"], given["holders"]
    if scope not in list(Scope) or holders not in HOLDERS or not roles or set(roles) - set(Post.Role.values):
        raise Refusal("scope、roles 或 holders 不认识", place=place, remedy="请对照 leadership/seats.py")
    return SeatKind(
        code,
        str(given["title"]),
        Scope(scope),
        tuple(roles),
        holders == "one",
        bool(given["required"]),
        str(given["source"]),
    )
