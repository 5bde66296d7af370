"""Draws as they may be seen: lists, the published record from which anybody repeats a draw, what the offices owe."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sangesan.accounts.models import Post
from sangesan.accounts.permissions import require
from sangesan.alerts.moment import county_now
from sangesan.draws.domain import METHODS, OFFICES, SEATS, Owed, PoolItem, State, chances
from sangesan.draws.domain import verify as verify  # noqa: PLC0414  part of this face
from sangesan.draws.models import Commitment, Draw
from sangesan.draws.permissions import is_public, known_to, sees_whole
from sangesan.kernel.refusal import Refusal
from sangesan.leadership.queries import holds
from sangesan.regions.queries import today

PURPOSES = {"weekly_village": "每周随机村", "inspection": "督查抽样"}
SEALED_TITLE = "保密抽签"  # of one that is not public yet: what for, how and how many are nobody else's to know
PAGE = 40


@dataclass(frozen=True)
class Line:
    """A draw in a list. whole: pool and result may be seen; waits: what is owed, by whom (office codes); overdue."""

    draw: Draw
    whole: bool
    owed: Owed | None
    waits: tuple[str, ...]
    overdue: bool

    @property
    def title(self) -> str:
        """The draw's title; a hidden one has none."""
        return self.draw.title if self.whole else SEALED_TITLE

    @property
    def sealed_result(self) -> bool:
        """Whether both offices have shown their secrets while the rest stays hidden from this post."""
        return not self.whole and self.draw.state == State.DONE


def outcome(draw: Draw) -> tuple[str, ...] | None:
    """The codes drawn, in order; None while there is no result. The caller sees to who may know."""
    return tuple(draw.result) if draw.state == State.DONE and draw.result is not None else None


def draw_of(purpose: str, period: str) -> Draw | None:
    """The newest draw of a purpose and period, void ones too; None where there is none."""
    return Draw.objects.filter(purpose=purpose, period=period).order_by("-number").first()


def found(text: str, *, purpose: str = "weekly_village") -> Draw:
    """The draw that a number (12) or a week (2022-W37) names; raises Refusal where there is none."""
    given = text.strip()
    draw = Draw.objects.filter(number=int(given)).first() if given.isdecimal() else draw_of(purpose, given)
    if draw is None:
        raise Refusal(f"没有“{given}”的抽签", place="抽签", remedy="请写抽签号（如 12）或周次（如 2022-W37）")
    return draw


def line(post: Post, draw: Draw, now: datetime) -> Line:
    """One draw as this post sees it."""
    return _line(post, draw, county_now(now))


def _line(post: Post, draw: Draw, moment: datetime) -> Line:
    owed, waits = waiting(draw)
    until = draw.commit_by if owed == Owed.COMMIT else draw.reveal_by
    return Line(draw, sees_whole(post, draw, moment), owed, waits, owed is not None and moment > until)


def draws(post: Post, *, purpose: str = "", before: int | None = None, now: datetime, limit: int = PAGE) -> list[Line]:
    """Draws, the newest first, from below a number on. Of one purpose: without those hidden from this post."""
    require(post, "draws.see")
    moment = county_now(now)
    rows = Draw.objects.select_related("after").prefetch_related("commitments").order_by("-number")
    if purpose:
        rows = rows.filter(known_to(post, moment), purpose=purpose)
    if before is not None:
        rows = rows.filter(number__lt=before)
    return [_line(post, draw, moment) for draw in rows[:limit]]


def waiting(draw: Draw) -> tuple[Owed | None, tuple[str, ...]]:
    """What an open draw waits for and the offices that owe it; (None, ()) once it has ended."""
    if draw.state != State.OPEN:
        return None, ()
    rows = {one.office: one for one in draw.commitments.all()}
    missing = tuple(office for office in OFFICES if office not in rows)
    if missing:
        return Owed.COMMIT, missing
    return Owed.REVEAL, tuple(office for office in OFFICES if rows[office].revealed_at is None)


