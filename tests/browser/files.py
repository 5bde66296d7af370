"""Files as a department would hand them in."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import xlsxwriter

from web.small_county import PEOPLE, VILLAGE_A, identity

PNG = b"\x89PNG\r\n\x1a\n" + bytes(200)


def settlements(folder: Path, *, self_paid: str = "6800.00") -> Path:
    """One hospital bill of 陈大山 in August 2022, under a title row, the number as text."""
    name, birth = PEOPLE[0][1], PEOPLE[0][3]
    path = folder / "2022年8月医保结算明细.xlsx"
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("结算")
    sheet.write_string(0, 0, "2022年8月医保结算明细")
    headings = ["姓名", "身份证号", "出生日期", "村", "结算日期", "就医类型", "总费用", "基金支付", "个人自付"]
    row = [name, identity(101, birth), birth.isoformat(), VILLAGE_A, date(2022, 8, 16).isoformat(), "住院"]
    for column, text in enumerate(headings):
        sheet.write_string(2, column, text)
    for column, text in enumerate([*row, "16800.00", "10000.00", self_paid]):
        sheet.write_string(3, column, text)
    book.close()
    return path


def picture(folder: Path) -> Path:
    """A picture that says it is a spreadsheet."""
    path = folder / "结算.xlsx"
    path.write_bytes(PNG)
    return path
