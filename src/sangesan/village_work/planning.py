"""Adopting a plan, such as the one against seasonal shortage of water: measures, who answers, when it is looked at again."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sangesan.accounts.acting import acting
from sangesan.accounts.models import Post
from sangesan.accounts.permissions import require
from sangesan.files.attaching import place, prepare
from sangesan.files.models import StoredFile
from sangesan.kernel.refusal import Refusal
from sangesan.village_work.domain import MOST_MEASURES, PlanContent, check_plan
from sangesan.village_work.kind_history import kinds_on
from sangesan.village_work.kinds import Form
from sangesan.village_work.models import Plan
from sangesan.village_work.permissions import reached_village
from sangesan.village_work.words import PLAN, seal

SCAN = StoredFile.Kind.SCAN


def subject_of(plan_id: int) -> str:
    """The subject of a plan's attachments."""
    return f"village_plan:{plan_id}"


def adopt_plan(
    *,
    post: Post,
    village: str,
    kind: str,
    content: PlanContent,
    scans: Sequence[bytes] = (),
    submission: UUID,
    today: date,
    now: datetime,
) -> Plan:
    """A plan, or the reviewed one that follows it; earlier ones stay readable. The same submission gives the same plan.

    Raises Refusal for what is not in order, NotAllowed outside the post's reach.
    """
    require(post, "village_work.log")
    reached_village(post, village)
    there = Plan.objects.filter(submission=submission, post=post.pk).first()
    if there is not None:
        return there
    prepared = [prepare(scan, SCAN) for scan in scans]
    with acting(post, "village_work.log", on=f"division:{village}") as act:
        known = kinds_on(today).get(kind)
        if known is None or known.form != Form.PLAN:
            raise Refusal("没有这项方案", place="职责", remedy="请刷新页面后重选")
        check_plan(content, today=today)
        sealed = {
            "responsible": content.responsible.strip()[:120],
            "situation": content.situation.strip()[:1000],
            "measures": [
                {"what": one.what.strip()[:300], "who": one.who.strip()[:60], "by": one.by.strip()[:60]}
                for one in content.measures[:MOST_MEASURES]
            ],
        }
        plan = Plan.objects.create(
            village=village,
            kind=kind,
            adopted_on=content.adopted_on,
            review_on=content.review_on,
            sealed=seal(PLAN, sealed),
            submission=submission,
            post=post.pk,
            post_title=post.title,
            recorded_at=now,
        )
        for number, scan in enumerate(prepared, start=1):
            place(
                scan, name=f"方案{number}", subject=subject_of(plan.pk), role="scan", added_by=post.pk, now=now
            )
        act.on = subject_of(plan.pk)
        act.detail = {"village": village, "kind": kind, "measures": len(content.measures), "files": len(prepared)}
    return plan
