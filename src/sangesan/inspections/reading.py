"""What pages show of inspections: lists, one place, one finding, in the reach of the post that looks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, Q, QuerySet

from sangesan.accounts.models import Post
from sangesan.accounts.permissions import NotAllowed, require
from sangesan.checks.models import Flag
from sangesan.draws.models import Draw
from sangesan.files.attaching import attachments_of
from sangesan.files.models import Attachment
from sangesan.inspections.checklists import Checklist, Question
from sangesan.inspections.comparing import record_of
from sangesan.inspections.conducting import about, content_of, form_of, latest, prepared_words
from sangesan.inspections.domain import Answer
from sangesan.inspections.finding_lines import FindingLine, lines_of
from sangesan.inspections.findings import subject_of
from sangesan.inspections.models import Finding, Plan, Reply, Target, Team
from sangesan.inspections.permissions import sees_plans, visible_findings, visible_targets
from sangesan.inspections.planning import words_of_plan
from sangesan.inspections.sampling import plan_draw, sample_draw, sample_draws
from sangesan.inspections.sealed_fields import TARGET, WITHDRAWAL, opened
from sangesan.inspections.subjects import KIND_TITLES, kind_of, titles_of
from sangesan.inspections.teams import team_of

SEE = "inspections.see"
MOST_OPEN = 100
MOST_FLAGS = 20
State = Target.State


@dataclass(frozen=True)
class TargetLine:
    """A place in a list. findings: those that were not withdrawn; sample: households drawn below it."""

    target: Target
    title: str
    findings: int
    sample: int

    @property
    def pk(self) -> int:
        return self.target.pk

    @property
    def kind_title(self) -> str:
        return KIND_TITLES[kind_of(self.target.subject)]


def open_targets(post: Post, today: date) -> tuple[list[TargetLine], list[TargetLine]]:
    """What has not ended: of the post's own team, and of the others (for those inspected: all in the second), by day."""
    rows = _above(visible_targets(require(post, SEE)).filter(state__in=[State.PLANNED, State.BEGUN]))
    found = _lines(rows.order_by("state", "planned_on", "pk")[:MOST_OPEN])
    own = team_of(post, today) if sees_plans(post) else None
    mine = [one for one in found if own is not None and one.target.team_id == own.pk]
    return mine, [one for one in found if one not in mine]


def ended_targets(post: Post, *, after: int | None = None, limit: int = 40) -> list[TargetLine]:
    """What has ended, newest first; page by key."""
    rows = _above(visible_targets(require(post, SEE)).filter(state=State.ENDED))
    return _lines((rows if after is None else rows.filter(pk__lt=after)).order_by("-pk")[:limit])


@dataclass(frozen=True)
class PlanLine:
    """A plan in the inspectors' list. counts: its places by state."""

    plan: Plan
    title: str
    counts: Mapping[str, int]

    @property
    def pk(self) -> int:
        return self.plan.pk

    @property
    def places(self) -> int:
        return sum(self.counts.values())


def plan_lines(post: Post, *, after: int | None = None, limit: int = 20) -> list[PlanLine]:
    """The plans, newest first; none for those inspected."""
    if not sees_plans(require(post, SEE)):
        return []
    rows = Plan.objects.order_by("-pk")
    plans = list((rows if after is None else rows.filter(pk__lt=after))[:limit])
    counted: dict[int, dict[str, int]] = {}
    of_plans = Target.objects.filter(plan__in=plans, parent=None).values_list("plan", "state")
    for plan, state, number in of_plans.annotate(n=Count("pk")).order_by():
        counted.setdefault(plan, {})[state] = number
    return [PlanLine(plan, words_of_plan(plan)["title"], counted.get(plan.pk, {})) for plan in plans]


