"""Alerts in force, their list, one alert's page, the message as received. Who sees which follows the post's places."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Count, Prefetch, Q, QuerySet

from sangesan.accounts.models import Post
from sangesan.accounts.permissions import NotAllowed, require
from sangesan.alerts.dispatching import alerts_by_source, decision_on, sources_of, state_here, state_of
from sangesan.alerts.domain import ACTUAL, RANK, Decision, State
from sangesan.alerts.models import Alert, Covered, Message, Reference, Step
from sangesan.alerts.moment import county_now
from sangesan.files import storage
from sangesan.kernel.refusal import Refusal
from sangesan.patrols.models import Task
from sangesan.regions.queries import tree
from sangesan.registry.permissions import WHOLE_COUNTY

SEE = "alerts.see"
TABS = {"live": "正在生效", "over": "已结束", "all": "全部"}
Role = Post.Role


def visible_alerts(post: Post) -> QuerySet[Alert]:
    """The alerts that touch the post's places; all of them for the county, inspectors and departments."""
    require(post, SEE)
    rows = Alert.objects.filter(merged_into=None)
    if post.role in WHOLE_COUNTY or post.role == Role.DEPARTMENT:
        return rows
    covered = Covered.objects.filter(Q(town=post.division) | Q(division=post.division))
    return rows.filter(pk__in=covered.values("alert"))


@dataclass(frozen=True)
class Line:
    """One alert of a list. villages: how many of the post's own it covers; tasks: by state, the post's own."""

    alert: Alert
    state: State
    villages: int
    tasks: Mapping[str, int]


def in_force(post: Post, now: datetime) -> list[Line]:
    """Real alerts in force within the post's reach, the most severe first."""
    rows = visible_alerts(post).filter(
        status=ACTUAL, head__isnull=False, cancelled_by=None, expires_at__gt=county_now(now)
    )
    lines = _lines(post, list(rows), now)
    return sorted(lines, key=lambda line: (-RANK[line.alert.colour], -line.alert.pk))


def alert_list(post: Post, *, tab: str, after: int | None, now: datetime, limit: int = 30) -> list[Line]:
    """Alerts newest first, `limit` + 1 of them; tab: of TABS. Raises a Refusal for another tab."""
    if tab not in TABS:
        raise Refusal("没有这一类预警", remedy=f"可选：{'、'.join(TABS.values())}")
    rows = visible_alerts(post)
    live = Q(head__isnull=False, cancelled_by=None, expires_at__gt=county_now(now))
    if tab != "all":
        rows = rows.filter(live) if tab == "live" else rows.exclude(live)
    if after:
        rows = rows.filter(pk__lt=after)
    return _lines(post, list(rows.order_by("-pk")[: limit + 1]), now)


def _lines(post: Post, alerts: Sequence[Alert], now: datetime) -> list[Line]:
    if not alerts:
        return []
    villages = dict(
        _own_places(post, Covered.objects.filter(alert__in=alerts)).values_list("alert").annotate(n=Count("pk"))
    )
    sources = alerts_by_source(alerts)
    tasks: dict[int, dict[str, int]] = {}
    rows = _own_tasks(post, Task.objects.filter(source__in=list(sources))).values_list("source", "state")
    for source, state, number in rows.annotate(n=Count("pk")):
        of_alert = tasks.setdefault(sources[source], {})
        of_alert[state] = of_alert.get(state, 0) + number
    here = county_now(now)
    return [Line(a, state_here(a, here), villages.get(a.pk, 0), tasks.get(a.pk, {})) for a in alerts]


def _own_places(post: Post, rows: QuerySet[Covered]) -> QuerySet[Covered]:
    if post.role == Role.TOWN:
        return rows.filter(town=post.division)
    return rows.filter(division=post.division) if post.role in {Role.VILLAGE, Role.GRID} else rows


def _own_tasks(post: Post, rows: QuerySet[Task]) -> QuerySet[Task]:
    """A department sees no household's tasks, not even how many."""
    if post.role in WHOLE_COUNTY:
        return rows
    if post.role == Role.TOWN:
        return rows.filter(town=post.division)
    if post.role == Role.VILLAGE:
        return rows.filter(division=post.division)
    return rows.filter(grid=post.grid) if post.role == Role.GRID else rows.none()


@dataclass
class VillageLine:
    """A covered village with its tasks: done, left (of them late), called off."""

    division: str
    town: str
    colour: str = ""
    done: int = 0
    left: int = 0
    late: int = 0
    closed: int = 0

    @property
    def total(self) -> int:
        return self.done + self.left + self.closed


@dataclass(frozen=True)
class Event:
    """Something in the life of an alert, for the timeline: a message or a step."""

    at: datetime
    message: Message | None = None
    step: Step | None = None
    replaced: bool = False


