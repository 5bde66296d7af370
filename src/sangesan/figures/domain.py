"""The county's headline figures. Rates are by people first: 8,298 of 11,062 is the published 75.01 %, while by
households 2,380 of 3,210 is 74.14 %; each is labelled as what it is.
"""

from dataclasses import asdict, dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any


@dataclass(frozen=True)
class Count:
    """Households and the people in them (registered members, alive and present)."""

    households: int
    people: int


@dataclass(frozen=True)
class Rate:
    """A percentage with two decimals, by people and by households; None where nothing is there to divide by."""

    by_people: float | None
    by_households: float | None


@dataclass(frozen=True)
class CountyFigures:
    """rural: all households; monitored: ever taken into monitoring, which is eliminated plus open, in both units."""

    rural: Count
    formerly_poor: Count
    monitored: Count
    eliminated: Count
    open: Count

    @property
    def elimination_rate(self) -> Rate:
        return Rate(
            by_people=percent(self.eliminated.people, self.monitored.people),
            by_households=percent(self.eliminated.households, self.monitored.households),
        )

    def to_dict(self) -> dict[str, Any]:
        return {**asdict(self), "elimination_rate": asdict(self.elimination_rate)}


def percent(part: int, whole: int) -> float | None:
    """How many percent `part` is of `whole`, rounded half up to two decimals."""
    if whole == 0:
        return None
    return float((Decimal(part) * 100 / Decimal(whole)).quantize(Decimal("0.01"), ROUND_HALF_UP))


def mean(total: int, number: int) -> float | None:
    """The mean with one decimal, rounded half up; None of nothing."""
    if number == 0:
        return None
    return float((Decimal(total) / Decimal(number)).quantize(Decimal("0.1"), ROUND_HALF_UP))