@dataclass(frozen=True)
class PlanPage:
    """A plan with its places and its draw."""

    plan: Plan
    words: Mapping[str, str]
    lines: list[TargetLine]
    draw: Draw | None
    teams: list[Team]
    sample_draws: Mapping[int, Draw]

    @property
    def may_call_off(self) -> bool:
        """Whether there is something of it to call off."""
        left = not self.lines or any(line.target.state == State.PLANNED for line in self.lines)
        return left and self.plan.called_off_on is None

    @property
    def drawn(self) -> list[TargetLine]:
        """The places that were drawn, with their chances."""
        return [line for line in self.lines if line.target.probability is not None]

    @property
    def samples(self) -> list[tuple[TargetLine, Draw | None]]:
        """The villages to go to, each with the draw of its households: to be drawn in good time, before it begins."""
        open_ones = [one for one in self.lines if one.target.state in {State.PLANNED, State.BEGUN}]
        villages = [one for one in open_ones if kind_of(one.target.subject) == "village"]
        return [(one, self.sample_draws.get(one.pk)) for one in villages]

    @property
    def to_take(self) -> bool:
        """Whether the draw has a result that is not among the places yet."""
        drawn = self.draw.result if self.draw is not None else None
        return bool(drawn) and not set(drawn or ()) <= {line.target.subject for line in self.lines}


def plan_page(post: Post, plan_id: int) -> PlanPage:
    """One plan; raises NotAllowed for whoever may not see plans, whether there is one or not."""
    plan = Plan.objects.filter(pk=plan_id).first() if sees_plans(require(post, SEE)) else None
    if plan is None:
        raise NotAllowed("没有这个督查方案，或不能查看", remedy="请从督查清单进入")
    rows = _above(Target.objects.filter(plan=plan)).order_by("planned_on", "pk")
    teams = list(Team.objects.filter(code__in=plan.teams).order_by("code"))
    lines = _lines(rows)
    draws = sample_draws([line.pk for line in lines])
    return PlanPage(plan, words_of_plan(plan), lines, plan_draw(plan), teams, draws)


@dataclass(frozen=True)
class Point:
    """A point of a checklist as shown: what is asked, what the record says, what was answered and seen."""

    question: Question
    record: str
    answer: str
    said: str
    words: str
    prepared: str = ""
    recorded: bool = False


@dataclass(frozen=True)
class TargetPage:
    """A place. What only inspectors see (plan, checklist, sample, photos) is empty for those inspected."""

    line: TargetLine
    whole: bool
    plan_title: str = ""
    words: Mapping[str, str] = field(default_factory=dict)
    checklist: Checklist | None = None
    reply: Reply | None = None
    points: Sequence[Point] = ()
    sample: Sequence[TargetLine] = ()
    sample_draw: Draw | None = None
    parent: TargetLine | None = None
    findings: Sequence[FindingLine] = ()
    files: Sequence[Attachment] = ()
    flags: Sequence[Flag] = ()

    @property
    def target(self) -> Target:
        return self.line.target

    @property
    def to_take(self) -> bool:
        """Whether drawn households are not among the sample yet."""
        drawn = self.sample_draw.result if self.sample_draw is not None else None
        return bool(drawn) and not self.sample


def target_page(post: Post, target_id: int, today: date) -> TargetPage:
    """One place as the post may see it; raises NotAllowed also where it has not begun for whom it is not."""
    rows = visible_targets(require(post, SEE)).select_related("plan", "team", "household", "parent__team")
    target = rows.filter(pk=target_id).first()
    if target is None:
        raise NotAllowed("没有这处督查，或不能查看", remedy="请从督查清单进入")
    line = _lines([target])[0]
    found = lines_of(visible_findings(post).filter(target=target).order_by("pk"))
    if not sees_plans(post):
        return TargetPage(line, whole=False, findings=found)
    reply = latest(target)
    below = Target.objects.filter(parent=target).select_related("team", "plan").order_by("pk")
    return TargetPage(
        line, whole=True, plan_title=words_of_plan(target.plan)["title"], words=opened(TARGET, target.sealed),
        checklist=form_of(target), reply=reply, points=points_of(target, reply, today), sample=_lines(below),
        sample_draw=sample_draw(target), parent=_lines([target.parent])[0] if target.parent else None, findings=found,
        files=attachments_of([about(target.pk)]).get(about(target.pk), []), flags=flags_of(target),
    )  # fmt: skip


