"""Sending people to at-risk households on an alert, hastening them, calling them off: settled anew after every change.

Tasks of an alert carry the source "alert:12"; a household whose task was called off and is wanted again gets one of
the next wave, "alert:12:2". Who has been visited on this alert is not sent for again.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sangesan.accounts.acting import acting
from sangesan.accounts.models import Post
from sangesan.accounts.permissions import NotAllowed
from sangesan.accounts.queries import system_post
from sangesan.alerts.domain import BLUE, COLOURS, ORANGE, RANK, RED, YELLOW, Decision, State, decide, state_at
from sangesan.alerts.models import Alert, Covered, Step
from sangesan.alerts.moment import county_now
from sangesan.alerts.telling import tell_closed, tell_sent
from sangesan.amendments.queries import parameter_book
from sangesan.kernel.refusal import Refusal
from sangesan.patrols.assigning import assign_tasks, close_tasks, hasten_tasks
from sangesan.patrols.key_groups import alert_groups
from sangesan.patrols.models import KeyGroup, Task
from sangesan.regions.queries import today

SHORTEST_REASON = 4
MOST_WAVES = 20
BATCH = 500


@dataclass(frozen=True)
class Settled:
    """What a settling did: households newly sent to, brought forward, called off."""

    sent: int = 0
    hastened: int = 0
    closed: int = 0


def source_of(alert: int, wave: int = 1) -> str:
    """The source that an alert's tasks carry."""
    return f"alert:{alert}" if wave == 1 else f"alert:{alert}:{wave}"


def sources_of(alert: Alert) -> list[str]:
    """All sources an alert's tasks may carry, those of alerts that were found to be part of it too."""
    return list(alerts_by_source([alert]))


def alerts_by_source(alerts: Collection[Alert]) -> dict[str, int]:
    """The alerts' numbers by every source their tasks may carry, in one query."""
    owners = {alert.pk: alert.pk for alert in alerts}
    for part in Alert.objects.filter(merged_into__in=list(owners)):
        owners[part.pk] = part.merged_into_id or part.pk
    return {source_of(n, wave): owner for n, owner in owners.items() for wave in range(1, MOST_WAVES + 1)}


def state_of(alert: Alert, now: datetime) -> State:
    """How the alert stands at the county's now."""
    return state_here(alert, county_now(now))


def state_here(alert: Alert, here: datetime) -> State:
    """The same, where the county's now has been asked for already: a list asks once."""
    return state_at(
        has_head=alert.head_id is not None,
        cancelled=alert.cancelled_by_id is not None,
        expires_at=alert.expires_at,
        now=here,
    )


def decision_on(alert: Alert, now: datetime) -> Decision:
    """Whether households are to be visited on it now."""
    book, day = parameter_book(), today()

    def hours(code: str) -> int:
        value = book.value(code, day)
        return int(value.value) if value else 0

    return decide(
        state=state_of(alert, now),
        status=alert.status,
        colour=alert.colour,
        hours={colour: hours(f"alert_hours_{colour}") for colour in (RED, ORANGE, YELLOW, BLUE)},
        by_hand=alert.by_hand,
        hand_hours=hours("alert_hours_by_hand"),
        stopped=alert.stopped_why,
    )


def at_risk(villages: Collection[str]) -> dict[int, str]:
    """Households of the villages in a group that alerts send to, with why, the first group first."""
    groups = alert_groups()
    rows = KeyGroup.objects.filter(group__in=list(groups), household__residence__in=list(villages))
    found: dict[int, list[str]] = {}
    for household, group in rows.values_list("household", "group"):
        found.setdefault(household, []).append(group)
    order = list(groups)
    return {
        household: "、".join(groups[g].title for g in sorted(codes, key=order.index))
        for household, codes in found.items()
    }


def settle(alert: Alert, *, now: datetime, post: Post | None = None) -> Settled:
    """Brings the tasks in line with how the alert stands: the same again changes nothing.

    Runs as the system, in the caller's transaction. post: who is named in the steps, where a person caused it.
    """
    decision, title = decision_on(alert, now), (post or system_post()).title
    villages = list(Covered.objects.filter(alert=alert).values_list("division", flat=True))
    if not decision.visit:
        return Settled(closed=_close(alert, decision.why, title, now))
    closed = _close_outside(alert, villages, title, now)
    due_at = county_now(now) + timedelta(hours=decision.hours)
    hastened = _hasten(alert, due_at, title, now)
    sent = _send(alert, at_risk(villages), due_at, title, now)
    if sent:
        tell_sent(alert, sources_of(alert), hours=decision.hours, made_at=county_now(now), now=now)
    return Settled(len(sent), hastened, closed)


def _send(alert: Alert, wanted: Mapping[int, str], due_at: datetime, title: str, now: datetime) -> list[int]:
    """Assigns those who have no task of this alert that is open or done; the numbers of the households."""
    sources = sources_of(alert)
    settled = set(
        Task.objects.filter(source__in=sources).exclude(state=Task.State.CLOSED).values_list("household_id", flat=True)
    )
    left = {household: why for household, why in wanted.items() if household not in settled}
    sent: list[int] = []
    here = county_now(now)
    for wave in range(1, MOST_WAVES + 1):
        if not left:
            break
        source = source_of(alert.pk, wave)
        there = set(Task.objects.filter(source=source).values_list("household_id", flat=True))
        fresh = {household: why for household, why in left.items() if household not in there}
        if fresh:
            assign_tasks(
                post=system_post(), households=fresh, source=source, title=task_title(alert), due_at=due_at, now=here
            )
            sent += fresh
        left = {household: why for household, why in left.items() if household in there}
    if sent:
        _note(alert, Step.What.SENT, len(sent), title, now, due_at=due_at)
    return sent


