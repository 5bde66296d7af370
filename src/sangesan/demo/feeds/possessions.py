"""Houses, cars, flats, businesses, public pay, relocation, loans, losses of trade."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from sangesan.demo.chance import Ints, generator, pick, weighted
from sangesan.demo.population import County
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
    drawn,
    first_day,
    last_day,
    lognormal,
    money,
    number,
    text,
)

VEHICLES = {"小型轿车": 30, "货车": 5, "摩托车": 52, "农用车": 13}
OWNERS = 27_000
BUYERS = 1900
TRADERS = 6300
PAID_BY_STATE = 3300
BORROWERS = 8400
INDUSTRIES = {"茶叶": 30, "养猪": 20, "养鸡": 8, "养牛": 6, "魔芋": 12, "蚕桑": 7, "柑橘": 9, "食用菌": 5, "养蜂": 3}
EMPLOYERS = {"镇政府": 20, "中心小学": 30, "初级中学": 16, "卫生院": 18, "县人民医院": 9, "县公路段": 4, "县林业局": 3}


def _quarters(county: County) -> list[np.datetime64]:
    """Last days of the reported quarters."""
    return [np.datetime64(m.last_day()) for m in county.facts.months if m.month % 3 == 0]


def unsafe_houses(county: County) -> tuple[Ints, Ints, Ints]:
    """Households whose house was found unsafe of late; long ago and since mended; long ago and still so."""
    rng = generator(county.seed, "unsafe houses")
    here = ~county.households.relocated
    new = afflicted_households(county, rng, "unsafe_house_new", here, "因安全住房")
    here[new] = False
    mended = afflicted_households(county, rng, "unsafe_house_mended", here, "因自然灾害")
    here[mended] = False
    return new, mended, afflicted_households(county, rng, "unsafe_house_open", here)


def inspections(county: County) -> Iterator[Records]:
    """农房安全鉴定."""
    rng = generator(county.seed, "house_inspection")
    facts = county.facts
    new, mended, still = unsafe_houses(county)
    year = facts.today.year
    sound = np.setdiff1d(np.flatnonzero(~county.households.relocated), np.concatenate([new, mended, still]))
    sound = pick(rng, sound, facts.scaled(11_500))
    found = between(rng, f"{year - 1}-07-20", f"{year - 1}-11-10", mended.size)
    parts = [
        (sound, weighted(rng, (56, 44), sound.size), between(rng, "2019-04-01", first_day(facts) - 1, sound.size)),
        (mended, 2 + weighted(rng, (64, 36), mended.size), found),
        (mended, weighted(rng, (4, 6), mended.size), found + rng.integers(60, 230, mended.size)),
        (still, 2 + weighted(rng, (8, 2), still.size), between(rng, f"{year}-02-01", f"{year}-04-30", still.size)),
        (new, 2 + weighted(rng, (7, 3), new.size), between(rng, f"{year}-08-01", str(last_day(facts)), new.size)),
    ]
    house, grade, day = (np.concatenate([p[i] for p in parts]) for i in range(3))
    columns = {"鉴定等级": coded(grade, ("A", "B", "C", "D")), "鉴定日期": date(day)}
    return deliver(county, "house_inspection", day, county.of_head(house), columns)


def vehicles(county: County) -> Iterator[Records]:
    """机动车登记: the full register at the end of each quarter."""
    rng = generator(county.seed, "vehicle")
    people = county.people
    weight = np.where(people.counted & (people.age > 19) & (people.age < 62), np.where(people.male, 4.0, 1.0), 0.0)
    weight *= np.where(county.households.poor[people.household], 0.55, 1.0)
    weight *= np.where(county.households.monitored[people.household], 0.25, 1.0)
    who = np.unique(weighted(rng, weight, county.facts.scaled(OWNERS)))
    since = between(rng, "2009-01-01", last_day(county.facts), who.size)
    columns = {"车辆类型": drawn(rng, VEHICLES, who.size), "登记日期": date(since)}
    return _register(county, "vehicle", since, who, columns)


def _register(
    county: County, feed: str, since: np.ndarray, who: Ints, columns: dict[str, Column]
) -> Iterator[Records]:
    """Everything registered by the end of each quarter, again each time."""
    for end in _quarters(county):
        rows = np.flatnonzero(since <= end)
        again = {heading: column.take(rows) for heading, column in columns.items()}
        yield from deliver(county, feed, np.full(rows.size, end), who[rows], again, quarterly=True)


def real_estate(county: County) -> Iterator[Records]:
    """不动产登记: relocation homes and what people bought in town."""
    rng = generator(county.seed, "real_estate")
    h, places = county.households, county.places
    homes = np.flatnonzero(h.relocated & (rng.random(h.size.size) < 0.9))
    buyers = pick(rng, np.flatnonzero(~h.relocated & ~h.monitored & ~h.poor), county.facts.scaled(BUYERS))
    house = np.concatenate([homes, buyers])
    bought = np.arange(house.size) >= homes.size
    origin = np.where(bought, weighted(rng, (70, 0, 12, 18), house.size), 1)
    use = np.where(bought, weighted(rng, (82, 8, 10), house.size), 0)
    where = places.full_names[h.residence[house]]
    flat = rng.integers(1, 30, house.size).astype("<U2")
    since = np.where(bought, between(rng, "2012-01-01", last_day(county.facts), house.size), h.moved_on[house] + 200)
    columns = {
        "用途": coded(use, ("住宅", "商铺", "车位")),
        "坐落": text(np.char.add(np.char.add(where, flat), "栋")),
        "面积": Column("decimal", (6000 + 7500 * rng.random(house.size)).astype(np.int64)),
        "取得方式": coded(origin, ("购买", "搬迁安置", "继承", "自建")),
    }
    return _register(county, "real_estate", since, county.of_head(house), columns)


def payroll(county: County) -> Iterator[Records]:
    """财政供养人员: the full register each quarter."""
    rng = generator(county.seed, "public_payroll")
    people, h = county.people, county.households
    fit = people.counted & (people.age > 22) & (people.age < 85) & ~(h.poor | h.monitored)[people.household]
    who = pick(rng, np.flatnonzero(fit), county.facts.scaled(PAID_BY_STATE))
    kind = np.where(people.age[who] >= 60, 3, weighted(rng, (18, 64, 18), who.size))
    columns = {"单位": drawn(rng, EMPLOYERS, who.size), "身份": coded(kind, ("公务员", "事业编", "国企在编", "退休"))}
    since = between(rng, "2015-01-01", last_day(county.facts) - 200, who.size)
    return _register(county, "public_payroll", since, who, columns)


def businesses(county: County) -> Iterator[Records]:
    """市场主体登记: those in being, new ones, closed ones."""
    rng = generator(county.seed, "business")
    people, facts = county.people, county.facts
    adult = people.counted & (people.age > 20) & (people.age < 68)
    closed = afflicted(county, rng, "business_closed", adult, "因产业(项目)失败")
    open_ = pick(rng, np.setdiff1d(np.flatnonzero(adult), closed), facts.scaled(TRADERS))
    who = np.concatenate([open_, closed, closed])
    since = between(rng, "2012-01-01", last_day(facts), open_.size)
    start = between(rng, "2014-01-01", first_day(facts) - 1, closed.size)
    end = days(rng, facts, closed.size)
    day = np.concatenate([since, start, end])
    gone = np.arange(who.size) >= open_.size + closed.size
    columns = {
        "注册号": text(np.char.add(facts.code + "6", np.char.zfill((who * 7 + 1_000_003).astype("<U9"), 8))),
        "主体类型": coded(weighted(rng, (72, 6, 8, 14), len(people))[who], ("个体工商户", "企业法人", "企业股东", "合作社成员")),
        "状态": coded(np.where(gone, 1 + (rng.random(who.size) < 0.15), 0), ("存续", "注销", "吊销")),
        "状态日期": date(day),
    }
    return deliver(county, "business", day, who, columns, quarterly=True)


def relocations(county: County) -> Iterator[Records]:
    """易地搬迁安置."""
    h, names = county.households, county.places.full_names
    house = np.flatnonzero(h.relocated)
    columns = {
        "安置社区": coded(h.residence[house], names),
        "户籍村": coded(h.village[house], names),
        "搬迁原因": text(h.cause[house]),
        "入住日期": date(h.moved_on[house]),
    }
    return deliver(county, "relocated_household", h.moved_on[house], county.of_head(house), columns, quarterly=True)


def losses(county: County) -> Iterator[Records]:
    """产业损失."""
    rng = generator(county.seed, "industry_loss")
    adult = (county.people.relation == "户主") & (county.people.age < 72)
    who = afflicted(county, rng, "industry_loss", adult, "因产业(项目)失败")
    day = days(rng, county.facts, who.size, {1: 1.5, 7: 1.5, 8: 1.5, 9: 1.5})
    columns = {
        "产业": drawn(rng, INDUSTRIES, who.size),
        "原因": coded(weighted(rng, (32, 27, 33, 8), who.size), ("疫病", "滞销", "灾害", "项目失败")),
        "发生日期": date(day),
        "损失金额": money(lognormal(rng, 5200, 0.8, (300, 90_000), who.size).round(-1)),
    }
    return deliver(county, "industry_loss", day, who, columns)


def microcredits(county: County) -> Iterator[Records]:
    """脱贫人口小额信贷: every borrower each quarter, and those in arrears each month."""
    rng = generator(county.seed, "microcredit")
    people, facts = county.people, county.facts
    fit = (people.relation == "户主") & (people.age < 65) & county.households.poor[people.household]
    late = afflicted(county, rng, "credit_overdue", fit)
    rest = pick(rng, np.setdiff1d(np.flatnonzero(fit & people.counted), late), facts.scaled(BORROWERS))
    borrowers = np.sort(np.concatenate([late, rest]))
    balance = rng.integers(4, 51, len(people)) * 1000.0
    once_late = pick(rng, rest, facts.scaled(230))
    parts = []
    for n, end in enumerate(_quarters(county)):
        overdue = np.where(np.isin(borrowers, once_late[n :: len(_quarters(county)) + 1]), 35, 0)
        parts.append((borrowers, overdue, np.full(borrowers.size, end)))
    last = last_day(facts)
    settled = np.setdiff1d(once_late, late)
    parts.append((late, rng.integers(3, 100, late.size), np.full(late.size, last)))
    parts.append((settled, np.zeros(settled.size, dtype=np.int64), np.full(settled.size, last)))
    who, overdue, day = (np.concatenate([p[i] for p in parts]) for i in range(3))
    columns = {
        "合同号": text(np.char.add("XD", np.char.zfill((who * 13 + 20_000_001).astype("<U10"), 10))),
        "贷款余额": money(balance[who]),
        "逾期天数": number(overdue),
        "统计日期": date(day),
    }
    return deliver(county, "microcredit", day, who, columns)
