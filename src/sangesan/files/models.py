"""Kept files. Plain ids only: files lie below accounts."""

from django.db import models


class StoredFile(models.Model):
    """One content, kept once however often it is handed in. path: below HOME; sha256: of the content in the clear."""

    personal_data = "文件内容（加密存放）可能含姓名、身份证号、电话、照片；本表只有摘要、大小和类别"

    class Kind(models.TextChoices):
        ORIGINAL = "original", "部门报送的原件"
        PHOTO = "photo", "照片"
        SCAN = "scan", "纸质材料扫描件"
        SIGNATURE = "signature", "手写签名"
        PAPER = "paper", "生成的文书"
        VOICE = "voice", "语音"

    sha256 = models.CharField(max_length=64)
    size = models.BigIntegerField()
    kind = models.CharField(max_length=20, choices=Kind)
    path = models.CharField(max_length=200)
    kept_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "sha256"], name="stored_file_content_once")]


class Attachment(models.Model):
    """A kept file in its place in a record.

    subject: "visit:12"; role: what it shows there (attaching.ROLES); taken_at: by the camera's clock, where it said
    so; position: [longitude, latitude] in degrees, or null; added_by: the id of a post.
    """

    personal_data = "文件名、拍摄时间和位置、说明；文件内容见 StoredFile"

    subject = models.CharField(max_length=60)
    role = models.CharField(max_length=20)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="attachments")
    name = models.CharField(max_length=120)
    content_type = models.CharField(max_length=100)
    taken_at = models.DateTimeField(null=True)
    position = models.JSONField(null=True)
    note = models.CharField(max_length=200, blank=True)
    added_at = models.DateTimeField()
    added_by = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["subject"])]
