"""One's own desk: what is due, overdue and waiting for others, in a number of queries that does not grow with the work."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db.models import Case as When
from django.db.models import Count, F, IntegerField, Q, QuerySet, Value
from django.db.models import When as If

from sangesan.accounts.models import Post
from sangesan.accounts.permissions import require
from sangesan.cases.models import Case
from sangesan.cases.permissions import decided_by, visible_cases
from sangesan.cases.procedure import TRANSITIONS, forward
from sangesan.cases.states import ENDED, STATE_TITLES, State
from sangesan.kernel.refusal import Refusal

ROLE_OF_POST = {Post.Role.COUNTY: "county", Post.Role.TOWN: "town", Post.Role.VILLAGE: "village", Post.Role.GRID: "grid"}
COUNT_LIMIT = 10_000


def own_states(post: Post) -> tuple[State, ...]:
    """The states in which the next step is this post's role's to take (a town's own, not what it may enter for villages)."""
    role = ROLE_OF_POST.get(Post.Role(post.role), "")
    lead = {state: line.roles for state in State if (line := forward(state)) is not None}
    own = []
    for state, roles in lead.items():
        if role == "town" and "village" in roles:
            continue
        if role in roles and state != State.ASSISTED:
            own.append(state)
    return tuple(own) + ((State.UNREACHABLE,) if role in {"grid", "village"} else ())


@dataclass(frozen=True)
class Tally:
    """One state on a desk: how many cases, how many of them overdue."""

    state: State
    title: str
    cases: int
    overdue: int
    own: bool


@dataclass(frozen=True)
class Desk:
    """tallies: every live state with cases; own work first. due: the first of one's own by day; papers: green channel."""

    tallies: list[Tally]
    due: list[Case]
    papers_open: int
    papers_overdue: int

    @property
    def own(self) -> list[Tally]:
        return [t for t in self.tallies if t.own]

    @property
    def others(self) -> list[Tally]:
        return [t for t in self.tallies if not t.own]

    @property
    def waiting(self) -> int:
        return sum(t.cases for t in self.own)

    @property
    def overdue(self) -> int:
        return sum(t.overdue for t in self.own)


def desk(post: Post, *, today: date, first: int = 8) -> Desk:
    """Three queries whatever the county's size: tallies by state, the first cases due, the green channel's papers.

    What the other line of a relocated household decides waits for others, not for oneself.
    """
    require(post, "cases.see")
    rows, own = visible_cases(post).exclude(state__in=[*ENDED, State.TRACKED]), own_states(post)
    ours, late = decided_by(post), Q(step_due__lt=today)
    wanted = {
        "n": Count("pk"), "overdue": Count("pk", filter=late), "ours": Count("pk", filter=ours),
        "ours_overdue": Count("pk", filter=ours & late),
    }  # fmt: skip
    counted = {row["state"]: row for row in rows.values("state").annotate(**wanted)}
    papers = rows.filter(_papers_wanted()).aggregate(n=Count("pk"), overdue=Count("pk", filter=Q(papers_due__lt=today)))
    mine = rows.filter(ours, state__in=own).select_related("household").order_by("step_due", "id")
    return Desk(
        tallies=[tally for state in State if state in counted for tally in _tallies(state, counted[state], state in own)],
        due=list(mine[:first]),
        papers_open=papers["n"],
        papers_overdue=papers["overdue"],
    )


def _papers_wanted() -> Q:
    """Cases helped by the green channel whose procedure has still to be made up for."""
    return Q(papers_due__isnull=False, enrolled_on=None) & ~Q(state__in=[*ENDED, State.TRACKED])


def _tallies(state: State, row: Mapping[str, Any], own: bool) -> Iterator[Tally]:
    """One's own and others' of a state; none of no cases."""
    mine, late = (row["ours"], row["ours_overdue"]) if own else (0, 0)
    for number, overdue, whose in ((mine, late, True), (row["n"] - mine, row["overdue"] - late, False)):
        if number:
            yield Tally(state, STATE_TITLES[state], number, overdue, whose)


@dataclass(frozen=True)
class Filters:
    """What a list of cases is narrowed to. own: only what is this post's to do; due: overdue|week; text: head or code;
    papers: green channel cases whose papers are still to come.
    """

    state: str = ""
    place: str = ""
    due: str = ""
    text: str = ""
    own: bool = False
    papers: bool = False


def work(post: Post, filters: Filters, *, today: date, after: str = "", limit: int = 50) -> tuple[list[Case], str]:
    """A page of cases by the step's day (those without one last), then number, and the next page's key ("" at the end)."""
    rows = _narrowed(visible_cases(require(post, "cases.see")), post, filters, today)
    rows = rows.annotate(undated=When(If(step_due=None, then=Value(1)), default=Value(0), output_field=IntegerField()))
    if after:
        undated, due, pk = _key(after)
        later = Q(undated__gt=undated) | Q(undated=undated, pk__gt=pk, **({} if due is None else {"step_due": due}))
        rows = rows.filter(later | Q(undated=undated, step_due__gt=due) if due else later)
    page = rows.select_related("household").order_by("undated", F("step_due"), "pk")[: limit + 1]
    found: list[Case] = [*page]
    if len(found) <= limit:
        return found, ""
    last = found[limit - 1]
    return found[:limit], f"{last.step_due.isoformat() if last.step_due else ''}.{last.pk}"


def _narrowed(rows: QuerySet[Case], post: Post, filters: Filters, today: date) -> QuerySet[Case]:
    rows = rows.filter(state__in=filters.state.split(",")) if filters.state else rows.exclude(state__in=ENDED)
    if filters.own:
        rows = rows.filter(decided_by(post), state__in=own_states(post))
    if filters.place:
        rows = rows.filter(Q(village=filters.place) | Q(town=filters.place))
    if filters.due == "overdue":
        rows = rows.filter(step_due__lt=today)
    if filters.papers:
        rows = rows.filter(_papers_wanted())
    if filters.text:
        words = filters.text.strip()
        rows = rows.filter(Q(household__head_name__startswith=words) | Q(household__code__startswith=words))
    return rows


def counts(post: Post, filters: Filters, *, today: date) -> dict[str, int]:
    """Cases by state under the same filters, the state's own left out; ended ones with them. One query."""
    rows = visible_cases(require(post, "cases.see"))
    narrowed = _narrowed(rows, post, replace(filters, state=",".join(State)), today)
    return dict(narrowed.values_list("state").annotate(n=Count("pk")).order_by())


def _key(after: str) -> tuple[int, date | None, int]:
    try:
        due, pk = after.split(".")
        return (0, date.fromisoformat(due), int(pk)) if due else (1, None, int(pk))
    except ValueError:
        raise Refusal("翻页的位置认不出", remedy="请回到列表第一页") from None


def acts_open_to(case: Case, role: str) -> Sequence[str]:
    """The table's acts from where a case stands for a role, for the page to offer."""
    return [line.act for (state, _), line in TRANSITIONS.items() if state == case.state and role in line.roles]
