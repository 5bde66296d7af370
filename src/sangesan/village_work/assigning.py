"""Who owes which duty from when: by themselves where the kind says so, by hand elsewhere; kinds the county changes."""

import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sangesan.accounts.acting import acting
from sangesan.accounts.models import Post
from sangesan.accounts.queries import holding
from sangesan.kernel.refusal import Refusal
from sangesan.village_work.applying import owing
from sangesan.village_work.kind_history import histories, kinds_on
from sangesan.village_work.kinds import Kind, content_of, parse_kind, shipped_kinds
from sangesan.village_work.models import Assignment, DutyChange
from sangesan.village_work.permissions import reached_village

CODE = re.compile(r"[a-z][a-z0-9_]{2,39}")
BATCH = 500


def assign_due(*, post: Post, today: date, now: datetime) -> int:
    """Gives every village the duties that its kind or a department's rows lay on it; how many are new. Safe to repeat.

    A duty once laid on a village stays until somebody ends it: a hazard point that left the list is no reason to stop
    looking before a person says so.
    """
    kinds = kinds_on(today)
    with acting(post, "village_work.assign", on="list:duties") as act:
        there = set(Assignment.objects.filter(valid_to=None).values_list("village", "kind"))
        ended = set(Assignment.objects.exclude(valid_to=None).values_list("village", "kind"))
        new = [
            Assignment(
                village=village, kind=code, owed_since=today, valid_from=today, why=why[:120],
                assigned_by=post.pk, assigned_by_title=post.title, recorded_at=now,
            )
            for (village, code), why in sorted(owing(kinds).items())
            if (village, code) not in there | ended
        ]  # fmt: skip
        Assignment.objects.bulk_create(new, batch_size=BATCH)
        act.detail = {"new": len(new)}
    return len(new)


def assign(
    *,
    post: Post,
    village: str,
    kind: str,
    to_post: int | None,
    holder: str,
    why: str,
    from_day: date,
    today: date,
    now: datetime,
) -> Assignment:
    """A duty to a post or to somebody named in words; a village that owes it already goes on owing it since then.

    Raises Refusal for an unknown kind, nobody named, a day before the present owner's first; NotAllowed out of reach.
    """
    with acting(post, "village_work.assign", on=f"division:{village}", reason=why.strip()) as act:
        reached_village(post, village)
        _kind(kind, today)
        owner = _owner(to_post, village, today)
        if owner is None and not holder.strip():
            raise Refusal("没有指定由谁做", place="责任人", remedy="请选一个岗位，或写明是谁，如“村级水管员”")
        if not why.strip():
            raise Refusal("没有写依据", place="依据", remedy="如“村两委分工”“水利局缺水村名单”")
        before = Assignment.objects.select_for_update().filter(village=village, kind=kind, valid_to=None).first()
        if before is not None:
            if from_day < before.valid_from:
                raise Refusal(
                    f"早于现任的开始日期 {before.valid_from}", place="从哪天起", remedy="请填那一天或之后的日期"
                )
            Assignment.objects.filter(pk=before.pk).update(valid_to=from_day)
        row = Assignment.objects.create(
            village=village,
            kind=kind,
            post=owner,
            holder="" if owner else holder.strip()[:60],
            owed_since=before.owed_since if before else from_day,
            valid_from=from_day,
            why=why.strip()[:120],
            assigned_by=post.pk,
            assigned_by_title=post.title,
            recorded_at=now,
        )
        act.detail = {"kind": kind, "post": to_post, "from": from_day.isoformat()}
    return row


def end_assignment(*, post: Post, village: str, kind: str, why: str, on: date) -> None:
    """The village owes the duty no longer from `on`; a reason is asked for. Raises Refusal where it owes none."""
    with acting(post, "village_work.assign", on=f"division:{village}", reason=why.strip()) as act:
        reached_village(post, village)
        if not why.strip():
            raise Refusal("没有写为什么不再做", place="理由", remedy="如“隐患点已治理销号，自然资源局文号……”")
        rows = Assignment.objects.filter(village=village, kind=kind, valid_to=None, valid_from__lte=on)
        if not rows.update(valid_to=on):
            raise Refusal("这个村现在没有这项职责", remedy="请刷新页面")
        act.detail = {"kind": kind, "ended": on.isoformat()}


def change_kind(
    *, post: Post, code: str, content: Mapping[str, Any], from_day: date, document: str, today: date, now: datetime
) -> Kind | None:
    """Adds a kind, changes one (say, its cycle), or stops it (empty content) from a day on; what was before stays as it was.

    County only. Raises Refusal for a kind that is not in order, a day in the past, or no document named.
    """
    with acting(post, "village_work.assign", on=f"duty:{code}", reason=document.strip()) as act:
        if post.role not in {Post.Role.COUNTY, Post.Role.SYSTEM}:
            raise Refusal("职责的种类由县里定", remedy="请把需要增加、改变的报县专班")
        if not CODE.fullmatch(code):
            raise Refusal("代码不对", place="代码", remedy="请用小写英文字母、数字和下划线，如 forest_patrol")
        if not document.strip():
            raise Refusal("没有写依据", place="依据", remedy="请写文件名或文号")
        if from_day < today:
            raise Refusal("不能改过去的", place="从哪天起", remedy=f"请填 {today.isoformat()} 或之后的日期")
        known = histories().get(code)
        if not content and (known is None or known.on(from_day) is None):
            raise Refusal("没有这项职责，停不了", place="代码", remedy="请从列表中选")
        kind = parse_kind(code, {**content, "source": document.strip()}, "职责") if content else None
        if kind is not None and known is not None and known.newest.form != kind.form:
            raise Refusal("登记式和方案式不能互换", place="做法", remedy="请停用旧的，另加一项")
        DutyChange.objects.create(
            code=code, content=content_of(kind) if kind else {}, from_day=from_day, document=document.strip()[:120],
            post=post.pk, post_title=post.title, recorded_at=now,
        )  # fmt: skip
        act.detail = {"from": from_day.isoformat(), "stopped": kind is None, "shipped": code in shipped_kinds()}
    return kind


def may_own(village: str, on: date) -> list[Post]:
    """The posts that can be named as owners: of the village and its grids, with who holds them."""
    rows = holding(on).filter(role__in=[Post.Role.VILLAGE, Post.Role.GRID], division=village)
    return list(rows.order_by("role", "title", "pk"))


def _owner(to_post: int | None, village: str, on: date) -> Post | None:
    if to_post is None:
        return None
    found = next((post for post in may_own(village, on) if post.pk == to_post), None)
    if found is None:
        raise Refusal("这个岗位不在本村，或现在没有人", place="责任人", remedy="请重选")
    return found


def _kind(code: str, on: date) -> Kind:
    found = kinds_on(on).get(code)
    if found is None:
        raise Refusal("没有这项职责", place="职责", remedy="请刷新页面后重选")
    return found
