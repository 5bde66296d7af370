"""What a fact is: about whom, in which unit, and from where it comes."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal as OneOf

from sangesan.exchange.contracts import FeedContract
from sangesan.facts.functions import NUMBER, TRUTH, Value
from sangesan.facts.syntax import Node
from sangesan.facts.windows import Window

Grain = OneOf["person", "household", "division"]
UNITS = {
    "fen": "元", "count": "次", "persons": "人", "days": "天", "months": "个月", "truth": "", "percent": "%",
    "vehicles": "辆", "companies": "家", "homes": "套", "sites": "处", "jobs": "份", "posts": "个", "benefits": "项",
    "years": "岁",
}  # fmt: skip


@dataclass(frozen=True)
class Source:
    """A feed as facts read it: its date column, and what makes two rows the same matter (`keys`, latest wins)."""

    contract: FeedContract
    dated_by: str
    interval: tuple[str, str]
    keys: tuple[str, ...]

    @property
    def code(self) -> str:
        return self.contract.code

    @property
    def view(self) -> str:
        return f"feed_{self.contract.code}"

    @property
    def subject(self) -> str:
        return "person_no" if self.contract.grain == "person" else "division"


@dataclass(frozen=True)
class FromFeed:
    """An aggregate over a feed's rows: sum, max and min of `of`; count and any of the rows that match."""

    source: Source
    aggregate: str
    of: Node | None
    where: Node
    window: Window
    on: str


@dataclass(frozen=True)
class FromSnapshot:
    """A value computed from one row of the snapshot table `people` or `households`."""

    table: OneOf["people", "households"]
    value: Node


@dataclass(frozen=True)
class RollUp:
    """A person fact taken together over the household's (or town's) people; `counts` says which of them."""

    of: str
    by: str
    counts: OneOf["living", "everyone"]


@dataclass(frozen=True)
class Derived:
    """Computed from other facts of the same subject."""

    value: Node


@dataclass(frozen=True)
class Pending:
    """Declared, but nothing delivers it yet; who uses it waits. `missing` says what is lacking, in Chinese."""

    missing: str


Body = FromFeed | FromSnapshot | RollUp | Derived | Pending


@dataclass(frozen=True)
class Fact:
    """One named figure. `empty` is its value for a subject about whom there is no row."""

    code: str
    title: str
    grain: Grain
    unit: str
    empty: Value
    body: Body

    @property
    def kind(self) -> str:
        return TRUTH if self.unit == "truth" else NUMBER


@dataclass(frozen=True)
class FactBook:
    """All facts by code."""

    facts: Mapping[str, Fact]

    def __getitem__(self, code: str) -> Fact:
        return self.facts[code]

    def __contains__(self, code: object) -> bool:
        return code in self.facts
