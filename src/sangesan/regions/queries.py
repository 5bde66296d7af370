"""The county, its day and its tree."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sangesan.kernel.refusal import Refusal
from sangesan.regions.domain import path_of
from sangesan.regions.models import County, Division, Grid

CHINA = ZoneInfo("Asia/Shanghai")
KEPT_SECONDS = 60.0


@dataclass(frozen=True)
class Tree:
    """All divisions that hold now. names, levels, parents: by code; children: codes in order of code."""

    names: Mapping[str, str]
    levels: Mapping[str, str]
    parents: Mapping[str, str]
    children: Mapping[str, tuple[str, ...]]

    def path(self, code: str) -> list[str]:
        """Codes from the county down to `code`."""
        return path_of(code, self.parents)

    def full_name(self, code: str) -> str:
        """Town and village: 高桥镇双龙村."""
        return "".join(self.names.get(c, c) for c in self.path(code)[1:]) or self.names.get(code, code)

    def town_of(self, code: str) -> str:
        """The town of a village or community (a town's own code for a town)."""
        return code if self.levels.get(code) == "town" else self.parents.get(code, "")

    def towns(self) -> list[str]:
        return [c for c, level in self.levels.items() if level == "town"]


_kept: dict[str, tuple[float, Tree]] = {}


def county() -> County:
    """The county; raises Refusal where none has been loaded."""
    row = County.objects.first()
    if row is None:
        raise Refusal(
            "还没有装入县和区划",
            remedy="请先运行 sangesan county load 目录（或 make demo 生成演示县）",
        )
    return row


def today(now: datetime | None = None) -> date:
    """The county's day: a demonstration's fixed one, else the date in Asia/Shanghai."""
    row = County.objects.first()
    if row is not None and row.today:
        return row.today
    return (now or datetime.now(CHINA)).astimezone(CHINA).date()


def tree() -> Tree:
    """The divisions that hold now: kept for a minute, a page asks for it with every row."""
    kept = _kept.get("tree")
    if kept is not None and time.monotonic() - kept[0] < KEPT_SECONDS:
        return kept[1]
    rows = list(Division.objects.filter(valid_to=None).order_by("code").values_list("code", "name", "level", "parent"))
    children: dict[str, list[str]] = {}
    for code, _, _, parent in rows:
        children.setdefault(parent, []).append(code)
    made = Tree(
        names={r[0]: r[1] for r in rows},
        levels={r[0]: r[2] for r in rows},
        parents={r[0]: r[3] for r in rows},
        children={k: tuple(v) for k, v in children.items()},
    )
    if rows:
        _kept["tree"] = (time.monotonic(), made)
    return made


def forget_tree() -> None:
    """Makes this process read the tree anew; others do within a minute."""
    _kept.clear()


def grid_codes() -> set[str]:
    """The codes of all grids that hold now."""
    return set(Grid.objects.filter(valid_to=None).values_list("code", flat=True))


def grids_of(division: str) -> list[Grid]:
    """The grids of a village or community, by code."""
    return list(Grid.objects.filter(division=division, valid_to=None).order_by("code"))
