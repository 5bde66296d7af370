"""Households with exact totals: who is formerly poor, who is monitored, how many people live in each."""

from __future__ import annotations

import numpy as np

from sangesan.demo.chance import Bools, Ints, generator, share_out, sizes_with_sum
from sangesan.demo.dwelling import grids, household_numbers, relocate
from sangesan.demo.facts_of_county import CountyFacts, Total
from sangesan.demo.geography import registered_villages
from sangesan.demo.population import Households, Places
from sangesan.demo.standing import standing
from sangesan.demo.standing_fits import for_known_village

SIZE_WEIGHTS = (130, 170, 222, 240, 142, 66, 22, 8)


def make_households(facts: CountyFacts, seed: int, places: Places) -> Households:
    """All households of the county in the order of their villages; members come later."""
    rng = generator(seed, "households")
    size, poor, monitored, eliminated = _standing_and_sizes(rng, facts)
    shuffled = rng.permutation(size.size)
    village = np.sort(registered_villages(rng, places, size.size))
    seated = shuffled[for_known_village(facts, places, village, (monitored & ~eliminated)[shuffled])]
    size, poor = size[seated], poor[seated]
    monitored, eliminated = monitored[seated], eliminated[seated]
    residence, cause, moved, settlement = relocate(rng, facts, places, village, poor)
    category, risks, enrolled_on, eliminated_on = standing(
        generator(seed, "standing"), facts, poor=poor, monitored=monitored, eliminated=eliminated, size=size
    )
    return Households(
        size=size,
        poor=poor,
        monitored=monitored,
        eliminated=eliminated,
        village=village,
        residence=residence,
        cause=cause,
        moved_on=moved,
        settlement=settlement,
        grid=grids(residence, village, places),
        number=household_numbers(village, places),
        category=category,
        risks=risks,
        enrolled_on=enrolled_on,
        eliminated_on=eliminated_on,
    )


def _standing_and_sizes(
    rng: np.random.Generator, facts: CountyFacts
) -> tuple[Ints, Bools, Bools, Bools]:
    """Size, formerly poor, monitored, eliminated of each household: six groups, each with its exact sum."""
    share = facts.raw["monitored_formerly_poor_percent"] / 100
    sizes, poor, monitored, eliminated = [], [], [], []
    left = {True: facts.formerly_poor, False: _minus(facts.rural, facts.formerly_poor)}
    for gone, total in ((True, facts.eliminated), (False, facts.open)):
        households = share_out(total.households, [share, 1 - share])
        people = share_out(total.people, households.astype(float))
        for is_poor, count, sum_of_sizes in zip((True, False), households, people, strict=True):
            group = Total(int(count), int(sum_of_sizes))
            left[is_poor] = _minus(left[is_poor], group)
            sizes.append(_sizes(rng, group))
            poor.append(np.full(group.households, is_poor))
            monitored.append(np.ones(group.households, dtype=bool))
            eliminated.append(np.full(group.households, gone))
    for is_poor, group in left.items():
        sizes.append(_sizes(rng, group))
        poor.append(np.full(group.households, is_poor))
        monitored.append(np.zeros(group.households, dtype=bool))
        eliminated.append(np.zeros(group.households, dtype=bool))
    return (
        np.concatenate(sizes),
        np.concatenate(poor),
        np.concatenate(monitored),
        np.concatenate(eliminated),
    )


def _sizes(rng: np.random.Generator, group: Total) -> Ints:
    if group.households == 0:
        return np.zeros(0, dtype=np.int64)
    return sizes_with_sum(rng, group.households, group.people, SIZE_WEIGHTS)


def _minus(one: Total, other: Total) -> Total:
    return Total(one.households - other.households, one.people - other.people)
