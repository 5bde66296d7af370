# ruff: noqa: ARG001  every column is drawn by a function of the same shape
"""What the synthetic county's departments deliver: rows per delivery and how each column is drawn."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa

Draw = np.random.Generator
Values = npt.NDArray[Any]
Make = Callable[[Draw, int, np.datetime64], pa.Array]


@dataclass(frozen=True)
class FeedShape:
    """One feed: `rows` in each delivery, one delivery every `every` months."""

    code: str
    rows: int
    columns: Mapping[str, Make] = field(default_factory=dict)
    every: int = 1
    who: Literal["anyone", "everyone", "heads"] = "anyone"
    grain: Literal["person", "division"] = "person"


def day(back: int = 0) -> Make:
    """A day in the delivery's month, or up to `back` days before its end."""

    def make(draw: Draw, count: int, month: np.datetime64) -> pa.Array:
        end = (month + 1).astype("datetime64[D]")
        reach = back or int((end - month.astype("datetime64[D]")).astype(int))
        return pa.array(end - draw.integers(1, reach + 1, count))

    return make


def ended(share: float) -> Make:
    """An end in the delivery's month for a share of the rows, empty for the others."""

    def make(draw: Draw, count: int, month: np.datetime64) -> pa.Array:
        days = month.astype("datetime64[D]") + draw.integers(0, 28, count)
        return pa.array(days, mask=draw.random(count) >= share)

    return make


def money(middle: float, spread: float = 1.0) -> Make:
    """Log-normal fen around `middle` yuan."""

    def make(draw: Draw, count: int, month: np.datetime64) -> pa.Array:
        return pa.array((draw.lognormal(np.log(middle), spread, count) * 100).astype(np.int64))

    return make


def codes(shares: Mapping[str, float]) -> Make:
    """Codes with their shares."""
    names = pa.array(list(shares))
    weights = np.array(list(shares.values()))

    def make(draw: Draw, count: int, month: np.datetime64) -> pa.Array:
        index = draw.choice(len(weights), size=count, p=weights / weights.sum()).astype(np.int32)
        return names.take(pa.array(index))

    return make


def number(low: int, high: int, zero: float = 0.0) -> Make:
    """int32 from low to high, zero for a share."""

    def make(draw: Draw, count: int, month: np.datetime64) -> pa.Array:
        values = draw.integers(low, high + 1, count).astype(np.int32)
        return pa.array(np.where(draw.random(count) < zero, 0, values).astype(np.int32))

    return make


def year(before: int) -> Make:
    """The calendar year of the delivery less `before`."""

    def make(draw: Draw, count: int, month: np.datetime64) -> pa.Array:
        value = int(str(month)[:4]) - before
        return pa.array(np.full(count, value, dtype=np.int32))

    return make


def flag(share: float) -> Make:
    """True for a share."""

    def make(draw: Draw, count: int, month: np.datetime64) -> pa.Array:
        return pa.array(draw.random(count) < share)

    return make


def label(prefix: str, kinds: int) -> Make:
    """One of `kinds` texts."""
    names = pa.array([f"{prefix}{i}" for i in range(kinds)])

    def make(draw: Draw, count: int, month: np.datetime64) -> pa.Array:
        return names.take(pa.array(draw.integers(0, kinds, count).astype(np.int32)))

    return make


