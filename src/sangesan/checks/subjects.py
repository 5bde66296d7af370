"""What checks look at on a day: subjects with their facts, and the rows that prove what a check says of them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sangesan.facts.functions import Value
from sangesan.policy.parameters import ParameterBook

MOST_RECORDS = 30


@dataclass(frozen=True)
class Subject:
    """What a flag may be about. key: "household:12"; number: its row's, where it is one; unit: who answers for it."""

    key: str
    unit: str
    number: int = 0
    household: int | None = None
    village: str = ""
    town: str = ""


@dataclass(frozen=True)
class Gathered:
    """All subjects of a grain, by key, and their facts in the same order."""

    subjects: Sequence[Subject]
    facts: Sequence[Mapping[str, Value]]


@dataclass(frozen=True)
class Look:
    """When the checks look, and the county's parameters. The clock is never read."""

    as_of: date
    book: ParameterBook

    def number(self, code: str, fallback: int) -> int:
        """A parameter's value on the day; the fallback where the county has none."""
        held = self.book.value(code, self.as_of)
        return fallback if held is None else int(held.value)

    def words(self, code: str) -> tuple[str, ...]:
        """A parameter that lists words with 、 between them."""
        held = self.book.value(code, self.as_of)
        return tuple(word for word in str(held.value).split("、") if word) if held else ()


Record = dict[str, Any]
Proofs = dict[str, list[Record]]
Prove = Callable[[Sequence[Subject], Look], Proofs]


@dataclass(frozen=True)
class Source:
    """How one grain is gathered, and how each kind of its records is found: both for many subjects at once."""

    gather: Callable[[Look], Gathered]
    records: Mapping[str, Prove]


def record(kind: str, number: object, words: str) -> Record:
    """A row that proves something: its kind, its number in its own table, and what it says, without names."""
    return {"kind": kind, "number": number, "words": words[:200]}
