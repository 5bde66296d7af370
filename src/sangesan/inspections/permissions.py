"""Who sees what of inspections: inspectors everything; everybody else what has begun, within the own reach.

A plan and its places are nobody else's to know until they begin. That holds for the county's own post too: it is inspected.
"""

from django.db.models import Q, QuerySet

from sangesan.accounts.models import Post
from sangesan.inspections.models import Finding, Target
from sangesan.leadership.units import Unit
from sangesan.regions.queries import tree

Role = Post.Role


def sees_plans(post: Post) -> bool:
    """Whether the post may know of what has not begun."""
    return post.role == Role.INSPECTOR


def begun() -> Q:
    """Targets that those inspected may know of."""
    return Q(begun_at__isnull=False)


def visible_targets(post: Post) -> QuerySet[Target]:
    """The targets a post may see."""
    rows = Target.objects.all()
    return rows if sees_plans(post) else rows.filter(begun()).filter(_reach(post))


def visible_findings(post: Post) -> QuerySet[Finding]:
    """The findings a post may see: of its own unit, or found in its division; withdrawn ones too."""
    rows = Finding.objects.all()
    return rows if sees_plans(post) else rows.filter(_reach(post))


def _reach(post: Post) -> Q:
    if post.role in {Role.COUNTY, Role.SYSTEM, Role.INSPECTOR}:
        return Q()
    if post.role == Role.TOWN:
        below = tree().children.get(post.division, ())
        return Q(place__in=[post.division, *below]) | Q(unit=Unit("town", post.division).key)
    if post.role == Role.VILLAGE:
        return Q(place=post.division) | Q(unit=Unit("village", post.division).key)
    if post.role == Role.DEPARTMENT:
        return Q(unit=Unit("department", post.department).key)
    return Q(pk__in=[])
