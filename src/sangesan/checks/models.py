"""What the checks found: one open flag per check and subject, with the records that prove it and what inspectors said."""

from django.db import models
from django.db.models import Q


class Flag(models.Model):
    """Something that a check says of a subject since `first_seen`, as of `last_seen`; gone_on: it no longer held.

    subject: "household:12", "case:5", "clue:8", "meeting:3", "notice:4", "village:<code>", "department:<code>". unit:
    key of who answers for it; village, town: where, "" for a department. values: the facts it rests on; records: the
    rows that prove it, [{"kind", "number", "words"}]; at_first: sentence and records as they were when it was first
    seen. facts_digest: of what does not change by itself with every day, so that a refuted flag is known again.
    verdict: the last of its judgements.
    """

    personal_data = "所涉户、办理件、村或部门的编号，依据的记录编号和数值"

    class Verdict(models.TextChoices):
        OPEN = "", "待认定"
        CONFIRMED = "confirmed", "属实"
        REFUTED = "refuted", "不属实"

    check_code = models.CharField(max_length=40)
    defect = models.CharField(max_length=24)
    subject = models.CharField(max_length=40)
    household = models.ForeignKey("registry.Household", on_delete=models.PROTECT, null=True, related_name="+")
    village = models.CharField(max_length=12, blank=True)
    town = models.CharField(max_length=12, blank=True)
    unit = models.CharField(max_length=60)
    sentence = models.CharField(max_length=300)
    values = models.JSONField(default=dict)
    records = models.JSONField(default=list)
    at_first = models.JSONField(default=dict)
    facts_digest = models.CharField(max_length=16)
    version = models.CharField(max_length=12)
    first_seen = models.DateField()
    last_seen = models.DateField()
    gone_on = models.DateField(null=True)
    verdict = models.CharField(max_length=12, blank=True, choices=Verdict, default=Verdict.OPEN)
    judged_on = models.DateField(null=True)
    judged_at = models.DateTimeField(null=True)
    judged_title = models.CharField(max_length=120, blank=True)
    recorded_at = models.DateTimeField()
    row_version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["check_code", "subject"], condition=Q(gone_on=None), name="flag_one_open_per_check_and_subject"
            ),
            models.CheckConstraint(
                condition=Q(verdict="", judged_at=None, judged_on=None)
                | Q(verdict__in=["confirmed", "refuted"], judged_at__isnull=False, judged_on__isnull=False),
                name="flag_verdict_has_its_day",
            ),
            models.CheckConstraint(condition=Q(last_seen__gte=models.F("first_seen")), name="flag_seen_in_order"),
        ]
        indexes = [
            models.Index(fields=["defect", "gone_on", "-id"]),
            models.Index(fields=["check_code", "gone_on", "-id"]),
            models.Index(fields=["town", "gone_on", "-id"]),
            models.Index(fields=["village", "gone_on", "-id"]),
            models.Index(fields=["check_code", "subject", "facts_digest"]),
        ]

    @property
    def open(self) -> bool:
        """Whether it still holds and nobody has refuted it."""
        return self.gone_on is None and self.verdict != self.Verdict.REFUTED


class Judgement(models.Model):
    """What an inspector said of a flag, having looked. Another look is another row. sealed: {"words"}."""

    personal_data = "谁在何时认定属实或不属实；依据（加密，可能涉及住户）"

    flag = models.ForeignKey(Flag, on_delete=models.PROTECT, related_name="judgements")
    number = models.PositiveSmallIntegerField()
    verdict = models.CharField(max_length=12)
    sealed = models.BinaryField()
    on = models.DateField()
    post = models.BigIntegerField()
    post_title = models.CharField(max_length=120)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["flag", "number"], name="judgement_number_once"),
            models.CheckConstraint(condition=Q(verdict__in=["confirmed", "refuted"]), name="judgement_verdict_known"),
        ]


class Ran(models.Model):
    """One run of the checks over the county as of a day. digest: of what was found; the same record gives the same."""

    personal_data = "无"

    as_of = models.DateField(unique=True)
    digest = models.CharField(max_length=64)
    found = models.PositiveIntegerField()
    new = models.PositiveIntegerField()
    gone = models.PositiveIntegerField()
    waiting = models.JSONField(default=dict)
    by_check = models.JSONField(default=dict)
    seconds = models.FloatField()
    ran_at = models.DateTimeField()
    post_title = models.CharField(max_length=120)
