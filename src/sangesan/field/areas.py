"""What a phone is enrolled for: a grid with its households, or an inspection team with its places."""

from dataclasses import dataclass

from sangesan.accounts.models import Post
from sangesan.inspections.models import Team
from sangesan.inspections.teams import team_of
from sangesan.regions.models import Grid
from sangesan.regions.queries import grids_of

TEAM = "team:"


@dataclass(frozen=True)
class Area:
    """code: a grid's, or "team:<number>"; division: the grid's village, "" for a team."""

    code: str
    name: str
    division: str


def areas_for(post: Post) -> list[Area]:
    """What a post may take onto a phone: its own grid, one of its village, an inspector's own team."""
    if post.role == Post.Role.INSPECTOR:
        team = team_of(post)
        return [_of_team(team)] if team else []
    if post.role == Post.Role.GRID:
        rows = list(Grid.objects.filter(code=post.grid, valid_to=None))
    else:
        rows = grids_of(post.division) if post.role == Post.Role.VILLAGE else []
    return [Area(one.code, one.name, one.division) for one in rows]


def area_of(code: str) -> Area:
    """The area of a code that a device has."""
    if is_team(code):
        return _of_team(Team.objects.get(code=code.removeprefix(TEAM)))
    grid = Grid.objects.get(code=code)
    return Area(grid.code, grid.name, grid.division)


def is_team(code: str) -> bool:
    """Whether a device is an inspector's."""
    return code.startswith(TEAM)


def _of_team(team: Team) -> Area:
    return Area(f"{TEAM}{team.code}", team.title, "")
