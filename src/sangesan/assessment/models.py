"""Scores as computed, announced and frozen; objections; merit and accountability; village teams and their attendance.

What was announced stays: an accepted objection is a row of its own, laid over the announced lines when they are read.
Points are kept in hundredths, as whole numbers.
"""

from django.db import models
from django.db.models import F, Q


class SheetChange(models.Model):
    """A score sheet that the county puts in force from a day on, in place of the one before. content: as in the YAML."""

    personal_data = "无"

    kind = models.CharField(max_length=12)
    content = models.JSONField()
    from_day = models.DateField()
    document = models.CharField(max_length=120)
    post = models.BigIntegerField()
    post_title = models.CharField(max_length=120)
    recorded_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["kind", "from_day"])]


class Assessment(models.Model):
    """One kind of subjects in one period: computed anew until it is announced, open to objections, then frozen.

    period: 2022-Q3 or 2022; sheet: the score sheet it was computed by; digest: over all frozen rows.
    """

    personal_data = "无"

    period = models.CharField(max_length=10)
    kind = models.CharField(max_length=12)
    sheet = models.JSONField(default=dict)
    as_of = models.DateField()
    computed_at = models.DateTimeField()
    announced_on = models.DateField(null=True)
    objections_until = models.DateField(null=True)
    frozen_on = models.DateField(null=True)
    frozen_at = models.DateTimeField(null=True)
    frozen_by_title = models.CharField(max_length=120, blank=True)
    digest = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["period", "kind"], name="assessment_once"),
            models.CheckConstraint(
                condition=Q(frozen_on=None, digest="") | (Q(frozen_on__gte=F("announced_on")) & ~Q(digest="")),
                name="assessment_frozen_after_it_was_announced",
            ),
        ]

    @property
    def state(self) -> str:
        """computed, announced or frozen."""
        if self.frozen_on is not None:
            return "frozen"
        return "computed" if self.announced_on is None else "announced"


class Score(models.Model):
    """One subject's score. lines: as computed and announced; frozen_lines: with accepted objections, once frozen.

    subject: "town:<code>", "department:<code>", "team:<village>", "cadre:<post>"; place: the division it lies in ("" for
    departments); total: hundredths of a point, None where too little was there to score; changed: [indicator, points before, after] of
    the last computing that changed any.
    """

    personal_data = "哪个单位、工作队或岗位考核得了多少分，依据哪些记录的编号"

    assessment = models.ForeignKey(Assessment, on_delete=models.PROTECT, related_name="scores")
    subject = models.CharField(max_length=60)
    title = models.CharField(max_length=120)
    place = models.CharField(max_length=12, blank=True)
    total = models.IntegerField(null=True)
    lines = models.JSONField(default=list)
    changed = models.JSONField(default=list)
    frozen_total = models.IntegerField(null=True)
    frozen_lines = models.JSONField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["assessment", "subject"], name="score_once")]
        indexes = [models.Index(fields=["subject"])]


class Objection(models.Model):
    """What a subject says against one line of its announced score, or one record in it ("sheet:12"; "" for the line).

    sealed: {"words"}. Evidence: attachments of "objection:<id>".
    """

    personal_data = "考核异议的理由（加密，可能涉及人员和住户）、提出的岗位"

    score = models.ForeignKey(Score, on_delete=models.PROTECT, related_name="objections")
    indicator = models.CharField(max_length=40)
    record = models.CharField(max_length=80, blank=True)
    sealed = models.BinaryField()
    raised_on = models.DateField()
    submission = models.UUIDField(unique=True)
    post = models.BigIntegerField()
    post_title = models.CharField(max_length=120)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["score", "indicator", "record"], name="objection_once_per_matter")
        ]


class Review(models.Model):
    """How an objection was decided, by somebody else. restored: hundredths given back where the line was objected to."""

    personal_data = "考核异议的复核理由（加密，可能涉及人员和住户）、复核的岗位"

    objection = models.OneToOneField(Objection, on_delete=models.PROTECT, related_name="review")
    accepted = models.BooleanField()
    restored = models.PositiveIntegerField(null=True)
    sealed = models.BinaryField()
    reviewed_on = models.DateField()
    post = models.BigIntegerField()
    post_title = models.CharField(max_length=120)
    recorded_at = models.DateTimeField()


