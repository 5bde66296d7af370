"""Attaching files to a record: photos, signatures, scans, papers. The callers have made sure that they may."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import PurePath

from django.utils import timezone

from sangesan.files import pictures, sounds, storage
from sangesan.files.models import Attachment, StoredFile
from sangesan.kernel.digest import digest_bytes
from sangesan.kernel.refusal import Refusal

JPEG, PDF = "image/jpeg", "application/pdf"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
LONGEST_NAME = 120
ENDINGS = {JPEG: "jpg", PDF: "pdf", DOCX: "docx"}
Kind = StoredFile.Kind


@dataclass(frozen=True)
class Prepared:
    """A content as it will be kept, already sealed on disk. taken_at: aware."""

    data: bytes
    kind: StoredFile.Kind
    sha256: str
    content_type: str
    taken_at: datetime | None
    position: tuple[float, float] | None


def prepare(data: bytes, kind: StoredFile.Kind) -> Prepared:
    """Checks a content, makes a picture of it safe, and puts it on disk: slow work, to be done before a transaction.

    PHOTO: a picture. SIGNATURE: a picture on which something is drawn. SCAN: a picture or a PDF. PAPER: what the
    system itself made (PDF or .docx). VOICE: a recording. Raises Refusal. A content that gets no row is swept later.
    """
    taken_at, position, kept, content_type = None, None, data, PDF
    if kind in {Kind.SCAN, Kind.PAPER} and pictures.is_pdf(data):
        if len(data) > pictures.LARGEST:
            raise Refusal("PDF 超过 20 MB", place="扫描件", remedy="请降低扫描的分辨率，或分成几份")
    elif kind == Kind.PAPER and data[:4] == b"PK\x03\x04":
        content_type = DOCX
    elif kind == Kind.VOICE:
        content_type = sounds.sound_type(data)
    elif kind in {Kind.PHOTO, Kind.SCAN, Kind.SIGNATURE}:
        made = pictures.signature(data) if kind == Kind.SIGNATURE else pictures.picture(data)
        kept, content_type, position = made.jpeg, JPEG, made.position
        taken_at = _aware(made.taken_at)
    else:
        raise Refusal("这种文件不能作附件", place="附件", remedy="请传照片、PDF 或系统生成的文书")
    sha256 = digest_bytes(kept)
    storage.write(kept, kind, sha256=sha256)
    return Prepared(kept, kind, sha256, content_type, taken_at, position)


def prepare_all(
    files: Sequence[bytes], *, called: str, most: int, kind: StoredFile.Kind | None = None
) -> list[Prepared]:
    """`prepare` for what comes with one form, before any transaction. called: what people call one ("照片", "佐证").

    kind None: PDFs are scans, all else must be photos. Raises Refusal for more than `most`, and naming the one that is
    not to be taken.
    """
    measure = "张" if kind == Kind.PHOTO else "份"
    if len(files) > most:
        remedy = f"请挑最能说明情况的几{measure}，或分几次报送"
        raise Refusal(f"{called}超过 {most} {measure}", place=called, remedy=remedy)
    made = []
    for number, data in enumerate(files, start=1):
        try:
            made.append(prepare(data, kind or (Kind.SCAN if pictures.is_pdf(data) else Kind.PHOTO)))
        except Refusal as refusal:
            raise Refusal(refusal.message, place=f"第{number}{measure}{called}", remedy=refusal.remedy) from None
    return made


def place_all(
    prepared: Sequence[Prepared], *, called: str, subject: str, role: str, added_by: int, now: datetime, note: str = ""
) -> None:
    """`place` for each of what `prepare_all` made, named and numbered: 佐证1.jpg, 佐证2.pdf."""
    for number, one in enumerate(prepared, start=1):
        name = f"{called}{number}.{ENDINGS[one.content_type]}"
        place(one, name=name, subject=subject, role=role, added_by=added_by, now=now, note=note)


def place(
    prepared: Prepared, *, name: str, subject: str, role: str, added_by: int, now: datetime, note: str = ""
) -> Attachment:
    """Attaches what `prepare` made to a record ("visit:12") in a role ("photo", "scan", "minutes" …)."""
    kept = storage.keep(prepared.data, prepared.kind, now=now, sha256=prepared.sha256)
    return Attachment.objects.create(
        subject=subject,
        role=role,
        file=kept,
        name=PurePath(name.replace("\\", "/")).name[-LONGEST_NAME:],
        content_type=prepared.content_type,
        taken_at=prepared.taken_at,
        position=list(prepared.position) if prepared.position else None,
        note=note,
        added_at=now,
        added_by=added_by,
    )


def attach(
    data: bytes,
    *,
    name: str,
    subject: str,
    role: str,
    kind: StoredFile.Kind,
    added_by: int,
    now: datetime,
    note: str = "",
) -> Attachment:
    """`prepare` and `place` in one. added_by: the id of a post."""
    prepared = prepare(data, kind)
    return place(prepared, name=name, subject=subject, role=role, added_by=added_by, now=now, note=note)


def attachments_of(subjects: Collection[str]) -> dict[str, list[Attachment]]:
    """The attachments of records in the order they came, by subject; subjects without any are left out."""
    found: defaultdict[str, list[Attachment]] = defaultdict(list)
    for one in Attachment.objects.filter(subject__in=list(subjects)).select_related("file").order_by("id"):
        found[one.subject].append(one)
    return dict(found)


def content(attachment: Attachment) -> bytes:
    """The content in the clear, checked against its digest."""
    return storage.read(attachment.file)


def _aware(taken_at: datetime | None) -> datetime | None:
    """A camera that names no zone shows the county's time."""
    if taken_at is None or timezone.is_aware(taken_at):
        return taken_at
    return timezone.make_aware(taken_at)
