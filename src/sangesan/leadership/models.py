"""Who holds which seat, from when to when; what was given down the chain, to whom, and what became of it.

Nothing is deleted: a term ends, an assignment is withdrawn, every step is a row.
"""

from django.db import models
from django.db.models import F, Q

from sangesan.leadership.domain import State


class Seat(models.Model):
    """A post holds a seat over a scope from valid_from to valid_to (that day still; None: open).

    seat: code of seats.yaml; scope: "", a division's, a department's or a team's code; sole: one holder at a time.
    document: by which it was decided; end_document: by which it ended, where it did not end by a successor.
    """

    personal_data = "哪个岗位从何时到何时担任什么职务，依据哪份文件"

    seat = models.CharField(max_length=40)
    scope = models.CharField(max_length=40, blank=True)
    sole = models.BooleanField()
    post = models.ForeignKey("accounts.Post", on_delete=models.PROTECT, related_name="seats")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    document = models.CharField(max_length=120)
    end_document = models.CharField(max_length=120, blank=True)
    recorded_by = models.BigIntegerField()
    recorded_by_title = models.CharField(max_length=120)
    recorded_at = models.DateTimeField()
    ended_by_title = models.CharField(max_length=120, blank=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["seat", "scope"], condition=Q(valid_to=None, sole=True), name="seat_one_open_holder"
            ),
            models.UniqueConstraint(
                fields=["seat", "scope", "post"], condition=Q(valid_to=None), name="seat_held_once_by_a_post"
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="seat_term_in_order"
            ),
        ]
        indexes = [models.Index(fields=["seat", "scope", "valid_from"]), models.Index(fields=["post", "valid_from"])]


class Assignment(models.Model):
    """A task given down the chain to one or several posts, each with its own part.

    sealed: {"words"}: what is to be done. origin: "meeting:3", "sheet:9", "" where it was simply given. parent: the
    part from which it was passed down. due_on: as first given; a part carries the day that counts.
    """

    personal_data = "交办的标题、交办岗位、期限；要求（加密，可能涉及住户）"

    title = models.CharField(max_length=80)
    sealed = models.BinaryField()
    giver = models.ForeignKey("accounts.Post", on_delete=models.PROTECT, related_name="assignments_given")
    giver_title = models.CharField(max_length=120)
    given_on = models.DateField()
    due_on = models.DateField()
    origin = models.CharField(max_length=60, blank=True)
    parent = models.ForeignKey("Part", on_delete=models.PROTECT, null=True, related_name="passed_down")
    submission = models.UUIDField(unique=True)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(due_on__gte=F("given_on")), name="assignment_due_after_given"),
        ]
        indexes = [models.Index(fields=["giver", "id"]), models.Index(fields=["origin"])]


class Part(models.Model):
    """What one post has of an assignment, and how far it is. read_on, done_on, verified_on: the last time it was so."""

    personal_data = "哪个岗位承办、签收和办结的日期"

    assignment = models.ForeignKey(Assignment, on_delete=models.PROTECT, related_name="parts")
    post = models.ForeignKey("accounts.Post", on_delete=models.PROTECT, related_name="assignments_received")
    post_title = models.CharField(max_length=120)
    state = models.CharField(max_length=12)
    due_on = models.DateField()
    read_on = models.DateField(null=True)
    done_on = models.DateField(null=True)
    closed_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["assignment", "post"], name="assignment_one_part_a_post"),
            models.CheckConstraint(
                condition=Q(state__in=[one.value for one in State]), name="assignment_part_state_known"
            ),
        ]
        indexes = [models.Index(fields=["post", "state", "due_on"]), models.Index(fields=["state", "due_on"])]


class Step(models.Model):
    """One step of a part, never changed. sealed: {"words"}; user: who did it, whatever the post.

    Evidence is attachments of "assignment_step:<id>".
    """

    personal_data = "谁在何时签收、办结、核验或退回；办理情况和理由（加密）"

    part = models.ForeignKey(Part, on_delete=models.PROTECT, related_name="steps")
    act = models.CharField(max_length=12)
    state = models.CharField(max_length=12)
    due_on = models.DateField()
    sealed = models.BinaryField(null=True)
    post = models.BigIntegerField()
    post_title = models.CharField(max_length=120)
    user = models.BigIntegerField(null=True)
    day = models.DateField()
    submission = models.UUIDField(unique=True)
    recorded_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["part", "id"])]
