"""Who answers for a household, what a post answers for and was told, and where nobody is named."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from sangesan.accounts.models import Post
from sangesan.accounts.permissions import NotAllowed, require
from sangesan.accounts.queries import holding
from sangesan.kernel.refusal import Refusal
from sangesan.registry.models import Household
from sangesan.registry.permissions import visible_households
from sangesan.responsibility import domain
from sangesan.responsibility.domain import Line
from sangesan.responsibility.filling import open_slots
from sangesan.responsibility.models import Agreement, Duty, Told
from sangesan.responsibility.permissions import belongs, place_of, reached_told, watched

COUNT_LIMIT = 10_000


@dataclass(frozen=True)
class Answering:
    """One row of "who answers": post None and names "" where nobody is named. since: from when; place: a division."""

    line: Line
    duty: domain.Duty
    role: domain.Role
    place: str
    post: Post | None = None
    since: date | None = None

    @property
    def name(self) -> str:
        """The holder's name; "" for nobody."""
        return self.post.user.name if self.post and self.post.user else ""


def answering(household_id: int, on: date) -> list[Answering]:
    """The rows a household needs with who holds them on a day, gaps included. The caller has checked the reach."""
    household = Household.objects.get(pk=household_id)
    return answering_rows(household, on)


def answering_rows(household: Household, on: date) -> list[Answering]:
    """The same for a household at hand: one query."""
    held = {(d.line, d.duty, d.role): d for d in _held_on(on).filter(household=household).select_related("post__user")}
    rows = []
    for line, duty, role in domain.slots(household.relocated):
        row = held.get((line, duty, role))
        place = place_of(household, line)
        rows.append(Answering(line, duty, role, place, row.post if row else None, row.valid_from if row else None))
    return rows


def former_duties(household_id: int) -> list[Duty]:
    """Rows that have ended, newest first."""
    rows = Duty.objects.filter(household=household_id, valid_to__isnull=False, valid_to__gt=F("valid_from"))
    return list(rows.select_related("post__user").order_by("-valid_to", "-pk")[:50])


def lead_of(household_id: int, duty: str, on: date) -> Post | None:
    """The post that leads a duty on a day; None where nobody is named."""
    rows = _held_on(on).filter(household=household_id, duty=duty, role=domain.Role.LEAD)
    row = rows.select_related("post__user").order_by("-valid_from", "-pk").first()
    return row.post if row else None


def duties_of(post: Post, on: date) -> QuerySet[Duty]:
    """What a post answers for on a day, with the households, by number of the row."""
    return _held_on(on).filter(post=post).select_related("household").order_by("pk")


def households_by_post(posts: Iterable[int], on: date) -> dict[int, int]:
    """How many households each of the posts answers for on a day; posts with none are left out."""
    rows = _held_on(on).filter(post__in=list(posts)).values_list("post_id")
    return dict(rows.annotate(n=Count("household_id", distinct=True)).order_by())


def title_of_line(household: Household, line: Line, on: date) -> str:
    """The title of who answers for a line on a day, leading rows first; "" where nobody is named."""
    rows = [row for row in answering_rows(household, on) if row.line == line and row.post]
    rows.sort(key=lambda row: row.role != domain.Role.LEAD)
    return rows[0].post.title if rows and rows[0].post else ""


def _held_on(on: date) -> QuerySet[Duty]:
    return Duty.objects.filter(Q(valid_to=None) | Q(valid_to__gt=on), valid_from__lte=on)


def open_told(post: Post) -> QuerySet[Told]:
    """What the post's place was told and has not acknowledged, the most urgent first."""
    rows = reached_told(require(post, "responsibility.see")).filter(acknowledged_at=None)
    return rows.select_related("household").order_by("due_on", "pk")


@dataclass(frozen=True)
class ToldPage:
    """One page of what waits to be acknowledged. next: key of the next page or ""."""

    rows: list[Told]
    next: str


def told_page(post: Post, *, after: str = "", limit: int = 50) -> ToldPage:
    """`open_told` by pages; `after` is a page's `next`; raises Refusal for a broken one."""
    rows = open_told(post)
    if after:
        due, number = _key(after)
        rows = rows.filter(Q(due_on__gt=due) | Q(due_on=due, pk__gt=number))
    found = list(rows[: limit + 1])
    more = found[limit - 1] if len(found) > limit else None
    return ToldPage(found[:limit], f"{more.due_on.isoformat()}.{more.pk}" if more else "")


def _key(after: str) -> tuple[date, int]:
    try:
        due, number = after.split(".")
        return date.fromisoformat(due), int(number)
    except ValueError:
        raise Refusal("翻页的位置认不出", remedy="请回到列表第一页") from None


