"""A task with its whole chain as a page shows it: who has read when, who has acted, who is late; and the lists."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, Min, Q, QuerySet

from sangesan.accounts.models import Post
from sangesan.accounts.permissions import NotAllowed
from sangesan.files.attaching import attachments_of
from sangesan.files.models import Attachment
from sangesan.leadership.assignments import subject_of
from sangesan.leadership.domain import ENDED, OF_RECEIVER, OPEN, TABLE, UNCLOSED, Act, State
from sangesan.leadership.models import Assignment, Part, Step
from sangesan.leadership.standing import answers_for, posts_answered_for, posts_stood_for, stands_for
from sangesan.leadership.words import ASSIGNMENT, STEP, opened
from sangesan.regions.queries import tree
from sangesan.registry.permissions import WHOLE_COUNTY

DEEPEST = 6  # levels of passing down that a page follows: county, town, village, grid and two to spare
LATE = Q(state__in=OPEN)


@dataclass(frozen=True)
class StepShown:
    """A step with what it says and its evidence."""

    step: Step
    words: str
    why_open: str
    files: list[Attachment]


@dataclass(frozen=True)
class PartShown:
    """A post's part with its steps and what it passed down. late: days beyond its day while nothing was reported done (or
    by which it was reported late); acts: what the reader may do.
    """

    part: Part
    steps: list[StepShown]
    passed_down: list["TaskShown"]
    late: int
    acts: frozenset[Act]
    may_pass_down: bool

    @property
    def open_below(self) -> int:
        """Parts passed down that are not closed."""
        return sum(shown.part.state in UNCLOSED for task in self.passed_down for shown in task.parts)


@dataclass(frozen=True)
class TaskShown:
    """A task with its words and parts."""

    task: Assignment
    words: str
    parts: list[PartShown]


@dataclass
class Tally:
    """How far the parts of a chain are."""

    all: int = 0
    unread: int = 0
    waiting: int = 0
    verified: int = 0
    late: int = 0


@dataclass(frozen=True)
class ChainPage:
    """A task from where the reader stands: upper: the tasks it came down from, the highest first."""

    shown: TaskShown
    upper: list[Assignment]
    tally: Tally = field(default_factory=Tally)


def visible_tasks(post: Post, on: date) -> QuerySet[Assignment]:
    """The tasks a post may open: all for county and inspectors; else those given or received by its unit, or below it."""
    rows = Assignment.objects.all()
    if post.role in WHOLE_COUNTY:
        return rows
    own = Q(parts__post__in=posts_answered_for(post, on)) | Q(giver__in=posts_stood_for(post, on))
    if post.role == Post.Role.TOWN:
        own |= Q(parts__post__division__in=[post.division, *tree().children.get(post.division, ())])
    if post.role == Post.Role.VILLAGE:
        own |= Q(parts__post__division=post.division)
    return rows.filter(pk__in=Assignment.objects.filter(own).values("pk"))


def chain_page(post: Post, task_id: int, on: date) -> ChainPage:
    """A task and all that was passed down from it: two queries a level, two for steps and files. Raises NotAllowed."""
    task = visible_tasks(post, on).filter(pk=task_id).select_related("parent__assignment", "giver").first()
    if task is None:
        raise NotAllowed("没有这项交办任务，或与您的岗位无关", remedy="请从“交办任务”进入")
    parts, below = _descend(task)
    steps = _steps([part.pk for rows in parts.values() for part in rows])
    reader = _Reader(post, on, parts, below, steps)
    tally = Tally()
    shown = reader.task(task, reader.own_parts(task))
    _count(shown, tally)
    return ChainPage(shown, _upper(task), tally)


def mine(post: Post, on: date, *, ended: bool, after: tuple[date, int] | None, limit: int) -> list[Part]:
    """The parts of a post's unit by due day, `limit` + 1: open ones, or those reported, verified and withdrawn."""
    rows = Part.objects.filter(post__in=posts_answered_for(post, on))
    rows = rows.exclude(state__in=OPEN) if ended else rows.filter(state__in=OPEN)
    if after is not None:
        rows = rows.filter(Q(due_on__gt=after[0]) | Q(due_on=after[0], pk__gt=after[1]))
    return list(rows.select_related("assignment", "post").order_by("due_on", "pk")[: limit + 1])


def tasks(
    post: Post, on: date, *, own: bool, ended: bool, late: bool = False, after: int | None, limit: int
) -> list[Assignment]:
    """Tasks, the newest first, `limit` + 1, each with the counts of its parts (n_all, n_unread, n_done, n_verified, n_late).

    own: those the post gave; otherwise all that it may see. ended: those with nothing left to do.
    """
    rows = Assignment.objects.filter(giver__in=posts_stood_for(post, on)) if own else visible_tasks(post, on)
    running = Part.objects.filter(state__in=UNCLOSED).values("assignment")
    rows = rows.exclude(pk__in=running) if ended else rows.filter(pk__in=running)
    if late:
        rows = rows.filter(pk__in=Part.objects.filter(LATE, due_on__lt=on).values("assignment"))
    if after is not None:
        rows = rows.filter(pk__lt=after)
    return list(_counted(rows, on).order_by("-pk")[: limit + 1])


def part_for(post: Post, part_id: int, on: date) -> Part:
    """An open part of the post's unit, to be passed down. Raises NotAllowed."""
    rows = Part.objects.filter(post__in=posts_answered_for(post, on), state__in=OPEN)
    part = rows.filter(pk=part_id).select_related("assignment", "post").first()
    if part is None:
        raise NotAllowed("没有这项交办给您的任务，或已办结", remedy="请从“交给我的”进入")
    return part


