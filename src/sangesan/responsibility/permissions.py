"""For which lines of a household a post speaks, and which post may hold a row of which line."""

from django.db.models import F, Q, QuerySet

from sangesan.accounts.models import Post
from sangesan.accounts.permissions import NotAllowed
from sangesan.regions.queries import tree
from sangesan.registry.models import Household
from sangesan.registry.permissions import WHOLE_COUNTY, visible_households
from sangesan.responsibility.domain import Line
from sangesan.responsibility.models import Told


def place_of(household: Household, line: str) -> str:
    """The village or community that stands behind a line."""
    return household.residence if line == Line.RESIDENCE else household.village


def lines_of(post: Post, household: Household) -> set[Line]:
    """The lines a town, village or grid speaks for; none for the county, inspectors and departments."""
    lines = [Line.ORIGIN, Line.RESIDENCE] if household.relocated else [Line.ORIGIN]
    return {line for line in lines if belongs(post, household, line)}


def belongs(post: Post, household: Household, line: str) -> bool:
    """Whether the post is one of the line's place: its village, the town above, the household's own grid."""
    place = place_of(household, line)
    if post.role == Post.Role.VILLAGE:
        return post.division == place
    if post.role == Post.Role.TOWN:
        return post.division == (household.residence_town if line == Line.RESIDENCE else household.town)
    # the grid of a relocated household lies where it lives; where it is registered any grid worker of the village fits
    if post.role == Post.Role.GRID and place == household.residence:
        return post.grid == household.grid
    return post.role == Post.Role.GRID and post.grid.startswith(f"{place}-")


def household_for(post: Post, household_id: int) -> Household:
    """A household the post may see; raises NotAllowed (also where it does not exist)."""
    household = visible_households(post).filter(pk=household_id).first()
    if household is None:
        raise NotAllowed("没有这一户，或不在您的管理范围内", remedy="请从您的农户列表进入")
    return household


def reached_told(post: Post) -> QuerySet[Told]:
    """What was told to the post's place: a town's villages, a village, the households of a grid; the county all."""
    rows = Told.objects.all()
    if post.role in WHOLE_COUNTY:
        return rows
    if post.role == Post.Role.TOWN:
        return rows.filter(division__in=tree().children.get(post.division, ()))
    if post.role == Post.Role.VILLAGE:
        return rows.filter(division=post.division)
    if post.role == Post.Role.GRID:
        return rows.filter(line=Line.RESIDENCE, household__grid=post.grid)
    return rows.none()


def watched(post: Post) -> QuerySet[Household]:
    """The households for which somebody must be named: in monitoring or once in it, and all relocated ones."""
    relocated = ~Q(village=F("residence"))
    return visible_households(post).exclude(stage="gone").filter(relocated | Q(stage__in=["monitoring", "eliminated"]))
