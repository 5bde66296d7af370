"""Projects for tests."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import Any
from uuid import uuid4

from PIL import Image

from sangesan.accounts.models import Post
from sangesan.projects.domain import Milestone, Told
from sangesan.projects.models import Project, Report
from sangesan.projects.planning import Given, plan_project
from sangesan.projects.reporting import report_progress
from web.small_county import DAY, NOW, TOWN_A

START, END = date(2022, 3, 1), date(2022, 10, 31)
OPENED = Milestone("m1", "全部开工", date(2022, 5, 31), 25)
BUILT = Milestone("m2", "主体完工", date(2022, 8, 31), 75)


def jpeg(colour: int = 90) -> bytes:
    """A small photo, another one for each colour."""
    out = BytesIO()
    Image.new("RGB", (60, 40), (colour, 120, 80)).save(out, "JPEG")
    return out.getvalue()


def plan(**more: Any) -> Given:
    """46 dangerous houses of the first town."""
    fields = {
        "reference": "WF-01", "kind": "dangerous_house", "title": "东河镇危房改造", "owner": f"town:{TOWN_A}",
        "start_on": START, "end_on": END, "quantity": 40, "document": "县政办〔2022〕8号", "milestones": (OPENED, BUILT),
        "money_plan": 120_000_000,
    }  # fmt: skip
    return Given(**(fields | more))


def planned(county: Post, today: date = date(2022, 2, 20), **more: Any) -> Project:
    return plan_project(post=county, given=plan(**more), submission=uuid4(), today=today, now=NOW)


def reported(post: Post, project: Project, done: int, on: date = DAY, **more: Any) -> Report:
    given = Told(**({"as_of": on, "done": done, "words": "累计完成主体若干户"} | more))
    return report_progress(
        post=post, project_id=project.pk, told=given, photos=[jpeg(done)], submission=uuid4(), today=on, now=NOW
    )
