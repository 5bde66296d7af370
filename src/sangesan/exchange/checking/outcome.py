"""What checking a column gives, and how one text is parsed when the fast ways do not apply."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from sangesan.exchange.reading.raw import Mask, RawColumn, mask
from sangesan.kernel.refusal import Refusal


@dataclass
class Outcome:
    """values: typed, null where empty or bad; bad: where a cell holds something else than is expected."""

    values: pa.Array
    bad: Mask


def plain(text: str) -> str:
    """Half width, outer space off, Excel's leading apostrophe off."""
    return unicodedata.normalize("NFKC", text).strip().lstrip("'`‘’").strip()


def by_distinct(text: pa.Array, parse: Callable[[str], Any], kind: pa.DataType) -> Outcome:
    """Parse each distinct text once with `parse` (which raises Refusal) and spread the result over the rows."""
    encoded = text.dictionary_encode()
    parsed = [_or_none(parse, word) for word in encoded.dictionary.to_pylist()]
    values = pa.array(parsed, kind).take(encoded.indices)
    return Outcome(values, mask(pc.and_(pc.is_valid(text), pc.is_null(values))))


def _or_none(parse: Callable[[str], Any], word: str) -> Any:
    try:
        return parse(word)
    except Refusal:
        return None


def with_others(column: RawColumn, outcome: Outcome, numbers: bool, days: bool) -> Outcome:
    """Mark number, date and odd cells as bad where the column's type does not take them."""
    bad = outcome.bad
    if not numbers:
        bad = bad | column.is_number()
    if not days:
        bad = bad | column.is_day()
    if column.odd is not None:
        bad = bad | column.odd
    return Outcome(outcome.values, bad)


def overlay(below: pa.Array, where: Mask, above: pa.Array) -> pa.Array:
    """`above` where the mask says so, else `below`."""
    return pc.if_else(pa.array(where), above, below)


def distinct_numbers(
    column: RawColumn, parse: Callable[[float], Any], kind: pa.DataType, where: Mask | None = None
) -> Outcome:
    """Parse each distinct number once; other cells stay null and are not bad."""
    chosen = column.is_number() if where is None else where
    values = pa.nulls(len(column), kind)
    bad = np.zeros(len(column), dtype=np.bool_)
    if column.numbers is None or not chosen.any():
        return Outcome(values, bad)
    places = np.flatnonzero(chosen)
    words, indices = np.unique(column.numbers[places], return_inverse=True)
    parsed: list[Any] = []
    for word in words.tolist():
        try:
            parsed.append(parse(word))
        except Refusal:
            parsed.append(None)
    spread = np.zeros(len(column), dtype=np.int64)
    spread[places] = indices
    found = pa.array(parsed, kind).take(pa.array(spread))
    values = overlay(values, chosen, found)
    return Outcome(values, chosen & mask(pc.is_null(values)))
