"""The one door for alerts: a file from a page, a folder, a command or a department's delivery becomes a message.

The same message again changes nothing; in whatever order messages come, the alert ends up the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings

from sangesan.accounts.acting import acting
from sangesan.accounts.models import Post
from sangesan.accounts.permissions import require
from sangesan.alerts.content import as_content
from sangesan.alerts.coverage import Coverage, covered, directory
from sangesan.alerts.dispatching import Settled, settle
from sangesan.alerts.domain import CANCEL, colour_of, effective_kind
from sangesan.alerts.events import event_of
from sangesan.alerts.feeding import feed
from sangesan.alerts.models import Alert, Message, Reference
from sangesan.alerts.moment import county_now
from sangesan.alerts.signing import Judgement, judge, trusted_certificates
from sangesan.alerts.standing import alerts_joined_by, derive, join
from sangesan.exchange.cap.model import Alert as Told
from sangesan.exchange.cap.model import Info
from sangesan.exchange.cap.parsing import parse_alert
from sangesan.exchange.cap.places import area_names
from sangesan.files import storage
from sangesan.files.models import StoredFile
from sangesan.kernel.digest import digest_bytes
from sangesan.kernel.refusal import Refusal
from sangesan.regions.models import County

PLACE = "CAP 预警"
FORWARD_MINUTES = 24 * 60  # a message from further in the future has a wrong clock


@dataclass(frozen=True)
class Taken:
    """What came of a file. repeated: it had been taken before and changed nothing."""

    message: Message
    alert: Alert
    repeated: bool
    settled: Settled


def take_in(
    *,
    post: Post,
    data: bytes,
    way: str,
    now: datetime,
    into_feed: bool = True,
    delivery: int | None = None,
) -> Taken:
    """Takes a CAP message in, settles what it changes, and hands it on to the feed that rules read.

    way: of Message.Way; into_feed: False where the rules shall not see it; delivery: the feed's delivery it came with.
    Raises a Refusal naming the element where it is no message in order, is altered, or is none for this county;
    NotAllowed where the post may not.
    """
    require(post, "alerts.take_in")
    digest = digest_bytes(data)
    known = Message.objects.filter(sha256=digest).select_related("alert").first()
    if known is not None:
        return _known(known, delivery)
    told = parse_alert(data)
    judgement = judge(data, signed=told.signed, trusted=trusted_certificates(Path(settings.HOME)))
    found = covered(told, directory())
    _check(told, found, now)
    storage.write(data, StoredFile.Kind.ORIGINAL, sha256=digest)
    with acting(post, "alerts.take_in", on="alert:new") as act:
        County.objects.select_for_update().first()  # messages of one chain come one after another
        twin = _twin(told)
        if twin is not None:
            return _known(twin, delivery)
        kept = storage.keep(data, StoredFile.Kind.ORIGINAL, now=now, sha256=digest)
        alert = _alert_of(told)
        message = _message(alert, told, found, judgement, kept, way=way, post=post, now=now)
        message.delivery = delivery
        message.save()
        Reference.objects.bulk_create(
            Reference(message=message, identifier=r.identifier, sender=r.sender, sent_at=r.sent)
            for r in told.references
        )
        derive(alert)
        settled = settle(alert, now=now)
        act.on = f"alert:{alert.pk}"
        act.detail = {"message": message.pk, "kind": message.kind, "colour": message.colour, **vars(settled)}
    if into_feed:
        feed(alert, now=now)
        message.refresh_from_db()
    alert.refresh_from_db()
    return Taken(message, alert, repeated=False, settled=settled)


def _known(message: Message, delivery: int | None) -> Taken:
    if delivery is not None and message.delivery is None:
        message.delivery = delivery
        message.save(update_fields=["delivery"])
    return Taken(message, message.alert, repeated=True, settled=Settled())


def _check(told: Told, found: Coverage, now: datetime) -> None:
    """What the standard cannot know: this county, and this day.

    A message about areas none of which touches the county is for others, update or not, unless it belongs to an alert
    kept here: that one may have moved on, or be over. One that names no area (a cancellation need not) is waited with.
    """
    if (told.sent - county_now(now)).total_seconds() > FORWARD_MINUTES * 60:
        raise Refusal(
            f"发布时间 {told.sent.isoformat()} 还没有到", place=f"{PLACE} alert/sent", remedy="请核对发布时间"
        )
    areas = [area for info in told.infos for area in info.areas]
    if found.villages or (told.references and not areas) or _known_alerts(told):
        return
    raise Refusal(
        f"预警区域“{area_names(areas)}”不在本县",
        place=f"{PLACE} alert/info/area",
        remedy="区域写本县镇、村名，或在 geocode 填区划代码，或画图形",
    )


def _twin(told: Told) -> Message | None:
    """The same message in other bytes (re-indented, re-encoded). Raises a Refusal where it says something else."""
    twin = (
        Message.objects.filter(identifier=told.identifier, sender=told.sender, sent_at=told.sent)
        .select_related("alert")
        .first()
    )
    if twin is None:
        return None
    if {**twin.content, "signed": False} != {**as_content(told), "signed": False}:
        raise Refusal(
            f"标识为“{told.identifier[:60]}”的预警已于 {twin.received_at:%Y-%m-%d} 收到，内容不同",
            place=f"{PLACE} alert/identifier",
            remedy="改了内容的应作为更新（Update）发布，使用新的标识",
        )
    return twin


def _known_alerts(told: Told) -> list[Alert]:
    return alerts_joined_by((told.identifier, told.sent), [(r.identifier, r.sent) for r in told.references])


def _alert_of(told: Told) -> Alert:
    """The alert the message belongs to: a new one, the one it is connected with, or several that it joins."""
    found = _known_alerts(told)
    if found:
        return join(found)
    info = told.info
    return Alert.objects.create(
        status=told.status,
        sent_at=told.sent,
        starts_at=_starts(told, info),
        expires_at=(info.expires if info else None) or told.sent,
    )


def _starts(told: Told, info: Info | None) -> datetime:
    return (info.onset or info.effective or told.sent) if info else told.sent


def _message(
    alert: Alert,
    told: Told,
    found: Coverage,
    judgement: Judgement,
    kept: StoredFile,
    *,
    way: str,
    post: Post,
    now: datetime,
) -> Message:
    info = told.info
    colour, colour_from = colour_of(info) if info else ("", "")
    event = event_of(info) if info else None
    return Message(
        alert=alert,
        identifier=told.identifier[:300],
        sender=told.sender[:300],
        sent_at=told.sent,
        version=told.version,
        status=told.status,
        msg_type=told.msg_type,
        kind=effective_kind(told),
        colour=colour,
        colour_from=colour_from,
        event=event.title if event else "",
        event_code=event.code if event else "",
        headline=_headline(told, info),
        starts_at=_starts(told, info),
        expires_at=max((i.expires for i in told.infos if i.expires), default=None),
        weather=any("Met" in i.categories for i in told.infos),
        villages=list(found.villages),
        how=found.how,
        content=as_content(told),
        signature=judgement.state,
        signer=(judgement.signer or judgement.why)[:200],
        sha256=kept.sha256,
        stored=kept,
        way=way,
        post=post.pk,
        post_title=post.title,
        received_at=now,
    )


def _headline(told: Told, info: Info | None) -> str:
    if info is not None:
        return (info.headline or f"{info.sender_name}{info.event}")[:300]
    return (told.note or ("解除预警" if told.msg_type == CANCEL else told.identifier))[:300]
