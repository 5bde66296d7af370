"""The statistics of a place on one sheet of paper: its figures, the places below side by side, who reported nothing."""

from datetime import date

from sangesan.dispatch.period_page import FigureLine, PeriodPage
from sangesan.documents.form import Fields, Heading, Paper, Paragraphs, Part, Table
from sangesan.figures.catalogue import MEAN, SHARE, Figure
from sangesan.figures.counted import Value
from sangesan.kernel.period import Month, Period, Quarter, Week

DEMONSTRATION = "演示系统：人员均为程序生成，并非真实个人。"
TITLES = {Week: "周统计", Month: "月统计", Quarter: "季统计"}
MOST_NAMED = 12
DASH = "—"


def paper_of(page: PeriodPage, note: str) -> Paper:
    """The paper; note: small print such as that it is a demonstration."""
    parts: list[Part] = [
        Heading("一、本期情况"),
        Fields([(line.figure.title, in_words(line)) for line in page.lines], 3),
    ]
    if page.children:
        headings = ["地方", *(one.title for one in page.columns)]
        rows = [
            [child.name, *(_cell(value, corrected) for _, value, corrected in child.values)] for child in page.children
        ]
        parts += [Heading("二、分地方"), Table(headings, rows, [15, *([9] * len(page.columns))])]
    villages, grids = page.lacking
    if grids:
        named = "；".join(f"{one.name}（{len(one.grids)}/{one.all}）" for one in page.missing[:MOST_NAMED])
        more = f"等{villages}个村（社区）" if villages > MOST_NAMED else ""
        parts += [
            Heading("三、没有报送的网格"),
            Paragraphs([f"{villages}个村（社区）的{grids}个网格：{named}{more}。"]),
        ]
    parts += [Paragraphs([_standing(page)], indent=False)]
    return Paper(
        title=f"{page.name}{TITLES[type(page.period)]}",
        subtitle=period_words(page.period),
        parts=parts,
        note=note,
        landscape=bool(page.children),
    )


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
    if line.before is not None and line.before.number is not None:
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
        return f"{value.numerator:,}/{value.parts.of:,}{one.unit} {share}"
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
