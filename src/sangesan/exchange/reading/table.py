"""One sheet as columns under the contract's names: headings found, notes and blank rows set aside."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from sangesan.exchange.contracts import FeedContract
from sangesan.exchange.reading.container import open_tables
from sangesan.exchange.reading.headings import Headings, check_headings, find_headings, no_headings
from sangesan.exchange.reading.notes import blank_rows, is_note, note_rows
from sangesan.exchange.reading.raw import Ragged, RawColumn, Sheet
from sangesan.exchange.reading.titles import month_of_name, month_of_titles, titles_of
from sangesan.kernel.period import Month
from sangesan.kernel.refusal import Refusal


@dataclass
class RawTable:
    """The records of one sheet. columns: by as_name; units: yuan per unit of a money column; rows: row numbers."""

    sheet: str
    columns: dict[str, RawColumn]
    units: dict[str, int]
    headings: dict[str, str]
    rows: npt.NDArray[np.int32]
    ragged: list[Ragged] = field(default_factory=list)
    notes: int = 0
    unused: tuple[str, ...] = ()
    month: Month | None = None

    def __len__(self) -> int:
        return len(self.rows)


@dataclass
class ReadFile:
    """All sheets of a file that carry the feed, those passed over, and the month the file speaks of."""

    tables: list[RawTable]
    passed_over: list[str]
    month: Month | None

    @property
    def records(self) -> int:
        """Rows that are records, irregular ones included."""
        return sum(len(t) + len(t.ragged) for t in self.tables)


def read_file(data: bytes, filename: str, feed: FeedContract) -> ReadFile:
    """Read a department's table. `filename` may have folders before it; they may tell the month.

    Raises a Refusal where the file is no table, or not this feed's.
    """
    opened = open_tables(data, filename)
    tables: list[RawTable] = []
    passed: list[str] = []
    first_refusal: Refusal | None = None
    for sheet in opened.sheets:
        if not any(any(c not in ("", None) for c in row) for row in sheet.head):
            passed.append(sheet.name)
            continue
        found = find_headings(sheet.head, feed)
        if found is None or (len(found.by_name) < 2 <= len(feed.columns) and len(opened.sheets) > 1):
            passed.append(sheet.name)
            first_refusal = first_refusal or no_headings(sheet.head, feed).at(_place(sheet, opened.sheets))
            continue
        try:
            tables.append(_table(sheet, found, feed))
        except Refusal as refusal:
            raise refusal.at(_place(sheet, opened.sheets)) from None
    if not tables:
        raise first_refusal or Refusal("文件里没有内容", remedy="检查导出是否成功后重新上传")
    result = ReadFile(tables, passed, _month(tables, filename, opened.name))
    if not result.records:
        raise Refusal("只有表头，没有数据行", place=filename.rsplit("/", 1)[-1], remedy="检查导出条件后重新上传")
    return result


def _place(sheet: Sheet, sheets: list[Sheet]) -> str:
    return f"工作表“{sheet.name}”" if len(sheets) > 1 else ""


def _month(tables: list[RawTable], filename: str, inner: str) -> Month | None:
    for table in tables:
        if table.month:
            return table.month
    return month_of_name(filename) or month_of_name(inner)


def _table(sheet: Sheet, found: Headings, feed: FeedContract) -> RawTable:
    check_headings(found, feed)
    others = [j for j in range(min(found.width, 3)) if j not in found.by_name.values()]
    body = sheet.body(found.row, [*found.by_name.values(), *others], found.width)
    columns = {name: body.columns[j] for name, j in found.by_name.items()}
    blank = blank_rows(columns, len(body.rows))
    notes = note_rows(columns, feed, {j: body.columns[j] for j in others}) if len(blank) else blank
    keep = np.flatnonzero(~blank & ~notes)
    # A row in which only a column that is not the feed's is filled (a 序号 without a record) counts as blank.
    ragged = [r for r in body.ragged if not is_note(r.text)]
    taken = set(found.by_name.values())
    return RawTable(
        sheet=sheet.name,
        columns={n: c if len(keep) == len(blank) else c.take(keep) for n, c in columns.items()},
        units=found.units,
        headings={name: found.found[j] for name, j in found.by_name.items()},
        rows=body.rows[keep],
        ragged=ragged,
        notes=int((notes & ~blank).sum()) + len(body.ragged) - len(ragged),
        unused=tuple(h for j, h in enumerate(found.found) if h and j not in taken),
        month=month_of_titles([*titles_of(sheet.head, found.row), sheet.name]),
    )
