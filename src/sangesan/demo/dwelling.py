"""Where households live: relocation into communities, grids, household numbers."""

from __future__ import annotations

import numpy as np

from sangesan.demo.chance import Bools, Ints, Texts, pick
from sangesan.demo.facts_of_county import CountyFacts
from sangesan.demo.population import NEVER, Places
from sangesan.kernel.period import Month

GRID_SIZE_TOP = 47
HUB_SHARE = 0.34


def relocate(
    rng: np.random.Generator, facts: CountyFacts, places: Places, village: Ints, poor: Bools
) -> tuple[Ints, Texts, np.ndarray, Bools]:
    """Residence, cause ('' if none), day of moving in, concentrated settlement: one each per household."""
    residence, cause = village.copy(), np.full(village.size, "", dtype="<U6")
    moved = np.full(village.size, NEVER)
    settlement = np.zeros(village.size, dtype=bool)
    hub = int(np.flatnonzero(places.codes == facts.raw["relocation_hub"])[0])
    for name, wave in facts.raw["relocation"].items():
        free = (cause == "") & ~places.community[village]
        count = facts.scaled(wave["households"])
        from_poor = round(count * wave["formerly_poor"] / 100)
        chosen = np.concatenate(
            [
                pick(rng, np.flatnonzero(free & poor), from_poor),
                pick(rng, np.flatnonzero(free & ~poor), count - from_poor),
            ]
        )
        cause[chosen] = name
        first = np.datetime64(Month.parse(wave["from"]).first_day())
        last = np.datetime64(Month.parse(wave["to"]).last_day())
        moved[chosen] = first + rng.integers(0, int((last - first).astype(int)) + 1, chosen.size)
        settlement[chosen] = rng.random(chosen.size) * 100 < wave["settlement"]
        to_hub = rng.random(chosen.size) < HUB_SHARE
        residence[chosen] = np.where(to_hub, hub, _own_town(rng, places, village[chosen]))
    return residence, cause, moved, settlement


def _own_town(rng: np.random.Generator, places: Places, village: Ints) -> Ints:
    """A community of the village's own town for each village."""
    result = np.empty(village.size, dtype=np.int64)
    for town in range(places.town_codes.size):
        own = np.flatnonzero(places.town[village] == town)
        result[own] = rng.choice(np.flatnonzero(places.community & (places.town == town)), own.size)
    return result


def grids(residence: Ints, village: Ints, places: Places) -> Texts:
    """The grid of each household: 30 to 50 neighbours; movers from one village stay together."""
    order = np.lexsort((np.arange(residence.size), village, residence))
    sorted_residence = residence[order]
    starts = np.searchsorted(sorted_residence, np.arange(places.codes.size))
    count = np.bincount(residence, minlength=places.codes.size)
    number = np.maximum(1, -(-count // GRID_SIZE_TOP))
    within = np.arange(residence.size) - starts[sorted_residence]
    part = within * number[sorted_residence] // np.maximum(1, count[sorted_residence])
    codes = np.char.add(
        np.char.add(places.codes[sorted_residence], "-"), np.char.zfill((part + 1).astype("<U2"), 2)
    )
    result = np.empty(residence.size, dtype=codes.dtype)
    result[order] = codes
    return result


def household_numbers(village: Ints, places: Places) -> Texts:
    """Village code and a five-digit number inside the village."""
    order = np.argsort(village, kind="stable")
    starts = np.searchsorted(village[order], np.arange(places.codes.size))
    within = np.empty(village.size, dtype=np.int64)
    within[order] = np.arange(village.size) - starts[village[order]] + 1
    return np.char.add(places.codes[village], np.char.zfill(within.astype("<U5"), 5))
