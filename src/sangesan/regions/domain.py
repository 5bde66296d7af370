"""The tree of divisions: codes, levels, parents. Codes follow the statistics bureau's 12 digits (a county has 6)."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sangesan.kernel.refusal import Refusal

LEVELS = {"county": "县", "town": "镇", "village": "村", "community": "社区"}
COUNTY_CODE = re.compile(r"[0-9]{6}")
DIVISION_CODE = re.compile(r"[0-9]{12}")
GRID_CODE = re.compile(r"([0-9]{12})-([0-9]{2,3})")


@dataclass(frozen=True)
class DivisionRow:
    """One row of the divisions form."""

    code: str
    name: str
    level: str
    parent: str


def check_tree(rows: Iterable[DivisionRow]) -> dict[str, DivisionRow]:
    """The rows by code when they form one county's tree; raises Refusal that names the row.

    One county; towns below it; villages and communities below towns; no code twice; no parent missing.
    """
    tree: dict[str, DivisionRow] = {}
    for number, row in enumerate(rows, start=2):
        place = f"区划表第{number}行 {row.code} {row.name}"
        _check_row(row, place)
        if row.code in tree:
            raise Refusal("区划代码重复", place=place, remedy="请删去重复的一行")
        tree[row.code] = row
    counties = [row for row in tree.values() if row.level == "county"]
    if len(counties) != 1:
        raise Refusal(
            f"应恰有一个县，现有{len(counties)}个", place="区划表", remedy="一套系统管一个县，请核对 level 列"
        )
    for row in tree.values():
        if row.level == "county":
            continue
        parent = tree.get(row.parent)
        wanted = "county" if row.level == "town" else "town"
        if parent is None or parent.level != wanted:
            raise Refusal(
                f"上级代码“{row.parent}”不在表中或级别不对",
                place=f"区划表 {row.code} {row.name}",
                remedy=f"上级应是表中的一个{LEVELS[wanted]}",
            )
    return tree


def _check_row(row: DivisionRow, place: str) -> None:
    if row.level not in LEVELS:
        raise Refusal(f"级别“{row.level}”不认识", place=place, remedy=f"可用：{'、'.join(LEVELS)}")
    form = COUNTY_CODE if row.level == "county" else DIVISION_CODE
    if not form.fullmatch(row.code):
        raise Refusal("区划代码位数不对", place=place, remedy="县为6位数字，镇、村、社区为12位数字，请勿存成科学计数")
    if not row.name.strip():
        raise Refusal("名称为空", place=place, remedy="请填写名称")


def path_of(code: str, parents: Mapping[str, str]) -> list[str]:
    """The codes from the county down to `code`; `parents` maps code -> parent ("" for the county)."""
    path = [code]
    while parents.get(path[-1]):
        path.append(parents[path[-1]])
    return path[::-1]


def village_of_grid(grid: str) -> str:
    """The village or community of a grid code; raises Refusal."""
    form = GRID_CODE.fullmatch(grid)
    if not form:
        raise Refusal(f"网格编号“{grid}”认不出", remedy="网格编号为村（社区）代码加“-”加两位序号")
    return form[1]
