"""The work list, its counts and one clue's page."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet

from sangesan.accounts.models import Post
from sangesan.accounts.permissions import NotAllowed, require
from sangesan.clues.domain import State, channels
from sangesan.clues.models import Clue, Evidence, Scope, Sighting
from sangesan.clues.permissions import COUNTY, scope_of, visible_clues
from sangesan.kernel.refusal import Refusal

COUNT_LIMIT = 10_000
EXPORT_LIMIT = 50_000


@dataclass(frozen=True)
class Filters:
    """What a list is narrowed to; empty means all. place: a town's or village's code; due: overdue|week."""

    state: str = State.OPEN
    channel: str = ""
    line: str = ""
    risk: str = ""
    place: str = ""
    due: str = ""
    text: str = ""
    rule: str = ""


@dataclass(frozen=True)
class Page:
    """One page of a list. rows: scope rows with their clue and household; next: key of the next page or ""."""

    rows: list[Scope]
    next: str

    @property
    def clues(self) -> list[Clue]:
        return [row.clue for row in self.rows]


def work_list(post: Post, filters: Filters, *, today: date, after: str = "", limit: int = 50) -> Page:
    """The post's clues by due date, then number. `after` is a page's `next`; raises Refusal for a broken one."""
    rows = _narrowed(require(post, "clues.see"), filters, today)
    if after:
        due, clue = _key(after)
        rows = rows.filter(Q(due_on__gt=due) | Q(due_on=due, clue_id__gt=clue))
        rows = rows.filter(due_on__gte=due)  # lets the index start there
    found = list(rows.select_related("clue", "clue__household").order_by("due_on", "clue_id")[: limit + 1])
    more = found[limit - 1] if len(found) > limit else None
    return Page(found[:limit], f"{more.due_on.isoformat()}.{more.clue_id}" if more else "")


def all_rows(post: Post, filters: Filters, *, today: date) -> list[Clue]:
    """All clues of a list, at most EXPORT_LIMIT, for `actions.export_clues`."""
    rows = _narrowed(require(post, "clues.export"), filters, today).select_related("clue", "clue__household")
    return [row.clue for row in rows.order_by("due_on", "clue_id")[:EXPORT_LIMIT]]


def counts(post: Post, filters: Filters, *, today: date) -> dict[str, int]:
    """Clues by state under the same filters (the state's own left out); counting stops at COUNT_LIMIT."""
    require(post, "clues.see")
    result = {}
    for state in State:
        rows = _narrowed(post, Filters(**{**vars(filters), "state": state}), today)
        result[str(state)] = rows.values("pk")[:COUNT_LIMIT].count()
    return result


def _narrowed(post: Post, filters: Filters, today: date) -> QuerySet[Scope]:
    scope = scope_of(post)
    rows = Scope.objects.filter(scope=scope) if scope else Scope.objects.none()
    rows = rows.filter(state=filters.state) if filters.state else rows
    if filters.due == "overdue":
        rows = rows.filter(due_on__lt=today)
    if filters.due == "week":
        rows = rows.filter(due_on__gte=today, due_on__lt=today + timedelta(days=7))
    exact = {"clue__channel": filters.channel, "clue__risk": filters.risk}
    rows = rows.filter(**{k: v for k, v in exact.items() if v})
    if filters.line:
        of_line = [c.code for c in channels().values() if c.line == filters.line]
        rows = rows.filter(clue__channel__in=of_line)
    if filters.place:
        rows = rows.filter(clue__scopes__scope=filters.place)
    if filters.rule:
        rows = rows.filter(clue__evidence__rule=filters.rule).distinct()
    if filters.text:
        words = filters.text.strip()
        rows = rows.filter(Q(clue__household__head_name__startswith=words) | Q(clue__household__code__startswith=words))
    return rows


def _key(after: str) -> tuple[date, int]:
    try:
        due, clue = after.split(".")
        return date.fromisoformat(due), int(clue)
    except ValueError:
        raise Refusal("翻页的位置认不出", remedy="请回到列表第一页") from None


@dataclass(frozen=True)
class CluePage:
    """A clue with its evidence and sightings, and other live clues of the same household."""

    clue: Clue
    evidence: list[Evidence]
    others: list[Clue]
    sightings: list[Sighting]


def clue_page(post: Post, clue_id: int) -> CluePage:
    """One clue; raises NotAllowed outside the post's reach (also where it does not exist)."""
    require(post, "clues.see")
    clue = visible_clues(post).select_related("household", "visit").filter(pk=clue_id).first()
    if clue is None:
        raise NotAllowed("没有这条线索，或不在您的管理范围内", remedy="请从您的线索列表进入")
    others = []
    if clue.household_id:
        others = list(visible_clues(post).filter(household=clue.household_id).exclude(pk=clue.pk).order_by("-id")[:20])
    sightings = list(clue.sightings.order_by("seen_on", "id"))
    return CluePage(clue, list(clue.evidence.select_related("run").order_by("id")), others, sightings)


def clues_of_household(post: Post, household_id: int) -> list[Clue]:
    """All clues of a household that the post may see, newest first."""
    return list(visible_clues(post).filter(household=household_id).order_by("-id")[:50])


def open_by_channel() -> Mapping[str, int]:
    """Live clues of the county by channel."""
    rows = Clue.objects.filter(state__in=[State.OPEN, State.CONFIRMED]).values_list("channel").annotate(n=Count("pk"))
    return dict(rows)


def state_by_town() -> dict[str, dict[str, Any]]:
    """For each town: clues by state (led by where the household lives)."""
    result: dict[str, dict[str, Any]] = {}
    for town, state, n in Clue.objects.values_list("town", "state").annotate(n=Count("pk")):
        result.setdefault(town, {})[state] = n
    return result


def overdue(today: date) -> int:
    """Open clues of the county past their day."""
    return Scope.objects.filter(scope=COUNTY, state=State.OPEN, due_on__lt=today).count()
