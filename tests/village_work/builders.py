"""Logs, duties and pictures that several tests stand on."""

from __future__ import annotations

import io
from datetime import date
from itertools import count
from typing import Any
from uuid import UUID, uuid4

from PIL import Image

from sangesan.accounts.models import Post
from sangesan.accounts.queries import system_post
from sangesan.village_work.assigning import assign
from sangesan.village_work.domain import Answers
from sangesan.village_work.kinds import shipped_kinds
from sangesan.village_work.models import Assignment, Log
from sangesan.village_work.recording import log_duty
from web.small_county import DAY, NOW, VILLAGE_A

_shades = count(1)


def photo() -> bytes:
    """A JPEG that is like no other."""
    file = io.BytesIO()
    Image.new("RGB", (64, 48), (next(_shades) % 256, next(_shades) // 256 % 256, 90)).save(file, "JPEG")
    return file.getvalue()


def owe(village: str = VILLAGE_A, kind: str = "water_patrol", since: date = date(2022, 8, 1), **more: Any) -> Assignment:
    """A village owes a duty since a day."""
    given: dict[str, Any] = {"to_post": None, "holder": "村级水管员", "why": "村两委分工"} | more
    return assign(post=system_post(), village=village, kind=kind, from_day=since, today=DAY, now=NOW, **given)


def answers(kind: str = "water_patrol", on: date = DAY, *, wrong: str = "", words: str = "", late: str = "") -> Answers:
    """All right, or one question answered with no."""
    given = {code: code != wrong for code in shipped_kinds()[kind].questions}
    return Answers(on, "problem" if wrong else "ok", given, words, late)


def log(post: Post, on: date = DAY, *, village: str = VILLAGE_A, kind: str = "water_patrol", **more: Any) -> Log:
    """A log by the real act, entered on `today` (DAY)."""
    wanted: dict[str, Any] = {"photos": [photo()], "submission": uuid4(), "today": DAY, "now": NOW}
    said = {name: more.pop(name) for name in ("wrong", "words", "late") if name in more}
    if (DAY - on).days > 3 and "late" not in said:
        said["late"] = "山上没有信号，回村后补记"
    return log_duty(post=post, village=village, kind=kind, given=answers(kind, on, **said), **wanted | more)


def fresh() -> UUID:
    return uuid4()
