"""What can be done with draws: handing in commitments, showing secrets, opening; fixing and voiding stand beside.

The county's time counts, not the clock's.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction

from sangesan.accounts.acting import acting
from sangesan.accounts.models import Post
from sangesan.accounts.permissions import require
from sangesan.alerts.moment import county_now
from sangesan.draws.domain import (
    OFFICES,
    PoolItem,
    State,
    commitment_of,
    digest_in_form,
    result,
    secret_in_form,
    seed_of,
)
from sangesan.draws.fixing import attempt_of, draw_again, fix, locked, void_late
from sangesan.draws.models import Commitment, Draw
from sangesan.draws.permissions import require_office
from sangesan.draws.sealed_fields import SECRET
from sangesan.kernel.refusal import Refusal
from sangesan.kernel.sealing import Keyring

MOST_AHEAD = 60


@dataclass(frozen=True)
class Ahead:
    """A commitment handed in for a draw that is not fixed yet. period: 2022-W40."""

    purpose: str
    period: str
    digest: str


def commit(*, post: Post, draw: Draw, office: str, digest: str, now: datetime) -> Commitment:
    """An office hands in the fingerprint of its secret, which it keeps. Raises Refusal when late or done already."""
    require(post, "draws.commit")
    require_office(post, office, now=now)
    given = digest_in_form(digest)
    with acting(post, "draws.commit", on=f"draw:{draw.number}") as act:
        held = locked(draw)
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
        held = locked(draw)
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
        held = locked(draw)
        if held.released_at is None:
            held.released_at = county_now(now)
            held.save(update_fields=["released_at"])
    return held


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


__all__ = ["Ahead", "attempt_of", "commit", "commit_ahead", "draw_again", "fix", "release", "reveal", "void_late"]
