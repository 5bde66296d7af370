"""Which reports and tickets a post sees: those of its place, and those of the households it answers for."""

from django.db.models import Q, QuerySet

from sangesan.accounts.models import Post
from sangesan.accounts.permissions import NotAllowed
from sangesan.registry.permissions import WHOLE_COUNTY
from sangesan.self_reports.models import Report, Ticket

SHOWS_NOTHING = "没有这一件，或不在您的管理范围内"


def _of_place(post: Post) -> Q | None:
    """The condition on a report or ticket; None where the post sees none."""
    if post.role in WHOLE_COUNTY:
        return Q()
    place = post.division
    if post.role == Post.Role.TOWN:
        return Q(town=place) | Q(household__town=place) | Q(household__residence_town=place)
    if post.role == Post.Role.VILLAGE:
        return Q(division=place) | Q(household__village=place) | Q(household__residence=place)
    return None


def visible_reports(post: Post) -> QuerySet[Report]:
    """Every report the post may see; a grid worker's are those of the own grid."""
    if post.role == Post.Role.GRID:
        return Report.objects.filter(Q(grid=post.grid) | Q(household__grid=post.grid))
    where = _of_place(post)
    return Report.objects.none() if where is None else Report.objects.filter(where)


def visible_tickets(post: Post) -> QuerySet[Ticket]:
    """Every ticket the post may see."""
    if post.role == Post.Role.GRID:
        return Ticket.objects.filter(household__grid=post.grid)
    where = _of_place(post)
    return Ticket.objects.none() if where is None else Ticket.objects.filter(where)


def report_for(post: Post, report_id: int, *, lock: bool = False) -> Report:
    """One report the post may see, locked until the transaction ends where asked; raises NotAllowed."""
    rows = visible_reports(post).filter(pk=report_id)
    row = (rows.select_for_update(of=("self",)) if lock else rows.select_related("household", "clue")).first()
    if row is None:
        raise NotAllowed(SHOWS_NOTHING, remedy="请从自主申报列表进入")
    return row


def ticket_for(post: Post, ticket_id: int, *, lock: bool = False) -> Ticket:
    """One ticket the post may see, locked where asked; raises NotAllowed."""
    rows = visible_tickets(post).filter(pk=ticket_id)
    row = (rows.select_for_update(of=("self",)) if lock else rows.select_related("household", "clue")).first()
    if row is None:
        raise NotAllowed(SHOWS_NOTHING, remedy="请从监督渠道登记进入")
    return row
