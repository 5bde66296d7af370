"""Small deliveries: spreadsheets as offices make them, with titles, merged cells, blank rows and notes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from pathlib import Path

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.workbook import Workbook
from xlsxwriter.worksheet import Worksheet

from sangesan.demo.presentation import Cells

CREATED = datetime(2022, 9, 5, 9, 0, 0)  # noqa: DTZ001  a spreadsheet's stamp has no zone
PERSON_GROUP = "人员信息"
PERSON_HEADINGS = frozenset({"姓名", "户主姓名", "身份证号", "身份证号码", "公民身份号码", "证件号码", "联系电话", "出生日期"})


@dataclass(frozen=True)
class Layout:
    """What stands around the table. two_rows: person columns under one merged heading; gap_at: a blank row there."""

    title: str
    subtitle: str = ""
    two_rows: bool = False
    serial: bool = False
    gap_at: int = 0
    notes: tuple[str, ...] = ()
    sheet: str = "Sheet1"


def write_workbook(path: Path, columns: list[Cells], layout: Layout) -> int:
    """Writes one .xlsx; gives its bytes. Identity numbers are text cells."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with xlsxwriter.Workbook(str(path), {"strings_to_numbers": False, "default_date_format": "yyyy/m/d"}) as book:
        book.set_properties({"created": CREATED, "title": layout.title})
        sheet = book.add_worksheet(layout.sheet)
        if layout.serial:
            rows = len(columns[0].values)
            columns = [Cells("序号", list(range(1, rows + 1)), native=True, width=6), *columns]
        start = _heading(book, sheet, columns, layout)
        for number, column in enumerate(columns):
            sheet.set_column(number, number, column.width)
            _fill(sheet, number, column, start, layout.gap_at)
        end = start + len(columns[0].values) + (1 if layout.gap_at else 0)
        for offset, note in enumerate(layout.notes):
            sheet.write_string(end + offset, 0, note)
    return path.stat().st_size


def _heading(book: Workbook, sheet: Worksheet, columns: list[Cells], layout: Layout) -> int:
    """Titles and headings; gives the first row of the body."""
    bold = book.add_format({"bold": True, "align": "center", "border": 1})
    title = book.add_format({"bold": True, "align": "center", "font_size": 16})
    row = 0
    if layout.title:
        sheet.merge_range(0, 0, 0, len(columns) - 1, layout.title, title)
        row = 1
        if layout.subtitle:
            sheet.merge_range(1, 0, 1, len(columns) - 1, layout.subtitle)
            row = 2
    if layout.two_rows:
        return _two_rows(sheet, columns, row, bold)
    for number, column in enumerate(columns):
        sheet.write_string(row, number, column.heading, bold)
    return row + 1


def _two_rows(sheet: Worksheet, columns: list[Cells], row: int, bold: Format) -> int:
    """Person columns side by side under a merged parent, the others merged downward."""
    number = 0
    for personal, group in groupby(columns, key=lambda c: c.heading in PERSON_HEADINGS):
        members = list(group)
        if personal and len(members) > 1:
            sheet.merge_range(row, number, row, number + len(members) - 1, PERSON_GROUP, bold)
            for offset, member in enumerate(members):
                sheet.write_string(row + 1, number + offset, member.heading, bold)
        else:
            for offset, member in enumerate(members):
                sheet.merge_range(row, number + offset, row + 1, number + offset, member.heading, bold)
        number += len(members)
    return row + 2


def _fill(sheet: Worksheet, number: int, column: Cells, start: int, gap_at: int) -> None:
    values = column.values if column.native else column.values.to_pylist()
    for offset, value in enumerate(values):
        if value is None or value == "":
            continue
        row = start + offset + (1 if gap_at and offset >= gap_at else 0)
        if type(value) is str:
            sheet.write_string(row, number, value)
        elif isinstance(value, int | float):
            sheet.write_number(row, number, value)
        else:
            sheet.write_datetime(row, number, value)
