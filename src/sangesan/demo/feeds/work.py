"""Work: jobs away from the farm, public posts, household income."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sangesan.demo.chance import Bools, Ints, generator, pick
from sangesan.demo.population import NEVER, County
from sangesan.demo.records import (
    Records,
    afflicted,
    between,
    date,
    days,
    deliver,
    drawn,
    first_day,
    last_day,
    lognormal,
    money,
    number,
    text,
)

POSTS = {"生态护林员": 38, "村级保洁员": 27, "道路养护员": 12, "水管员": 9, "村务协管员": 8, "孤寡老人照料员": 6}
POST_HOLDERS = 2900
HOME_FOR_NEW_YEAR = 0.45
FALLING_TOWN_SHARE = 0.125


def jobs(county: County) -> Iterator[Records]:
    """务工就业: a job is reported when it was found, and again with its end."""
    rng = generator(county.seed, "employment")
    people, facts = county.people, county.facts
    workers = np.flatnonzero(people.worker)
    this_year = facts.today.year
    ended = _returned(county, rng)
    home = rng.random(workers.size) < HOME_FOR_NEW_YEAR
    stayed, went = workers[~home], workers[home]
    started = days(rng, facts, stayed.size, {2: 4.0, 3: 3.0, 6: 1.5, 9: 1.5, 1: 0.1})
    long = rng.random(stayed.size) < 0.62
    started[long] = between(rng, "2017-02-20", first_day(facts) - 1, int(long.sum()))
    before = between(rng, f"{this_year - 1}-02-18", f"{this_year - 1}-04-20", went.size)
    back = between(rng, f"{this_year}-01-08", f"{this_year}-01-30", went.size)
    again = between(rng, f"{this_year}-02-07", f"{this_year}-03-10", went.size)
    person = np.concatenate([stayed, went, went])
    began = np.concatenate([started, before, again])
    over = np.concatenate([np.full(stayed.size, NEVER), back, np.full(went.size, NEVER)])
    current = np.isnat(over)
    position = np.full(len(people), -1)
    position[person[current]] = np.flatnonzero(current)
    for who, since, until in ended:
        rows = position[who[people.worker[who]]]
        over[rows] = np.maximum(between(rng, since, until, rows.size), began[rows] + 20)
    place = np.where(rng.random(person.size) < 0.9, people.place[person], "县内")
    wage = np.round(lognormal(rng, 3650, 0.28, (1200, 11_000), person.size), -1)
    closed = np.flatnonzero(~np.isnat(over))
    rows = np.concatenate([np.arange(person.size), closed])
    seen = np.minimum(began + rng.integers(0, 12, began.size), last_day(facts))
    end = np.concatenate([np.full(person.size, NEVER), over[closed]])
    columns = {
        "务工地点": text(place[rows]),
        "开始日期": date(began[rows]),
        "结束日期": date(end),
        "月工资": money(wage[rows]),
    }
    return deliver(county, "employment", np.concatenate([seen, over[closed]]), person[rows], columns)


def _returned(county: County, rng: np.random.Generator) -> list[tuple[Ints, str, str]]:
    """Who has come home and found no new job; when."""
    people, households = county.people, county.households
    of = people.household
    year = county.facts.today.year
    supported = people.worker & (households.poor | households.monitored)[of] & ~households.relocated[of]
    others = people.worker & ~(households.poor | households.monitored)[of] & ~households.relocated[of]
    town = county.places.town[households.village[of]]
    sizes = np.bincount(town[people.worker], minlength=county.places.town_codes.size)
    smallest = int(np.argmin(np.where(sizes == 0, sizes.max() + 1, sizes)))
    falling = pick(rng, np.flatnonzero(others & (town == smallest)), round(sizes[smallest] * FALLING_TOWN_SHARE))
    return [
        (afflicted(county, rng, "returned_workers", supported, "因务工就业不稳"), f"{year}-06-12", f"{year}-08-08"),
        (afflicted(county, rng, "returned_others", others), f"{year}-06-12", f"{year}-08-20"),
        (falling, f"{year}-08-02", f"{year}-08-27"),
    ]


def posts(county: County) -> Iterator[Records]:
    """公益性岗位: holders are formerly poor; a few posts ended of late and nothing came after."""
    rng = generator(county.seed, "public_post")
    people, facts = county.people, county.facts
    able = people.counted & ~people.worker & (people.path == "") & (people.age >= 20) & (people.age < 66)
    able &= people.labour != "丧失劳动力"
    fit = able & (county.households.poor | county.households.monitored)[people.household]
    lost = afflicted(county, rng, "public_post_ended", fit)
    holders = pick(rng, np.setdiff1d(np.flatnonzero(fit), lost), facts.scaled(POST_HOLDERS))
    changed = holders[: holders.size // 6]
    year = facts.today.year
    change = between(rng, f"{year - 1}-07-01", f"{year}-06-30", changed.size)
    person = np.concatenate([lost, holders[changed.size :], changed, changed])
    since = between(rng, "2018-01-01", first_day(facts) - 1, person.size)
    since[person.size - changed.size :] = change + 1
    over = np.full(person.size, NEVER)
    over[: lost.size] = between(rng, f"{year}-06-30", str(last_day(facts)), lost.size)
    over[person.size - 2 * changed.size : person.size - changed.size] = change
    reported = np.where(np.isnat(over), since, over)
    columns = {"岗位": drawn(rng, POSTS, person.size), "开始日期": date(since), "结束日期": date(over)}
    return deliver(county, "public_post", reported, person, columns)


def income_per_head(county: County) -> tuple[np.ndarray, np.ndarray]:
    """Net income per head in yuan of each household, the year before last and last year."""
    rng = generator(county.seed, "income")
    h, facts = county.households, county.facts
    count = h.size.size
    line = facts.raw["monitoring_line_yuan"][facts.today.year]
    middle = np.where(h.poor, 12_200.0, 13_900.0)
    last = np.clip(rng.lognormal(0, 0.24, count) * middle, 9100 + 700 * rng.random(count), 46_000)
    before = last / (1.05 + 0.11 * rng.random(count))
    sudden = h.category == "突发严重困难户"
    low = h.open & ~sudden & (rng.random(count) < 0.86)
    last[low] = line * (0.72 + 0.27 * rng.random(int(low.sum())))
    before[low] = last[low] * (0.9 + 0.3 * rng.random(int(low.sum())))
    out = h.eliminated
    last[out] = line * (1.16 + 0.4 * rng.random(int(out.sum())))
    before[out] = line * (0.66 + 0.24 * rng.random(int(out.sum())))
    struck = sudden & h.monitored
    last[struck] = 10_200 + 3000 * rng.random(int(struck.sum()))
    before[struck] = last[struck] * (0.95 + 0.2 * rng.random(int(struck.sum())))
    free = rng.permutation(np.flatnonzero(~h.monitored))
    counts = [facts.trouble(name, "households") for name in ("poor_income", "near_income", "fallen_income")]
    poor, near, fallen = np.split(free[: sum(counts)], np.cumsum(counts)[:2])
    last[poor] = line * (0.70 + 0.29 * rng.random(poor.size))
    before[poor] = last[poor] * (1.0 + 0.2 * rng.random(poor.size))
    last[near] = line * (1.005 + 0.09 * rng.random(near.size))
    before[near] = last[near] * (0.98 + 0.15 * rng.random(near.size))
    before[fallen] = last[fallen] / (0.58 + 0.2 * rng.random(fallen.size))
    return before.round(0), last.round(0)


def incomes(county: County) -> Iterator[Records]:
    """农户年度收支监测: one row a year for each household, under its householder."""
    rng = generator(county.seed, "household_income")
    h, people = county.households, county.people
    year = county.facts.today.year
    workers = np.bincount(people.household[people.worker], minlength=h.size.size)
    for of_year, per_head, when in zip(
        (year - 2, year - 1), income_per_head(county), (f"{year - 1}-03-20", f"{year}-01-25"), strict=True
    ):
        yield from _income_of_year(
            county, rng, of_year, net=per_head * h.size, workers=workers, when=np.datetime64(when)
        )


def _income_of_year(
    county: County, rng: np.random.Generator, year: int, *, net: np.ndarray, workers: Ints, when: np.datetime64
) -> Iterator[Records]:
    """Splits net income into its parts: the parts add up to it exactly."""
    h = county.households
    has_wage: Bools = workers > 0
    wage = np.where(has_wage, net * (0.45 + 0.33 * rng.random(net.size)), net * 0.12 * rng.random(net.size)).round(0)
    transfer = (net * np.where(has_wage, 0.1, 0.42) * (0.4 + 0.6 * rng.random(net.size))).round(0)
    rent = np.where(rng.random(net.size) < 0.3, net * 0.04 * rng.random(net.size), 0).round(0)
    business_net = net - wage - transfer - rent
    cost = (business_net * (0.15 + 0.35 * rng.random(net.size))).round(0)
    ill = h.has_risk("因病") & h.monitored
    necessary = np.where(ill, 800 + 2600 * rng.random(net.size), 320 * rng.random(net.size) * h.size).round(0)
    claims = np.where(ill & (rng.random(net.size) < 0.3), necessary * 0.6, 0).round(0)
    columns = {
        "年度": number(np.full(net.size, year)),
        "工资性收入": money(wage),
        "生产经营性收入": money(business_net + cost),
        "生产经营性支出": money(cost),
        "财产性收入": money(rent),
        "转移性收入": money(transfer),
        "合规自付支出": money(necessary),
        "理赔收入": money(claims),
    }
    return deliver(county, "household_income", np.full(net.size, when), h.head, columns)
