"""Taking a seat and leaving it. A new holder of a seat for one ends the former's term the day before."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction

from sangesan.accounts.acting import acting
from sangesan.accounts.models import Post
from sangesan.accounts.permissions import NotAllowed
from sangesan.kernel.refusal import Refusal
from sangesan.leadership.models import Seat
from sangesan.leadership.seats import Scope, SeatKind, check_scope, fits, held_title, seat_kind
from sangesan.regions.queries import tree

SHORTEST_DOCUMENT, LONGEST_DOCUMENT = 2, 120
BATCH = 500
OF_TOWNS = {Scope.VILLAGE}  # the seats that a town records itself, in its own villages


@dataclass(frozen=True)
class Taking:
    """A post takes a seat over a scope from a day on. document: by which it was decided (县委〔2022〕1号)."""

    seat: str
    scope: str
    holder: Post
    from_day: date
    document: str


def take_seat(*, post: Post, seat: str, scope: str, holder: Post, from_day: date, document: str, now: datetime) -> Seat:
    """A post takes a seat from a day on; the same again gives the same row.

    Raises Refusal where post and seat do not fit, where the post's own term does not cover the day, or where a later term
    is known already; NotAllowed for another town's seats.
    """
    return take_seats(post=post, takings=[Taking(seat, scope, holder, from_day, document)], now=now)[0]


def take_seats(*, post: Post, takings: Sequence[Taking], now: datetime) -> list[Seat]:
    """Many seats as one act, all or none: as a whole list is decided by one paper. As `take_seat`."""
    on = f"seat:{takings[0].seat}" if len(takings) == 1 else "seats:list"
    with acting(post, "leadership.seat", on=on) as act:
        checked = [_checked(post, one) for one in takings]
        known = _known(takings)
        rows = [_take(kind, one, known, post, now) for kind, one in zip(checked, takings, strict=True)]
        _keep(rows)
        act.detail = {"seats": [[row.seat, row.scope, row.post_id, row.valid_from.isoformat()] for row in rows]}
        if len(rows) == 1:
            act.on = f"seat:{rows[0].pk}"
    return rows


def end_seat(*, post: Post, seat_id: int, last_day: date, document: str, now: datetime) -> Seat:
    """Ends a term after its last day; the seat is empty from then on. Raises Refusal, NotAllowed."""
    with acting(post, "leadership.seat", on=f"seat:{seat_id}") as act:
        row = Seat.objects.select_for_update().filter(pk=seat_id).first()
        if row is None:
            raise NotAllowed("没有这条任职", remedy="请从“职务和任期”进入")
        _in_reach(post, seat_kind(row.seat), row.scope)
        if row.valid_to is not None:
            raise Refusal(f"这条任职已于 {row.valid_to} 结束", place="任期", remedy="请刷新页面")
        if last_day < row.valid_from:
            raise Refusal(f"任职从 {row.valid_from} 开始，不能在这之前结束", place="任期", remedy="请核对最后一天")
        close_term(row, last_day, _document(document), post, now)
        act.detail = {"seat": row.seat, "scope": row.scope, "to": last_day.isoformat()}
    return row


def may_seat(post: Post, kind: SeatKind, scope: str) -> bool:
    """Whether a post records who holds this seat: the county all, a town those over its villages."""
    if post.role != Post.Role.TOWN:
        return True
    return kind.scope in OF_TOWNS and tree().town_of(scope) == post.division


def _in_reach(post: Post, kind: SeatKind, scope: str) -> None:
    if not may_seat(post, kind, scope):
        raise NotAllowed(f"“{post.title}”不能登记{held_title(kind.code, scope)}", remedy="请由县专班登记")


def _holder_fits(kind: SeatKind, scope: str, holder: Post, from_day: date) -> None:
    title = held_title(kind.code, scope)
    if not fits(kind, scope, holder):
        allowed = "、".join(str(Post.Role(role).label) for role in kind.roles)
        raise Refusal(f"“{holder.title}”不能担任{title}", place="担任的岗位", remedy=f"应是该范围的{allowed}岗位")
    if holder.user is None or not holder.held_on(from_day):
        raise Refusal(f"“{holder.title}”在 {from_day} 不在岗", place="任职日期", remedy="请核对岗位的任期")


def _document(document: str) -> str:
    text = document.strip()
    if not SHORTEST_DOCUMENT <= len(text) <= LONGEST_DOCUMENT:
        raise Refusal("没有写依据的文件", place="依据", remedy="如“县委〔2022〕1号”，120个字以内")
    return text


def _checked(post: Post, one: Taking) -> SeatKind:
    kind = seat_kind(one.seat)
    check_scope(kind, one.scope)
    _in_reach(post, kind, one.scope)
    _holder_fits(kind, one.scope, one.holder, one.from_day)
    _document(one.document)
    return kind


def _known(takings: Sequence[Taking]) -> dict[tuple[str, str], list[Seat]]:
    """The terms known of the seats asked for, locked."""
    seats, places = {one.seat for one in takings}, {one.scope for one in takings}
    found: defaultdict[tuple[str, str], list[Seat]] = defaultdict(list)
    for row in Seat.objects.select_for_update().filter(seat__in=seats, scope__in=places).order_by("pk"):
        found[(row.seat, row.scope)].append(row)
    return found


def _take(kind: SeatKind, one: Taking, known: dict[tuple[str, str], list[Seat]], post: Post, now: datetime) -> Seat:
    """The new term, not kept yet; the former holder's ends the day before."""
    terms = known[(kind.code, one.scope)]
    rivals = [row for row in terms if kind.sole or row.post_id == one.holder.pk]
    for row in rivals:
        if (row.post_id, row.valid_from, row.valid_to) == (one.holder.pk, one.from_day, None):
            return row
    if any(row.valid_from >= one.from_day for row in rivals):
        later = max(row.valid_from for row in rivals)
        raise Refusal(
            f"{held_title(kind.code, one.scope)}已有从 {later} 开始的任职",
            place="任职日期",
            remedy="请填更晚的日期；登记错的请先结束那条任职",
        )
    for row in rivals:
        if row.valid_to is None or row.valid_to >= one.from_day:
            close_term(row, one.from_day - timedelta(days=1), one.document.strip(), post, now)
    new = Seat(
        seat=kind.code,
        scope=one.scope,
        sole=kind.sole,
        post=one.holder,
        valid_from=one.from_day,
        document=one.document.strip(),
        recorded_by=post.pk,
        recorded_by_title=post.title,
        recorded_at=now,
    )
    terms.append(new)
    return new


def _keep(rows: Sequence[Seat]) -> None:
    """Writes the new terms. Of two that take a seat at once the second is refused."""
    try:
        with transaction.atomic():
            Seat.objects.bulk_create([row for row in rows if row.pk is None], batch_size=BATCH)
    except IntegrityError:
        raise Refusal("这个职务刚由别人登记", place="职务", remedy="请刷新页面后再看") from None


def close_term(row: Seat, last_day: date, document: str, post: Post, now: datetime) -> None:
    """Ends a term within an act that is under way; a row that is not kept yet is only marked."""
    row.valid_to, row.end_document, row.ended_by_title, row.ended_at = last_day, document, post.title, now
    if row.pk is not None:
        row.save(update_fields=["valid_to", "end_document", "ended_by_title", "ended_at"])
