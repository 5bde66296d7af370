"""How far a round has come, and what is left: per town, village or grid, the whole county in four queries."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, fields
from datetime import date, datetime, time
from typing import Any

from django.db.models import Count, Exists, F, FilteredRelation, OuterRef, Prefetch, Q, QuerySet

from sangesan.accounts.models import Post
from sangesan.accounts.permissions import NotAllowed, require
from sangesan.kernel.refusal import Refusal
from sangesan.patrols.domain import ABSENT, CHANGED, CLUE
from sangesan.patrols.models import Entry, KeyGroup, Round, Task, Walked
from sangesan.patrols.rounds import in_scope
from sangesan.regions.models import Grid
from sangesan.regions.queries import CHINA, county, tree
from sangesan.registry.models import Household
from sangesan.registry.permissions import WHOLE_COUNTY

FURTHER = (CHANGED, CLUE, ABSENT)  # results beside "nothing changed"


@dataclass
class Figures:
    """Of one place in one round. changes, clues: entries; absent: households where only nobody was found so far.

    done, late: urgent looks of the round's days that were taken; late: still open or taken after their hour.
    """

    grids: int = 0
    grids_reported: int = 0
    households: int = 0
    walked: int = 0
    key: int = 0
    key_walked: int = 0
    changes: int = 0
    clues: int = 0
    absent: int = 0
    tasks_open: int = 0
    tasks_done: int = 0
    tasks_late: int = 0

    @property
    def left(self) -> int:
        return self.households - self.walked

    @property
    def share(self) -> float | None:
        """Households walked of all, in percent; None where the round is about nobody here."""
        return 100 * self.walked / self.households if self.households else None

    def add(self, other: "Figures") -> None:
        for one in fields(self):
            setattr(self, one.name, getattr(self, one.name) + getattr(other, one.name))


@dataclass(frozen=True)
class Line:
    """One child place with its figures. level: town, village, community or grid."""

    code: str
    name: str
    level: str
    figures: Figures


@dataclass(frozen=True)
class Coverage:
    """A place in a round: its own figures and its children's. place: a division's code, or a grid's of a grid worker."""

    round: Round
    place: str
    name: str
    total: Figures
    lines: list[Line]


def home_place(post: Post) -> str:
    """The place whose coverage a post looks at first."""
    return post.grid or post.division or county().code


def coverage(post: Post, row: Round, place: str, *, now: datetime) -> Coverage:
    """A place's figures and its children's (county: towns, town: villages, village: grids).

    Households count where they live now. Raises NotAllowed outside the post's reach, Refusal for an unknown place.
    """
    require(post, "patrols.see")
    where = households_in(post, place)
    by_grid = _by_grid(row, where, now)
    places = tree()
    lines: dict[str, Figures] = defaultdict(Figures)
    names = dict(Grid.objects.filter(**_grids(place)).values_list("code", "name"))
    total = Figures()
    for grid, figures in by_grid.items():
        lines[_child(place, grid)].add(figures)
        total.add(figures)
    made = [Line(code, names.get(code) or places.names.get(code, code), _level(code), f) for code, f in lines.items()]
    title = names.get(place) or places.full_name(place)
    return Coverage(row, place, title, total, sorted(made, key=lambda line: line.code))


def left(
    post: Post, row: Round, place: str, *, key_only: bool = False, after: int | None = None, limit: int = 51
) -> list[Household]:
    """Households of a place that nobody met yet in a round, by number; with `tried`: somebody was there in vain."""
    require(post, "patrols.see")
    rows = in_scope(row).filter(households_in(post, place)).filter(~Exists(_walked(row)))
    if key_only:
        rows = rows.filter(Exists(KeyGroup.objects.filter(household=OuterRef("pk"))))
    if after is not None:
        rows = rows.filter(pk__gt=after)
    tried = Entry.objects.filter(household=OuterRef("pk"), on__range=(row.starts_on, row.ends_on))
    return list(rows.annotate(tried=Exists(tried)).prefetch_related("key_groups").order_by("pk")[:limit])


def waiting(post: Post, place: str, *, after: int | None = None, limit: int = 51) -> list[Household]:
    """Households of a place with an urgent visit not yet made, by number, whatever the round; `urgent`: those visits."""
    require(post, "patrols.see")
    tasks = Task.objects.filter(state=Task.State.OPEN)
    rows = Household.objects.filter(households_in(post, place)).filter(Exists(tasks.filter(household=OuterRef("pk"))))
    if after is not None:
        rows = rows.filter(pk__gt=after)
    urgent = Prefetch("patrol_tasks", queryset=tasks.order_by("due_at", "pk"), to_attr="urgent")
    return list(rows.prefetch_related("key_groups", urgent).order_by("pk")[:limit])


