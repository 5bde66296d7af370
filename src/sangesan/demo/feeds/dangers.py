"""Disasters, accidents, crime, debts."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sangesan.demo.chance import Ints, generator, weighted
from sangesan.demo.population import NEVER, County
from sangesan.demo.records import (
    Column,
    Records,
    afflicted,
    afflicted_households,
    between,
    coded,
    date,
    days,
    deliver,
    first_day,
    lognormal,
    money,
)

HAZARDS = ("洪涝", "地质灾害", "旱灾", "火灾", "风雹", "低温冷冻")
FLOOD, SLIDE, DROUGHT, FIRE, HAIL, FROST = range(6)
DAMAGE = ("无", "一般损坏", "严重损坏", "倒塌")
OUTCOMES = ("轻伤", "重伤", "致残", "死亡")


def disasters(county: County) -> Iterator[Records]:
    """因灾受损: floods and slides in summer and autumn, drought, hail, frost; fires the year round."""
    rng = generator(county.seed, "disaster_damage")
    h = county.households
    moved = np.flatnonzero(h.cause == "因灾搬迁")
    hit = afflicted_households(county, rng, "disaster", h.cause != "因灾搬迁", "因自然灾害")
    burnt = afflicted_households(county, rng, "fire", ~h.relocated, "因意外事故")
    house = np.concatenate([moved, hit, burnt])
    floods = county.facts.raw["flood_days"]
    flood_days = np.array(list(floods), dtype="datetime64[D]")
    day = flood_days[weighted(rng, list(floods.values()), house.size)] + rng.integers(0, 2, house.size)
    day[: moved.size] = np.minimum(day[: moved.size], h.moved_on[moved] - 12)
    hazard = np.where(rng.random(house.size) < 0.34, SLIDE, FLOOD)
    other = np.arange(house.size) >= moved.size
    other &= rng.random(house.size) < 0.14
    hazard[other] = rng.choice((DROUGHT, HAIL, FROST), int(other.sum()))
    day[other] = days(rng, county.facts, int(other.sum()), {4: 2, 5: 2, 7: 2, 8: 2})
    hazard[house.size - burnt.size :] = FIRE
    day[house.size - burnt.size :] = days(rng, county.facts, burnt.size, {12: 2, 1: 2, 2: 2})
    damage = weighted(rng, (46, 42, 9, 3), house.size)
    damage[: moved.size] = weighted(rng, (0, 0, 6, 4), moved.size)
    damage[other] = 0
    loss = lognormal(rng, 2600, 0.8, (200, 60_000), house.size) * (1 + damage * 3)
    columns = {
        "灾种": coded(hazard, HAZARDS),
        "发生日期": date(day),
        "房屋受损": coded(damage, DAMAGE),
        "经济损失": money(loss.round(-1)),
        "人员伤亡": Column("bool", rng.random(house.size) < 0.012),
    }
    return deliver(county, "disaster_damage", day + 2, county.of_head(house), columns)


def accidents(county: County) -> Iterator[Records]:
    """交通事故伤亡."""
    rng = generator(county.seed, "traffic_accident")
    who = afflicted(county, rng, "traffic", county.people.age > 5, "因意外事故")
    return _injuries(county, rng, "traffic_accident", heading="事故日期", who=who, shares=(62, 26, 7, 5))


def crimes(county: County) -> Iterator[Records]:
    """刑事案件伤亡."""
    rng = generator(county.seed, "crime_victim")
    who = afflicted(county, rng, "crime", (county.people.age > 15) & (county.people.age < 70))
    return _injuries(county, rng, "crime_victim", heading="发案日期", who=who, shares=(60, 28, 8, 4))


def _injuries(
    county: County, rng: np.random.Generator, feed: str, *, heading: str, who: Ints, shares: tuple[int, ...]
) -> Iterator[Records]:
    day = days(rng, county.facts, who.size)
    outcome = weighted(rng, shares, who.size)
    return deliver(county, feed, day, who, {heading: date(day), "后果": coded(outcome, OUTCOMES)})


def frauds(county: County) -> Iterator[Records]:
    """电信诈骗损失."""
    rng = generator(county.seed, "fraud_loss")
    who = afflicted(county, rng, "fraud", (county.people.age > 15) & (county.people.age < 75))
    day = days(rng, county.facts, who.size)
    loss = lognormal(rng, 8500, 1.0, (200, 180_000), who.size).round(0)
    return deliver(county, "fraud_loss", day, who, {"发案日期": date(day), "损失金额": money(loss)})


def courts(county: County) -> Iterator[Records]:
    """被执行与服刑."""
    rng = generator(county.seed, "court_enforcement")
    adult = (county.people.age > 21) & (county.people.age < 62)
    debtors = afflicted(county, rng, "enforcement", adult)
    jailed = np.setdiff1d(afflicted(county, rng, "prison", adult & county.people.male), debtors)
    who = np.concatenate([debtors, jailed])
    day = days(rng, county.facts, who.size)
    amount = money(lognormal(rng, 22_000, 0.9, (800, 600_000), who.size).round(0))
    amount.values[debtors.size :] = -1
    kind = np.repeat([0, 1], [debtors.size, jailed.size])
    columns = {"类别": coded(kind, ("被执行", "服刑")), "立案日期": date(day), "标的金额": amount}
    return deliver(county, "court_enforcement", day, who, columns)


def water(county: County) -> Iterator[Records]:
    """供水异常 of villages: dry months in winter and spring, broken pipes, a few open now."""
    rng = generator(county.seed, "water_supply")
    facts = county.facts
    year = facts.today.year
    counts = [facts.trouble(name, "villages") for name in ("water_shortage", "water_open", "water_quality")]
    village = np.flatnonzero(~county.places.community)
    dry, now, foul = np.split(rng.permutation(village)[: sum(counts)], np.cumsum(counts)[:2])
    place = np.concatenate([dry, now, foul])
    cause = np.concatenate([np.where(rng.random(dry.size) < 0.7, 0, 1), np.zeros(now.size, int), np.full(foul.size, 2)])
    began = np.concatenate(
        [
            days(rng, facts, dry.size, {12: 4, 1: 5, 2: 4, 3: 2, 4: 1, **dict.fromkeys((5, 6, 7, 8, 9, 10, 11), 0.4)}),
            between(rng, f"{year}-08-03", f"{year}-08-20", now.size),
            days(rng, facts, foul.size, {6: 2, 7: 3, 8: 3}),
        ]
    )
    began[began.size - 2 :] = between(rng, f"{year}-08-08", f"{year}-08-24", 2)
    over = np.minimum(began + rng.integers(2, 26, place.size), np.datetime64(facts.today) - 14)
    over = np.maximum(over, began + 1)
    over[dry.size : dry.size + now.size] = NEVER
    over[over.size - 1 :] = NEVER
    columns = {
        "村": coded(place, county.places.full_names),
        "开始日期": date(began),
        "恢复日期": date(over),
        "原因": coded(cause, ("季节性缺水", "设施损坏", "水质不达标")),
    }
    return deliver(county, "water_supply", np.where(np.isnat(over), began + 3, over), None, columns)


def hazards(county: County) -> Iterator[Records]:
    """地质灾害隐患点: the list, and points that became worse of late."""
    rng = generator(county.seed, "geohazard")
    facts = county.facts
    count = facts.trouble("geohazard", "villages")
    place = rng.permutation(np.flatnonzero(~county.places.community))[:count]
    worse = place[: facts.trouble("geohazard_upgraded", "villages")]
    level = np.concatenate([weighted(rng, (0, 0, 30, 70), place.size), rng.integers(0, 2, worse.size)])
    level[: worse.size] = 3
    day = np.concatenate(
        [
            between(rng, first_day(facts) + 1, first_day(facts) + 27, place.size),
            between(rng, f"{facts.today.year}-08-02", f"{facts.today.year}-08-30", worse.size),
        ]
    )
    site = np.array([f"{county.places.codes[p][:9]}-{n:03d}" for n, p in enumerate(place, start=1)])
    rows = np.concatenate([np.arange(place.size), np.arange(worse.size)])
    columns = {
        "隐患点编号": coded(rows, site),
        "村": coded(place[rows], county.places.full_names),
        "险情等级": coded(level, ("特大型", "大型", "中型", "小型")),
        "更新日期": date(day),
    }
    return deliver(county, "geohazard", day, None, columns)
