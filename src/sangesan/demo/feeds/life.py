"""Deaths, insurance enrolment, new illnesses and disabilities."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sangesan.demo.chance import Ints, generator, pick, weighted
from sangesan.demo.people import DEAD
from sangesan.demo.population import County
from sangesan.demo.records import (
    Records,
    afflicted,
    between,
    coded,
    date,
    days,
    deliver,
    drawn,
    first_day,
    last_day,
    number,
)

ENROLLED = ("正常参保", "断保", "未参保")
SCHEMES = ("城乡居民", "城镇职工")
ILLNESSES = {
    "肺癌": 9, "胃癌": 8, "食道癌": 6, "肝癌": 6, "结肠癌": 4, "直肠癌": 4, "乳腺癌": 5, "宫颈癌": 5,
    "终末期肾病": 8, "急性心肌梗塞": 7, "脑梗死": 14, "慢性阻塞性肺疾病": 8, "儿童先天性心脏病": 2,
    "儿童白血病": 1, "尘肺": 6, "重症精神疾病": 3, "血友病": 0.5, "耐多药结核": 2, "Ⅰ型糖尿病": 2,
}
CATEGORIES = {"视力": 12, "听力": 11, "言语": 3, "肢体": 49, "智力": 9, "精神": 11, "多重": 5}
RECENT_DEATHS = 300


def recent_deaths(county: County) -> tuple[Ints, np.ndarray]:
    """People who died in the last month, still alive in the register; and the day."""
    people = county.people
    rng = generator(county.seed, "recent deaths")
    weights = np.where(people.counted, 1.08**people.age + 7.0, 0.0)
    who = np.unique(weighted(rng, weights, county.facts.scaled(RECENT_DEATHS)))
    last = last_day(county.facts)
    return who, between(rng, last.astype("datetime64[M]").astype("datetime64[D]"), last, who.size)


def deaths(county: County) -> Iterator[Records]:
    """死亡登记: those the register knows of and those of the last month."""
    people = county.people
    known = np.flatnonzero(people.kind == DEAD)
    late, day = recent_deaths(county)
    died = np.concatenate([people.left_on[known], day])
    return deliver(county, "death", died, np.concatenate([known, late]), {"死亡日期": date(died)})


def insurance(county: County) -> Iterator[Records]:
    """参保登记: the whole list of each year, then newborns and those who lapse or come back."""
    people, facts = county.people, county.facts
    rng = generator(county.seed, "insurance")
    employed = (people.worker & (rng.random(len(people)) < 0.06)).astype(np.int64)
    person, year, status, reported = [], [], [], []
    lapsed = afflicted(county, rng, "uninsured", people.age > 0)
    for number_, of_year in enumerate(sorted({m.year for m in facts.months})):
        start = first_day(facts) if number_ == 0 else np.datetime64(f"{of_year}-03-01")
        gone = ~np.isnat(people.left_on) & (people.left_on < start)
        entitled = (people.kind != 1) & ~gone & (people.birth <= last_day(facts))
        entitled &= people.birth <= np.datetime64(f"{of_year}-12-31")
        who = np.flatnonzero(entitled)
        state = np.zeros(who.size, dtype=np.int64)
        out = lapsed if number_ else pick(rng, who, lapsed.size)
        state[np.isin(who, out)] = 1 + (rng.random(int(np.isin(who, out).sum())) < 0.35)
        person.append(who)
        year.append(np.full(who.size, of_year))
        status.append(state)
        reported.append(np.maximum(np.full(who.size, start), np.minimum(people.birth[who] + 25, last_day(facts))))
        back = pick(rng, np.setdiff1d(who[state == 0], out), facts.scaled(140))
        gap = between(rng, start + 40, min(start + 110, last_day(facts) - 20), back.size)
        for value, when in ((1, gap), (0, np.minimum(gap + 45, last_day(facts)))):
            person.append(back)
            year.append(np.full(back.size, of_year))
            status.append(np.full(back.size, value))
            reported.append(when)
    everyone = np.concatenate(person)
    columns = {
        "参保年度": number(np.concatenate(year)),
        "险种": coded(employed[everyone], SCHEMES),
        "状态": coded(np.concatenate(status), ENROLLED),
    }
    return deliver(county, "insurance_enrolment", np.concatenate(reported), everyone, columns)


def serious_illness(county: County) -> Iterator[Records]:
    """大病救治新增."""
    rng = generator(county.seed, "serious_illness")
    people = county.people
    fit = (np.char.find(people.health, "患有大病") >= 0) | ((people.age > 48) & people.ill)
    who = afflicted(county, rng, "serious_illness", fit, "因病")
    day = days(rng, county.facts, who.size)
    columns = {"病种": drawn(rng, ILLNESSES, who.size), "确诊日期": date(day)}
    return deliver(county, "serious_illness", day, who, columns)


def severe_disorder(county: County) -> Iterator[Records]:
    """新增严重精神障碍与失能."""
    rng = generator(county.seed, "severe_disorder")
    who = afflicted(county, rng, "severe_disorder", county.people.ill & (county.people.age > 16))
    day = days(rng, county.facts, who.size)
    old = county.people.age[who] >= 60
    kind = np.where(old & (rng.random(who.size) < 0.85), 1, 0)
    return deliver(
        county, "severe_disorder", day, who, {"类别": coded(kind, ("严重精神障碍", "失能")), "认定日期": date(day)}
    )


def disability(county: County) -> Iterator[Records]:
    """残疾人证: the stock with the first month, then new certificates and a few that end."""
    rng = generator(county.seed, "disability")
    people = county.people
    disabled = people.counted & (np.char.find(people.health, "残疾") >= 0)
    fresh = afflicted(county, rng, "new_disability", disabled, "因残")
    stock = np.setdiff1d(np.flatnonzero(disabled), fresh)
    gone = pick(rng, np.flatnonzero(people.kind == DEAD), county.facts.scaled(240))
    who = np.concatenate([stock, fresh, gone])
    issued = np.concatenate(
        [
            between(rng, "2009-06-01", first_day(county.facts) - 20, stock.size),
            days(rng, county.facts, fresh.size),
            between(rng, "2009-06-01", "2019-12-31", gone.size),
        ]
    )
    reported = issued.copy()
    reported[who.size - gone.size :] = people.left_on[gone] + 15
    columns = {
        "残疾类别": drawn(rng, CATEGORIES, who.size),
        "残疾等级": number(1 + weighted(rng, (12, 28, 34, 26), who.size)),
        "发证日期": date(issued),
        "证件状态": coded(np.repeat([0, 1], [who.size - gone.size, gone.size]), ("有效", "注销")),
    }
    return deliver(county, "disability_certificate", reported, who, columns)
