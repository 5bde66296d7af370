"""A score sheet's numbers as a form: points, bounds, points a record. What an indicator counts is changed in the text."""

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from sangesan.assessment.explaining import name_words
from sangesan.kernel.refusal import Refusal

LONGEST = 6
BOUNDS = {"points": "分值", "from": "多少以下不得分（%）", "to": "多少以上满分（%）", "least": "不足多少不评"}


@dataclass(frozen=True)
class Number:
    """One number of the form. name: of the field; value: as it stands or was typed."""

    name: str
    title: str
    value: str


@dataclass(frozen=True)
class Row:
    """The numbers of one indicator, or one line of bonus or penalty."""

    title: str
    numbers: tuple[Number, ...]


def number_rows(content: Mapping[str, Any], given: Mapping[str, str]) -> list[Row]:
    """The sheet's numbers by line, as typed where something was."""
    rows = []
    for title, name, entry in _lines(content):
        numbers = [_number(f"{name}.{key}", words, entry[key], given) for key, words in BOUNDS.items() if key in entry]
        if "most" in entry:
            numbers.append(_number(f"{name}.most", "至多", entry["most"], given))
        for counted, points in (entry.get("deduct") or entry.get("each") or {}).items():
            numbers.append(_number(f"{name}.each.{counted}", f"{name_words(counted)}每例", points, given))
        rows.append(Row(title, tuple(numbers)))
    return rows


def with_numbers(content: Mapping[str, Any], given: Mapping[str, str]) -> dict[str, Any]:
    """The sheet with the form's numbers; raises Refusal naming the line for what is no number."""
    made = deepcopy(dict(content))
    for title, name, entry in _lines(made):
        for key in (*BOUNDS, "most"):
            if key in entry:
                entry[key] = _read(given, f"{name}.{key}", entry[key], title)
        each = entry.get("deduct") or entry.get("each") or {}
        for counted in each:
            each[counted] = _read(given, f"{name}.each.{counted}", each[counted], title)
    return made


def _lines(content: Mapping[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Title, the field's first part, the mapping, of every line."""
    for one in content["indicators"]:
        yield one["title"], f"indicators.{one['code']}", one
    for extra, word in (("bonus", "加分"), ("penalty", "减分")):
        part = content.get(extra)
        if not part:
            continue
        yield word, extra, part
        for one in part["items"]:
            yield f"{word}：{one['title']}", f"{extra}.{one['code']}", one


def _number(name: str, title: str, value: Any, given: Mapping[str, str]) -> Number:
    return Number(name, title, given.get(name) or f"{value:g}")


def _read(given: Mapping[str, str], name: str, before: Any, title: str) -> Any:
    text = given.get(name, "").strip()
    if not text:
        return before
    if len(text) > LONGEST or not text.replace(".", "", 1).isdecimal():
        raise Refusal(f"“{text[:20]}”不是数", place=title, remedy="请填数字，如 5 或 0.5")
    value = float(text)
    return int(value) if value.is_integer() else value
