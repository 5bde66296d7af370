"""Meetings as pages show them: the list, whom one may put on an agenda, one meeting with the evidence at hand."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from sangesan.accounts.models import Post
from sangesan.accounts.permissions import NotAllowed, require
from sangesan.accounts.queries import holding
from sangesan.amendments.queries import parameter_book
from sangesan.cases.checking_records import Doubt, doubts
from sangesan.cases.dossiers import LINE, Dossier, dossiers
from sangesan.cases.models import AgendaItem, Case, Meeting
from sangesan.cases.outcomes import APPRAISAL, JOINT_MEETING, STAGE, TOWN_REVIEW
from sangesan.cases.permissions import visible_cases
from sangesan.cases.states import State
from sangesan.files.attaching import attachments_of
from sangesan.files.models import Attachment
from sangesan.regions.queries import county, tree
from sangesan.registry.permissions import WHOLE_COUNTY

MOST_SHOWN = 500


def kinds_of(post: Post) -> list[str]:
    """The kinds of meeting that a post may convene; a town may enter a village's appraisal for it."""
    return {
        Post.Role.VILLAGE: [APPRAISAL],
        Post.Role.TOWN: [TOWN_REVIEW, APPRAISAL],
        Post.Role.COUNTY: [JOINT_MEETING],
    }.get(Post.Role(post.role), [])


def convenes(post: Post, meeting: Meeting) -> bool:
    """Whether the meeting is the post's to hold and to close."""
    if meeting.kind not in kinds_of(post):
        return False
    if post.role == Post.Role.COUNTY or meeting.division == post.division:
        return True
    return meeting.kind == APPRAISAL and tree().town_of(meeting.division) == post.division


def visible_meetings(post: Post) -> QuerySet[Meeting]:
    """Meetings of the post's place, and those elsewhere that decide on its households."""
    if post.role in WHOLE_COUNTY:
        return Meeting.objects.all()
    about = AgendaItem.objects.filter(meeting=OuterRef("pk"), case__in=visible_cases(post))
    places = [post.division, *tree().children.get(post.division, ())] if post.role == Post.Role.TOWN else [post.division]
    own = Q(division__in=places) if post.role in {Post.Role.TOWN, Post.Role.VILLAGE} else Q(pk=None)
    return Meeting.objects.filter(own | Q(Exists(about)))


def meetings(post: Post, *, kind: str = "", after: tuple[date, int] | None = None, limit: int = 50) -> list[Meeting]:
    """By the day held, newest first, after (day, id), with `households`: how many are on each agenda."""
    rows = visible_meetings(require(post, "cases.see")).annotate(households=Count("items"))
    if kind:
        rows = rows.filter(kind=kind)
    if after is not None:
        day, number = after
        rows = rows.filter(Q(held_on__lt=day) | Q(held_on=day, pk__lt=number))
    return list(rows.order_by("-held_on", "-pk")[:limit])


def states_of(kind: str) -> list[State]:
    """The states from which a kind of meeting carries a case on."""
    return [state for state, stage in STAGE.items() if stage == kind]


def places_waiting(post: Post, kind: str) -> list[tuple[str, int]]:
    """(village, how many wait) for a town that enters appraisals for its villages; by code."""
    rows = visible_cases(require(post, "cases.meet")).filter(town=post.division, state__in=states_of(kind))
    return sorted(rows.values_list("village").annotate(n=Count("pk")))


def division_for(post: Post, kind: str, village: str) -> str:
    """The division for which a post convenes a kind of meeting; "" where a village has still to be chosen."""
    if post.role == Post.Role.COUNTY:
        return county().code
    if kind == APPRAISAL and post.role == Post.Role.TOWN:
        return village if tree().town_of(village) == post.division and village != post.division else ""
    return post.division


