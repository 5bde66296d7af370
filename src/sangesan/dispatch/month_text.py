"""What a monthly bulletin says, from a closed month: the county's document with its tables, and a sheet for each unit."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sangesan.dispatch.frozen import Frozen
from sangesan.dispatch.month_domain import (
    ParagraphLayout,
    TableLayout,
    paragraphs,
    pointed,
    ranks,
    tables,
    told,
    value_words,
)
from sangesan.documents.form import Fields, Heading, Paper, Paragraphs, Part, Table
from sangesan.figures.catalogue import DEPARTMENT, TOWN, catalogue
from sangesan.figures.counted import Value
from sangesan.kernel.period import Month

NUMERALS = "一二三四五六七八九十"
SPLIT = (
    "clues_of_channel_",
    "clues_of_risk_",
    "open_of_risk_",
)  # parts of other figures: left out where there are none
WIDE, NARROW = 1.6, 1.0
DEMANDS = (
    "请各镇、各部门对照附件和本单位的通报单，逐项核对；超期线索、没有措施的户、超期督办单要说明原因，"
    "明确办结日期；对数字有异议的，按更正程序提出。"
)
NOTE = "数字以关账时为准，定义见系统“指标目录”；更正的另注。"


@dataclass(frozen=True)
class Told:
    """What a bulletin is made of. units: (key in the snapshot, name) of towns and departments; good: (unit, words).

    floor: from which denominator on a unit is ranked; ranked: whether ranks are given at all.
    """

    month: Month
    frozen: Frozen
    county: str
    towns: Sequence[tuple[str, str]]
    departments: Sequence[tuple[str, str]]
    good: Sequence[tuple[str, str]]
    ranked: bool
    floor: int

    def units(self, level: str) -> Sequence[tuple[str, str]]:
        """The units of a level."""
        return self.towns if level == TOWN else self.departments

    def value(self, code: str, key: str) -> Value:
        """The figure that counts: corrected where it was."""
        return self.frozen.best(code, key)


def title_of(month: Month) -> str:
    """The document's title."""
    return f"关于{month.year}年{month.month}月防返贫动态监测和帮扶工作情况的通报"


def parts_of(found: Told) -> list[Part]:
    """The body of the county's document."""
    month = f"{found.month.month}月"
    as_of = found.frozen.snapshot.as_of
    counted = f"数字统计到{found.month.last_day().day}日，以{as_of.month}月{as_of.day}日前的登记为准。"
    parts: list[Part] = [
        Paragraphs([f"现将{found.month.year}年{month}全县防返贫动态监测和帮扶工作情况通报如下。{counted}"]),
        Heading("一、基本情况"),
    ]  # fmt: skip
    for number, one in enumerate(paragraphs(), start=1):
        parts.append(Paragraphs([f"（{NUMERALS[number - 1]}）{one.title}。{_sentence(found, one)}"]))
    parts.append(Heading("二、需要解决的问题"))
    parts.append(Paragraphs(_problems(found) or ["本月没有需要点名的超期事项。"]))
    if found.good:
        parts.append(Heading("三、好的做法"))
        parts.append(Paragraphs([f"{name}：{words}" for name, words in found.good]))
    parts.append(Heading(f"{'四' if found.good else '三'}、有关要求"))
    parts.append(Paragraphs([DEMANDS]))
    return parts


def annexes_of(found: Told) -> list[Paper]:
    """The tables of towns and departments, each an annex."""
    return [Paper(title=_table_title(found, one), parts=[_table(found, one)], note=NOTE) for one in tables()]