class Proceeding(models.Model):
    """A merit or accountability case about a unit, or about one post of it. state: as the last event left it.

    origin: what it was opened from ("sheet:12", "score:40", "finding:7", "" where a person's merit was brought forward).
    """

    personal_data = "对哪个单位或岗位的表扬、容错或问责办到哪一步"

    kind = models.CharField(max_length=16)
    unit = models.CharField(max_length=60)
    person = models.ForeignKey("accounts.Post", on_delete=models.PROTECT, null=True, related_name="proceedings")
    origin = models.CharField(max_length=80, blank=True)
    state = models.CharField(max_length=16)
    form = models.CharField(max_length=40, blank=True)
    opened_on = models.DateField()
    issued_on = models.DateField(null=True)
    paper = models.BigIntegerField(null=True)
    submission = models.UUIDField(unique=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "origin", "unit"], condition=~Q(origin="") & Q(person=None), name="proceeding_once_unit"
            ),
            models.UniqueConstraint(
                fields=["kind", "origin", "person"], condition=~Q(origin=""), name="proceeding_once_person"
            ),
        ]
        indexes = [models.Index(fields=["state", "id"])]


class ProceedingEvent(models.Model):
    """One step of a case; rows are only added. sealed: {"words"}; seat: under which seat it was decided."""

    personal_data = "问责表扬每一步的事实、本人陈述、决定理由（加密），经办岗位"

    proceeding = models.ForeignKey(Proceeding, on_delete=models.PROTECT, related_name="events")
    number = models.PositiveSmallIntegerField()
    act = models.CharField(max_length=16)
    state = models.CharField(max_length=16)
    form = models.CharField(max_length=40, blank=True)
    sealed = models.BinaryField()
    seat = models.CharField(max_length=40, blank=True)
    done_on = models.DateField()
    post = models.BigIntegerField()
    post_title = models.CharField(max_length=120)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["proceeding", "number"], name="proceeding_event_in_order")]


class TeamMember(models.Model):
    """Somebody sent to live and work in a village, valid_from until valid_to (that day no longer; None: still).

    role: head (first secretary or team head) or member; post: whose attendance it is, where the member has an account.
    """

    personal_data = "驻村工作队员的姓名、派出单位、任期"

    village = models.CharField(max_length=12)
    role = models.CharField(max_length=8)
    name = models.CharField(max_length=60)
    sent_by = models.CharField(max_length=120)
    post = models.ForeignKey("accounts.Post", on_delete=models.PROTECT, null=True, related_name="team_places")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    document = models.CharField(max_length=120, blank=True)
    entered_by = models.BigIntegerField()
    entered_by_title = models.CharField(max_length=120)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(role__in=["head", "member"]), name="team_role_known"),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="team_member_in_order"
            ),
            models.UniqueConstraint(fields=["village"], condition=Q(valid_to=None, role="head"), name="team_one_head"),
            models.UniqueConstraint(fields=["village", "name", "valid_from"], name="team_member_once"),
        ]
        indexes = [models.Index(fields=["village", "valid_to"])]


class Attendance(models.Model):
    """Where a member was on a day. A correction is a row that replaces one; the newest of a day counts.

    sealed: {"words"}, why on leave or away; None where there is nothing to say.
    """

    personal_data = "驻村队员哪天在村、请假或外出，原因（加密）"

    member = models.ForeignKey(TeamMember, on_delete=models.PROTECT, related_name="days")
    day = models.DateField()
    state = models.CharField(max_length=12)
    sealed = models.BinaryField(null=True)
    replaces = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="replaced_by")
    post = models.BigIntegerField()
    post_title = models.CharField(max_length=120)
    entered_on = models.DateField()
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["member", "day"], condition=Q(replaces=None), name="attendance_first_once"),
            models.CheckConstraint(condition=Q(entered_on__gte=F("day")), name="attendance_not_before_the_day"),
        ]
        indexes = [models.Index(fields=["day"])]


class MonthVerdict(models.Model):
    """The town's word on a member's month, the newest counts: verified (closed) or returned. days: present as of then."""

    personal_data = "驻村队员某月在村天数由哪个岗位核实、为什么退回（加密）"

    member = models.ForeignKey(TeamMember, on_delete=models.PROTECT, related_name="verdicts")
    month = models.CharField(max_length=7)
    number = models.PositiveSmallIntegerField()
    verified = models.BooleanField()
    days = models.PositiveSmallIntegerField()
    sealed = models.BinaryField(null=True)
    post = models.BigIntegerField()
    post_title = models.CharField(max_length=120)
    decided_on = models.DateField()
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["member", "month", "number"], name="month_verdict_in_order")]
        indexes = [models.Index(fields=["month"])]