def may_see_step(post: Post, step_id: int, on: date) -> bool:
    """Whether a step, and so its evidence, is of a task that the post may open, and within what it sees of it."""
    step = Step.objects.filter(pk=step_id).select_related("part__post", "part__assignment__giver").first()
    if step is None:
        return False
    part = step.part
    if post.role in WHOLE_COUNTY or answers_for(post, part.post, on) or stands_for(post, part.assignment.giver, on):
        return True
    return post.role in {Post.Role.TOWN, Post.Role.VILLAGE} and post.division in _path(part.post)


def _counted(rows: QuerySet[Assignment], on: date) -> QuerySet[Assignment]:
    state = "parts__state"
    return rows.annotate(
        n_all=Count("parts"),
        n_unread=Count("parts", filter=Q(**{state: State.ISSUED})),
        n_done=Count("parts", filter=Q(**{state: State.DONE})),
        n_verified=Count("parts", filter=Q(**{state: State.VERIFIED})),
        n_late=Count("parts", filter=Q(parts__state__in=OPEN, parts__due_on__lt=on)),
        first_due=Min("parts__due_on", filter=Q(parts__state__in=UNCLOSED)),
    )


def late_by(part: Part, on: date) -> int:
    """Days beyond the part's day: still open, or reported too late; 0 for none."""
    if part.state in OPEN:
        return max((on - part.due_on).days, 0)
    return max((part.done_on - part.due_on).days, 0) if part.done_on else 0


class _Reader:
    """Puts the rows together for one reader."""

    def __init__(
        self,
        post: Post,
        on: date,
        parts: Mapping[int, Sequence[Part]],
        below: Mapping[int, Sequence[Assignment]],
        steps: Mapping[int, list[StepShown]],
    ) -> None:
        self._post, self._on, self._parts, self._below, self._steps = post, on, parts, below, steps

    def own_parts(self, task: Assignment) -> list[Part]:
        """A receiver sees its own part and what is below it; the giver, the county and whoever is above see all."""
        rows = list(self._parts.get(task.pk, ()))
        if self._post.role in WHOLE_COUNTY or stands_for(self._post, task.giver, self._on):
            return rows
        mine = [part for part in rows if answers_for(self._post, part.post, self._on)]
        return mine or [part for part in rows if self._post.division in _path(part.post)]

    def task(self, task: Assignment, parts: Iterable[Part]) -> TaskShown:
        words = opened(ASSIGNMENT, task.sealed).get("words", "")
        return TaskShown(task, words, [self._part(task, part) for part in parts])

    def _part(self, task: Assignment, part: Part) -> PartShown:
        receives = answers_for(self._post, part.post, self._on)
        gives = stands_for(self._post, task.giver, self._on)
        state = State(part.state)
        acts = frozenset(act for of, act in TABLE if of == state and (receives if act in OF_RECEIVER else gives))
        passed = [self.task(child, self._parts.get(child.pk, ())) for child in self._below.get(part.pk, ())]
        late = late_by(part, self._on)
        return PartShown(part, self._steps.get(part.pk, []), passed, late, acts, receives and state in OPEN)


def _path(post: Post) -> Sequence[str]:
    return tree().path(post.division) if post.division else ()


def _descend(task: Assignment) -> tuple[dict[int, list[Part]], dict[int, list[Assignment]]]:
    """The parts of the task and of all below it by task, and the tasks passed down by part."""
    parts: defaultdict[int, list[Part]] = defaultdict(list)
    below: defaultdict[int, list[Assignment]] = defaultdict(list)
    level = [task]
    for _ in range(DEEPEST):
        if not level:
            break
        rows = list(Part.objects.filter(assignment__in=level).select_related("post__user").order_by("pk"))
        for part in rows:
            parts[part.assignment_id].append(part)
        level = list(Assignment.objects.filter(parent__in=rows).select_related("giver").order_by("pk"))
        for child in level:
            if child.parent_id is not None:
                below[child.parent_id].append(child)
    return dict(parts), dict(below)


def _steps(parts: Sequence[int]) -> dict[int, list[StepShown]]:
    rows = list(Step.objects.filter(part__in=parts).order_by("pk"))
    files = attachments_of([subject_of(row.pk) for row in rows])
    found: defaultdict[int, list[StepShown]] = defaultdict(list)
    for row in rows:
        said = opened(STEP, row.sealed)
        shown = StepShown(row, said.get("words", ""), said.get("why_open", ""), files.get(subject_of(row.pk), []))
        found[row.part_id].append(shown)
    return dict(found)


def _upper(task: Assignment) -> list[Assignment]:
    found: list[Assignment] = []
    parent = task.parent
    while parent is not None and len(found) < DEEPEST:
        found.insert(0, parent.assignment)
        parent = Part.objects.filter(passed_down=found[0]).select_related("assignment").first()
    return found


def _count(shown: TaskShown, tally: Tally) -> None:
    for one in shown.parts:
        if one.part.state != State.WITHDRAWN:
            tally.all += 1
            tally.unread += one.part.state == State.ISSUED
            tally.waiting += one.part.state == State.DONE
            tally.verified += one.part.state == State.VERIFIED
            tally.late += one.late > 0 and one.part.state not in ENDED
        for task in one.passed_down:
            _count(task, tally)
