"""Sheets with their whole history, look-backs, hand-overs. Nothing is deleted: what was wrong is withdrawn and stays."""

from django.db import models
from django.db.models import F, Q

from sangesan.supervision.domain import IN_FORCE, State

OPEN = [str(state) for state in State if state in IN_FORCE]


class Sheet(models.Model):
    """One matter, one responsible unit, one person, one deadline, in one colour.

    root: the first sheet of the matter (None: this one); follows: the sheet it was raised from, or that was closed and
    came back. origin: "finding:3", "sheet:4", "spot:2022-W37". cause, cause_key: why this colour; a key occurs once, so
    that nothing is proposed twice. unit: a key of leadership.units. year, number: given at the signing, per colour.
    sealed: {"requirement", "reason"}. due_on: None until signed. extension_asked: until when, waiting for an answer.
    rectified_on, rectified_user: the newest rectification; ended_on: closed, raised, withdrawn or declined.
    """

    personal_data = "哪个岗位负责整改哪件事、何时办结；整改要求和下达理由（加密，可能涉及住户）"

    root = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="chain")
    follows = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="followed_by")
    finding = models.ForeignKey("inspections.Finding", on_delete=models.PROTECT, null=True, related_name="sheets")
    origin = models.CharField(max_length=60)
    colour = models.CharField(max_length=8)
    cause = models.CharField(max_length=12)
    cause_key = models.CharField(max_length=80, blank=True)
    matter = models.CharField(max_length=200)
    sealed = models.BinaryField()
    unit = models.CharField(max_length=50)
    person = models.ForeignKey("accounts.Post", on_delete=models.PROTECT, related_name="sheets")
    state = models.CharField(max_length=12, default="draft")
    year = models.PositiveSmallIntegerField(null=True)
    number = models.PositiveIntegerField(null=True)
    drafted_on = models.DateField()
    drafted_by = models.BigIntegerField()
    drafted_title = models.CharField(max_length=120)
    signed_by = models.BigIntegerField(null=True)
    signed_title = models.CharField(max_length=120, blank=True)
    issued_on = models.DateField(null=True)
    due_on = models.DateField(null=True)
    extension_asked = models.DateField(null=True)
    evidence = models.PositiveSmallIntegerField(default=0)
    rectified_on = models.DateField(null=True)
    rectified_user = models.BigIntegerField(null=True)
    closed_user = models.BigIntegerField(null=True)
    ended_on = models.DateField(null=True)
    submission = models.UUIDField(unique=True)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["cause_key"], condition=~Q(cause_key=""), name="sheet_cause_once"),
            models.UniqueConstraint(fields=["colour", "year", "number"], name="sheet_number_once"),
            models.CheckConstraint(condition=Q(colour__in=["blue", "yellow", "red"]), name="sheet_colour_known"),
            models.CheckConstraint(
                condition=Q(state__in=["draft", "declined"]) | Q(state="raised", issued_on=None)
                | Q(issued_on__isnull=False, due_on__isnull=False, number__isnull=False, signed_by__isnull=False),
                name="sheet_in_force_is_signed",
            ),
            models.CheckConstraint(condition=Q(due_on=None) | Q(due_on__gte=F("issued_on")), name="sheet_days_in_order"),
            models.CheckConstraint(
                condition=~Q(state="closed")
                | (Q(evidence__gte=1, rectified_user__isnull=False, closed_user__isnull=False)
                   & ~Q(closed_user=F("rectified_user"))),
                name="sheet_closed_by_another_on_evidence",
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(fields=["unit", "state"]),
            models.Index(fields=["state", "due_on"]),
            models.Index(fields=["colour", "issued_on"]),
        ]


