"""The quarterly meeting: its pack as it was put before it, its minutes, and what it decided."""

from django.db import models
from django.db.models import F, Q


class Meeting(models.Model):
    """A quarter's meeting. pack: sections as quarter_pack makes them, frozen once the meeting was held.

    sealed: {"place", "chair", "attended", "discussed"} of the minutes. The document is that of origin "meeting:<id>".
    """

    personal_data = "会议地点、主持人、参会人员、会议情况（加密）；材料中的数字和编号（不含姓名）"

    period = models.CharField(max_length=10, unique=True)
    ended_on = models.DateField()
    pack = models.JSONField(default=list)
    pack_on = models.DateField()
    due_on = models.DateField()
    held_on = models.DateField(null=True)
    sealed = models.BinaryField(null=True)
    former = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="following")
    post = models.BigIntegerField(null=True)
    post_title = models.CharField(max_length=120, blank=True)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(held_on=None) | Q(held_on__gt=F("ended_on")), name="meeting_held_after_its_quarter"
            ),
        ]
        indexes = [models.Index(fields=["-ended_on"])]


class Decision(models.Model):
    """Something a meeting decided, given down the chain as a task. number: among the meeting's, from 1."""

    personal_data = "议定事项交给哪些岗位、何时办结（内容见交办任务）"

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="decisions")
    number = models.PositiveSmallIntegerField()
    topic = models.CharField(max_length=20)
    assignment = models.OneToOneField("leadership.Assignment", on_delete=models.PROTECT, related_name="+")
    post = models.BigIntegerField()
    post_title = models.CharField(max_length=120)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["meeting", "number"], name="decision_number_once")]
