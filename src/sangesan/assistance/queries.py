"""Reads: one household's plan with what is lacking in it, requests, monitored households that nothing reached."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from sangesan.accounts.models import Post
from sangesan.accounts.permissions import NotAllowed, require
from sangesan.amendments.queries import parameter_book
from sangesan.assistance import domain
from sangesan.assistance.catalogue import catalogue
from sangesan.assistance.domain import Mismatch, Suggestion
from sangesan.assistance.models import Landing, Measure, Need, Request
from sangesan.assistance.permissions import reached_household, visible_requests
from sangesan.assistance.reported import ReportedMeasure, reported_measures
from sangesan.assistance.situation import MONITORING, Seen, situation_of
from sangesan.files.attaching import attachments_of
from sangesan.files.models import Attachment
from sangesan.kernel.refusal import Refusal
from sangesan.registry.models import Household, Standing
from sangesan.registry.permissions import visible_households

SEE = "assistance.see"
LATE, MISSING = "measures_late_days", "measures_missing_days"


@dataclass(frozen=True)
class Overview:
    """A household's plan on a day.

    found: needs as computed now; kept: as recorded, open ones first; suggestions: with `planned` groups still in;
    reported: what departments' data show; files: attachments of landings by number; late_days, missing_days: the
    county's parameters, None where not set.
    """

    household: Household
    seen: Seen
    found: tuple[domain.Need, ...]
    kept: list[Need]
    suggestions: tuple[Suggestion, ...]
    measures: list[Measure]
    reported: list[ReportedMeasure]
    requests: list[Request]
    mismatches: tuple[Mismatch, ...]
    files: Mapping[int, list[Attachment]]

    @property
    def planned_groups(self) -> set[str]:
        """Groups that the plan has already, stopped measures aside."""
        return {m.group for m in self.measures if m.state != Measure.State.STOPPED}

    @property
    def to_take_up(self) -> int:
        """How many reported measures the plan does not have yet."""
        return sum(1 for one in self.reported if one.measure is None)

    @property
    def stale(self) -> bool:
        """Whether the recorded needs are no longer what the record says."""
        kept = {(n.kind, n.sentence, n.amount_fen) for n in self.kept if n.met_on is None}
        return kept != {(str(n.kind), n.sentence, n.amount_fen) for n in self.found}

    @property
    def landed(self) -> int:
        return sum(1 for m in self.measures if m.state == Measure.State.LANDED)

    @property
    def delivered_fen(self) -> int:
        """What was delivered in money, by what people and departments recorded."""
        return sum(landing.amount_fen or 0 for m in self.measures for landing in m.landings.all())

    @property
    def effect_fen(self) -> int:
        """What the landed measures add to a year's income, as far as that is known."""
        landed = (m for m in self.measures if m.state == Measure.State.LANDED)
        return sum(landing.effect_fen or 0 for m in landed for landing in m.landings.all())


@dataclass(frozen=True)
class Unassisted:
    """A monitored household that no measure has reached. days: since it was enrolled; planned: measures in its plan."""

    pk: int
    household: Household
    enrolled_on: date
    days: int
    planned: int


def needs_of(post: Post, household_id: int) -> list[Need]:
    """Recorded needs, open ones first, then by age; raises NotAllowed outside the post's reach."""
    reached_household(require(post, SEE), household_id)
    rows = Need.objects.filter(household=household_id).order_by("id")
    return sorted(rows, key=lambda need: need.met_on is not None)


def measures_of(post: Post, household_id: int) -> list[Measure]:
    """Measures with their landings, in the order in which they were planned; raises NotAllowed outside the reach."""
    reached_household(require(post, SEE), household_id)
    rows = Measure.objects.filter(household=household_id).select_related("need")
    return list(rows.prefetch_related("landings").order_by("id"))


def landed_since(household_id: int, since: date) -> int:
    """How many measures reached a household since a day: delivered then or later, or (a post, a grant) still running."""
    landed = Measure.objects.filter(household=household_id, state=Measure.State.LANDED)
    delivered = Exists(Landing.objects.filter(measure=OuterRef("pk"), on__gte=since))
    runs = Q(source=Measure.Source.DEPARTMENT) & (Q(ended_on__gte=since) | Q(ended_on=None) & _lasting())
    return landed.filter(Q(delivered) | runs).count()


