"""Entries and their seals. Plain ids only: audit lies below accounts."""

from typing import Any, NoReturn

from django.db import models

APPEND_ONLY = "审计记录只能追加，不能修改或删除"


class AppendOnly(models.QuerySet["Entry"]):
    """Refuses what would change history; the database refuses it too, by triggers."""

    def update(self, **_: Any) -> NoReturn:
        raise PermissionError(APPEND_ONLY)

    def delete(self) -> NoReturn:
        raise PermissionError(APPEND_ONLY)


class Entry(models.Model):
    """One act or one read of a sensitive field."""

    personal_data = "经办人编号；所涉户或人的编号；理由（经办人手写，可能提到当事人）"

    at = models.DateTimeField()
    user = models.BigIntegerField(null=True)
    post = models.BigIntegerField(null=True)
    post_title = models.CharField(max_length=120)
    tag = models.CharField(max_length=80)
    object = models.CharField(max_length=80)
    reason = models.TextField(blank=True)
    detail = models.JSONField(default=dict)

    objects = AppendOnly.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["tag", "-id"]),
            models.Index(fields=["object", "-id"]),
            models.Index(fields=["post", "-id"]),
        ]

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise PermissionError(APPEND_ONLY)
        super().save(*args, **kwargs)

    def delete(self, *_: Any, **__: Any) -> NoReturn:
        raise PermissionError(APPEND_ONLY)


class Seal(models.Model):
    """The link of one entry to all before it; `number` has no gaps."""

    personal_data = "无"

    number = models.BigIntegerField(primary_key=True)
    entry = models.OneToOneField(Entry, on_delete=models.DO_NOTHING, db_constraint=False, related_name="seal")
    value = models.BinaryField()
    sealed_at = models.DateTimeField()
