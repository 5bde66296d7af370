"""Rows that are no records: totals, signatures, repeated headings, blank rows."""

from __future__ import annotations

import re
from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from sangesan.exchange.contracts import FeedContract
from sangesan.exchange.reading.raw import Mask, RawColumn

NOTE = re.compile(
    r"^\s*(合\s*计|总\s*计|小\s*计|共\s*计|累\s*计|填报|填表|制表|审核|复核|经办|负责人|联系人|联系电话|报送|上报"
    r"|单位(?:负责人|盖章|[(（:：])|备\s*注|说\s*明|注\s*[:：]|统计(?:时间|人)|打印|日期\s*[:：]|第\s*\d+\s*页|以上|此表)"
)
MAX_LOOKED_AT = 20_000


def blank_rows(columns: Mapping[str, RawColumn], count: int) -> Mask:
    """Rows in which none of the feed's columns holds anything."""
    blank = np.ones(count, dtype=np.bool_)
    for column in columns.values():
        blank &= column.is_empty()
    return blank


def note_rows(columns: Mapping[str, RawColumn], feed: FeedContract, others: Mapping[int, RawColumn]) -> Mask:
    """Rows that are totals or notes: no identity, and a cell that begins like one.

    others: columns of the sheet that are not the feed's (a 序号 column may hold 合计).
    """
    count = len(next(iter(columns.values())))
    suspect = _suspects(columns, feed, count)
    result = np.zeros(count, dtype=np.bool_)
    headings = {h for c in feed.all_columns for h in (c.heading, *c.also)}
    for i in np.flatnonzero(suspect)[:MAX_LOOKED_AT]:
        texts = [column.text[int(i)].as_py() for column in (*columns.values(), *others.values())]
        given = [text for text in texts if text]
        repeated = len(given) > 1 and all(text in headings for text in given[:3])
        result[i] = repeated or any(NOTE.match(text) for text in given)
    return result


def is_note(text: str) -> bool:
    """Whether a ragged row's text is a total or a note."""
    return any(NOTE.match(part) for part in re.split(r"[,\t;|]", text) if part)


def _suspects(columns: Mapping[str, RawColumn], feed: FeedContract, count: int) -> npt.NDArray[np.bool_]:
    """Rows worth looking at: identity missing or no number at all, or at least two required cells empty."""
    id_number = columns.get("id_number")
    if id_number is not None:
        text = id_number.text
        no_digits = np.fromiter((t is None or not t[:1].isdigit() for t in text.to_pylist()), np.bool_, count)
        return no_digits & ~id_number.is_number()
    empty = np.zeros(count, dtype=np.int32)
    for column in feed.columns.values():
        if not column.optional and column.as_name in columns:
            empty += columns[column.as_name].is_empty()
    dense = np.zeros(count, dtype=np.bool_)
    dense[max(0, count - 50) :] = True
    return (empty >= 1) | dense
