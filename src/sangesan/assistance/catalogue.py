"""The catalogue of measures as read from catalogue.yaml: groups with their items, what each answers, on whose word."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

from sangesan.kernel.refusal import Refusal
from sangesan.policy.reading import mapping, no_others, read_yaml, required
from sangesan.policy.risks import RISK_TYPES

SHIPPED = Path(__file__).with_name("catalogue.yaml")
DISASTERS = "02*"

Labour = Literal["needed", "none", "any"]
LABOUR: tuple[Labour, ...] = ("needed", "none", "any")


class NeedKind(StrEnum):
    """What a household may lack."""

    INCOME = "income"
    HOUSING = "housing"
    WATER = "water"
    SCHOOLING = "schooling"
    INSURANCE = "insurance"
    WORK = "work"
    CARE = "care"


@dataclass(frozen=True)
class Item:
    """A sub-item of a group. needs, risks: what alone it answers; both empty: whatever its group does."""

    title: str
    labour: Labour
    needs: frozenset[NeedKind]
    risks: frozenset[str]

    def answers(self, need_or_risk: str) -> bool:
        """Whether the item is for this kind of need or risk code."""
        return need_or_risk in self.needs or need_or_risk in self.risks or not (self.needs or self.risks)


@dataclass(frozen=True)
class Group:
    """One of the official groups. risks, needs: what it answers -> source; department: code of who answers for it."""

    code: str
    title: str
    development: bool
    floor: bool
    labour: Labour
    department: str
    source: str
    risks: Mapping[str, str]
    risks_without_labour: Mapping[str, str]
    needs: Mapping[NeedKind, str]
    items: tuple[Item, ...]

    def item(self, title: str) -> Item:
        """The item of that title; raises Refusal naming those there are."""
        found = next((item for item in self.items if item.title == title), None)
        if found is None:
            raise Refusal(
                f"“{self.title}”里没有“{title}”", place="子项", remedy=f"可选：{'、'.join(i.title for i in self.items)}"
            )
        return found

    def answer_to_risk(self, risk: str, *, can_work: bool | None) -> str:
        """The source by which the group answers a risk; "" where it does not. can_work: somebody in it, None unknown."""
        return self.risks.get(risk) or (self.risks_without_labour.get(risk, "") if can_work is False else "")


@dataclass(frozen=True)
class Reported:
    """How rows of a department's feed show measures by themselves; see the notes in catalogue.yaml."""

    feed: str
    group: str
    item: str
    by_column: str
    by_value: Mapping[str, str]
    word_column: str
    words: Mapping[str, str]
    key: tuple[str, ...]
    what: tuple[str, ...]
    began: str
    ended: str
    amount: str
    times: int
    once: frozenset[str]
    over_at_zero: bool

    @property
    def runs_on(self) -> bool:
        """Whether what it shows goes on until a row says that it ended (the items of `once` apart)."""
        return bool(self.ended) or self.over_at_zero

    def lasts(self, item: str) -> bool:
        """Whether an item goes on until a row says that it ended."""
        return self.runs_on and item not in self.once

    def item_of(self, row: Mapping[str, Any]) -> str:
        """The item that a row shows; "" where the row shows no measure."""
        if self.by_column:
            return self.by_value.get(row[self.by_column], "")
        text = str(row.get(self.word_column) or "")
        return next((item for word, item in self.words.items() if word in text), self.item)


@dataclass(frozen=True)
class Care:
    """Ages, in full years, of who needs care and of who can give it."""

    child_under: int
    old_from: int
    carer_from: int
    carer_to: int
    source: str


@dataclass(frozen=True)
class Catalogue:
    """All of it, groups in the official order. answered_by_any: risks that any group answers."""

    version: str
    source: str
    needs: Mapping[NeedKind, str]
    care: Care
    groups: Mapping[str, Group]
    reported: tuple[Reported, ...]
    answered_by_any: Mapping[str, str] = field(default_factory=dict)

    def group(self, code: str) -> Group:
        """Raises Refusal for a code that no group has."""
        if code not in self.groups:
            raise Refusal("没有这类措施", place="措施类别", remedy="请从目录的十四类中选一类")
        return self.groups[code]

    def groups_for(self, risk: str, *, can_work: bool | None = None) -> dict[str, str]:
        """The groups that answer a risk with the source that says so (domain rules 6.4, item 1)."""
        if risk in self.answered_by_any:
            return dict.fromkeys(self.groups, self.answered_by_any[risk])
        found = {code: group.answer_to_risk(risk, can_work=can_work) for code, group in self.groups.items()}
        return {code: source for code, source in found.items() if source}


@lru_cache(maxsize=4)
def catalogue(path: Path = SHIPPED) -> Catalogue:
    """The catalogue; raises Refusal that names the place of what is wrong."""
    place = path.name
    data = mapping(read_yaml(path), place)
    no_others(data, {"version", "source", "answered_by_any", "needs", "care", "groups", "reported"}, place)
    titles = mapping(required(data, "needs", place), f"{place} needs")
    if set(titles) != set(NeedKind):
        raise Refusal("需求的种类对不上", place=f"{place} needs", remedy=f"应恰好有：{'、'.join(NeedKind)}")
    groups: dict[str, Group] = {}
    for entry in required(data, "groups", place):
        group = _group(mapping(entry, f"{place} groups"), place)
        if group.code in groups:
            raise Refusal("这一类写了两次", place=f"{place} {group.code}", remedy="请删去一处")
        groups[group.code] = group
    return Catalogue(
        version=str(required(data, "version", place)),
        source=required(data, "source", place),
        needs={NeedKind(kind): str(title) for kind, title in titles.items()},
        care=_care(mapping(required(data, "care", place), f"{place} care"), f"{place} care"),
        groups=groups,
        reported=tuple(_reported(mapping(e, f"{place} reported"), groups, place) for e in data.get("reported") or []),
        answered_by_any=_risks(data.get("answered_by_any"), f"{place} answered_by_any"),
    )


