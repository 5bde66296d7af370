"""Rows that must not lie open: Arrow streams, compressed, then sealed with the keyring. Plain Python."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa

from sangesan.kernel.sealing import Keyring

CHUNK_ROWS = 50_000
PURPOSE = "exchange.rows"


def seal_rows(table: pa.Table, keyring: Keyring, kind: str) -> Iterator[tuple[int, bytes]]:
    """The table in sealed chunks: (rows, bytes)."""
    options = pa.ipc.IpcWriteOptions(compression=pa.Codec("zstd", compression_level=1), use_threads=False)
    for start in range(0, table.num_rows, CHUNK_ROWS):
        chunk = table.slice(start, CHUNK_ROWS)
        sink = pa.BufferOutputStream()
        with pa.ipc.new_stream(sink, chunk.schema, options=options) as writer:
            writer.write_table(chunk)
        yield chunk.num_rows, keyring.seal(f"{PURPOSE}:{kind}", sink.getvalue().to_pybytes())


def open_rows(sealed: bytes, keyring: Keyring, kind: str) -> pa.Table:
    """One chunk as a table again. Raises a Refusal where key or bytes are not the same."""
    return pa.ipc.open_stream(keyring.open(f"{PURPOSE}:{kind}", sealed)).read_all()
