"""Acts of the table on one case or many: checked, carried out and written down in one transaction, or not at all."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sangesan.accounts.acting import acting
from sangesan.accounts.models import Post
from sangesan.accounts.permissions import NotAllowed
from sangesan.cases.checking_records import Doubt, doubts, keep_doubts, unanswered
from sangesan.cases.dossiers import Dossier, dossiers, evidence_of, record_of
from sangesan.cases.due import set_due
from sangesan.cases.effects import follow
from sangesan.cases.models import Case, Step
from sangesan.cases.permissions import SHOWS_NOTHING, entered_for, role_in, visible_cases
from sangesan.cases.preconditions import lacking
from sangesan.cases.procedure import Refused, Transition, check_act
from sangesan.cases.states import ACT_TITLES, ENDED, Act, State
from sangesan.clues.taking import settle_clues
from sangesan.kernel.refusal import Refusal
from sangesan.policy.regimes import load_regimes, regime_on
from sangesan.registry.standing import change_standings

SHOWN = 5
BY_HELP, OF_ITSELF = "帮扶消除", "自然消除"  # ways of the national form [S53c]
CHANGED = [
    "state", "steps", "round", "regime", "began_on", "step_on", "step_due", "whole_due", "category", "risks",
    "enrolled_on", "exit_on", "eliminated_on", "elimination_way", "decision_number", "exit_decision_number",
    "national_number", "stopped_days", "row_version",
]  # fmt: skip


@dataclass(frozen=True)
class Order:
    """An act to be done with a case. version: the case's row_version as the person saw it; on: the day it took place.

    number: the decision's document number, where the act is a decision.
    """

    case_id: int
    version: int
    act: Act
    on: date
    reason: str = ""
    number: str = ""


@dataclass(frozen=True)
class Planned:
    """An order that may be carried out."""

    order: Order
    dossier: Dossier
    line: Transition
    warnings: Sequence[Doubt]


def perform(
    *, post: Post, orders: Sequence[Order], today: date, now: datetime, access: str = "cases.act"
) -> list[Case]:
    """Carries out all orders, or none and a Refusal that names each household and what stands in its way.

    Of two who decide on the same version at once one wins; the other is told that the case has moved on.
    Raises NotAllowed outside the post's reach.
    """
    on = f"case:{orders[0].case_id}" if len(orders) == 1 else f"cases:{len(orders)}"
    reason = orders[0].reason.strip() if len(orders) == 1 else ""
    with acting(post, access, on=on, reason=reason) as entry:
        cases = _locked(post, orders)
        planned = _planned(post, cases, orders, today)
        steps = [_step(post, plan, now) for plan in planned]
        keep_doubts(list(cases.values()), {p.order.case_id: p.warnings for p in planned}, today)
        for plan in planned:
            _move(plan)
        Step.objects.bulk_create(steps, batch_size=200)
        Case.objects.bulk_update(cases.values(), CHANGED, batch_size=200)
        change_standings((s for plan in planned if (s := follow(plan.dossier.case, plan.line, plan.order.on))), now=now)
        ended = [c.household_id for c in cases.values() if c.state in {*ENDED, State.TRACKED}]
        settle_clues(ended)
        entry.detail = {"acts": [[s.case_id, s.act, s.target] for s in steps[:500]]}
    return list(cases.values())


def _locked(post: Post, orders: Sequence[Order]) -> dict[int, Case]:
    """The cases, locked in the order of their numbers, so that two sittings never wait for one another in a ring."""
    wanted = [order.case_id for order in orders]
    if len(set(wanted)) != len(wanted):
        raise Refusal("同一户勾选了两次", place="名单", remedy="请刷新页面后重新勾选")
    reach = set(visible_cases(post).filter(pk__in=wanted).values_list("pk", flat=True))
    if reach != set(wanted):
        raise NotAllowed(SHOWS_NOTHING, remedy="请从您的待办进入")
    rows = Case.objects.filter(pk__in=wanted).order_by("pk").select_for_update(of=("self",))
    return {case.pk: case for case in rows.select_related("household")}


def _planned(post: Post, cases: Mapping[int, Case], orders: Sequence[Order], today: date) -> list[Planned]:
    by_day: dict[date, list[Order]] = {}
    for order in orders:
        by_day.setdefault(order.on, []).append(order)
    planned, refusals = [], []
    for on, of_day in by_day.items():
        made = dossiers([cases[o.case_id] for o in of_day], on)
        warnings = doubts(made)
        for order, dossier in zip(of_day, made, strict=True):
            found = _checked(post, order, dossier, warnings[order.case_id], today)
            if isinstance(found, Refused):
                refusals.append((dossier.case, found))
            else:
                planned.append(Planned(order, dossier, found, warnings[order.case_id]))
    _raise(refusals, len(orders))
    return planned


def _checked(
    post: Post, order: Order, dossier: Dossier, warnings: Sequence[Doubt], today: date
) -> Transition | Refused:
    case = dossier.case
    if case.row_version != order.version:
        return Refused("您打开页面之后这一件有了变动", "请刷新页面看过新情况后再办")
    if order.on > today:
        return Refused("办理日期晚于今天", f"请填 {today.isoformat()} 或更早的日期")
    if order.on < case.step_on:
        return Refused(
            f"办理日期早于上一步的日期（{case.step_on.isoformat()}）", "请核对日期；补录的纸件按实际日期填写"
        )
    record = record_of(dossier, order.on, warnings_open=unanswered(warnings))
    missing = lacking(record, load_regimes()[case.regime], order.on)
    state, role = State(case.state), role_in(case, post)
    return check_act(state, order.act, role=role, lacking=missing, reason=order.reason)


def _raise(refusals: Iterable[tuple[Case, Refused]], asked: int) -> None:
    found = list(refusals)
    if not found:
        return
    if asked == 1:
        case, refused = found[0]
        raise Refusal(refused.why, place=f"{case.household.head_name}户", remedy=refused.remedy)
    shown = "；".join(f"{case.household.head_name}户：{refused.why}" for case, refused in found[:SHOWN])
    rest = f"；另有{len(found) - SHOWN}户" if len(found) > SHOWN else ""
    raise Refusal(
        f"{asked}户中有{len(found)}户现在不能办，全部未办。{shown}{rest}",
        remedy="请先处理这几户，或这次先不办：会上选“本次不议”，名单里去掉勾选",
    )


def _step(post: Post, plan: Planned, now: datetime) -> Step:
    case, line = plan.dossier.case, plan.line
    evidence = evidence_of(plan.dossier)
    detail = {
        "decision_number": plan.order.number, "category": case.category, "risks": case.risks,
        "national_number": case.national_number if line.act == Act.ENTER else "",
    }  # fmt: skip
    return Step(
        case=case,
        round=case.round,
        number=case.steps + 1,
        act=line.act,
        source=line.state,
        target=line.target,
        line=f"{line.state}>{line.act}>{line.target}",
        on=plan.order.on,
        recorded_at=now,
        post=post.pk,
        post_title=post.title,
        user=post.user_id,
        entered_for=entered_for(case, post, line.roles),
        reason=plan.order.reason.strip(),
        evidence={**evidence, **{k: v for k, v in detail.items() if v}},
    )


def _move(plan: Planned) -> None:
    """The case after the step, its deadlines with it; not yet saved."""
    case, line, on = plan.dossier.case, plan.line, plan.order.on
    case.state, case.steps, case.step_on = line.target, case.steps + 1, on
    case.row_version += 1
    match line.act:
        case Act.DECIDE if line.state == State.COUNTY_DECISION:
            case.enrolled_on, case.decision_number = on, plan.order.number
            case.eliminated_on, case.elimination_way = None, ""  # of an earlier round; the standings keep it
        case Act.DECIDE:
            case.eliminated_on, case.exit_decision_number = on, plan.order.number
            landed = any(m.state == "landed" for m in plan.dossier.measures)
            case.elimination_way = BY_HELP if landed else OF_ITSELF
        case Act.PROPOSE_EXIT:
            case.exit_on, case.exit_decision_number = on, ""
        case Act.ROLL_BACK | Act.SEND_BACK if line.state in {State.TRACKED, State.EXIT_ANNOUNCEMENT}:
            case.eliminated_on, case.elimination_way, case.exit_on = None, "", None
        case Act.NEW_RISK:
            begin_round(case, on)
    set_due(case)


def begin_round(case: Case, on: date) -> None:
    """A new risk after elimination: the whole procedure again, under the regime of the day; history stays."""
    case.round += 1
    case.began_on, case.exit_on, case.regime = on, None, regime_on(on).code
    case.category, case.risks, case.decision_number, case.stopped_days = "", [], "", 0


def act_title(act: str) -> str:
    """The act's word; 转入程序 for the opening step."""
    return "转入程序" if act == "open" else ACT_TITLES[Act(act)]
