"""Which fields of the register a visitor may change at the door, and how a change meets what others changed meanwhile.

Plain Python. Sections are versioned rows that are never edited, so what a field was in the version the worker had in
sight, and whether anybody touched it since, can always be read from the rows themselves.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from types import MappingProxyType

from sangesan.kernel.refusal import Refusal
from sangesan.registry.domain import EDUCATION, HEALTH, HOUSE_GRADES, LABOUR, MULTIPLE, SCHOOLING

Value = str | int | bool | None
Version = tuple[int, Mapping[str, "Value"]]
LIVING, PERSON = "living", "person"
MOBILE_DIGITS = 11


@dataclass(frozen=True)
class Field:
    """A field: kind is yesno, choice, several, text, number or phone; most: characters, or the largest number."""

    section: str
    name: str
    title: str
    kind: str
    choices: tuple[str, ...] = ()
    most: int = 0
    unit: str = ""

    @property
    def code(self) -> str:
        """As forms name it: living.safe_water, person.work_place."""
        return f"{self.section}.{self.name}"


_ALL = (
    Field(LIVING, "house_grade", "住房等级", "choice", tuple(HOUSE_GRADES)),
    Field(LIVING, "safe_water", "饮水安全", "yesno"),
    Field(LIVING, "road", "入户路", "text", most=20),
    Field(LIVING, "fuel", "燃料", "text", most=20),
    Field(LIVING, "toilet", "卫生厕所", "yesno"),
    Field(PERSON, "work_place", "务工地点", "text", most=60),
    Field(PERSON, "work_months", "今年务工月数", "number", most=12, unit="个月"),
    Field(PERSON, "labour", "劳动能力", "choice", tuple(LABOUR)),
    Field(PERSON, "health", "健康状况", "several", tuple(HEALTH)),
    Field(PERSON, "schooling", "在校生状况", "choice", tuple(SCHOOLING)),
    Field(PERSON, "education", "文化程度", "choice", tuple(EDUCATION)),
    Field(PERSON, "medical_insurance", "医疗保险", "text", most=12),
    Field(PERSON, "phone", "联系电话", "phone", most=MOBILE_DIGITS),
)
FIELDS: Mapping[str, Field] = MappingProxyType({one.code: one for one in _ALL})


@dataclass(frozen=True)
class Target:
    """One field of one section of a household: living, or a person's ("person:12")."""

    section: str
    field: Field

    @property
    def code(self) -> str:
        return f"{self.section}.{self.field.name}"


def target(code: str) -> Target:
    """The target of "living.safe_water" or "person:12.work_place"; raises Refusal for an unknown one."""
    section, _, name = code.partition(".")
    kind, _, number = section.partition(":")
    found = FIELDS.get(f"{kind}.{name}")
    if found is None or (kind == PERSON) != number.isdecimal() or (kind == LIVING and number):
        raise Refusal(f"没有“{code[:40]}”这一项", place="变化", remedy="请更新应用后重填")
    return Target(section, found)


def checked(one: Field, value: object) -> Value:
    """The value when the field may hold it (None or "" empties it); raises Refusal naming the field and the remedy."""
    if value in (None, ""):
        return "" if one.kind in {"choice", "several", "text", "phone"} else None
    if one.kind == "yesno":
        return _yes_no(one, value)
    if one.kind == "number":
        return _number(one, value)
    if not isinstance(value, str):
        raise _wrong(one, "不是文字", "请重新填写")
    text = value.strip()
    if one.kind == "choice" and text not in one.choices:
        raise _wrong(one, f"没有“{text[:20]}”这个选项", f"可选：{'、'.join(one.choices)}")
    if one.kind == "several" and not set(text.split(MULTIPLE)) <= set(one.choices):
        raise _wrong(one, f"“{text[:20]}”认不出", f"可选：{'、'.join(one.choices)}")
    if one.kind == "phone" and not (len(text) == MOBILE_DIGITS and text.isascii() and text.isdecimal()):
        raise _wrong(one, "电话不是11位数字", "请核对后重填")
    if one.most and len(text) > one.most:
        raise _wrong(one, f"超过{one.most}个字", "请写短一些")
    return text


def _yes_no(one: Field, value: object) -> bool:
    if not isinstance(value, bool):
        raise _wrong(one, "要填“是”或“否”", "请重选")
    return value


def _number(one: Field, value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= one.most:
        raise _wrong(one, f"应是 0 到 {one.most} 的整数", "请改正")
    return value


def _wrong(one: Field, what: str, remedy: str) -> Refusal:
    return Refusal(f"{one.title}{what}", place=one.title, remedy=remedy)


@dataclass(frozen=True)
class Merge:
    """taken: to be written; same: the register has it already; conflicts: field -> (value seen, value now)."""

    taken: dict[str, Value] = field(default_factory=dict)
    same: tuple[str, ...] = ()
    conflicts: dict[str, tuple[Value, Value]] = field(default_factory=dict)


def alike(one: Value, other: Value) -> bool:
    """Whether two values say the same: empty is empty, however it is written; True is not 1."""
    if one in (None, "") or other in (None, ""):
        return one in (None, "") and other in (None, "")
    return type(one) is type(other) and one == other


def merge(
    *, seen: int, versions: Sequence[Version], changes: Mapping[str, Value], own: Collection[int] = ()
) -> Merge:
    """Three-way merge of one section, field by field.

    versions: (row_version, values) in order, the last is what holds; seen: the version the worker had in sight; own:
    versions that the same worker made meanwhile and knew of. A field that anybody else changed since, even one that came
    back, was somebody's decision and is never overwritten.
    """
    had: Sequence[Version] = [(0, {}), *versions] if seen == 0 else versions  # version 0: the section was not there
    now: Mapping[str, Value] = versions[-1][1] if versions else {}
    # a version this register never had (restored from a backup): nothing says what the worker saw
    known = not versions or any(version == seen for version, _values in had)
    made = Merge()
    same = []
    for name, mine in changes.items():
        theirs = now.get(name)
        if alike(mine, theirs):
            same.append(name)
        elif known and not _changed_by_others(name, had, seen, own):
            made.taken[name] = mine
        else:
            made.conflicts[name] = (_seen_value(name, had, seen, own) if known else None, theirs)
    return Merge(made.taken, tuple(same), made.conflicts)


def _changed_by_others(name: str, had: Sequence[Version], seen: int, own: Collection[int]) -> bool:
    return any(
        version > seen and version not in own and not alike(before.get(name), after.get(name))
        for (_older, before), (version, after) in pairwise(had)
    )


def _seen_value(name: str, had: Sequence[Version], seen: int, own: Collection[int]) -> Value:
    """What the worker last knew: of the version in sight, or of an own one after it."""
    known = [values for version, values in had if version == seen or (version > seen and version in own)]
    return known[-1].get(name) if known else None
