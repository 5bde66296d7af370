"""From a file's bytes to what would be kept: read, checked, attached. Pure: writes nothing, reads no clock."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from sangesan.exchange.attaching import NOBODY, Attached, People, attach
from sangesan.exchange.checking.divisions import Directory
from sangesan.exchange.checking.refused import MAX_SHOWN, RefusedCell
from sangesan.exchange.checking.table import CheckedTable, check_table
from sangesan.exchange.contracts import FeedContract
from sangesan.exchange.reading.cap import is_cap, read_cap
from sangesan.exchange.reading.table import read_file
from sangesan.kernel.period import Month

# row_no of the n-th sheet (from 0) is n * SHEET_STEP + the row number that the spreadsheet shows.
SHEET_STEP = 2_000_000

BY_NUMBER = "identity_number"
BY_NUMBER_MENDED = "identity_number_mended"
BY_NAME = "name_birth_village"


@dataclass
class Prepared:
    """What a file comes to. open: rows for Parquet; sealed and unattached: rows for the database, encrypted."""

    feed: FeedContract
    month: Month | None
    rows_read: int
    refused: int
    refusals: list[RefusedCell]
    open: pa.Table
    sealed: pa.Table
    unattached: pa.Table
    by_method: dict[str, int] = field(default_factory=dict)
    notes: int = 0
    passed_over: list[str] = field(default_factory=list)
    unused: list[str] = field(default_factory=list)

    @property
    def good(self) -> int:
        """Rows without a refused cell."""
        return self.rows_read - self.refused


def prepare(data: bytes, filename: str, feed: FeedContract, *, directory: Directory, people: People | None) -> Prepared:
    """Read, check and attach. `people` may be None for division feeds. Raises a Refusal where it is no such file."""
    warning = feed.format == "cap" and is_cap(data)
    read = read_cap(data, directory) if warning else read_file(data, filename, feed)
    result: Prepared | None = None
    for index, raw in enumerate(read.tables):
        part = _part(check_table(raw, feed, directory), index, feed, people)
        result = part if result is None else _joined(result, part)
    assert result is not None  # noqa: S101  read_file never returns no tables
    result.month = read.month
    result.rows_read = read.records
    result.passed_over = read.passed_over
    return result


def _part(checked: CheckedTable, sheet: int, feed: FeedContract, people: People | None) -> Prepared:
    raw = checked.raw
    good = ~checked.bad
    row_no = pa.array(raw.rows + np.int32(sheet * SHEET_STEP), pa.int32())
    methods: dict[str, int] = {}
    if feed.grain == "person" and people is not None:
        attached = attach(people, checked.keys, checked.identity.get("name"), checked.births, checked.villages)
        subject, known = ("person_no", pa.array(attached.person_no)), attached.person_no != NOBODY
        methods = _methods(attached, checked, good)
    else:
        subject, known = ("division", checked.values.get("division")), np.ones(len(raw), dtype=np.bool_)
    opened = {c.as_name: checked.values[c.as_name] for c in feed.open_columns}
    # An own column of the same name goes before the identity column (易地搬迁 has its own villages).
    closed = {f"raw_{name}": text for name, text in checked.identity.items()}
    closed |= {c.as_name: checked.values[c.as_name] for c in feed.columns.values() if c.sealed}
    return Prepared(
        feed=feed,
        month=raw.month,
        rows_read=len(raw),
        refused=int(checked.bad.sum()) + len(raw.ragged),
        refusals=checked.refusals,
        open=_rows({subject[0]: subject[1], "row_no": row_no, **opened}, good & known),
        sealed=_rows({"row_no": row_no, **closed}, good & known) if closed else pa.table({"row_no": row_no[:0]}),
        unattached=_rows({"row_no": row_no, **closed, **opened}, good & ~known),
        by_method=methods,
        notes=raw.notes,
        unused=list(raw.unused),
    )


def _methods(attached: Attached, checked: CheckedTable, good: npt.NDArray[np.bool_]) -> dict[str, int]:
    by_number = attached.by_number & good
    return {
        BY_NUMBER: int((by_number & ~checked.mended).sum()),
        BY_NUMBER_MENDED: int((by_number & checked.mended).sum()),
        BY_NAME: int((attached.by_name & good).sum()),
    }


def _rows(columns: dict[str, pa.Array], keep: npt.NDArray[np.bool_]) -> pa.Table:
    table = pa.table(columns)
    return table if keep.all() else table.take(pa.array(np.flatnonzero(keep)))


def _joined(first: Prepared, second: Prepared) -> Prepared:
    """Two sheets of one file as one."""
    return Prepared(
        feed=first.feed,
        month=first.month or second.month,
        rows_read=first.rows_read + second.rows_read,
        refused=first.refused + second.refused,
        refusals=[*first.refusals, *second.refusals][:MAX_SHOWN],
        open=pa.concat_tables([first.open, second.open]),
        sealed=pa.concat_tables([first.sealed, second.sealed], promote_options="default"),
        unattached=pa.concat_tables([first.unattached, second.unattached], promote_options="default"),
        by_method={k: first.by_method.get(k, 0) + second.by_method.get(k, 0) for k in first.by_method},
        notes=first.notes + second.notes,
        unused=[*first.unused, *(u for u in second.unused if u not in first.unused)],
    )