def told_of(household_id: int) -> list[Told]:
    """All that either line of a household was told, newest first. The caller has checked the reach."""
    return list(Told.objects.filter(household=household_id).order_by("-told_at", "-pk")[:50])


def agreements_of(household_id: int) -> list[Agreement]:
    """The records of talks between both lines, newest first. The caller has checked the reach."""
    return list(Agreement.objects.filter(household=household_id).order_by("-held_on", "-pk")[:50])


@dataclass(frozen=True)
class Waiting:
    """Counts for a desk, each up to COUNT_LIMIT. one_sided: relocated households with nobody on one of the lines."""

    told: int
    told_overdue: int
    gaps: int
    one_sided: int


def waiting(post: Post, *, today: date) -> Waiting:
    """What the post's place has not acknowledged, and where somebody is missing: four queries."""
    told = open_told(post).order_by()
    return Waiting(
        told=told.values("pk")[:COUNT_LIMIT].count(),
        told_overdue=told.filter(due_on__lt=today).values("pk")[:COUNT_LIMIT].count(),
        gaps=_lacking(post).values("pk")[:COUNT_LIMIT].count(),
        one_sided=_one_sided(post).values("pk")[:COUNT_LIMIT].count(),
    )


@dataclass(frozen=True)
class Gap:
    """A household with rows nobody holds. side: the line with nobody at all, where it was relocated."""

    household: Household
    missing: list[domain.Slot]
    side: Line | None
    named: list[tuple[str, str, str]] = field(default_factory=list)

    @property
    def pk(self) -> int:
        """The key by which lists are paged."""
        return self.household.pk

    def lacks(self, line: str) -> list[domain.Slot]:
        """The missing rows of one line."""
        return [slot for slot in self.missing if slot[0] == line]


def gaps(post: Post, *, only_one_sided: bool = False, after: int | None = None, limit: int = 50) -> list[Gap]:
    """Relocated and monitored households in reach for which somebody is missing now, by number; two queries."""
    rows = _one_sided(post) if only_one_sided else _lacking(post)
    if after is not None:
        rows = rows.filter(pk__gt=after)
    found = list(rows.order_by("pk")[:limit])
    held = open_slots([h.pk for h in found])
    return [_gap(household, held.get(household.pk, set())) for household in found]


def _gap(household: Household, held: set[tuple[str, str, str]]) -> Gap:
    moved = household.relocated
    return Gap(household, domain.missing(moved, held), domain.one_sided(moved, held), sorted(held))


def _lacking(post: Post) -> QuerySet[Household]:
    """Watched households with an expected row that nobody holds."""
    relocated = ~Q(village=F("residence"))
    lacks = (relocated & _any_missing(domain.slots(relocated=True))) | (
        ~relocated & _any_missing(domain.slots(relocated=False))
    )
    return watched(require(post, "responsibility.see")).filter(lacks)


def _one_sided(post: Post) -> QuerySet[Household]:
    """Relocated households with nobody at all on one of the lines."""
    nobody = Q()
    for line in Line:
        nobody |= ~Q(Exists(Duty.objects.filter(household=OuterRef("pk"), line=line, valid_to=None)))
    return watched(require(post, "responsibility.see")).exclude(village=F("residence")).filter(nobody)


def _any_missing(slots: Iterable[domain.Slot]) -> Q:
    lacks = Q()
    for line, duty, role in slots:
        there = Duty.objects.filter(household=OuterRef("pk"), line=line, duty=duty, role=role, valid_to=None)
        lacks |= ~Q(Exists(there))
    return lacks


def household_in_reach(post: Post, household_id: int) -> Household:
    """A household the post may see; raises NotAllowed (also where it does not exist)."""
    rows = visible_households(require(post, "responsibility.see"))
    found = rows.filter(pk=household_id).first()
    if found is None:
        raise NotAllowed("没有这一户，或不在您的管理范围内", remedy="请从您的农户列表进入")
    return found


def candidates(household: Household, on: date) -> dict[Line, Sequence[Post]]:
    """The posts one may name for each line of a household: its village, its grid, the town above."""
    lines = [Line.ORIGIN, Line.RESIDENCE] if household.relocated else [Line.ORIGIN]
    places = {place_of(household, line) for line in lines} | {household.town, household.residence_town}
    roles = [Post.Role.VILLAGE, Post.Role.GRID, Post.Role.TOWN]
    order = list(roles)
    posts = list(holding(on).filter(role__in=roles, division__in=places).order_by("pk"))
    posts.sort(key=lambda p: (order.index(Post.Role(p.role)), p.pk))
    return {line: [p for p in posts if belongs(p, household, line)] for line in lines}
