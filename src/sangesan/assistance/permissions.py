"""Which measures and requests a post reaches: those of its households; a town its own requests, the county all."""

from django.db.models import QuerySet

from sangesan.accounts.models import Post
from sangesan.accounts.permissions import NotAllowed
from sangesan.assistance.models import Landing, Measure, Request
from sangesan.registry.models import Household
from sangesan.registry.permissions import WHOLE_COUNTY, visible_households


def reached_household(post: Post, household_id: int, *, lock: bool = False) -> Household:
    """The household; raises NotAllowed outside the post's reach (also where it does not exist).

    lock: until the transaction ends, so that two who work on its plan at once take turns.
    """
    rows = visible_households(post).filter(pk=household_id)
    household = (rows.select_for_update(of=("self",)) if lock else rows).first()
    if household is None:
        raise NotAllowed("没有这一户，或不在您的管理范围内", remedy="请从您的农户列表进入")
    return household


def reached_measure(post: Post, measure_id: int, *, lock: bool = False) -> Measure:
    """The measure; raises NotAllowed outside the post's reach. lock: until the transaction ends."""
    rows = Measure.objects.filter(household__in=visible_households(post), pk=measure_id)
    measure = (rows.select_for_update(of=("self",)) if lock else rows).first()
    if measure is None:
        raise NotAllowed("没有这项措施，或不在您的管理范围内", remedy="请从农户的“一户一策”进入")
    return measure


def visible_landings(post: Post) -> QuerySet[Landing]:
    """Every delivery to the households that the post may see."""
    return Landing.objects.filter(measure__household__in=visible_households(post))


def visible_requests(post: Post) -> QuerySet[Request]:
    """Every request the post may see: the county and inspectors all, a town its own, others those of their households."""
    rows = Request.objects.all()
    if post.role in WHOLE_COUNTY:
        return rows
    if post.role == Post.Role.TOWN:
        return rows.filter(town=post.division)
    return rows.filter(household__in=visible_households(post))


def reached_request(post: Post, request_id: int) -> Request:
    """The request, locked until the transaction ends; raises NotAllowed outside the post's reach."""
    request = visible_requests(post).filter(pk=request_id).select_for_update(of=("self",)).first()
    if request is None:
        raise NotAllowed("没有这条请求，或不在您的管理范围内", remedy="请从“帮扶请求”列表进入")
    return request
