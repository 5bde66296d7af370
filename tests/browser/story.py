"""The places and people of the article's story, generated people under its places' names, and the files its departments hand in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import xlsxwriter
from django.core.management import call_command

from cases.way import set_line
from files.test_pictures import encoded
from sangesan.accounts.actions import open_account
from sangesan.accounts.models import Post
from sangesan.regions.models import County, Division
from sangesan.regions.queries import forget_tree
from web.small_county import COMMUNITY, PASSWORD, PEOPLE, TOWN_A, TOWN_B, VILLAGE_A, build, identity

NAMES = {TOWN_A: "高桥镇", VILLAGE_A: "双龙村", TOWN_B: "城关镇", COMMUNITY: "仁和社区"}
POSTS = {
    "gaoqiao": ("town", TOWN_A, "高桥镇防返贫专干"),
    "shuanglong": ("village", VILLAGE_A, "双龙村包联干部"),
    "renhe": ("village", COMMUNITY, "仁和社区包联干部"),
    "chengguan": ("town", TOWN_B, "城关镇防返贫专干"),
    "yingji": ("department", "", "应急管理局联络员"),
}
HEAD, BIRTH = PEOPLE[0][1], PEOPLE[0][3]


def tell(folder: Path) -> None:
    """The county of the story: the community lies in another town than the village."""
    build(folder)
    for code, name in NAMES.items():
        Division.objects.filter(code=code).update(name=name)
    Division.objects.filter(code=COMMUNITY).update(parent=TOWN_B)
    forget_tree()
    set_line()
    for username, (role, division, title) in POSTS.items():
        department = "emergency" if role == "department" else ""
        post = Post(role=role, division=division, title=title, department=department, valid_from=date(2021, 1, 1))
        open_account(username=username, name=f"演示{title[-4:]}", password=PASSWORD, posts=[post])


def move_time(days: int) -> date:
    """The demonstration's day, some days on."""
    county = County.objects.get()
    county.today += timedelta(days)
    county.save(update_fields=["today"])
    return county.today


def damage(folder: Path) -> Path:
    """The emergency department's record: heavy rain, a landslide, the house of 陈大山 severely damaged."""
    path = folder / "2022年8月因灾受损.xlsx"
    rows = [
        ["姓名", "身份证号", "灾种", "发生日期", "房屋受损", "经济损失", "人员伤亡"],
        [HEAD, identity(101, BIRTH), "地质灾害", "2022-08-24", "严重损坏", "86000.00", "否"],
    ]
    book = xlsxwriter.Workbook(str(path))
    sheet = book.add_worksheet("因灾受损")
    for r, row in enumerate(rows):
        for c, cell in enumerate(row):
            sheet.write_string(r, c, cell)
    book.close()
    return path


def photo(folder: Path, name: str = "照片.jpg") -> Path:
    path = folder / name
    path.write_bytes(encoded("JPEG", (800, 600)))
    return path


def work() -> None:
    """What the worker does beside the pages."""
    call_command("db_worker", batch=True, queue_name="*", interval=0, verbosity=0)


@dataclass
class Actor:
    """Somebody at their own browser window."""

    window: Any

    @property
    def page(self) -> Any:
        return self.window.page

    def go(self, address: str) -> Any:
        self.page.goto(address)
        return self.page

    def press(self, name: str, **which: Any) -> None:
        self.page.get_by_role("button", name=name, **which).first.click()
        self.page.wait_for_load_state("networkidle")