OUTCOME = codes({"轻伤": 0.6, "重伤": 0.2, "致残": 0.1, "死亡": 0.1})
FEEDS: tuple[FeedShape, ...] = (
    FeedShape(
        "medical_settlement",
        130_000,
        {
            "settled_on": day(),
            "care": codes({"住院": 0.12, "门诊慢特病": 0.18, "门诊统筹": 0.7}),
            "total": money(300),
            "fund_paid": money(180),
            "self_paid": money(75, 1.2),
        },
    ),
    FeedShape(
        "insurance_enrolment",
        0,
        {
            "year": year(0),
            "scheme": codes({"城乡居民": 0.93, "城镇职工": 0.07}),
            "status": codes({"正常参保": 0.997, "断保": 0.002, "未参保": 0.001}),
        },
        every=9,
        who="everyone",
    ),
    FeedShape("serious_illness", 60, {"illness": label("病种", 30), "diagnosed_on": day()}),
    FeedShape(
        "disability_certificate",
        900,
        {
            "category": codes({"视力": 1, "听力": 1, "言语": 1, "肢体": 4, "智力": 1, "精神": 1, "多重": 1}),
            "grade": number(1, 4),
            "issued_on": day(900),
            "status": codes({"有效": 0.95, "注销": 0.05}),
        },
    ),
    FeedShape(
        "school_enrolment",
        12_000,
        {
            "school": label("学校", 40),
            "as_of": day(),
            "stage": codes({"学前": 2, "小学": 5, "初中": 3, "普高": 2, "中职": 1, "高职高专": 1, "本科及以上": 1}),
            "status": codes({"在读": 0.97, "疑似辍学": 0.002, "休学": 0.008, "送教上门": 0.01, "毕业": 0.01}),
        },
    ),
    FeedShape("education_cost", 9_000, {"school_year": label("2021-202", 3), "self_paid": money(4000, 0.6)}, every=9),
    FeedShape(
        "house_inspection", 400, {"grade": codes({"A": 5, "B": 4, "C": 0.6, "D": 0.4}), "inspected_on": day(200)}
    ),
    FeedShape(
        "water_supply",
        8,
        {
            "began_on": day(20),
            "ended_on": ended(0.7),
            "cause": codes({"季节性缺水": 1, "设施损坏": 4, "水质不达标": 1}),
        },
        grain="division",
    ),
    FeedShape(
        "employment",
        40_000,
        {"place": label("务工地", 300), "began_on": day(500), "ended_on": ended(0.4), "monthly_wage": money(3500, 0.4)},
    ),
    FeedShape("public_post", 1_500, {"post": label("岗位", 8), "began_on": day(500), "ended_on": ended(0.3)}),
    FeedShape(
        "social_assistance",
        9_000,
        {
            "scheme": codes({"低保": 6, "特困": 1, "低保边缘": 1, "刚性支出困难": 1, "临时救助": 1}),
            "began_on": day(500),
            "ended_on": ended(0.1),
            "monthly_amount": money(300, 0.3),
        },
    ),
    FeedShape("death", 150, {"died_on": day()}),
    FeedShape(
        "disaster_damage",
        60,
        {
            "hazard": codes({"洪涝": 4, "地质灾害": 2, "旱灾": 1, "火灾": 2, "风雹": 1, "低温冷冻": 1, "地震": 0.1}),
            "occurred_on": day(),
            "house": codes({"无": 4, "一般损坏": 3, "严重损坏": 1, "倒塌": 1}),
            "loss": money(3000),
            "casualty": flag(0.03),
        },
    ),
    FeedShape("traffic_accident", 40, {"occurred_on": day(), "outcome": OUTCOME}),
    FeedShape(
        "vehicle",
        40_000,
        {"kind": codes({"小型轿车": 4, "货车": 1, "摩托车": 4, "农用车": 1}), "registered_on": day(3000)},
        every=3,
    ),
    FeedShape(
        "geohazard",
        6,
        {"site": label("D", 60), "level": codes({"特大型": 0.1, "大型": 1, "中型": 3, "小型": 5}), "as_of": day(20)},
        grain="division",
    ),
    FeedShape(
        "real_estate",
        30_000,
        {
            "use": codes({"住宅": 8, "商铺": 1, "车位": 1}),
            "area_m2": number(20, 200),
            "origin": codes({"购买": 4, "搬迁安置": 4, "继承": 1, "自建": 1}),
        },
        every=3,
    ),
    FeedShape(
        "business",
        4_000,
        {
            "registration_no": label("Z", 60_000),
            "kind": codes({"个体工商户": 6, "企业法人": 1, "企业股东": 1, "合作社成员": 2}),
            "status": codes({"存续": 0.9, "注销": 0.08, "吊销": 0.02}),
            "as_of": day(80),
        },
        every=3,
    ),
    FeedShape(
        "petition", 90, {"channel": codes({"信访": 2, "12345": 5, "12317": 1, "网络舆情": 1}), "received_on": day()}
    ),
    FeedShape(
        "court_enforcement", 60, {"kind": codes({"被执行": 8, "服刑": 2}), "began_on": day(), "amount": money(9000)}
    ),
    FeedShape(
        "industry_loss",
        150,
        {
            "industry": label("产业", 12),
            "cause": codes({"疫病": 1, "滞销": 1, "灾害": 1, "项目失败": 1}),
            "occurred_on": day(),
            "loss": money(3000),
        },
    ),
    FeedShape(
        "microcredit",
        9_000,
        {
            "contract_no": label("H", 12_000),
            "balance": money(30_000, 0.5),
            "overdue_days": number(1, 90, 0.98),
            "as_of": day(),
        },
    ),
    FeedShape(
        "household_income",
        0,
        {
            "year": year(1),
            "wage": money(30_000, 0.5),
            "business": money(9_000, 0.6),
            "business_cost": money(3_000, 0.6),
            "property": money(500),
            "transfer": money(6_000, 0.4),
            "necessary_cost": money(1_500),
            "claims": money(100),
        },
        every=9,
        who="heads",
    ),
    FeedShape(
        "child_in_difficulty",
        300,
        {"situation": codes({"孤儿": 1, "事实无人抚养": 1, "留守": 9, "重病重残": 1, "单亲": 3}), "as_of": day(60)},
        every=3,
    ),
    FeedShape("severe_disorder", 30, {"kind": codes({"严重精神障碍": 1, "失能": 1}), "diagnosed_on": day()}),
    FeedShape("crime_victim", 12, {"occurred_on": day(), "outcome": OUTCOME}),
    FeedShape("fraud_loss", 60, {"occurred_on": day(), "loss": money(6000)}),
    FeedShape(
        "insurance_claim",
        90,
        {"occurred_on": day(), "cause": codes({"因病": 4, "因学": 1, "因灾": 2, "意外": 2}), "paid": money(4000)},
    ),
    FeedShape(
        "public_payroll",
        6_000,
        {"employer": label("单位", 80), "kind": codes({"公务员": 1, "事业编": 3, "国企在编": 1, "退休": 2})},
        every=3,
    ),
)
