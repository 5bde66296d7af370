"""Money columns: integer fen, exactly. Plain amounts in Arrow; everything else through kernel.money."""

from __future__ import annotations

import re

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sangesan.exchange.checking.outcome import Outcome, by_distinct, distinct_numbers, overlay, plain
from sangesan.exchange.reading.raw import RawColumn, mask, number_text
from sangesan.kernel.money import parse_fen
from sangesan.kernel.refusal import Refusal

LIMIT_FEN = 10**15
_PLAIN = r"^-?[0-9]{1,12}(\.[0-9]{1,2})?$"
_OWN_UNIT = re.compile(r"[万元圆整]\s*$")


def fen_of(text: str, unit: int = 1) -> int:
    """Fen of one cell's text; `unit` is yuan per unit of the column's heading, a unit in the cell goes first."""
    word = plain(text)
    if unit == 10_000 and not _OWN_UNIT.search(word):
        word += "万元"
    fen = parse_fen(word)
    if abs(fen) >= LIMIT_FEN:
        raise Refusal(f"金额“{text}”过大")
    return fen


def check_money(column: RawColumn, unit: int = 1) -> Outcome:
    """int64 fen from texts and number cells."""
    values = pa.nulls(len(column), pa.int64())
    bad = np.zeros(len(column), dtype=np.bool_)
    if column.text.null_count < len(column):
        texts = _texts(column.text, unit)
        values, bad = texts.values, texts.bad
    if column.numbers is not None:
        numbers = _numbers(column, unit)
        values = overlay(values, column.is_number(), numbers.values)
        bad = bad | numbers.bad
    return Outcome(values, bad)


def _texts(text: pa.Array, unit: int) -> Outcome:
    simple = pc.fill_null(pc.match_substring_regex(text, _PLAIN), False)
    scaled = pc.if_else(simple, text, pa.scalar(None, pa.string())).cast(pa.decimal128(20, 2))
    fen = pc.multiply(scaled, pa.scalar(100 * unit, pa.decimal128(8, 0)))
    values = pc.cast(fen, pa.int64())
    fits = pc.fill_null(pc.less(pc.abs(values), LIMIT_FEN), False)
    values = pc.if_else(fits, values, pa.scalar(None, pa.int64()))
    rest = pc.if_else(pc.and_(pc.is_valid(text), pc.invert(fits)), text, pa.scalar(None, pa.string()))
    if rest.null_count == len(rest):
        return Outcome(values, np.zeros(len(text), dtype=np.bool_))
    slow = by_distinct(rest, lambda word: fen_of(word, unit), pa.int64())
    return Outcome(overlay(values, mask(pc.is_valid(rest)), slow.values), slow.bad)


def _numbers(column: RawColumn, unit: int) -> Outcome:
    """A number cell is exact where it is the double nearest to a whole number of fen; the rest goes by its text."""
    assert column.numbers is not None  # noqa: S101  the caller looked
    given = column.is_number()
    numbers = np.where(given, column.numbers, 0.0)
    small = np.abs(numbers) < LIMIT_FEN / 100 / unit / 10
    fen = np.rint(np.where(small, numbers, 0.0) * (100.0 * unit))
    exact = given & small & (fen / (100.0 * unit) == numbers)
    values = pa.array(fen.astype(np.int64), mask=~exact)
    rest = given & ~exact
    if not rest.any():
        return Outcome(values, rest)
    slow = distinct_numbers(column, lambda number: fen_of(number_text(number), unit), pa.int64(), rest)
    return Outcome(overlay(values, rest, slow.values), slow.bad)
