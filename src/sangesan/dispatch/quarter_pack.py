"""The pack put before the quarterly meeting, as plain sections: a table whose numbers know what they count, and sentences."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from sangesan.dispatch.frozen import Frozen, frozen
from sangesan.dispatch.models import Snapshot
from sangesan.dispatch.month_domain import told as told_words
from sangesan.dispatch.month_domain import value_words
from sangesan.dispatch.quarter_domain import TOPICS, ahead
from sangesan.dispatch.queries import rhythm, snapshot
from sangesan.figures.catalogue import COUNTY, DEPARTMENT, TOWN, VILLAGE, catalogue
from sangesan.figures.counted import Value
from sangesan.figures.measuring import measure
from sangesan.kernel.period import Month, Quarter
from sangesan.policy.risks import RISK_TYPES
from sangesan.regions.queries import tree

Row = dict[str, Any]
Section = dict[str, Any]
CLUES, OPEN = "clues_of_risk_", "open_of_risk_"
OF_DEPARTMENTS = (
    "pushed_on_time",
    "alerts_pushed",
    "alerts_valid",
    "alerts_answered",
    "requests_unmet",
    "sheets_overdue",
)
OF_REQUESTS = ("requests_new", "requests_unanswered", "requests_unmet")
OF_HELP = ("open", "without_measures_late", "without_measures_missing", "measures_landed")
OF_SUPERVISION = (
    "findings_new", "sheets_issued_blue", "sheets_issued_yellow", "sheets_issued_red", "sheets_closed", "sheets_overdue",
    "look_backs_done",
)  # fmt: skip
Progress = Callable[[int, int, str], None]


def sections(row: Snapshot, progress: Progress) -> list[Section]:
    """All sections but the former decisions, from a closed quarter."""
    quarter = Quarter.parse(row.period)
    held = frozen(row, levels=(COUNTY, TOWN, DEPARTMENT, VILLAGE))
    county = next(one.key for one in held.rows.values() if one.level == COUNTY)
    progress(1, 5, "风险变化")
    made = [_trends(quarter, county)]
    progress(3, 5, "部门、请求、措施")
    made += [
        _units(held, "departments", DEPARTMENT, OF_DEPARTMENTS, county=""),
        _units(held, "requests", TOWN, OF_REQUESTS, county=county),
        _units(held, "help", TOWN, OF_HELP, county=county),
        _relocation(held),
        _units(held, "supervision", TOWN, OF_SUPERVISION, county=county),
        _season(quarter),
    ]
    progress(5, 5, "")
    return made


def _section(code: str, words: Sequence[str], headings: Sequence[str] = (), rows: Sequence[Row] = ()) -> Section:
    return {"code": code, "title": TOPICS[code], "words": list(words), "headings": list(headings), "rows": list(rows)}


def cell(value: Value, key: str, period: str) -> Row:
    """A number with what opens the list behind it."""
    return {"text": value_words(value), "figure": value.figure.code, "key": key, "period": period}


def _trends(quarter: Quarter, county: str) -> Section:
    """New clues by risk in each month of the quarter, and the households whose risk is open at its end."""
    columns = [(str(month), dict(_by_risk(month, county))) for month in quarter.months()]
    rows: list[Row] = []
    for risk, title in RISK_TYPES.items():
        values = [(period, found[CLUES + risk]) for period, found in columns]
        last_period, last = columns[-1][0], columns[-1][1][OPEN + risk]
        if any(value.numerator for _, value in values) or last.numerator:
            cells = [cell(value, county, period) for period, value in values] + [cell(last, county, last_period)]
            rows.append({"name": title, "cells": cells, "change": values[-1][1].numerator - values[0][1].numerator})
    rows.sort(key=lambda row: (-row["change"], row["name"]))
    rising = [
        f"{row['name']}（{row['cells'][0]['text']}→{row['cells'][-2]['text']}）" for row in rows if row["change"] > 0
    ]
    falling = [
        f"{row['name']}（{row['cells'][0]['text']}→{row['cells'][-2]['text']}）" for row in rows if row["change"] < 0
    ]
    words = []
    if rising:
        words.append(f"新增线索上升的：{'、'.join(rising)}。")
    if falling:
        words.append(f"新增线索下降的：{'、'.join(falling)}。")
    headings = ["风险类型", *(f"{month.month}月新增线索" for month in quarter.months()), "季末风险未消除"]
    return _section("trends", words or ["各类风险没有明显变化。"], headings, rows)


def _by_risk(month: Month, county: str) -> Iterator[tuple[str, Value]]:
    """The county's figures by risk of a month: frozen where it is closed, else as known on its own closing day."""
    codes = [code for code in catalogue() if code.startswith((CLUES, OPEN))]
    row = snapshot(month)
    if row is not None and set(codes) <= set(row.figures):
        held = frozen(row, levels=(COUNTY,))
        yield from ((code, held.best(code, county)) for code in codes)
        return
    measured = measure(month, as_of=rhythm().as_of(month), codes=codes)
    yield from ((code, measured.value(code, county)) for code in codes)


def _units(held: Frozen, topic: str, level: str, codes: Sequence[str], *, county: str) -> Section:
    """Units of a level that have any of the figures, and the county's own row where it has one."""
    known = [code for code in codes if code in held.snapshot.figures and code in catalogue()]
    period = held.snapshot.period
    rows = []
    for row in held.of_level(level):
        values = [held.best(code, row.key) for code in known]
        if any(value.numerator or value.parts.of for value in values):
            rows.append({"name": row.name, "cells": [cell(value, row.key, period) for value in values]})
    words = []
    if county:
        values = [held.best(code, county) for code in known]
        rows.append({"name": "全县", "cells": [cell(value, county, period) for value in values]})
        words.append("，".join(told_words(value) for value in values if value.number is not None) + "。")
    return _section(topic, words, ["单位", *(catalogue()[code].title for code in known)], rows)


def _relocation(held: Frozen) -> Section:
    """Communities in which relocated households live whose risk is open."""
    levels = tree().levels
    rows: list[Row] = []
    for row in held.of_level(VILLAGE):
        value = held.best("relocated_open", row.key)
        if value.numerator and levels.get(row.key) == "community":
            rows.append({"name": tree().full_name(row.key), "cells": [
                cell(value, row.key, held.snapshot.period),
                cell(held.best("without_measures_late", row.key), row.key, held.snapshot.period),
                cell(held.best("clues_overdue", row.key), row.key, held.snapshot.period),
            ], "order": value.numerator})  # fmt: skip
    rows.sort(key=lambda row: (-row["order"], row["name"]))
    words = [] if rows else ["搬迁社区没有风险未消除的搬迁户。"]
    return _section("relocation", words, ["社区", "搬迁户风险未消除", "没有措施", "超期线索"], rows)


def _season(quarter: Quarter) -> Section:
    """What lies ahead by the season's data."""
    following = quarter.plus(1)
    words = [f"{one.title}：{'；'.join(one.points)}。" for one in ahead(quarter)]
    first = f"{following.year}年第{following.quarter}季度没有列出的季节重点。"
    return _section("season", words or [first])


def text_rows(section: Mapping[str, Any]) -> list[list[str]]:
    """A section's table as texts."""
    return [[row["name"], *(one["text"] for one in row["cells"])] for row in section["rows"]]
