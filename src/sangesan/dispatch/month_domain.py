"""How a monthly bulletin words, lays out and ranks figures. Plain Python over figures' values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from sangesan.figures.catalogue import COUNT, MEAN, SHARE
from sangesan.figures.counted import Value
from sangesan.kernel.refusal import Refusal
from sangesan.policy.reading import mapping, read_yaml, required

FILE = Path(__file__).with_name("month_layout.yaml")
UP, DOWN = "up", "down"
MOST_POINTED = 8  # units named in a sentence; the table names all


@dataclass(frozen=True)
class TableLayout:
    """One table. level: town or department; ranked: figure -> whether more or less is better."""

    code: str
    title: str
    level: str
    figures: tuple[str, ...]
    ranked: Mapping[str, str]


@dataclass(frozen=True)
class ParagraphLayout:
    """One paragraph. point: figures of which the units that have any are named, with the words for them."""

    title: str
    figures: tuple[str, ...]
    point: Mapping[str, str]


@cache
def tables() -> tuple[TableLayout, ...]:
    """The tables in order; raises Refusal where the file is broken."""
    rows = mapping(required(mapping(read_yaml(FILE), FILE.name), "tables", FILE.name), FILE.name)
    made = tuple(
        TableLayout(code, row["title"], row["level"], tuple(row["figures"]), dict(row.get("ranked") or {}))
        for code, row in rows.items()
    )
    for one in made:
        wrong = {
            figure: way for figure, way in one.ranked.items() if way not in {UP, DOWN} or figure not in one.figures
        }
        if wrong:
            raise Refusal(
                f"ranked 里的 {wrong} 不对", place=f"{FILE.name} {one.code}", remedy="请写表里有的指标和 up 或 down"
            )
    return made


@cache
def paragraphs() -> tuple[ParagraphLayout, ...]:
    """The paragraphs in order."""
    rows = required(mapping(read_yaml(FILE), FILE.name), "paragraphs", FILE.name)
    return tuple(ParagraphLayout(row["title"], tuple(row["figures"]), dict(row["point"] or {})) for row in rows)


def value_words(value: Value) -> str:
    """As it stands in a table's cell: 12, 3户11人, 75.01%, 13.5; — where there is nothing to divide by."""
    number = value.number
    if number is None:
        return "—"
    if value.figure.shape == SHARE:
        return f"{number:.2f}%"
    if value.figure.shape == MEAN:
        return f"{number:.1f}"
    if value.people is None or not value.numerator:
        return f"{value.numerator:,}"
    return f"{value.numerator:,}户{value.people:,}人"


def told(value: Value) -> str:
    """As a sentence says it: 新增线索12条, 新纳入3户11人, 按期核查率94.10%（16/17条）, 线索到审定平均天数13.5天. Only
    for a value that has a number.
    """
    figure, words = value.figure, value_words(value)
    if figure.shape == COUNT:
        return f"{figure.title}{words}" if words.endswith("人") else f"{figure.title}{words}{figure.unit}"
    if figure.shape == MEAN:
        return f"{figure.title}{words}{figure.unit}"
    by = "按人计算，" if figure.by_people else ""
    top, of = (value.people, value.people_denominator) if figure.by_people else (value.numerator, value.denominator)
    unit = "人" if figure.by_people else figure.unit
    return f"{figure.title}{words}（{by}{top:,}/{of:,}{unit}）"


def pointed(words: str, values: Sequence[tuple[str, Value]]) -> str:
    """Names the units that have any of something, the most first: 超期未核查：高桥镇3条、洄水镇1条. "" for none."""
    having = sorted(((v.numerator, name, v) for name, v in values if v.numerator), key=lambda row: (-row[0], row[1]))
    if not having:
        return ""
    named = "、".join(f"{name}{number:,}{value.figure.unit}" for number, name, value in having[:MOST_POINTED])
    more = f"等{len(having)}个单位" if len(having) > MOST_POINTED else ""
    return f"{words}：{named}{more}"


def ranks(values: Mapping[str, Value], way: str, floor: int) -> dict[str, int]:
    """Unit -> place, of those whose denominator reaches the floor; equal numbers share a place (1, 1, 3)."""
    counted = {
        unit: value.number
        for unit, value in values.items()
        if value.number is not None and (value.denominator is None or value.denominator >= floor)
    }
    numbers = sorted(counted.values(), reverse=way == UP)
    return {unit: numbers.index(number) + 1 for unit, number in counted.items()}
