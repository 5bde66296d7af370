"""Opening a campaign (集中排查) or a round of key groups for a period and places."""

from collections.abc import Collection, Sequence
from datetime import date, datetime

from sangesan.accounts.acting import acting
from sangesan.accounts.models import Post
from sangesan.accounts.permissions import NotAllowed
from sangesan.kernel.refusal import Refusal
from sangesan.patrols.domain import ABSENT
from sangesan.patrols.key_groups import check_groups
from sangesan.patrols.models import Entry, Round, Walked
from sangesan.patrols.rounds import in_scope
from sangesan.regions.queries import tree
from sangesan.registry.permissions import WHOLE_COUNTY

LONGEST_DAYS = 92  # a campaign goes on for weeks; longer is a mistyped year
SHORTEST_TITLE = 4
BATCH = 500


def open_round(
    *,
    post: Post,
    kind: str,
    title: str,
    starts_on: date,
    ends_on: date,
    divisions: Sequence[str] = (),
    groups: Collection[str] = (),
    note: str = "",
    now: datetime,
    today: date,
) -> Round:
    """Opens a round. divisions: towns or villages, none for the post's whole area; groups: key groups it is narrowed to.

    Doors that were walked in its period already count. Raises Refusal naming the field, NotAllowed for places outside
    the post's reach.
    """
    _in_order(kind, title, starts_on, ends_on, groups, today)
    places = _places(post, divisions)
    with acting(post, "patrols.open_round", on="round:new", reason=title.strip()) as act:
        if Round.objects.filter(kind=kind, title=title.strip(), starts_on=starts_on).exists():
            raise Refusal("同名的一轮已经有了", place="名称", remedy="请到轮次列表查看，或换一个名称")
        row = Round.objects.create(
            kind=kind,
            title=title.strip(),
            starts_on=starts_on,
            ends_on=ends_on,
            divisions=places,
            groups=check_groups(groups),
            note=note.strip()[:300],
            opened_by=post.pk,
            opened_at=now,
        )
        counted = _count_what_was_walked(row)
        act.on, act.detail = f"round:{row.pk}", {"divisions": places, "groups": row.groups, "walked": counted}
    return row


def _in_order(kind: str, title: str, starts_on: date, ends_on: date, groups: Collection[str], today: date) -> None:
    if kind not in {Round.Kind.CAMPAIGN, Round.Kind.KEY}:
        raise Refusal("没有选择排查类型", place="类型", remedy="请选集中排查或重点户排查；每周排查由系统自动开始")
    if len(title.strip()) < SHORTEST_TITLE:
        raise Refusal("没有写名称", place="名称", remedy="请写明，如“2022年秋季集中排查”")
    if ends_on < starts_on:
        raise Refusal("结束日期早于开始日期", place="结束日期", remedy="请改正")
    if ends_on < today:
        raise Refusal("结束日期已经过了", place="结束日期", remedy=f"请填 {today.isoformat()} 或更晚的日期")
    if (ends_on - starts_on).days > LONGEST_DAYS:
        raise Refusal(f"一轮超过 {LONGEST_DAYS} 天", place="结束日期", remedy="请核对年月；长期的走访由每周排查完成")
    if kind == Round.Kind.KEY and not groups:
        raise Refusal("没有选择重点户类别", place="重点户类别", remedy="请至少选一类")


def _places(post: Post, divisions: Sequence[str]) -> list[str]:
    """The places of the round, each known and within the post's reach; a town's own round covers the town."""
    known = tree()
    for code in divisions:
        if known.levels.get(code) not in {"town", "village", "community"}:
            raise Refusal(f"没有编码为“{code[:20]}”的镇、村（社区）", place="范围", remedy="请从列表中选")
    if post.role in WHOLE_COUNTY:
        return list(dict.fromkeys(divisions))
    if any(post.division not in known.path(code) for code in divisions):
        raise NotAllowed("范围里有不归您管的地方", remedy="请只选本镇的村（社区）")
    return list(dict.fromkeys(divisions)) or [post.division]


def _count_what_was_walked(row: Round) -> int:
    """Doors walked in the round's period before it was opened: nobody is sent twice."""
    entries = Entry.objects.filter(on__gte=row.starts_on, on__lte=row.ends_on, household__in=in_scope(row))
    first = dict(entries.exclude(result=ABSENT).order_by("-on", "-id").values_list("household", "pk"))
    met = [Walked(round=row, household_id=household, entry_id=entry) for household, entry in first.items()]
    Walked.objects.bulk_create(met, batch_size=BATCH, ignore_conflicts=True)
    return len(met)
