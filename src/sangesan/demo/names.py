"""Names: weighted surnames that run in families, given names after the fashion of their time."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from sangesan.demo.chance import Bools, Ints, Texts, generator, weighted
from sangesan.demo.facts_of_county import DATA


def make_names(
    seed: int, *, household: Ints, married_in: Bools, male: Bools, birth_year: Ints, directory: Path = DATA
) -> tuple[Texts, Texts]:
    """Surname and full name of each person; who married in has a surname of their own."""
    rng = generator(seed, "names")
    with (directory / "surnames.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    surnames = np.array([r["surname"] for r in rows])
    weights = [float(r["weight"]) for r in rows]
    of_house = weighted(rng, weights, int(household.max()) + 1)
    own = weighted(rng, weights, household.size)
    surname = surnames[np.where(married_in, own, of_house[household])]
    fashions = yaml.safe_load((directory / "given_names.yaml").read_text(encoding="utf-8"))
    given = np.full(household.size, "", dtype="<U3")
    for sex, is_male in (("male", True), ("female", False)):
        earliest = 0
        for fashion in fashions[sex]:
            own_time = (male == is_male) & (birth_year > earliest) & (birth_year <= fashion["until"])
            earliest = fashion["until"]
            given[own_time] = _given(rng, fashion, int(own_time.sum()))
    return surname, np.char.add(surname, given)


def _given(rng: np.random.Generator, fashion: dict[str, Any], count: int) -> Texts:
    whole = np.array(fashion["whole"])
    joined = np.char.add(
        np.array(fashion["first"])[_early(rng, len(fashion["first"]), count)],
        np.array(fashion["second"])[_early(rng, len(fashion["second"]), count)],
    )
    as_it_is = rng.random(count) * 100 < fashion["one"]
    return np.where(as_it_is, whole[_early(rng, whole.size, count)], joined)


def _early(rng: np.random.Generator, size: int, count: int) -> Ints:
    """Indices with the earlier ones more often: fashions have favourites."""
    return weighted(rng, [1.0 / (place + 4.0) for place in range(size)], count)
