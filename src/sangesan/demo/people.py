"""All people of the county: members of families, some who live along, some who died or moved away."""

from __future__ import annotations

import numpy as np

from sangesan.demo.chance import Ints, Texts, generator, pick
from sangesan.demo.condition import make_health, make_labour, make_places, make_workers
from sangesan.demo.facts_of_county import CountyFacts
from sangesan.demo.families import Members, make_families
from sangesan.demo.identity import identity_numbers, phones
from sangesan.demo.names import make_names
from sangesan.demo.population import NEVER, Households, People
from sangesan.demo.schooling import education, grade, study_paths

LIVING_ALONG = 1150
DIED = 2050
MOVED_AWAY = 1240
COUNTED, ALONG, DEAD, AWAY = range(4)
DAYS_FROM_SEPTEMBER = 12


def make_people(facts: CountyFacts, seed: int, households: Households) -> People:
    """Everybody, the counted members first and sorted by household; sets `households.head`."""
    members = make_families(seed, households.size)
    households.head = np.flatnonzero(members.relation == "户主")
    members, kind, left_on = _with_others(facts, seed, members)
    birth = _births(facts, seed, members.age)
    birth_year = birth.astype("datetime64[Y]").astype(np.int64) + 1970
    surname, name = make_names(
        seed, household=members.household, married_in=members.married_in, male=members.male, birth_year=birth_year
    )
    rng = generator(seed, "identity")
    identity = identity_numbers(rng, facts, birth, members.male, members.married_in)
    school_age = ages_on(birth, np.datetime64(facts.today) - DAYS_FROM_SEPTEMBER)
    path = study_paths(facts, seed, members.household, school_age)
    path[kind != COUNTED] = ""
    grades = grade(path, school_age)
    health = make_health(seed, households, members.household, members.age)
    lacking = households.has_risk("缺劳动力")[members.household]
    labour = make_labour(seed, members.age, path != "", health, lacking)
    able = ((labour == "普通劳动力") | (labour == "技能劳动力")) & (kind == COUNTED)
    worker = make_workers(facts, seed, households, household=members.household, age=members.age, able=able)
    return People(
        household=members.household,
        relation=members.relation,
        male=members.male,
        age=members.age,
        birth=birth,
        married_in=members.married_in,
        kind=kind,
        left_on=left_on,
        surname=surname,
        name=name,
        identity=identity,
        phone=_phones(facts, rng, members.age),
        labour=labour,
        health=health,
        education=education(seed, grades, birth_year),
        schooling=grades,
        path=path,
        worker=worker,
        place=make_places(facts, seed, worker),
    )


def ages_on(birth: np.ndarray, day: np.datetime64) -> Ints:
    """Full years on a day."""
    years = day.astype("datetime64[Y]").astype(np.int64) - birth.astype("datetime64[Y]").astype(np.int64)
    birthday = birth - birth.astype("datetime64[Y]")
    reached = (day - day.astype("datetime64[Y]")) >= birthday
    return np.asarray(years - 1 + reached, dtype=np.int64)


def _births(facts: CountyFacts, seed: int, age: Ints) -> np.ndarray:
    """A day of birth that makes each person exactly that old on the county's day."""
    rng = generator(seed, "births")
    today = np.datetime64(facts.today)
    days = np.floor(age * 365.2425).astype(np.int64) + 2 + rng.integers(0, 362, age.size)
    return today - np.where(age == 0, rng.integers(14, 360, age.size), days)


def _with_others(
    facts: CountyFacts, seed: int, members: Members
) -> tuple[Members, Ints, np.ndarray]:
    """Adds people whom the totals do not count; kind and day of death or moving for everybody."""
    rng = generator(seed, "others")
    today = np.datetime64(facts.today)
    counts = {
        ALONG: facts.scaled(LIVING_ALONG),
        DEAD: facts.scaled(DIED),
        AWAY: facts.scaled(MOVED_AWAY),
    }
    extra = sum(counts.values())
    large = np.flatnonzero(np.bincount(members.household) >= 2)
    household = pick(rng, large, extra)
    kind = np.repeat(list(counts), list(counts.values()))[: household.size]
    male = rng.random(household.size) < np.select([kind == ALONG, kind == DEAD], [0.35, 0.55], 0.2)
    age = np.select(
        [kind == ALONG, kind == DEAD],
        [rng.integers(19, 34, household.size), (96 - rng.gamma(2.2, 8.0, household.size)).astype(np.int64)],
        rng.integers(20, 32, household.size),
    ).clip(1, 98)
    relation = np.where(male, "之子", "之女").astype("<U5")
    old = (kind == DEAD) & (age > 62)
    relation[old] = np.where(male[old], "之父", "之母")
    first = (np.datetime64(facts.months[0].first_day()) - today).astype(int)
    left = today + rng.integers(first, -75, household.size)
    merged = Members(
        household=np.r_[members.household, household],
        relation=np.r_[members.relation, relation],
        male=np.r_[members.male, male],
        age=np.r_[members.age, age],
        married_in=np.r_[members.married_in, np.zeros(household.size, dtype=bool)],
    )
    kinds = np.r_[np.zeros(members.household.size, dtype=np.int64), kind]
    nobody = np.full(members.household.size, NEVER)
    return merged, kinds, np.r_[nobody, np.where(kind == ALONG, NEVER, left)]


def _phones(facts: CountyFacts, rng: np.random.Generator, age: Ints) -> Texts:
    """A number for most grown-ups, fewer of the old, hardly any child."""
    share = np.select([age < 14, age < 18, age < 60, age < 75], [0.0, 0.35, 0.93, 0.66], 0.28)
    return np.where(rng.random(age.size) < share, phones(rng, facts, age.size), "")
