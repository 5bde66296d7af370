"""Regimes: the terms, categories and deadlines under which a case begins and stays, as dated data with sources."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from sangesan.kernel.refusal import Refusal
from sangesan.policy.calendars import DAY_TYPES, DayType
from sangesan.policy.reading import mapping, no_others, read_yaml, required

SHIPPED = Path(__file__).parent / "data" / "regimes"
LIMITS = (
    "whole", "checking", "study", "appraisal", "notice", "town_review", "county_decision", "announcement", "entry",
    "first_measures", "green_channel_papers",
)  # fmt: skip
KEYS = {
    "code", "title", "valid_from", "valid_to", "source", "terms", "categories", "day_type", "day_type_source", "limits",
    "notice_days", "checkers", "quorum_percent", "elimination", "decides",
}  # fmt: skip


@dataclass(frozen=True)
class Category:
    """A category of the regime. formerly_poor None: either; over_line: income per head above the monitoring line."""

    code: str
    title: str
    formerly_poor: bool | None
    over_line: bool

    def fits(self, *, formerly_poor: bool, over_line: bool) -> bool:
        """Whether a household's data suggest it; a person confirms."""
        return self.over_line == over_line and self.formerly_poor in {None, formerly_poor}


@dataclass(frozen=True)
class Figure:
    """A number with its source, `default` where no text names one."""

    value: int
    source: str


@dataclass(frozen=True)
class Elimination:
    """What must hold before risk may be marked eliminated, besides income, the four tests and the risks themselves."""

    months_observed: int
    measures: int
    without_labour: bool
    source: str


@dataclass(frozen=True)
class Regime:
    """One regime. limits: days by step, in days of `day_type`; terms: official words by key.

    decides: which line decides on a relocated household, "origin" or "residence".
    """

    code: str
    title: str
    valid_from: date
    valid_to: date | None
    source: str
    terms: Mapping[str, str]
    categories: tuple[Category, ...]
    day_type: DayType
    limits: Mapping[str, Figure]
    notice_days: Figure
    checkers: Figure
    quorum_percent: Figure
    elimination: Elimination
    decides: str

    def holds_on(self, on: date) -> bool:
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)

    def category_for(self, *, formerly_poor: bool, income_fen: int | None, line_fen: int | None) -> Category | None:
        """The category that data suggest; None where income or line is unknown: then it is asked for."""
        if income_fen is None or line_fen is None:
            return None
        over = income_fen > line_fen
        return next((c for c in self.categories if c.fits(formerly_poor=formerly_poor, over_line=over)), None)


@lru_cache(maxsize=2)
def load_regimes(directory: Path = SHIPPED) -> Mapping[str, Regime]:
    """The regimes by code. Raises Refusal for a broken file, and where two hold on one day."""
    regimes: dict[str, Regime] = {}
    for path in sorted(directory.glob("*.yaml")):
        regime = _regime(mapping(read_yaml(path), path.name), path.name)
        for other in regimes.values():
            if other.holds_on(regime.valid_from) or regime.holds_on(other.valid_from):
                raise Refusal(
                    f"与“{other.title}”的日期重叠", place=path.name, remedy="一天只能有一种办法，请改正起止日期"
                )
        regimes[regime.code] = regime
    return regimes


def regime_on(on: date, directory: Path = SHIPPED) -> Regime:
    """The regime under which a case that begins on a day begins; raises Refusal where there is none."""
    for regime in load_regimes(directory).values():
        if regime.holds_on(on):
            return regime
    raise Refusal(f"{on} 没有适用的监测帮扶办法", place="政策数据 regimes", remedy="请补上这一天适用的办法及其出处")


def _regime(data: dict[str, Any], place: str) -> Regime:
    no_others(data, KEYS, place)
    day_type = required(data, "day_type", place)
    if day_type not in DAY_TYPES:
        raise Refusal(f"日期种类“{day_type}”不认识", place=place, remedy=f"可用：{'、'.join(DAY_TYPES)}")
    required(data, "day_type_source", place)
    limits = mapping(required(data, "limits", place), f"{place} limits")
    no_others(limits, set(LIMITS), f"{place} limits")
    eliminated = mapping(required(data, "elimination", place), f"{place} elimination")
    for key in ("months_observed", "measures", "without_labour", "source"):
        required(eliminated, key, f"{place} elimination")
    return Regime(
        code=str(required(data, "code", place)),
        title=required(data, "title", place),
        valid_from=required(data, "valid_from", place),
        valid_to=data.get("valid_to"),
        source=required(data, "source", place),
        terms=mapping(required(data, "terms", place), f"{place} terms"),
        categories=tuple(Category(**entry) for entry in required(data, "categories", place)),
        day_type=day_type,
        limits={key: _figure(limits, key, f"{place} limits") for key in LIMITS},
        notice_days=_figure(data, "notice_days", place),
        checkers=_figure(data, "checkers", place),
        quorum_percent=_figure(data, "quorum_percent", place),
        elimination=Elimination(**eliminated),
        decides=_decides(data, place),
    )


def _decides(data: dict[str, Any], place: str) -> str:
    """Which line decides on a relocated household: origin (registration) or residence."""
    entry = mapping(required(data, "decides", place), f"{place} decides")
    no_others(entry, {"line", "source"}, f"{place} decides")
    required(entry, "source", f"{place} decides")
    line = str(required(entry, "line", f"{place} decides"))
    if line not in {"origin", "residence"}:
        raise Refusal(f"“{line}”不认识", place=f"{place} decides", remedy="可用：origin（户籍村）、residence（居住社区）")
    return line


def _figure(data: dict[str, Any], key: str, place: str) -> Figure:
    entry = mapping(required(data, key, place), f"{place} {key}")
    no_others(entry, {"days", "count", "source"}, f"{place} {key}")
    value = entry.get("days", entry.get("count"))
    if type(value) is not int or value < 0:
        raise Refusal("应是不小于0的整数", place=f"{place} {key}", remedy="请写成 {days: 5, source: ...}")
    return Figure(value, str(required(entry, "source", f"{place} {key}")))
