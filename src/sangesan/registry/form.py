"""The registry's import form: two CSV files in the national form's words; every cell checked, empty cells welcome."""

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.csv as pc

from sangesan.kernel.dates import parse_date
from sangesan.kernel.refusal import Refusal
from sangesan.registry.domain import MULTIPLE

HOUSEHOLD_COLUMNS = (
    "户编号 户籍村 村民小组 网格 居住地 搬迁原因 入住日期 集中安置 脱贫户 脱贫年度 监测状态 监测对象类别 风险类型 "
    "纳入日期 消除日期 消除方式 国家系统编号 住房等级 安全饮水 入户路 距主干路公里 住房面积 耕地亩 林地亩 退耕亩 燃料 "
    "卫生厕所 经度 纬度"
).split()
PEOPLE_COLUMNS = (
    "户编号 姓名 性别 证件号码 出生日期 与户主关系 民族 政治面貌 文化程度 在校生状况 健康状况 劳动技能 务工地点 务工月数 "
    "医疗保险 大病保险 养老保险 低保 特困 会讲普通话 婚姻 联系电话 成员类型 成员说明 死亡日期 迁出日期"
).split()

Cell = str | None


def read_form(path: Path, columns: Sequence[str]) -> dict[str, list[Cell]]:
    """Columns of text, None where empty; raises Refusal (no such file, not UTF-8, columns missing)."""
    try:
        table = pc.read_csv(
            pa.BufferReader(_utf8(path)),
            convert_options=pc.ConvertOptions(
                column_types=dict.fromkeys(columns, pa.string()), strings_can_be_null=True, null_values=[""]
            ),
        )
    except pa.ArrowInvalid as error:
        raise Refusal("读不成CSV（逗号分隔、首行为列名）", place=path.name, remedy="请另存为CSV后重新装入") from error
    names = table.column_names
    missing = [c for c in columns if c not in names]
    if missing:
        raise Refusal(f"缺少列“{'、'.join(missing)}”", place=path.name, remedy="请按底册导入表的列名补齐，内容可留空")
    return {c: table.column(names.index(c)).to_pylist() for c in columns}


def _utf8(path: Path) -> bytes:
    """The file's text as UTF-8, whether it was saved as UTF-8 or, as Excel does in China, as GB18030."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise Refusal("没有这个文件", place=str(path), remedy="请核对路径") from None
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding).encode()
        except UnicodeDecodeError:
            continue
    raise Refusal("既不是UTF-8也不是GB18030编码", place=path.name, remedy="请另存为UTF-8的CSV后重新装入")


class Checker:
    """Turns cells into values and collects what is wrong, so that all mistakes are shown at once."""

    LIMIT = 200

    def __init__(self, file: str) -> None:
        self.file = file
        self.refusals: list[Refusal] = []
        self.count = 0
        self._dates: dict[str, date] = {}

    def wrong(self, row: int, column: str, message: str, remedy: str) -> None:
        """Notes one mistake; `row` counts from 0 below the heading."""
        self.count += 1
        if len(self.refusals) < self.LIMIT:
            self.refusals.append(Refusal(message, place=f"{self.file} 第{row + 2}行 {column}", remedy=remedy))

    def one_of(self, cells: Sequence[Cell], column: str, allowed: Sequence[str]) -> list[str]:
        """Texts from a code list, "" where empty."""
        known = set(allowed)
        for row, cell in enumerate(cells):
            if cell is not None and cell not in known:
                self.wrong(row, column, f"“{cell}”不在代码表中", f"可填：{'、'.join(allowed)}，或留空")
        return [cell or "" for cell in cells]

    def several_of(
        self, cells: Sequence[Cell], column: str, allowed: Sequence[str] | None, most: int
    ) -> list[list[str]]:
        """Lists of texts written with ；between them."""
        lists = [cell.split(MULTIPLE) if cell else [] for cell in cells]
        known = set(allowed) if allowed is not None else None
        for row, values in enumerate(lists):
            if len(values) > most or (known is not None and not known.issuperset(values)):
                allowed_text = "、".join(allowed or [])
                self.wrong(row, column, f"“{cells[row]}”认不出", f"最多{most}项，用“；”隔开：{allowed_text}")
        return lists

    def yes_no(self, cells: Sequence[Cell], column: str) -> list[bool | None]:
        """是 / 否 / empty."""
        return self._each(cells, column, lambda c: {"是": True, "否": False}[c], "请填“是”或“否”，或留空")

    def dates(self, cells: Sequence[Cell], column: str) -> list[date | None]:
        """Dates in any of the kernel's styles."""
        return self._each(cells, column, self._date, "请写成 2022-09-13 的样子，或留空")

    def numbers(self, cells: Sequence[Cell], column: str) -> list[Decimal | None]:
        """Decimals."""
        return self._each(cells, column, Decimal, "请填数字，或留空")

    def whole(self, cells: Sequence[Cell], column: str) -> list[int | None]:
        """Whole numbers."""
        return self._each(cells, column, int, "请填整数，或留空")

    def raise_if_wrong(self) -> None:
        """One Refusal with the first mistakes and their number; nothing of the file is taken."""
        if not self.count:
            return
        shown = "；".join(str(r) for r in self.refusals[:5])
        raise Refusal(f"共{self.count}处不合要求，整份未装入。{shown}", place=self.file, remedy="请改正后重新装入")

    def _date(self, text: str) -> date:
        value = self._dates.get(text)
        if value is None:
            value = self._dates[text] = parse_date(text)
        return value

    def _each(self, cells: Sequence[Cell], column: str, turn: Callable[[str], Any], remedy: str) -> list[Any]:
        values: list[Any] = []
        for row, cell in enumerate(cells):
            try:
                values.append(None if cell is None else turn(cell))
            except (Refusal, KeyError, ValueError, InvalidOperation):
                self.wrong(row, column, f"“{cell}”认不出", remedy)
                values.append(None)
        return values