def flags_of(target: Target) -> list[Flag]:
    """What the checks say of a place and nobody has judged, the newest first; of a household's own for a household."""
    rows = Flag.objects.filter(gone_on=None, verdict="").order_by("-pk")
    kind = kind_of(target.subject)
    if kind == "household":
        rows = rows.filter(household=target.household_id)
    elif kind == "village":
        rows = rows.filter(village=target.place)
    elif kind == "town":
        rows = rows.filter(town=target.place)
    else:
        rows = rows.filter(unit=target.unit)
    return list(rows.select_related("household")[:MOST_FLAGS])


def points_of(target: Target, reply: Reply | None, today: date) -> list[Point]:
    """The points of a place's checklist: as answered, with the record as it was then; unanswered with the record now."""
    kept = content_of(reply) if reply else {"record": record_of(target, today), "said": {}, "words": {}}
    recorded = _recorded(target)
    points = []
    for code, question in form_of(target).questions.items():
        given = reply.answers.get(code, "") if reply else ""
        wrong = reply is not None and given in {Answer.DIFFERENT, Answer.MISSING}
        points.append(
            Point(
                question,
                kept["record"].get(question.record or code, ""),
                given,
                kept["said"].get(code, ""),
                kept["words"].get(code, ""),
                prepared_words(target, reply, code) if wrong and reply else "",
                question.title in recorded,
            )
        )
    return points


@dataclass(frozen=True)
class FindingPage:
    """One finding with its evidence; why it was withdrawn, if it was."""

    line: FindingLine
    files: list[Attachment]
    target: TargetLine | None
    withdrawn_why: str


def finding_page(post: Post, finding_id: int) -> FindingPage:
    """One finding; raises NotAllowed outside the post's reach."""
    rows = visible_findings(require(post, SEE)).select_related("household", "target__team", "withdrawal")
    finding = rows.filter(pk=finding_id).first()
    if finding is None:
        raise NotAllowed("没有这个问题，或不在您的管理范围内", remedy="请从问题清单进入")
    line = lines_of([finding])[0]
    subject = subject_of(finding.pk)
    target = finding.target
    shown = target is not None and (sees_plans(post) or visible_targets(post).filter(pk=target.pk).exists())
    return FindingPage(
        line,
        attachments_of([subject]).get(subject, []),
        _lines([target])[0] if target is not None and shown else None,
        opened(WITHDRAWAL, finding.withdrawal.sealed)["reason"] if line.withdrawn else "",
    )


def _above(rows: QuerySet[Target]) -> QuerySet[Target]:
    return rows.filter(parent=None).select_related("team", "plan")


def _lines(targets: "QuerySet[Target] | Sequence[Target]") -> list[TargetLine]:
    found = list(targets)
    titles = titles_of(found)
    keys = [one.pk for one in found]
    per_place = dict(
        Finding.objects.filter(Q(target__in=keys) | Q(target__parent__in=keys), withdrawal=None)
        .values_list("target").annotate(n=Count("pk")).order_by()
    )  # fmt: skip
    below: dict[int, list[int]] = {}
    for parent, number in Target.objects.filter(parent__in=keys).values_list("parent", "pk"):
        below.setdefault(parent or 0, []).append(number)
    return [
        TargetLine(
            one,
            titles[one.pk],
            sum(per_place.get(number, 0) for number in [one.pk, *below.get(one.pk, ())]),
            len(below.get(one.pk, ())),
        )
        for one in found
    ]


def _recorded(target: Target) -> set[str]:
    """The titles of points of which a finding was recorded already."""
    rows = Finding.objects.filter(target=target, withdrawal=None).values_list("records", flat=True)
    return {record["words"] for records in rows for record in records if record.get("kind") == "reply"}
