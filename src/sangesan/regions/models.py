"""Divisions and grids with the days on which their codes hold; the county itself."""

from django.db import models


class County(models.Model):
    """The county this installation serves (one row). today: the demonstration's day; empty in real use."""

    personal_data = "无"

    code = models.CharField(max_length=6, unique=True)
    name = models.CharField(max_length=60)
    is_demonstration = models.BooleanField(default=False)
    today = models.DateField(null=True)
    facts = models.JSONField(default=dict)


class Division(models.Model):
    """County, town, village or community under one code; the row with valid_to empty holds now."""

    personal_data = "无"

    code = models.CharField(max_length=12)
    name = models.CharField(max_length=80)
    level = models.CharField(max_length=10)
    parent = models.CharField(max_length=12, blank=True)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)
    recorded_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code"], condition=models.Q(valid_to=None), name="division_one_current"),
        ]
        indexes = [models.Index(fields=["parent"])]


class Grid(models.Model):
    """30 to 50 households of one village or community, walked by one grid worker."""

    personal_data = "无"

    code = models.CharField(max_length=16, unique=True)
    division = models.CharField(max_length=12)
    name = models.CharField(max_length=80)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True)

    class Meta:
        indexes = [models.Index(fields=["division"])]
