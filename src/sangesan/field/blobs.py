"""Files that phones hand over piece by piece: a cut connection loses at most the bytes that were under way."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from sangesan.field.models import Blob, BlobPart, Device
from sangesan.field.sealed_fields import PART, seal, unseal
from sangesan.kernel.refusal import Refusal

KINDS = {"photo": "照片", "signature": "签名", "voice": "录音"}
LARGEST = 10 * 1024 * 1024  # bytes; the phone shrinks photos to some 300 kB
LARGEST_PIECE = 1024 * 1024
HEX = set("0123456789abcdef")
KEPT_DAYS = 30


@dataclass(frozen=True)
class Progress:
    """Bytes that are here; expected: False where the piece did not begin where the server stands (nothing was taken)."""

    have: int
    complete: bool
    expected: bool = True


def take_piece(
    *, device: Device, sha256: str, kind: str, size: int, offset: int, piece: bytes, now: datetime
) -> Progress:
    """Appends a piece that begins where the file here ends; a complete file with another digest is thrown away.

    Raises Refusal for what can't be a file of a form. The same piece once more changes nothing.
    """
    _in_order(sha256, kind, size, piece)
    with transaction.atomic():
        blob, _new = Blob.objects.select_for_update().get_or_create(
            device=device, sha256=sha256, defaults={"kind": kind, "size": size, "begun_at": now}
        )
        if blob.complete:
            return Progress(blob.have, complete=True)
        if offset != blob.have or (blob.size, blob.kind) != (size, kind):
            if blob.size != size or blob.kind != kind:
                blob.delete()
                return Progress(0, complete=False, expected=False)
            return Progress(blob.have, complete=False, expected=False)
        if offset + len(piece) > size:
            raise Refusal("文件比说好的长", place=KINDS[kind], remedy="请重新同步")
        if piece:
            BlobPart.objects.create(blob=blob, offset=offset, data=seal(PART, piece))
            blob.have += len(piece)
            blob.save(update_fields=["have"])
        if blob.complete and hashlib.sha256(_joined(blob)).hexdigest() != sha256:
            blob.delete()
            return Progress(0, complete=False)
        return Progress(blob.have, blob.complete)


def progress(device: Device, sha256: str) -> Progress:
    """How much of a file is here."""
    blob = Blob.objects.filter(device=device, sha256=sha256).first()
    return Progress(blob.have, blob.complete) if blob else Progress(0, complete=False)


def lacking(device: Device, wanted: list[str]) -> list[str]:
    """Those of the files that are not complete here, in order."""
    rows = Blob.objects.filter(device=device, sha256__in=wanted)
    here = {blob.sha256 for blob in rows if blob.complete}
    return [sha256 for sha256 in dict.fromkeys(wanted) if sha256 not in here]


def content(device: Device, sha256: str) -> bytes:
    """A complete file in the clear; raises Refusal where it is not here."""
    blob = Blob.objects.filter(device=device, sha256=sha256).first()
    if blob is None or not blob.complete:
        raise Refusal("文件还没有传完", place="附件", remedy="请再同步一次")
    return _joined(blob)


def sweep(now: datetime) -> int:
    """Removes files that no submission used within KEPT_DAYS; how many. What was used lies with its record."""
    old = Blob.objects.filter(begun_at__lt=now - timedelta(days=KEPT_DAYS))
    return old.delete()[1].get("field.Blob", 0)


def _joined(blob: Blob) -> bytes:
    return b"".join(unseal(PART, part.data) for part in blob.parts.order_by("offset"))


def _in_order(sha256: str, kind: str, size: int, piece: bytes) -> None:
    if len(sha256) != 64 or not set(sha256) <= HEX:
        raise Refusal("文件的摘要不对", place="附件", remedy="请更新应用后重试")
    if kind not in KINDS:
        raise Refusal("不是表里的文件", place="附件", remedy="请更新应用后重试")
    if not 0 < size <= LARGEST:
        raise Refusal(
            f"文件超过 {LARGEST // 1024 // 1024} MB 或是空的", place=KINDS[kind], remedy="请重拍或重录一段短的"
        )
    if len(piece) > LARGEST_PIECE:
        raise Refusal("一次传得太多", place=KINDS[kind], remedy="请更新应用后重试")
