"""Who sees a merit or accountability case: those it is about, those who decide, those who worked on it. Nobody else."""

from datetime import date

from django.db.models import Q, QuerySet

from sangesan.accounts.models import Post
from sangesan.accounts.permissions import NotAllowed, may
from sangesan.assessment.models import Proceeding
from sangesan.assessment.proceeding_domain import OF_CONCERNED, OF_DECIDERS, Act, State, acts_of, deciding_seats
from sangesan.leadership.queries import seats_of
from sangesan.leadership.units import unit_of_post
from sangesan.supervision.models import HandOver

OFFICE = frozenset({"assessment_office_head", "discipline_liaison"})
RECEIVER, TO_ASSESSMENT = "assessment_office_head", "assessment"
SPOKESMEN = {"town": "town_secretary", "village": "village_secretary", "department": "department_head"}


def visible_proceedings(post: Post, on: date) -> QuerySet[Proceeding]:
    """The cases that a post sees on a day."""
    rows = Proceeding.objects.all()
    if post.role == Post.Role.SYSTEM:
        return rows.none()
    held = {one.seat for one in seats_of(post, on=on)}
    if held & (deciding_seats() | OFFICE):
        return rows
    mine = Q(person=post) | Q(events__post=post.pk, events__act__in=[Act.OPEN, Act.CHECK])
    # a unit's case is seen by its head, or where the seat is empty by nobody but the deciders
    for kind, seat in SPOKESMEN.items():
        scopes = [one.scope for one in seats_of(post, on=on) if one.seat == seat]
        mine |= Q(person=None, unit__in=[f"{kind}:{scope}" for scope in scopes])
    return rows.filter(mine).distinct()


def reached_proceeding(post: Post, number: int, on: date) -> Proceeding:
    """The case, when the post sees it; raises NotAllowed (also where there is none)."""
    row = visible_proceedings(post, on).filter(pk=number).first()
    if row is None:
        raise NotAllowed("没有这件表扬或问责，或不由您的岗位办理", remedy="请从“表扬和问责”进入")
    return row


def concerned(post: Post, row: Proceeding, on: date) -> bool:
    """Whether a post is whom the case is about, or speaks for the unit that it is about."""
    if row.person_id is not None:
        return row.person_id == post.pk
    kind, _, code = row.unit.partition(":")
    seat = SPOKESMEN.get(kind, "")
    return any(one.seat == seat and one.scope == code for one in seats_of(post, on=on))


def user_concerned(post: Post, row: Proceeding, on: date) -> bool:
    """The same of whoever acts under the post: nobody decides about himself under another hat."""
    if concerned(post, row, on):
        return True
    if row.person_id is not None:
        person = Post.objects.filter(pk=row.person_id).values_list("user", flat=True).first()
        return person is not None and person == post.user_id
    own = unit_of_post(post)
    return own is not None and own.key == row.unit


def offered(post: Post, row: Proceeding, on: date) -> list[Act]:
    """The acts that the page offers; the acts themselves ask again."""
    held = {one.seat for one in seats_of(post, on=on)}
    about_me = user_concerned(post, row, on)
    found = []
    for act in acts_of(State(row.state)):
        if act in OF_CONCERNED:
            allowed = concerned(post, row, on) and may(post, "assessment.speak")
        elif act in OF_DECIDERS:
            allowed = bool(held & deciding_seats()) and not about_me
        else:
            allowed = may(post, "assessment.account") and not about_me
        if allowed:
            found.append(act)
    return found


def handed_over(post: Post, on: date) -> list[HandOver]:
    """Sheets handed over to the assessment office that no case was opened from yet, for its head; the oldest first."""
    if not any(one.seat == RECEIVER for one in seats_of(post, on=on)):
        return []
    opened = Proceeding.objects.filter(origin__startswith="hand_over:").values_list("origin", flat=True)
    numbers = [int(origin.partition(":")[2]) for origin in opened]
    waiting = HandOver.objects.filter(to=TO_ASSESSMENT, state__in=[HandOver.State.SENT, HandOver.State.RECEIVED])
    return list(waiting.exclude(pk__in=numbers).select_related("sheet__person").order_by("sent_on", "pk"))
