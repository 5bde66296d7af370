"""The national system's own list, as exported from it: what it says of each household, to be held against ours."""

from django.db import models


class NationalList(models.Model):
    """One import of the national system's list."""

    personal_data = "导入的文件摘要、行数、经办"

    taken_at = models.DateTimeField()
    file_name = models.CharField(max_length=200)
    rows = models.PositiveIntegerField()
    matched = models.PositiveIntegerField()
    post_title = models.CharField(max_length=120)


class NationalRow(models.Model):
    """One household of the list. household: ours, where found by number, code or identity number."""

    personal_data = "国家系统中的户主姓名、类别、风险、时间；证件号码只存密钥索引"

    source = models.ForeignKey(NationalList, on_delete=models.CASCADE, related_name="lines")
    household = models.ForeignKey("registry.Household", on_delete=models.PROTECT, null=True, related_name="+")
    row_no = models.PositiveIntegerField()
    number = models.CharField(max_length=40)
    head_name = models.CharField(max_length=60)
    village_name = models.CharField(max_length=80, blank=True)
    size = models.PositiveSmallIntegerField(null=True)
    category = models.CharField(max_length=20, blank=True)
    risks = models.JSONField(default=list)
    enrolled_on = models.DateField(null=True)
    eliminated_on = models.DateField(null=True)

    class Meta:
        indexes = [models.Index(fields=["source", "household"])]
