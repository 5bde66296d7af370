"""Lists: the sheets a post sees, what waits for it, look-backs, hand-overs. Paged by key, a fixed number of queries."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, QuerySet

from sangesan.accounts.models import Post
from sangesan.accounts.permissions import require
from sangesan.accounts.queries import holding
from sangesan.leadership.queries import held_rows
from sangesan.leadership.units import Unit, unit, unit_of_post
from sangesan.supervision.domain import CLOCK_RUNS, State
from sangesan.supervision.models import OPEN, HandOver, LookBack, Sheet
from sangesan.supervision.permissions import SUPERVISORS, seats_held, visible_sheets
from sangesan.supervision.queries import overdue_now
from sangesan.supervision.sheet_page import HandLine, hand_line
from sangesan.supervision.table import BLUE, ORDER, load_table
from sangesan.supervision.telling import TOP_SEATS
from sangesan.supervision.words import number_of

MOST_WAITING = 30
TO_RECEIVE, TO_RECTIFY, TO_SIGN, TO_REVIEW, TO_ANSWER = "签收", "整改", "签发", "审核整改", "答复延期"
Role = Post.Role


@dataclass(frozen=True)
class Line:
    """A sheet in a list. what: what waits for the post, "" in the list of all; late: days overdue, 0 for none."""

    sheet: Sheet
    number: str
    unit_title: str
    late: int
    what: str = ""


@dataclass(frozen=True)
class Filters:
    """How a list is narrowed; empty: not at all. unit: a key; state: a state, or "open"."""

    colour: str = ""
    unit: str = ""
    state: str = ""
    overdue: bool = False
    own: bool = False


def listed(post: Post, filters: Filters, *, today: date, after: int | None, limit: int) -> list[Line]:
    """The sheets a post sees, newest first, from after a key."""
    rows = _narrowed(visible_sheets(require(post, "supervision.see")), post, filters, today)
    if after is not None:
        rows = rows.filter(pk__lt=after)
    return [_line(sheet, today) for sheet in rows.select_related("person").order_by("-pk")[:limit]]


def tallies(post: Post, filters: Filters, *, today: date) -> dict[str, dict[str, int]]:
    """By colour: open, overdue, closed; of what the post sees, narrowed by unit only."""
    rows = _narrowed(visible_sheets(post), post, Filters(unit=filters.unit, own=filters.own), today)
    counted = rows.values("colour").annotate(
        open=Count("pk", filter=Q(state__in=OPEN)),
        overdue=Count("pk", filter=overdue_now(today)),
        closed=Count("pk", filter=Q(state=State.CLOSED)),
    )
    found = {row["colour"]: {key: row[key] for key in ("open", "overdue", "closed")} for row in counted.order_by()}
    return {colour: found.get(colour, {"open": 0, "overdue": 0, "closed": 0}) for colour in ORDER}


def waiting(post: Post, today: date) -> list[Line]:
    """What waits for this post, the most pressing first: to receive and correct, to sign, to review, to answer."""
    rows = waiting_rows(post, today).select_related("person").order_by("due_on", "pk")[:MOST_WAITING]
    return [_line(sheet, today, _what(post, sheet)) for sheet in rows]


def waiting_rows(post: Post, today: date) -> QuerySet[Sheet]:
    """The sheets on which it is this post's turn."""
    if post.role not in SUPERVISORS:
        own = unit_of_post(post)
        mine = Q(person=post) | Q(unit=own.key if own else "", state__in=[State.RECEIVED, State.RETURNED])
        return (
            visible_sheets(post).filter(mine, state__in=list(CLOCK_RUNS))
            if post.role != Role.GRID
            else Sheet.objects.none()
        )
    held, table = seats_held(post, today), load_table()
    signs = [colour for colour in ORDER if held & set(table.signers(colour))]
    closes = [colour for colour in ORDER if held & set(table.colours[colour].closed_by)]
    mine = Q(signed_by=post.pk) | Q(drafted_by=post.pk) if closes == [BLUE] else Q()
    asked = Q(state=State.RECTIFIED) | Q(state__in=list(CLOCK_RUNS), extension_asked__isnull=False)
    return Sheet.objects.filter(Q(state=State.DRAFT, colour__in=signs) | (Q(colour__in=closes) & asked & mine))


def look_back_rows(post: Post, *, done: bool, after: int | None, limit: int) -> list[LookBack]:
    """Look-backs a post sees: those due by their day, or those done, the newest first."""
    rows = LookBack.objects.filter(sheet__in=visible_sheets(require(post, "supervision.see")))
    rows = rows.select_related("sheet__person", "raised")
    if not done:
        return list(rows.filter(result="").order_by("due_on", "pk")[:limit])
    rows = rows.exclude(result="")
    if after is not None:
        rows = rows.filter(pk__lt=after)
    return list(rows.order_by("-pk")[:limit])


def hand_over_rows(post: Post, *, after: int | None, limit: int) -> list[HandLine]:
    """Hand-overs, open ones included, newest first; supervisors and receivers only."""
    require(post, "supervision.hand_over")
    rows = HandOver.objects.select_related("sheet__person")
    if after is not None:
        rows = rows.filter(pk__lt=after)
    return [hand_line(row) for row in rows.order_by("-pk")[:limit]]


def people_of(key: str, on: date) -> list[Post]:
    """The posts of a unit that can be a sheet's person on a day: whoever heads the unit first. Raises Refusal."""
    where = unit(key)
    roles = {"department": Q(role=Role.DEPARTMENT, department=where.code), "county": Q(role=Role.COUNTY)}
    of_unit = roles.get(where.kind, Q(role=where.kind, division=where.code))
    heads = set(
        held_rows(on).filter(seat=TOP_SEATS.get(where.kind, ""), scope=where.code).values_list("post", flat=True)
    )
    return sorted(holding(on).filter(of_unit), key=lambda post: (post.pk not in heads, post.pk))


def chosen_units(post: Post) -> list[Unit]:
    """The units one may filter by: those that have sheets the post sees."""
    keys = visible_sheets(post).values_list("unit", flat=True).distinct()
    return sorted((unit(key) for key in keys), key=lambda one: (one.kind != "town", one.kind, one.code))


def _narrowed(rows: QuerySet[Sheet], post: Post, filters: Filters, today: date) -> QuerySet[Sheet]:
    if filters.colour:
        rows = rows.filter(colour=filters.colour)
    if filters.unit:
        rows = rows.filter(unit=filters.unit)
    if filters.state == "open":
        rows = rows.filter(state__in=OPEN)
    elif filters.state:
        rows = rows.filter(state=filters.state)
    if filters.overdue:
        rows = rows.filter(overdue_now(today))
    own = unit_of_post(post) if filters.own else None
    return rows.filter(unit=own.key) if own else rows


def _line(sheet: Sheet, today: date, what: str = "") -> Line:
    late = 0
    if sheet.due_on is not None and State(sheet.state) in CLOCK_RUNS:
        late = max(0, (today - sheet.due_on).days)
    return Line(sheet, number_of(sheet), unit(sheet.unit).title, late, what)


def _what(post: Post, sheet: Sheet) -> str:
    if sheet.state == State.DRAFT:
        return TO_SIGN
    if post.role in SUPERVISORS:
        return TO_REVIEW if sheet.state == State.RECTIFIED else TO_ANSWER
    return TO_RECEIVE if sheet.state == State.ISSUED else TO_RECTIFY
