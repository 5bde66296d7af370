"""The monthly bulletin: good practice that people wrote, and each unit's own sheet made from the frozen figures."""

from django.db import models
from django.db.models import Q


class GoodPractice(models.Model):
    """What a town or department did well, written by a person for a month. sealed: {"words"}. withdrawn: read, not used."""

    personal_data = "好的做法的内容（加密，可能涉及人员）"

    period = models.CharField(max_length=10)
    unit = models.CharField(max_length=50)
    sealed = models.BinaryField()
    withdrawn = models.BooleanField(default=False)
    submission = models.UUIDField(unique=True)
    post = models.BigIntegerField()
    post_title = models.CharField(max_length=120)
    recorded_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["period", "id"])]


class MonthSheet(models.Model):
    """A unit's sheet of a closed month; docx and PDF are attachments of "month_sheet:<id>". digest: over what it says.

    Made again only where what it says has changed (a correction): then a row of its own, the newest counts.
    """

    personal_data = "无"

    snapshot = models.ForeignKey("dispatch.Snapshot", on_delete=models.PROTECT, related_name="sheets")
    unit = models.CharField(max_length=50)
    digest = models.CharField(max_length=64)
    made_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["snapshot", "unit", "digest"], name="month_sheet_once"),
            models.CheckConstraint(condition=~Q(unit=""), name="month_sheet_of_a_unit"),
        ]
