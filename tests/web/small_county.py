"""A county of two towns, three villages and four households, and one account per role: what page tests stand on."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from sangesan.accounts.actions import open_account
from sangesan.accounts.models import Post, User
from sangesan.accounts.queries import system_post
from sangesan.kernel.identity_number import check_digit
from sangesan.regions.actions import load_divisions, load_grids, set_county
from sangesan.regions.domain import DivisionRow
from sangesan.registry.actions import import_register
from sangesan.registry.form import HOUSEHOLD_COLUMNS, PEOPLE_COLUMNS

DAY = date(2022, 9, 13)
NOW = datetime(2022, 9, 13, 2, 0, tzinfo=UTC)
PASSWORD = "ceshi-koulling-1"

COUNTY = "610998"
TOWN_A, TOWN_B = "610998100000", "610998101000"
VILLAGE_A, VILLAGE_B, COMMUNITY = "610998100201", "610998101201", "610998100001"
GRID_A, GRID_B, GRID_C = f"{VILLAGE_A}-01", f"{VILLAGE_B}-01", f"{COMMUNITY}-01"

DIVISIONS = [
    DivisionRow(COUNTY, "试验县", "county", ""),
    DivisionRow(TOWN_A, "东河镇", "town", COUNTY),
    DivisionRow(TOWN_B, "西山镇", "town", COUNTY),
    DivisionRow(VILLAGE_A, "双柳村", "village", TOWN_A),
    DivisionRow(VILLAGE_B, "高坪村", "village", TOWN_B),
    DivisionRow(COMMUNITY, "新居社区", "community", TOWN_A),
]
GRIDS = [(GRID_A, VILLAGE_A, "双柳村第1网格"), (GRID_B, VILLAGE_B, "高坪村第1网格"), (GRID_C, COMMUNITY, "新居社区第1网格")]

ROLES: dict[str, dict[str, str]] = {
    "county": {"title": "县专班 数据专员"},
    "town": {"title": "东河镇 防返贫专干", "division": TOWN_A},
    "village": {"title": "双柳村 村文书", "division": VILLAGE_A},
    "grid": {"title": "双柳村第1网格 网格员", "division": VILLAGE_A, "grid": GRID_A},
    "department": {"title": "医疗保障局 联络员", "department": "medical_security"},
    "inspector": {"title": "县督查一组", "division": ""},
}


def identity(serial: int, birth: date) -> str:
    """An impossible but well-formed number: area 610998 was never assigned."""
    first = f"610998{birth:%Y%m%d}{serial:03d}"
    return first + check_digit(first)


HOUSEHOLDS: list[dict[str, str]] = [
    {"户编号": f"{VILLAGE_A}00001", "户籍村": VILLAGE_A, "网格": GRID_A, "居住地": VILLAGE_A, "脱贫户": "是", "脱贫年度": "2019",
     "村民小组": "二组", "住房等级": "B", "安全饮水": "是", "入户路": "水泥路", "住房面积": "96"},
    {"户编号": f"{VILLAGE_A}00002", "户籍村": VILLAGE_A, "网格": GRID_A, "居住地": VILLAGE_A, "脱贫户": "否"},
    {"户编号": f"{VILLAGE_B}00001", "户籍村": VILLAGE_B, "网格": GRID_B, "居住地": VILLAGE_B, "脱贫户": "是", "脱贫年度": "2018",
     "监测状态": "监测中", "监测对象类别": "脱贫不稳定户", "风险类型": "因病；缺劳动力", "纳入日期": "2022-04-11", "住房等级": "C"},
    {"户编号": f"{VILLAGE_B}00002", "户籍村": VILLAGE_B, "网格": GRID_C, "居住地": COMMUNITY, "脱贫户": "否", "搬迁原因": "因灾搬迁",
     "入住日期": "2021-10-20", "集中安置": "是"},
]  # fmt: skip
PEOPLE: list[tuple[int, str, str, date, str, dict[str, str]]] = [
    (0, "陈大山", "男", date(1968, 3, 5), "户主", {"健康状况": "长期慢性病", "劳动技能": "弱劳动力或半劳动力", "文化程度": "初中", "联系电话": "13800001234"}),
    (0, "王秀兰", "女", date(1970, 6, 18), "配偶", {"健康状况": "健康", "劳动技能": "普通劳动力", "医疗保险": "城乡居民"}),
    (0, "陈小禾", "女", date(2009, 1, 22), "之女", {"在校生状况": "七年级"}),
    (1, "李长顺", "男", date(1955, 11, 2), "户主", {}),
    (2, "周明远", "男", date(1980, 8, 30), "户主", {"健康状况": "患有大病", "劳动技能": "丧失劳动力"}),
    (2, "周雨桐", "女", date(2012, 5, 9), "之女", {"在校生状况": "小学"}),
    (3, "吴家成", "男", date(1977, 12, 12), "户主", {"务工地点": "西安市", "务工月数": "8"}),
]  # fmt: skip


@dataclass(frozen=True)
class SmallCounty:
    """users and posts by role."""

    users: dict[str, User]
    posts: dict[str, Post]


def write_register(folder: Path) -> None:
    """households.csv and people.csv of the import form."""
    people = []
    for serial, (household, name, sex, birth, relation, more) in enumerate(PEOPLE, start=101):
        row = {"户编号": HOUSEHOLDS[household]["户编号"], "姓名": name, "性别": sex, "证件号码": identity(serial, birth)}
        people.append(row | {"出生日期": birth.isoformat(), "与户主关系": relation, "成员类型": "户籍"} | more)
    for name, columns, rows in (
        ("households.csv", HOUSEHOLD_COLUMNS, HOUSEHOLDS),
        ("people.csv", PEOPLE_COLUMNS, people),
    ):
        with (folder / name).open("w", encoding="utf-8", newline="") as out:
            writer = csv.DictWriter(out, columns, restval="")
            writer.writeheader()
            writer.writerows(rows)


def build(folder: Path) -> SmallCounty:
    """Loads it through the same doors as a real county."""
    set_county({"code": COUNTY, "name": "试验县", "demonstration": True, "today": DAY}, place="county.yaml")
    load_divisions(DIVISIONS, on=date(2021, 1, 1), now=NOW)
    load_grids(GRIDS, on=date(2021, 1, 1))
    write_register(folder)
    import_register(post=system_post(), folder=folder, on=date(2021, 1, 1), now=NOW, progress=lambda *_: None)
    users = {}
    for role, place in ROLES.items():
        post = Post(role=role, valid_from=date(2021, 1, 1), **place)
        users[role] = open_account(username=f"test_{role}", name=f"测试{role}", password=PASSWORD, posts=[post])
    return SmallCounty(users, {role: user.posts.get() for role, user in users.items()})
