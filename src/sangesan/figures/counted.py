"""What counting gives: items (one counted thing each), and the values that places and units have of them. Plain Python."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from sangesan.figures.catalogue import COUNT, MEAN, SHARE, Figure
from sangesan.figures.domain import mean, percent

DEPARTMENT_KEY = "department:"


class Item(NamedTuple):
    """One thing that a figure counts. number: of the record (the catalogue says of which kind), a text for feeds.

    village: where it belongs (a town's code where nothing below is known, "" for none); grid: "" where no household is
    behind it; department: whose matter it is; hit: whether it stands in the numerator of a share too; amount: what a
    mean adds up.
    """

    number: int | str
    village: str = ""
    grid: str = ""
    department: str = ""
    people: int = 0
    hit: bool = True
    amount: int = 0


class Parts(NamedTuple):
    """What is added up: `of` is the denominator of shares and means; people: in the numerator, and in the denominator."""

    numerator: int = 0
    of: int = 0
    people: int = 0
    of_people: int = 0

    def plus(self, other: "Parts") -> "Parts":
        # written out: it is called for every place of every figure
        return Parts(
            self.numerator + other.numerator, self.of + other.of, self.people + other.people,
            self.of_people + other.of_people,
        )  # fmt: skip

    def minus(self, other: "Parts") -> "Parts":
        return Parts(*(mine - theirs for mine, theirs in zip(self, other, strict=True)))


@dataclass(frozen=True)
class Value:
    """A figure of one place or unit. denominator None: nothing is divided; people None: people are not counted."""

    figure: Figure
    parts: Parts

    @property
    def numerator(self) -> int:
        return self.parts.numerator

    @property
    def denominator(self) -> int | None:
        return None if self.figure.shape == COUNT else self.parts.of

    @property
    def people(self) -> int | None:
        return self.parts.people if self.figure.people else None

    @property
    def people_denominator(self) -> int | None:
        return self.parts.of_people if self.figure.people and self.figure.shape != COUNT else None

    @property
    def number(self) -> float | int | None:
        """The number that is published: a count; a share in percent, by people where the catalogue says so; a mean with
        one decimal. None where nothing is there to divide by.
        """
        if self.figure.shape == COUNT:
            return self.parts.numerator
        if self.figure.shape == MEAN:
            return mean(self.parts.numerator, self.parts.of)
        return self.by_people if self.figure.by_people else self.by_records

    @property
    def by_records(self) -> float | None:
        """A share by what is counted (households, clues)."""
        return percent(self.parts.numerator, self.parts.of) if self.figure.shape == SHARE else None

    @property
    def by_people(self) -> float | None:
        """A share by people."""
        if self.figure.shape != SHARE or not self.figure.people:
            return None
        return percent(self.parts.people, self.parts.of_people)


def parts_of(figure: Figure, items: Iterable[Item]) -> Parts:
    """What the items of a figure add up to."""
    numerator = of = people = of_people = 0
    for item in items:
        of += 1
        of_people += item.people
        if figure.shape == MEAN:
            numerator += item.amount
        elif item.hit:
            numerator += 1
            people += item.people
    return Parts(numerator, of, people, of_people)


def keys_of(item: Item, figure: Figure, paths: Mapping[str, tuple[str, ...]], levels: Mapping[str, str]) -> list[str]:
    """The places and the unit for which an item counts: those of the figure's levels. paths: village -> up to the county."""
    wanted = figure.levels
    keys = [code for code in paths[item.village] if levels[code] in wanted]
    if item.grid and "grid" in wanted and levels.get(item.grid) == "grid":
        keys.append(item.grid)
    if item.department and "department" in wanted:
        keys.append(DEPARTMENT_KEY + item.department)
    return keys