def task_title(alert: Alert) -> str:
    """What the worker reads: 暴雨橙色预警走访."""
    return f"{alert.event}{COLOURS.get(alert.colour, '')}预警走访"


def _hasten(alert: Alert, due_at: datetime, title: str, now: datetime) -> int:
    """Where the colour went up since the last sending, what is open is due earlier."""
    last = alert.steps.filter(what__in=[Step.What.SENT, Step.What.HASTENED]).order_by("-id").first()
    if last is None or RANK[alert.colour] <= RANK[last.colour]:
        return 0
    hastened = sum(
        hasten_tasks(post=system_post(), source=source, title=task_title(alert), due_at=due_at)
        for source in _open_sources(alert)
    )
    if hastened:
        _note(alert, Step.What.HASTENED, hastened, title, now, due_at=due_at, why=f"升为{COLOURS[alert.colour]}")
    return hastened


def _close(alert: Alert, why: str, title: str, now: datetime) -> int:
    by_town = _open_by_town(alert)
    closed = sum(
        close_tasks(post=system_post(), source=source, why=why, now=county_now(now)) for source in _open_sources(alert)
    )
    if closed:
        _note(alert, Step.What.CLOSED, closed, title, now, why=why)
        tell_closed(alert, by_town, now=now)
    return closed


def _close_outside(alert: Alert, villages: Collection[str], title: str, now: datetime) -> int:
    """Villages that an update no longer covers: nobody goes there on this alert any more."""
    open_ones = Task.objects.filter(source__in=sources_of(alert), state=Task.State.OPEN)
    gone = set(open_ones.values_list("division", flat=True).distinct()) - set(villages)
    if not gone:
        return 0
    why = "更新后的预警不再包括本村"
    closed = sum(
        close_tasks(post=system_post(), source=source, why=why, now=county_now(now), divisions=gone)
        for source in _open_sources(alert)
    )
    _note(alert, Step.What.CLOSED, closed, title, now, why=why)
    return closed


def _open_sources(alert: Alert) -> list[str]:
    rows = Task.objects.filter(source__in=sources_of(alert), state=Task.State.OPEN)
    return sorted(rows.values_list("source", flat=True).distinct())


def _open_by_town(alert: Alert) -> dict[str, int]:
    found: dict[str, int] = {}
    rows = Task.objects.filter(source__in=sources_of(alert), state=Task.State.OPEN)
    for town in rows.values_list("town", flat=True):
        found[town] = found.get(town, 0) + 1
    return found


def _note(
    alert: Alert,
    what: Step.What,
    households: int,
    title: str,
    now: datetime,
    *,
    due_at: datetime | None = None,
    why: str = "",
) -> None:
    Step.objects.create(
        alert=alert,
        what=what,
        colour=alert.colour,
        households=households,
        due_at=due_at,
        why=why[:200],
        post_title=title,
        at=county_now(now),
    )


def send_by_hand(*, post: Post, alert_id: int, now: datetime) -> Settled:
    """The county sends out on an alert whose colour sends nobody by itself, or that it had stopped.

    Raises Refusal where the alert is over or a drill, NotAllowed where the post may not or there is none.
    """
    with acting(post, "alerts.dispatch", on=f"alert:{alert_id}", reason="安排走访") as act:
        alert = _locked(alert_id)
        alert.by_hand, alert.stopped_why = True, ""
        decision = decision_on(alert, now)
        if not decision.visit:
            raise Refusal(decision.why, place="安排走访", remedy="只有正在生效的实际预警才能安排走访")
        alert.save(update_fields=["by_hand", "stopped_why"])
        _note(alert, Step.What.BY_HAND, 0, post.title, now)
        settled = settle(alert, now=now, post=post)
        act.detail = {"sent": settled.sent, "colour": alert.colour}
    return settled


def stop(*, post: Post, alert_id: int, reason: str, now: datetime) -> Settled:
    """The county calls off what was not begun; what is sent out by itself stays off until somebody sends by hand.

    Raises Refusal without a reason, NotAllowed where the post may not or there is none.
    """
    words = reason.strip()[:200]
    if len(words) < SHORTEST_REASON:
        raise Refusal("没有写停止的理由", place="停止走访", remedy="请用一句话写明，如“雨已停，经会商不再走访”")
    with acting(post, "alerts.dispatch", on=f"alert:{alert_id}", reason=words) as act:
        alert = _locked(alert_id)
        if state_of(alert, now) != State.LIVE:
            raise Refusal("预警已经结束，没有要停止的走访", place="停止走访", remedy="请刷新页面")
        alert.stopped_why, alert.by_hand = words, False
        alert.save(update_fields=["by_hand", "stopped_why"])
        _note(alert, Step.What.STOPPED, 0, post.title, now, why=words)
        settled = settle(alert, now=now, post=post)
        act.detail = {"closed": settled.closed}
    return settled


def _locked(alert_id: int) -> Alert:
    alert = Alert.objects.select_for_update().filter(pk=alert_id, merged_into=None).first()
    if alert is None:
        raise NotAllowed("没有这件预警", remedy="请从预警列表进入")
    return alert
