"""Encrypted Parquet read three ways: plain by DuckDB, encrypted by DuckDB, encrypted by Arrow and then DuckDB.

`python -m sangesan.exchange.bench_encryption` prints the figures behind docs/decisions/ on encrypted Parquet.
"""

from __future__ import annotations

import base64
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa

from sangesan.exchange.contracts import FeedContract, load_contracts
from sangesan.exchange.opening import DeliveryRef, Source, open_feed
from sangesan.exchange.parquet import publish_parquet, staged

FEEDS, MONTHS, ROWS = 17, 18, 15_000
FEED = "medical_settlement"
COLUMNS = ("person_no", "settled_on", "care", "self_paid")
QUERY = "SELECT sum(self_paid) FILTER (care = '住院'), max(settled_on), sum(person_no % 7), count(*) FROM {}"
ROUNDS = 3


def run_encryption_bench() -> dict[str, object]:
    """Best of three rounds in seconds, each reading 4 of 7 columns of 4.6 M rows in 306 files; same: equal answers."""
    feed = load_contracts().feeds[FEED]
    with tempfile.TemporaryDirectory() as name:
        sealed, plain = _write(feed, Path(name), encrypted=True), _write(feed, Path(name), encrypted=False)
        ways = {
            "plain_by_duckdb": lambda: _by_duckdb(plain),
            "encrypted_by_duckdb": lambda: _by_duckdb(sealed),
            "encrypted_by_arrow": lambda: _by_arrow(feed, sealed),
            "plain_by_arrow": lambda: _by_arrow(feed, plain),
        }
        results = {way: _best(run) for way, run in ways.items()}
    answers = [answer for _, answer in results.values()]
    seconds: dict[str, object] = {way: round(s, 3) for way, (s, _) in results.items()}
    return seconds | {"rows": FEEDS * MONTHS * ROWS, "same": all(a == answers[0] for a in answers)}


def _write(feed: FeedContract, folder: Path, *, encrypted: bool) -> list[list[Source]]:
    random = np.random.default_rng(1)
    now = datetime(2022, 9, 13, tzinfo=UTC)
    result: list[list[Source]] = []
    for f in range(FEEDS):
        sources = []
        for m in range(MONTHS):
            key = os.urandom(32) if encrypted else None
            path = folder / f"{encrypted}-{f}-{m}.parquet"
            with staged(_rows(feed, random), folder, key) as part:
                publish_parquet(part, path)
            ref = DeliveryRef(f * MONTHS + m, feed.code, date(2021, 3, 1), "", ROWS, now)
            sources.append(Source(ref, path, key))
        result.append(sources)
    return result


def _rows(feed: FeedContract, random: np.random.Generator) -> pa.Table:
    care = np.array(feed.columns["就医类型"].codes)
    fen = random.integers(0, 3_000_000, (3, ROWS))
    return pa.table(
        {
            "person_no": random.integers(1, 283_543, ROWS),
            "row_no": np.arange(ROWS, dtype=np.int32),
            "settled_on": pa.array(random.integers(18_687, 19_236, ROWS).astype("int32")).view(pa.date32()),
            "care": pa.array(care[random.integers(0, 3, ROWS)]),
            "total": fen[0],
            "fund_paid": fen[1],
            "self_paid": fen[2],
        }
    )


def _by_duckdb(feeds: list[list[Source]]) -> list[tuple[object, ...]]:
    answers = []
    with duckdb.connect() as con:
        for sources in feeds:
            parts = []
            for source in sources:
                key, option = f"k{source.ref.id}", ""
                if source.key:
                    con.execute(f"PRAGMA add_parquet_key('{key}', '{base64.b64encode(source.key).decode()}')")
                    option = f", encryption_config = {{footer_key: '{key}'}}"
                parts.append(f"SELECT * FROM read_parquet('{source.path}'{option})")  # noqa: S608  our own paths
            answers += con.execute(QUERY.format(f"({' UNION ALL '.join(parts)})")).fetchall()
    return answers


def _by_arrow(feed: FeedContract, feeds: list[list[Source]]) -> list[tuple[object, ...]]:
    answers = []
    with duckdb.connect() as con:
        for sources in feeds:
            open_feed(con, feed, sources, COLUMNS)
            answers += con.execute(QUERY.format(f"feed_{feed.code}")).fetchall()
    return answers


def _best(run: Callable[[], list[tuple[object, ...]]]) -> tuple[float, list[tuple[object, ...]]]:
    best, answer = float("inf"), []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        answer = run()
        best = min(best, time.perf_counter() - started)
    return best, answer


if __name__ == "__main__":
    sys.stdout.write(json.dumps(run_encryption_bench()) + "\n")