def households_in(post: Post, place: str) -> Q:
    """Which households live in a place, when the post may look at it; raises NotAllowed, Refusal."""
    places = tree()
    if place == county().code:
        allowed, where = post.role in WHOLE_COUNTY, Q()
    elif "-" in place:
        village = place.rpartition("-")[0]
        allowed = post.grid == place if post.grid else _reaches(post, village)
        where = Q(grid=place)
    elif places.levels.get(place) == "town":
        allowed, where = _reaches(post, place), Q(residence_town=place)
    elif place in places.levels:
        allowed, where = _reaches(post, place), Q(residence=place)
    else:
        raise Refusal("没有这个地方", place="地方", remedy="请从排查进度页进入")
    if not allowed:
        raise NotAllowed("这个地方不在您的管理范围内", remedy="请从排查进度页进入")
    return where


def _reaches(post: Post, code: str) -> bool:
    return not post.grid and (post.role in WHOLE_COUNTY or post.division in tree().path(code))


def _grids(place: str) -> dict[str, Any]:
    """Which grids' names a page needs: only a village's page shows grids."""
    return {"code": place} if "-" in place else {"division": place}


def _child(place: str, grid: str) -> str:
    """The child of a place that a grid lies in."""
    village = grid.rpartition("-")[0]
    level = tree().levels.get(place)
    if level == "county":
        return tree().town_of(village)
    return village if level == "town" else grid


def _level(code: str) -> str:
    return "grid" if "-" in code else tree().levels.get(code, "village")


def _walked(row: Round) -> QuerySet[Walked]:
    return Walked.objects.filter(round=row, household=OuterRef("pk"))


def _by_grid(row: Round, where: Q, now: datetime) -> dict[str, Figures]:
    """The figures of each grid of a place, from four queries."""
    found: dict[str, Figures] = defaultdict(Figures)
    homes = in_scope(row).filter(where)
    met = homes.annotate(met=FilteredRelation("walked_rounds", condition=Q(walked_rounds__round=row)))
    for grid, number, walked in met.values_list("grid").annotate(Count("pk"), Count("met__pk")).order_by():
        figures = found[grid]
        figures.grids, figures.grids_reported = 1, int(walked > 0)
        figures.households, figures.walked = number, walked
    keys = met.filter(pk__in=KeyGroup.objects.values("household"))
    for grid, number, walked in keys.values_list("grid").annotate(Count("pk"), Count("met__pk")).order_by():
        found[grid].key, found[grid].key_walked = number, walked
    for grid, result, number, unmet in _further(row, homes):
        figures = found[grid]
        figures.changes += number if result == CHANGED else 0
        figures.clues += number if result == CLUE else 0
        figures.absent += unmet if result == ABSENT else 0
    for grid, waiting, done, late in _tasks(row, homes, now):
        figures = found[grid]
        figures.tasks_open, figures.tasks_done, figures.tasks_late = waiting, done, late
    return found


def _further(row: Round, homes: QuerySet[Household]) -> Iterable[tuple[str, str, int, int]]:
    """grid, result, entries, households that only such an entry knows."""
    entries = Entry.objects.filter(result__in=FURTHER, on__range=(row.starts_on, row.ends_on), household__in=homes)
    met = Walked.objects.filter(round=row, household=OuterRef("household"))
    unmet = Count("household", distinct=True, filter=Q(met=False))
    rows = entries.annotate(met=Exists(met), lives=F("household__grid")).values_list("lives", "result")
    return rows.annotate(number=Count("pk"), unmet=unmet).order_by()


def _tasks(row: Round, homes: QuerySet[Household], now: datetime) -> Iterable[tuple[str, int, int, int]]:
    """grid, open, done and late: what is open, and what was assigned in the round's days."""
    since, until = (datetime.combine(day, edge, CHINA) for day, edge in _edges(row))
    tasks = Task.objects.filter(household__in=homes).exclude(state=Task.State.CLOSED)
    tasks = tasks.filter(Q(state=Task.State.OPEN) | Q(made_at__range=(since, until)))
    waiting, done = Q(state=Task.State.OPEN), Q(state=Task.State.DONE)
    late = Q(waiting, due_at__lt=now) | Q(done, done_at__gt=F("due_at"))
    rows = tasks.annotate(lives=F("household__grid")).values_list("lives")
    counts = {"waiting": waiting, "done": done, "late": late}
    return rows.annotate(**{name: Count("pk", filter=which) for name, which in counts.items()}).order_by()


def _edges(row: Round) -> tuple[tuple[date, time], tuple[date, time]]:
    return (row.starts_on, time.min), (row.ends_on, time.max)
