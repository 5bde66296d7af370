"""The small county with the seats that sign sheets, and short ways to draft, sign and correct."""

from __future__ import annotations

import io
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any
from uuid import uuid4

from PIL import Image

from sangesan.accounts.actions import open_account
from sangesan.accounts.models import Post
from sangesan.inspections.findings import record_finding
from sangesan.inspections.models import Finding
from sangesan.leadership.actions import take_seat
from sangesan.supervision.models import Sheet
from sangesan.supervision.rectifying import receive, rectify
from sangesan.supervision.sheets import issue
from web.small_county import DAY, NOW, PASSWORD, TOWN_A, VILLAGE_A, SmallCounty

UNIT_A, UNIT_TOWN = f"village:{VILLAGE_A}", f"town:{TOWN_A}"
SEATS = {
    "team_head": ("inspector", "inspection_team_head", "1", "督查一组组长"),
    "style": ("inspector", "style_office_head", "", "作风办主任"),
    "group": ("county", "leading_group_head", "", "领导小组组长"),
    "discipline": ("county", "discipline_liaison", "", "纪委监委联络员"),
    "assessment": ("county", "assessment_office_head", "", "考核办负责人"),
}
_colours = count(1)


@dataclass(frozen=True)
class Supervised:
    """posts: by role, and by the names of SEATS."""

    county: SmallCounty
    posts: dict[str, Post]

    def __getitem__(self, name: str) -> Post:
        return self.posts[name]


def with_seats(county: SmallCounty) -> Supervised:
    """One account for each seat that has to do with sheets; the inspector drafts."""
    posts = dict(county.posts)
    for name, (role, seat, scope, title) in SEATS.items():
        post = Post(role=role, title=title, division=county.posts[role].division, valid_from=date(2021, 1, 1))
        user = open_account(username=f"test_{name}", name=f"测试{name}", password=PASSWORD, posts=[post])
        posts[name] = user.posts.get()
        take_seat(
            post=county.posts["county"], seat=seat, scope=scope, holder=posts[name], from_day=date(2021, 2, 1),
            document="测试文件1号", now=NOW,
        )  # fmt: skip
    return Supervised(county, posts)


def at(day: date) -> dict[str, Any]:
    """today and now of a day."""
    return {"today": day, "now": datetime.combine(day, NOW.timetz())}


def photo() -> bytes:
    """A small photo, each a different one."""
    out = io.BytesIO()
    number = next(_colours)
    Image.new("RGB", (40, 40), (number % 256, number // 256 % 256, 90)).save(out, "JPEG")
    return out.getvalue()


def finding(supervised: Supervised, day: date = DAY, **more: Any) -> Finding:
    """Irregular minutes in village A."""
    given = {
        "defect": "irregular_records",
        "unit": UNIT_A,
        "place": VILLAGE_A,
        "words": "民主评议会议记录不规范",
    } | more
    return record_finding(post=supervised["inspector"], found_on=day, submission=uuid4(), **given, **at(day))


def blue(supervised: Supervised, day: date = DAY, **more: Any) -> Sheet:
    """A blue sheet of village A in force; more: of `issue`."""
    given = {
        "finding": None, "matter": "双柳村民主评议会议记录不规范", "requirement": "补齐会议记录并由参会人签字",
        "unit": UNIT_A, "person": supervised["village"], "signed_by": supervised["team_head"],
    } | more  # fmt: skip
    return issue(post=supervised["inspector"], submission=uuid4(), **given, **at(day))


def corrected(supervised: Supervised, sheet: Sheet, day: date) -> Sheet:
    """Received and corrected, with a photo."""
    receive(post=supervised["village"], sheet_id=sheet.pk, **at(day))
    return rectify(
        post=supervised["village"], sheet_id=sheet.pk, words="已补齐会议记录并签字", files=[photo()],
        submission=uuid4(), **at(day),
    )  # fmt: skip


def later(days: int, day: date = DAY) -> date:
    """So many days later."""
    return day + timedelta(days=days)
