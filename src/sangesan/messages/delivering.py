"""From the queue to the gateways: what is due becomes one text per receiver, each is handed over until it is taken.

At least once: a delivery is marked as being sent before the gateway hears of it. Whoever finds it so ten minutes later
cannot know whether it went; it goes again, and its number under the text tells the reader that it is the same.
"""

import logging
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F

from sangesan.accounts.models import Post
from sangesan.accounts.queries import holding
from sangesan.kernel.refusal import Refusal
from sangesan.kernel.sealing import Keyring
from sangesan.messages.domain import in_order, is_quiet, may_send, merged, next_try
from sangesan.messages.gateways import TO, Answer, hand_over, with_target
from sangesan.messages.guard import HEADING, MORE, NUMBER, ensure_sayable
from sangesan.messages.models import Attempt, Channel, Delivery, Message, Subscription, Waiting
from sangesan.messages.schedule import schedule_on
from sangesan.messages.sealed_fields import ADDRESS, TARGET
from sangesan.messages.sending import tell
from sangesan.messages.templates import Line, sentence
from sangesan.regions.queries import CHINA, county, tree

log = logging.getLogger(__name__)

MOST_LINES = 12  # WeCom takes 2,048 bytes
STALE = timedelta(minutes=10)  # longer than any gateway is waited for
FAILURES_IN_A_ROW = 3  # then a channel is let alone until the next run
INBOX = "/messages/"

Clock = Callable[[], datetime]
HandOver = Callable[[str, str, str], Answer]
Progress = Callable[[int, int, str], None]


@dataclass
class Delivered:
    """Counts of one run."""

    collected: int = 0
    counts: Counter[str] = field(default_factory=Counter)

    def to_dict(self) -> dict[str, int]:
        return (
            {"collected": self.collected}
            | {result: self.counts[result] for result in Attempt.Result.values}
            | {
                "given_up": self.counts[Delivery.State.GIVEN_UP],
            }
        )


def send_due(*, clock: Clock, hand_over: HandOver = hand_over, progress: Progress = lambda *_: None) -> Delivered:
    """Collects what is due and hands over what may go. clock: the time now, asked before every single text: a run may
    last into the quiet hours. Two runs at once share the work; neither sends what the other has taken.
    """
    done = Delivered(collected=collect(now=clock()))
    _broken_off(clock(), done)
    failures: Counter[int] = Counter()
    waiting = _ready(clock())
    for number, delivery_id in enumerate(waiting):
        progress(number, len(waiting), f"{done.counts['sent']} 条已送达网关")
        delivery = _take(delivery_id, clock(), failures)
        if delivery is not None:
            _send(delivery, clock, hand_over, failures, done)
    progress(len(waiting), len(waiting), "")
    _tell_the_county(done, clock())
    return done


def collect(*, now: datetime) -> int:
    """Makes deliveries of all waiting messages that are due and may go now; how many messages were taken up."""
    local = now.astimezone(CHINA)
    with transaction.atomic():
        rows = Waiting.objects.filter(delivery=None, due_at__lte=now)
        rows = rows.filter(passes_quiet=True) if is_quiet(schedule_on(local.date()), local) else rows
        due = list(rows.select_for_update(of=("self",)).select_related("message__post", "channel").order_by("pk"))
        groups: dict[tuple[int, int | None, bool, bool], list[Waiting]] = defaultdict(list)
        for row in due:
            receiver = row.message.post_id if row.channel.personal else None
            groups[(row.channel_id, receiver, row.urgent, row.passes_quiet)].append(row)
        held = set(holding(local.date()).values_list("pk", flat=True)) if due else set()
        for (_channel, receiver, urgent, passes), taken in groups.items():
            _bundle(taken, receiver, urgent=urgent, passes_quiet=passes, held=held, now=now)
    return len(due)


def _bundle(
    rows: Sequence[Waiting], receiver: int | None, *, urgent: bool, passes_quiet: bool, held: set[int], now: datetime
) -> None:
    channel = rows[0].channel
    trouble = "" if channel.active else "渠道已停用"
    if receiver is not None and receiver not in held:
        trouble = "岗位已无人在任"
    delivery = Delivery.objects.create(
        channel=channel,
        post_id=receiver,
        text="",
        urgent=urgent,
        passes_quiet=passes_quiet,
        state=Delivery.State.GIVEN_UP if trouble else Delivery.State.QUEUED,
        answer=trouble,
        next_at=now,
        made_at=now,
    )
    delivery.text = text_of([row.message for row in rows], number=delivery.pk)
    delivery.save(update_fields=["text"])
    Waiting.objects.filter(pk__in=[row.pk for row in rows]).update(delivery=delivery)


def text_of(messages: Sequence[Message], *, number: int) -> str:
    """One text for one receiver: counts, days, places, one link, and the number by which a repetition is known."""
    by_role: dict[str, list[Line]] = defaultdict(list)
    for message in messages:
        by_role[message.post.role] += [Line.from_dict(kept) for kept in message.lines]
    name = tree().full_name
    several = len(by_role) > 1
    said: list[str] = []
    links: set[str] = set()
    for role in [role for role in Post.Role.values if role in by_role]:
        for line in in_order(merged(by_role[role])):
            links.add(line.link)
            said.append((f"{Post.Role(role).label}：" if several else "") + sentence(line, name))
    more = [MORE.format(count=len(said) - MOST_LINES)] if len(said) > MOST_LINES else []
    link = links.pop() if len(links) == 1 else ""
    heading = f"{county().name}{HEADING}"
    return "\n".join(
        [heading, *said[:MOST_LINES], *more, f"{settings.ADDRESS}{link or INBOX}", NUMBER.format(number=number)]
    )


