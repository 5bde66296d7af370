"""Amendments: never edited; a later one over the same days takes over."""

from django.db import models


class Amendment(models.Model):
    """A value the county sets for a parameter from a day on, with the document it rests on and who signed."""

    personal_data = "签署岗位编号"

    parameter = models.CharField(max_length=80)
    value = models.JSONField()
    unit = models.CharField(max_length=12)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    source = models.TextField()
    document = models.CharField(max_length=200, blank=True)
    demonstration_only = models.BooleanField(default=False)
    post = models.BigIntegerField()
    recorded_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["parameter", "valid_from"])]
