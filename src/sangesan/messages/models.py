"""Messages to posts, where they go outside, what waits to go, what went and what each attempt gave."""

from django.db import models
from django.db.models import Q


class Message(models.Model):
    """What one post was told: sentences made of templates (templates.Line). source: the same one again is not told twice."""

    personal_data = "哪个岗位收到了哪些通知（只有数目、日期、地名），何时看过"

    post = models.ForeignKey("accounts.Post", on_delete=models.PROTECT, related_name="messages")
    template = models.CharField(max_length=40)
    lines = models.JSONField()
    urgent = models.BooleanField(default=False)
    source = models.CharField(max_length=80, blank=True)
    made_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["post", "-id"]),
            models.Index(fields=["post"], condition=Q(read_at=None), name="message_unread"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["post", "source"], condition=~Q(source=""), name="message_once_per_source"),
        ]


class Channel(models.Model):
    """A way out: an address of a gateway, sealed. gateway: a code of gateways.yaml; shown: the address with its secrets
    masked; personal: the address has a place for each receiver's own number or mailbox.
    """

    personal_data = "对外通知渠道的地址（加密保存），可能含接收人的电话或邮箱"

    title = models.CharField(max_length=60)
    gateway = models.CharField(max_length=20)
    sealed_address = models.BinaryField()
    shown = models.CharField(max_length=200)
    personal = models.BooleanField(default=False)
    active = models.BooleanField(default=True)
    made_by = models.BigIntegerField()
    made_by_title = models.CharField(max_length=120)
    made_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    failing_since = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["title"], condition=Q(active=True), name="channel_title_once")]


class Subscription(models.Model):
    """Whose messages go to a channel: one post's, or those of a role in a town (division "": the whole county)."""

    personal_data = "哪个岗位的通知发往哪个渠道；接收人的电话或邮箱（加密保存）"

    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="subscriptions")
    post = models.ForeignKey("accounts.Post", on_delete=models.PROTECT, related_name="subscriptions", null=True)
    role = models.CharField(max_length=12, blank=True)
    division = models.CharField(max_length=12, blank=True)
    sealed_target = models.BinaryField(null=True)
    shown_target = models.CharField(max_length=80, blank=True)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(post__isnull=False, role="", division="") | (Q(post=None) & ~Q(role="")),
                name="subscription_post_or_role",
            ),
        ]


class Delivery(models.Model):
    """One text to one receiver: a digest or something urgent. post: of a personal channel, None for a group's.

    sending: given to the gateway, its answer not yet known; whoever finds it so later cannot know whether it went.
    """

    personal_data = "发往哪个渠道、哪个岗位的文字（只有数目、日期、地名和链接）"

    class State(models.TextChoices):
        QUEUED = "queued", "待发送"
        SENDING = "sending", "发送中"
        SENT = "sent", "已送达网关"
        FAILED = "failed", "未成功，将重试"
        GIVEN_UP = "given_up", "已放弃"

    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="deliveries")
    post = models.ForeignKey("accounts.Post", on_delete=models.PROTECT, related_name="deliveries", null=True)
    text = models.TextField()
    urgent = models.BooleanField(default=False)
    passes_quiet = models.BooleanField(default=False)
    state = models.CharField(max_length=10, choices=State, default=State.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_at = models.DateTimeField()
    made_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["next_at"], condition=Q(state__in=["queued", "sending", "failed"]), name="delivery_live"
            ),
            models.Index(fields=["state", "-id"]),
            models.Index(fields=["channel", "-id"]),
        ]


class Waiting(models.Model):
    """A message that is to go out by a channel, until a delivery takes it up: each message once per channel."""

    personal_data = "哪条通知经哪个渠道发出"

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="waiting")
    channel = models.ForeignKey(Channel, on_delete=models.PROTECT, related_name="waiting")
    urgent = models.BooleanField(default=False)
    passes_quiet = models.BooleanField(default=False)
    due_at = models.DateTimeField()
    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, related_name="messages", null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["message", "channel"], name="waiting_once_per_channel")]
        indexes = [models.Index(fields=["due_at"], condition=Q(delivery=None), name="waiting_due")]


class Attempt(models.Model):
    """One try: given to the gateway and what it said, shortened, without numbers or secrets. unclear: the process ended
    before the answer came.
    """

    personal_data = "无"

    class Result(models.TextChoices):
        SENT = "sent", "已送达网关"
        FAILED = "failed", "未成功"
        UNCLEAR = "unclear", "中断，是否送达不明"
        REFUSED = "refused", "未发出：检查未通过"

    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, related_name="tries")
    number = models.PositiveSmallIntegerField()
    result = models.CharField(max_length=10, choices=Result)
    answer = models.CharField(max_length=200, blank=True)
    milliseconds = models.PositiveIntegerField(default=0)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["delivery", "number"])]
