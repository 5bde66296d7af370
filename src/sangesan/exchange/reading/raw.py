"""Cells as a file holds them, by column, before anything is checked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

Cell = object
Mask = npt.NDArray[np.bool_]


@dataclass
class RawColumn:
    """One column. text: string, null where the cell is empty or not a text; the others where there are such cells.

    numbers: float64, NaN elsewhere; days: date32, null elsewhere; odd: cells of other types (errors, times).
    """

    text: pa.Array
    numbers: npt.NDArray[np.float64] | None = None
    days: pa.Array | None = None
    odd: Mask | None = None

    def __len__(self) -> int:
        return len(self.text)

    def is_text(self) -> Mask:
        """Where the cell holds a text."""
        return mask(pc.is_valid(self.text))

    def is_number(self) -> Mask:
        """Where the cell holds a number."""
        if self.numbers is None:
            return np.zeros(len(self), dtype=np.bool_)
        return ~np.isnan(self.numbers)

    def is_day(self) -> Mask:
        """Where the cell holds a date."""
        if self.days is None:
            return np.zeros(len(self), dtype=np.bool_)
        return mask(pc.is_valid(self.days))

    def is_empty(self) -> Mask:
        """Where the cell holds nothing."""
        empty = ~(self.is_text() | self.is_number() | self.is_day())
        return empty if self.odd is None else empty & ~self.odd

    def as_text(self) -> pa.Array:
        """Every cell as a text: numbers to 15 digits as Excel shows them, dates as 2022-09-13."""
        if self.numbers is None and self.days is None:
            return self.text
        texts = self.text.to_pylist()
        if self.numbers is not None:
            for i in np.flatnonzero(self.is_number()):
                texts[i] = number_text(float(self.numbers[i]))
        if self.days is not None:
            for i in np.flatnonzero(self.is_day()):
                texts[i] = self.days[int(i)].as_py().isoformat()
        return pa.array(texts, pa.string())

    def shown(self, index: int) -> str:
        """One cell as it is quoted in a refusal."""
        one = self.take(np.array([index]))
        if one.odd is not None and one.odd[0]:
            return "（单元格错误）"
        return one.as_text()[0].as_py() or ""

    def take(self, keep: npt.NDArray[np.int64]) -> RawColumn:
        """The cells at these positions."""
        index = pa.array(keep)
        return RawColumn(
            self.text.take(index),
            None if self.numbers is None else self.numbers[keep],
            None if self.days is None else self.days.take(index),
            None if self.odd is None else self.odd[keep],
        )


@dataclass
class Ragged:
    """A row with more or fewer cells than there are headings."""

    row: int
    text: str
    found: int
    expected: int


@dataclass
class Body:
    """What stands below the headings. columns: by position in the sheet; rows: row numbers as a spreadsheet shows."""

    columns: dict[int, RawColumn]
    rows: npt.NDArray[np.int32]
    ragged: list[Ragged] = field(default_factory=list)


class Sheet(Protocol):
    """One sheet of any kind of file."""

    name: str

    @property
    def head(self) -> Sequence[Sequence[Cell]]:
        """The first rows, among which the headings stand."""

    def body(self, after: int, wanted: Sequence[int], width: int) -> Body:
        """The columns at the positions `wanted`, from the row after row number `after`."""


def mask(array: pa.Array | pa.ChunkedArray) -> Mask:
    """A boolean Arrow array without nulls as NumPy."""
    if isinstance(array, pa.ChunkedArray):
        array = array.combine_chunks()
    result: Mask = array.to_numpy(zero_copy_only=False)
    return result


def number_text(value: float) -> str:
    """A number as Excel shows it: 15 significant digits, no exponent."""
    short = f"{value:.15g}"
    if "e" not in short or not np.isfinite(value):
        return short
    return f"{value:.0f}" if abs(value) >= 1 else f"{Decimal(short):f}"


def tidy(text: pa.Array) -> pa.Array:
    """Outer white space off (full-width too); empty becomes null."""
    trimmed = pc.utf8_trim_whitespace(text)
    return pc.if_else(pc.equal(trimmed, ""), pa.scalar(None, pa.string()), trimmed)


def column_of(cells: Sequence[Cell]) -> RawColumn:
    """A column from Python cells: str, float, int, bool, date, datetime, anything else is odd."""
    kinds = set(map(type, cells))
    if kinds <= {str}:
        return RawColumn(tidy(pa.array(cells, pa.string())))
    # Excel keeps true and false as a type of its own; for checking they are the texts 是 and 否.
    texts = [c if type(c) is str else (("是" if c else "否") if type(c) is bool else None) for c in cells]
    column = RawColumn(tidy(pa.array(texts, pa.string())))
    if kinds & {float, int}:
        values = [c if type(c) is float or type(c) is int else float("nan") for c in cells]
        column.numbers = np.array(values, dtype=np.float64)
    if kinds & {date, datetime}:
        days = [c.date() if isinstance(c, datetime) else c if type(c) is date else None for c in cells]
        column.days = pa.array(days, pa.date32())
    if kinds - {str, float, int, bool, date, datetime, type(None)}:
        known = (str, float, int, bool, date, type(None))
        column.odd = np.array([not isinstance(c, known) for c in cells], dtype=np.bool_)
    return column
