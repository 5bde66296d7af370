"""Health, labour and work: what people can do and where they work."""

from __future__ import annotations

import numpy as np

from sangesan.demo.chance import Bools, Ints, Texts, generator, weighted
from sangesan.demo.facts_of_county import CountyFacts
from sangesan.demo.population import Households

# Up to this age: share with a long-term illness, a serious illness, a disability.
HEALTH = ((17, 0.010, 0.002, 0.009), (44, 0.030, 0.004, 0.020), (59, 0.115, 0.012, 0.042), (120, 0.310, 0.021, 0.078))
UNKNOWN_HEALTH = 0.05
UNKNOWN_LABOUR = 0.06
# Up to this age: share of those who can work that works for wages away from the farm.
WORKING = ((19, 0.30), (45, 0.66), (54, 0.50), (59, 0.30), (64, 0.12))
HEALTH_WORDS = ("长期慢性病", "患有大病", "残疾")


def make_health(seed: int, households: Households, household: Ints, age: Ints) -> Texts:
    """健康状况, several joined by ；. A household in monitoring for illness or disability has someone so."""
    rng = generator(seed, "health")
    flags = np.zeros((age.size, 3), dtype=bool)
    earliest = -1
    for until, *shares in HEALTH:
        own = np.flatnonzero((age > earliest) & (age <= until))
        earliest = until
        flags[own] = rng.random((own.size, 3)) < np.array(shares)
    for risk, column in (("因病", 0), ("因残", 2)):
        _ensure_one(rng, flags, column, household=household, age=age, wanted=households.has_risk(risk))
    serious = flags[:, 0] & households.has_risk("因病")[household] & (rng.random(age.size) < 0.4)
    flags[serious, 1] = True
    words = np.full(age.size, "", dtype="<U16")
    for column, word in enumerate(HEALTH_WORDS):
        join = np.where((words != "") & flags[:, column], "；", "")
        words = np.char.add(np.char.add(words, join), np.where(flags[:, column], word, ""))
    words = np.where(words == "", "健康", words)
    unknown = (words == "健康") & (rng.random(age.size) < UNKNOWN_HEALTH)
    return np.where(unknown, "", words)


def _ensure_one(
    rng: np.random.Generator, flags: Bools, column: int, *, household: Ints, age: Ints, wanted: Bools
) -> None:
    """Set the flag for the oldest grown-up of each wanted household in which nobody has it."""
    has = np.bincount(household[flags[:, column]], minlength=wanted.size) > 0
    members = np.flatnonzero((wanted & ~has)[household])
    fit = np.where(age[members] >= 18, age[members], -1) + rng.random(members.size) * 30
    order = np.lexsort((-fit, household[members]))
    _, first = np.unique(household[members][order], return_index=True)
    flags[members[order[first]], column] = True


def make_labour(seed: int, age: Ints, student: Bools, health: Texts, lacking: Bools) -> Texts:
    """劳动技能 by age, study and health; some unknown. lacking: in monitoring for want of labour."""
    rng = generator(seed, "labour")
    chance = rng.random(age.size)
    broken = (np.char.find(health, "残疾") >= 0) | (np.char.find(health, "患有大病") >= 0)
    labour = np.where(chance < 0.11, "技能劳动力", "普通劳动力").astype("<U9")
    labour[(age >= 16) & (np.char.find(health, "长期慢性病") >= 0) & (chance < 0.45)] = "弱劳动力或半劳动力"
    labour[broken & (chance < 0.55)] = "弱劳动力或半劳动力"
    labour[broken & (chance < 0.28)] = "丧失劳动力"
    older = (age >= 60) & (age < 70)
    labour[older & (chance < 0.78)] = "弱劳动力或半劳动力"
    labour[older & (chance < 0.16)] = "丧失劳动力"
    labour[lacking & (age >= 16) & (chance < 0.9)] = "弱劳动力或半劳动力"
    labour[(age < 16) | (age >= 70) | (student & (age < 23))] = "无劳动力"
    labour[(age >= 16) & (age < 70) & ~student & (chance > 1 - UNKNOWN_LABOUR)] = ""
    return labour


def make_workers(
    facts: CountyFacts, seed: int, households: Households, *, household: Ints, age: Ints, able: Bools
) -> Bools:
    """Who works for wages. A relocated household that can work has a worker, but for the planned ones."""
    rng = generator(seed, "work")
    chance = np.zeros(age.size)
    earliest = 15
    for until, share in WORKING:
        chance[(age > earliest) & (age <= until)] = share
        earliest = until
    worker = able & (rng.random(age.size) < chance)
    relocated = households.relocated
    can = np.bincount(household[able], minlength=relocated.size) > 0
    idle = np.flatnonzero(relocated & can)
    idle = rng.permutation(idle)[: facts.trouble("relocated_without_job", "households")]
    worker[np.isin(household, idle)] = False
    works = np.bincount(household[worker], minlength=relocated.size) > 0
    wanted = relocated & can & ~works
    wanted[idle] = False
    members = np.flatnonzero(wanted[household] & able)
    _, first = np.unique(household[members], return_index=True)
    worker[members[first]] = True
    return worker


def make_places(facts: CountyFacts, seed: int, worker: Bools) -> Texts:
    """务工地点 of workers, '' for the others."""
    rng = generator(seed, "work places")
    names = np.array(list(facts.raw["work_places"]))
    drawn = names[weighted(rng, list(facts.raw["work_places"].values()), worker.size)]
    return np.where(worker, drawn, "")
