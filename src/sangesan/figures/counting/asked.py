"""What is asked of every counting: the period, the day as of which, which figures, and households as they were then."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from sangesan.figures.counted import Item
from sangesan.figures.homes import Homes
from sangesan.figures.places import Places

Counting = Callable[["Asked"], Iterator[tuple[str, Item]]]


@dataclass(frozen=True)
class Asked:
    """first, last: days of the period up to the day as of which; stocks are as they stood at the end of `last`.

    known: the moment up to which records count, whenever they happened. wanted: codes of the figures;
    homes: households as they were at the end of `last`.
    """

    first: date
    last: date
    known: datetime
    wanted: frozenset[str]
    places: Places
    homes: Homes

    def wants(self, *figures: str) -> bool:
        """Whether any of these figures is asked for."""
        return not self.wanted.isdisjoint(figures)

    def within(self, day: date | None) -> bool:
        """Whether a day lies in the period."""
        return day is not None and self.first <= day <= self.last

    def at_home(self, household: int, number: int | None = None, *, hit: bool = True) -> Item | None:
        """An item of a household where it lived then; None for one with nobody in it. number: of the record."""
        home = self.homes.all.get(household)
        if home is None:
            return None
        return Item(household if number is None else number, home.village, home.grid, people=home.people, hit=hit)
