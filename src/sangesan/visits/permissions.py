"""Which visits a post sees: those to the households it reaches."""

from django.db.models import QuerySet

from sangesan.accounts.models import Post
from sangesan.accounts.permissions import NotAllowed
from sangesan.registry.models import Household
from sangesan.registry.permissions import visible_households
from sangesan.visits.models import Visit


def visible_visits(post: Post) -> QuerySet[Visit]:
    """Every visit the post may see."""
    return Visit.objects.filter(household__in=visible_households(post))


def reached(post: Post, household_id: int) -> Household:
    """The household, when the post reaches it; raises NotAllowed otherwise (also where it does not exist)."""
    found = visible_households(post).filter(pk=household_id).first()
    if found is None:
        raise NotAllowed("没有这一户，或不在您的管理范围内", remedy="请从您的农户列表进入")
    return found
