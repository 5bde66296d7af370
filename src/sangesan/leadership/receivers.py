"""To whom a post may give: towns, villages, departments, grids and posts, each with the person who answers there."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sangesan.accounts.models import Post
from sangesan.accounts.queries import holding
from sangesan.kernel.refusal import Refusal
from sangesan.leadership.queries import held_rows
from sangesan.leadership.standing import below
from sangesan.leadership.units import Unit, departments, towns, unit_of_post
from sangesan.regions.queries import tree

# the seats whose holder a unit's task goes to, the first that is filled
LEADING = {
    "town": ("town_secretary",),
    "village": ("village_secretary", "resident_team_head"),
    "department": ("department_head", "department_liaison"),
}

# the groups' headings
OF_TOWNS, OF_DEPARTMENTS, OF_COUNTY, OF_GRIDS = "各镇", "部门", "县级和督查岗位", "网格员"
OF_VILLAGES = "{town}各村"


@dataclass(frozen=True)
class Choice:
    """One that can be ticked. value: "unit:<key>" or "post:<id>"; post: None where nobody is there."""

    value: str
    title: str
    post: Post | None


@dataclass(frozen=True)
class Group:
    """Choices under one heading. first: shown unfolded, since most tasks go there."""

    title: str
    choices: list[Choice]
    first: bool = False


def leaders(kinds: Collection[str], on: date) -> Mapping[str, Post]:
    """The post that answers for each unit of the kinds, by key: the holder of its leading seat, else its oldest post."""
    wanted = {seat: rank for kind in kinds for rank, seat in enumerate(LEADING[kind])}
    found: dict[str, tuple[int, Post]] = {}
    for row in held_rows(on).filter(seat__in=wanted):
        kind = next(kind for kind, seats in LEADING.items() if row.seat in seats)
        key, rank = f"{kind}:{row.scope}", wanted[row.seat]
        if key not in found or rank < found[key][0]:
            found[key] = (rank, row.post)
    for post in holding(on).filter(role__in=kinds).order_by("pk"):  # the roles are called as the kinds are
        owner = unit_of_post(post)
        if owner is not None:
            found.setdefault(owner.key, (len(wanted), post))
    return {key: post for key, (_, post) in found.items()}


def leader(key: str, on: date) -> Post | None:
    """The post that answers for one unit; None where it has nobody."""
    kind, _, _ = key.partition(":")
    return leaders([kind], on).get(key) if kind in LEADING else None


def choices(post: Post, on: date) -> list[Group]:
    """Whom the post may give to, in groups, a fixed number of queries: towns, departments, posts, then villages by town."""
    if post.role == Post.Role.VILLAGE:
        return _filled([Group(OF_GRIDS, _posts(post, on, [Post.Role.GRID]), first=True)])
    places = tree()
    if post.role == Post.Role.TOWN:
        units = leaders(["village"], on)
        return _filled([_villages(post.division, units, first=True)])
    units = leaders(["town", "village", "department"], on)
    return _filled(
        [
            Group(OF_TOWNS, [_unit(one, units) for one in towns()], first=True),
            Group(OF_DEPARTMENTS, [_unit(one, units) for one in departments()], first=True),
            Group(OF_COUNTY, _posts(post, on, [Post.Role.COUNTY, Post.Role.INSPECTOR])),
            *(_villages(town, units) for town in sorted(places.towns())),
        ]
    )


def chosen(post: Post, values: Iterable[str], on: date) -> list[Post]:
    """The posts of what was ticked; raises Refusal for a unit without anybody and for what may not be chosen."""
    wanted = list(dict.fromkeys(values))
    offered = {one.value: one for group in choices(post, on) for one in group.choices}
    found = []
    for value in wanted:
        one = offered.get(value)
        if one is None:
            raise Refusal("选了不能交办的对象", place="交办对象", remedy="请从列出的对象中选择")
        if one.post is None:
            raise Refusal(f"{one.title}现在没有责任人", place="交办对象", remedy="请先在“职务和任期”登记")
        found.append(one.post)
    return found


def _filled(groups: list[Group]) -> list[Group]:
    return [group for group in groups if group.choices]


def _villages(town: str, units: Mapping[str, Post], *, first: bool = False) -> Group:
    places = tree()
    rows = [_unit(Unit("village", code), units) for code in places.children.get(town, ())]
    return Group(OF_VILLAGES.format(town=places.names.get(town, town)), rows, first=first)


def _unit(unit: Unit, units: Mapping[str, Post]) -> Choice:
    title = tree().names.get(unit.code, unit.code) if unit.kind in {"town", "village"} else unit.title
    return Choice(f"unit:{unit.key}", title, units.get(unit.key))


def _posts(post: Post, on: date, roles: Collection[str]) -> list[Choice]:
    rows = holding(on).filter(role__in=roles).order_by("role", "grid", "pk")
    rows = rows.filter(division=post.division) if post.role == Post.Role.VILLAGE else rows
    return [Choice(f"post:{one.pk}", one.title, one) for one in rows if one.pk != post.pk and below(post, one)]