def waiting(post: Post, kind: str, division: str) -> list[Case]:
    """Cases that wait for a meeting, with `listed`: on the agenda of one that is still open; the most urgent first."""
    rows = visible_cases(require(post, "cases.meet")).filter(state__in=states_of(kind))
    if kind == APPRAISAL:
        rows = rows.filter(village=division)
    elif kind == TOWN_REVIEW:
        rows = rows.filter(town=division)
    on_agenda = AgendaItem.objects.filter(
        case=OuterRef("pk"), at_step=OuterRef("steps"), meeting__closed_at=None, meeting__kind=kind
    )
    rows = rows.annotate(listed=Exists(on_agenda)).select_related("household")
    return list(rows.order_by("state", F("step_due").asc(nulls_last=True), "pk")[:MOST_SHOWN])


def may_sit(post: Post, kind: str, division: str, on: date) -> list[Post]:
    """The posts that may be named as members: of the village and its town; of the town; of county and departments."""
    rows = holding(on)
    if kind == JOINT_MEETING:
        rows = rows.filter(role__in=[Post.Role.COUNTY, Post.Role.DEPARTMENT])
    elif kind == TOWN_REVIEW:
        rows = rows.filter(Q(role=Post.Role.TOWN, division=division) | Q(role=Post.Role.DEPARTMENT))
    else:
        rows = rows.filter(role__in=[Post.Role.VILLAGE, Post.Role.TOWN], division__in=[division, post.division])
    order = list(Post.Role.values)
    return sorted(rows[:MOST_SHOWN], key=lambda p: (order.index(p.role), p.title, p.pk))


@dataclass(frozen=True)
class AgendaRow:
    """A household on the agenda with what the record holds of it. appraisal: the village's vote before this meeting."""

    item: AgendaItem
    dossier: Dossier
    appraisal: AgendaItem | None
    warnings: list[Doubt]

    @property
    def case(self) -> Case:
        return self.dossier.case

    @property
    def stands(self) -> bool:
        """Whether the case is still where the agenda took it up."""
        return self.item.at_step == self.case.steps

    @property
    def unanswered(self) -> int:
        return sum(1 for doubt in self.warnings if not doubt.reason)


@dataclass(frozen=True)
class MeetingPage:
    """A meeting. rows: the households in the post's reach; others: how many are not; line_fen: the monitoring line."""

    meeting: Meeting
    convenes: bool
    rows: list[AgendaRow]
    others: int
    photos: list[Attachment]
    line_fen: int | None
    outcomes: Counter[str]


def meeting_page(post: Post, meeting_id: int, today: date) -> MeetingPage:
    """One meeting, in a number of queries that does not grow with the agenda; raises NotAllowed outside the reach."""
    meeting = visible_meetings(require(post, "cases.see")).filter(pk=meeting_id).first()
    if meeting is None:
        raise NotAllowed("没有这次会议，或不在您的管理范围内", remedy="请从会议列表进入")
    items = list(meeting.items.order_by("id"))
    seen = visible_cases(post).filter(pk__in=[i.case_id for i in items]).select_related("household")
    cases = {case.pk: case for case in seen}
    made = {d.case.pk: d for d in dossiers(list(cases.values()), today)}
    warned = doubts(list(made.values())) if meeting.closed_at is None else {}
    votes = _appraisals(list(cases.values()))
    line = parameter_book().value(LINE, today)
    subject = f"meeting:{meeting.pk}"
    rows = [
        AgendaRow(item, made[item.case_id], votes.get((item.case_id, item.round, item.exit)), warned.get(item.case_id, []))
        for item in items
        if item.case_id in made
    ]
    return MeetingPage(
        meeting=meeting,
        convenes=convenes(post, meeting),
        rows=rows,
        others=len(items) - len(rows),
        photos=attachments_of([subject]).get(subject, []),
        line_fen=int(line.value) if line else None,
        outcomes=Counter(item.outcome for item in items if item.outcome),
    )


def _appraisals(cases: list[Case]) -> dict[tuple[int, int, bool], AgendaItem]:
    """The newest vote of a village on each case, by case, round, and whether it was on elimination."""
    rows = AgendaItem.objects.filter(case__in=cases, meeting__kind=APPRAISAL, votes_for__isnull=False)
    return {(r.case_id, r.round, r.exit): r for r in rows.select_related("meeting").order_by("id")}
