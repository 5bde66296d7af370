"""Who owes which duty, what was logged, what is open; plans, courtyard meetings, leaflets. What was written stays: a
correction is a row of its own that names the one it takes the place of.
"""

from django.db import models
from django.db.models import F, Q


class DutyChange(models.Model):
    """A kind of duty that the county adds, changes or stops from a day on. content: as in duties.yaml, {} stops it."""

    personal_data = "无"

    code = models.CharField(max_length=40)
    content = models.JSONField(default=dict)
    from_day = models.DateField()
    document = models.CharField(max_length=120)
    post = models.BigIntegerField()
    post_title = models.CharField(max_length=120)
    recorded_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["code", "from_day"])]


class Assignment(models.Model):
    """A village owes a duty from valid_from until valid_to (that day no longer; None: still).

    post: whose it is, where a post was named; holder: otherwise who, in words (村级水管员). owed_since: from when the
    village owes it, whoever did it before.
    """

    personal_data = "哪个岗位（或写明的人员）从何时起负责哪个村的哪项职责"

    village = models.CharField(max_length=12)
    kind = models.CharField(max_length=40)
    post = models.ForeignKey("accounts.Post", on_delete=models.PROTECT, null=True, related_name="village_duties")
    holder = models.CharField(max_length=60, blank=True)
    owed_since = models.DateField()
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    why = models.CharField(max_length=120)
    assigned_by = models.BigIntegerField()
    assigned_by_title = models.CharField(max_length=120)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["village", "kind"], condition=Q(valid_to=None), name="village_duty_one_open"
            ),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="village_duty_in_order"
            ),
        ]
        indexes = [models.Index(fields=["village", "valid_from"])]


class Problem(models.Model):
    """What a log found wrong, open until a follow-up says that it is solved. mistaken: the log was corrected."""

    personal_data = "哪个村哪项职责的问题；内容见巡查记录"

    village = models.CharField(max_length=12)
    kind = models.CharField(max_length=40)
    opened_on = models.DateField()
    closed_on = models.DateField(null=True)
    mistaken = models.BooleanField(default=False)

    class Meta:
        indexes = [models.Index(fields=["village", "closed_on"]), models.Index(fields=["kind", "closed_on"])]


class Log(models.Model):
    """One round of a duty, or a follow-up of a problem it found. Photos are attachments of "village_log:<id>".

    period_start, period_end: the period it belongs to; entered_on: the county's day of entry. answers: question ->
    right or not. sealed: {"words", "late_reason"}. problem: opened by it, or followed up by it (follow_up).
    corrects: the row that it takes the place of; void: that one should not have been, and nothing takes its place.
    """

    personal_data = "巡查日期、逐项情况、经办岗位；手写的情况和补记原因（加密，可能涉及住户）"

    village = models.CharField(max_length=12)
    kind = models.CharField(max_length=40)
    done_on = models.DateField()
    entered_on = models.DateField()
    period_start = models.DateField()
    period_end = models.DateField()
    answers = models.JSONField(default=dict)
    result = models.CharField(max_length=8)
    sealed = models.BinaryField(null=True)
    warnings = models.JSONField(default=list)
    problem = models.ForeignKey(Problem, on_delete=models.PROTECT, null=True, related_name="logs")
    follow_up = models.BooleanField(default=False)
    solved = models.BooleanField(default=False)
    corrects = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="corrected_by")
    void = models.BooleanField(default=False)
    submission = models.UUIDField(unique=True)
    post = models.BigIntegerField()
    post_title = models.CharField(max_length=120)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(result__in=["ok", "problem"]), name="village_log_result_known"),
            models.CheckConstraint(condition=Q(entered_on__gte=F("done_on")), name="village_log_not_before_it_was_done"),
        ]
        indexes = [models.Index(fields=["village", "kind", "done_on"]), models.Index(fields=["kind", "done_on"])]

    @property
    def late(self) -> bool:
        """Whether it was entered only after its period had ended."""
        return self.entered_on > self.period_end


class Plan(models.Model):
    """A plan of a village, in force until a later one is adopted. Scans are attachments of "village_plan:<id>".

    sealed: {"responsible", "situation", "measures": [{"what", "who", "by"}]}.
    """

    personal_data = "方案的责任人、情况、措施（加密，可能涉及人员姓名和住户）"

    village = models.CharField(max_length=12)
    kind = models.CharField(max_length=40)
    adopted_on = models.DateField()
    review_on = models.DateField()
    sealed = models.BinaryField()
    submission = models.UUIDField(unique=True)
    post = models.BigIntegerField()
    post_title = models.CharField(max_length=120)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(review_on__gt=F("adopted_on")), name="village_plan_reviewed_later"),
        ]
        indexes = [models.Index(fields=["village", "kind", "adopted_on"])]


class Courtyard(models.Model):
    """A courtyard meeting. topics: codes of topics.yaml; people: how many came. Photos and the scanned sign-in sheet are
    attachments of "courtyard:<id>"; clues raised there name it as their source.

    sealed: {"names": text, "households": [ids], "questions": [{"asked", "answered"}], "words"}.
    """

    personal_data = "会议时间、地点、主持人、人数；到场人员姓名、问答、备注（加密）"

    village = models.CharField(max_length=12)
    held_on = models.DateField()
    entered_on = models.DateField()
    place = models.CharField(max_length=80)
    host = models.CharField(max_length=60)
    people = models.PositiveIntegerField()
    topics = models.JSONField(default=list)
    questions = models.PositiveSmallIntegerField(default=0)
    clues = models.PositiveSmallIntegerField(default=0)
    sealed = models.BinaryField()
    corrects = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="corrected_by")
    submission = models.UUIDField(unique=True)
    post = models.BigIntegerField()
    post_title = models.CharField(max_length=120)
    recorded_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["village", "held_on"]), models.Index(fields=["held_on", "id"])]


class Edition(models.Model):
    """A leaflet's wording as it was on a day; an old copy is told by the digest printed on it. facts: what it said."""

    personal_data = "无"

    leaflet = models.CharField(max_length=20)
    digest = models.CharField(max_length=16)
    first_on = models.DateField()
    facts = models.JSONField(default=dict)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["leaflet", "digest"], name="edition_once")]


class Handout(models.Model):
    """Copies of a leaflet's edition handed out in a village."""

    personal_data = "哪个岗位哪天发了多少份明白纸"

    village = models.CharField(max_length=12)
    edition = models.ForeignKey(Edition, on_delete=models.PROTECT, related_name="handouts")
    handed_on = models.DateField()
    copies = models.PositiveIntegerField()
    how = models.CharField(max_length=12)
    corrects = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="corrected_by")
    void = models.BooleanField(default=False)
    submission = models.UUIDField(unique=True)
    post = models.BigIntegerField()
    post_title = models.CharField(max_length=120)
    recorded_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["village", "handed_on"])]


class OfficePhone(models.Model):
    """The telephone of a county, town or village office as leaflets print it; the newest row counts."""

    personal_data = "办公电话"

    division = models.CharField(max_length=12)
    number = models.CharField(max_length=30)
    post = models.BigIntegerField()
    recorded_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["division", "id"])]
