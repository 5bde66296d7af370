"""The chain county - town - village - grid: for every village the people who answer for it, and where nobody does."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date

from sangesan.accounts.models import Post
from sangesan.accounts.queries import holding
from sangesan.regions.models import Grid
from sangesan.regions.queries import county, grids_of, tree

LEVELS = (Post.Role.COUNTY, Post.Role.TOWN, Post.Role.VILLAGE, Post.Role.GRID)


@dataclass(frozen=True)
class Link:
    """One level of a chain, or one grid of the lowest. title: the place; posts: who is held there, maybe nobody."""

    role: Post.Role
    title: str
    posts: list[Post] = field(default_factory=list)


@dataclass(frozen=True)
class Chain:
    """The links of one village or community from the county down; every level is there, each grid for itself."""

    division: str
    links: list[Link]

    @property
    def vacant(self) -> list[Link]:
        """The links with nobody."""
        return [link for link in self.links if not link.posts]


def chain_of(division: str, on: date) -> Chain:
    """Who answers for a village or community on a day, in two queries; a village without grids has one empty link."""
    places = tree()
    town = places.town_of(division)
    rows = holding(on).filter(role__in=LEVELS, division__in=["", county().code, town, division])
    posts = list(rows.order_by("pk"))
    links = [
        Link(Post.Role.COUNTY, county().name, [p for p in posts if p.role == Post.Role.COUNTY]),
        Link(Post.Role.TOWN, places.names.get(town, town), _at(posts, Post.Role.TOWN, town)),
        Link(Post.Role.VILLAGE, places.names.get(division, division), _at(posts, Post.Role.VILLAGE, division)),
    ]
    workers = _at(posts, Post.Role.GRID, division)
    links.extend(
        Link(Post.Role.GRID, grid.name, [p for p in workers if p.grid == grid.code]) for grid in grids_of(division)
    )
    if len(links) == len(LEVELS) - 1:
        links.append(Link(Post.Role.GRID, ""))
    return Chain(division, links)


def _at(posts: Collection[Post], role: Post.Role, division: str) -> list[Post]:
    return [p for p in posts if p.role == role and p.division == division]


@dataclass(frozen=True)
class Lacking:
    """A village whose chain has a hole. levels: those with nobody; grids: how many grids have nobody (of `of`)."""

    division: str
    levels: tuple[Post.Role, ...]
    grids: int
    of: int


def villages_without(on: date, within: Collection[str] | None = None) -> list[Lacking]:
    """Villages and communities (of the towns `within`; None: all) that lack a name at some level: two queries."""
    places = tree()
    held: dict[Post.Role, set[str]] = {role: set() for role in LEVELS}
    for role, division, grid in holding(on).filter(role__in=LEVELS).values_list("role", "division", "grid"):
        held[Post.Role(role)].add(grid if role == Post.Role.GRID else division)
    grids: dict[str, list[str]] = {}
    for code, division in Grid.objects.filter(valid_to=None).values_list("code", "division"):
        grids.setdefault(division, []).append(code)
    lacking = []
    for town in places.towns() if within is None else within:
        for village in places.children.get(town, ()):
            own = grids.get(village, [])
            empty = sum(code not in held[Post.Role.GRID] for code in own)
            there = (
                bool(held[Post.Role.COUNTY]),
                town in held[Post.Role.TOWN],
                village in held[Post.Role.VILLAGE],
                bool(own) and not empty,
            )
            levels = tuple(level for level, named in zip(LEVELS, there, strict=True) if not named)
            if levels:
                lacking.append(Lacking(village, levels, empty, len(own)))
    return lacking
