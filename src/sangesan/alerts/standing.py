"""What a chain of messages comes to, written where lists and pages read it. Derived anew from the messages each time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import Q

from sangesan.alerts.domain import Chain, Key, Seen, connected, highest, standing_of
from sangesan.alerts.models import Alert, Covered, Message
from sangesan.alerts.signing import VERIFIED
from sangesan.amendments.queries import parameter_number
from sangesan.regions.queries import CHINA, tree


def seen(message: Message) -> Seen:
    """The message as the domain needs it. Its references must be prefetched."""
    return Seen(
        identifier=message.identifier,
        sender=message.sender,
        sent=message.sent_at,
        kind=message.kind,
        status=message.status,
        references=frozenset((r.identifier, r.sent_at) for r in message.references.all()),
        trusted=message.signature == VERIFIED,
    )


def alerts_joined_by(key: Key, references: Sequence[Key]) -> list[Alert]:
    """The alerts whose messages this one names, that name this one, or that name what it names; oldest first."""
    asked = Q(pk__in=[])
    for identifier, sent in {key, *references}:
        asked |= Q(messages__identifier=identifier, messages__sent_at=sent)
        asked |= Q(messages__references__identifier=identifier, messages__references__sent_at=sent)
    return list(Alert.objects.filter(asked, merged_into=None).distinct().order_by("pk"))


def join(alerts: Sequence[Alert]) -> Alert:
    """Several alerts turn out to be one: the oldest takes the others' messages; theirs stay as a trace."""
    first, *others = alerts
    for other in others:
        Message.objects.filter(alert=other).update(alert=first)
        Covered.objects.filter(alert=other).delete()
        Alert.objects.filter(pk=other.pk).update(merged_into=first, head=None, live=[], cancelled_by=None)
    return first


def derive(alert: Alert) -> Chain:
    """Writes what holds now of the alert's messages into its row and its villages."""
    messages = list(alert.messages.prefetch_related("references").order_by("sent_at", "identifier", "sender"))
    by_seen = {seen(m): m for m in messages}
    chain = standing_of(by_seen)
    live = [by_seen[s] for s in chain.live]
    head = by_seen[chain.head] if chain.head else None
    over = by_seen[chain.cancelled_by] if chain.cancelled_by else None
    shown = head or over or messages[-1]
    alert.head, alert.live = head, [m.pk for m in live]
    alert.cancelled_by, alert.cancelled_at = over, over.sent_at if over else None
    alert.status, alert.event, alert.event_code = shown.status, shown.event, shown.event_code
    alert.headline, alert.starts_at = shown.headline, shown.starts_at
    alert.sent_at = shown.sent_at
    alert.colour = highest(m.colour for m in live) if live else shown.colour
    alert.expires_at = max(ends(m) for m in live or [shown])
    alert.row_version += 1
    alert.save()
    _cover(alert, live or ([head] if head else []))
    return chain


def ends(message: Message) -> datetime:
    """When the message no longer counts: as it says, else some hours after it was sent."""
    if message.expires_at:
        return message.expires_at
    hours = parameter_number("alert_lasting_hours", message.sent_at.astimezone(CHINA).date())
    return message.sent_at + timedelta(hours=hours)


def _cover(alert: Alert, messages: Sequence[Message]) -> None:
    colours: dict[str, list[str]] = {}
    for message in messages:
        for village in message.villages:
            colours.setdefault(village, []).append(message.colour)
    wanted = {village: highest(found) for village, found in colours.items()}
    if wanted == dict(Covered.objects.filter(alert=alert).values_list("division", "colour")):
        return
    Covered.objects.filter(alert=alert).delete()
    places = tree()
    Covered.objects.bulk_create(
        Covered(alert=alert, division=village, town=places.town_of(village), colour=colour)
        for village, colour in sorted(wanted.items())
    )


def chain_is_whole(alert: Alert) -> bool:
    """Whether the alert's messages are one connected chain (a check for tests and repairs)."""
    messages = list(alert.messages.prefetch_related("references"))
    references = {(m.identifier, m.sent_at): [(r.identifier, r.sent_at) for r in m.references.all()] for m in messages}
    start = [next(iter(references))] if references else []
    return set(references) <= connected(start, references)
