"""Dated parameters: each value with its unit, its days and its source.

A value whose source is unknown says `default`; where no value is known for a day there is none, and who needs it waits.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

from sangesan.kernel.money import parse_fen
from sangesan.kernel.refusal import Refusal
from sangesan.policy.reading import mapping, no_others, read_yaml, required

SHIPPED = Path(__file__).parent / "data" / "parameters"
UNITS = {
    "fen": "元",
    "months": "个月",
    "days": "天",
    "hours": "小时",
    "minutes": "分钟",
    "persons": "人",
    "percent": "%",
    "count": "次",
    "text": "",
    "grade": "级",
    "years": "岁",
}
DEFAULT_SOURCE = "default"


@dataclass(frozen=True)
class ParameterValue:
    """One value from `valid_from` to `valid_to` (None: until another takes over). Money is integer fen."""

    code: str
    value: int | str | Decimal
    unit: str
    valid_from: date
    valid_to: date | None
    source: str
    document: str = ""
    demonstration_only: bool = False

    def holds_on(self, on: date) -> bool:
        return self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)

    @property
    def is_default(self) -> bool:
        return self.source == DEFAULT_SOURCE


@dataclass(frozen=True)
class Parameter:
    """What a parameter is, and its values in the order in which they take over (the last that holds wins)."""

    code: str
    title: str
    unit: str
    values: tuple[ParameterValue, ...] = field(default=())


class ParameterBook:
    """All parameters. Immutable: `with_values` gives another book with values laid over this one's."""

    def __init__(self, parameters: Mapping[str, Parameter]) -> None:
        self._parameters = dict(parameters)

    def codes(self) -> list[str]:
        return sorted(self._parameters)

    def parameter(self, code: str) -> Parameter:
        """Raises Refusal for an unknown code."""
        try:
            return self._parameters[code]
        except KeyError:
            raise Refusal(
                f"没有名为“{code}”的参数", place="参数", remedy=f"已有参数：{'、'.join(self.codes())}"
            ) from None

    def __contains__(self, code: str) -> bool:
        return code in self._parameters

    def value(self, code: str, on: date) -> ParameterValue | None:
        """The value that holds on a day; None where none is known. Raises Refusal for an unknown code."""
        holding = [v for v in self.parameter(code).values if v.holds_on(on)]
        return holding[-1] if holding else None

    def number(self, code: str, on: date) -> int:
        """The whole number that holds on a day, in the parameter's unit (money in fen). Raises Refusal where there is none."""
        return int(self._needed(code, on).value)

    def text(self, code: str, on: date) -> str:
        """The words that hold on a day. Raises Refusal where there are none."""
        return str(self._needed(code, on).value)

    def _needed(self, code: str, on: date) -> ParameterValue:
        value = self.value(code, on)
        if value is None:
            title = self.parameter(code).title
            raise Refusal(f"“{title}”在{on}没有值", place=f"参数 {code}", remedy="请县里在“参数”页面补上从这一天起的值")
        return value

    def with_values(self, values: Iterable[ParameterValue]) -> "ParameterBook":
        """A book in which `values` take precedence over what this one holds on the same days."""
        laid = dict(self._parameters)
        for value in values:
            old = self.parameter(value.code)
            if old.unit != value.unit:
                raise Refusal(f"单位应为 {old.unit}", place=f"参数 {value.code}", remedy="请按原单位填写")
            laid[value.code] = Parameter(old.code, old.title, old.unit, (*laid[value.code].values, value))
        return ParameterBook(laid)


def parse_value(text: str, unit: str) -> int | str:
    """A value as people write it: money in yuan (1.2万元 too) becomes fen, counts whole numbers. Raises Refusal."""
    words = text.strip()
    if not words:
        raise Refusal("没有填值", place="值", remedy="请填写新的值")
    if unit == "text":
        return words
    if unit == "fen":
        return parse_fen(words)
    try:
        value = int(words)
    except ValueError:
        raise Refusal(f"“{words}”不是整数", place="值", remedy=f"请填整数（{UNITS[unit]}）") from None
    if value < 0:
        raise Refusal("值不能小于0", place="值", remedy="请改正")
    return value


@lru_cache(maxsize=4)
def load_parameters(directory: Path = SHIPPED) -> ParameterBook:
    """The parameters of all YAML files in a folder; raises Refusal that names file and key."""
    parameters: dict[str, Parameter] = {}
    for path in sorted(directory.glob("*.yaml")):
        for code, entry in mapping(read_yaml(path), path.name).items():
            place = f"{path.name} {code}"
            if code in parameters:
                raise Refusal("这个参数在两个文件里都有", place=place, remedy="请删去一处")
            parameters[code] = _parameter(code, mapping(entry, place), place)
    return ParameterBook(parameters)


def _parameter(code: str, entry: dict[str, Any], place: str) -> Parameter:
    no_others(entry, {"title", "unit", "note", "values"}, place)
    unit = required(entry, "unit", place)
    if unit not in UNITS:
        raise Refusal(f"单位“{unit}”不认识", place=place, remedy=f"可用单位：{'、'.join(UNITS)}")
    values = tuple(_value(code, unit, mapping(v, place), place) for v in entry.get("values") or [])
    return Parameter(code, required(entry, "title", place), unit, values)


def _value(code: str, unit: str, entry: dict[str, Any], place: str) -> ParameterValue:
    no_others(entry, {"from", "to", "value", "source", "document", "demonstration_only"}, place)
    if not entry.get("source"):
        raise Refusal(
            "参数没有出处",
            place=place,
            remedy=f"请写明 source（文件名或文号）；没有出处的写 {DEFAULT_SOURCE}",
        )
    for key in ("from", "to"):
        if entry.get(key) is not None and type(entry[key]) is not date:
            raise Refusal(f"{key} 应是日期", place=place, remedy="请写成 2022-01-01")
    value = required(entry, "value", place)
    if unit != "text" and (type(value) is not int):
        raise Refusal("值应为整数", place=place, remedy="金额以分为单位，百分数写整数")
    return ParameterValue(
        code=code,
        value=value,
        unit=unit,
        valid_from=required(entry, "from", place),
        valid_to=entry.get("to"),
        source=str(entry["source"]),
        document=str(entry.get("document") or ""),
        demonstration_only=bool(entry.get("demonstration_only")),
    )
