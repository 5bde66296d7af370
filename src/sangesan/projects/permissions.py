"""Which projects a post sees, plans and reports."""

from django.db.models import Q, QuerySet

from sangesan.accounts.models import Post
from sangesan.accounts.permissions import NotAllowed
from sangesan.leadership.units import unit_of_post
from sangesan.projects.models import Project
from sangesan.regions.queries import tree
from sangesan.registry.permissions import WHOLE_COUNTY


def visible_projects(post: Post) -> QuerySet[Project]:
    """The county's all; a town's own and those of its villages or at its places; a village's, a department's own."""
    rows = Project.objects.all()
    if post.role in WHOLE_COUNTY:
        return rows
    owner = unit_of_post(post)
    if owner is None:
        return rows.none()
    if post.role == Post.Role.TOWN:
        places = [post.division, *tree().children.get(post.division, ())]
        owners = [f"town:{post.division}", *(f"village:{code}" for code in places[1:])]
        return rows.filter(Q(owner__in=owners) | Q(place__in=places))
    if post.role == Post.Role.VILLAGE:
        return rows.filter(Q(owner=owner.key) | Q(place=post.division))
    return rows.filter(owner=owner.key) if post.role == Post.Role.DEPARTMENT else rows.none()


def may_report(post: Post, project: Project) -> bool:
    """The unit that answers reports, its town for a village, the county for all."""
    if post.role == Post.Role.COUNTY:
        return True
    owner = unit_of_post(post)
    if owner is None or post.role == Post.Role.GRID:
        return False
    if owner.key == project.owner:
        return True
    kind, _, code = project.owner.partition(":")
    return post.role == Post.Role.TOWN and kind == "village" and tree().town_of(code) == post.division


def reached_project(post: Post, project_id: int) -> Project:
    """The project, when the post may see it; raises NotAllowed."""
    found = visible_projects(post).filter(pk=project_id).first()
    if found is None:
        raise NotAllowed("没有这个项目，或不在您的管理范围内", remedy="请从“重点工作”进入")
    return found