def overdue(moment: datetime) -> bool:
    """Whether an open draw's deadline has passed at this moment of the county."""
    rows = Draw.objects.filter(state=State.OPEN, commit_by__lt=moment).prefetch_related("commitments")
    return any(waiting(draw)[0] == Owed.COMMIT or draw.reveal_by < moment for draw in rows)


def offices_of(post: Post, now: datetime) -> tuple[str, ...]:
    """The offices that a post heads now."""
    return tuple(office for office, seat in SEATS.items() if holds(post, seat, on=today(now)))


def owed_by(post: Post, now: datetime) -> list[Line]:
    """The open draws that wait for an office which this post heads, the most urgent first."""
    mine = set(offices_of(post, now))
    if not mine:
        return []
    rows = Draw.objects.filter(state=State.OPEN).prefetch_related("commitments").order_by("commit_by", "number")
    moment = county_now(now)
    return [one for draw in rows if mine & set((one := _line(post, draw, moment)).waits)]


def ahead_of(office: str) -> list[Commitment]:
    """An office's commitments for draws that are not fixed yet, by period."""
    return list(Commitment.objects.filter(draw=None, office=office).order_by("purpose", "period"))


def published(draw: Draw, *, post: Post | None = None, now: datetime | None = None) -> dict[str, Any]:
    """The record of a draw from which anybody repeats it. As docs/handbook/dispatch.md tells.

    post: whose view (None: everybody's). While the draw is secret for them there is only its number, how far it has come,
    the digest and what the offices handed in: the rest (what for, how, how many, when fixed, pool, result) is None.
    Secrets stand in it only when both are shown.
    """
    moment = county_now(now) if now is not None else None
    whole = draw.secret_until is None or draw.released_at is not None
    if moment is not None:
        whole = sees_whole(post, draw, moment) if post is not None else is_public(draw, moment)
    rows = {one.office: one for one in draw.commitments.all()}
    done = draw.state == State.DONE
    return {
        "number": draw.number,
        "purpose": draw.purpose if whole else None,
        "period": draw.period if whole else None,
        "title": draw.title if whole else SEALED_TITLE,
        "state": draw.state,
        "method": draw.method if whole else None,
        "size": draw.size if whole else None,
        "pool_digest": draw.pool_digest,
        "salt": draw.salt if whole else None,
        "pool": draw.pool if whole else None,
        "fixed_at": draw.fixed_at.isoformat() if whole else None,
        "commitments": {office: _handed_in(rows[office]) for office in OFFICES if office in rows},
        "secrets": {office: rows[office].secret for office in OFFICES} if done and whole else None,
        "seed": draw.seed or None if whole else None,
        "result": draw.result if whole else None,
        "chances": stated_chances(draw) if whole else None,
        "missing": [{"office": office, "name": OFFICES[office], "owed": draw.owed} for office in draw.missing],
        "after": draw.after.number if draw.after else None,
    }


def stated_chances(draw: Draw) -> dict[str, str]:
    """Each item's chance as a fraction in lowest terms ("3/40"), by code."""
    pool = [PoolItem(*row) for row in draw.pool]
    return {code: f"{c.numerator}/{c.denominator}" for code, c in chances(pool, draw.size, draw.method).items()}


def method_title(draw: Draw) -> str:
    """等概率, 按风险加权, ..."""
    return METHODS.get(draw.method, draw.method)


def _handed_in(row: Commitment) -> Mapping[str, Any]:
    return {
        "digest": row.digest,
        "at": row.committed_at.isoformat(),
        "ahead": row.ahead,
        "revealed_at": row.revealed_at.isoformat() if row.revealed_at else None,
    }


__all__: Sequence[str] = [
    "PURPOSES", "SEALED_TITLE", "Line", "ahead_of", "draw_of", "draws", "found", "line", "method_title", "offices_of", "outcome",
    "overdue", "owed_by", "published", "stated_chances", "verify", "waiting",
]  # fmt: skip
