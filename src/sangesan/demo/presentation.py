"""From typed columns to what stands in the cells of a department's file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import yaml

from sangesan.demo.chance import generator
from sangesan.demo.damage import damaged_identities, damaged_names, load_look_alikes
from sangesan.demo.facts_of_county import DATA
from sangesan.demo.population import County
from sangesan.demo.records import Column, Records

FEN, WAN = 2, 6
WAN_VALUE_FROM_FEN = 1_000_000
VILLAGE_HEADINGS = frozenset({"村", "安置社区", "户籍村"})


@dataclass(frozen=True)
class Cells:
    """One column of a file. values: a string array, or Python objects where `native` (dates, numbers)."""

    heading: str
    values: Any
    native: bool = False
    width: int = 14


@dataclass(frozen=True)
class Style:
    """How one file looks; words as in delivery.yaml."""

    dates: str
    money: str
    encoding: str
    id_heading: str
    name_heading: str
    extras: tuple[str, ...]
    villages: str


@dataclass(frozen=True)
class Delivery:
    """delivery.yaml, and what is made of it once for all files."""

    raw: Mapping[str, Any]
    look_alikes: Mapping[str, str]
    names: pa.Array
    identities: pa.Array

    @classmethod
    def of(cls, county: County) -> Delivery:
        """For this county's people."""
        raw = yaml.safe_load((DATA / "delivery.yaml").read_text(encoding="utf-8"))
        return cls(raw, load_look_alikes(), pa.array(county.people.name), pa.array(county.people.identity))

    def style(self, department: str, records: Records, *, plain_text: bool) -> Style:
        """The style of one file; plain_text: a CSV, which has no date cells and no 万元."""
        look = self.raw["departments"][department]
        own = self.raw["feeds"].get(records.feed, {})
        turn = records.month.year * 12 + records.month.month
        dates = look["dates"][turn % len(look["dates"])]
        money = look["money"][turn // 2 % len(look["money"])]
        if plain_text:
            dates = "dashes" if dates == "cells" else dates
            money = "thousands" if money == "thousands" else "plain"
        return Style(
            dates=dates,
            money=money,
            encoding=look["encoding"][turn % len(look["encoding"])],
            id_heading=look["id"],
            name_heading=look.get("name", "姓名"),
            extras=tuple(own.get("extras", look["extras"])),
            villages=look["villages"],
        )

    def cells(self, county: County, records: Records, style: Style, *, native: bool) -> list[Cells]:
        """The columns of the file, damage included. native: date and number cells where the style allows."""
        rng = generator(county.seed, "damage", records.feed, str(records.month))
        columns = self._persons(county, records, style, rng)
        for heading, column in records.columns.items():
            columns.append(_presented(county, heading, column, style, native=native))
        for bad in self.raw["refused"]:
            if bad["feed"] == records.feed and bad["month"] == str(records.month):
                columns = [_spoilt(c, bad) for c in columns]
        return columns

    def _persons(
        self, county: County, records: Records, style: Style, rng: np.random.Generator
    ) -> list[Cells]:
        if records.person is None:
            return []
        people, who = county.people, pa.array(records.person)
        rates = self.raw["damage"]
        year = people.birth[records.person].astype("datetime64[Y]").astype(np.int64) + 1970
        columns = [
            Cells(style.name_heading, damaged_names(rng, self.names.take(who), self.look_alikes, rates), width=10),
            Cells(style.id_heading, damaged_identities(rng, self.identities.take(who), year, rates), width=21),
        ]
        for extra in style.extras:
            if extra == "联系电话":
                columns.append(Cells(extra, pa.array(people.phone[records.person])))
            elif extra == "出生日期":
                born = Column("date", people.birth[records.person])
                columns.append(Cells(extra, _dates(born, "dashes" if style.dates == "cells" else style.dates)))
            elif extra == "村":
                village = county.households.village[people.household[records.person]]
                columns.append(Cells(extra, _villages(county, style.villages).take(pa.array(village)), width=18))
        return columns


def decimal_text(values: np.ndarray, places: int) -> pa.Array:
    """Whole numbers of 1/10**places as decimal texts, exact; negative ones empty."""
    halves = np.empty((values.size, 2), dtype=np.int64)
    halves[:, 0] = values
    halves[:, 1] = values >> 63
    exact = pa.Array.from_buffers(pa.decimal128(18, places), values.size, [None, pa.py_buffer(halves)])
    text = exact.cast(pa.string())
    return pc.if_else(pa.array(values < 0), pa.scalar(None, pa.string()), text)


def _presented(county: County, heading: str, column: Column, style: Style, *, native: bool) -> Cells:
    if column.kind == "date":
        if style.dates == "cells" and native:
            return Cells(heading, column.values.astype(object).tolist(), native=True)
        return Cells(heading, _dates(column, style.dates))
    if column.kind == "money":
        return _money(heading, column, style, native=native)
    if column.kind == "int":
        return Cells(heading, column.values.tolist() if native else pa.array(column.values).cast(pa.string()), native)
    if column.kind == "decimal":
        return Cells(heading, decimal_text(column.values, 2))
    if column.kind == "bool":
        return Cells(heading, pa.array(["否", "是"]).take(pa.array(column.values.astype(np.int8))))
    if heading in VILLAGE_HEADINGS and column.words is not None and style.villages == "code":
        return Cells(heading, pa.array(county.places.codes).take(pa.array(column.values)), width=18)
    if column.words is not None:
        return Cells(heading, pa.array(column.words).take(pa.array(column.values)))
    return Cells(heading, pa.array(column.values))


def _dates(column: Column, style: str) -> pa.Array:
    """Days in one of the written styles; NaT empty."""
    unique, inverse = np.unique(column.values, return_inverse=True)
    words = [_day(day, style) for day in unique.astype(object).tolist()]
    return pa.array(words, pa.string()).take(pa.array(inverse))


def _day(day: date | None, style: str) -> str | None:
    if day is None:
        return None
    if style == "slashes":
        return f"{day.year}/{day.month}/{day.day}"
    if style == "dots":
        return f"{day.year}.{day.month}.{day.day}"
    if style == "digits":
        return f"{day:%Y%m%d}"
    if style == "words":
        return f"{day.year}年{day.month}月{day.day}日"
    return day.isoformat()


def _money(heading: str, column: Column, style: Style, *, native: bool) -> Cells:
    if style.money == "wan_heading":
        text = pc.utf8_rtrim(pc.utf8_rtrim(decimal_text(column.values, WAN), "0"), ".")
        return Cells(f"{heading}（万元）", text)
    if style.money == "wan_value":
        fen = column.values
        short = pc.utf8_rtrim(pc.utf8_rtrim(decimal_text(fen, WAN), "0"), ".")
        large = pa.array((fen >= WAN_VALUE_FROM_FEN) & (fen % 1000 == 0))
        return Cells(heading, pc.if_else(large, pc.binary_join_element_wise(short, "万元", ""), decimal_text(fen, FEN)))
    if style.money == "thousands":
        words = [None if fen < 0 else f"{fen // 100:,}.{fen % 100:02d}" for fen in column.values.tolist()]
        return Cells(heading, pa.array(words, pa.string()))
    if style.money == "sign":
        return Cells(heading, pc.binary_join_element_wise("￥", decimal_text(column.values, FEN), ""))
    if native:
        return Cells(heading, [None if fen < 0 else fen / 100 for fen in column.values.tolist()], native=True)
    return Cells(heading, decimal_text(column.values, FEN))


def _villages(county: County, style: str) -> pa.Array:
    """The village column's words for each place."""
    places = county.places
    if style == "code":
        return pa.array(places.codes)
    if style == "short":
        return pa.array(places.names)
    if style == "county":
        return pa.array(np.char.add(county.facts.name, places.full_names))
    return pa.array(places.full_names)


def _spoilt(cells: Cells, bad: Mapping[str, Any]) -> Cells:
    """The column with a few cells overwritten by values that nobody can read."""
    if not cells.heading.startswith(bad["column"]):
        return cells
    values = list(cells.values) if cells.native else cells.values.to_pylist()
    step = max(1, len(values) // (len(bad["values"]) + 1))
    for n, value in enumerate(bad["values"]):
        values[min((n + 1) * step, len(values) - 1)] = value
    return replace(cells, values=values if cells.native else pa.array(values, pa.string()))
