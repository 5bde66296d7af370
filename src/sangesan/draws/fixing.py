"""Fixing what is drawn from and how; voiding what ran late and fixing the same pool anew. The county's time counts."""

import secrets as randomness
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import IntegrityError

from sangesan.accounts.acting import acting
from sangesan.accounts.models import Post
from sangesan.accounts.permissions import require
from sangesan.alerts.moment import county_now
from sangesan.amendments.queries import parameter_number
from sangesan.draws.domain import OFFICES, Owed, PoolItem, State, check_pool, pool_digest
from sangesan.draws.models import Commitment, Draw
from sangesan.kernel.refusal import Refusal

COMMIT_HOURS, REVEAL_HOURS, ATTEMPTS = "draw_commit_hours", "draw_reveal_hours", "draw_attempts"
SALT_BYTES = 16
TRIES = 5  # to get a number when others fix draws at once


def fix(
    *,
    post: Post,
    purpose: str,
    period: str,
    title: str,
    pool: Sequence[PoolItem],
    size: int,
    method: str = "equal",
    secret_until: datetime | None = None,
    now: datetime,
) -> Draw:
    """Fixes who can be drawn and how, before any secret is shown; once per purpose and period.

    secret_until: until then only inspectors see pool and result (or until `release`). Commitments handed in ahead are
    taken up. Where the period has a draw that is not void, that one comes back unchanged. Raises Refusal, NotAllowed.
    """
    require(post, "draws.fix")
    if (there := _standing(purpose, period)) is not None:
        return there
    check_pool(pool, size, method)
    if Draw.objects.filter(purpose=purpose, period=period).exists():
        raise Refusal("这一期的抽签已作废", place="抽签", remedy="请在作废的抽签上“按原范围重抽”，范围不能另定")
    salt = randomness.token_hex(SALT_BYTES) if secret_until is not None else ""
    draft = Draw(
        purpose=purpose,
        period=period,
        title=title.strip()[:120],
        method=method,
        size=size,
        salt=salt,
        pool=sorted([item.code, item.weight, item.stratum] for item in pool),
        pool_digest=pool_digest(pool, size, method, salt),
        secret_until=secret_until,
    )
    for attempt in range(TRIES):
        try:
            with acting(post, "draws.fix", on="draw:new") as act:
                _place(draft, post, now)
                act.on = f"draw:{draft.number}"
                act.detail = {"purpose": purpose, "period": period, "pool": len(pool), "digest": draft.pool_digest}
        except IntegrityError:  # another worker fixed the same one, or took the number
            if (there := _standing(purpose, period)) is not None:
                return there
            if attempt == TRIES - 1:
                raise
        else:
            break
    return draft


def draw_again(*, post: Post, draw: Draw, now: datetime) -> Draw:
    """A new draw with a new number over the same pool, after a void one; once. Raises Refusal where it is not void."""
    with acting(post, "draws.fix", on=f"draw:{draw.number}", reason="重抽") as act:
        before = locked(draw)
        if before.state != State.VOID:
            raise Refusal("这次抽签没有作废，不能重抽", place="抽签", remedy="结果出来以后不能重抽")
        there = Draw.objects.filter(after=before).first()
        if there is not None:
            return there
        new = _again(before, post, now)
        act.detail = {"again": new.number}
    return new


def void_late(*, post: Post, now: datetime) -> list[Draw]:
    """Voids the draws whose deadline has passed, names the offices that failed, and fixes the same pool anew.

    After as many attempts as the parameter says, the next one waits for a person. The draws that were voided.
    """
    moment = county_now(now)
    late = [draw for draw in Draw.objects.filter(state=State.OPEN, commit_by__lt=moment) if _owed(draw, moment)]
    voided = []
    for one in late:
        with acting(post, "draws.fix", on=f"draw:{one.number}", reason="逾期作废") as act:
            held = locked(one)
            if held.state != State.OPEN or (owed := _owed(held, moment)) is None:
                continue
            held.state, held.ended_at = State.VOID, moment
            held.owed, held.missing = owed[0], owed[1]
            held.save()
            act.detail = {"owed": owed[0], "missing": owed[1]}
            if attempt_of(held) < parameter_number(ATTEMPTS, moment.date()):
                act.detail["again"] = _again(held, post, now).number
            voided.append(held)
    return voided


def attempt_of(draw: Draw) -> int:
    """Which attempt of its purpose and period a draw is, from 1."""
    return Draw.objects.filter(purpose=draw.purpose, period=draw.period, number__lte=draw.number).count()


def _standing(purpose: str, period: str) -> Draw | None:
    return Draw.objects.filter(purpose=purpose, period=period).exclude(state=State.VOID).first()


def _place(draft: Draw, post: Post, now: datetime) -> None:
    """Numbers and saves a draw, and takes up what was handed in ahead."""
    moment = county_now(now)
    draft.commit_by = moment + timedelta(hours=parameter_number(COMMIT_HOURS, moment.date()))
    draft.reveal_by = draft.commit_by + timedelta(hours=parameter_number(REVEAL_HOURS, moment.date()))
    draft.post, draft.post_title, draft.fixed_at = post.pk, post.title, moment
    last = Draw.objects.select_for_update().order_by("-number").first()
    draft.number = last.number + 1 if last else 1
    draft.save()
    Commitment.objects.filter(draw=None, purpose=draft.purpose, period=draft.period).update(draw=draft)


def _again(before: Draw, post: Post, now: datetime) -> Draw:
    kept = (
        "purpose",
        "period",
        "title",
        "method",
        "size",
        "salt",
        "pool",
        "pool_digest",
        "secret_until",
        "released_at",
    )
    new = Draw(after=before, **{name: getattr(before, name) for name in kept})
    _place(new, post, now)
    return new


def _owed(draw: Draw, moment: datetime) -> tuple[Owed, list[str]] | None:
    """What was not done in time, and by which offices; None where nothing is late."""
    rows = {one.office: one for one in draw.commitments.all()}
    if moment > draw.commit_by and (missing := [office for office in OFFICES if office not in rows]):
        return Owed.COMMIT, missing
    unshown = [office for office in OFFICES if office not in rows or rows[office].revealed_at is None]
    return (Owed.REVEAL, unshown) if moment > draw.reveal_by and unshown else None


def locked(draw: Draw) -> Draw:
    """A draw's row, locked until the act ends."""
    return Draw.objects.select_for_update(of=("self",)).get(pk=draw.pk)
