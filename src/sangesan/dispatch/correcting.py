"""Corrections of closed figures: they stand beside the frozen number, with who, why and both values; it never changes."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sangesan.accounts.acting import acting
from sangesan.accounts.models import Post
from sangesan.accounts.permissions import require
from sangesan.dispatch.frozen import frozen
from sangesan.dispatch.models import Correction, Snapshot
from sangesan.dispatch.told_words import CORRECTION, opened, seal
from sangesan.figures.catalogue import COUNT, SHARE, Figure, catalogue, figure
from sangesan.figures.counted import Parts, Value
from sangesan.kernel.refusal import Refusal

SHORTEST_WHY, LONGEST_WHY = 4, 500
MOST = 10_000_000


@dataclass(frozen=True)
class Corrected:
    """One correction as it is shown."""

    row: Correction
    figure: Figure
    place_name: str
    old: Value
    new: Value
    why: str


def correct(
    *, post: Post, snapshot: Snapshot, key: str, code: str, new: Parts, why: str, submission: UUID, now: datetime
) -> Correction:
    """Records what a figure of a place (unit) should be, people included; places above follow by the difference.

    Sent twice, it is recorded once. Raises Refusal for a figure or place that the closed period does not have, numbers
    that cannot be, a missing reason, and where nothing would change; NotAllowed.
    """
    require(post, "dispatch.correct")
    known = Correction.objects.filter(submission=submission).first()
    if known is not None:
        return known
    one = figure(code)
    with acting(post, "dispatch.correct", on=f"snapshot:{snapshot.pk}") as act:
        # one after another: each says what it found
        Snapshot.objects.select_for_update().get(pk=snapshot.pk)
        held = frozen(snapshot, place=key)
        row = held.rows.get(key)
        if row is None or code not in snapshot.figures or row.level not in one.levels:
            raise Refusal(f"这一期没有这里的“{one.title}”", place="指标和地方", remedy="请从统计表中点开要更正的数字")
        old = held.best(code, key).parts
        _in_order(one, old, new, why)
        made = Correction.objects.create(
            snapshot=snapshot,
            key=key,
            figure=code,
            old=list(old),
            new=list(new),
            sealed=seal(CORRECTION, {"why": why.strip()}),
            submission=submission,
            post=post.pk,
            post_title=post.title,
            recorded_at=now,
        )
        act.detail = {"key": key, "figure": code, "old": list(old), "new": list(new)}
    return made


def corrections(snapshot: Snapshot, *, keys: set[str] | None = None) -> list[Corrected]:
    """Corrections of a closed period (of some places), the newest first."""
    rows = list(snapshot.corrections.order_by("-id"))
    if keys is not None:
        rows = [row for row in rows if row.key in keys]
    names = dict(snapshot.rows.filter(key__in={row.key for row in rows}).values_list("key", "name"))
    return [
        Corrected(
            row,
            catalogue()[row.figure],
            names.get(row.key, row.key),
            Value(catalogue()[row.figure], Parts(*row.old)),
            Value(catalogue()[row.figure], Parts(*row.new)),
            opened(CORRECTION, row.sealed).get("why", ""),
        )
        for row in rows
        if row.figure in catalogue()
    ]


def _in_order(one: Figure, old: Parts, new: Parts, why: str) -> None:
    if any(not 0 <= part <= MOST for part in new):
        raise Refusal("更正后的数应是不小于0的整数", place="更正为", remedy="请核对后填写")
    if one.shape == COUNT and (new.of, new.of_people) != (new.numerator, new.people):
        raise Refusal("计数的指标只填一个数", place="更正为", remedy="请只填数目（和人数）")
    if one.shape == SHARE and (new.numerator > new.of or new.people > new.of_people):
        raise Refusal("分子大于分母", place="更正为", remedy="请核对分子和分母")
    if not one.people and (new.people or new.of_people):
        raise Refusal("这项指标不计人数", place="人数", remedy="请把人数留空")
    if new == old:
        raise Refusal("更正后的数和现在的一样", place="更正为", remedy="没有变化就不用更正")
    if not SHORTEST_WHY <= len(why.strip()) <= LONGEST_WHY:
        raise Refusal(
            "没有写明为什么更正", place="原因", remedy=f"请写 {SHORTEST_WHY} 到 {LONGEST_WHY} 字，将和更正一起显示"
        )
