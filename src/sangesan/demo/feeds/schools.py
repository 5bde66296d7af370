"""Schooling: who is enrolled where, who stays away, what it costs."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sangesan.demo.chance import Ints, Texts, generator, pick
from sangesan.demo.people import DAYS_FROM_SEPTEMBER, ages_on
from sangesan.demo.population import County
from sangesan.demo.records import Records, afflicted, between, date, deliver, lognormal, money, text
from sangesan.demo.schooling import NOT_COMPULSORY, stage_a_year_before

LAST_AGE = {"初中": 14, "普高": 17, "中职": 17, "高职高专": 20, "本科及以上": 21}
RETURN_AFTER = 45


def _stages(county: County, years_back: int) -> tuple[Ints, Texts]:
    """School age and stage of everybody in the school year that began so many Septembers before the last."""
    today = np.datetime64(county.facts.today)
    age = ages_on(county.people.birth, today - DAYS_FROM_SEPTEMBER)
    stage = county.people.path
    for back in range(years_back):
        stage = stage_a_year_before(stage, age - back)
    return age - years_back, stage


def enrolment(county: County) -> Iterator[Records]:
    """学籍: full lists in March and September 2021, then those who stay away and those who finish."""
    rng = generator(county.seed, "school_enrolment")
    year = county.facts.today.year
    rows: list[tuple[Ints, Texts, np.ndarray, np.ndarray]] = []
    for back, when in ((2, f"{year - 1}-03-05"), (1, f"{year - 1}-09-06")):
        _, stage = _stages(county, back)
        who = np.flatnonzero(stage != "")
        rows.append((who, stage[who], np.full(who.size, "在读"), np.full(who.size, np.datetime64(when))))
    age, stage = _stages(county, 1)
    compulsory = np.isin(stage, ("小学", "初中")) & (age >= 8)
    away = afflicted(county, rng, "dropout", compulsory)
    gone = between(rng, f"{year - 1}-10-08", f"{year}-03-20", away.size)
    rows.append((away, stage[away], np.full(away.size, "疑似辍学"), gone))
    rows.append((away, stage[away], np.full(away.size, "在读"), gone + RETURN_AFTER))
    open_ = pick(rng, np.setdiff1d(np.flatnonzero(compulsory), away), county.facts.trouble("dropout_open"))
    rows.append((open_, stage[open_], np.full(open_.size, "疑似辍学"), between(rng, f"{year}-08-22", f"{year}-08-31", open_.size)))
    rest = np.setdiff1d(np.flatnonzero(compulsory), np.concatenate([away, open_]))
    other = pick(rng, rest, county.facts.scaled(180))
    word = np.where(rng.random(other.size) < 0.4, "送教上门", "休学")
    rows.append((other, stage[other], word, between(rng, f"{year - 1}-09-20", f"{year}-05-30", other.size)))
    ends = np.array([LAST_AGE.get(s, 99) == a for s, a in zip(stage.tolist(), age.tolist(), strict=True)])
    done = np.flatnonzero((stage != "") & ends & ~np.isin(np.arange(stage.size), np.concatenate([open_, other])))
    rows.append((done, stage[done], np.full(done.size, "毕业"), np.full(done.size, np.datetime64(f"{year}-07-04"))))
    who = np.concatenate([r[0] for r in rows])
    stages = np.concatenate([r[1] for r in rows])
    day = np.concatenate([r[3].astype("datetime64[D]") for r in rows])
    columns = {
        "学校": text(_schools(county, who, stages)),
        "学段": text(stages),
        "就读状态": text(np.concatenate([r[2] for r in rows])),
        "状态日期": date(day),
    }
    return deliver(county, "school_enrolment", day, who, columns)


def _schools(county: County, who: Ints, stages: Texts) -> Texts:
    """The school of each student: their town's, or one of the county's and province's."""
    town = county.places.town_names[county.places.town[county.households.residence[county.people.household[who]]]]
    stem = np.char.replace(town, "镇", "")
    names = np.full(who.size, "", dtype="<U20")
    for stage, ending in (("学前", "中心幼儿园"), ("小学", "中心小学"), ("初中", "初级中学")):
        own = stages == stage
        names[own] = np.char.add(stem[own], ending)
    for stage, schools in county.facts.raw["schools"].items():
        own = np.flatnonzero(stages == stage)
        names[own] = np.array(schools)[county.people.household[who[own]] % len(schools)]
    return names


def costs(county: County) -> Iterator[Records]:
    """非义务教育自付费用: reported each April for the running school year."""
    rng = generator(county.seed, "education_cost")
    year = county.facts.today.year
    parts = []
    for back in (2, 1):
        _, stage = _stages(county, back)
        studies = np.isin(stage, NOT_COMPULSORY[1:])
        who = np.flatnonzero(studies)
        own = lognormal(rng, 4300, 0.45, (600, 9700), who.size)
        if back == 1:
            dear = np.isin(who, afflicted(county, rng, "education_cost", studies, "因学"))
            own[dear] = lognormal(rng, 13_500, 0.25, (10_300, 26_000), int(dear.sum()))
        began = year - back
        parts.append((who, own, np.full(who.size, f"{began}-{began + 1}"), np.full(who.size, np.datetime64(f"{began + 1}-04-22"))))
    columns = {
        "学年": text(np.concatenate([p[2] for p in parts])),
        "自付费用": money(np.concatenate([p[1] for p in parts])),
    }
    return deliver(county, "education_cost", np.concatenate([p[3] for p in parts]), np.concatenate([p[0] for p in parts]), columns)
