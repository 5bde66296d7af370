"""What the record shows to be irregular or not to fit together: a warning with a box for the reason, counted later."""

from django.db import models

from sangesan.cases.models.case import Case


class Irregularity(models.Model):
    """One warning on one case and round. gone_on: the record was mended; otherwise it stays, with its reason.

    subject: what it is about ("meeting:3", "notice:5", ""), so that the same rule may be broken twice.
    """

    personal_data = "办理材料不规范或前后不一致之处及说明"

    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="irregularities")
    round = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=32)
    subject = models.CharField(max_length=40, blank=True)
    sentence = models.CharField(max_length=300)
    raised_on = models.DateField()
    gone_on = models.DateField(null=True)
    reason = models.CharField(max_length=300, blank=True)
    reasoned_by = models.CharField(max_length=120, blank=True)
    reasoned_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case", "round", "code", "subject"], name="irregularity_once"),
        ]
        indexes = [models.Index(fields=["code", "raised_on"])]
