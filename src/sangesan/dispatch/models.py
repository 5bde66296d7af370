"""The rhythm: weekly statistics, monthly bulletin, quarterly meeting. What was closed stays as it was closed."""

from django.db import models
from django.db.models import Q


class Snapshot(models.Model):
    """A closed week, month or quarter: every figure of every place and unit as it was known at the end of `as_of`.

    digest: over all that it holds (freezing.py), so that anybody can see that nothing of it changed; definitions: the
    catalogue's digest at the time. figures: codes of what it holds.
    """

    personal_data = "无"

    class Kind(models.TextChoices):
        WEEK = "week", "周统计"
        MONTH = "month", "月通报"
        QUARTER = "quarter", "季调度"

    kind = models.CharField(max_length=8, choices=Kind)
    period = models.CharField(max_length=10)
    first_on = models.DateField()
    last_on = models.DateField()
    as_of = models.DateField()
    figures = models.JSONField(default=list)
    definitions = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)
    closed_at = models.DateTimeField()
    closed_by = models.BigIntegerField()
    closed_by_title = models.CharField(max_length=120)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["kind", "period"], name="snapshot_once_a_period"),
            models.CheckConstraint(condition=Q(as_of__gte=models.F("last_on")), name="snapshot_of_an_ended_period"),
        ]
        indexes = [models.Index(fields=["kind", "-first_on"])]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.period}"


class PlaceRow(models.Model):
    """The frozen figures of one place or unit. key: a place's code or "department:<code>"; level: of the catalogue.

    name, parent: as they were then. values: figure -> [numerator, of, people, people of]; nothing stands for zeros.
    """

    personal_data = "无"

    snapshot = models.ForeignKey(Snapshot, on_delete=models.CASCADE, related_name="rows")
    key = models.CharField(max_length=60)
    level = models.CharField(max_length=12)
    parent = models.CharField(max_length=16, blank=True)
    name = models.CharField(max_length=80)
    values = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["snapshot", "key"], name="place_row_once")]
        indexes = [models.Index(fields=["snapshot", "parent"])]


class Behind(models.Model):
    """What is behind the frozen numbers of one village (town or department, where nothing lower is known): for each
    figure the numbers of the records counted, with grid, people and whether they count, packed (freezing.py).
    """

    personal_data = "计入各项数字的户和记录的编号（不含姓名）"

    snapshot = models.ForeignKey(Snapshot, on_delete=models.CASCADE, related_name="behind")
    village = models.CharField(max_length=60)
    packed = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["snapshot", "village"], name="behind_once_a_village")]


class Correction(models.Model):
    """A frozen figure of a place is found wrong: the right parts beside the frozen ones, which never change.

    old, new: [numerator, of, people, people of] before (frozen and corrected so far) and after. sealed: {"why"}.
    """

    personal_data = "更正的原因（加密，可能涉及住户）和更正人"

    snapshot = models.ForeignKey(Snapshot, on_delete=models.PROTECT, related_name="corrections")
    key = models.CharField(max_length=60)
    figure = models.CharField(max_length=60)
    old = models.JSONField()
    new = models.JSONField()
    sealed = models.BinaryField()
    submission = models.UUIDField(unique=True)
    post = models.BigIntegerField()
    post_title = models.CharField(max_length=120)
    recorded_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["snapshot", "id"])]


from sangesan.dispatch.month_models import GoodPractice, MonthSheet  # noqa: E402  one app, several files
from sangesan.dispatch.quarter_models import Decision, Meeting  # noqa: E402  likewise
from sangesan.dispatch.spot_models import SpotAnswer, SpotCall  # noqa: E402  likewise

__all__ = [
    "Behind", "Correction", "Decision", "GoodPractice", "Meeting", "MonthSheet", "PlaceRow", "Snapshot", "SpotAnswer",
    "SpotCall",
]  # fmt: skip
