"""A line of a score in a sentence: what was counted, of how many, what it cost."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from sangesan.assessment.domain import FIGURE, HUNDREDTHS, STANDING_TITLES, Line, Part, Record
from sangesan.assessment.operands import operands
from sangesan.assessment.sheets import REST, Bands, Deduct, Indicator, Sheet
from sangesan.figures.catalogue import catalogue
from sangesan.regions.queries import tree

NO_SCORE = "不评分"
REST_WORDS = "{title}以外的"
# How the sentences are made: pages say them again in the reader's language, form by form. Of WHOLE the first that fits
# counts; what it holds, and the rest, is cut at each “；” and “、” before PARTS are tried.
LEAST = "{how}；不足{least}不评"
SCALED = "{each}，扣完为止，按农户数折算"
DEDUCTED = "{each}，扣完为止"
SHARED = "{names}：{low}以下不得分，{high}以上满分，其间按比例"
RESTORED = "{words}；异议采纳，退还 {points} 分"
MEASURED = "{names}：{above} / {below}，{share}"
COUNTED = "{count} 例，计 {points} 分"
EACH = "{name}每{unit}计{points}分"
OF_FIGURE = "{name}：{count} {unit}"
NONE = "没有记录"
CASE = "例"
WHOLE = (RESTORED, LEAST, SCALED, DEDUCTED, SHARED, MEASURED, COUNTED)
PARTS = (EACH, OF_FIGURE, REST_WORDS)
KIND_WORDS = {
    "sheet": "督办单", "finding": "督查问题", "look_back": "回头看", "flag": "数据疑点", "duty": "村级日常职责", "attendance": "驻村考勤",
    "assignment": "交办任务", "proceeding": "表扬、问责决定", "score": "考核结果", "hand_over": "移交的督办单",
}  # fmt: skip


def points_words(hundredths: int | None) -> str:
    """Points without needless noughts: 950 -> 9.5; a word where there are none."""
    if hundredths is None:
        return NO_SCORE
    return f"{hundredths / HUNDREDTHS:.2f}".rstrip("0").rstrip(".")


def line_words(line: Line) -> str:
    """Why the line has its points."""
    if line.part == Part.BASE and line.value is not None:
        above, below = line.value
        names = "、".join(name_words(code) for code in line.figures)
        share = f"{100 * above / below:.1f}%" if below else "—"
        words = MEASURED.format(names=names, above=f"{above:,}", below=f"{below:,}", share=share)
    elif line.records:
        count = sum(one.count for one in line.records)
        words = COUNTED.format(count=f"{count:,}", points=points_words(sum(one.minus for one in line.records)))
    else:
        words = NONE
    if line.restored:
        words = RESTORED.format(words=words, points=points_words(line.restored))
    return words


def standing_words(line: Line) -> str:
    """Why a line was not judged: how little there was of it."""
    words = STANDING_TITLES[line.standing]
    return f"{words}（只有 {line.value[1]:,}）" if line.value and line.value[1] else words


def record_words(one: Record) -> str:
    """A record in a line: its kind, number and words."""
    if one.kind == FIGURE:
        return OF_FIGURE.format(name=name_words(one.number), count=f"{one.count:,}", unit=unit_words(one.number))
    if one.kind == "duty":
        village, _, _kind = one.number.partition(".")
        return f"{tree().full_name(village)}{one.words}，缺 {one.count} 期"
    if one.kind == "attendance":
        return f"{one.words} 少 {one.count} 天"
    number = "" if one.kind in {"sheet", "look_back"} else one.number
    return f"{KIND_WORDS.get(one.kind, one.kind)}{number} {one.words}".strip()


def name_words(code: str) -> str:
    """A figure, share or kind of record by its title."""
    name = code.removesuffix(REST)
    counted = operands().shares.get(name) or operands().records.get(name)
    title = counted.title if counted else catalogue()[name].title if name in catalogue() else name
    if code.endswith(REST):
        return operands().rests.get(name) or REST_WORDS.format(title=title)
    return title


def unit_words(code: str) -> str:
    """What cases of a figure or kind of record are counted in."""
    name = code.removesuffix(REST)
    counted = operands().records.get(name)
    return counted.unit if counted else catalogue()[name].unit if name in catalogue() else CASE


@dataclass(frozen=True)
class SheetRow:
    """One line of a score sheet in words. part: "" for the hundred points, else bonus or penalty."""

    code: str
    title: str
    points: str
    how: str
    source: str
    part: str = ""


def sheet_rows(sheet: Sheet) -> list[SheetRow]:
    """A sheet's lines in words, in its order."""
    rows = [SheetRow(one.code, one.title, _number(one.points), _how(one), one.source) for one in sheet.indicators]
    for part, extra in ((Part.BONUS, sheet.bonus), (Part.PENALTY, sheet.penalty)):
        rows += [
            SheetRow(item.code, item.title, _number(item.most), _each_words(item.each), item.source, str(part))
            for item in extra.items
        ]
    return rows


def _how(one: Indicator) -> str:
    how = one.how
    if isinstance(how, Deduct):
        return (SCALED if how.scaled else DEDUCTED).format(each=_each_words(how.each))
    names = "、".join(name_words(code) for code in sorted(one.figures))
    if isinstance(how, Bands):
        steps = "，".join(f"{_percent(reached)}以上得{_percent(given)}" for reached, given in how.steps)
        words = f"{names}：{steps}"
    else:
        words = SHARED.format(names=names, low=_percent(how.low), high=_percent(how.high))
    return LEAST.format(how=words, least=one.least) if one.least > 1 else words


def _each_words(each: Mapping[str, Fraction]) -> str:
    return "；".join(
        EACH.format(name=name_words(name), unit=unit_words(name), points=_number(points))
        for name, points in each.items()
    )


def _percent(share: Fraction) -> str:
    return f"{_number(share * HUNDREDTHS)}%"


def _number(value: Fraction) -> str:
    return f"{float(value):g}"
