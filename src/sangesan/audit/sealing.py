"""Linking committed entries: beside the business transactions, never inside one.

A chain inside a transaction would queue the whole
county behind one lock.
"""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction

from sangesan.audit.domain import FIRST, Head, Verdict, canonical, link, verify_chain
from sangesan.audit.models import Entry, Seal
from sangesan.kernel.placing import place
from sangesan.kernel.refusal import Refusal
from sangesan.kernel.sealing import read_or_make_key

BATCH = 1000


def seal_key() -> bytes:
    """The audit's own key; SANGESAN_SEAL_KEY may put it on another disk."""
    return read_or_make_key(Path(settings.SEAL_KEY_FILE))


def head_file() -> Path:
    """Where the newest seal is kept: beside the sealing key, outside the database."""
    return Path(settings.SEAL_KEY_FILE).with_suffix(".head")


def read_head() -> Head | None:
    """The newest seal as kept outside; None before the first."""
    try:
        number, seal = head_file().read_text().split()
    except FileNotFoundError:
        return None
    return Head(int(number), bytes.fromhex(seal))


def _keep_head(head: Head) -> None:
    place(head_file(), f"{head.number} {head.seal.hex()}\n".encode())


def seal_committed(now: datetime) -> int:
    """Seals all committed entries that are not; returns how many. Of two sealers at once one yields."""
    total = 0
    while True:
        try:
            sealed = _seal_batch(now)
        except IntegrityError:
            return total
        total += sealed
        if sealed < BATCH:
            return total


def _seal_batch(now: datetime) -> int:
    key, head = seal_key(), read_head()
    with transaction.atomic():
        last = Seal.objects.order_by("-number").first()
        number, previous = (last.number, bytes(last.value)) if last else (0, FIRST)
        if head and (number < head.number or (number == head.number and previous != head.seal)):
            # Sealing on would launder what was cut off or put in its place.
            raise Refusal(
                "审计封条与数据库之外留存的不符，已停止封存",
                place="审计",
                remedy="请运行 sangesan audit verify 查明，并从备份恢复数据库",
            )
        entries = list(Entry.objects.filter(seal__isnull=True).order_by("id")[:BATCH])
        seals = []
        for entry in entries:
            number += 1
            previous = link(key, previous, content(entry))
            seals.append(Seal(number=number, entry_id=entry.pk, value=previous, sealed_at=now))
        Seal.objects.bulk_create(seals)
    if seals:
        _keep_head(Head(number, previous))
    return len(seals)


def verify() -> Verdict:
    """Walks the whole chain and says where it is broken and how many entries wait for their seal."""
    seals = Seal.objects.order_by("number").values_list("number", "entry_id", "value")
    contents = {entry.pk: content(entry) for entry in Entry.objects.filter(seal__isnull=False).iterator()}
    tail = Entry.objects.filter(seal__isnull=True).count()
    return verify_chain(seal_key(), ((n, e, bytes(v)) for n, e, v in seals), contents, tail, read_head())


def content(entry: Entry) -> bytes:
    """What the seal covers: every column."""
    fields: dict[str, Any] = {
        "id": entry.pk,
        "at": entry.at.astimezone(UTC).isoformat(),
        "user": entry.user,
        "post": entry.post,
        "post_title": entry.post_title,
        "tag": entry.tag,
        "object": entry.object,
        "reason": entry.reason,
        "detail": entry.detail,
    }
    return canonical(fields)
