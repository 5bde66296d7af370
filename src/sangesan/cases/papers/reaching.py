"""Which meetings, notices and places a post may have papers of: by division, as it sees cases by household."""

from django.db.models import Q, QuerySet

from sangesan.accounts.models import Post
from sangesan.accounts.permissions import NotAllowed
from sangesan.cases.models import Meeting, Notice
from sangesan.regions.queries import tree
from sangesan.registry.permissions import WHOLE_COUNTY

NO_MEETING = "没有这次会议，或不在您的管理范围内"
NO_NOTICE = "没有这张榜，或不在您的管理范围内"


def own_divisions(post: Post) -> frozenset[str] | None:
    """The divisions whose meetings and notices are the post's own; None: all."""
    if post.role in WHOLE_COUNTY:
        return None
    if post.role == Post.Role.TOWN:
        return frozenset({post.division, *tree().children.get(post.division, ())})
    if post.role in {Post.Role.VILLAGE, Post.Role.GRID}:
        return frozenset({post.division})
    return frozenset()


def visible_meetings(post: Post) -> QuerySet[Meeting]:
    """The meetings of the post's divisions, and the county's where it speaks of the post's town or village."""
    divisions = own_divisions(post)
    if divisions is None:
        return Meeting.objects.all()
    own, spoken = Q(division__in=divisions), Q(kind=Meeting.Kind.JOINT_MEETING, items__case__village__in=divisions)
    return Meeting.objects.filter(own if post.role == Post.Role.GRID else own | spoken).distinct()


def meeting_for(post: Post, meeting_id: int) -> Meeting:
    """One meeting; raises NotAllowed (also where it does not exist)."""
    meeting = visible_meetings(post).filter(pk=meeting_id).first()
    if meeting is None:
        raise NotAllowed(NO_MEETING, remedy="请从会议列表进入")
    return meeting


def visible_notices(post: Post) -> QuerySet[Notice]:
    """The notices of the post's divisions."""
    divisions = own_divisions(post)
    return Notice.objects.all() if divisions is None else Notice.objects.filter(village__in=divisions)


def notice_for(post: Post, notice_id: int) -> Notice:
    """One notice; raises NotAllowed (also where it does not exist)."""
    notice = visible_notices(post).filter(pk=notice_id).first()
    if notice is None:
        raise NotAllowed(NO_NOTICE, remedy="请从公示列表进入")
    return notice


def place_for(post: Post, code: str) -> str:
    """A division of which the post may have lists; raises NotAllowed (also where it does not exist)."""
    divisions = own_divisions(post)
    if code not in tree().names or (divisions is not None and code not in divisions):
        raise NotAllowed("没有这个镇村，或不在您的管理范围内", remedy="请选择本镇、本村")
    return code
