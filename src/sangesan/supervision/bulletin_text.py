"""How a 督查通报 is worded, from what was found: plain Python, no Django, no clock.

An item is a place and what was found there, as in the county's own issue no. 21 of 2022: “洄水镇联沟村，2022年4月新纳入监测户
3户，民主评议会议记录不规范；高滩镇牌楼村：无安全饮水巡查记录，未建立季节性缺水长效机制。”
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby

from sangesan.documents.form import Heading, Paper, Paragraphs, Part, Table
from sangesan.kernel.dates import day_in_full

NUMERALS = "零一二三四五六七八九十"
_BEGINS_WITH_DAY = re.compile(r"\d{4}年|\d{1,2}月|今年|去年")
_ENDS = "。；;.，, "
GENERAL = (
    "1.各责任单位要对照问题清单逐项整改，在督办单载明的期限内报送整改情况和佐证材料，由主要负责人把关。",
    "2.各镇、各部门要举一反三，对同类问题开展自查，边查边改；整改销号须有佐证，并由整改人以外的人员审核。",
    "3.逾期未整改又未获准延期的、整改后反弹的、弄虚作假的，按“蓝黄红”三单制升级督办，并适时开展回头看。",
)


@dataclass(frozen=True)
class Item:
    """One finding. unit: title of who answers; place: full name, "" for a department; due: of its sheet; sheet: its number."""

    town: str
    place: str
    unit: str
    defect: str
    words: str
    requirement: str = ""
    sheet: str = ""
    due: date | None = None
    conduct: tuple[str, ...] = ()


@dataclass(frozen=True)
class LookedBack:
    """One look-back with its result. where: the unit; matter: of its sheet; raised: the sheet it led to."""

    where: str
    matter: str
    result: str
    raised: str = ""


@dataclass(frozen=True)
class Found:
    """All a bulletin is made of. inspected: (number, word) such as (9, "个镇"); sheets: number by colour's name (蓝单)."""

    first: date
    last: date
    offices: Sequence[str]
    inspected: Sequence[tuple[int, str]]
    items: Sequence[Item]
    looked_back: Sequence[LookedBack] = ()
    sheets: Mapping[str, int] = field(default_factory=dict)
    good: Sequence[str] = ()
    defects: Sequence[str] = ()


CORRECTED, CAME_BACK, NOT_CORRECTED = "corrected", "came_back", "not_corrected"
RESULTS = {CORRECTED: "已整改", CAME_BACK: "反弹", NOT_CORRECTED: "未整改"}


def bulletin_parts(found: Found) -> list[Part]:
    """The body: what was found by class and town, look-backs, good practice, requirements."""
    sections: list[tuple[str, list[Part]]] = [("督查发现的问题", _problems(found))]
    if found.looked_back:
        sections.append(("前期问题“回头看”情况", _looked_back(found.looked_back)))
    if found.good:
        sections.append(("好的做法", [Paragraphs([_sentence(one) for one in found.good])]))
    sections.append(("整改要求", _requirements(found)))
    parts: list[Part] = [Paragraphs([_opening(found)])]
    for number, (title, body) in enumerate(sections, start=1):
        parts += [Heading(f"{numeral(number)}、{title}"), *body]
    return parts


def bulletin_annexes(found: Found) -> list[Paper]:
    """The list of problems by town, village and department; none where nothing was found."""
    if not found.items:
        return []
    ordered = sorted(found.items, key=lambda one: (not one.town, one.town, one.place, one.unit))
    rows = [
        (
            str(number),
            one.unit,
            _sentence(_about(one)),
            one.defect,
            one.requirement.rstrip(_ENDS) or "限期整改",
            "\n".join(part for part in (one.sheet, f"{one.due.month}月{one.due.day}日前" if one.due else "") if part)
            or "按要求",
        )
        for number, one in enumerate(ordered, start=1)
    ]
    headings = ("序号", "责任单位", "问题", "类别", "整改要求", "督办单和期限")
    return [Paper("督查发现问题清单", parts=[Table(headings, rows, [8, 14, 26, 12, 19, 25])])]


def item_words(item: Item) -> str:
    """洄水镇联沟村，2022年4月…: a comma before words that begin with a time, else a colon."""
    where = item.place or item.unit
    return f"{where}{_joint(item.words)}{item.words.strip().rstrip(_ENDS)}"


