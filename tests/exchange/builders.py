"""Files as departments might send them, good and damaged."""

from __future__ import annotations

import csv
import io
import struct
import zipfile
from collections.abc import Sequence
from datetime import date

import xlsxwriter

from sangesan.kernel.identity_number import check_digit


def identity(serial: int, birth: date, area: str = "610998") -> str:
    """An impossible but well-formed number: area 610998 was never assigned."""
    first = f"{area}{birth:%Y%m%d}{serial:03d}"
    return first + check_digit(first)


PEOPLE = [
    ("陈大山", identity(101, date(1968, 3, 5)), date(1968, 3, 5)),
    ("王秀兰", identity(102, date(1970, 6, 18)), date(1970, 6, 18)),
    ("李长顺", identity(103, date(1955, 11, 2)), date(1955, 11, 2)),
    # Two of one name and birthday in one village: by name nobody can tell them apart.
    ("周明远", identity(104, date(1980, 8, 30)), date(1980, 8, 30)),
    ("周明远", identity(106, date(1980, 8, 30)), date(1980, 8, 30)),
]

HEADINGS = ["姓名", "身份证号", "结算日期", "就医类型", "总费用", "基金支付", "个人自付"]


def row(index: int = 0, **changes: object) -> list[object]:
    """A good row of 医保结算明细; `changes` by heading."""
    name, number, _ = PEOPLE[index]
    values: dict[str, object] = dict(
        zip(HEADINGS, [name, number, "2022-08-03", "住院", "1234.56", "1000", "234.56"], strict=True)
    )
    return list((values | changes).values())


def xlsx(rows: Sequence[Sequence[object]], *, sheet: str = "Sheet1", more: Sequence[str] = ()) -> bytes:
    """One sheet with these rows; dates become date cells, numbers number cells. more: further empty sheets."""
    sink = io.BytesIO()
    book = xlsxwriter.Workbook(sink, {"in_memory": True, "default_date_format": "yyyy-mm-dd"})
    page = book.add_worksheet(sheet)
    for name in more:
        book.add_worksheet(name)
    for i, cells in enumerate(rows):
        for j, cell in enumerate(cells):
            if isinstance(cell, date):
                page.write_datetime(i, j, cell)
            elif isinstance(cell, str):
                page.write_string(i, j, cell)
            elif cell is not None:
                page.write(i, j, cell)
    book.close()
    return sink.getvalue()


def text(rows: Sequence[Sequence[object]], delimiter: str = ",") -> str:
    """The rows as CSV text."""
    sink = io.StringIO()
    csv.writer(sink, delimiter=delimiter).writerows(rows)
    return sink.getvalue()


def packed(files: dict[str, bytes]) -> bytes:
    """A zip of these files."""
    sink = io.BytesIO()
    with zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return sink.getvalue()


def with_password(data: bytes) -> bytes:
    """The zip with its entries marked as encrypted (what a reader sees of a password)."""
    changed = bytearray(data)
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = changed.find(signature)
        flags = struct.unpack_from("<H", changed, at + offset)[0]
        struct.pack_into("<H", changed, at + offset, flags | 1)
    return bytes(changed)


def with_part(data: bytes, name: str, content: bytes) -> bytes:
    """The workbook with one part replaced."""
    sink = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(sink, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            new.writestr(entry.filename, content if entry.filename == name else old.read(entry))
    return sink.getvalue()
