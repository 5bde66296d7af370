"""Keeping and reading files: sealed with the keyring, named by content."""

from datetime import datetime
from pathlib import Path

from django.conf import settings

from sangesan.files.models import StoredFile
from sangesan.kernel.digest import digest_bytes
from sangesan.kernel.placing import PART, place
from sangesan.kernel.refusal import Refusal
from sangesan.kernel.sealing import Keyring

PURPOSE = "files"
FOLDERS = {
    StoredFile.Kind.ORIGINAL: "originals",
    StoredFile.Kind.PHOTO: "photos",
    StoredFile.Kind.SCAN: "scans",
    StoredFile.Kind.SIGNATURE: "signatures",
    StoredFile.Kind.PAPER: "papers",
    StoredFile.Kind.VOICE: "voices",
}


def write(data: bytes, kind: StoredFile.Kind, *, sha256: str = "") -> str:
    """Put the sealed content on disk and return its path below HOME; once per content. Call before the transaction."""
    digest = sha256 or digest_bytes(data)
    relative = f"{FOLDERS[kind]}/{digest[:2]}/{digest}.sealed"
    path = Path(settings.HOME) / relative
    if not path.exists():
        place(path, Keyring.load(settings.HOME).seal(f"{PURPOSE}:{kind}", data))
    return relative


def keep(data: bytes, kind: StoredFile.Kind, *, now: datetime, sha256: str = "") -> StoredFile:
    """Keep a content and its row; the same content again gives the same row."""
    digest = sha256 or digest_bytes(data)
    path = write(data, kind, sha256=digest)
    kept, _ = StoredFile.objects.get_or_create(
        kind=kind, sha256=digest, defaults={"size": len(data), "path": path, "kept_at": now}
    )
    return kept


def read(kept: StoredFile) -> bytes:
    """The content in the clear, checked against its digest. Raises a Refusal where it is gone or altered."""
    place_ = f"文件 {kept.pk}"
    try:
        sealed = (Path(settings.HOME) / kept.path).read_bytes()
    except FileNotFoundError:
        raise Refusal("原件不在存放处", place=place_, remedy=f"请从备份恢复 {_folder(kept)} 目录") from None
    data = Keyring.load(settings.HOME).open(f"{PURPOSE}:{kept.kind}", sealed)
    if digest_bytes(data) != kept.sha256:
        raise Refusal("原件与登记的摘要不符", place=place_, remedy=f"请从备份恢复 {_folder(kept)} 目录")
    return data


def _folder(kept: StoredFile) -> str:
    return FOLDERS[StoredFile.Kind(kept.kind)]


def sweep(older_than: float) -> list[str]:
    """Remove temporary files and contents without a row, last written before `older_than` (Unix seconds).

    Returns the removed paths below HOME.
    """
    home = Path(settings.HOME)
    known = set(StoredFile.objects.values_list("path", flat=True))
    removed = []
    for folder in FOLDERS.values():
        for path in sorted((home / folder).glob("*/*")):
            relative = path.relative_to(home).as_posix()
            lost = path.name.endswith(PART) or relative not in known
            if lost and path.stat().st_mtime < older_than:
                path.unlink(missing_ok=True)
                removed.append(relative)
    return removed
