"""Which villages' work a post sees and records: by place, not by household."""

from sangesan.accounts.models import Post
from sangesan.accounts.permissions import NotAllowed
from sangesan.regions.queries import tree
from sangesan.registry.permissions import WHOLE_COUNTY

VILLAGES = ("village", "community")


def villages_of(post: Post) -> list[str]:
    """The codes of the villages and communities in a post's reach, in order; none for a department."""
    places = tree()
    if post.role in WHOLE_COUNTY:
        return villages_in("")
    if post.role == Post.Role.TOWN:
        return villages_in(post.division)
    if post.role in {Post.Role.VILLAGE, Post.Role.GRID}:
        return [post.division] if places.levels.get(post.division) in VILLAGES else []
    return []


def villages_in(division: str) -> list[str]:
    """The villages and communities of a county, town or village; of all where division is empty."""
    places = tree()
    return sorted(
        code
        for code, level in places.levels.items()
        if level in VILLAGES and (not division or division in places.path(code))
    )


def reached_village(post: Post, village: str) -> str:
    """The village, when it is in the post's reach; raises NotAllowed (also where it does not exist)."""
    if village not in villages_of(post):
        raise NotAllowed("没有这个村（社区），或不在您的管理范围内", remedy="请从“村级工作”进入")
    return village


def reached_division(post: Post, division: str) -> str:
    """A division (county, town, village; "" for all one reaches) within the reach; raises NotAllowed."""
    if division and not set(villages_in(division)) & set(villages_of(post)):
        raise NotAllowed("没有这个地方，或不在您的管理范围内", remedy="请从“村级工作”进入")
    return division
