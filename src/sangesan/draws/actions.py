"""Fixing a draw, handing in commitments, showing secrets, voiding what ran late. The county's time counts, not the clock's."""

import secrets as randomness
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.conf import settings
from django.db import IntegrityError, transaction

from sangesan.accounts.acting import acting
from sangesan.accounts.models import Post
from sangesan.accounts.permissions import require
from sangesan.alerts.moment import county_now
from sangesan.amendments.queries import parameter_book
from sangesan.draws.domain import (
    OFFICES,
    Owed,
    PoolItem,
    State,
    check_pool,
    commitment_of,
    digest_in_form,
    pool_digest,
    result,
    secret_in_form,
    seed_of,
)
from sangesan.draws.models import Commitment, Draw
from sangesan.draws.permissions import require_office
from sangesan.draws.sealed_fields import SECRET
from sangesan.kernel.refusal import Refusal
from sangesan.kernel.sealing import Keyring

COMMIT_HOURS, REVEAL_HOURS, ATTEMPTS = "draw_commit_hours", "draw_reveal_hours", "draw_attempts"
FALLBACK = {COMMIT_HOURS: 48, REVEAL_HOURS: 24, ATTEMPTS: 3}
SALT_BYTES = 16
MOST_AHEAD = 60
TRIES = 5  # to get a number when others fix draws at once


@dataclass(frozen=True)
class Ahead:
    """A commitment handed in for a draw that is not fixed yet. period: 2022-W40."""

    purpose: str
    period: str
    digest: str


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
        before = _locked(draw)
        if before.state != State.VOID:
            raise Refusal("这次抽签没有作废，不能重抽", place="抽签", remedy="结果出来以后不能重抽")
        there = Draw.objects.filter(after=before).first()
        if there is not None:
            return there
        new = _again(before, post, now)
        act.detail = {"again": new.number}
    return new


def commit(*, post: Post, draw: Draw, office: str, digest: str, now: datetime) -> Commitment:
    """An office hands in the fingerprint of its secret, which it keeps. Raises Refusal when late or done already."""
    require(post, "draws.commit")
    require_office(post, office, now=now)
    given = digest_in_form(digest)
    with acting(post, "draws.commit", on=f"draw:{draw.number}") as act:
        held = _locked(draw)
        there = Commitment.objects.filter(draw=held, office=office).first()
        if there is not None:
            if there.digest == given:
                return there
            raise Refusal(f"{OFFICES[office]}已经交存过密数指纹", place="密数指纹", remedy="交存以后不能更换")
        _open_until(held, held.commit_by, now, "交存")
        _fresh(given)
        _two_people(held, office, post)
        made = _kept(held, held.purpose, held.period, office, given, post, now)
        act.detail = {"office": office, "digest": given}
    return made


def commit_ahead(*, post: Post, office: str, rows: Iterable[Ahead], now: datetime) -> list[Commitment]:
    """Commitments for draws of the coming weeks, all or none. The same again changes nothing. Raises Refusal, NotAllowed."""
    require(post, "draws.commit")
    require_office(post, office, now=now)
    wanted = list(rows)
    if not 1 <= len(wanted) <= MOST_AHEAD:
        raise Refusal(f"一次交存 1 到 {MOST_AHEAD} 期", place="密数指纹", remedy="请分次交存")
    made = []
    with acting(post, "draws.commit", on=f"draw_office:{office}") as act:
        for row in wanted:
            given = digest_in_form(row.digest)
            there = Commitment.objects.filter(purpose=row.purpose, period=row.period, office=office).first()
            if there is not None and there.digest == given:
                made.append(there)
                continue
            if there is not None or Draw.objects.filter(purpose=row.purpose, period=row.period).exists():
                raise Refusal(f"{row.period} 已经抽签或已经交存过", place=row.period, remedy="请从下一期开始交存")
            _fresh(given)
            made.append(_kept(None, row.purpose, row.period, office, given, post, now))
        act.detail = {"office": office, "periods": [row.period for row in wanted]}
    return made


def reveal(*, post: Post, draw: Draw, office: str, secret: str, now: datetime) -> Draw:
    """An office shows its secret once both fingerprints are there; the second to do so ends the draw.

    The first secret stays sealed until the second is there, so that nobody sees the result before deciding to show. A
    secret that does not fit its fingerprint is refused. Raises Refusal, NotAllowed.
    """
    require(post, "draws.commit")
    require_office(post, office, now=now)
    given = secret_in_form(secret)
    with acting(post, "draws.commit", on=f"draw:{draw.number}") as act:
        held = _locked(draw)
        handed_in = {one.office: one for one in held.commitments.all()}
        mine = handed_in.get(office)
        if mine is None or commitment_of(given) != mine.digest:
            raise Refusal("密数与交存的指纹不符", place="密数", remedy="请选择交存指纹时下载的那个密数文件")
        if mine.revealed_at is not None:
            return held
        _open_until(held, held.reveal_by, now, "公开")
        if set(handed_in) != set(OFFICES):
            raise Refusal("另一个办公室还没有交存指纹", place="密数", remedy="双方都交存以后才能公开")
        mine.sealed = Keyring.load(settings.HOME).seal(SECRET, given.encode())
        mine.revealed_at, mine.revealed_by = county_now(now), post.pk
        mine.save()
        if all(one.revealed_at is not None for one in handed_in.values()):
            _end(held, handed_in, county_now(now))
        act.detail = {"office": office, "state": held.state}
    return held


