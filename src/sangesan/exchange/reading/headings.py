"""Finding the heading row under titles and merged cells, and which column is which."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches

from sangesan.exchange.contracts import ColumnContract, FeedContract
from sangesan.exchange.reading.raw import Cell
from sangesan.kernel.refusal import Refusal

UNITS: Mapping[str, int] = {"元": 1, "人民币元": 1, "万元": 10_000, "万": 10_000}
_MONEY_UNIT = re.compile(r"^(单位[::]?)?(?P<unit>.*[元角分]|万)$")
_BRACKETS = re.compile(r"\(([^()]*)\)|\[([^\[\]]*)\]|【([^【】]*)】")
_DROPPED = re.compile(r"[\s*:·_\-/、,]+")


@dataclass
class Headings:
    """Where the feed's columns stand. row: row number of the (last) heading row; by_name: as_name -> position."""

    row: int
    width: int
    found: list[str]
    by_name: dict[str, int] = field(default_factory=dict)
    units: dict[str, int] = field(default_factory=dict)
    doubled: list[str] = field(default_factory=list)


def normal(text: str) -> str:
    """A heading without white space, marks and width differences."""
    return _DROPPED.sub("", unicodedata.normalize("NFKC", text)).lower()


def bare(text: str) -> str:
    """A heading without what it has in brackets."""
    return normal(_BRACKETS.sub("", unicodedata.normalize("NFKC", text)))


def unit_of(text: str) -> str:
    """The money unit that a heading has in brackets, or nothing."""
    for groups in _BRACKETS.findall(unicodedata.normalize("NFKC", text)):
        form = _MONEY_UNIT.match(normal("".join(groups)))
        if form:
            return form["unit"]
    return ""


def find_headings(head: Sequence[Sequence[Cell]], feed: FeedContract) -> Headings | None:
    """The row, or pair of rows, in which most of the feed's columns are named; None where none is."""
    lookup = _lookup(feed)
    best: Headings | None = None
    for index in range(len(head)):
        for candidate in _candidates(head, index, lookup):
            if best is None or len(candidate.by_name) > len(best.by_name):
                best = candidate
    if best is None or not best.by_name:
        return None
    return best


def check_headings(found: Headings, feed: FeedContract) -> None:
    """Refuse missing and doubled columns and unknown units, naming what is there instead."""
    if found.doubled:
        raise Refusal(f"列“{found.doubled[0]}”出现了两次", place=f"第 {found.row} 行表头", remedy="删去多余的一列")
    missing = [c for c in feed.columns.values() if not c.optional and c.as_name not in found.by_name]
    lines = [_missing(c, found) for c in missing]
    by_number, by_name = {"id_number"}, {"name", "birth_date", "division"}
    if feed.identity_columns and not (by_number <= found.by_name.keys() or by_name <= found.by_name.keys()):
        number = next(c for c in feed.identity_columns.values() if c.as_name == "id_number")
        lines.insert(0, _missing(number, found))
    if lines:
        raise Refusal(
            f"缺少列：{'、'.join(lines)}；文件中的列为：{'、'.join(h for h in found.found if h) or '（无）'}",
            place=f"第 {found.row} 行表头",
            remedy=f"“{feed.title}”应有列：{'、'.join(h for h in feed.columns)}",
        )


def no_headings(head: Sequence[Sequence[Cell]], feed: FeedContract) -> Refusal:
    """The refusal of a sheet in which no heading row was found."""
    first = next(([str(c) for c in row if c not in ("", None)] for row in head if any(row)), [])
    shown = "、".join(text[:20] for text in first[:8])
    return Refusal(
        f"没有找到表头，前 {len(head)} 行里没有本数据项的列名（第一行内容：{shown or '空'}）",
        remedy=f"“{feed.title}”应有列：{'、'.join([*feed.identity_columns, *feed.columns])}",
    )


def _missing(column: ColumnContract, found: Headings) -> str:
    taken = set(found.by_name.values())
    others = [h for j, h in enumerate(found.found) if h and j not in taken]
    near = get_close_matches(column.heading, others, n=1, cutoff=0.5)
    return f"{column.heading}（是否写成了“{near[0]}”？）" if near else column.heading


def _lookup(feed: FeedContract) -> dict[str, ColumnContract]:
    result: dict[str, ColumnContract] = {}
    for column in (*feed.columns.values(), *feed.identity_columns.values()):
        for name in (column.heading, *column.also):
            result.setdefault(normal(name), column)
            result.setdefault(bare(name), column)
    return result


def _candidates(head: Sequence[Sequence[Cell]], index: int, lookup: Mapping[str, ColumnContract]) -> list[Headings]:
    upper = _texts(head[index])
    single = _match(index + 1, upper, [""] * len(upper), lookup)
    if index + 1 >= len(head):
        return [single]
    lower = _texts(head[index + 1])
    width = max(len(upper), len(lower))
    upper, lower = _pad(upper, width), _pad(lower, width)
    joined = [low or up for up, low in zip(upper, lower, strict=True)]
    pair = _match(index + 2, joined, _filled(upper), lookup)
    below = _match(index + 2, lower, [""] * width, lookup)
    # A pair counts only where both rows bring something: merged parents above, their children below.
    if len(pair.by_name) > max(len(single.by_name), len(below.by_name)):
        return [single, pair]
    return [single]


def _texts(row: Sequence[Cell]) -> list[str]:
    return [c.strip() if isinstance(c, str) else "" for c in row]


def _pad(row: list[str], width: int) -> list[str]:
    return row + [""] * (width - len(row))


def _filled(row: list[str]) -> list[str]:
    """A merged heading's text stands in its first cell only: carry it to the right."""
    result, last = [], ""
    for text in row:
        last = text or last
        result.append(last)
    return result


def _match(row: int, texts: list[str], parents: list[str], lookup: Mapping[str, ColumnContract]) -> Headings:
    width = max((j + 1 for j, text in enumerate(texts) if text), default=0)
    result = Headings(row, width, [text.replace("\n", "") for text in texts[:width]])
    for j, text in enumerate(texts):
        column = lookup.get(normal(text)) or lookup.get(bare(text)) if text else None
        if column is None:
            continue
        if column.as_name in result.by_name:
            result.doubled.append(column.heading)
            continue
        result.by_name[column.as_name] = j
        if column.type == "money":
            unit = unit_of(text) or unit_of(parents[j]) or "元"
            result.units[column.as_name] = _factor(unit, column, row)
    return result


def _factor(unit: str, column: ColumnContract, row: int) -> int:
    factor = UNITS.get(unit)
    if factor is None:
        raise Refusal(f"列“{column.heading}”的单位“{unit}”不认识", place=f"第 {row} 行表头", remedy="单位请用元或万元")
    return factor
