"""The record of a visit."""

from django.db import models


class Visit(models.Model):
    """Who went to a household when, for which purposes, and what was found."""

    personal_data = "入户时间、核查人、结论、理由（经办人手写，可能涉及家庭情况）"

    household = models.ForeignKey("registry.Household", on_delete=models.PROTECT, related_name="visits")
    purposes = models.JSONField(default=list)
    visited_on = models.DateField()
    checkers = models.CharField(max_length=120, blank=True)
    conclusion = models.CharField(max_length=20)
    reason = models.TextField(blank=True)
    post = models.BigIntegerField()
    post_title = models.CharField(max_length=120)
    recorded_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["household", "-visited_on"])]
