"""Files that must be refused, for showing what the system says: each has one mistake."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import xlsxwriter

from sangesan.demo.population import County
from sangesan.demo.workbooks import CREATED

HEADINGS = ("姓名", "身份证号", "事故日期", "后果")
WRONG_HEADINGS = ("序号", "姓名", "车牌号码", "罚款金额")


def write_samples(county: County, folder: Path) -> list[str]:
    """Writes the samples; gives their names. All but the last two name the feed traffic_accident."""
    folder.mkdir(parents=True, exist_ok=True)
    some = np.flatnonzero(county.people.counted)[:6]
    people = [(str(county.people.name[i]), str(county.people.identity[i])) for i in some]
    good = [(name, number, "2022-08-11", "轻伤") for name, number in people]
    as_numbers = [(name, float(number[:17] + "0"), day, outcome) for name, number, day, outcome in good]
    _sheet(folder / "身份证号为数字.xlsx", HEADINGS, as_numbers)
    _sheet(folder / "列名不符.xlsx", WRONG_HEADINGS, [(n, name, "陕G00000", 200) for n, (name, _) in enumerate(people)])
    _sheet(folder / "日期早于1900年.xlsx", HEADINGS, [(a, b, "1822-08-11", d) for a, b, _, d in good])
    _sheet(folder / "只有表头.xlsx", HEADINGS, [])
    (folder / "图片改名.xlsx").write_bytes(_picture())
    (folder / "空文件.csv").write_bytes(b"")
    mixed = "姓名,身份证号,事故日期,后果\n".encode() + "张三,,2022-08-11,轻伤\n".encode("gb18030") + b"\xff\xfe\xff\n"
    (folder / "编码混乱.csv").write_bytes(mixed)
    return sorted(p.name for p in folder.iterdir())


def _sheet(path: Path, headings: tuple[str, ...], rows: Sequence[tuple[object, ...]]) -> None:
    with xlsxwriter.Workbook(str(path), {"strings_to_numbers": False}) as book:
        book.set_properties({"created": CREATED})
        sheet = book.add_worksheet("Sheet1")
        for row, cells in enumerate([headings, *rows]):
            sheet.write_row(row, 0, cells)


def _picture() -> bytes:
    """A picture of one grey dot (PNG)."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return len(body).to_bytes(4, "big") + kind + body + zlib.crc32(kind + body).to_bytes(4, "big")

    size = (1).to_bytes(4, "big") * 2 + bytes([8, 0, 0, 0, 0])
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", size) + chunk(b"IDAT", zlib.compress(b"\0\x80")) + chunk(b"IEND", b"")
