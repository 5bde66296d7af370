"""One read table against its feed's contract."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from sangesan.exchange.checking.dates import check_date
from sangesan.exchange.checking.divisions import Directory, check_division, lenient_divisions
from sangesan.exchange.checking.identity import NO_KEY, Keys, check_identity
from sangesan.exchange.checking.money import check_money
from sangesan.exchange.checking.outcome import Outcome, with_others
from sangesan.exchange.checking.refused import MAX_SHOWN, WHOLE_ROW, Place, RefusedCell, masked, refused_cell
from sangesan.exchange.checking.simple import check_bool, check_code, check_decimal, check_int, check_text
from sangesan.exchange.contracts import ColumnContract, FeedContract
from sangesan.exchange.reading.raw import Mask, RawColumn
from sangesan.exchange.reading.table import RawTable


@dataclass
class CheckedTable:
    """values: the feed's columns, typed; keys: identity keys; identity: texts of the identity columns as written.

    births and villages: what the identity columns 出生日期 and 村 say, null where they can't be told.
    bad: rows with a refused cell; refusals: at most MAX_SHOWN of their cells.
    """

    raw: RawTable
    values: dict[str, pa.Array]
    keys: Keys
    mended: Mask
    identity: dict[str, pa.Array]
    births: pa.Array
    villages: pa.Array
    bad: Mask
    refusals: list[RefusedCell]


def check_table(raw: RawTable, feed: FeedContract, directory: Directory) -> CheckedTable:
    """Check every cell; refuses nothing by itself."""
    count = len(raw)
    checked = CheckedTable(
        raw=raw,
        values={},
        keys=np.full(count, NO_KEY, dtype=np.int64),
        mended=np.zeros(count, dtype=np.bool_),
        identity={},
        births=pa.nulls(count, pa.date32()),
        villages=pa.nulls(count, pa.string()),
        bad=np.zeros(count, dtype=np.bool_),
        refusals=[_ragged(raw, i) for i in range(min(len(raw.ragged), MAX_SHOWN))],
    )
    for contract in feed.columns.values():
        column = raw.columns.get(contract.as_name)
        if column is None:
            checked.values[contract.as_name] = pa.nulls(count, contract.arrow_type)
            continue
        outcome = check_column(column, contract, raw.units.get(contract.as_name, 1), directory)
        wrong = outcome.bad if contract.optional else outcome.bad | column.is_empty()
        checked.values[contract.as_name] = outcome.values
        _refuse(checked, contract, column, wrong, directory)
    if feed.identity_columns:
        _check_people(checked, feed, directory)
    return checked


def check_column(column: RawColumn, contract: ColumnContract, unit: int, directory: Directory) -> Outcome:
    """One column by its type."""
    match contract.type:
        case "date" | "month":
            outcome, numbers, days = check_date(column, months=contract.type == "month"), True, True
        case "money":
            outcome, numbers, days = check_money(column, unit), True, False
        case "int":
            outcome, numbers, days = check_int(column), True, False
        case "decimal":
            outcome, numbers, days = check_decimal(column), True, False
        case "bool":
            outcome, numbers, days = check_bool(column), True, False
        case "code":
            outcome, numbers, days = check_code(column, contract.codes), True, False
        case "division":
            outcome, numbers, days = check_division(column, directory), True, False
        case _:
            outcome, numbers, days = check_text(column), True, True
    return with_others(column, outcome, numbers=numbers, days=days)


def _check_people(checked: CheckedTable, feed: FeedContract, directory: Directory) -> None:
    """Identity columns: a numeric identity number is refused, anything else that is doubtful only not attached."""
    raw = checked.raw
    checked.identity = {
        c.as_name: raw.columns[c.as_name].as_text()
        for c in feed.identity_columns.values()
        if c.as_name in raw.columns and c.as_name not in checked.values
    }
    if "birth_date" in checked.identity:
        checked.births = check_date(raw.columns["birth_date"]).values
    if "division" in checked.identity:
        checked.villages = lenient_divisions(raw.columns["division"], directory)
    number = next(c for c in feed.identity_columns.values() if c.as_name == "id_number")
    column = raw.columns.get("id_number")
    nameless = raw.columns["name"].is_empty() if "name" in raw.columns else np.ones(len(raw), dtype=np.bool_)
    if column is None:
        _refuse(checked, number, RawColumn(pa.nulls(len(raw), pa.string())), nameless, directory)
        return
    identity = check_identity(column)
    checked.keys, checked.mended = identity.keys, identity.mended
    wrong = identity.bad | (column.is_empty() & nameless)
    _refuse(checked, number, column, wrong, directory)


def _refuse(
    checked: CheckedTable, contract: ColumnContract, column: RawColumn, wrong: Mask, directory: Directory
) -> None:
    """Mark the rows as bad and describe their cells, as far as the report takes them."""
    raw = checked.raw
    checked.bad |= wrong
    heading = raw.headings.get(contract.as_name, contract.heading)
    unit = raw.units.get(contract.as_name, 1)
    for i in np.flatnonzero(wrong)[: MAX_SHOWN - len(checked.refusals)]:
        place = Place(raw.sheet, int(raw.rows[i]), contract, heading, unit)
        checked.refusals.append(refused_cell(place, column.shown(int(i)), directory))


def _ragged(raw: RawTable, index: int) -> RefusedCell:
    row = raw.ragged[index]
    return RefusedCell(
        raw.sheet,
        row.row,
        WHOLE_ROW,
        masked(None, row.text),
        f"本行应有 {row.expected} 列，实有 {row.found} 列",
        "检查多余或缺少的逗号、未配对的引号",
    )
