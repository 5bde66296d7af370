"""Plans and their places: chosen with a reason, or drawn so that nobody can steer it. All of it sealed until it begins."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError
from django.db.models import Q

from sangesan.accounts.acting import acting
from sangesan.accounts.models import Post
from sangesan.accounts.permissions import NotAllowed, require
from sangesan.alerts.moment import county_now
from sangesan.inspections.domain import LONGEST_WORDS, SHORTEST_WORDS
from sangesan.inspections.models import Plan, Target, Team
from sangesan.inspections.sealed_fields import PLAN, TARGET, opened, seal
from sangesan.inspections.subjects import subject_of
from sangesan.kernel.refusal import Refusal

ACT = "inspections.plan"
MOST_DAYS = 92
State = Target.State


@dataclass(frozen=True)
class PlanContent:
    """What a plan says. teams: codes."""

    kind: str
    title: str
    first_day: date
    last_day: date
    teams: tuple[int, ...]
    scope: str = ""
    why: str = ""


def about(plan_id: int) -> str:
    """What a plan's audit entries are about; they stay unseen as long as something of it has not begun."""
    return f"inspection_plan:{plan_id}"


def make_plan(*, post: Post, content: PlanContent, submission: UUID, now: datetime, today: date) -> Plan:
    """A plan without places yet; the same submission again gives the same. Raises Refusal, NotAllowed."""
    require(post, ACT)
    there = Plan.objects.filter(submission=submission).first()
    if there is not None:
        return there
    _in_order(content, today)
    try:
        with acting(post, ACT, on=about(0)) as act:
            plan = Plan.objects.create(
                kind=content.kind, first_day=content.first_day, last_day=content.last_day, teams=sorted(set(content.teams)),
                sealed=seal(PLAN, {"title": content.title.strip(), "scope": content.scope.strip(), "why": content.why.strip()}),
                submission=submission, post=post.pk, post_title=post.title, recorded_at=county_now(now),
            )  # fmt: skip
            act.on, act.detail = about(plan.pk), {"kind": plan.kind}
    except IntegrityError:  # the same form came in twice at one moment
        return Plan.objects.get(submission=submission)
    return plan


def choose_target(
    *, post: Post, plan_id: int, subject: str, team: int, planned_on: date, reason: str, now: datetime
) -> Target:
    """A place chosen by people, who say why. One that the plan has already comes back unchanged. Raises Refusal."""
    if not SHORTEST_WORDS <= len(reason.strip()) <= LONGEST_WORDS:
        raise Refusal("没有写为什么选这一处", place="选定理由", remedy="如“第21期通报点名，回头看”“群众反映”")
    with acting(post, ACT, on=about(plan_id)) as act:
        plan = open_plan(plan_id)
        there = Target.objects.filter(plan=plan, subject=subject).first()
        if there is not None:
            return there
        _within(plan, planned_on)
        made = new_target(plan, subject, team_of_plan(plan, team), planned_on, now, reason=reason.strip())
        made.save()
        act.detail = {"target": made.pk}
    return made


def move_target(*, post: Post, target_id: int, team: int, planned_on: date, now: datetime) -> Target:
    """Another team or day for a place that has not begun. Raises Refusal."""
    target = target_for_planning(target_id)
    with acting(post, ACT, on=about(target.plan_id)) as act:
        held = Target.objects.select_for_update(of=("self",)).get(pk=target.pk)
        if held.state != State.PLANNED:
            raise Refusal("这一处已经开始或取消", place="督查", remedy="请刷新页面")
        _within(target.plan, planned_on)
        chosen = team_of_plan(target.plan, team)
        Target.objects.filter(Q(pk=held.pk) | Q(parent=held, state=State.PLANNED)).update(
            team=chosen, planned_on=planned_on
        )
        act.detail = {"target": held.pk, "team": team, "on": planned_on.isoformat(), "at": now.isoformat()}
    held.refresh_from_db()
    return held


def set_called_off(target: Target, reason: str) -> None:
    """Marks a place as called off; the caller's act is written."""
    target.state = State.CALLED_OFF
    target.sealed = seal(TARGET, opened(TARGET, target.sealed) | {"called_off": reason.strip()[:LONGEST_WORDS]})
    target.save(update_fields=["state", "sealed"])


def words_of_plan(plan: Plan) -> Mapping[str, str]:
    """{"title", "scope", "why"}; the caller may see plans."""
    return opened(PLAN, plan.sealed)


def new_target(plan: Plan, subject: str, team: Team, planned_on: date, now: datetime, *, reason: str = "") -> Target:
    """An unsaved place of a plan; raises Refusal for a subject that there is not."""
    found = subject_of(subject)
    return Target(
        plan=plan, subject=found.key, unit=found.unit, place=found.place, household=found.household,
        project=found.project, team=team, planned_on=planned_on, sealed=seal(TARGET, {"reason": reason} if reason else {}),
        recorded_at=now,
    )  # fmt: skip


def _in_order(content: PlanContent, today: date) -> None:
    if content.kind not in Plan.Kind.values:
        raise Refusal("没有这种督查方式", place="督查方式", remedy="请从列出的方式中选择")
    if not SHORTEST_WORDS <= len(content.title.strip()) <= 80:
        raise Refusal("督查方案要有标题", place="标题", remedy="4 到 80 个字，如“9月饮水安全专项督查”")
    if max(len(content.scope), len(content.why)) > LONGEST_WORDS:
        raise Refusal(f"文字超过 {LONGEST_WORDS} 字", place="范围和事由", remedy="请写要点")
    if content.last_day < content.first_day or (content.last_day - content.first_day).days > MOST_DAYS:
        raise Refusal(f"起止日期不对，或超过 {MOST_DAYS} 天", place="起止日期", remedy="请核对日期")
    if content.last_day < today:
        raise Refusal("结束日期在今天之前", place="起止日期", remedy="请核对日期")
    known = set(Team.objects.values_list("code", flat=True))
    if not content.teams or not set(content.teams) <= known:
        raise Refusal("没有选督查组", place="督查组", remedy="请至少选一个组")


def open_plan(plan_id: int) -> Plan:
    """The plan, locked; raises NotAllowed, or Refusal for one that is called off."""
    plan = Plan.objects.select_for_update().filter(pk=plan_id).first()
    if plan is None:
        raise NotAllowed("没有这个督查方案", remedy="请从督查清单进入")
    if plan.called_off_on is not None:
        raise Refusal("这个方案已取消", place="督查方案", remedy="请另做方案")
    return plan


def target_for_planning(target_id: int) -> Target:
    """The place with its plan and team; raises NotAllowed."""
    target = Target.objects.select_related("plan", "team").filter(pk=target_id).first()
    if target is None:
        raise NotAllowed("没有这处督查，或还不能查看", remedy="请从督查清单进入")
    return target


def team_of_plan(plan: Plan, code: int) -> Team:
    """One of a plan's teams; raises Refusal for another."""
    if code not in plan.teams:
        raise Refusal("这个组不在方案里", place="督查组", remedy="请选方案中的组")
    return Team.objects.get(code=code)


def _within(plan: Plan, day: date) -> None:
    if not plan.first_day <= day <= plan.last_day:
        raise Refusal("日期不在方案的起止日期内", place="安排日期", remedy=f"应在 {plan.first_day} 到 {plan.last_day}")
