"""Papers that were printed, and came back signed: the code on the paper finds its case."""

from django.db import models

from sangesan.cases.models.case import Case


class PrintedPaper(models.Model):
    """One printed form; its number is in its barcode. Photos of the signed paper are attachments of "paper:ID"."""

    personal_data = "打印的表册种类、所涉户、签字后交回的照片"

    kind = models.CharField(max_length=24)
    case = models.ForeignKey(Case, on_delete=models.PROTECT, related_name="papers", null=True)
    round = models.PositiveSmallIntegerField(default=1)
    meeting = models.BigIntegerField(null=True)
    notice = models.BigIntegerField(null=True)
    printed_at = models.DateTimeField()
    post = models.BigIntegerField()
    post_title = models.CharField(max_length=120)
    returned_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["case", "kind", "-id"])]
