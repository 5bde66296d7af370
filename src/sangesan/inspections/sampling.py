"""Drawing a plan's places and a village's households: pool and chances fixed first, two offices' secrets afterwards."""

from collections.abc import Collection, Sequence
from datetime import date, datetime, time, timedelta

from sangesan.accounts.acting import acting
from sangesan.accounts.models import Post
from sangesan.accounts.permissions import require
from sangesan.draws.actions import fix, release
from sangesan.draws.domain import METHODS, PoolItem, chances
from sangesan.draws.models import Draw
from sangesan.draws.queries import outcome
from sangesan.inspections.models import Plan, Target
from sangesan.inspections.planning import ACT, about, new_target, open_plan, target_for_planning, team_of_plan
from sangesan.inspections.subjects import pool_of
from sangesan.inspections.weighing import weigh_households, weigh_villages
from sangesan.kernel.refusal import Refusal
from sangesan.regions.queries import CHINA, tree

PURPOSE = "inspection"
MOST_SAMPLE = 60
State = Target.State


def draw_targets(
    *, post: Post, plan_id: int, kind: str, within: str, size: int, method: str, now: datetime, today: date
) -> Draw:
    """Fixes the pool from which a plan's places are drawn; once per plan. The offices then hand in their secrets.

    kind: village, town, department, project; within: a town's code or "". Raises Refusal, NotAllowed.
    """
    require(post, ACT)
    if method not in METHODS:
        raise Refusal("没有这种抽签办法", place="抽签办法", remedy=f"可选：{'、'.join(METHODS.values())}")
    with acting(post, ACT, on=about(plan_id)) as act:
        plan = open_plan(plan_id)
        pool = _pool(kind, pool_of(kind, within), method, today)
        draw = fix(
            post=post, purpose=PURPOSE, period=f"plan:{plan.pk}", title="督查对象抽签", pool=pool, size=size,
            method=method, secret_until=_open_after(plan), now=now,
        )  # fmt: skip
        act.detail = {"draw": draw.number, "pool": len(pool)}
    return draw


