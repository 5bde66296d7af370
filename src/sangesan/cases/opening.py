"""Opening a case: from a confirmed clue, from an application, or by the green channel after a disaster."""

from datetime import date, datetime

from sangesan.accounts.acting import acting
from sangesan.accounts.models import Post
from sangesan.accounts.permissions import NotAllowed
from sangesan.cases.due import set_due
from sangesan.cases.models import Case, Step
from sangesan.cases.performing import Order, perform
from sangesan.cases.permissions import case_for, role_in
from sangesan.cases.procedure import COUNTY, TOWN
from sangesan.cases.states import ENDED, EXITING, IDENTIFYING, Act, State
from sangesan.clues.domain import LIVE
from sangesan.clues.domain import State as ClueState
from sangesan.clues.permissions import visible_clues
from sangesan.clues.taking import take_clues
from sangesan.kernel.refusal import Refusal
from sangesan.policy.calendars import add_days
from sangesan.policy.regimes import Regime, load_regimes, regime_on
from sangesan.policy.risks import MOST_RISKS
from sangesan.regions.queries import tree
from sangesan.registry.models import Household
from sangesan.registry.permissions import visible_households
from sangesan.responsibility.filling import fill_gaps
from sangesan.visits.models import Visit

APPLICATION = "SELF"
HELPED = (State.ENTRY, State.ASSISTED, *EXITING)


def open_from_clue(*, post: Post, clue_id: int, today: date, now: datetime) -> Case:
    """The household's case for a clue that a visit confirmed (or a disaster's, before any visit).

    The 15 days count from the day the clue came up. A household with a live case gets no second one: while it is being
    identified or assisted the clue is taken up by that case; after elimination a new round begins (a new risk).
    """
    clue = visible_clues(post).select_related("household").filter(pk=clue_id).first()
    if clue is None or clue.household is None:
        raise NotAllowed("没有这条线索，或不在您的管理范围内", remedy="请从您的线索列表进入")
    if clue.state not in LIVE:
        raise Refusal("这条线索已经办结", remedy="情况有变会产生新的线索，也可由农户申请")
    case = _open(
        post=post,
        household=clue.household,
        channel=clue.channel,
        reason=clue.headline,
        began_on=clue.opened_on,
        today=today,
        now=now,
        risk=clue.risk if clue.state == ClueState.CONFIRMED else "",
    )
    Visit.objects.filter(clues=clue, case=None).update(case=case.pk)
    return case


def open_by_application(*, post: Post, household_id: int, reason: str, today: date, now: datetime) -> Case:
    """The household's case on its own application at the window or to the village; raises Refusal without a reason."""
    household = visible_households(post).filter(pk=household_id).first()
    if household is None:
        raise NotAllowed("没有这一户，或不在您的管理范围内", remedy="请从您的农户列表进入")
    if len(reason.strip()) < 4:
        raise Refusal("没有写申请理由", place="申请理由", remedy="请写明困难，如“户主住院，家中没有收入”")
    return _open(
        post=post, household=household, channel=APPLICATION, reason=reason.strip(), began_on=today, today=today, now=now
    )


def _open(
    *,
    post: Post,
    household: Household,
    channel: str,
    reason: str,
    began_on: date,
    today: date,
    now: datetime,
    risk: str = "",
) -> Case:
    """risk: of a clue that a visit confirmed; "" before any visit and for an application."""
    with acting(post, "cases.open", on=f"household:{household.pk}", reason=reason[:200]) as act:
        Household.objects.select_for_update().get(pk=household.pk)
        live = Case.objects.filter(household=household).exclude(state__in=ENDED).first()
        if live is None:
            live = _begin(post, household, channel, reason, began_on, today, now)
        elif live.state in HELPED and risk and risk not in live.risks and len(live.risks) < MOST_RISKS:
            # somebody went and found it: an enrolled household has one risk more, not a second procedure
            live.risks = [*live.risks, risk]
            live.row_version += 1
            live.save(update_fields=["risks", "row_version"])
        elif live.state == State.TRACKED:
            order = Order(live.pk, live.row_version, Act.NEW_RISK, today, f"出现新风险：{reason[:200]}")
            (live,) = perform(post=post, orders=[order], today=today, now=now)
        taken = take_clues(household.pk, live.pk)
        act.detail = {"case": live.pk, "clues": taken}
    return live


def _begin(
    post: Post, household: Household, channel: str, reason: str, began_on: date, today: date, now: datetime
) -> Case:
    regime = regime_on(began_on)
    village, town = deciding_place(household, regime)
    case = Case(
        household=household,
        village=village,
        town=town,
        residence=household.residence,
        residence_town=household.residence_town,
        grid=household.grid,
        regime=regime.code,
        state=State.CHECKING,
        channel=channel,
        reason=reason[:300],
        began_on=began_on,
        step_on=began_on,
    )
    set_due(case)
    case.save()
    Step.objects.create(
        case=case, round=1, number=0, act="open", target=State.CHECKING, on=today, recorded_at=now,
        post=post.pk, post_title=post.title, user=post.user_id, reason=reason[:300],
    )  # fmt: skip
    fill_gaps([household], at=None, on=today, now=now)
    return case


def deciding_place(household: Household, regime: Regime) -> tuple[str, str]:
    """(village, town) that decide on a household: of registration or of residence, as the regime says."""
    if regime.decides == "residence":
        return household.residence, household.residence_town
    return household.village, household.town


def open_green_channel(*, post: Post, case_id: int, reason: str, today: date, now: datetime) -> Case:
    """Help first, papers within the regime's days: measures may land at once, the procedure is made up for.

    The town or the county opens it; raises Refusal where identification is over or no reason is given.
    """
    with acting(post, "cases.fill", on=f"case:{case_id}", reason=reason.strip()) as act:
        case = case_for(post, case_id, lock=True)
        if role_in(case, post) not in {TOWN, COUNTY}:
            raise NotAllowed("绿色通道由镇或县专班开启", remedy=f"请联系{tree().full_name(case.town)}")
        if case.state not in IDENTIFYING:
            raise Refusal("绿色通道用于认定之前先行帮扶", remedy="已经认定的户请直接安排帮扶措施")
        if len(reason.strip()) < 4:
            raise Refusal("没有写开启绿色通道的原因", place="原因", remedy="请写明灾害或事故，如“8月24日强降雨，房屋倒塌”")
        limit = load_regimes()[case.regime].limits["green_channel_papers"].value
        case.green_channel_on, case.green_channel_reason = today, reason.strip()
        case.papers_due = add_days(today, limit, load_regimes()[case.regime].day_type)
        case.row_version += 1
        case.save(update_fields=["green_channel_on", "green_channel_reason", "papers_due", "row_version"])
        act.detail = {"papers_due": case.papers_due.isoformat(), "at": now.isoformat()}
    return case
