"""The village's notice as an object: a poster for several households, its days, and objections that stop the clock."""

from django.db import models
from django.db.models import F, Q

from sangesan.cases.models.case import Case


class Notice(models.Model):
    """A poster in a village. Photos at both ends are attachments of "notice:ID"."""

    personal_data = "公示的起止、地点、监督电话"

    village = models.CharField(max_length=12)
    exit = models.BooleanField(default=False)
    place = models.CharField(max_length=80)
    phone = models.CharField(max_length=30)
    posted_on = models.DateField()
    until = models.DateField()
    taken_down_on = models.DateField(null=True)
    post_title = models.CharField(max_length=120)
    recorded_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["village", "-posted_on"])]
        constraints = [models.CheckConstraint(condition=Q(until__gte=F("posted_on")), name="notice_ends_after_it_begins")]


class NoticeCase(models.Model):
    """A household on a poster. at_step: as of an agenda item, so that a notice before a sending back counts no more."""

    personal_data = "公示涉及的户"

    notice = models.ForeignKey(Notice, on_delete=models.CASCADE, related_name="cases")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="notices")
    round = models.PositiveSmallIntegerField()
    at_step = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["notice", "case"], name="notice_names_a_case_once")]


class Objection(models.Model):
    """An objection: opens a side case and stops the clock until it is settled."""

    personal_data = "异议内容和处理结果；提出人（可不具名）"

    notice = models.ForeignKey(Notice, on_delete=models.PROTECT, related_name="objections")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="objections")
    round = models.PositiveSmallIntegerField()
    received_on = models.DateField()
    by = models.CharField(max_length=60, blank=True)
    text = models.CharField(max_length=500)
    settled_on = models.DateField(null=True)
    finding = models.CharField(max_length=500, blank=True)
    upheld = models.BooleanField(null=True)
    settled_by = models.CharField(max_length=120, blank=True)
    post_title = models.CharField(max_length=120)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(settled_on=None, upheld=None) | Q(settled_on__isnull=False, upheld__isnull=False),
                name="objection_settled_with_a_finding",
            )
        ]
