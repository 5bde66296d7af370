"""A post's own messages; the channels; what was delivered."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TypeVar

from django.db.models import Count, Prefetch, Q, QuerySet

from sangesan.accounts.models import Post
from sangesan.accounts.permissions import require
from sangesan.accounts.queries import holding
from sangesan.kernel.refusal import Refusal
from sangesan.messages.models import Attempt, Channel, Delivery, Message, Subscription, Waiting
from sangesan.regions.queries import CHINA

Row = TypeVar("Row", Message, Delivery)
SHOWN_UNREAD = 99  # the bell counts no further


def unread(post: Post) -> int:
    """How many messages the post has not seen, at most one more than SHOWN_UNREAD: one short range of one index."""
    return Message.objects.filter(post=post, read_at=None).values("pk")[: SHOWN_UNREAD + 1].count()


@dataclass(frozen=True)
class MessagePage:
    """One page of messages, newest first. next: key of the next page or ""."""

    rows: list[Message]
    next: str


def messages_of(post: Post, *, only_unread: bool = False, after: str = "", limit: int = 30) -> MessagePage:
    """The post's own messages; `after` is a page's `next`; raises Refusal for a broken one."""
    rows = Message.objects.filter(post=require(post, "messages.see"))
    rows = rows.filter(read_at=None) if only_unread else rows
    found = list(_older(rows, after).order_by("-pk")[: limit + 1])
    return MessagePage(found[:limit], str(found[limit - 1].pk) if len(found) > limit else "")


@dataclass(frozen=True)
class ChannelRow:
    """A channel as set up. waiting: messages that wait to go; given_up: deliveries given up in the last seven days."""

    channel: Channel
    subscriptions: list[Subscription]
    waiting: int
    given_up: int


def channels(post: Post, *, now: datetime) -> list[ChannelRow]:
    """The channels, those in use first, with who is subscribed; four queries."""
    require(post, "messages.set_up")
    live = Subscription.objects.filter(ended_at=None).select_related("post").order_by("pk")
    rows = Channel.objects.prefetch_related(Prefetch("subscriptions", queryset=live, to_attr="live"))
    waiting = dict(Waiting.objects.filter(delivery=None).values_list("channel").annotate(n=Count("pk")))
    lately = Delivery.objects.filter(state=Delivery.State.GIVEN_UP, made_at__gte=now - timedelta(days=7))
    given_up = dict(lately.values_list("channel").annotate(n=Count("pk")))
    return [
        ChannelRow(row, row.live, waiting.get(row.pk, 0), given_up.get(row.pk, 0))
        for row in rows.order_by("-active", "pk")
    ]


def find_receiver(words: str, on: date) -> Post:
    """The post held on a day by a user name or a title; raises Refusal where there is none, or more than one."""
    asked = words.strip()
    found = list(holding(on).filter(Q(user__username=asked) | Q(title=asked))[:2]) if asked else []
    if not found:
        raise Refusal("没有这个在任岗位", place="岗位", remedy="请写用户名，或岗位的全称")
    if len(found) > 1:
        raise Refusal("有几个岗位都叫这个名称", place="岗位", remedy="请写其中一个的全称")
    return found[0]


@dataclass(frozen=True)
class LogFilters:
    """What the log is narrowed to; empty means all. on: a day; problem: only what did not go at the first try."""

    state: str = ""
    channel: str = ""
    on: date | None = None
    problem: bool = False


@dataclass(frozen=True)
class LogPage:
    """One page of deliveries with their attempts, newest first. next: key of the next page or ""."""

    rows: list[Delivery]
    next: str


def log_page(post: Post, filters: LogFilters, *, after: str = "", limit: int = 50) -> LogPage:
    """What was delivered; raises NotAllowed for who may not, Refusal for a broken `after`."""
    require(post, "messages.see_log")
    found = list(_older(_narrowed(filters), after).order_by("-pk")[: limit + 1])
    return LogPage(found[:limit], str(found[limit - 1].pk) if len(found) > limit else "")


def log_counts(post: Post, filters: LogFilters) -> dict[str, int]:
    """Deliveries by state under the same filters, the state's own left out."""
    require(post, "messages.see_log")
    rows = _narrowed(LogFilters("", filters.channel, filters.on, filters.problem))
    return dict(rows.values_list("state").annotate(n=Count("pk", distinct=True)).order_by())


def _narrowed(filters: LogFilters) -> QuerySet[Delivery]:
    tries = Attempt.objects.order_by("number", "pk")
    rows = Delivery.objects.select_related("channel", "post").prefetch_related(Prefetch("tries", queryset=tries))
    if filters.state:
        rows = rows.filter(state=filters.state)
    if filters.channel.isdecimal():
        rows = rows.filter(channel=int(filters.channel))
    if filters.on:
        start = datetime.combine(filters.on, time(), CHINA)
        rows = rows.filter(made_at__gte=start, made_at__lt=start + timedelta(days=1))
    if filters.problem:
        rows = rows.filter(Q(attempts__gt=1) | Q(state__in=[Delivery.State.FAILED, Delivery.State.GIVEN_UP]))
    return rows


def _older(rows: QuerySet[Row], after: str) -> QuerySet[Row]:
    if not after:
        return rows
    if not after.isdecimal() or len(after) > 18:
        raise Refusal("翻页的位置认不出", remedy="请回到列表第一页")
    return rows.filter(pk__lt=int(after))


def work_waits(now: datetime) -> bool:
    """Whether anything could be collected, sent or found broken off now: two short ranges; quiet hours are not asked."""
    live: Collection[str] = (Delivery.State.QUEUED, Delivery.State.FAILED, Delivery.State.SENDING)
    return (
        Waiting.objects.filter(delivery=None, due_at__lte=now).exists()
        or Delivery.objects.filter(state__in=live, next_at__lte=now).exists()
    )
