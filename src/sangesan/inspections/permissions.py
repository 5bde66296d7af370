"""Who sees what of inspections: inspectors everything; everybody else what has begun, within the own reach.

A plan and its places are nobody else's to know until they begin. That holds for the county's own post too: it is inspected.
"""

from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from sangesan.accounts.models import Post
from sangesan.alerts.moment import county_now
from sangesan.draws.models import Draw
from sangesan.draws.permissions import is_public
from sangesan.inspections.models import Finding, Plan, Target
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
    if sees_plans(post):
        return rows
    # which households were asked is nobody's to know: what they say is to be said freely
    return rows.filter(begun(), parent=None, household=None).filter(_reach(post))


def visible_findings(post: Post) -> QuerySet[Finding]:
    """The findings a post may see: of its own unit, or found in its division; withdrawn ones too."""
    rows = Finding.objects.all()
    return rows if sees_plans(post) else rows.filter(_reach(post))


def unseen_objects(post: Post, now: datetime) -> list[str]:
    """What audit entries are about that the post may not see yet: plans with a place to begin or of which none ever has
    (what was called off before it began stays the inspectors'), draws kept secret.
    """
    if sees_plans(post):
        return []
    of_plan = Target.objects.filter(plan=OuterRef("pk"))
    waiting = Plan.objects.filter(Exists(of_plan.filter(state=Target.State.PLANNED)) | ~Exists(of_plan.filter(begun())))
    plans = [f"inspection_plan:{number}" for number in waiting.values_list("pk", flat=True)]
    moment = county_now(now)
    secret = Draw.objects.filter(secret_until__isnull=False, released_at=None)
    return plans + [f"draw:{draw.number}" for draw in secret if not is_public(draw, moment)]


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
