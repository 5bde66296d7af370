"""A case and its steps. The database itself refuses a state that no step of the table led to (migration 0002)."""

from django.db import models
from django.db.models import Q

from sangesan.cases.procedure import TRANSITIONS
from sangesan.cases.states import State

LINES_OF_TABLE = sorted(f"{t.state}>{t.act}>{t.target}" for t in TRANSITIONS.values())


class Case(models.Model):
    """One household's way through the procedure. A new risk after elimination begins a new round of the same case.

    village, town: who decides (by registration or residence, as the regime says); residence: where it lives.
    began_on: of the round; step_on: since when it stands where it stands; steps: how many steps it has taken.
    exit_on: when elimination was proposed; stopped_days: how long settled objections stopped the clock of the round.
    """

    personal_data = "所涉户、类别、风险类型、帮扶责任人、办理状态和期限"

    household = models.ForeignKey("registry.Household", on_delete=models.PROTECT, related_name="cases")
    village = models.CharField(max_length=12)
    town = models.CharField(max_length=12)
    residence = models.CharField(max_length=12)
    residence_town = models.CharField(max_length=12)
    grid = models.CharField(max_length=16, blank=True)
    regime = models.CharField(max_length=8)
    round = models.PositiveSmallIntegerField(default=1)
    state = models.CharField(max_length=24)
    steps = models.PositiveIntegerField(default=0)
    channel = models.CharField(max_length=12)
    reason = models.CharField(max_length=300)
    began_on = models.DateField()
    step_on = models.DateField()
    step_due = models.DateField(null=True)
    whole_due = models.DateField(null=True)
    stopped_days = models.PositiveSmallIntegerField(default=0)
    category = models.CharField(max_length=20, blank=True)
    risks = models.JSONField(default=list)
    helper = models.ForeignKey("accounts.Post", on_delete=models.PROTECT, null=True, related_name="+")
    decision_number = models.CharField(max_length=60, blank=True)
    exit_decision_number = models.CharField(max_length=60, blank=True)
    national_number = models.CharField(max_length=40, blank=True)
    enrolled_on = models.DateField(null=True)
    exit_on = models.DateField(null=True)
    eliminated_on = models.DateField(null=True)
    elimination_way = models.CharField(max_length=20, blank=True)
    green_channel_on = models.DateField(null=True)
    green_channel_reason = models.CharField(max_length=300, blank=True)
    papers_due = models.DateField(null=True)
    gone_proof = models.CharField(max_length=200, blank=True)
    row_version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=[str(s) for s in State]), name="case_state_known"),
            models.UniqueConstraint(
                fields=["household"],
                condition=~Q(state__in=["not_qualified", "withdrawn", "natural_decrease"]),
                name="case_one_live_per_household",
            ),
        ]
        indexes = [
            models.Index(fields=["state", "step_due", "id"]),
            models.Index(fields=["town", "state", "step_due", "id"]),
            models.Index(fields=["village", "state", "step_due", "id"]),
            models.Index(fields=["residence_town", "state", "id"]),
            models.Index(fields=["residence", "state", "id"]),
        ]


class Step(models.Model):
    """One act of the table: who, under which post, when, with what evidence. Never changed, never deleted.

    on: the day it took place (as the paper says); recorded_at: when the system was told. evidence: kind -> ids.
    entered_for: the division for which a higher post entered it. The first step (number 0) opens the case: act "open".
    """

    personal_data = "经办岗位和人员编号、理由（经办人手写，可能提到当事人）"

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="history")
    round = models.PositiveSmallIntegerField()
    number = models.PositiveIntegerField()
    act = models.CharField(max_length=24)
    source = models.CharField(max_length=24, blank=True)
    target = models.CharField(max_length=24)
    line = models.CharField(max_length=80)
    on = models.DateField()
    recorded_at = models.DateTimeField()
    post = models.BigIntegerField()
    post_title = models.CharField(max_length=120)
    user = models.BigIntegerField(null=True)
    entered_for = models.CharField(max_length=12, blank=True)
    reason = models.TextField(blank=True)
    evidence = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "number"], name="step_number_once"),
            models.CheckConstraint(
                condition=Q(line__in=LINES_OF_TABLE) | Q(number=0, act="open", line=""), name="step_in_the_table"
            ),
        ]
        indexes = [models.Index(fields=["on", "act"])]
