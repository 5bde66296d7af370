"""Which tables a set of facts needs, what fills each, and in which table and column each fact stands."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sangesan.facts import roll_ups, subjects
from sangesan.facts.conditions import from_feed
from sangesan.facts.model import Derived, Fact, FactBook, FromFeed, FromSnapshot, Pending, RollUp
from sangesan.facts.moment import Moment, expanded
from sangesan.facts.queries import Ready, Select
from sangesan.facts.scanning import scan
from sangesan.facts.syntax import Node, names_in

PEOPLE, HOUSEHOLDS, DIVISIONS = "people", "households", "divisions"


@dataclass(frozen=True)
class Step:
    """One table of the run, run.<table>: `after` names the tables that must be there before."""

    table: str
    select: Select | Ready
    after: tuple[str, ...] = ()


@dataclass(frozen=True)
class FactPlan:
    """Steps in an order that works, and each fact's table; derived facts stand in no table but in `derived`."""

    steps: tuple[Step, ...]
    tables: Mapping[str, str]
    derived: Mapping[str, Node]
    book: FactBook

    def expand(self, tree: Node) -> Node:
        """The tree over facts that stand in tables."""
        return expanded(tree, self.derived)


def feed_table(fact: Fact, book: FactBook) -> str:
    """The table of a fact: by feed and grain for those from feeds, people or households for those from snapshots."""
    body = fact.body
    if isinstance(body, FromSnapshot):
        return body.table
    if isinstance(body, FromFeed):
        return f"{fact.grain}_{body.source.code}"
    if isinstance(body, RollUp):
        part = book[body.of].body
        if isinstance(part, FromSnapshot):
            return HOUSEHOLDS
        return f"{fact.grain}_{from_feed(book[body.of]).source.code}"
    raise TypeError(fact.code)


def closure(codes: Iterable[str], book: FactBook) -> list[Fact]:
    """The facts named and all they are made of, sorted by code."""
    found: dict[str, Fact] = {}
    waiting = list(codes)
    while waiting:
        code = waiting.pop()
        if code in found:
            continue
        fact = found[code] = book[code]
        if isinstance(fact.body, Derived):
            waiting.extend(names_in(fact.body.value))
        elif isinstance(fact.body, RollUp):
            waiting.append(fact.body.of)
    return [found[code] for code in sorted(found)]


def plan(codes: Iterable[str], book: FactBook, moment: Moment) -> FactPlan:
    """The plan for the facts named. All their parameters must have a value on the day."""
    facts = closure(codes, book)
    tables = {f.code: feed_table(f, book) for f in facts if not isinstance(f.body, Derived | Pending)}
    derived = {f.code: f.body.value for f in facts if isinstance(f.body, Derived)}
    steps = [
        Step(PEOPLE, subjects.people(_of(facts, PEOPLE, tables), moment)),
        Step(HOUSEHOLDS, subjects.households(_of(facts, HOUSEHOLDS, tables), moment), (PEOPLE,)),
    ]
    grouped: dict[str, list[Fact]] = defaultdict(list)
    for fact in facts:
        if isinstance(fact.body, FromFeed | RollUp) and tables[fact.code] != HOUSEHOLDS:
            grouped[tables[fact.code]].append(fact)
    steps.extend(_scan_step(t, fs, moment) for t, fs in grouped.items() if isinstance(fs[0].body, FromFeed))
    steps.extend(_roll_up_step(t, fs, tables) for t, fs in grouped.items() if isinstance(fs[0].body, RollUp))
    return FactPlan(tuple(steps), tables, derived, book)


def _of(facts: list[Fact], table: str, tables: Mapping[str, str]) -> tuple[Fact, ...]:
    return tuple(f for f in facts if tables.get(f.code) == table)


def _scan_step(table: str, facts: list[Fact], moment: Moment) -> Step:
    select = scan(tuple(facts), moment)
    if from_feed(facts[0]).source.subject == "division":
        return Step(table, select)
    return Step(table, subjects.attached(select, tuple(f.code for f in facts)), (PEOPLE,))


def _roll_up_step(table: str, facts: list[Fact], tables: Mapping[str, str]) -> Step:
    parts = {tables[body.of] for f in facts if isinstance(body := f.body, RollUp)}
    (source,) = parts
    return Step(table, roll_ups.roll_up(tuple(facts), source), (source, HOUSEHOLDS))
