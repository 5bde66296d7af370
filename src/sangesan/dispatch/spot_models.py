"""The spot call of the week's drawn village: its questions with the records behind them, its answers, its result."""

from django.db import models
from django.db.models import Q


class SpotCall(models.Model):
    """The call to the village that a week's draw gave. questions: as spot_domain.Question.as_json, fixed when prepared.

    sealed: {"answerer", "result"} once it has ended. due_on: by when it is to be made. answerer: the post that answered,
    where it was one.
    """

    personal_data = "接受调度的人和调度结果（加密）；问题所依据记录的编号（不含姓名）"

    draw = models.OneToOneField("draws.Draw", on_delete=models.PROTECT, related_name="spot_call")
    week = models.CharField(max_length=10)
    village = models.CharField(max_length=12)
    prepared_on = models.DateField()
    due_on = models.DateField()
    questions = models.JSONField(default=list)
    state = models.CharField(max_length=8, default="open")
    called_on = models.DateField(null=True)
    way = models.CharField(max_length=8, blank=True)
    answerer = models.ForeignKey("accounts.Post", on_delete=models.PROTECT, null=True, related_name="spot_calls")
    sealed = models.BinaryField(null=True)
    post = models.BigIntegerField(null=True)
    post_title = models.CharField(max_length=120, blank=True)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="open", called_on=None) | Q(state="done", called_on__isnull=False),
                name="spot_call_done_when_called",
            ),
        ]
        indexes = [models.Index(fields=["state", "due_on"]), models.Index(fields=["village", "id"])]


class SpotAnswer(models.Model):
    """An answer to a question (its place among the call's; beyond them: put by hand). The newest of a question counts.

    sealed: {"asked", "answer", "follow_up"}. assignment: the task that a village was given to correct it.
    """

    personal_data = "答复和追问的内容（加密，可能涉及住户）、结论"

    call = models.ForeignKey(SpotCall, on_delete=models.PROTECT, related_name="answers")
    question = models.PositiveSmallIntegerField()
    verdict = models.CharField(max_length=12)
    sealed = models.BinaryField()
    assignment = models.ForeignKey("leadership.Assignment", on_delete=models.PROTECT, null=True, related_name="+")
    submission = models.UUIDField()
    post = models.BigIntegerField()
    post_title = models.CharField(max_length=120)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["submission", "question"], name="spot_answer_once"),
            models.CheckConstraint(
                condition=Q(verdict__in=["confirmed", "refuted", "to_correct"]), name="spot_answer_verdict_known"
            ),
        ]
        indexes = [models.Index(fields=["call", "question", "id"])]