def _lasting() -> Q:
    """Measures that run on until somebody says that they ended, told by their key's feed."""
    condition = Q(pk__in=[])
    for way in catalogue().reported:
        if way.runs_on:
            condition |= Q(source_key__startswith=f"{way.feed}:") & ~Q(item__in=way.once)
    return condition


def plan_overview(post: Post, household_id: int, on: date) -> Overview:
    """Everything about a household's plan; raises NotAllowed outside the post's reach."""
    household = reached_household(require(post, SEE), household_id)
    seen, book = situation_of(household_id, on), catalogue()
    found = domain.needs(seen.situation)
    measures = measures_of(post, household_id)
    groups = [m.group for m in measures if m.state != Measure.State.STOPPED]
    subjects = {f"landing:{landing.pk}": landing.pk for m in measures for landing in m.landings.all()}
    return Overview(
        household=household,
        seen=seen,
        found=found,
        kept=needs_of(post, household_id),
        suggestions=domain.suggest(seen.situation, found, book),
        measures=measures,
        reported=reported_measures(household_id, on),
        requests=list(visible_requests(post).filter(household=household_id).order_by("-id")[:50]),
        mismatches=domain.mismatch(seen.situation.risks, groups, book, can_work=seen.situation.can_work),
        files={subjects[subject]: files for subject, files in attachments_of(list(subjects)).items()},
    )


def requests(
    post: Post, state: str = Request.State.OPEN, *, after: int | None = None, limit: int = 50
) -> list[Request]:
    """Requests of the post, newest first; state "" means all. after: number of the last row of the page before.

    Raises Refusal for an unknown state.
    """
    if state and state not in Request.State.values:
        raise Refusal("没有这种状态", place="状态", remedy=f"可用：{'、'.join(Request.State.labels)}")
    rows = visible_requests(require(post, SEE))
    rows = rows.filter(state=state) if state else rows
    rows = rows.filter(pk__lt=after) if after is not None else rows
    return list(rows.select_related("household").order_by("-id")[:limit])


def request_page(post: Post, request_id: int) -> Request:
    """One request; raises NotAllowed outside the post's reach (also where it does not exist)."""
    found = visible_requests(require(post, SEE)).select_related("household").filter(pk=request_id).first()
    if found is None:
        raise NotAllowed("没有这条请求，或不在您的管理范围内", remedy="请从“帮扶请求”列表进入")
    return found


def request_counts(post: Post) -> dict[str, int]:
    """How many requests of the post stand in each state."""
    rows = visible_requests(require(post, SEE))
    return {state: rows.filter(state=state).count() for state in Request.State.values}


def limits(on: date) -> tuple[int | None, int | None]:
    """Days after which a household without a landed measure is late, and missing; None where the county has set none."""
    book = parameter_book()
    late, missing = (book.value(code, on) for code in (LATE, MISSING))
    return int(late.value) if late else None, int(missing.value) if missing else None


def without_measures(post: Post, days: int, on: date, *, after: int | None = None, limit: int = 50) -> list[Unassisted]:
    """Monitored households of the post, enrolled `days` or more ago, that no measure has reached; by number."""
    rows = _unassisted(post, days, on)
    rows = rows.filter(household__gt=after) if after is not None else rows
    standings = list(rows.select_related("household").order_by("household_id")[:limit])
    planned = _planned([s.household_id for s in standings])
    return [
        Unassisted(
            s.household_id, s.household, s.enrolled_on, (on - s.enrolled_on).days, planned.get(s.household_id, 0)
        )
        for s in standings
        if s.enrolled_on
    ]


def count_without_measures(post: Post, days: int, on: date) -> int:
    """How many households `without_measures` would list."""
    return _unassisted(post, days, on).count()


def _unassisted(post: Post, days: int, on: date) -> QuerySet[Standing]:
    reached = Exists(Measure.objects.filter(household=OuterRef("household"), state=Measure.State.LANDED))
    monitored = Standing.objects.filter(stage=MONITORING, valid_to=None, enrolled_on__lte=on - timedelta(days=days))
    return monitored.filter(~reached, household__in=visible_households(require(post, SEE)))


def _planned(households: Sequence[int]) -> dict[int, int]:
    rows = Measure.objects.filter(household__in=households, state=Measure.State.PLANNED)
    found: dict[int, int] = {}
    for household in rows.values_list("household_id", flat=True):
        found[household] = found.get(household, 0) + 1
    return found
