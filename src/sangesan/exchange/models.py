"""Deliveries, what was refused in them, and what of them stays encrypted in the database."""

from django.db import models

from sangesan.files.models import StoredFile


class Delivery(models.Model):
    """One file of a feed. path: of its Parquet below HOME; wrapped_key: the Parquet's key, sealed (empty: plain).

    period: first day of its month; attached counts rows in Parquet (a division feed's rows too).
    """

    personal_data = "无行数据；文件名可能由报送人写入姓名"

    class State(models.TextChoices):
        ACCEPTED = "accepted", "已接收"
        PARTLY = "accepted_partly", "部分接收"
        REFUSED = "refused", "已退回"

    feed = models.CharField(max_length=60)
    period = models.DateField()
    file_name = models.CharField(max_length=255)
    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()
    original = models.ForeignKey(StoredFile, on_delete=models.PROTECT, null=True, related_name="+")
    state = models.CharField(max_length=20, choices=State)
    rows_read = models.IntegerField()
    accepted = models.IntegerField()
    refused = models.IntegerField()
    attached = models.IntegerField()
    not_attached = models.IntegerField()
    by_method = models.JSONField(default=dict)
    notes = models.JSONField(default=dict)
    seconds = models.FloatField(default=0)
    path = models.CharField(max_length=200, blank=True)
    wrapped_key = models.BinaryField(default=bytes)
    delivered_by = models.BigIntegerField()
    accepted_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    superseded_by = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="supersedes")
    withdrawn_reason = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [models.Index(fields=["feed", "period"]), models.Index(fields=["sha256"])]
        constraints = [
            # The same content counts once: two uploads at the same moment can't both be accepted.
            models.UniqueConstraint(
                fields=["feed", "sha256"],
                condition=models.Q(ended_at=None) & ~models.Q(state="refused"),
                name="delivery_content_once",
            ),
        ]


class RefusedEntry(models.Model):
    """One refused cell as the report shows it (the first thousand of a delivery)."""

    personal_data = "被退回的单元格内容；身份证号、姓名、电话已遮盖"

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="refusals")
    sheet = models.CharField(max_length=120)
    row = models.IntegerField()
    column = models.CharField(max_length=120)
    value = models.CharField(max_length=200)
    expected = models.CharField(max_length=600)
    remedy = models.CharField(max_length=300)


class SealedRows(models.Model):
    """A chunk of rows as a sealed Arrow stream. Opened by `exchange.sealed`."""

    personal_data = "姓名、身份证号、电话、出生日期、村名、自由文本，以及未挂接到人的整行；全部加密"

    class Kind(models.TextChoices):
        IDENTITY = "identity", "已挂接行的身份列和自由文本"
        UNATTACHED = "unattached", "未挂接到人的行"

    delivery = models.ForeignKey(Delivery, on_delete=models.CASCADE, related_name="sealed_rows")
    kind = models.CharField(max_length=12, choices=Kind)
    chunk = models.IntegerField()
    rows = models.IntegerField()
    sealed = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["delivery", "kind", "chunk"], name="sealed_rows_chunk_once")]
