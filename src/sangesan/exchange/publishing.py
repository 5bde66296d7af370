"""Rows of the catalogue: what a delivery's transaction writes. Called by actions only."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime

from sangesan.accounts.models import Post
from sangesan.exchange.contracts import FeedContract
from sangesan.exchange.models import Delivery, RefusedEntry, SealedRows
from sangesan.exchange.preparing import Prepared
from sangesan.exchange.report import DeliveryReport
from sangesan.exchange.sealed import seal_rows
from sangesan.files.models import StoredFile
from sangesan.kernel.period import Month
from sangesan.kernel.sealing import Keyring

Chunk = tuple[str, int, int, bytes]


@dataclass(frozen=True)
class Publication:
    """Who delivers what, for when: everything about a delivery that is not its rows."""

    post: Post
    feed: FeedContract
    month: Month
    file_name: str
    sha256: str
    size: int
    now: datetime
    started: float

    def sealed_chunks(self, prepared: Prepared, keyring: Keyring) -> list[Chunk]:
        """(kind, chunk, rows, bytes) of all rows that stay encrypted in the database."""
        parts = ((SealedRows.Kind.IDENTITY, prepared.sealed), (SealedRows.Kind.UNATTACHED, prepared.unattached))
        return [
            (str(kind), number, rows, sealed)
            for kind, table in parts
            for number, (rows, sealed) in enumerate(seal_rows(table, keyring, kind))
        ]


def insert(
    publication: Publication,
    prepared: Prepared,
    kept: StoredFile,
    chunks: list[Chunk],
    corrected: Delivery | None,
) -> Delivery:
    """The catalogue row of an accepted delivery with its sealed rows; ends the one it corrects."""
    state = Delivery.State.PARTLY if prepared.refused else Delivery.State.ACCEPTED
    row = _row(publication, prepared, state)
    row.original = kept
    row.accepted = prepared.good
    row.attached = prepared.open.num_rows
    row.not_attached = prepared.unattached.num_rows
    row.save()
    SealedRows.objects.bulk_create(
        [SealedRows(delivery=row, kind=k, chunk=n, rows=r, sealed=s) for k, n, r, s in chunks], batch_size=50
    )
    _keep_refusals(row, prepared)
    if corrected is not None:
        Delivery.objects.filter(pk=corrected.pk, ended_at=None).update(ended_at=publication.now, superseded_by=row)
    return row


def insert_refused(publication: Publication, prepared: Prepared) -> Delivery:
    """The record of a delivery sent back whole; the latest of the same content replaces the one before."""
    Delivery.objects.filter(
        feed=publication.feed.code, sha256=publication.sha256, state=Delivery.State.REFUSED
    ).delete()
    row = _row(publication, prepared, Delivery.State.REFUSED)
    row.save()
    _keep_refusals(row, prepared)
    return row


def _row(publication: Publication, prepared: Prepared, state: Delivery.State) -> Delivery:
    return Delivery(
        feed=publication.feed.code,
        period=publication.month.first_day(),
        file_name=publication.file_name,
        sha256=publication.sha256,
        size=publication.size,
        state=state,
        rows_read=prepared.rows_read,
        accepted=0,
        refused=prepared.refused,
        attached=0,
        not_attached=0,
        by_method={} if state == Delivery.State.REFUSED else prepared.by_method,
        notes={
            "note_rows": prepared.notes,
            "sheets_passed_over": prepared.passed_over,
            "columns_not_used": prepared.unused,
        },
        seconds=time.perf_counter() - publication.started,
        delivered_by=publication.post.pk,
        accepted_at=publication.now,
    )


def _keep_refusals(row: Delivery, prepared: Prepared) -> None:
    RefusedEntry.objects.bulk_create(
        [
            RefusedEntry(
                delivery=row,
                sheet=cell.sheet[:120],
                row=cell.row,
                column=cell.column[:120],
                value=cell.value[:200],
                expected=cell.expected[:600],
                remedy=cell.remedy[:300],
            )
            for cell in prepared.refusals
        ],
        batch_size=500,
    )


def refresh(feed: FeedContract, row: Delivery, prepared: Prepared, started: float) -> DeliveryReport:
    """The report of a delivery just recorded."""
    messages = {
        Delivery.State.ACCEPTED: "全部接收",
        Delivery.State.PARTLY: f"接收 {row.accepted} 行，退回 {row.refused} 行",
        Delivery.State.REFUSED: f"有 {row.refused} 行不合要求，整份退回，没有接收任何行；改正后重新上传，或选择只接收合格行",
    }
    return DeliveryReport(
        feed=feed.code,
        title=feed.title,
        period=str(Month.of(row.period)),
        file_name=row.file_name,
        state=str(row.state),
        rows_read=row.rows_read,
        accepted=row.accepted,
        refused=row.refused,
        attached=row.attached,
        not_attached=row.not_attached,
        by_method=row.by_method,
        refusals=prepared.refusals,
        notes=row.notes,
        seconds=time.perf_counter() - started,
        delivery=row.pk,
        message=messages[Delivery.State(row.state)],
    )
