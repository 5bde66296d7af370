"""CSV: encoding, delimiter, rows. Clean bodies go through Arrow's reader, all others through Python's."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import pyarrow as pa
import pyarrow.csv as pacsv

from sangesan.exchange.reading import bounds
from sangesan.exchange.reading.raw import Body, Cell, Ragged, RawColumn, Sheet, tidy
from sangesan.kernel.refusal import Refusal

HEAD_ROWS = 40
MAX_RAGGED = 5_000
FIELD_LIMIT = 1_000_000
_DELIMITERS = (",", "\t", ";", "|")


def decode(data: bytes) -> str:
    """The text of a CSV: UTF-8 with or without mark, UTF-16, else GB18030. Raises Refusal naming the line."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _decoded(data, "utf-16")
    if data.startswith(b"\xef\xbb\xbf"):
        return _without_nul(_decoded(data, "utf-8-sig"))
    zeros = data[:2000].count(0)
    if zeros > len(data[:2000]) // 5:
        even = data[:2000:2].count(0)
        return _decoded(data, "utf-16-be" if even > zeros // 2 else "utf-16-le")
    try:
        return _without_nul(data.decode("utf-8"))
    except UnicodeDecodeError:
        return _without_nul(_decoded(data, "gb18030"))


def _decoded(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Refusal(
            "文字编码认不出（不是 UTF-8、GB18030 或 UTF-16）",
            place=f"第 {line} 行",
            remedy="另存为“CSV UTF-8”后重新上传",
        ) from error


def _without_nul(text: str) -> str:
    at = text.find("\0")
    if at >= 0:
        line = text.count("\n", 0, at) + 1
        raise Refusal("含有空字符（NUL），文件已损坏", place=f"第 {line} 行", remedy="从原系统重新导出")
    return text


@dataclass
class DelimitedSheet:
    """A CSV as one sheet; `offsets[i]` is where record i + 1 begins in the text."""

    name: str
    text: str
    delimiter: str
    head: list[list[Cell]] = field(default_factory=list)
    offsets: list[int] = field(default_factory=list)

    def body(self, after: int, wanted: Sequence[int], width: int) -> Body:
        """See `Sheet.body`."""
        if after >= len(self.offsets):
            empty = {j: RawColumn(pa.array([], pa.string())) for j in wanted}
            return Body(empty, np.array([], dtype=np.int32))
        text = self.text[self.offsets[after] :]
        if text.count("\n") > bounds.MAX_ROWS:
            raise Refusal(f"超过 {bounds.MAX_ROWS} 行", remedy="请分成多个文件")
        return _by_arrow(text, after, wanted, width, self.delimiter) or _by_python(
            text, after, wanted, width, self.delimiter
        )


def sheet_of_csv(data: bytes, name: str) -> Sheet:
    """The one sheet of a CSV, its first rows parsed."""
    text = decode(data)
    # CR alone ends a line in files of old systems; with CR gone, offsets and both readers agree on lines.
    text = text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text
    _check_quotes(text)
    if "\n" not in text[:FIELD_LIMIT] and len(text) > FIELD_LIMIT:
        raise Refusal("第 1 行过长，不是 CSV 表格", remedy="从原系统重新导出")
    sheet = DelimitedSheet(name, text, _delimiter(text))
    lines = io.StringIO(text[:FIELD_LIMIT])
    consumed = 0

    def counted() -> Iterator[str]:
        nonlocal consumed
        for line in lines:
            consumed += len(line)
            yield line

    sheet.offsets.append(0)
    csv.field_size_limit(FIELD_LIMIT)
    try:
        for record in csv.reader(counted(), delimiter=sheet.delimiter):
            sheet.head.append(list(record))
            sheet.offsets.append(consumed)
            if len(sheet.head) >= HEAD_ROWS:
                break
    except csv.Error as error:
        raise Refusal("CSV 引号不配对", place=f"第 {len(sheet.head) + 1} 行", remedy="检查双引号后重新导出") from error
    return sheet


def _check_quotes(text: str) -> None:
    """An open quote would swallow all rows below it into one cell, without a fault to see."""
    if text.count('"') % 2:
        lines = text.split("\n")
        row = next((i for i, line in enumerate(lines, 1) if line.count('"') % 2), 1)
        raise Refusal("CSV 引号不配对", place=f"第 {row} 行或以后", remedy="检查双引号后重新导出")


def _delimiter(text: str) -> str:
    sample = text[:20_000].split("\n")[:HEAD_ROWS]
    counts = {d: sorted((line.count(d) for line in sample), reverse=True) for d in _DELIMITERS}
    return max(_DELIMITERS, key=lambda d: sum(counts[d][: len(sample) // 2 + 1]))


def _by_arrow(text: str, after: int, wanted: Sequence[int], width: int, delimiter: str) -> Body | None:
    """The body by Arrow's reader; None where rows are too irregular for it."""
    ragged: list[Ragged] = []

    def irregular(row: pacsv.InvalidRow) -> str:
        ragged.append(Ragged(after + (row.number or 0), row.text, row.actual_columns, row.expected_columns))
        return "skip" if len(ragged) <= MAX_RAGGED and row.number else "error"

    names = [f"c{j}" for j in range(width)]
    try:
        table = pacsv.read_csv(
            io.BytesIO(text.encode()),
            read_options=pacsv.ReadOptions(column_names=names, use_threads=False, block_size=16 * bounds.CHUNK),
            parse_options=pacsv.ParseOptions(
                delimiter=delimiter,
                newlines_in_values='"' in text,
                ignore_empty_lines=False,
                invalid_row_handler=irregular,
            ),
            convert_options=pacsv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()),
                include_columns=[names[j] for j in wanted],
                strings_can_be_null=False,
            ),
        )
    except pa.ArrowInvalid:
        return None
    rows = np.arange(after + 1, after + 1 + table.num_rows + len(ragged), dtype=np.int32)
    rows = np.setdiff1d(rows, np.array([r.row for r in ragged], dtype=np.int32), assume_unique=True)
    columns = {j: RawColumn(tidy(table.column(f"c{j}").combine_chunks())) for j in wanted}
    return Body(columns, rows, [r for r in ragged if r.text.strip(delimiter + " \n")])


def _by_python(text: str, after: int, wanted: Sequence[int], width: int, delimiter: str) -> Body:
    cells: list[list[str]] = [[] for _ in wanted]
    rows: list[int] = []
    ragged: list[Ragged] = []
    number = after
    try:
        for number, record in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), after + 1):
            if any(record[width:]) or 0 < len(record) < width:
                ragged.append(Ragged(number, delimiter.join(record), len(record), width))
            elif record:
                rows.append(number)
                for store, j in zip(cells, wanted, strict=True):
                    store.append(record[j])
    except csv.Error as error:
        raise Refusal(
            "CSV 引号不配对或单元格过长", place=f"第 {number + 1} 行", remedy="检查双引号后重新导出"
        ) from error
    columns = {j: RawColumn(tidy(pa.array(c, pa.string()))) for j, c in zip(wanted, cells, strict=True)}
    return Body(columns, np.array(rows, dtype=np.int32), ragged)