def town_sentence(items: Sequence[Item]) -> str:
    """The items of one town in one sentence; those of one place together."""
    clauses = []
    for _, group in groupby(items, key=lambda one: one.place or one.unit):
        same = list(group)
        clauses.append("；".join([item_words(same[0]), *(one.words.strip().rstrip(_ENDS) for one in same[1:])]))
    return f"{'；'.join(clauses)}。"


def numeral(number: int) -> str:
    """一 … 九十九."""
    tens, ones = divmod(number, 10)
    if number <= 10:
        return NUMERALS[number]
    return f"{'' if tens == 1 else NUMERALS[tens]}十{NUMERALS[ones] if ones else ''}"


def masked(words: str, names: Iterable[str]) -> str:
    """The words with people's names taken out: what goes to many stops at the village and the number."""
    for name in sorted({one for one in names if len(one) > 1}, key=len, reverse=True):
        words = words.replace(name, "某某")
    return words


def _joint(words: str) -> str:
    return "，" if _BEGINS_WITH_DAY.match(words.strip()) else "："


def _about(item: Item) -> str:
    return item_words(item) if item.place and item.place != item.unit else item.words.strip().rstrip(_ENDS)


def _sentence(words: str) -> str:
    return f"{words.strip().rstrip(_ENDS)}。"


def _opening(found: Found) -> str:
    first, last = found.first, found.last
    later = f"至{last.month}月{last.day}日" if first.year == last.year else f"至{day_in_full(last)}"
    end = later if first != last else ""
    joint = (
        f"{'、'.join(found.offices)}合并开展督查，工作同部署、结果共用"
        if len(found.offices) > 1
        else f"{found.offices[0]}开展督查"
    )
    where = "、".join(f"{number}{word}" for number, word in found.inspected if number)
    reach = f"，采取“四不两直”等方式，深入{where}" if where else ""
    result = f"，发现问题{len(found.items)}个" if found.items else "，未发现问题"
    again = "，并对前期督查发现的问题进行了“回头看”" if found.looked_back else ""
    return f"{day_in_full(first)}{end}，{joint}{reach}{result}{again}。现将有关情况通报如下："


def _problems(found: Found) -> list[Part]:
    """By class in the order of the classes; within a class a paragraph for each town, then the departments'."""
    if not found.items:
        return [Paragraphs(["本次督查未发现需要通报的问题。"])]
    order = {title: number for number, title in enumerate(found.defects)}
    ranked = sorted(
        found.items, key=lambda one: (order.get(one.defect, 99), not one.town, one.town, one.place, one.unit)
    )
    parts: list[Part] = []
    for number, (title, group) in enumerate(groupby(ranked, key=lambda one: one.defect), start=1):
        items = list(group)
        towns = [town_sentence(list(rows)) for _, rows in groupby(items, key=lambda one: one.town or one.unit)]
        parts += [Heading(f"（{numeral(number)}）{title}（{len(items)}个）", 2), Paragraphs(towns)]
    if conduct := _conduct(found.items):
        parts.append(Paragraphs([conduct]))
    return parts


def _conduct(items: Sequence[Item]) -> str:
    counted: dict[str, int] = {}
    for item in items:
        for title in item.conduct:
            counted[title] = counted.get(title, 0) + 1
    if not counted:
        return ""
    return f"上述问题中，督查组认定存在作风问题的：{'、'.join(f'“{title}”{n}个' for title, n in counted.items())}。"


def _looked_back(rows: Sequence[LookedBack]) -> list[Part]:
    counts = {code: sum(row.result == code for row in rows) for code in RESULTS}
    told = "、".join(f"{RESULTS[code]}{number}个" for code, number in counts.items() if number)
    texts = [f"对前期已销号的{len(rows)}个问题进行了复查，其中{told}。"]
    for code in (CAME_BACK, NOT_CORRECTED):
        named = [
            f"{row.where}：{row.matter.strip().rstrip(_ENDS)}{f'（已下达{row.raised}）' if row.raised else ''}"
            for row in rows
            if row.result == code
        ]
        if named:
            texts.append(f"{RESULTS[code]}的问题：{'；'.join(named)}。")
    return [Paragraphs(texts)]


def _requirements(found: Found) -> list[Part]:
    texts = []
    if total := sum(found.sheets.values()):
        colours = "、".join(f"{name}{number}份" for name, number in found.sheets.items() if number)
        days = sorted({item.due for item in found.items if item.due})
        due = f"，最早的应于{day_in_full(days[0])}前、最迟的应于{day_in_full(days[-1])}前整改到位" if days else ""
        texts.append(f"针对上述问题，共下达督办单{total}份：{colours}{due}。")
    return [Paragraphs([*texts, *GENERAL])]
