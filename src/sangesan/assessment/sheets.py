"""Score sheets as data: what is judged, by which figures and records, for how many points. Plain Python.

Points and shares stand in the sheet, nowhere in code. An indicator is one of
  share:  a share of the points between `from` (nothing below) and `to` (everything from there), in percent;
  bands:  steps, each `at_least` so many percent for `percent` of the points;
  deduct: so many points off for each record or case, never more than the indicator has.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeVar

from sangesan.facts.parsing import parse
from sangesan.facts.syntax import Name, Node, Operation, names_in
from sangesan.kernel.refusal import Refusal
from sangesan.policy.reading import mapping, no_others, read_yaml, required

FOLDER = Path(__file__).with_name("score_sheets")
WHOLE = 100
OF = "_of"  # in an expression: a figure's denominator
REST = "_rest"  # in a deduction: what is left of a figure, denominator less numerator
MOST_INDICATORS = 40
SHEET_KEYS = {"kind", "title", "period", "source", "floor", "missing", "neutral", "indicators", "bonus", "penalty"}
INDICATOR_KEYS = {
    "code",
    "title",
    "points",
    "figure",
    "value",
    "from",
    "to",
    "bands",
    "deduct",
    "scaled",
    "least",
    "source",
}
EXTRA_KEYS = {"most", "items"}
T = TypeVar("T", bound=StrEnum)
ITEM_KEYS = {"code", "title", "each", "most", "source"}


class Kind(StrEnum):
    """Who is judged."""

    TOWN = "town"
    DEPARTMENT = "department"
    TEAM = "team"
    CADRE = "cadre"


class Missing(StrEnum):
    """What becomes of points that cannot be judged: the others count for the whole, or a set share is given."""

    SPREAD = "spread"
    NEUTRAL = "neutral"


KIND_TITLES = {Kind.TOWN: "镇", Kind.DEPARTMENT: "行业部门", Kind.TEAM: "驻村工作队", Kind.CADRE: "包联干部和网格员"}
PERIODS = {"quarter": "每季度；全年得分为已确定的各季度平均"}
MISSING_TITLES = {
    Missing.SPREAD: "数量不足、无法评分的指标不计，其余指标折算为一百分",
    Missing.NEUTRAL: "数量不足、无法评分的指标按定比给分",
}


@dataclass(frozen=True)
class Share:
    """points x (value - low) / (high - low), between nothing and everything; low, high: shares of 1."""

    value: Node
    low: Fraction
    high: Fraction


@dataclass(frozen=True)
class Bands:
    """The first step that the value reaches gives its share of the points; none: nothing. steps: highest first."""

    value: Node
    steps: tuple[tuple[Fraction, Fraction], ...]


@dataclass(frozen=True)
class Deduct:
    """Points off for each record of a source, or each case of a figure; scaled: as if the subject were of mean size."""

    each: Mapping[str, Fraction]
    scaled: bool


@dataclass(frozen=True)
class Indicator:
    """One line of a sheet. least: below so many cases (the figure's denominator) it is not judged."""

    code: str
    title: str
    points: Fraction
    how: Share | Bands | Deduct
    least: int
    source: str

    @property
    def figures(self) -> frozenset[str]:
        """Names that its value is made of: figures, `_of` cut off."""
        if isinstance(self.how, Deduct):
            return frozenset()
        return frozenset(name.removesuffix(OF) for name in names_in(self.how.value))


@dataclass(frozen=True)
class Item:
    """One line of bonus or penalty: points for each record of a source, `most` at the most."""

    code: str
    title: str
    each: Mapping[str, Fraction]
    most: Fraction
    source: str


@dataclass(frozen=True)
class Extra:
    """Bonus or penalty beside the hundred points, `most` altogether."""

    most: Fraction = Fraction(0)
    items: tuple[Item, ...] = ()


@dataclass(frozen=True)
class Sheet:
    """A score sheet: indicators of a hundred points, bonus, penalty, floor. content: as it was read."""

    kind: Kind
    title: str
    period: str
    source: str
    floor: Fraction
    missing: Missing
    neutral: Fraction
    indicators: tuple[Indicator, ...]
    bonus: Extra = field(default=Extra())
    penalty: Extra = field(default=Extra())
    content: Mapping[str, Any] = field(default_factory=dict, compare=False)

    def names(self) -> frozenset[str]:
        """Every figure and record source that the sheet asks for."""
        found = {name for one in self.indicators for name in one.figures}
        for one in self.indicators:
            if isinstance(one.how, Deduct):
                found |= set(one.how.each)
        return frozenset(found | {name for extra in (self.bonus, self.penalty) for i in extra.items for name in i.each})


@lru_cache(maxsize=1)
def shipped_sheets() -> Mapping[Kind, Sheet]:
    """The sheets of score_sheets/*.yaml by kind; raises Refusal naming file and field."""
    read = (parse_sheet(read_yaml(path), path.name) for path in sorted(FOLDER.glob("*.yaml")))
    return {sheet.kind: sheet for sheet in read}


def parse_sheet(data: Any, place: str) -> Sheet:
    """A sheet from its mapping; raises Refusal naming the field. Whether it may be used: `guarding.check_sheet`."""
    entry = mapping(data, place)
    no_others(entry, SHEET_KEYS, place)
    listed = _listed(required(entry, "indicators", place), f"{place} indicators")
    indicators = tuple(_indicator(one, f"{place} 第{n}项") for n, one in enumerate(listed, start=1))
    _whole(indicators, place)
    sheet = Sheet(
        kind=_one_of(Kind, required(entry, "kind", place), f"{place} kind"),
        title=str(required(entry, "title", place)).strip(),
        period=_period(required(entry, "period", place), place),
        source=str(required(entry, "source", place)).strip(),
        floor=_number(entry.get("floor", 0), f"{place} floor"),
        missing=_one_of(Missing, required(entry, "missing", place), f"{place} missing"),
        neutral=_number(entry.get("neutral", 0), f"{place} neutral") / WHOLE,
        indicators=indicators,
        bonus=_extra(entry.get("bonus"), f"{place} bonus"),
        penalty=_extra(entry.get("penalty"), f"{place} penalty"),
        content=entry,
    )
    codes = [one.code for one in sheet.indicators]
    codes += [item.code for item in (*sheet.bonus.items, *sheet.penalty.items)]
    if twice := sorted({code for code in codes if codes.count(code) > 1}):
        raise Refusal(f"代码重复：{'、'.join(twice)}", place=place, remedy="每项指标的代码不能相同")
    if not sheet.floor <= WHOLE or not sheet.neutral <= 1:
        raise Refusal("底分或定比超过100", place=place, remedy="请填0至100")
    return sheet


def _indicator(data: Any, place: str) -> Indicator:
    entry = mapping(data, place)
    no_others(entry, INDICATOR_KEYS, place)
    points = _number(required(entry, "points", place), f"{place} points")
    if points <= 0:
        raise Refusal("分值应大于0", place=f"{place} points", remedy="不计分的指标请删去")
    return Indicator(
        code=str(required(entry, "code", place)),
        title=str(required(entry, "title", place)).strip(),
        points=points,
        how=_how(entry, place),
        least=int(_number(entry.get("least", 1), f"{place} least")),
        source=str(required(entry, "source", place)).strip(),
    )


def _how(entry: Mapping[str, Any], place: str) -> Share | Bands | Deduct:
    if "deduct" in entry:
        if {"figure", "value", "from", "to", "bands", "least"} & set(entry):
            raise Refusal("扣分的指标不写 figure、value、from、to、bands、least", place=place, remedy="请只留 deduct")
        return Deduct(_each(entry["deduct"], f"{place} deduct"), scaled=entry.get("scaled") is True)
    value = _value(entry, place)
    if "bands" in entry:
        return Bands(value, _steps(entry["bands"], f"{place} bands"))
    low, high = (_number(required(dict(entry), key, place), f"{place} {key}") / WHOLE for key in ("from", "to"))
    if low >= high:
        raise Refusal("from 应小于 to", place=place, remedy="from 以下不得分，to 以上得满分")
    return Share(value, low, high)


def _value(entry: Mapping[str, Any], place: str) -> Node:
    if ("figure" in entry) == ("value" in entry):
        raise Refusal("figure 和 value 应写一个，只写一个", place=place, remedy="figure 写指标代码；value 写算式")
    if "figure" in entry:
        code = str(entry["figure"])
        return Operation("/", (Name(code), Name(code + OF)))
    return parse(entry["value"], place=f"{place} value")


def _steps(data: Any, place: str) -> tuple[tuple[Fraction, Fraction], ...]:
    steps = []
    for one in _listed(data, place):
        entry = mapping(one, place)
        no_others(entry, {"at_least", "percent"}, place)
        reached, given = (_number(required(entry, key, place), place) / WHOLE for key in ("at_least", "percent"))
        steps.append((reached, given))
    steps.sort(reverse=True)
    rising = all(higher[1] >= lower[1] for higher, lower in pairwise(steps))
    if not rising or any(not 0 <= given <= 1 for _, given in steps):
        raise Refusal("分档不成立", place=place, remedy="percent 在0至100之间，比例越高得分不能越低")
    return tuple(steps)


def _extra(data: Any, place: str) -> Extra:
    if not data:
        return Extra()
    entry = mapping(data, place)
    no_others(entry, EXTRA_KEYS, place)
    items = []
    for number, one in enumerate(_listed(required(entry, "items", place), place), start=1):
        where = f"{place} 第{number}项"
        item = mapping(one, where)
        no_others(item, ITEM_KEYS, where)
        items.append(
            Item(
                code=str(required(item, "code", where)),
                title=str(required(item, "title", where)).strip(),
                each=_each(required(item, "each", where), where),
                most=_number(required(item, "most", where), f"{where} most"),
                source=str(required(item, "source", where)).strip(),
            )
        )
    return Extra(_number(required(entry, "most", place), f"{place} most"), tuple(items))


def _each(data: Any, place: str) -> dict[str, Fraction]:
    each = {name: _number(value, f"{place} {name}") for name, value in mapping(data, place).items()}
    if not each or any(value <= 0 for value in each.values()):
        raise Refusal("每例的分值应大于0", place=place, remedy="如 sheets_blue: 0.5")
    return each


def _whole(indicators: tuple[Indicator, ...], place: str) -> None:
    total = sum((one.points for one in indicators), Fraction(0))
    if total != WHOLE:
        shown = int(total) if total.denominator == 1 else float(total)
        raise Refusal(f"各项分值合计 {shown} 分", place=place, remedy="各项分值合计应为100分")


def _listed(data: Any, place: str) -> list[Any]:
    if not isinstance(data, list) or not data or len(data) > MOST_INDICATORS:
        raise Refusal("这里应是一个列表", place=place, remedy=f"请对照所附的考核表，1至{MOST_INDICATORS}项")
    return data


def _period(value: Any, place: str) -> str:
    if value not in PERIODS:
        raise Refusal(f"周期“{value}”不认识", place=f"{place} period", remedy=f"可用：{'、'.join(PERIODS)}")
    return str(value)


def _number(value: Any, place: str) -> Fraction:
    """A number of the sheet, exactly as it is written: 0.1 is a tenth."""
    if isinstance(value, bool) or not isinstance(value, int | float) or value < 0:
        raise Refusal(f"“{value}”不是不小于0的数", place=place, remedy="请填数字，如 5 或 0.5")
    return Fraction(str(value))


def _one_of(known: type[T], value: Any, place: str) -> T:
    try:
        return known(value)
    except ValueError:
        raise Refusal(f"“{value}”不认识", place=place, remedy=f"可用：{'、'.join(known)}") from None
