"""Loading divisions and grids. Regions lie below accounts: who may do it is asked by the caller."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from sangesan.kernel.refusal import Refusal
from sangesan.regions.domain import COUNTY_CODE, DivisionRow, check_tree, village_of_grid
from sangesan.regions.models import County, Division, Grid
from sangesan.regions.queries import forget_tree


def set_county(facts: Mapping[str, Any], *, place: str) -> County:
    """The county from its county.yaml: code, name, and for a demonstration its day. Raises Refusal."""
    for key in ("code", "name"):
        if not facts.get(key):
            raise Refusal(f"缺少“{key}”", place=place, remedy=f"请补上 {key}")
    if not COUNTY_CODE.fullmatch(str(facts["code"])):
        raise Refusal(f"县代码“{facts['code']}”不是6位数字", place=place, remedy="请填统计用区划代码的前6位")
    for key in ("today", "register_from"):
        if facts.get(key) is not None and type(facts[key]) is not date:
            raise Refusal(f"{key} 应是日期", place=place, remedy="请写成 2022-09-13，不加引号")
    row, _ = County.objects.update_or_create(
        code=str(facts["code"]),
        defaults={
            "name": facts["name"],
            "is_demonstration": bool(facts.get("demonstration")),
            "today": facts.get("today"),
            "facts": {k: v for k, v in facts.items() if isinstance(v, str | int) and k not in {"code", "name"}},
        },
    )
    return row


def load_divisions(rows: Iterable[DivisionRow], *, on: date, now: datetime) -> dict[str, int]:
    """Brings the divisions in line with `rows` from the day `on`; what is gone ends the day before. Idempotent.

    Returns counts: new, changed, ended, same.
    """
    wanted = check_tree(rows)
    counts = {"new": 0, "changed": 0, "ended": 0, "same": 0}
    with transaction.atomic():
        current = {d.code: d for d in Division.objects.filter(valid_to=None)}
        fresh: list[Division] = []
        for code, row in wanted.items():
            old = current.pop(code, None)
            if old and (old.name, old.level, old.parent) == (row.name, row.level, row.parent):
                counts["same"] += 1
                continue
            counts["changed" if old else "new"] += 1
            if old:
                Division.objects.filter(pk=old.pk).update(valid_to=on)
            fresh.append(
                Division(code=code, name=row.name, level=row.level, parent=row.parent, valid_from=on, recorded_at=now)
            )
        counts["ended"] = Division.objects.filter(pk__in=[d.pk for d in current.values()]).update(valid_to=on)
        Division.objects.bulk_create(fresh)
    forget_tree()
    return counts


def load_grids(rows: Iterable[tuple[str, str, str]], *, on: date) -> int:
    """Grids (code, division, name); the number that is new. Raises Refusal for a grid outside its village."""
    known = set(Division.objects.filter(valid_to=None).values_list("code", flat=True))
    grids = []
    for number, (code, division, name) in enumerate(rows, start=2):
        place = f"网格表第{number}行 {code}"
        if village_of_grid(code) != division:
            raise Refusal("网格编号与村编码不符", place=place, remedy="网格编号应以村（社区）编码开头")
        if division not in known:
            raise Refusal(f"没有编码为“{division}”的村（社区）", place=place, remedy="请先装入区划表，或改正编码")
        grids.append(Grid(code=code, division=division, name=name, valid_from=on))
    before = Grid.objects.count()
    Grid.objects.bulk_create(grids, ignore_conflicts=True, batch_size=500)
    return Grid.objects.count() - before
