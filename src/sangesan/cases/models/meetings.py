"""Meetings that decide on many households: the village's appraisal, the town's review sitting, the county's joint meeting."""

from django.db import models
from django.db.models import Q

from sangesan.cases.models.case import Case


class Meeting(models.Model):
    """One sitting. members: posts that sat (town and department members are posts); expected, present: of an appraisal.

    version: whoever closes it must have seen it as it is.
    """

    personal_data = "参会人员、会议记录（可能提到当事人情况）"

    class Kind(models.TextChoices):
        APPRAISAL = "appraisal", "民主评议会"
        TOWN_REVIEW = "town_review", "镇级会审"
        JOINT_MEETING = "joint_meeting", "专班联席会议"

    kind = models.CharField(max_length=16, choices=Kind)
    division = models.CharField(max_length=12)
    held_on = models.DateField()
    place = models.CharField(max_length=80)
    host = models.CharField(max_length=60)
    recorder = models.CharField(max_length=60, blank=True)
    expected = models.PositiveSmallIntegerField(null=True)
    present = models.PositiveSmallIntegerField(null=True)
    members = models.JSONField(default=list)
    minutes = models.TextField(blank=True)
    minutes_digest = models.CharField(max_length=64, blank=True)
    document_number = models.CharField(max_length=60, blank=True)
    closed_at = models.DateTimeField(null=True)
    post = models.BigIntegerField()
    post_title = models.CharField(max_length=120)
    row_version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [models.Index(fields=["division", "kind", "-held_on"]), models.Index(fields=["minutes_digest"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(present=None) | Q(expected=None) | Q(present__lte=models.F("expected")),
                name="meeting_present_at_most_expected",
            )
        ]


class AgendaItem(models.Model):
    """A household on the agenda, with its votes (appraisal) and outcome. withdrew: relatives who stayed out of it.

    at_step: how many steps the case had taken; an item counts only while the case stands where it stood then.
    """

    personal_data = "每户的表决票数、回避人员、结果和理由"

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="items")
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="agenda")
    round = models.PositiveSmallIntegerField()
    exit = models.BooleanField(default=False)
    at_step = models.PositiveIntegerField()
    votes_for = models.PositiveSmallIntegerField(null=True)
    votes_against = models.PositiveSmallIntegerField(null=True)
    abstained = models.PositiveSmallIntegerField(null=True)
    withdrew = models.CharField(max_length=200, blank=True)
    outcome = models.CharField(max_length=16, blank=True)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["meeting", "case"], name="agenda_once_per_meeting")]
        indexes = [models.Index(fields=["case", "-id"])]
