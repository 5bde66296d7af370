"""Reading one's messages, and setting up the ways out."""

import re
from datetime import datetime

from django.conf import settings

from sangesan.accounts.acting import acting
from sangesan.accounts.models import Post
from sangesan.accounts.permissions import NotAllowed, require
from sangesan.kernel.masking import mask_phone
from sangesan.kernel.refusal import Refusal
from sangesan.kernel.sealing import Keyring
from sangesan.messages.gateways import TO, Answer, check_where_it_leads, gateway_of, hand_over, shown, with_target
from sangesan.messages.guard import HEADING
from sangesan.messages.models import Channel, Delivery, Message, Subscription, Waiting
from sangesan.messages.sealed_fields import ADDRESS, TARGET
from sangesan.messages.templates import templates
from sangesan.regions.queries import county, tree

_MOBILE = re.compile(r"\+?[0-9]{8,15}")
_MAILBOX = re.compile(r"[A-Za-z0-9._+-]{1,60}@[A-Za-z0-9-]{1,60}(?:\.[A-Za-z0-9-]{1,30}){1,4}")
RECEIVERS = (
    Post.Role.COUNTY,
    Post.Role.TOWN,
    Post.Role.VILLAGE,
    Post.Role.GRID,
    Post.Role.DEPARTMENT,
    Post.Role.INSPECTOR,
)


def mark_read(*, post: Post, message_id: int, now: datetime) -> Message:
    """One of the post's own messages is seen; raises NotAllowed for others' and for what does not exist."""
    with acting(post, "messages.see", on=f"message:{message_id}"):
        message = Message.objects.filter(pk=message_id, post=post).first()
        if message is None:
            raise NotAllowed("没有这条通知，或不是发给您这个岗位的", remedy="请从您的通知列表进入")
        if message.read_at is None:
            message.read_at = now
            message.save(update_fields=["read_at"])
    return message


def mark_all_read(*, post: Post, up_to: int, now: datetime) -> int:
    """All of the post's messages up to the newest that the page showed; how many. What came since stays unread."""
    with acting(post, "messages.see", on=f"messages:{up_to}") as act:
        seen = Message.objects.filter(post=post, read_at=None, pk__lte=up_to).update(read_at=now)
        act.detail = {"read": seen}
    return seen


def add_channel(*, post: Post, title: str, address: str, now: datetime) -> Channel:
    """A new way out; the address is sealed and never shown again.

    Raises Refusal for an unknown gateway, an address that cannot be read, or one that leads into the local net.
    """
    require(post, "messages.set_up")  # before an address is looked up
    gateway = gateway_of(address)
    check_where_it_leads(address)
    name = title.strip()
    if not 2 <= len(name) <= 60:
        raise Refusal("名称应为2至60个字", place="名称", remedy="如“县专班工作群”")
    if Channel.objects.filter(title=name, active=True).exists():
        raise Refusal(f"已有名为“{name}”的渠道", place="名称", remedy="请换一个名称，或先停用原来的")
    with acting(post, "messages.set_up", on=f"channel:{name}") as act:
        channel = Channel.objects.create(
            title=name,
            gateway=gateway.code,
            sealed_address=Keyring.load(settings.HOME).seal(ADDRESS, address.strip().encode()),
            shown=shown(address),
            personal=TO in address,
            made_by=post.pk,
            made_by_title=post.title,
            made_at=now,
        )
        act.on, act.detail = f"channel:{channel.pk}", {"gateway": gateway.code, "shown": channel.shown}
    return channel


def stop_channel(*, post: Post, channel_id: int, now: datetime) -> int:
    """Nothing goes out by it any more; what waits is kept in the log as given up. How many deliveries were waiting."""
    with acting(post, "messages.set_up", on=f"channel:{channel_id}") as act:
        channel = _channel(channel_id)
        Channel.objects.filter(pk=channel.pk).update(active=False)
        Subscription.objects.filter(channel=channel, ended_at=None).update(ended_at=now)
        live = Delivery.objects.filter(channel=channel, state__in=[Delivery.State.QUEUED, Delivery.State.FAILED])
        stopped = live.update(state=Delivery.State.GIVEN_UP, answer="渠道已停用")
        # the rest is taken up by the next run, which finds the channel stopped and says so in the log
        Waiting.objects.filter(channel=channel, delivery=None).update(due_at=now)
        act.detail = {"stopped": stopped}
    return stopped