def take_drawn(*, post: Post, plan_id: int, now: datetime) -> list[Target]:
    """Makes the drawn places a plan's targets, dealt to its teams in turn and spread over its days. Safe to repeat."""
    require(post, ACT)
    with acting(post, ACT, on=about(plan_id)) as act:
        plan = open_plan(plan_id)
        draw = plan_draw(plan)
        drawn = outcome(draw) if draw is not None else None
        if draw is None or drawn is None:
            raise Refusal("抽签还没有结果", place="抽签", remedy="请两个办公室交存并公开密数后再来")
        likely = chances([PoolItem(*row) for row in draw.pool], draw.size, draw.method)
        weight_of = {code: weight for code, weight, _ in draw.pool}
        known = set(Target.objects.filter(plan=plan).values_list("subject", flat=True))
        teams = [team_of_plan(plan, code) for code in plan.teams]
        days = (plan.last_day - plan.first_day).days + 1
        made = []
        for place, subject in enumerate(drawn):
            if subject in known:
                continue
            day = plan.first_day + timedelta(days=place // len(teams) % days)
            target = new_target(plan, subject, teams[place % len(teams)], day, now)
            target.draw, target.weight, target.probability = draw.pk, weight_of[subject], float(likely[subject])
            target.save()
            made.append(target)
        act.detail = {"draw": draw.number, "targets": len(made)}
    return made


def draw_sample(*, post: Post, target_id: int, size: int, now: datetime, today: date) -> Draw:
    """Fixes the households of a village from which some are drawn, weighted by risk; once per target. Raises Refusal."""
    require(post, ACT)
    target = target_for_planning(target_id)
    with acting(post, ACT, on=about(target.plan_id)) as act:
        if not target.subject.startswith("village:") or target.state in {State.ENDED, State.CALLED_OFF}:
            raise Refusal("这一处不能抽户", place="抽户", remedy="只有没有结束的到村督查可以抽户")
        weighed = weigh_households(target.place, today)
        if not 1 <= size <= min(MOST_SAMPLE, len(weighed)):
            raise Refusal(
                f"要抽 {size} 户，可抽 1 到 {min(MOST_SAMPLE, len(weighed))} 户", place="抽户数", remedy="请改户数"
            )
        pool = [PoolItem(f"household:{number}", one.weight) for number, one in weighed.items()]
        draw = fix(
            post=post, purpose=PURPOSE, period=f"sample:{target.pk}", title="督查入户抽样", pool=pool, size=size,
            method="weighted", secret_until=_open_after(target.plan), now=now,
        )  # fmt: skip
        Target.objects.filter(pk=target.pk).update(sample_draw=draw.pk)
        act.detail = {"draw": draw.number, "pool": len(pool)}
    return draw


def take_sample(*, post: Post, target_id: int, now: datetime) -> list[Target]:
    """Makes the drawn households targets below their village, each with weight and probability. Safe to repeat."""
    require(post, ACT)
    parent = target_for_planning(target_id)
    with acting(post, ACT, on=about(parent.plan_id)) as act:
        open_plan(parent.plan_id)  # locked: two at once make each household a target once
        draw = sample_draw(parent)
        drawn = outcome(draw) if draw is not None else None
        if draw is None or drawn is None:
            raise Refusal("抽户还没有结果", place="抽户", remedy="请两个办公室交存并公开密数后再来")
        likely = chances([PoolItem(*row) for row in draw.pool], draw.size, draw.method)
        weight_of = {code: weight for code, weight, _ in draw.pool}
        known = set(Target.objects.filter(plan=parent.plan_id).values_list("subject", flat=True))
        made = []
        for subject in drawn:
            if subject in known:
                continue
            one = new_target(parent.plan, subject, parent.team, parent.planned_on, now)
            one.parent, one.draw, one.weight = parent, draw.pk, weight_of[subject]
            one.probability = float(likely[subject])
            one.save()
            made.append(one)
        act.detail = {"draw": draw.number, "targets": len(made)}
    return made


def release_when_all_begun(post: Post, plan: Plan, now: datetime) -> None:
    """Opens the plan's draw to everybody once none of its places is still to begin; one that was called off whole opens
    the morning after its last day, as every draw does, for its places may stand in the next plan.
    """
    draw = plan_draw(plan)
    if draw is not None and draw.result is not None and draw.released_at is None:
        taken = Target.objects.filter(plan=plan, draw=draw.pk)
        if taken.filter(begun_at__isnull=False).exists() and not taken.filter(state=State.PLANNED).exists():
            release(post=post, draw=draw, now=now)


def plan_draw(plan: Plan) -> Draw | None:
    """The newest draw of a plan's places that is not void; a void one only where there is no other."""
    return _newest(f"plan:{plan.pk}")


def sample_draw(target: Target) -> Draw | None:
    """The newest draw of a village's households."""
    return _newest(f"sample:{target.pk}")


def sample_draws(targets: Collection[int]) -> dict[int, Draw]:
    """The newest draw of households of each place that has one, in one query."""
    periods = {f"sample:{number}": number for number in targets}
    rows = Draw.objects.filter(purpose=PURPOSE, period__in=list(periods)).order_by("number")
    return {periods[row.period]: row for row in rows}


def _newest(period: str) -> Draw | None:
    return Draw.objects.filter(purpose=PURPOSE, period=period).order_by("-number").first()


def _pool(kind: str, keys: Sequence[str], method: str, today: date) -> list[PoolItem]:
    """The pool with weights (villages by risk; others all alike) and the town as the stratum."""
    if not keys:
        raise Refusal("抽签范围里没有对象", place="抽签范围", remedy="请换一个范围")
    places = tree()
    weighed = {}
    if kind == "village" and method.startswith("weighted"):
        weighed = weigh_villages([key.partition(":")[2] for key in keys], today)
    items = []
    for key in keys:
        code = key.partition(":")[2]
        weight = weighed[code].weight if code in weighed else 1
        items.append(PoolItem(key, weight, places.town_of(code) if kind == "village" else ""))
    return items


def _open_after(plan: Plan) -> datetime:
    """The morning after the plan's last day, in the county."""
    return datetime.combine(plan.last_day + timedelta(days=1), time(0), CHINA)
