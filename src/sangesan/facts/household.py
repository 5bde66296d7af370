"""The same facts for one household in Python, from the same trees that the SQL is made of."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sangesan.facts.conditions import from_feed, known_rows, row_condition, row_value
from sangesan.facts.evaluation import evaluate
from sangesan.facts.functions import Value
from sangesan.facts.model import Derived, Fact, FactBook, FromFeed, FromSnapshot, RollUp, Source
from sangesan.facts.moment import Moment
from sangesan.facts.records import HouseholdRecords, Row
from sangesan.facts.subjects import DEAD, LEFT, LIVING

COMBINE: Mapping[str, Callable[[list[Any]], Value]] = {
    "sum": sum, "max": max, "min": min, "count": len, "any": bool,
}  # fmt: skip


def combine(function: str, values: Sequence[Value], empty: Value) -> Value:
    """One aggregate over values, unknown ones left out; count and any see only what is counted."""
    known = [value for value in values if value is not None]
    if not known and function not in {"count", "any"}:
        return empty
    return COMBINE[function](known)


@dataclass(frozen=True)
class HouseholdFacts:
    """Facts of one household and its people on a day."""

    records: HouseholdRecords
    book: FactBook
    moment: Moment

    @cached_property
    def states(self) -> dict[int, int]:
        """person_no -> living and present, dead, or left; see `subjects.people`."""
        dead = {row["person_no"] for row in self.records.feeds.get("death", ()) if self._by_today(row["died_on"])}
        return {row["person_no"]: self._state(row, dead) for row in self.records.people}

    def _by_today(self, day: Any) -> bool:
        return day is not None and day <= self.moment.as_of

    def _state(self, row: Row, dead: set[int]) -> int:
        if self._by_today(row["left_on"]):
            return LEFT
        return DEAD if self._by_today(row["died_on"]) or row["person_no"] in dead else LIVING

    def with_state(self, state: int) -> list[int]:
        """The people in a state, by number."""
        return sorted(person for person, held in self.states.items() if held == state)

    def household(self, code: str) -> Value:
        """A household fact's value."""
        fact, body = self.book[code], self.book[code].body
        if isinstance(body, FromSnapshot):
            return self._snapshot(fact, self.records.household)
        if isinstance(body, Derived):
            return evaluate(body.value, _Lazy(self.household))
        if not isinstance(body, RollUp):
            raise TypeError(code)
        people = self.with_state(LIVING) if body.counts == "living" else sorted(self.states)
        values = [self.person(body.of, person) for person in people]
        counted = [v for v in values if v] if body.by in {"count", "any"} else values
        return combine(body.by, counted, fact.empty)

    def person(self, code: str, person_no: int) -> Value:
        """A person fact's value; household facts are the household's."""
        fact = self.book[code]
        if fact.grain == "household":
            return self.household(code)
        if isinstance(fact.body, FromSnapshot):
            (row,) = (row for row in self.records.people if row["person_no"] == person_no)
            return self._snapshot(fact, row)
        if isinstance(fact.body, Derived):
            return evaluate(fact.body.value, _Lazy(lambda name: self.person(name, person_no)))
        rows = [row for row in self.counted_rows(fact) if row["person_no"] == person_no]
        return self._over_rows(fact, rows)

    def counted_rows(self, fact: Fact) -> list[Row]:
        """The collapsed rows of the household's people that a feed fact counts."""
        source = from_feed(fact).source
        condition = row_condition(fact, self.moment)
        rows = collapsed(source, self.records.feeds.get(source.code, ()), self.records, self.moment)
        return [row for row in rows if evaluate(condition, row) is True]

    def _over_rows(self, fact: Fact, rows: Sequence[Row]) -> Value:
        value = row_value(fact, self.moment)
        return combine(from_feed(fact).aggregate, [evaluate(value, row) for row in rows], fact.empty)

    def _snapshot(self, fact: Fact, row: Row) -> Value:
        if not isinstance(fact.body, FromSnapshot):
            raise TypeError(fact.code)
        value = evaluate(self.moment.filled(fact.body.value, set()), row)
        return fact.empty if value is None else value


def collapsed(source: Source, rows: Sequence[Row], records: HouseholdRecords, moment: Moment) -> list[Row]:
    """The rows that hold on the day: of a register its newest list, of changes and episodes the latest of each key."""
    if source.contract.kind == "events" and not source.keys:
        return list(rows)
    known = [row for row in rows if evaluate(known_rows(source, moment), row) is True]
    if source.contract.kind == "register":
        newest = records.newest.get(source.code)
        return [row for row in known if (row["period"], row["delivery"]) == newest]
    latest: dict[tuple[Any, ...], Row] = {}
    for row in sorted(known, key=lambda row: (row["period"], row["delivery"], row["row_no"])):
        latest[tuple(row[key] for key in source.keys)] = row
    return list(latest.values())


class _Lazy(dict[str, Value]):
    """Names that are computed when a tree asks for them."""

    def __init__(self, compute: Callable[[str], Value]) -> None:
        super().__init__()
        self._compute = compute

    def __missing__(self, code: str) -> Value:
        value = self[code] = self._compute(code)
        return value


def lazy(compute: Callable[[str], Value]) -> Mapping[str, Value]:
    """A mapping that computes each name's value once, when it is asked for."""
    return _Lazy(compute)


def sources_of(facts: Sequence[Fact]) -> list[Source]:
    """The feeds behind facts, each once."""
    found = {f.body.source.code: f.body.source for f in facts if isinstance(f.body, FromFeed)}
    return list(found.values())
