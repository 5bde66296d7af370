"""The statistics of a place on one sheet of paper: its figures, the places below side by side, who reported nothing."""

from datetime import date

from sangesan.dispatch.period_page import FigureLine, PeriodPage
from sangesan.documents.form import Paper, Paragraphs, Part, Table
from sangesan.figures.catalogue import COUNT, MEAN, SHARE, Figure
from sangesan.figures.counted import Value
from sangesan.kernel.period import Month, Period, Quarter, Week

DEMONSTRATION = "演示系统：人员均为程序生成，并非真实个人。"
TITLES = {Week: "周统计", Month: "月统计", Quarter: "季统计"}
MOST_NAMED = 8
DASH = "—"
SHORT = {"clues_overdue": "超期线索", "clues_checked": "已核查", "measures_landed": "新措施", "cases_begun": "新进程序"}
WHOLE, BY_CHANNEL = "clues_new", "clues_of_channel_"


def paper_of(page: PeriodPage, note: str) -> Paper:
    """The paper; note: small print such as that it is a demonstration."""
    parts: list[Part] = [Paragraphs(["".join(_sentences(page))], indent=False)]
    if page.children:
        headings = ["地方", *(SHORT.get(one.code, one.title) for one in page.columns)]
        rows = [
            [child.name, *(_cell(value, corrected) for _, value, corrected in child.values)] for child in page.children
        ]
        parts += [Table(headings, rows, [11, *(_width(one) for one in page.columns)])]
    return Paper(
        title=f"{page.name}{TITLES[type(page.period)]}",
        subtitle=period_words(page.period),
        parts=parts,
        note="".join(filter(None, (_standing(page), note))),
    )


def _width(one: Figure) -> int:
    """A column's share of the page: 8,573/9,220 needs more room than 12."""
    if one.shape == SHARE:
        return 18 if one.people else 13
    return 10 if one.people else 7


def _sentences(page: PeriodPage) -> list[str]:
    """Sentences, one for each group of figures; clues by channel stand behind all of them, where there are any."""
    by_channel = [line for line in page.lines if line.figure.code.startswith(BY_CHANNEL)]
    parts = [
        f"{line.figure.title.partition('·')[2]}{line.best.numerator}条" for line in by_channel if line.best.numerator
    ]
    sentences = []
    for title, lines in page.groups:
        told = []
        for line in lines:
            if line in by_channel or _says_nothing(line):
                continue
            more = f"，其中{'、'.join(parts)}" if line.figure.code == WHOLE and parts else ""
            told.append(f"{line.figure.title}{in_words(line)}{more}")
        if told:
            sentences.append(f"【{title}】{'；'.join(told)}。")
    villages, grids = page.lacking
    if grids:
        named = "、".join(f"{one.name}{len(one.grids)}个" for one in page.missing[:MOST_NAMED])
        more = "等" if villages > MOST_NAMED else ""
        sentences.append(f"【没有报送】{villages}个村（社区）的{grids}个网格：{named}{more}。")
    return sentences


def _says_nothing(line: FigureLine) -> bool:
    """Nothing counted, neither now nor in the period before; nothing to divide by."""
    before = line.before.parts.of if line.before is not None and line.figure.shape == COUNT else 0
    return not (line.value.parts.of or line.best.parts.of or before)


def period_words(period: Period) -> str:
    """2022年第36周（9月5日至9月11日）, 2022年9月, 2022年第3季度."""
    if isinstance(period, Week):
        return f"{period.year}年第{period.week}周（{_day(period.first_day())}至{_day(period.last_day())}）"
    if isinstance(period, Month):
        return f"{period.year}年{period.month}月"
    return f"{period.year}年第{period.quarter}季度"


def in_words(line: FigureLine) -> str:
    """A figure as a paper says it: 1,563/1,661户 94.10%（上期95.00%）."""
    text = value_words(line.value)
    if line.corrected is not None:
        text += f"，更正为{value_words(line.corrected)}"
    if line.before is not None and line.before.number is not None and line.change:
        text += f"（上期{_number(line.figure, line.before.number)}）"
    return text


def value_words(value: Value) -> str:
    """The number with its parts and unit."""
    one = value.figure
    if one.shape == SHARE:
        if not value.parts.of:
            return DASH
        share = _number(one, value.number)
        if one.by_people:
            return f"{share}（按户{_number(one, value.by_records)}）"
        return f"{value.numerator:,}/{value.parts.of:,}{one.unit}，{share}"
    people = f"{value.people:,}人" if value.people is not None else ""
    return f"{_number(one, value.number)}{one.unit if one.shape != MEAN or value.number is not None else ''}{people}"


def _cell(value: Value, corrected: Value | None) -> str:
    shown = corrected or value
    mark = "*" if corrected is not None else ""
    if shown.figure.shape == SHARE:
        return f"{shown.numerator:,}/{shown.parts.of:,}{mark}"
    people = f"/{shown.people:,}人" if shown.people else ""
    return f"{shown.numerator:,}{people}{mark}"


def _number(one: Figure, number: float | None) -> str:
    if number is None:
        return DASH
    if one.shape == SHARE:
        return f"{number:.2f}%"
    return f"{number:.1f}" if one.shape == MEAN else f"{number:,}"


def _standing(page: PeriodPage) -> str:
    day = page.as_of
    if page.snapshot is None:
        return f"本期尚未关账，数字截至{day.year}年{_day(day)}，还会变化。"
    corrected = f"带*的和写明“更正为”的为关账后的更正，共{len(page.corrections)}项。" if page.corrections else ""
    return f"本期已关账，截至{day.year}年{_day(day)}的登记，摘要{page.snapshot.digest[:16]}。{corrected}"


def _day(day: date) -> str:
    return f"{day.month}月{day.day}日"
