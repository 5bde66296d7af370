"""Whose flags a post sees: a town and a village their own, so that they can mend before an inspector comes; a
department its own; county and inspectors all.
"""

from django.db.models import QuerySet

from sangesan.accounts.models import Post
from sangesan.accounts.permissions import require
from sangesan.checks.models import Flag
from sangesan.registry.permissions import WHOLE_COUNTY

SEE, RUN, JUDGE = "checks.see", "checks.run", "checks.judge"


def visible_flags(post: Post) -> QuerySet[Flag]:
    """The flags within a post's reach; raises NotAllowed for a role that sees none."""
    require(post, SEE)
    rows = Flag.objects.all()
    if post.role in WHOLE_COUNTY:
        return rows
    if post.role == Post.Role.TOWN:
        return rows.filter(town=post.division)
    if post.role == Post.Role.VILLAGE:
        return rows.filter(village=post.division)
    return rows.filter(unit=f"department:{post.department}") if post.role == Post.Role.DEPARTMENT else rows.none()
