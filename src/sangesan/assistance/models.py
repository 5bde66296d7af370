"""Needs, measures with what was delivered of them, and what a town asks of the county. Amounts in fen.

case: number of a case in the slice above; agreed: number of an agreement of both lines (responsibility); delivery:
number of a department's delivery. Plain numbers: a record outlives what it points to.
"""

from django.db import models
from django.db.models import Q

from sangesan.assistance.catalogue import NeedKind


class Need(models.Model):
    """Something a household lacks since a day, until it is met. amount_fen: the sum it would take, where it is one."""

    personal_data = "所涉户缺什么（收入缺口、住房、饮水、上学、参保、就业、照料）和金额"

    household = models.ForeignKey("registry.Household", on_delete=models.PROTECT, related_name="needs")
    case = models.BigIntegerField(null=True)
    kind = models.CharField(max_length=12)
    sentence = models.CharField(max_length=300)
    amount_fen = models.BigIntegerField(null=True)
    since = models.DateField()
    met_on = models.DateField(null=True)
    visit = models.BigIntegerField(null=True)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["household", "kind"], condition=Q(met_on=None), name="need_one_open_per_household_kind"
            ),
            models.CheckConstraint(condition=Q(kind__in=[str(k) for k in NeedKind]), name="need_kind_known"),
            models.CheckConstraint(condition=Q(met_on=None) | Q(met_on__gte=models.F("since")), name="need_met_after"),
        ]


class Measure(models.Model):
    """One line of a household's plan (一户一策): what, against which risk or need, who answers, when, how much.

    item: a sub-item of the catalogue; title: what exactly; basis: the policy it rests on. source department: data of a
    department showed it; source_key then names the one thing it is, so that a later row about it is no second measure.
    ended_on: until when a post, job or grant ran, where known.
    """

    personal_data = "所涉户享受的帮扶措施、金额、责任人姓名"

    class State(models.TextChoices):
        PLANNED = "planned", "计划中"
        LANDED = "landed", "已落实"
        STOPPED = "stopped", "已停止"

    class Source(models.TextChoices):
        PERSON = "person", "人工登记"
        DEPARTMENT = "department", "部门数据"

    household = models.ForeignKey("registry.Household", on_delete=models.PROTECT, related_name="measures")
    case = models.BigIntegerField(null=True)
    group = models.CharField(max_length=8)
    item = models.CharField(max_length=40)
    title = models.CharField(max_length=120)
    risk = models.CharField(max_length=8, blank=True)
    need = models.ForeignKey(Need, on_delete=models.PROTECT, null=True, related_name="measures")
    basis = models.CharField(max_length=200, blank=True)
    unit = models.CharField(max_length=80)
    person = models.CharField(max_length=60, blank=True)
    begins_on = models.DateField()
    due_on = models.DateField(null=True)
    amount_fen = models.BigIntegerField(null=True)
    state = models.CharField(max_length=8, choices=State, default=State.PLANNED)
    landed_on = models.DateField(null=True)
    ended_on = models.DateField(null=True)
    stopped_on = models.DateField(null=True)
    stopped_reason = models.CharField(max_length=200, blank=True)
    source = models.CharField(max_length=12, choices=Source, default=Source.PERSON)
    source_key = models.CharField(max_length=160, blank=True)
    delivery = models.BigIntegerField(null=True)
    row_no = models.IntegerField(null=True)
    agreed = models.BigIntegerField(null=True)
    post = models.BigIntegerField()
    post_title = models.CharField(max_length=120)
    recorded_at = models.DateTimeField()
    row_version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="planned", landed_on=None, stopped_on=None)
                | Q(state="landed", landed_on__isnull=False, stopped_on=None)
                | Q(state="stopped", stopped_on__isnull=False) & ~Q(stopped_reason=""),
                name="measure_state_has_its_day",
            ),
            models.CheckConstraint(
                condition=Q(due_on=None) | Q(due_on__gte=models.F("begins_on")), name="measure_due_after_begin"
            ),
            models.CheckConstraint(
                condition=Q(amount_fen=None) | Q(amount_fen__gte=0), name="measure_amount_not_negative"
            ),
            models.CheckConstraint(
                condition=~Q(source="department") | Q(delivery__isnull=False, row_no__isnull=False) & ~Q(source_key=""),
                name="measure_of_department_names_its_row",
            ),
            models.UniqueConstraint(
                fields=["household", "source_key"], condition=~Q(source_key=""), name="measure_of_department_once"
            ),
        ]
        indexes = [
            models.Index(fields=["household", "state"]),
            models.Index(fields=["case"]),
            models.Index(fields=["state", "due_on"]),
        ]


class Landing(models.Model):
    """Something delivered of a measure. effect_fen: what it adds to a year's income, where known.

    Photos and scans are attachments of "landing:<id>".
    """

    personal_data = "发放金额、增收数、凭据说明（经办人手写）"

    measure = models.ForeignKey(Measure, on_delete=models.PROTECT, related_name="landings")
    on = models.DateField()
    amount_fen = models.BigIntegerField(null=True)
    effect_fen = models.BigIntegerField(null=True)
    evidence = models.CharField(max_length=300)
    post = models.BigIntegerField()
    post_title = models.CharField(max_length=120)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(amount_fen=None) | Q(amount_fen__gte=0), name="landing_amount_not_negative"
            ),
        ]


class Request(models.Model):
    """What a town cannot solve and asks of the county: answered with a policy, a department and a date, or with a no.

    need: what is lacking; asked: what would help. village: where the household is registered, "" for a whole town.
    """

    personal_data = "镇级请求所涉户、困难和金额（经办人手写）"

    class State(models.TextChoices):
        OPEN = "open", "待答复"
        GRANTED = "granted", "已安排"
        REFUSED = "refused", "未同意"

    town = models.CharField(max_length=12)
    village = models.CharField(max_length=12, blank=True)
    household = models.ForeignKey("registry.Household", on_delete=models.PROTECT, null=True, related_name="requests")
    need = models.CharField(max_length=300)
    asked = models.CharField(max_length=300)
    amount_fen = models.BigIntegerField(null=True)
    raised_on = models.DateField()
    raised_by = models.BigIntegerField()
    raised_by_title = models.CharField(max_length=120)
    recorded_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    answered_on = models.DateField(null=True)
    answered_by_title = models.CharField(max_length=120, blank=True)
    policy = models.CharField(max_length=300, blank=True)
    department = models.CharField(max_length=40, blank=True)
    due_on = models.DateField(null=True)
    refusal = models.CharField(max_length=300, blank=True)
    fulfilled_on = models.DateField(null=True)
    fulfilled_note = models.CharField(max_length=300, blank=True)
    row_version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(state="open", answered_on=None, fulfilled_on=None)
                | Q(state="granted", answered_on__isnull=False, due_on__isnull=False)
                & ~Q(policy="")
                & ~Q(department="")
                | Q(state="refused", answered_on__isnull=False, fulfilled_on=None) & ~Q(refusal=""),
                name="request_state_has_its_answer",
            ),
            models.CheckConstraint(
                condition=Q(amount_fen=None) | Q(amount_fen__gte=0), name="request_amount_not_negative"
            ),
        ]
        indexes = [models.Index(fields=["state", "id"]), models.Index(fields=["town", "state", "id"])]
