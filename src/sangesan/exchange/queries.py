"""Reads: feeds as DuckDB views, how departments stand, one delivery's report, rows not attached."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
from django.conf import settings
from django.db.models import Count, Max, Q, Sum

from sangesan.accounts.models import Post
from sangesan.accounts.permissions import NotAllowed
from sangesan.exchange.checking.refused import RefusedCell
from sangesan.exchange.contracts import Department, FeedContract, load_contracts
from sangesan.exchange.keys import parquet_key
from sangesan.exchange.models import Delivery, SealedRows
from sangesan.exchange.opening import DeliveryRef, Source, open_feed
from sangesan.exchange.permissions import SEE, feeds_for, require_feed
from sangesan.exchange.report import DeliveryReport
from sangesan.exchange.sealed import open_rows
from sangesan.exchange.timeliness import Due, due
from sangesan.kernel.period import Month
from sangesan.kernel.sealing import Keyring
from sangesan.regions.queries import CHINA

__all__ = [
    "DeliveryRef",
    "FeedStatus",
    "accepted_deliveries",
    "delivery_report",
    "feed_statuses",
    "latest_deliveries",
    "not_attached_counts",
    "open_feeds",
    "same_content",
    "unattached_rows",
]


@dataclass(frozen=True)
class FeedStatus:
    """How one feed stands. periods: distinct periods delivered; rows: accepted ones."""

    feed: FeedContract
    department: Department
    last_delivery: int | None
    last_at: datetime | None
    last_period: Month | None
    due: Due
    deliveries: int
    rows: int
    not_attached: int
    refused_files: int


def accepted_deliveries(feeds: Collection[str] | None = None, known_at: datetime | None = None) -> list[Delivery]:
    """Deliveries that count at `known_at` (now when None): accepted by then, not yet withdrawn or corrected."""
    rows = Delivery.objects.exclude(state=Delivery.State.REFUSED)
    if feeds is not None:
        rows = rows.filter(feed__in=list(feeds))
    if known_at is None:
        rows = rows.filter(ended_at=None)
    else:
        rows = rows.filter(accepted_at__lte=known_at).filter(Q(ended_at=None) | Q(ended_at__gt=known_at))
    return list(rows.order_by("feed", "period", "id"))


def open_feeds(
    con: duckdb.DuckDBPyConnection,
    *,
    feeds: Collection[str] | None = None,
    known_at: datetime | None = None,
    columns: Mapping[str, Collection[str]] | None = None,
) -> list[DeliveryRef]:
    """Register `feed_<code>` for each feed (all when None) and return the deliveries they rest on.

    columns: names to read by feed; a feed that it does not name, and None, is read whole. Decrypted rows lie in
    memory: about 40 bytes a row and fewer when columns are named. Close or drop the connection to let them go.
    """
    contracts = load_contracts()
    chosen = [contracts.feed(code) for code in (contracts.feeds if feeds is None else feeds)]
    by_feed: dict[str, list[Source]] = {}
    home = Path(settings.HOME)
    for row in accepted_deliveries([f.code for f in chosen], known_at):
        ref = DeliveryRef(row.pk, row.feed, row.period, row.sha256, row.attached, row.accepted_at)
        by_feed.setdefault(row.feed, []).append(Source(ref, home / row.path, parquet_key(row)))
    refs: list[DeliveryRef] = []
    for feed in chosen:
        sources = by_feed.get(feed.code, [])
        open_feed(con, feed, sources, (columns or {}).get(feed.code))
        refs += [source.ref for source in sources]
    return refs


def same_content(feed: str, sha256: str) -> Delivery | None:
    """The delivery of the feed that still counts and has exactly this content."""
    rows = Delivery.objects.filter(feed=feed, sha256=sha256, ended_at=None)
    return rows.exclude(state=Delivery.State.REFUSED).first()


def feed_statuses(post: Post | None, today: date) -> list[FeedStatus]:
    """Every feed the post may see: last delivery, whether on time on `today`, what waits unattached."""
    contracts = load_contracts()
    counted = ~Q(state=Delivery.State.REFUSED) & Q(ended_at=None)
    figures = {
        row["feed"]: row
        for row in Delivery.objects.values("feed").annotate(
            last=Max("id", filter=counted),
            last_at=Max("accepted_at", filter=counted),
            last_period=Max("period", filter=counted),
            deliveries=Count("id", filter=counted),
            rows=Sum("accepted", filter=counted),
            waiting=Sum("not_attached", filter=counted),
            sent_back=Count("id", filter=Q(state=Delivery.State.REFUSED)),
        )
    }
    result = []
    for feed in feeds_for(post, SEE, contracts):
        row: Mapping[str, Any] = figures.get(feed.code, {})
        last = Month.of(row["last_period"]) if row.get("last_period") else None
        result.append(
            FeedStatus(
                feed=feed,
                department=contracts.departments[feed.department],
                last_delivery=row.get("last"),
                last_at=row.get("last_at"),
                last_period=last,
                due=due(feed.cycle, last, today),
                deliveries=row.get("deliveries") or 0,
                rows=row.get("rows") or 0,
                not_attached=row.get("waiting") or 0,
                refused_files=row.get("sent_back") or 0,
            )
        )
    return result


def latest_deliveries(post: Post | None, feed: str, *, before: int | None = None, limit: int = 50) -> list[Delivery]:
    """Deliveries of a feed, newest first, refused ones too; page by key with `before`."""
    require_feed(post, SEE, load_contracts().feed(feed))
    rows = Delivery.objects.filter(feed=feed).defer("wrapped_key")
    return list((rows.filter(pk__lt=before) if before else rows).order_by("-id")[:limit])


def not_attached_counts() -> dict[str, int]:
    """Rows that wait unattached, by feed."""
    rows = Delivery.objects.filter(ended_at=None, not_attached__gt=0).exclude(state=Delivery.State.REFUSED)
    return dict(rows.values_list("feed").annotate(Sum("not_attached")).order_by("feed"))


def others_of_month(row: Delivery) -> str:
    """Says that the month was delivered before: two lists of one month add up, which only a supplement should."""
    others = Delivery.objects.filter(feed=row.feed, period=row.period, ended_at=None).exclude(pk=row.pk)
    before = sorted(others.exclude(state=Delivery.State.REFUSED).values_list("pk", flat=True))
    if not before:
        return ""
    numbers = "、".join(str(pk) for pk in before)
    return f"这个月已收过报送 {numbers}，现在两份都算数：如果这份是更正，请到那份报送的页面撤回它；如果是补充，不必理会"


def delivery_report(post: Post | None, delivery: int) -> DeliveryReport:
    """The report of an earlier delivery. Raises NotAllowed where there is none the post may see."""
    row = Delivery.objects.filter(pk=delivery).first()
    if row is None:
        raise NotAllowed("没有这份报送，或不属于本部门", remedy="从部门页面选择")
    feed = load_contracts().feed(row.feed)
    require_feed(post, SEE, feed)
    cells = row.refusals.order_by("id").values_list("sheet", "row", "column", "value", "expected", "remedy")
    return DeliveryReport(
        feed=row.feed,
        title=feed.title,
        period=str(Month.of(row.period)),
        file_name=row.file_name,
        state=row.state,
        rows_read=row.rows_read,
        accepted=row.accepted,
        refused=row.refused,
        attached=row.attached,
        not_attached=row.not_attached,
        by_method=row.by_method,
        refusals=[RefusedCell(*cell) for cell in cells],
        notes=row.notes,
        seconds=row.seconds,
        delivery=row.pk,
        warning="" if row.ended_at or row.state == Delivery.State.REFUSED else others_of_month(row),
        ended_on=row.ended_at.astimezone(CHINA).date().isoformat() if row.ended_at else "",
        withdrawn_reason=row.withdrawn_reason,
    )


def unattached_rows(delivery: int) -> pa.Table | None:
    """The rows of a delivery that are attached to nobody, in the clear and in memory; None where there are none."""
    keyring = Keyring.load(Path(settings.HOME))
    kind = SealedRows.Kind.UNATTACHED
    chunks = SealedRows.objects.filter(delivery=delivery, kind=kind).order_by("chunk")
    tables = [open_rows(bytes(chunk.sealed), keyring, kind) for chunk in chunks]
    return pa.concat_tables(tables) if tables else None
