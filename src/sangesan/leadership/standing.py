"""Where posts stand to one another: who is below whom, and who acts for a post whose holder has gone."""

from datetime import date

from sangesan.accounts.models import Post
from sangesan.leadership.domain import Place, may_give
from sangesan.regions.queries import tree


def below(giver: Post, receiver: Post) -> bool:
    """Whether a task may be given from one post to another."""
    return may_give(_place(giver), _place(receiver))


def stands_for(post: Post, other: Post, on: date) -> bool:
    """Whether a post acts for another: itself; or its successor of the same role and place, once nobody is held there.

    What the machine gave is the county's.
    """
    if post.pk == other.pk:
        return True
    if other.role == Post.Role.SYSTEM:
        return post.role == Post.Role.COUNTY
    if other.held_on(on):
        return False
    return (post.role, post.division, post.grid, post.department) == (
        other.role,
        other.division,
        other.grid,
        other.department,
    )


def _place(post: Post) -> Place:
    places = tree()
    known = post.division in places.levels
    path = tuple(places.path(post.division)) if known else ()
    return Place(post.role, (*path, post.grid) if post.role == Post.Role.GRID else path)