def sheet_of(found: Told, key: str, name: str, level: str) -> Paper:
    """A unit's own sheet: every figure of the month that is given for its level, with its parts and its place in ranks."""
    placed = _places(found, level)
    groups: dict[str, list[tuple[str, str]]] = {}
    for figure in found.frozen.figures:
        value = found.value(figure.code, key)
        if level not in figure.levels or (figure.code.startswith(SPLIT) and not value.numerator):
            continue
        words = _cell(value, corrected=found.frozen.corrected(figure.code, key) is not None)
        place = placed.get((figure.code, key), "")
        groups.setdefault(figure.group_title, []).append((figure.title, f"{words} 第{place}位" if place else words))
    parts: list[Part] = []
    for title, pairs in groups.items():
        parts += [Heading(title), Fields(pairs, 2)]
    good = [words for unit_name, words in found.good if unit_name == name]
    if good:
        parts += [Heading("好的做法"), Paragraphs(good)]
    month = found.month
    return Paper(title=f"{name}{month.year}年{month.month}月工作通报单", organ=found.county, parts=parts, note=NOTE)


def _cell(value: Value, *, corrected: bool) -> str:
    """A figure on a unit's sheet: 94.10%（16/17）; people beside where they are counted."""
    words = value_words(value)
    if value.denominator:
        words += f"（{value.numerator:,}/{value.denominator:,}"
        if value.people is not None and value.people_denominator is not None:
            words += f"户，{value.people:,}/{value.people_denominator:,}人"
        words += "）"
    return f"{words}（已更正）" if corrected else words


def _sentence(found: Told, one: ParagraphLayout) -> str:
    key = _county_key(found)
    values = [found.value(code, key) for code in one.figures if code in _held(found)]
    return "，".join(told(value) for value in values if value.number is not None) + "。"


def _problems(found: Told) -> list[str]:
    """The units that have something overdue, a paragraph each kind."""
    made = []
    for one in paragraphs():
        for code, words in one.point.items():
            if code not in _held(found):
                continue
            units = [
                unit for level in catalogue()[code].levels if level in {TOWN, DEPARTMENT} for unit in found.units(level)
            ]
            text = pointed(words, [(name, found.value(code, key)) for key, name in units])
            if text:
                made.append(f"{text}。")
    return made


def _table(found: Told, layout: TableLayout) -> Table:
    codes = [code for code in layout.figures if code in _held(found)]
    placed = _places(found, layout.level) if found.ranked else {}
    ranked = [code for code in codes if found.ranked and code in layout.ranked]
    headings = [
        "单位",
        *(catalogue()[code].title for code in codes),
        *(f"{catalogue()[code].title}位次" for code in ranked),
    ]
    rows = [
        [
            name,
            *(value_words(found.value(code, key)) for code in codes),
            *(placed.get((code, key), "") for code in ranked),
        ]
        for key, name in found.units(layout.level)
    ]
    if layout.level == TOWN:
        county = _county_key(found)
        rows.append(["全县", *(value_words(found.value(code, county)) for code in codes), *("" for _ in ranked)])
    return Table(headings, rows, [WIDE, *(NARROW for _ in headings[1:])])


def _places(found: Told, level: str) -> Mapping[tuple[str, str], str]:
    """(figure, unit) -> its place among the units whose numbers are large enough; nothing where ranks are off."""
    made: dict[tuple[str, str], str] = {}
    for layout in tables() if found.ranked else ():
        if layout.level != level:
            continue
        for code, way in layout.ranked.items():
            if code in _held(found):
                values = {key: found.value(code, key) for key, _ in found.units(level)}
                made |= {(code, unit): str(place) for unit, place in ranks(values, way, found.floor).items()}
    return made


def _table_title(found: Told, layout: TableLayout) -> str:
    level = "各镇" if layout.level == TOWN else "各部门"
    return f"{level}{found.month.year}年{found.month.month}月{layout.title}情况"


def _held(found: Told) -> frozenset[str]:
    return frozenset(found.frozen.snapshot.figures) & frozenset(catalogue())


def _county_key(found: Told) -> str:
    return next(row.key for row in found.frozen.rows.values() if row.level == "county")


def sheets_of(found: Told) -> Iterator[tuple[str, Paper]]:
    """(unit key, paper) of every unit, the county first."""
    county = _county_key(found)
    yield f"county:{county}", sheet_of(found, county, found.county, "county")
    for key, name in found.towns:
        yield f"town:{key}", sheet_of(found, key, name, TOWN)
    for key, name in found.departments:
        yield key, sheet_of(found, key, name, DEPARTMENT)
