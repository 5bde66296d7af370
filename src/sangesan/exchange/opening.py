"""Accepted rows as views in a DuckDB connection: decrypted by Arrow, in memory, only the columns asked for."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

from sangesan.exchange.contracts import FeedContract
from sangesan.exchange.parquet import coded_columns, read_parquet

THREADS = 2


@dataclass(frozen=True)
class DeliveryRef:
    """A delivery on which a run rests."""

    id: int
    feed: str
    period: date
    sha256: str
    rows: int
    accepted_at: datetime


@dataclass(frozen=True)
class Source:
    """A delivery's Parquet file with its key (None: plain)."""

    ref: DeliveryRef
    path: Path
    key: bytes | None


def open_feed(
    con: duckdb.DuckDBPyConnection,
    feed: FeedContract,
    sources: Collection[Source],
    columns: Collection[str] | None = None,
) -> pa.Table:
    """Register `feed_<code>`; an empty typed table where there is no source. columns: None means all."""
    schema = feed.view_schema
    if columns is not None:
        schema = pa.schema([f for f in schema if f.name in columns])
    # With no column of the file asked for, one is read all the same: it tells how many rows there are.
    wanted = [name for name in schema.names if name not in {"delivery", "period"}] or ["row_no"]
    coded = coded_columns(feed)

    def read(source: Source) -> pa.Table:
        return _with_constants(read_parquet(source.path, source.key, columns=wanted, coded=coded), source, schema)

    with ThreadPoolExecutor(THREADS) as pool:
        tables = [t for t in pool.map(read, sources) if t.num_rows]
    table = pa.concat_tables(tables).unify_dictionaries() if tables else schema.empty_table()
    con.register(f"feed_{feed.code}", table)
    return table


def _with_constants(table: pa.Table, source: Source, schema: pa.Schema) -> pa.Table:
    constants: Mapping[str, tuple[int, str, pa.DataType]] = {
        "delivery": (source.ref.id, "int32", pa.int32()),
        "period": ((source.ref.period - date(1970, 1, 1)).days, "int32", pa.date32()),
    }
    for name, (value, kind, arrow) in constants.items():
        if name in schema.names:
            filled = pa.array(np.full(table.num_rows, value, dtype=kind)).view(arrow)
            table = table.append_column(name, filled)
    return table.select(schema.names)
