"""Kept files. Plain ids only: files lie below accounts."""

from django.db import models


class StoredFile(models.Model):
    """One content, kept once however often it is handed in. path: below HOME; sha256: of the content in the clear."""

    personal_data = "文件内容（加密存放）可能含姓名、身份证号、电话、照片；本表只有摘要、大小和类别"

    class Kind(models.TextChoices):
        ORIGINAL = "original", "部门报送的原件"

    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()
    kind = models.CharField(max_length=20, choices=Kind)
    path = models.CharField(max_length=200)
    kept_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "sha256"], name="stored_file_content_once")]
