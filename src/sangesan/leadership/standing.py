"""Where posts stand to one another: who is below whom, and who acts for a post whose holder has gone."""

from datetime import date

from django.db.models import Q, QuerySet

from sangesan.accounts.models import Post
from sangesan.leadership.domain import Place, may_give
from sangesan.regions.queries import tree

UNITS = {Post.Role.TOWN, Post.Role.VILLAGE, Post.Role.GRID, Post.Role.DEPARTMENT}


def below(giver: Post, receiver: Post) -> bool:
    """Whether a task may be given from one post to another."""
    return may_give(_place(giver), _place(receiver))


def stands_for(post: Post, other: Post, on: date) -> bool:
    """Whether a post gives, returns and verifies for another: itself, or its successor of the same role and place once
    nobody is held there. What the machine gave is the county's.
    """
    if post.pk == other.pk:
        return True
    if other.role == Post.Role.SYSTEM:
        return post.role == Post.Role.COUNTY
    return not other.held_on(on) and place_key(post) == place_key(other)


def answers_for(post: Post, other: Post, on: date) -> bool:
    """Whether a post receives and acts for another: the posts of one town, village, grid or department share its work."""
    return stands_for(post, other, on) or (post.role in UNITS and place_key(post) == place_key(other))


def place_key(post: Post) -> tuple[str, str, str, str]:
    """What posts of one unit have in common."""
    return (str(post.role), post.division, post.grid, post.department)


def posts_answered_for(post: Post, on: date) -> QuerySet[Post]:
    """The posts whose tasks a post may act on: `answers_for` as a query."""
    same = Post.objects.filter(role=post.role, division=post.division, grid=post.grid, department=post.department)
    if post.role not in UNITS:
        same = same.filter(Q(pk=post.pk) | Q(valid_to__lt=on))
    return same


def posts_stood_for(post: Post, on: date) -> QuerySet[Post]:
    """The posts whose given tasks a post may verify: `stands_for` as a query."""
    same = Q(role=post.role, division=post.division, grid=post.grid, department=post.department, valid_to__lt=on)
    machine = Q(role=Post.Role.SYSTEM) if post.role == Post.Role.COUNTY else Q(pk=None)
    return Post.objects.filter(Q(pk=post.pk) | same | machine)


def _place(post: Post) -> Place:
    places = tree()
    known = post.division in places.levels
    path = tuple(places.path(post.division)) if known else ()
    return Place(post.role, (*path, post.grid) if post.role == Post.Role.GRID else path)
