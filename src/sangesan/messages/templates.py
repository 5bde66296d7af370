"""Templates as data: the only words that go out, and the only kinds of fields in them. Plain Python.

A field is a count, a day, a place by its code, or an alert's colour; each value is checked when a message is made, so that
a household's or person's name, an identity number or a phone has no way in.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from string import Formatter
from types import MappingProxyType
from typing import Any

from sangesan.documents.numbers_in_text import numbers_in
from sangesan.kernel.refusal import Refusal
from sangesan.policy.reading import mapping, no_others, read_yaml, required

FILE = Path(__file__).with_name("templates.yaml")
COLOURS: Mapping[str, str] = MappingProxyType({"red": "红色", "orange": "橙色", "yellow": "黄色", "blue": "蓝色"})
FLAGS = ("urgent", "passes_quiet", "inside_only")
MOST_COUNTED = 9_999_999
_DIVISION = re.compile(r"[0-9]{6}|[0-9]{12}")
_FIELD = re.compile(r"[a-z]{2,12}")
_LINK = re.compile(r"/(?:[a-z0-9_-]{1,40}/)*(?:\?[a-z_]{1,20}=[a-z0-9_-]{0,40}(?:&[a-z_]{1,20}=[a-z0-9_-]{0,40})*)?")

Value = int | str
PlaceName = Callable[[str], str]


def _count(value: Any) -> int:
    if type(value) is not int or not 0 <= value <= MOST_COUNTED:
        raise ValueError
    return value


def _day(value: Any) -> str:
    return value.isoformat() if type(value) is date else date.fromisoformat(value).isoformat()


def _place(value: Any) -> str:
    if not isinstance(value, str) or not _DIVISION.fullmatch(value):
        raise ValueError
    return value


def _colour(value: Any) -> str:
    if value not in COLOURS:
        raise ValueError
    return str(value)


# kind -> what is kept of a value; ValueError or TypeError for what is none
KINDS: Mapping[str, Callable[[Any], Value]] = MappingProxyType(
    {"count": _count, "day": _day, "place": _place, "colour": _colour}
)


@dataclass(frozen=True)
class Template:
    """fields: kind by name; least: counts of which the least stands where messages are made one, others add up.
    inside_only: never leaves the system.
    """

    code: str
    title: str
    text: str
    fields: Mapping[str, str]
    least: frozenset[str]
    urgent: bool
    passes_quiet: bool
    inside_only: bool


@dataclass(frozen=True)
class Line:
    """One sentence of a message: a template's code, its fields' values as kept, and an address within the system."""

    template: str
    fields: Mapping[str, Value]
    link: str = ""

    def to_dict(self) -> dict[str, Any]:
        return {"template": self.template, "fields": dict(self.fields), "link": self.link}

    @classmethod
    def from_dict(cls, kept: Mapping[str, Any]) -> "Line":
        """A line as a message keeps it."""
        return cls(kept["template"], kept["fields"], kept["link"])


def read_templates(path: Path) -> Mapping[str, Template]:
    """The templates of a file by code; raises Refusal that names template and field for anything not allowed."""
    made = {}
    for code, entry in mapping(read_yaml(path), path.name).items():
        made[code] = _template(code, mapping(entry, f"{path.name} {code}"), f"{path.name} {code}")
    return MappingProxyType(made)


@lru_cache(maxsize=1)
def templates() -> Mapping[str, Template]:
    """The shipped templates."""
    return read_templates(FILE)


def _template(code: str, entry: dict[str, Any], place: str) -> Template:
    no_others(entry, {"title", "text", "fields", "least", *FLAGS}, place)
    text, fields = str(required(entry, "text", place)), mapping(entry.get("fields", {}), f"{place} fields")
    for name, kind in fields.items():
        if kind not in KINDS:
            raise Refusal(
                f"字段“{name}”的种类“{kind}”不允许",
                place=place,
                remedy=f"只能是：{'、'.join(KINDS)}；姓名和号码不能进通知",
            )
        if not _FIELD.fullmatch(name):
            raise Refusal(f"字段名“{name}”不合规", place=place, remedy="请用两个以上小写字母")
    _same_fields(text, set(fields), place)
    if any(True for _ in numbers_in(text)):
        raise Refusal("文字里有像号码的数字", place=place, remedy="请删去；通知里不能有证件号码、电话和账号")
    flags = {flag: entry.get(flag, False) for flag in FLAGS}
    if any(type(value) is not bool for value in flags.values()):
        raise Refusal("urgent、passes_quiet、inside_only 只能写 true 或 false", place=place, remedy="请改正")
    if flags["passes_quiet"] and not flags["urgent"]:
        raise Refusal("不急的通知不能在免打扰时段发", place=place, remedy="请写 urgent: true，或去掉 passes_quiet")
    least = frozenset(entry.get("least", ()))
    if any(fields.get(name) != "count" for name in least):
        raise Refusal("least 里只能写种类是 count 的字段", place=place, remedy="请改正")
    return Template(code, str(required(entry, "title", place)), text, MappingProxyType(dict(fields)), least, **flags)


def _same_fields(text: str, declared: set[str], place: str) -> None:
    """The text's {fields} are those declared, written plainly: no attributes, indexes or formats."""
    try:
        parts = list(Formatter().parse(text))
    except ValueError:
        raise Refusal("文字里的花括号不成对", place=place, remedy="请检查 text") from None
    used = {name for _, name, _, _ in parts if name is not None}
    plain = all(not spec and not conversion for _, name, spec, conversion in parts if name is not None)
    if used != declared or not plain:
        raise Refusal(
            "文字里的字段与 fields 不一致", place=place, remedy="每个 {字段} 都要在 fields 中写明种类，反之亦然"
        )


