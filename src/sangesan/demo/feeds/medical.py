"""Settlements of the medical insurance: many small visits, some hospital stays, a few that ruin a family."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from sangesan.demo.chance import Bools, Ints, generator, pick, weighted
from sangesan.demo.feeds.life import recent_deaths
from sangesan.demo.population import County
from sangesan.demo.records import Column, Records, afflicted, between, coded, date, lognormal, money
from sangesan.kernel.period import Month

FEED = "medical_settlement"
CARE = ("住院", "门诊慢特病", "门诊统筹")
HOSPITAL, CHRONIC, CLINIC = range(3)
VISITS_PER_MONTH = 188_000
SEASON = {1: 1.1, 2: 0.86, 3: 1.03, 12: 1.1}


@dataclass
class Bills:
    """Settlements as arrays of equal length: person, day, kind of care, yuan in all and self-paid."""

    person: Ints
    day: np.ndarray
    care: Ints
    total: np.ndarray
    self_paid: np.ndarray


def settlements(county: County, months: Sequence[Month]) -> Iterator[Records]:
    """All settlements of the given months."""
    planned = _planned(county)
    weights = _visit_weights(county)
    for month in months:
        first, last = np.datetime64(month.first_day()), np.datetime64(month.last_day())
        everyday = _everyday(county, weights, month)
        inside = (planned.day >= first) & (planned.day <= last)
        parts = [
            np.concatenate([getattr(everyday, name), getattr(planned, name)[inside]])
            for name in ("person", "day", "care", "total", "self_paid")
        ]
        bills = Bills(*parts)
        order = np.argsort(bills.day, kind="stable")
        total, own = money(bills.total[order]), money(bills.self_paid[order])
        yield Records(
            FEED,
            month,
            bills.person[order],
            {
                "结算日期": date(bills.day[order]),
                "就医类型": coded(bills.care[order], CARE),
                "总费用": total,
                "基金支付": Column("money", total.values - own.values),
                "个人自付": own,
            },
        )


def _visit_weights(county: County) -> np.ndarray:
    """How often each person sees a doctor, against the others."""
    people = county.people
    by_age = np.select([people.age < 6, people.age < 18, people.age < 45, people.age < 60], [1.3, 0.5, 0.45, 1.0], 1.9)
    weights = by_age * np.where(people.ill, 2.1, 1.0)
    return np.where(people.counted, weights, 0.0)


def _everyday(county: County, weights: np.ndarray, month: Month) -> Bills:
    """The ordinary bills of a month: none of them a burden that ought to raise a clue."""
    rng = generator(county.seed, FEED, str(month))
    people = county.people
    allowed = np.where(people.birth > np.datetime64(month.first_day()), 0.0, weights)
    if month == county.facts.months[-1]:
        allowed[recent_deaths(county)[0]] = 0.0
    count = county.facts.scaled(round(VISITS_PER_MONTH * SEASON.get(month.month, 1.0)))
    person = weighted(rng, allowed, count)
    chance = rng.random(count)
    lasting = np.char.find(people.health, "慢性病") >= 0
    care = np.full(count, CLINIC)
    care[lasting[person] & (chance < 0.46)] = CHRONIC
    care[chance > 1 - np.where(people.age[person] >= 55, 0.030, 0.018)] = HOSPITAL
    poor = county.households.poor[people.household[person]]
    total, own = np.empty(count), np.empty(count)
    for kind, (middle, spread, low, high, least, most) in {
        CLINIC: (66, 0.55, 12, 240, 0.28, 0.48),
        CHRONIC: (140, 0.5, 40, 380, 0.12, 0.28),
        HOSPITAL: (3400, 0.55, 900, 13_000, 0.24, 0.38),
    }.items():
        rows = np.flatnonzero(care == kind)
        total[rows] = lognormal(rng, middle, spread, (low, high), rows.size)
        own[rows] = total[rows] * (least + (most - least) * rng.random(rows.size))
    stay = care == HOSPITAL
    own[stay] = np.minimum(own[stay] * np.where(poor[stay], 0.52, 1.0), np.where(poor[stay], 1500, 4200))
    day = between(rng, str(month.first_day()), str(month.last_day()), count)
    return Bills(person, day, care, total, own)


def _planned(county: County) -> Bills:
    """The bills that matter: great ones of this year and of last, and dear outpatients."""
    rng = generator(county.seed, FEED, "planned")
    people = county.people
    poor = county.households.poor[people.household]
    sick = people.ill | (people.age > 50)
    this_year = f"{county.facts.today.year}-01-01"
    last = str(county.facts.months[-1].last_day())
    before = str(county.facts.months[0].first_day())
    year_before = f"{county.facts.today.year - 1}-12-20"
    plans: list[tuple[str, Bools, float, float, float, str, str]] = [
        ("medical_formerly_poor", sick & poor, 7800, 5150, 42_000, this_year, last),
        ("medical_other", sick & ~poor, 29_000, 20_300, 110_000, this_year, last),
        ("medical_other_middling", sick & ~poor, 11_000, 6000, 19_000, this_year, last),
        ("medical_past", sick, 13_000, 5200, 70_000, before, year_before),
    ]
    parts = [
        _stays(rng, afflicted(county, rng, name, fit, "因病"), middle, low, high, since=since, until=until)
        for name, fit, middle, low, high, since, until in plans
    ]
    parts.append(_dear_clinic(county, rng, afflicted(county, rng, "outpatient_heavy", sick, "因病")))
    names = ("person", "day", "care", "total", "self_paid")
    return Bills(*(np.concatenate([getattr(part, name) for part in parts]) for name in names))


def _stays(
    rng: np.random.Generator, who: Ints, middle: float, low: float, high: float, *, since: str, until: str
) -> Bills:
    """One to four stays each, whose self-paid parts sum to an amount between low and high."""
    amount = lognormal(rng, middle, 0.5, (low, high), who.size)
    amount = np.where(amount == low, low * (1 + 0.4 * rng.random(who.size)), amount)
    stays = 1 + weighted(rng, (40, 33, 17, 10), who.size)
    person, sums = np.repeat(who, stays), np.repeat(amount, stays)
    part = 0.4 + rng.random(person.size)
    owner = np.repeat(np.arange(who.size), stays)
    part /= np.bincount(owner, weights=part, minlength=who.size)[owner]
    own = np.ceil(sums * part * 100) / 100
    total = own / (0.3 + 0.22 * rng.random(person.size))
    return Bills(person, between(rng, since, until, person.size), np.full(person.size, HOSPITAL), total, own)


def _dear_clinic(county: County, rng: np.random.Generator, who: Ints) -> Bills:
    """Outpatients who pay 520 yuan or more in the last month, half of them for some months before too."""
    months = county.facts.months[-6:]
    runs = np.where(rng.random(who.size) < 0.5, 1, rng.integers(2, len(months) + 1, who.size))
    person = np.repeat(who, runs)
    back = np.concatenate([np.arange(n) for n in runs]) if who.size else np.zeros(0, np.int64)
    starts = np.array([m.first_day() for m in months], dtype="datetime64[D]")[len(months) - 1 - back.astype(np.int64)]
    own = lognormal(rng, 720, 0.35, (520, 2400), person.size)
    care = np.where(rng.random(person.size) < 0.7, CHRONIC, CLINIC)
    day = starts + rng.integers(0, 28, person.size)
    return Bills(person, day, care, own / (0.35 + 0.2 * rng.random(person.size)), own)


def heavy_spenders(county: County, count: int) -> Ints:
    """Some people whose bills of this year are great: claims and petitions come from them."""
    rng = generator(county.seed, FEED, "claims")
    return pick(rng, np.unique(_planned(county).person), count)
