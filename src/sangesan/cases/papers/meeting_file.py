"""A meeting as its papers need it: its items with the households behind them, in a fixed number of queries."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date

from sangesan.accounts.permissions import NotAllowed
from sangesan.cases.dossiers import EXIT_PURPOSES
from sangesan.cases.models import AgendaItem, Case, Comparison, Meeting, NoticeCase
from sangesan.cases.papers.case_file import photos_of
from sangesan.cases.papers.context import Asked
from sangesan.cases.papers.reaching import NO_MEETING, meeting_for
from sangesan.cases.papers.wording import category_of
from sangesan.cases.permissions import visible_cases
from sangesan.kernel.refusal import Refusal
from sangesan.policy.regimes import Regime, load_regimes
from sangesan.registry.models import Residence
from sangesan.visits.models import Visit


@dataclass(frozen=True)
class ItemLine:
    """One household on the agenda. appraisal: its appraisal in this round; hits: things compared that were found."""

    item: AgendaItem
    case: Case
    regime: Regime
    group_name: str
    visit: Visit | None
    hits: int | None
    explained: int
    appraisal: AgendaItem | None
    notice: NoticeCase | None

    @property
    def category(self) -> str:
        return category_of(self.regime, self.case.category)


@dataclass(frozen=True)
class MeetingFile:
    """whole: all its items are here, not only those of the post that asks."""

    meeting: Meeting
    lines: list[ItemLine]
    whole: bool
    asked: Asked
    photos: list[tuple[str, bytes]] = field(default_factory=list)

    @property
    def entering(self) -> list[ItemLine]:
        return [line for line in self.lines if not line.item.exit]

    @property
    def exiting(self) -> list[ItemLine]:
        return [line for line in self.lines if line.item.exit]

    @property
    def subject(self) -> str:
        """The word for whom it was about, as the first of its cases has it."""
        return self.lines[0].regime.terms["subject"] if self.lines else "监测对象"


def load_meeting(asked: Asked, kinds: Collection[str] = ()) -> MeetingFile:
    """A meeting with the items of the cases that the post sees. Raises NotAllowed, Refusal for another kind of meeting."""
    meeting = meeting_for(asked.post, asked.subject)
    if kinds and meeting.kind not in kinds:
        raise Refusal(f"{meeting.get_kind_display()}没有这种表", remedy="请从会议页面选择要打印的表")
    rows = AgendaItem.objects.filter(meeting=meeting).select_related("case__household", "case__helper__user")
    seen = visible_cases(asked.post).values("pk")
    items = list(rows.filter(case__in=seen).order_by("case__village", "id"))
    if not items:
        raise NotAllowed(NO_MEETING, remedy="请从会议列表进入")
    whole = len(items) == AgendaItem.objects.filter(meeting=meeting).count()
    return MeetingFile(meeting, item_lines(items, asked.today), whole, asked)


def load_appraisal(asked: Asked) -> MeetingFile:
    """An appraisal, with its photos."""
    file = load_meeting(asked, {Meeting.Kind.APPRAISAL})
    return MeetingFile(file.meeting, file.lines, file.whole, asked, photos_of(f"meeting:{file.meeting.pk}", {"photo"}))


def load_town_review(asked: Asked) -> MeetingFile:
    """A town's sitting."""
    return load_meeting(asked, {Meeting.Kind.TOWN_REVIEW})


def load_joint_meeting(asked: Asked) -> MeetingFile:
    """The county's joint meeting."""
    return load_meeting(asked, {Meeting.Kind.JOINT_MEETING})


def item_lines(items: list[AgendaItem], on: date) -> list[ItemLine]:
    """Items with what came before them, by six queries whatever their number."""
    cases = {item.case_id: item.case for item in items}
    groups = groups_of([c.household_id for c in cases.values()], on)
    visits: dict[tuple[int, bool], Visit] = {}
    for visit in Visit.objects.filter(case__in=list(cases), visited_on__lte=on).order_by("visited_on", "id"):
        visits[visit.case or 0, bool(EXIT_PURPOSES & set(visit.purposes))] = visit
    compared = {(c.case_id, c.round): c for c in Comparison.objects.filter(case__in=cases).prefetch_related("hits")}
    appraisals: dict[tuple[int, int, bool], AgendaItem] = {}
    held = AgendaItem.objects.filter(case__in=cases, meeting__kind=Meeting.Kind.APPRAISAL).select_related("meeting")
    for row in held.order_by("id"):
        appraisals[row.case_id, row.round, row.exit] = row
    notices: dict[tuple[int, int, bool], NoticeCase] = {}
    for poster in NoticeCase.objects.filter(case__in=cases).select_related("notice").order_by("id"):
        notices[poster.case_id, poster.round, poster.notice.exit] = poster
    lines = []
    for item in items:
        case, key = item.case, (item.case_id, item.round, item.exit)
        comparison = compared.get((item.case_id, item.round))
        hits = list(comparison.hits.all()) if comparison else []
        lines.append(
            ItemLine(
                item=item,
                case=case,
                regime=load_regimes()[case.regime],
                group_name=groups.get(case.household_id, ""),
                visit=visits.get((case.pk, item.exit)),
                hits=len(hits) if comparison else None,
                explained=sum(1 for hit in hits if hit.explanation),
                appraisal=appraisals.get(key),
                notice=notices.get(key),
            )
        )
    return lines


def groups_of(households: Collection[int], on: date) -> dict[int, str]:
    """The villagers' group of each household on a day."""
    rows = Residence.objects.filter(household__in=list(households), valid_from__lte=on).order_by("valid_from", "id")
    return dict(rows.values_list("household_id", "group_name"))
