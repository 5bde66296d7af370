"""Which clues a post sees: the scope under which its list is kept."""

from django.db.models import QuerySet

from sangesan.accounts.models import Post
from sangesan.clues.models import Clue
from sangesan.registry.permissions import WHOLE_COUNTY

COUNTY = "county"


def scope_of(post: Post) -> str:
    """The scope of a post's list; "" where it sees none (departments)."""
    if post.role in WHOLE_COUNTY:
        return COUNTY
    if post.role in {Post.Role.TOWN, Post.Role.VILLAGE}:
        return post.division
    return post.grid if post.role == Post.Role.GRID else ""


def visible_clues(post: Post) -> QuerySet[Clue]:
    """Every clue the post may see."""
    return Clue.objects.filter(scopes__scope=scope_of(post)) if scope_of(post) else Clue.objects.none()
