"""Writes a department's records of one month as the file it would send."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from sangesan.demo.csv_files import write_zipped_csv
from sangesan.demo.population import County
from sangesan.demo.presentation import Delivery
from sangesan.demo.records import Records
from sangesan.demo.workbooks import Layout, write_workbook
from sangesan.exchange.contracts import Contracts

CSV_FROM_ROWS = 20_000
CSV_LEAST_ROWS = 400


@dataclass(frozen=True)
class Written:
    """One file that was written; `path` is relative to the inbox."""

    feed: str
    path: str
    rows: int
    bytes: int


def write_delivery(
    inbox: Path, county: County, delivery: Delivery, contracts: Contracts, records: Records
) -> Written:
    """One file under <department>/<month>/: a zipped CSV if large for the county's scale, else a spreadsheet."""
    contract = contracts.feed(records.feed)
    folder = inbox / contract.department / str(records.month)
    large = len(records) > max(CSV_LEAST_ROWS, round(CSV_FROM_ROWS * county.facts.scale))
    style = delivery.style(contract.department, records, plain_text=large)
    cells = delivery.cells(county, records, style, native=not large)
    if large:
        path = folder / f"{records.feed}.csv.zip"
        size = write_zipped_csv(path, f"{contract.title}{records.month}.csv", cells, style.encoding)
    else:
        path = folder / f"{records.feed}.xlsx"
        department = contracts.departments[contract.department].name
        size = write_workbook(path, cells, _layout(county, department, contract.title, records))
    return Written(records.feed, str(path.relative_to(inbox)), len(records), size)


def _layout(county: County, department: str, title: str, records: Records) -> Layout:
    """Titles, notes and merged cells: every file of a department a little different."""
    month = records.month
    turn = month.month + len(title)
    after = month.plus(1)
    filled_in = f"填报单位：{department}    填报日期：{after.year}年{after.month}月3日"
    notes: tuple[str, ...] = ()
    if turn % 3 == 0:
        notes = (f"合计：{len(records)}条", "填报人：经办员    审核人：分管领导")
    elif turn % 3 == 1:
        notes = ("填报人：经办员",)
    return Layout(
        title=f"{county.facts.name}{department}{title}（{month.year}年{month.month}月）",
        subtitle=filled_in if turn % 2 else "",
        two_rows=turn % 4 == 0 and records.person is not None,
        serial=turn % 5 in {0, 3},
        gap_at=len(records) // 2 if turn % 6 == 1 and len(records) > 8 else 0,
        notes=notes,
        sheet=title if turn % 2 else "Sheet1",
    )