def release(*, post: Post, draw: Draw, now: datetime) -> Draw:
    """Opens a secret draw's pool and result to everybody, when what was drawn has begun. Safe to repeat."""
    with acting(post, "draws.fix", on=f"draw:{draw.number}", reason="公布"):
        held = _locked(draw)
        if held.released_at is None:
            held.released_at = county_now(now)
            held.save(update_fields=["released_at"])
    return held


def void_late(*, post: Post, now: datetime) -> list[Draw]:
    """Voids the draws whose deadline has passed, names the offices that failed, and fixes the same pool anew.

    After as many attempts as the parameter says, the next one waits for a person. The draws that were voided.
    """
    moment = county_now(now)
    late = [draw for draw in Draw.objects.filter(state=State.OPEN, commit_by__lt=moment) if _owed(draw, moment)]
    voided = []
    for one in late:
        with acting(post, "draws.fix", on=f"draw:{one.number}", reason="逾期作废") as act:
            held = _locked(one)
            if held.state != State.OPEN or (owed := _owed(held, moment)) is None:
                continue
            held.state, held.ended_at = State.VOID, moment
            held.owed, held.missing = owed[0], owed[1]
            held.save()
            act.detail = {"owed": owed[0], "missing": owed[1]}
            if attempt_of(held) < _parameter(ATTEMPTS, moment.date()):
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
    draft.commit_by = moment + timedelta(hours=_parameter(COMMIT_HOURS, moment.date()))
    draft.reveal_by = draft.commit_by + timedelta(hours=_parameter(REVEAL_HOURS, moment.date()))
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


def _end(draw: Draw, handed_in: dict[str, Commitment], moment: datetime) -> None:
    """Both secrets are there: opens them, makes the seed, draws."""
    keys = Keyring.load(settings.HOME)
    shown = {office: keys.open(SECRET, bytes(one.sealed or b"")).decode() for office, one in handed_in.items()}
    for office, one in handed_in.items():
        one.secret = shown[office]
        one.save(update_fields=["secret"])
    draw.seed = seed_of(draw.number, draw.purpose, draw.period, draw.pool_digest, shown)
    draw.result = list(result([PoolItem(*row) for row in draw.pool], draw.size, draw.method, draw.seed))
    draw.state, draw.ended_at = State.DONE, moment
    draw.save()


def _owed(draw: Draw, moment: datetime) -> tuple[Owed, list[str]] | None:
    """What was not done in time, and by which offices; None where nothing is late."""
    rows = {one.office: one for one in draw.commitments.all()}
    if moment > draw.commit_by and (missing := [office for office in OFFICES if office not in rows]):
        return Owed.COMMIT, missing
    unshown = [office for office in OFFICES if office not in rows or rows[office].revealed_at is None]
    return (Owed.REVEAL, unshown) if moment > draw.reveal_by and unshown else None


def _locked(draw: Draw) -> Draw:
    return Draw.objects.select_for_update(of=("self",)).get(pk=draw.pk)


def _open_until(draw: Draw, until: datetime, now: datetime, what: str) -> None:
    if draw.state != State.OPEN:
        raise Refusal(
            f"这次抽签已经{'完成' if draw.state == State.DONE else '作废'}", place="抽签", remedy="请刷新页面"
        )
    if county_now(now) > until:
        raise Refusal(f"{what}的期限已过", place="抽签", remedy="本次作废后按原范围另行抽签，请在新的一次中办理")


def _fresh(digest: str) -> None:
    """A secret is used once: a fingerprint seen before is no secret any more."""
    if Commitment.objects.filter(digest=digest).exists():
        raise Refusal("这个密数指纹已经用过", place="密数指纹", remedy="请重新生成密数，每次抽签用新的密数")


def _two_people(draw: Draw, office: str, post: Post) -> None:
    others = draw.commitments.exclude(office=office).values_list("post", flat=True)
    users = set(Post.objects.filter(pk__in=list(others)).values_list("user_id", flat=True))
    if post.user_id in users:
        raise Refusal("两个办公室的密数不能由同一个人交存", place="密数指纹", remedy="请由另一办公室的负责人交存")


def _kept(
    draw: Draw | None, purpose: str, period: str, office: str, digest: str, post: Post, now: datetime
) -> Commitment:
    try:
        with transaction.atomic():
            return Commitment.objects.create(
                draw=draw,
                purpose=purpose,
                period=period,
                office=office,
                digest=digest,
                ahead=draw is None,
                committed_at=county_now(now),
                post=post.pk,
                post_title=post.title,
            )
    except IntegrityError:
        raise Refusal(f"{OFFICES[office]}已经交存过密数指纹", place="密数指纹", remedy="请刷新页面") from None


def _parameter(code: str, on: date) -> int:
    value = parameter_book().value(code, on)
    return int(value.value) if value else FALLBACK[code]
