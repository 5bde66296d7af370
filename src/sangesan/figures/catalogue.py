"""The catalogue: every published figure, defined once (catalogue.yaml). Plain Python.

A figure "by channels", "by risks", "by colours" or "by defects" stands for one figure each: `clues_of_channel` gives
`clues_of_channel_GRID` …
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from sangesan.checks.defects import defects
from sangesan.clues.domain import channels
from sangesan.kernel.digest import digest_bytes
from sangesan.kernel.period import Month, Period, Quarter, Week
from sangesan.kernel.refusal import Refusal
from sangesan.policy.reading import mapping, no_others, read_yaml, required
from sangesan.policy.risks import RISK_TYPES
from sangesan.supervision.table import load_table

FILE = Path(__file__).parent / "catalogue.yaml"
GRID, VILLAGE, TOWN, COUNTY, DEPARTMENT = LEVELS = ("grid", "village", "town", "county", "department")
COUNT, SHARE, MEAN = SHAPES = ("count", "share", "mean")
FLOW, STOCK = KINDS = ("flow", "stock")
WEEK, MONTH, QUARTER = CYCLES = ("week", "month", "quarter")
HOUSEHOLDS, PEOPLE = "households", "people"
RECORDS = {
    "grid": "网格", "household": "农户", "task": "紧急走访", "clue": "线索", "case": "办理件", "notice": "公示",
    "warning": "数据疑点", "measure": "帮扶措施", "request": "镇级请求", "problem": "村级问题", "feed": "部门数据",
    "sheet": "督办单", "finding": "督查问题", "look_back": "回头看", "project": "重点工作", "flag": "数据核查结果",
}  # fmt: skip
KEYS = {
    "group", "title", "by", "shape", "kind", "record", "unit", "headline", "people", "levels", "cycles", "numerator",
    "denominator", "source", "rule",
}  # fmt: skip


@dataclass(frozen=True)
class Figure:
    """One figure in words, and how its counts become a number.

    shape: count, share or mean; record: what one counted thing is; by_people: whether the share that is published
    first is by people; people: whether people are counted beside; denominator "": nothing is divided; levels: of which
    places and units it is given; cycles: in which statistics it stands; rule: the text that asks for it, or default.
    """

    code: str
    group: str
    group_title: str
    title: str
    shape: str
    kind: str
    record: str
    unit: str
    people: bool
    by_people: bool
    levels: tuple[str, ...]
    cycles: tuple[str, ...]
    numerator: str
    denominator: str
    source: str
    rule: str

    @property
    def shown_unit(self) -> str:
        """The unit of the number that is published: % for shares."""
        return "%" if self.shape == SHARE else self.unit


@lru_cache(maxsize=1)
def catalogue() -> Mapping[str, Figure]:
    """All figures by code, in the order of the file; raises Refusal where the file is broken."""
    data = mapping(read_yaml(FILE), FILE.name)
    no_others(data, {"groups", "figures", "lines"}, FILE.name)
    groups = mapping(required(data, "groups", FILE.name), f"{FILE.name} groups")
    made: dict[str, Figure] = {}
    for code, entry in mapping(required(data, "figures", FILE.name), f"{FILE.name} figures").items():
        for figure in _figures(code, mapping(entry, f"{FILE.name} {code}"), groups):
            made[figure.code] = figure
    return made


def figure(code: str) -> Figure:
    """One figure; raises Refusal for a code that the catalogue does not have."""
    found = catalogue().get(code)
    if found is None:
        raise Refusal(f"没有名为“{code[:60]}”的指标", place="指标", remedy="请从统计页面点开")
    return found


def cycle_of(period: Period) -> str:
    """week, month or quarter."""
    return {Week: WEEK, Month: MONTH, Quarter: QUARTER}[type(period)]


def figures_of(cycle: str) -> tuple[Figure, ...]:
    """The figures of the weekly (monthly, quarterly) statistics, in the order of the file."""
    return tuple(one for one in catalogue().values() if cycle in one.cycles)


def catalogue_digest() -> str:
    """The digest of the definitions: a frozen number says by which of them it was counted."""
    return digest_bytes(FILE.read_bytes())


def lines_section() -> Mapping[str, Any]:
    """The definitions of the figures of the lines of defence, as written."""
    return mapping(required(mapping(read_yaml(FILE), FILE.name), "lines", FILE.name), f"{FILE.name} lines")


def _figures(code: str, entry: dict[str, Any], groups: Mapping[str, Any]) -> Iterator[Figure]:
    place = f"{FILE.name} {code}"
    no_others(entry, KEYS, place)
    _known(entry, groups, place)
    by = entry.get("by")
    if by is None:
        yield _figure(code, entry["title"], entry, groups, place)
        return
    colours = {code: colour.name for code, colour in load_table().colours.items()}
    kinds = {
        "channels": {c.code: c.title for c in channels().values()},
        "risks": RISK_TYPES,
        "colours": colours,
        "defects": {code: one.title for code, one in defects().items()},
    }
    if by not in kinds:
        raise Refusal(f"“by: {by}”不认识", place=place, remedy=f"可用：{'、'.join(kinds)}")
    for key, title in kinds[by].items():
        yield _figure(f"{code}_{key}", f"{entry['title']}{title}", entry, groups, place)


def _figure(code: str, title: str, entry: dict[str, Any], groups: Mapping[str, Any], place: str) -> Figure:
    return Figure(
        code=code,
        group=entry["group"],
        group_title=groups[entry["group"]],
        title=title,
        shape=entry["shape"],
        kind=entry["kind"],
        record=entry["record"],
        unit=required(entry, "unit", place),
        people=bool(entry.get("people", False)),
        by_people=entry.get("headline") == PEOPLE,
        levels=tuple(entry["levels"]),
        cycles=tuple(entry["cycles"]),
        numerator=required(entry, "numerator", place),
        denominator=entry.get("denominator", ""),
        source=required(entry, "source", place),
        rule=str(required(entry, "rule", place)),
    )


def _known(entry: dict[str, Any], groups: Mapping[str, Any], place: str) -> None:
    """Refuses words that nothing would count by."""
    required(entry, "title", place)
    allowed = {"group": groups, "shape": SHAPES, "kind": KINDS, "record": RECORDS}
    for key, known in allowed.items():
        if required(entry, key, place) not in known:
            raise Refusal(f"“{key}: {entry[key]}”不认识", place=place, remedy=f"可用：{'、'.join(known)}")
    for key, several in (("levels", LEVELS), ("cycles", CYCLES)):
        wrong = set(required(entry, key, place)) - set(several)
        if wrong:
            raise Refusal(
                f"“{key}”里的“{'、'.join(sorted(wrong))}”不认识", place=place, remedy=f"可用：{'、'.join(several)}"
            )
    if (entry["shape"] == COUNT) != (not entry.get("denominator")):
        raise Refusal("计数没有分母，比率和平均数要有分母", place=place, remedy="请补上或删去 denominator")