@dataclass(frozen=True)
class AlertPage:
    """One alert, whole. villages: the post's own, by town and code; events: newest first."""

    alert: Alert
    state: State
    decision: Decision
    events: list[Event]
    villages: list[VillageLine]
    totals: VillageLine
    named: list[Reference] = field(default_factory=list)

    @property
    def head(self) -> Message | None:
        return self.alert.head


def alert_page(post: Post, alert_id: int, now: datetime) -> AlertPage:
    """One alert; raises NotAllowed outside the post's reach. An alert joined to another is shown as that one."""
    merged = Alert.objects.filter(pk=alert_id).values_list("merged_into", flat=True).first()
    alert = _one(post, merged or alert_id)
    references = Prefetch("references", queryset=Reference.objects.order_by("pk"))
    messages = list(alert.messages.prefetch_related(references))
    events = [Event(m.sent_at, message=m, replaced=_replaced(alert, m)) for m in messages]
    events += [Event(s.at, step=s) for s in alert.steps.all()]
    villages = _villages(post, alert, now)
    totals = VillageLine("", "")
    for line in villages:
        totals.done += line.done
        totals.left += line.left
        totals.late += line.late
        totals.closed += line.closed
    known = {(m.identifier, m.sent_at) for m in messages}
    named = [r for m in messages for r in m.references.all() if (r.identifier, r.sent_at) not in known]
    events.sort(key=lambda e: (e.at, e.step is not None), reverse=True)
    return AlertPage(alert, state_of(alert, now), decision_on(alert, now), events, villages, totals, named)


def _one(post: Post, alert_id: int) -> Alert:
    alert = visible_alerts(post).select_related("head", "cancelled_by").filter(pk=alert_id).first()
    if alert is None:
        raise NotAllowed("没有这件预警，或不涉及您的管理范围", remedy="请从预警列表进入")
    return alert


def _replaced(alert: Alert, message: Message) -> bool:
    return message.kind in {"Alert", "Update"} and message.pk not in alert.live and alert.head_id != message.pk


def _villages(post: Post, alert: Alert, now: datetime) -> list[VillageLine]:
    lines = {
        c.division: VillageLine(c.division, c.town, c.colour)
        for c in _own_places(post, Covered.objects.filter(alert=alert))
    }
    here = county_now(now)
    rows = _own_tasks(post, Task.objects.filter(source__in=sources_of(alert))).values("division", "town", "state")
    for row in rows.annotate(n=Count("pk"), late=Count("pk", filter=Q(due_at__lt=here))):
        line = lines.setdefault(row["division"], VillageLine(row["division"], row["town"]))
        if row["state"] == Task.State.OPEN:
            line.left += row["n"]
            line.late += row["late"]
        elif row["state"] == Task.State.DONE:
            line.done += row["n"]
        else:
            line.closed += row["n"]
    order = tree().names
    return sorted(lines.values(), key=lambda v: (v.town, v.division, order.get(v.division, "")))


def message_of(post: Post, alert_id: int, message_id: int) -> tuple[Message, bytes]:
    """A message with its bytes as received; raises NotAllowed outside the post's reach."""
    alert = _one(post, alert_id)
    message = alert.messages.select_related("stored").filter(pk=message_id).first()
    if message is None:
        raise NotAllowed("没有这条消息", remedy="请从预警页面进入")
    return message, storage.read(message.stored)


def alerts_of_villages(villages: Sequence[str], now: datetime) -> dict[str, list[Alert]]:
    """Real alerts in force by village, the most severe first: for the phone, the front page and the map."""
    rows = (
        Covered.objects.filter(
            division__in=list(villages),
            alert__merged_into=None,
            alert__status=ACTUAL,
            alert__head__isnull=False,
            alert__cancelled_by=None,
            alert__expires_at__gt=county_now(now),
        )
        .select_related("alert")
        .order_by("alert_id")
    )
    found: dict[str, list[Alert]] = {}
    for row in rows:
        found.setdefault(row.division, []).append(row.alert)
    for alerts in found.values():
        alerts.sort(key=lambda a: -RANK[a.colour])
    return found


def as_dict(line: Line) -> dict[str, Any]:
    """For `sangesan alert list --json`."""
    alert = line.alert
    return {
        "id": alert.pk,
        "state": str(line.state),
        "status": alert.status,
        "colour": alert.colour,
        "event": alert.event,
        "headline": alert.headline,
        "sent_at": alert.sent_at.isoformat(),
        "expires_at": alert.expires_at.isoformat(),
        "villages": line.villages,
        "tasks": dict(line.tasks),
    }