class SheetEvent(models.Model):
    """One act on a sheet: the history, which only grows. Files: attachments of "sheet:<id>" with note "event:<id>".

    detail: codes, days and numbers only; sealed: {"words"}. on: the county's day; user: the id of who acted.
    """

    personal_data = "哪个岗位何时对督办单做了什么；所写情况（加密，可能涉及住户）"

    sheet = models.ForeignKey(Sheet, on_delete=models.PROTECT, related_name="events")
    act = models.CharField(max_length=20)
    before = models.CharField(max_length=12, blank=True)
    after = models.CharField(max_length=12)
    on = models.DateField()
    at = models.DateTimeField()
    post = models.BigIntegerField()
    post_title = models.CharField(max_length=120)
    user = models.BigIntegerField(null=True)
    detail = models.JSONField(default=dict)
    files = models.PositiveSmallIntegerField(default=0)
    sealed = models.BinaryField(null=True)
    submission = models.UUIDField(null=True, unique=True)

    class Meta:
        indexes = [models.Index(fields=["sheet", "id"]), models.Index(fields=["act", "on"])]


class Counter(models.Model):
    """The last number of a colour and year: locked at every signing, so that numbers have no gaps and none stands twice.

    The lock also makes the count of a unit's blue sheets in a quarter safe for two that sign at once.
    """

    personal_data = "无"

    colour = models.CharField(max_length=8)
    year = models.PositiveSmallIntegerField()
    last = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["colour", "year"], name="sheet_counter_once")]


class LookBack(models.Model):
    """A new visit bound to a closed sheet: is it still right? result: "" (due), corrected, came_back, not_corrected.

    Photos are attachments of "look_back:<id>"; sealed: {"words"}; raised: the sheet drafted where it is not right.
    draw: the number of the draw that chose it for a sample ("": none did).
    """

    personal_data = "哪件整改何时复查、结果；所见情况（加密，可能涉及住户）"

    sheet = models.ForeignKey(Sheet, on_delete=models.PROTECT, related_name="look_backs")
    unit = models.CharField(max_length=50)
    due_on = models.DateField()
    draw = models.CharField(max_length=60, blank=True)
    result = models.CharField(max_length=16, blank=True)
    found_on = models.DateField(null=True)
    files = models.PositiveSmallIntegerField(default=0)
    sealed = models.BinaryField(null=True)
    raised = models.OneToOneField(Sheet, on_delete=models.PROTECT, null=True, related_name="raised_by")
    post = models.BigIntegerField(null=True)
    post_title = models.CharField(max_length=120, blank=True)
    submission = models.UUIDField(null=True, unique=True)
    planned_at = models.DateTimeField()
    recorded_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sheet"], condition=Q(result=""), name="look_back_one_due"),
            models.CheckConstraint(
                condition=Q(result__in=["", "corrected", "came_back", "not_corrected"]), name="look_back_result_known"
            ),
            models.CheckConstraint(
                condition=Q(result="") | Q(found_on__isnull=False, post__isnull=False),
                name="look_back_done_by_somebody",
            ),
        ]
        indexes = [models.Index(fields=["result", "due_on"]), models.Index(fields=["found_on"])]


class HandOver(models.Model):
    """A matter handed over to discipline or assessment: proposed, sent (with its letter), received, concluded.

    to: of sheets.yaml; document: the id of the letter in bulletins; sealed: {"reason", "result"}.
    """

    personal_data = "哪件督办事项移交哪个部门、结果；移交理由和处理结果（加密，可能涉及人员）"

    class State(models.TextChoices):
        PROPOSED = "proposed", "待移交"
        SENT = "sent", "已移交，待接收"
        RECEIVED = "received", "已接收，办理中"
        CONCLUDED = "concluded", "已办结"
        DECLINED = "declined", "不予移交"

    sheet = models.ForeignKey(Sheet, on_delete=models.PROTECT, related_name="hand_overs")
    to = models.CharField(max_length=12)
    cause = models.CharField(max_length=12)
    state = models.CharField(max_length=10, choices=State, default=State.PROPOSED)
    proposed_on = models.DateField()
    sent_on = models.DateField(null=True)
    sent_by = models.BigIntegerField(null=True)
    received_on = models.DateField(null=True)
    received_by = models.BigIntegerField(null=True)
    concluded_on = models.DateField(null=True)
    document = models.BigIntegerField(null=True)
    sealed = models.BinaryField(null=True)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["sheet", "to"], name="hand_over_once_per_receiver")]
        indexes = [models.Index(fields=["state", "to"])]
