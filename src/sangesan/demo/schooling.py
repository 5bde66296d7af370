"""Who studies what on the county's day, and how far the others went."""

from __future__ import annotations

import numpy as np

from sangesan.demo.chance import Ints, Texts, generator, weighted
from sangesan.demo.facts_of_county import CountyFacts

NOT_COMPULSORY = ("学前", "普高", "中职", "高职高专", "本科及以上")
NUMERALS = "一二三四五"
# Share of an age that studies at each stage; the rest does not study.
PATHS: dict[int, dict[str, float]] = {
    **{age: {"学前": 0.82} for age in range(3, 6)},
    **{age: {"小学": 1.0} for age in range(6, 12)},
    **{age: {"初中": 1.0} for age in range(12, 15)},
    **{age: {"普高": 0.50, "中职": 0.40} for age in range(15, 18)},
    **{age: {"高职高专": 0.28, "本科及以上": 0.22} for age in range(18, 21)},
    21: {"本科及以上": 0.19},
}
LEVELS = ("文盲或半文盲", "小学", "初中", "高中", "大专", "本科及以上")
# Last birth year of a cohort: weights of the levels.
COHORTS: tuple[tuple[int, tuple[float, ...]], ...] = (
    (1949, (52, 40, 7, 1, 0, 0)),
    (1959, (26, 52, 19, 3, 0, 0)),
    (1969, (9, 46, 39, 6, 0, 0)),
    (1979, (4, 37, 51, 7, 1, 0)),
    (1989, (1, 17, 62, 13, 5, 2)),
    (1999, (0.3, 5, 52, 24, 12, 7)),
    (2100, (0.1, 1, 55, 36, 6, 2)),
)
UNKNOWN_LEVEL = 0.09


def study_paths(facts: CountyFacts, seed: int, household: Ints, school_age: Ints) -> Texts:
    """Stage of each person, '' for those who do not study. school_age: full years on 1 September.

    Two students beyond compulsory school in one household are kept to the planned number: they are a risk.
    """
    rng = generator(seed, "schooling")
    path = np.full(household.size, "", dtype="<U5")
    for age, shares in PATHS.items():
        own = np.flatnonzero(school_age == age)
        stages = np.array([*shares, ""])
        path[own] = stages[weighted(rng, [*shares.values(), 1 - sum(shares.values())], own.size)]
    beyond = np.isin(path, NOT_COMPULSORY) & (school_age != 15)
    several = np.bincount(household[beyond], minlength=int(household.max()) + 1)
    crowded = np.flatnonzero(several > 1)
    kept = rng.permutation(crowded)[: facts.trouble("two_students", "households")]
    surplus = np.flatnonzero(beyond & np.isin(household, np.setdiff1d(crowded, kept)))
    _, first = np.unique(household[surplus], return_index=True)
    path[np.delete(surplus, first)] = ""
    return path


def stage_a_year_before(path: Texts, school_age: Ints) -> Texts:
    """What those who study now studied in the school year before ('' for none)."""
    before = path.copy()
    before[(path == "学前") & (school_age == 3)] = ""
    before[(path == "小学") & (school_age == 6)] = "学前"
    before[(path == "初中") & (school_age == 12)] = "小学"
    before[school_age == 15] = "初中"
    before[np.isin(path, ("高职高专", "本科及以上")) & (school_age == 18)] = "普高"
    return before


def grade(path: Texts, school_age: Ints) -> Texts:
    """在校生状况 as the national form words it; '' for those who do not study."""
    result = np.full(path.size, "", dtype="<U7")
    result[school_age < 6] = "学龄前儿童"
    result[path == "学前"] = "学前教育"
    result[path == "小学"] = "小学"
    for age, word in ((12, "七年级"), (13, "八年级"), (14, "九年级")):
        result[(path == "初中") & (school_age == age)] = word
    for stage, first, word in (
        ("普高", 15, "普高"),
        ("中职", 15, "中职"),
        ("高职高专", 18, "高职高专"),
        ("本科及以上", 18, "本科"),
    ):
        for year in range(4):
            at = (path == stage) & (school_age == first + year)
            result[at] = word + NUMERALS[year] + "年级"
    return result


def education(seed: int, grades: Texts, birth_year: Ints) -> Texts:
    """文化程度 of those who do not study, some unknown; '' where a grade is given."""
    rng = generator(seed, "education")
    result = np.full(grades.size, "", dtype="<U6")
    earliest = 0
    for until, weights in COHORTS:
        own = np.flatnonzero((birth_year > earliest) & (birth_year <= until) & (grades == ""))
        earliest = until
        result[own] = np.array(LEVELS)[weighted(rng, weights, own.size)]
    result[rng.random(result.size) < UNKNOWN_LEVEL] = ""
    return result

