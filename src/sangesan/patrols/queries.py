"""What a worker's list shows of each door, what a household's page shows of its patrols, and the rounds."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import OuterRef, Q, QuerySet, Subquery

from sangesan.accounts.models import Post
from sangesan.accounts.permissions import require
from sangesan.clues.domain import State
from sangesan.clues.models import Clue
from sangesan.kernel.refusal import Refusal
from sangesan.patrols.coverage import households_in
from sangesan.patrols.domain import ABSENT, Standing, order_of
from sangesan.patrols.key_groups import rank_of
from sangesan.patrols.models import Entry, KeyGroup, Round, Task, Walked
from sangesan.patrols.rounds import in_scope, running
from sangesan.regions.queries import tree
from sangesan.registry.models import Household
from sangesan.registry.permissions import WHOLE_COUNTY
from sangesan.visits.permissions import reached

SHOWN = 20


@dataclass
class Door:
    """One household as a walk sees it. walked: the entry that met it in the round; tried: somebody was there in vain;
    last: the newest entry of any round; tasks, clues: open ones, the most urgent first.
    """

    household: Household
    tasks: list[Task] = field(default_factory=list)
    clues: list[Clue] = field(default_factory=list)
    groups: list[KeyGroup] = field(default_factory=list)
    walked: Entry | None = None
    last: Entry | None = None
    first_day: date | None = None

    @property
    def tried(self) -> bool:
        """Somebody was there in this round, and nobody was met."""
        last = self.last
        in_round = last is not None and self.first_day is not None and last.on >= self.first_day
        return bool(self.walked is None and in_round and last and last.result == ABSENT)

    @property
    def standing(self) -> Standing:
        return Standing(
            number=self.household.pk,
            task_due=self.tasks[0].due_at if self.tasks else None,
            clue_due=self.clues[0].due_on if self.clues else None,
            rank=rank_of([group.group for group in self.groups]),
            relocated=self.household.relocated,
            walked=self.walked is not None,
        )


def doors(post: Post, row: Round | None, grid: str, *, today: date) -> list[Door]:
    """Every household of a grid that the round is about, in the order of walking (domain.order_of); eight queries.

    Households with an urgent look or an open clue come along even where the round is not about them.
    """
    require(post, "patrols.see")
    homes = Household.objects.filter(households_in(post, grid))
    return sorted(_doors(homes, row), key=lambda door: order_of(door.standing, today=today))


def door(post: Post, household_id: int, row: Round | None) -> Door:
    """One household's door; raises NotAllowed outside the post's reach."""
    require(post, "patrols.see")
    return _doors(Household.objects.filter(pk=reached(post, household_id).pk), row, whatever=True)[0]


def _doors(homes: QuerySet[Household], row: Round | None, *, whatever: bool = False) -> list[Door]:
    last = Entry.objects.filter(household=OuterRef("pk")).order_by("-on", "-id").values("pk")[:1]
    found = {h.pk: Door(h, first_day=row.starts_on if row else None) for h in homes}
    newest = dict(homes.annotate(newest=Subquery(last)).values_list("pk", "newest"))
    about = set(in_scope(row).filter(pk__in=found).values_list("pk", flat=True)) if row else set(found)
    for task in Task.objects.filter(household__in=found, state=Task.State.OPEN).order_by("due_at", "pk"):
        found[task.household_id].tasks.append(task)
    for clue in Clue.objects.filter(household__in=found, state=State.OPEN).order_by("due_on", "pk"):
        found[clue.household_id or 0].clues.append(clue)
    for group in KeyGroup.objects.filter(household__in=found):
        found[group.household_id].groups.append(group)
    if row is not None:
        for walked in Walked.objects.filter(round=row, household__in=found).select_related("entry"):
            found[walked.household_id].walked = walked.entry
    entries = Entry.objects.in_bulk([number for number in newest.values() if number])
    for one in found.values():
        one.last = entries.get(newest.get(one.household.pk) or 0)
        one.groups.sort(key=lambda group: (-rank_of([group.group]), group.group))
    return [one for pk, one in found.items() if whatever or pk in about or one.tasks or one.clues]


@dataclass(frozen=True)
class HouseholdPatrols:
    """A household's patrols, newest first, its key groups in the order of visiting, and its open urgent looks."""

    entries: list[Entry]
    groups: list[KeyGroup]
    tasks: list[Task]


def patrols_of(post: Post, household_id: int, *, limit: int = SHOWN) -> HouseholdPatrols:
    """What a household's page shows; raises NotAllowed outside the post's reach."""
    require(post, "patrols.see")
    home = reached(post, household_id)
    entries = Entry.objects.filter(household=home).select_related("round").order_by("-on", "-id")[:limit]
    groups = sorted(KeyGroup.objects.filter(household=home), key=lambda g: (-rank_of([g.group]), g.group))
    tasks = Task.objects.filter(household=home, state=Task.State.OPEN).order_by("due_at")
    return HouseholdPatrols(list(entries), groups, list(tasks))


def round_of(post: Post, number: int | None, today: date) -> Round | None:
    """The round a page shows: the named one, else this week's, else the newest; None before the first.

    Raises Refusal for a number that no round has.
    """
    require(post, "patrols.see")
    if number is not None:
        row = Round.objects.filter(pk=number).first()
        if row is None:
            raise Refusal("没有这一轮排查", place="排查轮次", remedy="请从轮次列表选择")
        return row
    weekly = running(today).filter(kind=Round.Kind.WEEKLY).first()
    return weekly or Round.objects.filter(starts_on__lte=today).order_by("-starts_on", "-pk").first()


def rounds_running(post: Post, today: date) -> list[Round]:
    """The rounds of a day that concern the post's place, campaigns first."""
    rows = running(today).order_by("kind", "-pk")
    return [row for row in rows if concerns(post, row)]


def concerns(post: Post, row: Round) -> bool:
    """Whether a round has anything to do with the post's place."""
    if not row.divisions or post.role in WHOLE_COUNTY:
        return True
    mine, places = post.division, tree()
    return any(code in places.path(mine) or mine in places.path(code) for code in row.divisions)


def rounds_page(post: Post, *, after: tuple[date, int] | None = None, limit: int = 31) -> Sequence[Round]:
    """All rounds, newest first, paged by first day and number."""
    require(post, "patrols.see")
    rows = Round.objects.order_by("-starts_on", "-pk")
    if after is not None:
        day, number = after
        rows = rows.filter(Q(starts_on__lt=day) | Q(starts_on=day, pk__lt=number))
    return list(rows[:limit])
