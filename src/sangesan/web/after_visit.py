"""What follows a visit: it counts for the patrol rounds, and the case is opened at once where it is needed."""

from django.contrib import messages
from django.utils import timezone
from django.utils.translation import gettext as _

from sangesan.cases.opening import open_from_clue
from sangesan.kernel.refusal import Refusal
from sangesan.patrols.walking import entry_of_visit
from sangesan.regions.queries import today
from sangesan.visits.models import Visit
from sangesan.web.requests import Request


def follow_visit(request: Request, clue_id: int) -> int | None:
    """The case's number. The visit stays if the case cannot be opened yet: then None, and the reader is told why."""
    try:
        case = open_from_clue(post=request.post, clue_id=clue_id, today=today(), now=timezone.now())
    except Refusal as refusal:
        messages.warning(request, _("核查结果已登记，但还没有转入程序：%(why)s") % {"why": refusal})
        return None
    messages.success(request, _("核查结果已登记，已转入程序"))
    return int(case.pk)


def count_in_rounds(request: Request, visit: Visit) -> None:
    """Whoever was met in a visit need not be walked to again for the round. The visit stays where that cannot be."""
    try:
        entry_of_visit(post=request.post, visit=visit, now=timezone.now(), today=today())
    except Refusal as refusal:
        messages.warning(request, _("入户已登记，但没有计入排查：%(why)s") % {"why": refusal})
