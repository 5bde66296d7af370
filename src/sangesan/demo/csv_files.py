"""Large deliveries: CSV in the department's encoding, zipped."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pacsv

from sangesan.demo.presentation import Cells

STAMP = (2022, 9, 5, 9, 0, 0)


def write_zipped_csv(path: Path, inner: str, columns: list[Cells], encoding: str) -> int:
    """Writes one CSV in a zip; gives the bytes of the zip. Every cell is text."""
    table = pa.Table.from_arrays([c.values for c in columns], names=[c.heading for c in columns])
    sink = io.BytesIO()
    options = pacsv.WriteOptions(include_header=False, quoting_style="needed", batch_size=65_536)
    pacsv.write_csv(table, sink, options)
    header = ",".join(c.heading for c in columns) + "\n"
    body = sink.getvalue()
    if encoding == "utf-8-sig":
        content = b"\xef\xbb\xbf" + header.encode() + body
    else:
        content = header.encode(encoding) + body.decode().encode(encoding)
    path.parent.mkdir(parents=True, exist_ok=True)
    entry = zipfile.ZipInfo(inner, date_time=STAMP)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr(entry, content, compresslevel=1)
    return path.stat().st_size
