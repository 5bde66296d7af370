"""The feed of weather warnings that rules read, kept in line with the alerts: what holds is in it, what ended is not."""

from __future__ import annotations

from datetime import datetime

from sangesan.accounts.queries import system_post
from sangesan.alerts.domain import ACTUAL
from sangesan.alerts.models import Alert, Message
from sangesan.exchange.actions import deliver, withdraw
from sangesan.exchange.models import Delivery
from sangesan.files import storage
from sangesan.kernel.refusal import Refusal

FEED = "weather_alert"


def feed(alert: Alert, *, now: datetime) -> int:
    """Delivers the alert's weather messages that hold and withdraws those that no longer do; how many changed.

    Expiry needs nothing: the rule asks for the day. A message the feed cannot take keeps the reason in feed_note.
    """
    changed = 0
    for message in alert.messages.filter(weather=True, status=ACTUAL).select_related("stored"):
        holds = message.pk in alert.live
        delivered = _delivered(message)
        if holds and delivered is None and not message.feed_note:
            changed += _deliver(message, now)
        elif not holds and delivered is not None:
            reason = "预警已解除或已被更新"
            withdraw(system_post(), delivered.pk, reason=reason, now=now)
            changed += 1
    return changed


def _delivered(message: Message) -> Delivery | None:
    """The feed's delivery that still counts and has this message's bytes."""
    rows = Delivery.objects.filter(feed=FEED, sha256=message.sha256, ended_at=None)
    return rows.exclude(state=Delivery.State.REFUSED).first()


def _deliver(message: Message, now: datetime) -> int:
    try:
        report = deliver(
            system_post(), FEED, storage.read(message.stored), now=now, filename=f"{message.identifier[:80]}.xml"
        )
    except Refusal as refusal:
        message.feed_note = str(refusal)[:300]
        message.save(update_fields=["feed_note"])
        return 0
    message.delivery = report.delivery or report.same_as
    message.save(update_fields=["delivery"])
    return 1
