"""Rounds, what was found at each door, which rounds that counts for, what must be looked at first."""

from django.db import models
from django.db.models import Q


class Round(models.Model):
    """A patrol round. kind: weekly (one a week by itself), campaign (集中排查), key (key groups only).

    divisions: codes of the towns and villages it covers, [] for the whole county; groups: key groups it is narrowed
    to, [] for every household.
    """

    personal_data = "无"

    class Kind(models.TextChoices):
        WEEKLY = "weekly", "每周排查"
        CAMPAIGN = "campaign", "集中排查"
        KEY = "key", "重点户排查"

    kind = models.CharField(max_length=12, choices=Kind)
    title = models.CharField(max_length=120)
    starts_on = models.DateField()
    ends_on = models.DateField()
    divisions = models.JSONField(default=list)
    groups = models.JSONField(default=list)
    note = models.CharField(max_length=300, blank=True)
    opened_by = models.BigIntegerField()
    opened_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["ends_on", "starts_on"])]
        constraints = [
            models.UniqueConstraint(fields=["starts_on"], condition=Q(kind="weekly"), name="round_one_a_week"),
            models.CheckConstraint(condition=Q(ends_on__gte=models.F("starts_on")), name="round_ends_after_start"),
        ]


class Entry(models.Model):
    """What a patrol found at one household: nothing changed, a change, a clue, or nobody there.

    purposes: whose question it answers beside the patrol's own ("patrol", "civil_affairs", "follow_up" …). changed:
    names of the register's fields that it changed; submission: the phone's id of it. round: under which it was
    recorded; every round that runs that day counts it (`Walked`). Places are those on the day.
    """

    personal_data = "哪一户、哪天排查、结果、手写的一句话"

    class Result(models.TextChoices):
        SAME = "same", "没有变化"
        CHANGED = "changed", "有变化"
        CLUE = "clue", "发现线索"
        ABSENT = "absent", "家中无人"

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="entries")
    household = models.ForeignKey(
        "registry.Household", on_delete=models.PROTECT, related_name="patrol_entries", db_index=False
    )  # the index by household and day below serves it
    grid = models.CharField(max_length=16)
    division = models.CharField(max_length=12)
    town = models.CharField(max_length=12)
    result = models.CharField(max_length=12, choices=Result)
    purposes = models.JSONField(default=list)
    on = models.DateField()
    words = models.CharField(max_length=500, blank=True)
    changed = models.JSONField(default=list)
    clue = models.BigIntegerField(null=True)
    visit = models.BigIntegerField(null=True)
    submission = models.UUIDField(null=True, unique=True)
    post = models.BigIntegerField()
    post_title = models.CharField(max_length=120)
    recorded_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["household", "-on"]),
            models.Index(fields=["result", "on", "grid"]),
        ]


class Walked(models.Model):
    """A household was met in a round: one row each, from the first entry that found somebody.

    Rounds overlap (a campaign runs over several weeks): one entry at a door counts for all that cover it, so that
    nobody walks twice for two lists.
    """

    personal_data = "哪一户在哪一轮已走到"

    round = models.ForeignKey(Round, on_delete=models.PROTECT, related_name="walked", db_index=False)
    household = models.ForeignKey("registry.Household", on_delete=models.PROTECT, related_name="walked_rounds")
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="walked")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["round", "household"], name="walked_once_a_round")]


class Task(models.Model):
    """A household to be looked at by an hour, for a reason outside the rounds. source: "alert:12"; once per source."""

    personal_data = "哪一户因什么要紧急走访、何时完成"

    class State(models.TextChoices):
        OPEN = "open", "待走访"
        DONE = "done", "已走访"
        CLOSED = "closed", "不再需要"

    household = models.ForeignKey("registry.Household", on_delete=models.PROTECT, related_name="patrol_tasks")
    grid = models.CharField(max_length=16)
    division = models.CharField(max_length=12)
    town = models.CharField(max_length=12)
    source = models.CharField(max_length=60)
    title = models.CharField(max_length=200)
    why = models.CharField(max_length=300)
    state = models.CharField(max_length=12, choices=State, default=State.OPEN)
    due_at = models.DateTimeField()
    made_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    entry = models.ForeignKey(Entry, on_delete=models.PROTECT, related_name="tasks", null=True)
    closed_why = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["grid", "state", "due_at"]),
            models.Index(fields=["division", "state"]),
            models.Index(fields=["town", "state"]),
            models.Index(fields=["state", "due_at"]),
        ]
        constraints = [models.UniqueConstraint(fields=["household", "source"], name="task_once_per_source")]


class KeyGroup(models.Model):
    """A household belongs to a group that is visited first (patrols/key_groups.yaml): made anew each night."""

    personal_data = "哪一户属于哪类重点户、依据的一句话"

    household = models.ForeignKey("registry.Household", on_delete=models.CASCADE, related_name="key_groups")
    group = models.CharField(max_length=24)
    sentence = models.CharField(max_length=300)
    since = models.DateField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["household", "group"], name="key_group_once")]
        indexes = [models.Index(fields=["group"])]