def _ready(now: datetime) -> list[int]:
    rows = Delivery.objects.filter(state__in=[Delivery.State.QUEUED, Delivery.State.FAILED], next_at__lte=now)
    return list(rows.order_by("-urgent", "next_at", "pk").values_list("pk", flat=True))


def _take(delivery_id: int, now: datetime, failures: Counter[int]) -> Delivery | None:
    """The delivery marked as being sent, when it may go now and nobody else has taken it."""
    delivery = Delivery.objects.select_related("channel", "post").get(pk=delivery_id)
    local = now.astimezone(CHINA)
    if failures[delivery.channel_id] >= FAILURES_IN_A_ROW:
        return None
    if not may_send(schedule_on(local.date()), local, passes_quiet=delivery.passes_quiet):
        return None
    mine = Delivery.objects.filter(
        pk=delivery_id, state__in=[Delivery.State.QUEUED, Delivery.State.FAILED], next_at__lte=now
    ).update(state=Delivery.State.SENDING, attempts=F("attempts") + 1, next_at=now + STALE)
    if not mine:
        return None
    delivery.attempts += 1
    return delivery


def _send(delivery: Delivery, clock: Clock, hand_over: HandOver, failures: Counter[int], done: Delivered) -> None:
    channel = delivery.channel
    try:
        ensure_sayable(
            delivery.text,
            address=settings.ADDRESS,
            county=county().name,
            places={tree().full_name(code) for code in tree().names},
            roles=set(Post.Role.labels),
        )
        address = _address(delivery)
    except Refusal as refusal:
        log.warning("delivery %s not sent: %s", delivery.pk, refusal.message)
        _note(delivery, Attempt.Result.REFUSED, Answer(taken=False, words=str(refusal), refused=True), clock(), done)
        return
    answer = hand_over(address, f"{county().name}{HEADING}", delivery.text)
    failures[channel.pk] = 0 if answer.taken else failures[channel.pk] + 1
    result = Attempt.Result.SENT if answer.taken else Attempt.Result.FAILED
    _note(delivery, Attempt.Result.REFUSED if answer.refused else result, answer, clock(), done)


def _address(delivery: Delivery) -> str:
    """The address in clear, for one receiver; raises Refusal where it is gone."""
    channel = delivery.channel
    if not channel.active:
        raise Refusal("渠道已停用")
    keys = Keyring.load(settings.HOME)
    address = keys.open(ADDRESS, bytes(channel.sealed_address)).decode()
    if TO not in address:
        return address
    own = Subscription.objects.filter(channel=channel, post=delivery.post_id, ended_at=None).order_by("-pk").first()
    if own is None or own.sealed_target is None:
        raise Refusal("没有登记这个岗位的接收号码")
    return with_target(address, keys.open(TARGET, bytes(own.sealed_target)).decode())


def _note(delivery: Delivery, result: str, answer: Answer, now: datetime, done: Delivered) -> None:
    """Keeps what a try gave, and what follows: sent, tried again later, or given up."""
    again = next_try(schedule_on(now.astimezone(CHINA).date()), delivery.attempts, now)
    if result == Attempt.Result.SENT:
        changed = {"state": Delivery.State.SENT, "sent_at": now}
    elif again is None or answer.refused:
        changed = {"state": Delivery.State.GIVEN_UP}
    else:
        changed = {"state": Delivery.State.FAILED, "next_at": again}
    with transaction.atomic():
        # only while it is still ours: a run thought dead may come back after another has taken over
        Delivery.objects.filter(pk=delivery.pk, state=Delivery.State.SENDING, attempts=delivery.attempts).update(
            answer=answer.words[:200], **changed
        )
        Attempt.objects.create(
            delivery=delivery,
            number=delivery.attempts,
            result=result,
            answer=answer.words[:200],
            milliseconds=answer.milliseconds,
            at=now,
        )
        channel = Channel.objects.filter(pk=delivery.channel_id)
        if result == Attempt.Result.SENT:
            channel.update(sent_at=now, failing_since=None)
        elif result == Attempt.Result.FAILED:
            channel.filter(failing_since=None).update(failing_since=now)
    done.counts[result] += 1
    if changed["state"] == Delivery.State.GIVEN_UP:
        done.counts[Delivery.State.GIVEN_UP] += 1


def _broken_off(now: datetime, done: Delivered) -> None:
    """What was being sent when a process ended: the try is noted as unclear and made again, or given up after the last."""
    left = Delivery.objects.filter(state=Delivery.State.SENDING, next_at__lte=now)
    for delivery in left.select_related("channel"):
        _note(delivery, Attempt.Result.UNCLEAR, Answer(taken=False, words="发送时中断，是否送达不明"), now, done)


def _tell_the_county(done: Delivered, now: datetime) -> None:
    """What was given up is said within the system, where no gateway is needed; once an hour at the most."""
    given_up = done.counts[Delivery.State.GIVEN_UP]
    if given_up:
        local = now.astimezone(CHINA)
        posts: Iterable[Post] = holding(local.date()).filter(role=Post.Role.COUNTY)
        link = "/messages/log/?state=given_up"
        tell(posts, "not_delivered", {"count": given_up}, link, source=f"not_delivered:{local:%Y-%m-%dT%H}", now=now)
