"""Alerts as chains of messages, the villages they cover, and what was sent out on them."""

from django.db import models

from sangesan.files.models import StoredFile


class Alert(models.Model):
    """A chain of messages about one event, and how it stands by them (all derived: see standing.py).

    head: the message that says what holds; live: numbers of those that hold; expires_at: the latest of theirs.
    by_hand: the county sends out although the colour does not; stopped_why: the county called it off.
    """

    personal_data = "无"

    head = models.ForeignKey("Message", on_delete=models.PROTECT, null=True, related_name="+")
    live = models.JSONField(default=list)
    status = models.CharField(max_length=10)
    colour = models.CharField(max_length=8, blank=True)
    event_code = models.CharField(max_length=8, blank=True)
    event = models.CharField(max_length=40, blank=True)
    headline = models.CharField(max_length=300, blank=True)
    sent_at = models.DateTimeField()
    starts_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    cancelled_by = models.ForeignKey("Message", on_delete=models.PROTECT, null=True, related_name="+")
    cancelled_at = models.DateTimeField(null=True)
    by_hand = models.BooleanField(default=False)
    stopped_why = models.CharField(max_length=200, blank=True)
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="merged")
    row_version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [models.Index(fields=["-sent_at", "-id"]), models.Index(fields=["expires_at"])]


class Message(models.Model):
    """One CAP message as received. references: keys it names; content: all it says, by language block.

    kind: msgType, "Cancel" for an update that only says that all is clear; villages: codes of those it covers.
    """

    personal_data = "预警原文可能写有发布单位联系人和电话"

    class Way(models.TextChoices):
        UPLOAD = "upload", "网页上传"
        FOLDER = "folder", "接收文件夹"
        COMMAND = "command", "命令"
        FEED = "feed", "部门数据"

    alert = models.ForeignKey(Alert, on_delete=models.PROTECT, related_name="messages")
    identifier = models.CharField(max_length=300)
    sender = models.CharField(max_length=300)
    sent_at = models.DateTimeField()
    version = models.CharField(max_length=4)
    status = models.CharField(max_length=10)
    msg_type = models.CharField(max_length=8)
    kind = models.CharField(max_length=8)
    colour = models.CharField(max_length=8, blank=True)
    colour_from = models.CharField(max_length=10, blank=True)
    event_code = models.CharField(max_length=8, blank=True)
    event = models.CharField(max_length=40, blank=True)
    headline = models.CharField(max_length=300, blank=True)
    starts_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    weather = models.BooleanField(default=False)
    villages = models.JSONField(default=list)
    how = models.CharField(max_length=10, blank=True)
    content = models.JSONField(default=dict)
    signature = models.CharField(max_length=12)
    signer = models.CharField(max_length=200, blank=True)
    sha256 = models.CharField(max_length=64, unique=True)
    stored = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    delivery = models.BigIntegerField(null=True)
    feed_note = models.CharField(max_length=300, blank=True)
    way = models.CharField(max_length=10, choices=Way)
    post = models.BigIntegerField()
    post_title = models.CharField(max_length=120)
    received_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["identifier", "sender", "sent_at"], name="alert_message_once"),
        ]
        indexes = [models.Index(fields=["identifier", "sent_at"])]


class Reference(models.Model):
    """A message that another one names; it may not have come yet, or never come."""

    personal_data = "无"

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="references")
    identifier = models.CharField(max_length=300)
    sender = models.CharField(max_length=300)
    sent_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["identifier", "sent_at"])]


class Covered(models.Model):
    """A village or community that an alert covers as it holds now (as it held last, where it is over)."""

    personal_data = "无"

    alert = models.ForeignKey(Alert, on_delete=models.CASCADE, related_name="covered")
    division = models.CharField(max_length=12)
    town = models.CharField(max_length=12)
    colour = models.CharField(max_length=8, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["alert", "division"], name="covered_once")]
        indexes = [models.Index(fields=["division"]), models.Index(fields=["town"])]


class Step(models.Model):
    """Something done on an alert: households sent to, hastened or called off, and why."""

    personal_data = "无；理由由县级填写，不应写农户信息"

    class What(models.TextChoices):
        SENT = "sent", "安排走访"
        HASTENED = "hastened", "提前期限"
        CLOSED = "closed", "关闭未走访"
        BY_HAND = "by_hand", "县里安排走访"
        STOPPED = "stopped", "县里停止"

    alert = models.ForeignKey(Alert, on_delete=models.CASCADE, related_name="steps")
    what = models.CharField(max_length=10, choices=What)
    colour = models.CharField(max_length=8, blank=True)
    households = models.PositiveIntegerField(default=0)
    due_at = models.DateTimeField(null=True)
    why = models.CharField(max_length=200, blank=True)
    post_title = models.CharField(max_length=120)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["alert", "id"])]


class Turned(models.Model):
    """A file of the watched folder that was not taken, with the reason; the file lies in inbox/alerts/refused."""

    personal_data = "文件名；理由不含个人信息"

    file_name = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    reason = models.CharField(max_length=500)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["-at"])]
