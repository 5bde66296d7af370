"""Standing made to fit what else is known: who can work, and the village of the article. Every total stays as it is."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from functools import lru_cache
from typing import Any

import numpy as np
import yaml

from sangesan.demo.chance import Bools, Ints
from sangesan.demo.facts_of_county import DATA, CountyFacts
from sangesan.demo.meeting_days import meeting_days
from sangesan.demo.population import Households, People, Places

ABLE = ("普通劳动力", "技能劳动力", "弱劳动力或半劳动力")


@lru_cache(maxsize=1)
def known_village() -> dict[str, Any]:
    """What the article says of one village: town, village, month of enrolment, households (data/known_village.yaml)."""
    loaded: dict[str, Any] = yaml.safe_load((DATA / "known_village.yaml").read_text(encoding="utf-8"))
    return loaded


def for_known_village(facts: CountyFacts, places: Places, village: Ints, open_: Bools) -> Ints:
    """An order of households in which the article's village has the monitored ones it needs; as it was where it has.

    village, open_: of the households in their order. Only a county made small lacks them.
    """
    order: Ints = np.arange(village.size)
    own = village == _place(places)
    lacking = known_village()["households"] - int((own & open_).sum())
    free, elsewhere = np.flatnonzero(own & ~open_), np.flatnonzero(~own & open_)
    count = max(0, min(lacking, free.size, elsewhere.size, facts.open.households))
    order[free[:count]], order[elsewhere[:count]] = elsewhere[:count], free[:count].copy()
    return order


def fit_labour(households: Households, people: People) -> None:
    """A household that nobody can work for is not marked eliminated: it changes places with one of the same size.

    Formerly poor with formerly poor, so that all totals stay. A few for whom no partner is left stay as they are.
    """
    able = np.isin(people.labour, ABLE) & people.counted
    labour = np.bincount(people.household[able], minlength=households.size.size)
    partners: defaultdict[tuple[int, bool], list[int]] = defaultdict(list)
    for index in np.flatnonzero(households.open & (labour > 0)):
        partners[int(households.size[index]), bool(households.poor[index])].append(int(index))
    for index in np.flatnonzero(households.eliminated & (labour == 0)):
        fitting = partners[int(households.size[index]), bool(households.poor[index])]
        if fitting:
            pair = [int(index), fitting.pop()]
            for column in (households.eliminated, households.enrolled_on, households.eliminated_on):
                column[pair] = column[pair[::-1]]


def in_known_month(facts: CountyFacts, places: Places, households: Households) -> None:
    """The households of the article's village: enrolled by the joint meetings of its month."""
    known = known_village()
    month: date = known["month"]
    days = [d for d in meeting_days(facts.today) if (d.year, d.month) == (month.year, month.month)]
    own = np.flatnonzero(households.open & (households.village == _place(places)))[: known["households"]]
    for index in own:
        households.enrolled_on[index] = np.datetime64(days[known["meeting"] - 1])


def _place(places: Places) -> int:
    """The village's index; -1 where the county has no such village."""
    known = known_village()
    found = np.flatnonzero(places.full_names == known["town"] + known["village"])
    return int(found[0]) if found.size else -1
