"""A walk in one go: what changed at the door goes into the register, then the entry; and a whole visit as an entry."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from django.db import transaction

from sangesan.accounts.models import Post
from sangesan.accounts.permissions import may, require
from sangesan.kernel.refusal import Refusal
from sangesan.patrols.actions import oldest_day, record_entry
from sangesan.patrols.domain import CHANGED, CLUE, SAME
from sangesan.patrols.models import Entry
from sangesan.registry.changing import change_fields
from sangesan.registry.permissions import visible_households
from sangesan.visits.domain import AT_RISK, OUTCOMES, Conclusion
from sangesan.visits.models import Visit


def record_walk(
    *,
    post: Post,
    household_id: int,
    result: str,
    on: date,
    words: str = "",
    purposes: Sequence[str] = (),
    tasks: Collection[int] | None = None,
    round_id: int | None = None,
    changes: Mapping[str, Any] | None = None,
    based_on: Mapping[str, int] | None = None,
    clue: tuple[str, str, date | None] | None = None,
    now: datetime,
    today: date,
) -> Entry:
    """`record_entry` with changes of the register's fields ({"living.safe_water": False}), together or not at all.

    based_on: the versions of the sections in sight. Raises Refusal where somebody changed the same field meanwhile:
    somebody at a screen looks again; a phone's clash is kept instead (field).
    """
    require(post, "patrols.record")
    names: tuple[str, ...] = ()
    with transaction.atomic():
        if changes and result in {CHANGED, CLUE}:
            done = change_fields(
                post=post,
                household_id=household_id,
                changes=changes,
                based_on=based_on or {},
                on=on,
                now=now,
                today=today,
            )
            if done.clashes:
                raise Refusal("您打开页面之后又有人改过其中的项", place="变化", remedy="请刷新页面，看过新的内容后再填")
            names = (*done.taken, *done.same)
        return record_entry(
            post=post,
            household_id=household_id,
            result=result,
            on=on,
            words=words,
            purposes=purposes,
            tasks=tasks,
            round_id=round_id,
            changed=names,
            clue=clue,
            now=now,
            today=today,
        )


def entry_of_visit(*, post: Post, visit: Visit, now: datetime, today: date) -> Entry | None:
    """The patrol entry of a whole visit: who was met for one purpose need not be walked to again for the round.

    Found risk stands as a change, with the visit's conclusion; the clue is the visit's own matter. None where the post
    does not patrol, does not reach the household, or the visit is older than what may still be recorded. Idempotent.
    """
    known = Entry.objects.filter(visit=visit.pk).first()
    if known is not None:
        return known
    if not may(post, "patrols.record") or not oldest_day(today) <= visit.visited_on <= today:
        return None
    if not visible_households(post).filter(pk=visit.household_id).exists():
        return None
    outcome = Conclusion(visit.conclusion)
    result = CHANGED if outcome in AT_RISK else SAME
    return record_entry(
        post=post,
        household_id=visit.household_id,
        result=result,
        on=visit.visited_on,
        words=f"入户核查：{OUTCOMES[outcome]}" if result == CHANGED else "",
        purposes=visit.purposes,
        visit=visit.pk,
        now=now,
        today=today,
    )
