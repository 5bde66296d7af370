"""Parquet files of deliveries: encrypted by default, one key each; written whole or not at all.

Why pyarrow decrypts and not DuckDB: docs/decisions/ (encrypted Parquet).
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq
import pyarrow.parquet.encryption as pe

from sangesan.exchange.contracts import FeedContract
from sangesan.kernel.placing import PART, publish
from sangesan.kernel.refusal import Refusal

COMPRESSION = "lz4"
# One data page per column and row group: DuckDB 2.0 derives the wrong nonce context for every later page, so that
# only such files can be read by it at all (should one want to, with the key).
_ONE_PAGE = {
    "data_page_version": "1.0",
    "row_group_size": 20_480,  # a page about one household decodes one group of a file, not all
    "max_rows_per_page": 2**31 - 1,
    "data_page_size": 2**30,
    "dictionary_pagesize_limit": 2**30,
}


@contextmanager
def staged(table: pa.Table, folder: Path, key: bytes | None) -> Iterator[Path]:
    """The table in a synced temporary file inside `folder`; gone afterwards unless it was published.

    key: 32 bytes, footer and columns are encrypted with it; None writes plain Parquet.
    """
    folder.mkdir(parents=True, exist_ok=True)
    part = folder / f"{os.getpid()}-{os.urandom(6).hex()}{PART}"
    encryption = pe.create_encryption_properties(footer_key=key) if key else None
    try:
        with part.open("wb") as file:
            pq.write_table(table, file, compression=COMPRESSION, encryption_properties=encryption, **_ONE_PAGE)
            file.flush()
            os.fsync(file.fileno())
        yield part
    finally:
        part.unlink(missing_ok=True)


def publish_parquet(part: Path, path: Path) -> None:
    """Give a staged file its name."""
    publish(part, path)


def read_parquet(
    path: Path, key: bytes | None, *, columns: Collection[str] | None = None, coded: Collection[str] = ()
) -> pa.Table:
    """The table, or some of its columns. coded: columns to keep as dictionaries (few distinct texts)."""
    wanted = None if columns is None else list(columns)
    coded = [c for c in coded if wanted is None or c in wanted]
    with _opened(path, key, coded) as file:
        return file.read(columns=wanted, use_threads=False)


def read_rows(path: Path, key: bytes | None, places: npt.NDArray[np.int64], columns: Collection[str]) -> pa.Table:
    """The rows at these positions (ascending, at least one), decoding only the row groups in which they lie."""
    with _opened(path, key) as file:
        sizes = [file.metadata.row_group(i).num_rows for i in range(file.metadata.num_row_groups)]
        starts = np.concatenate([[0], np.cumsum(sizes)])
        group_of = np.searchsorted(starts, places, side="right") - 1
        groups, order = np.unique(group_of, return_inverse=True)
        table = file.read_row_groups(groups.tolist(), columns=list(columns), use_threads=False)
        before = np.concatenate([[0], np.cumsum(np.array(sizes)[groups])])[order]
        return table.take(pa.array(before + places - starts[group_of]))


def _opened(path: Path, key: bytes | None, coded: Collection[str] = ()) -> pq.ParquetFile:
    decryption = pe.create_decryption_properties(footer_key=key) if key else None
    try:
        return pq.ParquetFile(path, decryption_properties=decryption, pre_buffer=False, read_dictionary=list(coded))
    except FileNotFoundError:
        raise
    except (OSError, pa.ArrowException) as error:
        raise Refusal(
            "数据文件损坏或被改动，读不出来",
            place=f"{path.parent.name}/{path.name}",
            remedy="请从备份恢复这个文件，再试一次",
        ) from error


def coded_columns(feed: FeedContract) -> list[str]:
    """Columns of a feed with few distinct texts."""
    own = [c.as_name for c in feed.open_columns if c.type in {"code", "division"}]
    return [*own, "division"] if feed.grain == "division" else own
