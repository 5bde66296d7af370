"""Measuring: all figures of a period for every place and unit, as they were known at the end of a day."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from sangesan.figures.catalogue import MEAN, Figure, catalogue, cycle_of, figure, figures_of
from sangesan.figures.counted import Item, Parts, Value, keys_of
from sangesan.figures.counting import (
    cases,
    checks,
    clues,
    departments,
    help,  # noqa: A004  a group
    households,
    patrols,
    supervision,
    villages,
)
from sangesan.figures.counting.asked import Asked
from sangesan.figures.homes import Homes
from sangesan.figures.places import Places, places_on
from sangesan.kernel.period import Period
from sangesan.kernel.refusal import Refusal
from sangesan.kernel.uncollected import uncollected
from sangesan.regions.queries import CHINA

GROUPS = (patrols, clues, cases, households, help, villages, departments, supervision, checks)
UNIT_KINDS = ("county:", "town:", "village:", "grid:")


@dataclass(frozen=True)
class Measured:
    """All figures of a period as of a day. parts: figure -> place or unit -> what it adds up to; items: what was counted.

    Places that have nothing of a figure do not stand in `parts`; `value` gives them nothing.
    """

    period: Period
    as_of: date
    figures: tuple[Figure, ...]
    places: Places
    parts: Mapping[str, Mapping[str, Parts]]
    items: Mapping[str, list[Item]] = field(repr=False)
    homes: Homes = field(repr=False)

    def value(self, code: str, place_or_unit: str) -> Value:
        """A figure of a place (its code, or "town:<code>") or of a unit ("department:<code>"). Raises Refusal for an
        unknown figure.
        """
        return Value(figure(code), self.parts.get(code, {}).get(place_key(place_or_unit), Parts()))


def place_key(place_or_unit: str) -> str:
    """A place's code, from the code itself or from a unit's key; departments keep their key."""
    for kind in UNIT_KINDS:
        if place_or_unit.startswith(kind):
            return place_or_unit.removeprefix(kind)
    return place_or_unit


def known_until(as_of: date) -> datetime:
    """The end of a day in the county: what was recorded later is not known as of that day."""
    return datetime.combine(as_of + timedelta(days=1), time.min, CHINA)


@uncollected()
def measure(
    period: Period, *, as_of: date, codes: Collection[str] | None = None, earlier: Homes | None = None
) -> Measured:
    """The figures of a period (codes: only these), as of the end of a day. No check of reach: whoever shows them does it.

    earlier: households of an earlier measuring, so that several periods in a row read the register once.

    Records that happened after the day, or were recorded after it, do not count; a running period is measured up to the
    day. Raises Refusal for a period that has not begun by then.
    """
    first, last = period.first_day(), min(period.last_day(), as_of)
    if first > as_of:
        raise Refusal(f"{period} 还没有开始", place="期间", remedy=f"请选 {as_of.isoformat()} 或之前的期间")
    cycle = figures_of(cycle_of(period))
    chosen = cycle if codes is None else tuple(one for one in catalogue().values() if one.code in set(codes))
    known = known_until(as_of)
    homes = Homes(last, known, earlier)
    asked = Asked(first, last, known, frozenset(one.code for one in chosen), places_on(last), homes)
    items: dict[str, list[Item]] = {one.code: [] for one in chosen}
    counts_people = {one.code: one.people for one in chosen}
    for group in GROUPS:
        if asked.wants(*group.FIGURES):
            for code, item in group.count(asked):
                if code in items:
                    # copied only where it says otherwise: a county has a hundred thousand of them
                    items[code].append(item if counts_people[code] or not item.people else item._replace(people=0))
    parts = {one.code: rolled_up(one, items[one.code], asked.places) for one in chosen}
    return Measured(period, as_of, chosen, asked.places, parts, items, homes)


def rolled_up(one: Figure, items: Collection[Item], places: Places) -> dict[str, Parts]:
    """What the items add up to in each place and unit of the figure's levels: counted once, then carried upwards."""
    low: dict[tuple[str, str, str], list[int]] = {}
    mean = one.shape == MEAN
    for item in items:
        key = (item.village, item.grid, item.department)
        sums = low.get(key)
        if sums is None:
            sums = low[key] = [0, 0, 0, 0]
        sums[1] += 1
        sums[3] += item.people
        if mean:
            sums[0] += item.amount
        elif item.hit:
            sums[0] += 1
            sums[2] += item.people
    found: dict[str, Parts] = {}
    paths = {village: places.path(village) for village, _, _ in low}
    for (village, grid, department), sums in low.items():
        parts = Parts(*sums)
        for place in keys_of(Item(0, village, grid, department), one, paths, places.levels):
            found[place] = found[place].plus(parts) if place in found else parts
    return found