def _group(entry: dict[str, Any], place: str) -> Group:
    place = f"{place} {required(entry, 'code', place)}"
    no_others(entry, GROUP_KEYS, place)
    needs = mapping(entry.get("needs") or {}, f"{place} needs")
    group = Group(
        code=entry["code"],
        title=required(entry, "title", place),
        development=bool(entry.get("development")),
        floor=bool(entry.get("floor")),
        labour=_labour(required(entry, "labour", place), place),
        department=required(entry, "department", place),
        source=required(entry, "source", place),
        risks=_risks(entry.get("risks"), place),
        risks_without_labour=_risks(entry.get("risks_without_labour"), place),
        needs={kind: str(required(needs, kind, place)) for kind in _kinds(needs, place)},
        items=tuple(_item(mapping(item, place), place) for item in required(entry, "items", place)),
    )
    if group.development and group.labour != "needed":
        raise Refusal("开发式帮扶要有劳动力", place=place, remedy="labour 请写 needed")
    return group


GROUP_KEYS = {
    "code", "title", "development", "floor", "labour", "department", "source", "risks", "risks_without_labour", "needs",
    "items",
}  # fmt: skip
REPORTED_KEYS = {
    "feed", "group", "item", "item_by", "item_words", "key", "what", "began", "ended", "amount", "times", "once",
    "over_at_zero",
}  # fmt: skip


def _item(entry: dict[str, Any], place: str) -> Item:
    place = f"{place} {required(entry, 'title', place)}"
    no_others(entry, {"title", "labour", "needs", "risks"}, place)
    risks = _risks(dict.fromkeys(entry.get("risks") or [], "item"), place)
    needs = frozenset(_kinds(entry.get("needs") or [], place))
    return Item(entry["title"], _labour(entry.get("labour", "any"), place), needs, frozenset(risks))


def _labour(word: str, place: str) -> Labour:
    found = next((known for known in LABOUR if known == word), None)
    if found is None:
        raise Refusal(f"labour “{word}”不认识", place=place, remedy=f"可用：{'、'.join(LABOUR)}")
    return found


def _kinds(words: Iterable[str], place: str) -> list[NeedKind]:
    unknown = [word for word in words if word not in set(NeedKind)]
    if unknown:
        raise Refusal(f"没有“{unknown[0]}”这种需求", place=place, remedy=f"可用：{'、'.join(NeedKind)}")
    return [NeedKind(word) for word in words]


def _risks(data: Any, place: str) -> dict[str, str]:
    """Risk code -> source, the disasters' pattern spelt out."""
    found: dict[str, str] = {}
    for code, source in mapping(data or {}, place).items():
        codes = [c for c in RISK_TYPES if c.startswith("02")] if code == DISASTERS else [code]
        if code != DISASTERS and code not in RISK_TYPES:
            raise Refusal(
                f"没有代码为“{code}”的风险", place=place, remedy=f"可用：{'、'.join(RISK_TYPES)}、{DISASTERS}"
            )
        if not source:
            raise Refusal(f"风险“{code}”没有出处", place=place, remedy="请写出处，没有公开出处的写 default")
        found |= dict.fromkeys(codes, str(source))
    return found


def _care(entry: dict[str, Any], place: str) -> Care:
    no_others(entry, {"child_under", "old_from", "carer_from", "carer_to", "source"}, place)
    return Care(
        child_under=int(required(entry, "child_under", place)),
        old_from=int(required(entry, "old_from", place)),
        carer_from=int(required(entry, "carer_from", place)),
        carer_to=int(required(entry, "carer_to", place)),
        source=required(entry, "source", place),
    )


def _reported(entry: dict[str, Any], groups: Mapping[str, Group], place: str) -> Reported:
    place = f"{place} reported {required(entry, 'feed', place)}"
    no_others(entry, REPORTED_KEYS, place)
    group = groups.get(required(entry, "group", place))
    if group is None:
        raise Refusal(f"没有“{entry['group']}”这一类", place=place, remedy=f"可用：{'、'.join(groups)}")
    by, words = dict(entry.get("item_by") or {}), dict(entry.get("item_words") or {})
    by_column, word_column = by.pop("column", ""), words.pop("column", "")
    titles = {*by.values(), *words.values(), *filter(None, [entry.get("item")])}
    if unknown := titles - {item.title for item in group.items}:
        raise Refusal(f"“{group.title}”里没有“{min(unknown)}”", place=place, remedy="请对照这一类的 items")
    if not by and not entry.get("item"):
        raise Refusal("没有写是哪个子项", place=place, remedy="请写 item 或 item_by")
    return Reported(
        feed=entry["feed"],
        group=group.code,
        item=entry.get("item", ""),
        by_column=by_column,
        by_value=by,
        word_column=word_column,
        words=words,
        key=tuple(entry.get("key") or ()),
        what=tuple(entry.get("what") or ()),
        began=required(entry, "began", place),
        ended=entry.get("ended", ""),
        amount=entry.get("amount", ""),
        times=int(entry.get("times", 0)),
        once=frozenset(entry.get("once") or ()),
        over_at_zero=bool(entry.get("over_at_zero")),
    )
