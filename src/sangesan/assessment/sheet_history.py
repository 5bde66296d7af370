"""The score sheets as the county has them: those shipped, with what it put in force from a day on laid over."""

import json
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sangesan.accounts.acting import acting
from sangesan.accounts.models import Post
from sangesan.assessment.guarding import check_sheet
from sangesan.assessment.models import Assessment, SheetChange
from sangesan.assessment.sheets import Kind, Sheet, parse_sheet, shipped_sheets
from sangesan.kernel.period import Quarter
from sangesan.kernel.refusal import Refusal

LONGEST_DOCUMENT = 120


def sheet_on(kind: Kind, day: date) -> Sheet:
    """The sheet in force on a day; of two from one day on the later counts."""
    row = SheetChange.objects.filter(kind=kind, from_day__lte=day).order_by("from_day", "id").last()
    return shipped_sheets()[kind] if row is None else parse_sheet(row.content, row.document)


def changes_of(kind: Kind) -> list[SheetChange]:
    """What the county put in force, the newest first."""
    return list(SheetChange.objects.filter(kind=kind).order_by("-from_day", "-id"))


def change_sheet(
    *, post: Post, content: Mapping[str, Any], from_quarter: Quarter, document: str, today: date, now: datetime
) -> Sheet:
    """Puts a sheet in force from a quarter on; what was before stays as it was. The same again changes nothing.

    Raises Refusal: not in order, rewarding the number identified, no document, a quarter that was announced already.
    """
    with acting(post, "assessment.set_sheet", on="score_sheet:new", reason=document.strip()) as act:
        if not document.strip():
            raise Refusal("没有写依据", place="依据", remedy="请写文件名或文号")
        sheet = check_sheet(parse_sheet({**content, "source": document.strip()}, "考核表"))
        first = from_quarter.first_day()
        if from_quarter < Quarter.of(today):
            raise Refusal("不能改过去的季度", place="从哪个季度起", remedy=f"请填 {Quarter.of(today)} 或之后的季度")
        if Assessment.objects.filter(kind=sheet.kind, period=str(from_quarter), announced_on__isnull=False).exists():
            raise Refusal("这个季度的结果已经公布", place="从哪个季度起", remedy=f"请填 {from_quarter.plus(1)}")
        act.on = f"score_sheet:{sheet.kind}"
        act.detail = {"from": str(from_quarter), "indicators": len(sheet.indicators)}
        # as JSON keeps it: YAML knows dates and other kinds that would come back otherwise
        kept = json.loads(json.dumps(dict(sheet.content), default=str))
        if sheet_on(sheet.kind, first).content != kept:
            SheetChange.objects.create(
                kind=sheet.kind, content=kept, from_day=first, document=document.strip()[:LONGEST_DOCUMENT],
                post=post.pk, post_title=post.title, recorded_at=now,
            )  # fmt: skip
    return sheet
