"""Runs of the screening: enough of each to repeat it and to check that the repetition gives the same."""

from django.db import models


class ScreeningRun(models.Model):
    """One run. rules: code -> version; parameters: code -> value; deliveries: ids; counts: hits by rule."""

    personal_data = "只有数量；命中明细以人员编号加密存于运行目录"

    as_of = models.DateField()
    known_at = models.DateTimeField()
    started_at = models.DateTimeField()
    seconds = models.FloatField(default=0)
    digest = models.CharField(max_length=64)
    hits = models.PositiveIntegerField(default=0)
    rules = models.JSONField(default=dict)
    parameters = models.JSONField(default=dict)
    deliveries = models.JSONField(default=list)
    counts = models.JSONField(default=dict)
    waiting = models.JSONField(default=list)
    folder = models.CharField(max_length=200)
    wrapped_key = models.BinaryField(null=True)
    post = models.BigIntegerField()
    new_clues = models.PositiveIntegerField(null=True)

    class Meta:
        indexes = [models.Index(fields=["-id"])]
