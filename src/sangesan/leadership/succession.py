"""Handing a post over together with the seats that it holds: as one act, so that no seat is empty in between."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sangesan.accounts.acting import acting
from sangesan.accounts.models import Post
from sangesan.kernel.refusal import Refusal
from sangesan.leadership.actions import Taking, close_term, may_seat, take_seats
from sangesan.leadership.models import Seat
from sangesan.leadership.seats import held_title, seat_kind
from sangesan.responsibility.actions import HandedOver, hand_over


@dataclass(frozen=True)
class Successor:
    """Who takes a post over, from when. username of somebody who has an account, or of a new one with the name."""

    on: date
    username: str
    name: str = ""


@dataclass(frozen=True)
class OpenSeat:
    """A seat that a post holds without an end. movable: whether the one who hands over may record it."""

    pk: int
    title: str
    movable: bool


def open_seats(post: Post, former: Post) -> list[OpenSeat]:
    """The seats of a post that is to be handed over, in the order it took them. The caller has checked the reach."""
    rows = Seat.objects.filter(post=former, valid_to=None).order_by("valid_from", "pk")
    return [
        OpenSeat(row.pk, held_title(row.seat, row.scope), may_seat(post, seat_kind(row.seat), row.scope))
        for row in rows
    ]


def hand_over_with_seats(
    *, post: Post, from_post_id: int, to: Successor, seats: Collection[int], document: str, now: datetime
) -> HandedOver:
    """Hands a post over as `responsibility.actions.hand_over`, and moves these of its seats to the successor's post from
    the same day, all or nothing. What is not moved ends with the former's term. document: by which the seats are filled.

    Raises Refusal for seats that the post does not hold (any more) or that lack a document; NotAllowed.
    """
    if not seats:
        return _handed(post, from_post_id, to, now)
    with acting(post, "leadership.seat", on=f"post:{from_post_id}", reason="移交岗位") as act:
        done = _handed(post, from_post_id, to, now)
        rows = list(
            Seat.objects.select_for_update().filter(post=from_post_id, valid_to=None, pk__in=seats).order_by("pk")
        )
        if len(rows) != len(set(seats)):
            raise Refusal("要移交的职务已有变动", place="职务", remedy="请刷新页面后再移交")
        for row in rows:
            if row.valid_from >= to.on:
                title = held_title(row.seat, row.scope)
                raise Refusal(f"{title}从 {row.valid_from} 才开始任职", place="职务", remedy="请填更晚的移交日期")
            close_term(row, to.on - timedelta(days=1), document.strip(), post, now)
        takings = [Taking(row.seat, row.scope, done.post, to.on, document) for row in rows]
        take_seats(post=post, takings=takings, now=now)
        act.detail = {"to": done.post.pk, "seats": [[row.seat, row.scope] for row in rows]}
    return done


def _handed(post: Post, from_post_id: int, to: Successor, now: datetime) -> HandedOver:
    return hand_over(post=post, from_post_id=from_post_id, on=to.on, now=now, to_username=to.username, to_name=to.name)
