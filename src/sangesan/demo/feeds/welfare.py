"""Assistance, children in difficulty, petitions, insurance against poverty."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sangesan.demo.chance import Bools, Ints, generator, pick, weighted
from sangesan.demo.feeds.medical import heavy_spenders
from sangesan.demo.population import NEVER, County
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
    lognormal,
    money,
    text,
)

SCHEMES = ("低保", "特困", "低保边缘", "刚性支出困难", "临时救助")
MONTHLY = (310, 705, 120, 180, 1400)
LOW_INCOME_HOUSEHOLDS = 4300
DESTITUTE = 1250
SITUATIONS = {"孤儿": 5, "事实无人抚养": 14, "留守": 42, "重病重残": 21, "单亲": 18}
CHANNELS = {"信访": 22, "12345": 48, "12317": 14, "网络舆情": 16}
COMPLAINTS = (
    "家中有人患大病，医疗费负担重，生活困难，请求帮助",
    "房屋受灾后漏雨，请求鉴定和维修",
    "务工工资被拖欠，家庭生活困难",
    "孩子上学费用高，请求资助",
    "申请低保未批，反映家庭困难",
    "饮水管道损坏，多日停水",
    "咨询搬迁安置房办证",
    "反映邻里土地边界纠纷",
    "咨询产业奖补政策",
    "反映通村道路塌方",
)


def assistance_stock(county: County) -> tuple[Ints, Ints]:
    """People on 低保 and on 特困 when reporting began."""
    rng = generator(county.seed, "assistance stock")
    people, h = county.people, county.households
    alone = people.counted & (h.size[people.household] == 1) & (people.age >= 60)
    destitute = pick(rng, np.flatnonzero(alone), county.facts.scaled(DESTITUTE))
    poor = np.flatnonzero(h.poor & ~np.isin(np.arange(h.size.size), people.household[destitute]))
    chosen = pick(rng, poor, county.facts.scaled(LOW_INCOME_HOUSEHOLDS))
    low = np.flatnonzero(np.isin(people.household, chosen) & people.counted)
    return low, destitute


def assistance(county: County) -> Iterator[Records]:
    """社会救助: one row for each grant; one that has stopped is reported when it stops."""
    rng = generator(county.seed, "social_assistance")
    people, facts = county.people, county.facts
    low, destitute = assistance_stock(county)
    stock = np.concatenate([low, destitute])
    scheme = np.repeat([0, 1], [low.size, destitute.size])
    on_it = np.zeros(len(people), dtype=bool)
    on_it[stock] = True
    heads = afflicted(county, rng, "assistance_stopped", on_it & (people.relation == "户主"))
    stopped_on = np.full(county.households.size.size, NEVER)
    stopped_on[people.household[heads]] = days(rng, facts, heads.size)
    over = stopped_on[people.household[stock]]
    fresh = afflicted(county, rng, "assistance_new", ~on_it & (people.age > 3))
    began = days(rng, facts, fresh.size, {1: 1.6, 2: 1.4, 8: 1.4, 9: 1.4})
    person = np.concatenate([stock, fresh])
    scheme = np.concatenate([scheme, weighted(rng, (36, 4, 11, 7, 42), fresh.size)])
    since = np.concatenate([between(rng, "2013-01-01", first_day(facts) - 1, stock.size), began])
    until = np.concatenate([over, np.full(fresh.size, NEVER)])
    amount = np.array(MONTHLY)[scheme] * (0.75 + 0.6 * rng.random(person.size))
    columns = {
        "救助类别": coded(scheme, SCHEMES),
        "开始日期": date(since),
        "停止日期": date(until),
        "月发放金额": money(amount.round(0)),
    }
    return deliver(county, "social_assistance", np.where(np.isnat(until), since, until), person, columns)


def children(county: County) -> Iterator[Records]:
    """困境儿童, reported each quarter."""
    rng = generator(county.seed, "child_in_difficulty")
    who = afflicted(county, rng, "child", county.people.age < 16)
    day = between(rng, "2020-06-01", str(county.facts.months[-1].last_day()), who.size)
    day = np.maximum(day, county.people.birth[who] + 60)
    columns = {"情形": drawn(rng, SITUATIONS, who.size), "认定日期": date(day)}
    return deliver(county, "child_in_difficulty", day, who, columns, quarterly=True)


def petitions(county: County) -> Iterator[Records]:
    """信访与热线诉求."""
    rng = generator(county.seed, "petition")
    fit: Bools = (county.people.age > 22) & (county.people.age < 75)
    who = afflicted(county, rng, "petition", fit)
    day = days(rng, county.facts, who.size)
    columns = {
        "渠道": drawn(rng, CHANNELS, who.size),
        "受理日期": date(day),
        "诉求摘要": text(np.array(COMPLAINTS)[rng.integers(0, len(COMPLAINTS), who.size)]),
    }
    return deliver(county, "petition", day, who, columns)


def claims(county: County) -> Iterator[Records]:
    """防贫保险理赔: mostly for those whose bills are great."""
    rng = generator(county.seed, "insurance_claim")
    count = county.facts.trouble("insurance_claim")
    sick = heavy_spenders(county, count * 2 // 3)
    others = np.setdiff1d(afflicted(county, rng, "insurance_claim", county.people.age > 5), sick)
    who = np.concatenate([sick, pick(rng, others, count - sick.size)])
    cause = np.where(np.arange(who.size) < sick.size, 0, weighted(rng, (1, 2, 5, 5), who.size))
    day = days(rng, county.facts, who.size, {7: 1.3, 8: 1.3, 9: 1.4})
    columns = {
        "出险日期": date(day - rng.integers(5, 28, who.size)),
        "出险原因": coded(cause, ("因病", "因学", "因灾", "意外")),
        "理赔金额": money(lognormal(rng, 3600, 0.7, (300, 60_000), who.size).round(0)),
    }
    return deliver(county, "insurance_claim", day, who, columns)