def line_of(template: str, fields: Mapping[str, Any], link: str = "") -> Line:
    """A checked line; raises Refusal for an unknown template, a field too many or too few, or a value not of its kind.

    The refusal never repeats the value: it may be the very thing that must not get out.
    """
    known = templates().get(template)
    if known is None:
        raise Refusal(f"没有名为“{template}”的通知模板", remedy=f"可用：{'、'.join(templates())}")
    if set(fields) != set(known.fields):
        raise Refusal(
            "字段与模板不一致", place=f"通知模板 {template}", remedy=f"应为：{'、'.join(known.fields) or '无'}"
        )
    if link and not _LINK.fullmatch(link):
        raise Refusal(
            "链接只能是系统内的地址", place=f"通知模板 {template}", remedy="请写成 /clues/?due=week 这样的地址"
        )
    kept: dict[str, Value] = {}
    for name, kind in known.fields.items():
        try:
            kept[name] = KINDS[kind](fields[name])
        except (ValueError, TypeError):
            raise Refusal(f"字段“{name}”的值不是 {kind}", place=f"通知模板 {template}", remedy="请核对调用处") from None
    return Line(template, kept, link)


def chinese_day(day: date) -> str:
    """9月16日."""
    return f"{day.month}月{day.day}日"


def chinese_day_seen_from(today: date) -> Callable[[date], str]:
    """9月16日; with the year where it is another than today's: 2021年9月16日."""
    return lambda day: chinese_day(day) if day.year == today.year else f"{day.year}年{chinese_day(day)}"


def sentence(
    line: Line,
    place_name: PlaceName,
    *,
    text: str = "",
    in_words: Callable[[date], str] = chinese_day,
    translated: Callable[[str], str] = str,
) -> str:
    """The line in words. text: the template's in another language, in_words and translated: how that one says a day and
    a colour; Chinese by default.
    """
    template = templates()[line.template]
    shown = {}
    for name, kind in template.fields.items():
        value = str(line.fields[name])
        if kind == "day":
            shown[name] = in_words(date.fromisoformat(value))
        elif kind == "place":
            shown[name] = place_name(value)
        else:
            shown[name] = translated(COLOURS[value]) if kind == "colour" else value
    return (text or template.text).format(**shown)
