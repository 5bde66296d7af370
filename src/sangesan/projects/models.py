"""The county's tasks: what was planned, what was reported. A changed plan and a corrected report are rows of their own."""

from django.db import models
from django.db.models import F, Q


class Project(models.Model):
    """A task of the county that one unit answers for. Its plan is the newest of `plans`.

    kind: code of kinds.yaml; owner: key of the responsible unit; place: division code; reference: the county's own
    number of it, by which an import finds it again.
    """

    personal_data = "无"

    reference = models.CharField(max_length=40, unique=True)
    kind = models.CharField(max_length=40)
    title = models.CharField(max_length=80)
    owner = models.CharField(max_length=40)
    place = models.CharField(max_length=12)
    recorded_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["owner", "kind"]),
            models.Index(fields=["place"]),
            models.Index(fields=["kind", "id"]),
        ]

    def __str__(self) -> str:
        return self.title


class Plan(models.Model):
    """A plan as the county set it; the newest counts. person: the post that answers.

    milestones: [{"code", "title", "due_on", "percent"}], percent: of the whole that is done by then. quantity: how many
    (612 户); money_plan: fen. document: by which it was set; reason: why it takes the place of the one before. stopped: the
    project is given up from set_on.
    """

    personal_data = "项目的责任岗位、计划节点、数量、资金"

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="plans")
    set_on = models.DateField()
    person = models.ForeignKey("accounts.Post", on_delete=models.PROTECT, related_name="projects")
    start_on = models.DateField()
    end_on = models.DateField()
    milestones = models.JSONField(default=list)
    quantity = models.PositiveIntegerField()
    unit_word = models.CharField(max_length=8)
    money_plan = models.BigIntegerField(default=0)
    document = models.CharField(max_length=120)
    reason = models.CharField(max_length=200, blank=True)
    stopped = models.BooleanField(default=False)
    submission = models.UUIDField(unique=True)
    post = models.BigIntegerField()
    post_title = models.CharField(max_length=120)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(end_on__gte=F("start_on")), name="project_plan_in_order"),
            models.CheckConstraint(condition=Q(quantity__gt=0, money_plan__gte=0), name="project_plan_of_something"),
        ]
        indexes = [models.Index(fields=["project", "id"])]


class Report(models.Model):
    """How far a project was on a day. Photos are attachments of "project_report:<id>".

    done: quantity finished by then, in all; milestones: codes reached by then; money_paid: fen, in all. sealed: {"words",
    "problem", "need"}. corrects: the row that it takes the place of; void: that one should not have been.
    """

    personal_data = "项目进度、支付金额、报送岗位；进展、问题、需要解决的事项（加密，可能涉及住户）"

    project = models.ForeignKey(Project, on_delete=models.PROTECT, related_name="reports")
    as_of = models.DateField()
    entered_on = models.DateField()
    done = models.PositiveIntegerField()
    percent = models.PositiveSmallIntegerField()
    milestones = models.JSONField(default=list)
    money_paid = models.BigIntegerField(default=0)
    has_problem = models.BooleanField(default=False)
    sealed = models.BinaryField()
    corrects = models.OneToOneField("self", on_delete=models.PROTECT, null=True, related_name="corrected_by")
    void = models.BooleanField(default=False)
    submission = models.UUIDField(unique=True)
    post = models.BigIntegerField()
    post_title = models.CharField(max_length=120)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(percent__lte=100, money_paid__gte=0), name="project_report_in_bounds"),
            models.CheckConstraint(condition=Q(entered_on__gte=F("as_of")), name="project_report_not_before_its_day"),
        ]
        indexes = [models.Index(fields=["project", "as_of", "id"])]
