"""Clues, what they rest on, who sees them, and what was cleared."""

from django.db import models
from django.db.models import Q

from sangesan.clues.domain import State


class Clue(models.Model):
    """One open clue per household (or, for a hit on a place, division) and risk.

    event_on: the earliest day on which the thing happened, as far as any sighting or hit says; kept here so that a
    million clues are counted without looking at what each rests on.
    """

    personal_data = "所涉户的编号、成员姓名、风险类型、一句话缘由"

    household = models.ForeignKey("registry.Household", on_delete=models.PROTECT, related_name="clues", null=True)
    division = models.CharField(max_length=12)
    town = models.CharField(max_length=12)
    grid = models.CharField(max_length=16, blank=True)
    risk = models.CharField(max_length=8)
    channel = models.CharField(max_length=12)
    state = models.CharField(max_length=12)
    headline = models.CharField(max_length=300)
    rule = models.CharField(max_length=12, blank=True)
    opened_on = models.DateField()
    event_on = models.DateField(null=True)
    due_on = models.DateField()
    visited_on = models.DateField(null=True)
    visit = models.ForeignKey("visits.Visit", on_delete=models.PROTECT, null=True, related_name="clues")
    case = models.BigIntegerField(null=True)  # of the slice above that has taken it up
    row_version = models.PositiveIntegerField(default=1)

    class Meta:
        indexes = [
            models.Index(fields=["case"]),
            # what the figures of the lines of defence read of a clue, so that a million of them are counted from the index
            models.Index(
                fields=[
                    "opened_on", "channel", "town", "division", "state", "due_on", "visited_on", "case", "event_on",
                ],
                name="clue_counted_by_line",
            ),
            models.Index(
                fields=["household", "channel", "opened_on", "visited_on", "case", "state"],
                condition=Q(state__in=["confirmed", "taken", "settled"]),
                name="clue_confirmed_of_household",
            ),
        ]  # fmt: skip
        constraints = [
            models.UniqueConstraint(
                fields=["household", "risk"],
                condition=Q(state__in=["open", "confirmed", "taken"], household__isnull=False),
                name="clue_one_live_per_household_risk",
            ),
            models.UniqueConstraint(
                fields=["division", "risk"],
                condition=Q(state__in=["open", "confirmed", "taken"], household__isnull=True),
                name="clue_one_live_per_division_risk",
            ),
            models.CheckConstraint(condition=Q(state__in=[str(s) for s in State]), name="clue_state_known"),
        ]


class Scope(models.Model):
    """One row per place whose posts see a clue (county, town, village, grid; for relocated households both sides').

    State and due date stand here again so that any list, whoever asks, is one range of one index.
    """

    personal_data = "无"

    clue = models.ForeignKey(Clue, on_delete=models.CASCADE, related_name="scopes")
    scope = models.CharField(max_length=16)
    state = models.CharField(max_length=12)
    due_on = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["clue", "scope"], name="clue_scope_once")]
        indexes = [
            models.Index(fields=["scope", "state", "due_on", "clue"]),
            models.Index(fields=["scope", "clue"]),
        ]


class Evidence(models.Model):
    """A rule's hit that a clue rests on: operands and values, sentence, rule version, run. person 0: the household.

    seen_on: the day of these values; first_seen_on: when the rule first said so, which a grown value does not change.
    event_on: the day of the thing itself, where the values tell it.
    """

    personal_data = "命中规则的数值（金额、次数）和一句话说明；人员编号"

    clue = models.ForeignKey(Clue, on_delete=models.CASCADE, related_name="evidence")
    rule = models.CharField(max_length=12)
    rule_version = models.CharField(max_length=16)
    person = models.BigIntegerField(default=0)
    measure = models.BigIntegerField(null=True)
    operands = models.JSONField(default=dict)
    sentence = models.TextField()
    run = models.ForeignKey("screening.ScreeningRun", on_delete=models.PROTECT, related_name="+")
    seen_on = models.DateField()
    first_seen_on = models.DateField()
    event_on = models.DateField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["clue", "rule", "person"], name="evidence_once_per_trigger"),
        ]
        indexes = [models.Index(fields=["clue", "first_seen_on"], name="evidence_first_seen")]


class Clearance(models.Model):
    """A trigger that a visit found harmless; it stays silent until a day unless its measure grows."""

    personal_data = "所涉户和人员编号、当时的数值"

    household = models.BigIntegerField(null=True)
    division = models.CharField(max_length=12, blank=True)
    rule = models.CharField(max_length=12)
    person = models.BigIntegerField(default=0)
    measure = models.BigIntegerField(null=True)
    cleared_on = models.DateField()
    silent_until = models.DateField()
    visit = models.ForeignKey("visits.Visit", on_delete=models.PROTECT, related_name="+")

    class Meta:
        indexes = [models.Index(fields=["household", "rule"]), models.Index(fields=["silent_until"])]


class ToExplain(models.Model):
    """Something departments' data say of a household with a clue (car, flat, company, payroll) that a visit must explain.

    Never a reason to say no by itself. person 0: the household.
    """

    personal_data = "需说明事项（车辆、房产、企业、财政供养）和人员编号"

    household = models.ForeignKey("registry.Household", on_delete=models.CASCADE, related_name="to_explain")
    rule = models.CharField(max_length=40)
    rule_version = models.CharField(max_length=16)
    person = models.BigIntegerField(default=0)
    operands = models.JSONField(default=dict)
    sentence = models.TextField()
    run = models.ForeignKey("screening.ScreeningRun", on_delete=models.PROTECT, related_name="+")
    seen_on = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["household", "rule", "person"], name="to_explain_once")]


class Sighting(models.Model):
    """Somebody or something saw what a clue is about: what makes a clue known that no rule raised, and what later
    channels add to it. Rules' hits are `Evidence`; both together say which line saw a household first.

    channel: a code of channels.yaml; source: the record it comes from ("entry:3", "self_report:8", "alert:2");
    event_on: the day the thing happened, where it is known.
    """

    personal_data = "线索的来源、时间和一句话缘由（经办人或农户所述）"

    clue = models.ForeignKey(Clue, on_delete=models.CASCADE, related_name="sightings")
    channel = models.CharField(max_length=12)
    source = models.CharField(max_length=60)
    words = models.CharField(max_length=500)
    seen_on = models.DateField()
    event_on = models.DateField(null=True)
    post = models.BigIntegerField()
    post_title = models.CharField(max_length=120)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["clue", "source"], name="sighting_once_per_source")]
        indexes = [
            models.Index(fields=["channel", "seen_on"]),
            models.Index(fields=["clue", "channel", "seen_on"], name="sighting_by_channel"),
        ]
