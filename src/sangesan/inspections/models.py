"""Teams, plans, places of a plan, what was answered there, findings. Nothing here is ever deleted: a plan or place is
called off, an answer is answered anew by a later row, a finding recorded by mistake is withdrawn by a row of its own.
"""

from django.db import models
from django.db.models import F, Q


class Team(models.Model):
    """An inspection team. code: 1, 2, 3 …, as the county numbers its teams."""

    personal_data = "无"

    code = models.PositiveSmallIntegerField(unique=True)
    title = models.CharField(max_length=60)
    recorded_at = models.DateTimeField()


class Member(models.Model):
    """Who is in a team, and from which of the two offices, from valid_from until valid_to (that day no longer)."""

    personal_data = "哪个岗位何时起编入哪个督查组、由哪个办公室抽调"

    class Office(models.TextChoices):
        STYLE = "style_office", "县加强作风建设工作领导小组办公室"
        EXECUTION = "execution_office", "县狠抓落实工作领导小组办公室"

    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="members")
    post = models.ForeignKey("accounts.Post", on_delete=models.PROTECT, related_name="inspection_teams")
    office = models.CharField(max_length=20, choices=Office)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    assigned_by = models.BigIntegerField()
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["post"], condition=Q(valid_to=None), name="inspection_member_one_team"),
            models.CheckConstraint(
                condition=Q(valid_to=None) | Q(valid_to__gte=F("valid_from")), name="inspection_member_in_order"
            ),
        ]


class Plan(models.Model):
    """What is to be inspected within some days. Seen by inspectors only: the inspected see a place once it begins.

    teams: codes. sealed: {"title", "scope", "why", "called_off"}, for a title may name the places.
    """

    personal_data = "督查方案的标题、范围、事由（加密，可能涉及单位和人员）"

    class Kind(models.TextChoices):
        UNANNOUNCED = "unannounced", "四不两直"
        ANNOUNCED = "announced", "明察"
        LOOK_BACK = "look_back", "回头看"
        SPECIAL = "special", "专项督查"

    kind = models.CharField(max_length=12, choices=Kind)
    first_day = models.DateField()
    last_day = models.DateField()
    teams = models.JSONField(default=list)
    sealed = models.BinaryField()
    called_off_on = models.DateField(null=True)
    submission = models.UUIDField(unique=True)
    post = models.BigIntegerField()
    post_title = models.CharField(max_length=120)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(last_day__gte=F("first_day")), name="inspection_plan_days_in_order")
        ]
        indexes = [models.Index(fields=["-last_day"])]


class Target(models.Model):
    """One place of a plan: a village, town, department, project, or a household drawn within a village (parent).

    subject: "village:<code>", "town:<code>", "department:<code>", "project:<id>", "household:<id>". unit: the key of
    the unit inspected; place: its division, or the county's for a department. draw: the draw that chose it, with weight and
    probability for a household drawn with unequal chances. sealed: {"reason", "summary", "called_off"}.
    """

    personal_data = "督查对象（含抽到的户的编号、权重和概率）、起止时间；选定理由和小结（加密）"

    class State(models.TextChoices):
        PLANNED = "planned", "未开始"
        BEGUN = "begun", "督查中"
        ENDED = "ended", "已结束"
        CALLED_OFF = "called_off", "已取消"

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="targets")
    parent = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="sample")
    subject = models.CharField(max_length=40)
    unit = models.CharField(max_length=60)
    place = models.CharField(max_length=12)
    household = models.ForeignKey(
        "registry.Household", on_delete=models.PROTECT, null=True, related_name="inspection_targets"
    )
    project = models.BigIntegerField(null=True)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="targets")
    draw = models.BigIntegerField(null=True)
    sample_draw = models.BigIntegerField(null=True)
    weight = models.PositiveIntegerField(null=True)
    probability = models.FloatField(null=True)
    planned_on = models.DateField()
    state = models.CharField(max_length=12, choices=State, default=State.PLANNED)
    begun_at = models.DateTimeField(null=True)
    begun_by = models.CharField(max_length=120, blank=True)
    ended_at = models.DateTimeField(null=True)
    sealed = models.BinaryField()
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["plan", "subject"], name="inspection_target_once_per_plan"),
            models.CheckConstraint(
                condition=Q(state__in=["planned", "called_off"], begun_at=None) | Q(state__in=["begun", "ended"]),
                name="inspection_target_begun_with_its_time",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(ended_at__gte=F("begun_at")), name="inspection_target_ends_after"
            ),
        ]
        indexes = [
            models.Index(fields=["team", "state", "planned_on"]),
            models.Index(fields=["place", "-begun_at"]),
            models.Index(fields=["unit", "-begun_at"]),
            models.Index(fields=["parent"]),
        ]


class Reply(models.Model):
    """A checklist or household form as filled at a place; the newest row of a target counts, earlier ones stay.

    form: code of checklist.yaml's list. answers: question -> true, different, missing or not_applicable. sealed:
    {"words": {question: text}, "said": {question: value}, "record": {question: value}} (the record as it was then).
    """

    personal_data = "逐项核查结果；农户口述与台账的对照、说明（加密）"

    target = models.ForeignKey(Target, on_delete=models.PROTECT, related_name="replies")
    form = models.CharField(max_length=20)
    answers = models.JSONField(default=dict)
    sealed = models.BinaryField()
    checked_on = models.DateField()
    submission = models.UUIDField(unique=True)
    post = models.BigIntegerField()
    post_title = models.CharField(max_length=120)
    recorded_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["target", "-id"])]


class Finding(models.Model):
    """Something found wrong: of which class, whose unit, where. What becomes of it stands on its sheet.

    defect: code of checks/defects.yaml. unit: key of the responsible unit; place: division code. records: what proves
    it, [{"kind", "number", "words"}]. conduct: codes of conduct.yaml, set by an inspector only. sealed: {"words",
    "requirement", "conduct"}. Evidence: attachments of "finding:<id>".
    """

    personal_data = "问题类别、责任单位、地点、所涉户；问题描述、整改要求、作风认定说明（加密）"

    defect = models.CharField(max_length=30)
    unit = models.CharField(max_length=60)
    place = models.CharField(max_length=12)
    household = models.ForeignKey(
        "registry.Household", on_delete=models.PROTECT, null=True, related_name="inspection_findings"
    )
    project = models.BigIntegerField(null=True)
    target = models.ForeignKey(Target, on_delete=models.PROTECT, null=True, related_name="findings")
    flag = models.BigIntegerField(null=True)
    sealed = models.BinaryField()
    records = models.JSONField(default=list)
    conduct = models.JSONField(default=list)
    fabricated = models.BooleanField(default=False)
    harm = models.BooleanField(default=False)
    found_on = models.DateField()
    post = models.BigIntegerField()
    post_title = models.CharField(max_length=120)
    submission = models.UUIDField(unique=True)
    recorded_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["found_on", "id"]),
            models.Index(fields=["unit", "found_on"]),
            models.Index(fields=["place", "found_on"]),
            models.Index(fields=["flag"]),
        ]


class Withdrawal(models.Model):
    """A finding that was recorded by mistake: it stays and is read with this, and counts no more."""

    personal_data = "撤回问题的岗位和理由（加密）"

    finding = models.OneToOneField(Finding, on_delete=models.PROTECT, related_name="withdrawal")
    sealed = models.BinaryField()
    withdrawn_on = models.DateField()
    post = models.BigIntegerField()
    post_title = models.CharField(max_length=120)
    recorded_at = models.DateTimeField()
