"""Income over the 12 months before, by item. Plain Python; amounts in fen (domain rules 2.7, sources in the catalogue).

net = wage + business + property + transfer - business costs, counted lines only. What is held against the monitoring
line is the reference: net + insurance claims - necessary costs paid by the household itself. Per head is rounded down
to the fen: rounding never lifts anybody over a line.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from sangesan.kernel.money import FEN_PER_YUAN
from sangesan.kernel.period import Month
from sangesan.kernel.refusal import Refusal
from sangesan.policy.reading import mapping, no_others, read_yaml, required

ITEMS_FILE = Path(__file__).parent / "income_items.yaml"
PER_HEAD_PLACE = "家庭人口"


@dataclass(frozen=True)
class Group:
    """A group of income. sign: -1 for costs. least, most: fen within which a sum is plausible, None: no bound."""

    code: str
    title: str
    sign: int
    least: int | None
    most: int | None


@dataclass(frozen=True)
class Item:
    """An item one asks about. least: fen, below which (but above zero) it is doubted; counted: as a rule."""

    code: str
    title: str
    group: str
    least: int | None
    counted: bool


@dataclass(frozen=True)
class Catalogue:
    """Groups and items in the form's order. per_head_least: fen per head and year below which a sum is doubted."""

    version: str
    groups: Mapping[str, Group]
    items: Mapping[str, Item]
    per_head_least: int

    def of_group(self, group: str) -> list[Item]:
        return [item for item in self.items.values() if item.group == group]


@lru_cache(maxsize=1)
def catalogue() -> Catalogue:
    """The shipped catalogue; raises Refusal where the file is broken."""
    data, place = mapping(read_yaml(ITEMS_FILE), ITEMS_FILE.name), ITEMS_FILE.name
    no_others(data, {"version", "source", "limits_source", "per_head_least", "groups", "items"}, place)
    groups, items = {}, {}
    for code, entry in mapping(required(data, "groups", place), f"{place} groups").items():
        no_others(entry, {"title", "sign", "least", "most"}, f"{place} {code}")
        groups[code] = Group(code, entry["title"], entry["sign"], _fen(entry, "least"), _fen(entry, "most"))
    for code, entry in mapping(required(data, "items", place), f"{place} items").items():
        no_others(entry, {"title", "group", "least", "counted"}, f"{place} {code}")
        if entry["group"] not in groups:
            raise Refusal(
                f"没有“{entry['group']}”这个分组", place=f"{place} {code}", remedy=f"可用：{'、'.join(groups)}"
            )
        counted = entry.get("counted", True)
        items[code] = Item(code, entry["title"], entry["group"], _fen(entry, "least"), counted)
    return Catalogue(required(data, "version", place), groups, items, _fen(data, "per_head_least") or 0)


def _fen(entry: dict[str, Any], key: str) -> int | None:
    return entry[key] * FEN_PER_YUAN if key in entry else None


@dataclass(frozen=True)
class Line:
    """One item's amount. fen: never negative, a cost neither. counted: whether it enters the net income."""

    item: str
    fen: int
    counted: bool = True
    note: str = ""

    @property
    def group(self) -> str:
        """The item's group; raises Refusal for an item the catalogue does not have."""
        found = catalogue().items.get(self.item)
        if found is None:
            raise Refusal("没有这个收入项目", place="收入", remedy="请刷新页面后重填")
        return found.group

    def as_row(self) -> dict[str, Any]:
        """As a visit keeps it, with the version of the rules it was counted by."""
        kept = {"item": self.item, "group": self.group, "fen": self.fen, "counted": self.counted, "note": self.note}
        return kept | {"version": catalogue().version}


@dataclass(frozen=True)
class SelfPaid:
    """A necessary cost that the household paid itself, after all reimbursement. vouchers: whether they were seen."""

    what: str
    fen: int
    vouchers: bool = False

    def as_row(self) -> dict[str, Any]:
        return {"what": self.what, "fen": self.fen, "vouchers": self.vouchers}


@dataclass(frozen=True)
class Account:
    """Sums in fen. groups: counted sums by group, costs positive; per head: rounded down."""

    groups: Mapping[str, int]
    net: int
    claims: int
    self_paid: int
    reference: int
    people: int
    net_per_head: int
    reference_per_head: int


def account(lines: Iterable[Line], *, claims: int, self_paid: Iterable[SelfPaid], people: int) -> Account:
    """The account of a household of `people`; raises Refusal where nobody is counted."""
    if people < 1:
        raise Refusal("没有填家庭人口，算不出人均", place=PER_HEAD_PLACE, remedy="请填共同生活、共享收支的人数")
    groups = dict.fromkeys(catalogue().groups, 0)
    for line in lines:
        if line.counted:
            groups[line.group] += line.fen
    net = sum(catalogue().groups[code].sign * fen for code, fen in groups.items())
    paid = sum(cost.fen for cost in self_paid)
    reference = net + claims - paid
    return Account(groups, net, claims, paid, reference, people, net // people, reference // people)


def income_period(visited_on: date) -> tuple[date, date]:
    """The 12 whole months before a visit: the first day of the same month last year to the last day of last month."""
    month = Month.of(visited_on)
    return month.plus(-12).first_day(), month.plus(-1).last_day()
