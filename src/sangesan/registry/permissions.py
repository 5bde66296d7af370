"""Which households a post reaches: those registered or living in its division, or in its grid."""

from django.db.models import Q, QuerySet

from sangesan.accounts.models import Post
from sangesan.registry.models import Household

WHOLE_COUNTY = {Post.Role.COUNTY, Post.Role.INSPECTOR, Post.Role.SYSTEM}


def visible_households(post: Post) -> QuerySet[Household]:
    """Every household the post may see; none for a department."""
    rows = Household.objects.all()
    if post.role in WHOLE_COUNTY:
        return rows
    if post.role == Post.Role.TOWN:
        return rows.filter(Q(residence_town=post.division) | Q(town=post.division))
    if post.role == Post.Role.VILLAGE:
        return rows.filter(Q(residence=post.division) | Q(village=post.division))
    if post.role == Post.Role.GRID:
        return rows.filter(grid=post.grid)
    return rows.none()