def try_channel(*, post: Post, channel_id: int, target: str = "", now: datetime) -> Answer:
    """Sends the test sentence at once, whatever the hour; a personal channel needs a receiver. Kept in the audit only."""
    require(post, "messages.set_up")
    channel = _channel(channel_id)
    address = Keyring.load(settings.HOME).open(ADDRESS, bytes(channel.sealed_address)).decode()
    if channel.personal:
        address = with_target(address, _checked_target(target))
    text = f"{county().name}{HEADING}\n{templates()['trial'].text}\n{settings.ADDRESS}/messages/"
    answer = hand_over(address, f"{county().name}{HEADING}", text)  # outside any transaction: it may take seconds
    with acting(post, "messages.set_up", on=f"channel:{channel_id}", reason="测试") as act:
        if answer.taken:
            Channel.objects.filter(pk=channel.pk).update(sent_at=now, failing_since=None)
        act.detail = {"taken": answer.taken, "answer": answer.words}
    return answer


def subscribe(
    *, post: Post, channel_id: int, receiver: int | None = None, role: str = "", division: str = "", target: str = "",
    now: datetime,
) -> Subscription:  # fmt: skip
    """Messages of one post (receiver: its number) or of a role, in a town or the whole county, go to a channel.

    target: the receiver's own phone or mailbox, sealed; needed for a personal channel, which takes single posts only.
    """
    require(post, "messages.set_up")
    channel = _channel(channel_id)
    to = Post.objects.filter(pk=receiver, user__isnull=False).first() if receiver else None
    if receiver and to is None:
        raise Refusal("没有这个岗位", place="岗位", remedy="请从列表中选")
    if channel.personal and to is None:
        raise Refusal("这个渠道按人发送，要选一个岗位并写明号码或邮箱", place="岗位", remedy="请选岗位")
    if to is None and role not in RECEIVERS:
        raise Refusal("没有选岗位，也没有选角色", place="角色", remedy="请选一项")
    if division and tree().levels.get(division) != "town":
        raise Refusal("没有这个镇", place="镇", remedy="请从列表中选，或留空表示全县")
    reached = _checked_target(target) if channel.personal else ""
    who = {"post": to} if to else {"post": None, "role": role, "division": division}
    same = Subscription.objects.filter(channel=channel, ended_at=None, **who)
    with acting(post, "messages.set_up", on=f"channel:{channel_id}") as act:
        if same.exists() and not channel.personal:
            raise Refusal("已经订阅过", place="岗位" if to else "角色", remedy="不用重复登记")
        same.update(ended_at=now)  # a changed number takes the place of the old one
        row = Subscription.objects.create(
            channel=channel,
            sealed_target=Keyring.load(settings.HOME).seal(TARGET, reached.encode()) if reached else None,
            shown_target=_shown_target(reached),
            made_at=now,
            **who,
        )
        act.detail = {"subscription": row.pk, "post": to.pk if to else None, "role": role, "division": division}
    return row


def end_subscription(*, post: Post, subscription_id: int, now: datetime) -> None:
    """What is told from now on no longer goes there."""
    with acting(post, "messages.set_up", on=f"subscription:{subscription_id}"):
        ended = Subscription.objects.filter(pk=subscription_id, ended_at=None).update(ended_at=now)
        if not ended:
            raise Refusal("没有这条订阅，或已经取消", remedy="请刷新页面")


def _channel(channel_id: int) -> Channel:
    channel = Channel.objects.filter(pk=channel_id, active=True).first()
    if channel is None:
        raise Refusal("没有这个渠道，或已停用", remedy="请刷新页面")
    return channel


def _checked_target(target: str) -> str:
    text = target.strip().replace(" ", "")
    if not _MOBILE.fullmatch(text) and not _MAILBOX.fullmatch(text):
        raise Refusal("不是手机号码或邮箱", place="号码或邮箱", remedy="请写11位手机号码，或 名称@单位.cn")
    return text


def _shown_target(target: str) -> str:
    if "@" in target:
        name, _, host = target.partition("@")
        return f"{name[:1]}…@{host}"
    return mask_phone(target) if target else ""
