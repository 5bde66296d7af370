"""Whose numbers and lists a post sees: numbers of the whole county's towns, lists only of its own places."""

from sangesan.accounts.models import Post
from sangesan.accounts.permissions import NotAllowed, require
from sangesan.figures.counted import DEPARTMENT_KEY
from sangesan.figures.measuring import place_key
from sangesan.regions.queries import county, tree
from sangesan.registry.permissions import WHOLE_COUNTY

SEE = "dispatch.see"


def own_place(post: Post) -> str:
    """The place or unit whose statistics a post looks at first."""
    if post.role == Post.Role.DEPARTMENT:
        return DEPARTMENT_KEY + post.department
    return post.division or county().code


def reaches(post: Post, place_or_unit: str) -> bool:
    """Whether a place or unit lies within the post's own: whose lists it may open."""
    key = place_key(place_or_unit)
    if post.role in WHOLE_COUNTY:
        return True
    if key.startswith(DEPARTMENT_KEY):
        return post.role == Post.Role.DEPARTMENT and key == DEPARTMENT_KEY + post.department
    if post.role not in {Post.Role.TOWN, Post.Role.VILLAGE}:
        return False
    return post.division in tree().path(key.partition("-")[0])


def reached(post: Post | None, place_or_unit: str) -> str:
    """The key of a place or unit within the post's own; raises NotAllowed (also where it does not exist)."""
    holder = require(post, SEE)
    key = place_key(place_or_unit)
    if not reaches(holder, key):
        raise NotAllowed("这个地方或单位不在您的管理范围内", remedy="请从“周统计”页面进入")
    return key


def seen(post: Post | None, place: str) -> str:
    """The key of a place whose numbers a post may see: its own, and the county's with its towns side by side."""
    holder = require(post, SEE)
    key = place_key(place) if place else own_place(holder)
    if key == county().code or reaches(holder, key):
        return key
    raise NotAllowed("这个镇村的统计不在您的管理范围内", remedy="请从“周统计”页面进入")
