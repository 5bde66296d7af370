"""Refused cells as people read them: where, what, what is expected, what to do."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass

from sangesan.exchange.checking.dates import date_of, month_of
from sangesan.exchange.checking.divisions import Directory
from sangesan.exchange.checking.money import fen_of
from sangesan.exchange.checking.simple import bool_of, decimal_of, int_of
from sangesan.exchange.contracts import ColumnContract
from sangesan.kernel.masking import mask_identity, mask_name, mask_phone
from sangesan.kernel.refusal import Refusal

MAX_SHOWN = 1_000
EMPTY = "（空）"
WHOLE_ROW = "（整行）"
_LOOKS_LIKE_IDENTITY = re.compile(r"[0-9]{15,18}[0-9Xx]?")
_LOOKS_LIKE_PHONE = re.compile(r"(?<![0-9])1[3-9][0-9]{9}(?![0-9])")

EXPECTED: Mapping[str, str] = {
    "text": "文字",
    "person_id": "文本格式的 18 位身份证号",
    "date": "1900 年以后的日期，如 2022-09-13、2022/9/13、2022.9.13、20220913、2022年9月13日",
    "month": "月份，如 2022-08",
    "money": "金额（元），至多两位小数，如 1234.56",
    "int": "整数",
    "decimal": "数字，至多两位小数",
    "bool": "是 或 否",
    "division": "村（社区）的 12 位区划代码，或“镇名+村名”",
}
REMEDY: Mapping[str, str] = {
    "text": "在原表把该列设为“文本”格式，重新录入后再上传",
    "person_id": "数字格式会丢失末几位且无法恢复：把该列设为“文本”格式，从原系统重新导出后再上传",
    "date": "改为上述任一种写法",
    "month": "改为 2022-08 的写法",
    "money": "只填数字，单位为元；以万元计的请在列名注明（万元）",
    "int": "只填整数",
    "decimal": "只填数字，至多两位小数",
    "bool": "填“是”或“否”",
    "division": "补全镇名，或改填 12 位区划代码",
}


@dataclass(frozen=True)
class RefusedCell:
    """One refused cell. row: as the spreadsheet shows it; value: masked where it may tell who somebody is."""

    sheet: str
    row: int
    column: str
    value: str
    expected: str
    remedy: str

    def to_dict(self) -> dict[str, object]:
        """The six parts by name."""
        return asdict(self)


@dataclass(frozen=True)
class Place:
    """Where a cell stands. heading: as the file has it; unit: yuan per unit of a money column."""

    sheet: str
    row: int
    column: ColumnContract
    heading: str
    unit: int = 1

    def refused(self, value: str, expected: str, remedy: str) -> RefusedCell:
        """The cell of this place, refused."""
        return RefusedCell(self.sheet, self.row, self.heading, value, expected, remedy)


def masked(column: ColumnContract | None, value: str) -> str:
    """A value fit for a report: identity masked, also where a number stands in a wrong column."""
    if column is not None and column.as_name == "id_number":
        return mask_identity(value)
    if column is not None and column.as_name == "name":
        return mask_name(value)
    if column is not None and (column.identifying or column.free_text):
        return mask_phone(value) if value.isdigit() else mask_name(value)
    value = _LOOKS_LIKE_IDENTITY.sub(lambda m: mask_identity(m[0]), value)
    value = _LOOKS_LIKE_PHONE.sub(lambda m: mask_phone(m[0]), value)
    return value if len(value) <= 40 else value[:40] + "…"


def refused_cell(place: Place, value: str, directory: Directory) -> RefusedCell:
    """A refused cell with the nearest reason and remedy. value: as text, "" where empty."""
    column = place.column
    expected = _expected(column)
    if not value:
        return place.refused(EMPTY, f"不能为空，应为{expected}", "补填后重新上传")
    remedy = "从所列取值中选一个" if column.type == "code" else REMEDY[column.type]
    reason = _reason(column, value, place.unit, directory)
    if reason is not None:
        expected = f"{expected}（{masked(None, reason.message)}）"
        remedy = reason.remedy or remedy
    return place.refused(masked(column, value), expected, remedy)


def _expected(column: ColumnContract) -> str:
    if column.type == "code":
        return f"取值之一：{'、'.join(column.codes)}"
    return EXPECTED[column.type]


def _reason(column: ColumnContract, value: str, unit: int, directory: Directory) -> Refusal | None:
    """What the plain function says about the value; nothing where it would take it (a wrong kind of cell)."""
    parsers: Mapping[str, Callable[[str], object]] = {
        "date": date_of,
        "month": month_of,
        "money": lambda text: fen_of(text, unit),
        "int": int_of,
        "decimal": decimal_of,
        "bool": bool_of,
        "division": directory.resolve,
    }
    try:
        if column.type in parsers:
            parsers[column.type](value)
    except Refusal as refusal:
        return refusal
    return None
