"""Phones, what they handed in, what clashed. Bodies, file pieces and clashing values are sealed (sealed_fields.py)."""

from django.db import models
from django.db.models import Q


class Device(models.Model):
    """A phone enrolled by somebody for a post and one grid. Its secret is kept as a digest; a new log-in makes a new one."""

    personal_data = "谁的手机、手机名称、什么时候启用和联系过"

    post = models.ForeignKey("accounts.Post", on_delete=models.PROTECT, related_name="devices")
    grid = models.CharField(max_length=16)
    division = models.CharField(max_length=12)
    name = models.CharField(max_length=60)
    secret = models.BinaryField()
    enrolled_at = models.DateTimeField()
    logged_in_at = models.DateTimeField()
    contact_at = models.DateTimeField()
    cut_off_at = models.DateTimeField(null=True)
    cut_off_by = models.CharField(max_length=120, blank=True)
    cut_off_why = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [models.Index(fields=["grid"]), models.Index(fields=["division"]), models.Index(fields=["post"])]


class Submission(models.Model):
    """One form as it came, byte for byte (sealed), and what became of it. number: the order in which the server had it.

    key: the phone's id for it. digest: SHA-256 of the bytes. A refused one is kept aside whole; `replaces` names the
    refused one that this one mends. versions: the sections' versions that it made. broken: the system failed over it, not the worker.
    """

    personal_data = "填报的原样内容（加密）、属于哪一户、受理结果"

    class State(models.TextChoices):
        TAKEN = "taken", "已采纳"
        CONFLICT = "conflict", "已采纳，有冲突待定"
        REFUSED = "refused", "退回，待改正"

    number = models.BigAutoField(primary_key=True)
    key = models.UUIDField(unique=True)
    device = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="submissions")
    household = models.BigIntegerField(null=True)
    kind = models.CharField(max_length=12, blank=True)
    digest = models.CharField(max_length=64)
    body = models.BinaryField()
    state = models.CharField(max_length=12, choices=State)
    message = models.CharField(max_length=300, blank=True)
    place = models.CharField(max_length=120, blank=True)
    remedy = models.CharField(max_length=300, blank=True)
    broken = models.BooleanField(default=False)
    versions = models.JSONField(default=dict)
    replaces = models.UUIDField(null=True)
    mended_by = models.UUIDField(null=True)
    entry = models.BigIntegerField(null=True)
    visit = models.BigIntegerField(null=True)
    received_at = models.DateTimeField()
    changed_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["device", "-number"]),
            models.Index(fields=["household", "-number"]),
            models.Index(fields=["state", "-number"]),
        ]


class Variant(models.Model):
    """Other bytes under an id that is taken: refused, and kept for a person to look at."""

    personal_data = "与已收内容不同的同号填报（加密）"

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="variants")
    device = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64)
    body = models.BinaryField()
    received_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["submission", "digest"], name="variant_once")]


class Conflict(models.Model):
    """A field that two people changed to different values: the register keeps theirs until a person decides.

    field: "living.safe_water", "person:12.work_place" or "clue:7" (the conclusion of a visit). values: sealed JSON of
    {"base", "theirs", "mine"}; for a clue of conclusions.
    """

    personal_data = "同一项的几个不同的值（加密）、谁填的、谁定的"

    submission = models.ForeignKey(Submission, on_delete=models.PROTECT, related_name="conflicts")
    household = models.ForeignKey("registry.Household", on_delete=models.PROTECT, related_name="field_conflicts")
    field = models.CharField(max_length=60)
    values = models.BinaryField()
    theirs_by = models.CharField(max_length=120, blank=True)
    theirs_at = models.DateTimeField(null=True)
    mine_by = models.CharField(max_length=120)
    made_at = models.DateTimeField()
    choice = models.CharField(max_length=8, blank=True)
    settled_by = models.CharField(max_length=120, blank=True)
    settled_post = models.BigIntegerField(null=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["household"], condition=Q(settled_at=None), name="conflict_open")]
        constraints = [models.UniqueConstraint(fields=["submission", "field"], name="conflict_once_per_field")]


class Blob(models.Model):
    """A file that a phone is handing over: have of size bytes are here. What is complete waits for its submission."""

    personal_data = "手机传来的照片、签名、录音（加密分段存放，用过即删）"

    device = models.ForeignKey(Device, on_delete=models.CASCADE, related_name="blobs")
    sha256 = models.CharField(max_length=64)
    kind = models.CharField(max_length=12)
    size = models.PositiveIntegerField()
    have = models.PositiveIntegerField(default=0)
    begun_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["device", "sha256"], name="blob_once_per_device")]
        indexes = [models.Index(fields=["begun_at"])]

    @property
    def complete(self) -> bool:
        return self.have == self.size


class BlobPart(models.Model):
    """A sealed piece of a file, beginning at `offset`."""

    personal_data = "文件的一段（加密）"

    blob = models.ForeignKey(Blob, on_delete=models.CASCADE, related_name="parts")
    offset = models.PositiveIntegerField()
    data = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["blob", "offset"], name="blob_part_once")]
