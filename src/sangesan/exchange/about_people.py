"""What the departments reported about a few people or places: for one household's page and one clue's evidence."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from django.conf import settings

from sangesan.exchange.contracts import Contracts, FeedContract, load_contracts
from sangesan.exchange.keys import parquet_key
from sangesan.exchange.models import Delivery
from sangesan.exchange.parquet import read_parquet, read_rows
from sangesan.exchange.preparing import SHEET_STEP
from sangesan.exchange.queries import accepted_deliveries


@dataclass(frozen=True)
class RowsAbout:
    """Rows of one delivery: person_no (or division), row_no, and the feed's open columns."""

    feed: FeedContract
    delivery: Delivery
    rows: pa.Table


def rows_about(
    *,
    people: Collection[int],
    divisions: Collection[str] = (),
    feeds: Collection[str] | None = None,
    known_at: datetime | None = None,
    since: date | None = None,
) -> list[RowsAbout]:
    """The rows that count at `known_at` (now when None), by feed and period. feeds: None means all;
    since: deliveries of older periods are left out.

    Of a register, whose each delivery is the full list, only the newest delivery counts.

    The caller has made sure that the post may see these people. Of each file only the subject's column is read unless
    it names one of them.
    """
    contracts = load_contracts()
    found = []
    for delivery in _without_old_lists(accepted_deliveries(feeds, known_at), contracts):
        if since is not None and delivery.period < since:
            continue
        feed = contracts.feeds.get(delivery.feed)
        wanted = None if feed is None else people if feed.grain == "person" else divisions
        if feed is not None and wanted:
            rows = _rows(feed, delivery, wanted)
            if rows.num_rows:
                found.append(RowsAbout(feed, delivery, rows))
    return found


def as_view(feed: FeedContract, found: Collection[RowsAbout]) -> pa.Table:
    """The found rows of one feed in the shape of its view `feed_<code>`."""
    tables = [
        f.rows.append_column("delivery", pa.array([f.delivery.pk] * f.rows.num_rows, pa.int32()))
        .append_column("period", pa.array([f.delivery.period] * f.rows.num_rows, pa.date32()))
        .select(feed.view_schema.names)
        .cast(feed.view_schema)
        for f in found
        if f.feed.code == feed.code
    ]
    return pa.concat_tables(tables) if tables else feed.view_schema.empty_table()


def _without_old_lists(deliveries: list[Delivery], contracts: Contracts) -> list[Delivery]:
    """Deliveries in order of feed, period and id; of a register's the last only."""
    newest = {d.feed: d.pk for d in deliveries}
    lists = {code for code, feed in contracts.feeds.items() if feed.kind == "register"}
    return [d for d in deliveries if d.feed not in lists or newest[d.feed] == d.pk]


def row_place(row_no: int) -> tuple[int, int]:
    """(sheet, row) as the spreadsheet shows them, both from 1."""
    return row_no // SHEET_STEP + 1, row_no % SHEET_STEP


def _rows(feed: FeedContract, delivery: Delivery, wanted: Collection[int] | Collection[str]) -> pa.Table:
    path, key = Path(settings.HOME) / delivery.path, parquet_key(delivery)
    subject = "person_no" if feed.grain == "person" else "division"
    kind = pa.int64() if feed.grain == "person" else pa.string()
    subjects = _subjects(path, key, subject, path.stat().st_mtime_ns).cast(kind)
    places = np.flatnonzero(pc.is_in(subjects, value_set=pa.array(list(wanted), kind)).to_numpy())
    names = [subject, "row_no", *(c.as_name for c in feed.open_columns)]
    if not len(places):
        return pa.table({name: pa.array([]) for name in names})
    return read_rows(path, key, places, names)


@lru_cache(maxsize=2_000)
def _subjects(path: Path, key: bytes | None, subject: str, written: int) -> pa.ChunkedArray:  # noqa: ARG001  in the key
    """Whom a file's rows are about. Files never change, so a page need not open the hundreds that name nobody it shows.

    About 8 bytes a row stay in memory: person numbers only.
    """
    return read_parquet(path, key, columns=[subject]).column(subject)
