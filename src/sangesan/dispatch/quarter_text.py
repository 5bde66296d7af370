"""The pack and the minutes of a quarterly meeting as papers."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from sangesan.dispatch.quarter_pack import Section, text_rows
from sangesan.documents.form import Heading, Paper, Paragraphs, Part, Table
from sangesan.kernel.dates import day_in_full
from sangesan.kernel.period import Quarter

if TYPE_CHECKING:
    from sangesan.dispatch.quarter_meeting import Shown

NUMERALS = "一二三四五六七八九十"


def title_of(quarter: Quarter) -> str:
    """The minutes' title."""
    return f"{quarter.year}年第{quarter.quarter}季度防返贫动态监测和帮扶工作调度会议纪要"


def minutes_parts(
    quarter: Quarter, held_on: date, told: Mapping[str, Any], decisions: "Sequence[Shown]", pack: Sequence[Section]
) -> list[Part]:
    """When, where, who; how the former decisions stand; what was discussed; what was decided, by whom and until when."""
    day = day_in_full(held_on)
    opening = f"{day}，在{told['place']}召开{quarter.year}年第{quarter.quarter}季度调度会议，{told['chair']}主持。"
    parts: list[Part] = [Paragraphs([opening, *([f"参加：{told['attended']}。"] if told["attended"] else [])])]
    former = next((one for one in pack if one["code"] == "former"), None)
    if former and former["rows"]:
        parts += [Heading("一、上次会议决定的落实"), Paragraphs(former["words"])]
    number = 1 if former and former["rows"] else 0
    parts += [
        Heading(f"{NUMERALS[number]}、会议情况"),
        Paragraphs([one for one in told["discussed"].splitlines() if one.strip()]),
        Heading(f"{NUMERALS[number + 1]}、议定事项"),
    ]
    if not decisions:
        return [*parts, Paragraphs(["会议没有议定需要交办的事项。"])]
    texts = [
        f"（{NUMERALS[n] if n < len(NUMERALS) else n + 1}）{one.title}。责任：{'、'.join(one.owners)}；{day_in_full(one.due_on)}前办结。"
        for n, one in enumerate(decisions)
    ]
    return [*parts, Paragraphs(texts)]


def pack_paper(quarter: Quarter, pack: Sequence[Section], organ: str, note: str) -> Paper:
    """The pack on paper."""
    parts: list[Part] = []
    for n, section in enumerate(pack):
        parts.append(Heading(f"{NUMERALS[n]}、{section['title']}"))
        if section["words"]:
            parts.append(Paragraphs(section["words"]))
        if section["rows"]:
            widths = [2.0, *(1.0 for _ in section["headings"][1:])]
            parts.append(Table(section["headings"], text_rows(section), widths))
    return Paper(title=f"{quarter.year}年第{quarter.quarter}季度调度会议材料", organ=organ, parts=parts, note=note)
