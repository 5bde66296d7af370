"""Which cases a post sees, and under which role of the table it acts on one."""

from collections.abc import Iterable

from django.db.models import Q, QuerySet

from sangesan.accounts.models import Post
from sangesan.accounts.permissions import NotAllowed
from sangesan.cases.models import Case
from sangesan.cases.procedure import COUNTY, TOWN, VILLAGE
from sangesan.registry.permissions import WHOLE_COUNTY

GRID = "grid"
SHOWS_NOTHING = "没有这一件，或不在您的管理范围内"


def visible_cases(post: Post) -> QuerySet[Case]:
    """Every case the post may see: of its division by registration or residence, of its grid; none for a department."""
    rows = Case.objects.all()
    if post.role in WHOLE_COUNTY:
        return rows
    if post.role == Post.Role.TOWN:
        return rows.filter(Q(town=post.division) | Q(residence_town=post.division))
    if post.role == Post.Role.VILLAGE:
        return rows.filter(Q(village=post.division) | Q(residence=post.division))
    if post.role == Post.Role.GRID:
        return rows.filter(grid=post.grid)
    return rows.none()


def decided_by(post: Post) -> Q:
    """Of the cases a post sees, those on which it acts: see `role_in`."""
    if post.role == Post.Role.TOWN:
        return Q(town=post.division)
    if post.role == Post.Role.VILLAGE:
        return Q(village=post.division)
    return Q(pk__isnull=False)


def role_in(case: Case, post: Post) -> str:
    """The table's role under which a post acts on a case; "" where it only looks on (the other line, an inspector)."""
    if post.role == Post.Role.COUNTY:
        return COUNTY
    if post.role == Post.Role.TOWN and post.division == case.town:
        return TOWN
    if post.role == Post.Role.VILLAGE and post.division == case.village:
        return VILLAGE
    if post.role == Post.Role.GRID and post.grid == case.grid:
        return GRID
    return ""


def entered_for(case: Case, post: Post, roles: Iterable[str]) -> str:
    """The village for which a town clerk enters what is the village's to do; "" otherwise."""
    return case.village if post.role == Post.Role.TOWN and VILLAGE in roles else ""


def case_for(post: Post, case_id: int, *, lock: bool = False) -> Case:
    """One case the post may see, locked until the transaction ends where asked; raises NotAllowed."""
    rows = visible_cases(post).filter(pk=case_id)
    case = (rows.select_for_update(of=("self",)) if lock else rows.select_related("household")).first()
    if case is None:
        raise NotAllowed(SHOWS_NOTHING, remedy="请从您的待办进入")
    return case
