"""A synthetic full-size county as plain Parquet: only to measure engines with, nobody in it is meant to be anybody."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from sangesan.screening.bench.feeds import FEEDS, Draw, FeedShape, Values

HOUSEHOLDS = 83_056
PEOPLE = 283_542
VILLAGES = 207
TOWNS = 17
FIRST_MONTH = np.datetime64("2021-03")
MONTHS = 18
EPOCH = date(1970, 1, 1)
RELATIONS = ("户主", "配偶", "之子", "之女", "之父", "之母", "其他")
LABOUR = ("普通劳动力", "技能劳动力", "弱劳动力或半劳动力", "丧失劳动力", "无劳动力", None)
HEALTH = ("健康", "长期慢性病", "患有大病", "残疾", None)


@dataclass(frozen=True)
class Registry:
    """The drawn snapshot: people, households and divisions as Arrow tables, and who may carry a record."""

    people: pa.Table
    households: pa.Table
    divisions: pa.Table
    villages: list[str]
    heads: Values


def write_county(folder: Path, *, seed: int = 20220913, scale: float = 1.0) -> int:
    """Writes `people.parquet`, `households.parquet`, `divisions.parquet` and `feeds/<code>/<delivery>.parquet`.

    Returns the number of department rows (4.6 million at scale 1). The same seed gives the same county.
    """
    draw = np.random.default_rng(seed)
    registry = draw_registry(draw, households=max(50, int(HOUSEHOLDS * scale)), people=max(171, int(PEOPLE * scale)))
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("people", "households", "divisions"):
        pq.write_table(getattr(registry, name), folder / f"{name}.parquet")
    delivery, rows = 0, 0
    for shape in FEEDS:
        target = folder / "feeds" / shape.code
        target.mkdir(parents=True, exist_ok=True)
        for month in range(MONTHS - shape.every, -1, -shape.every)[::-1]:
            delivery += 1
            table = _delivery(draw, shape, registry, month + shape.every - 1, delivery, scale)
            pq.write_table(table, target / f"{delivery:05d}.parquet")
            rows += table.num_rows
    return rows


def _delivery(draw: Draw, shape: FeedShape, registry: Registry, month: int, delivery: int, scale: float) -> pa.Table:
    count = max(1, int(shape.rows * scale))
    day_one = FIRST_MONTH + month
    columns: dict[str, pa.Array] = {}
    if shape.grain == "division":
        columns["division"] = pa.array([registry.villages[i] for i in draw.integers(0, VILLAGES, count)])
    else:
        columns["person_no"] = pa.array(_carriers(draw, shape, registry, count))
    count = len(next(iter(columns.values())))
    columns["delivery"] = pa.array(np.full(count, delivery, dtype=np.int32))
    columns["row_no"] = pa.array(np.arange(1, count + 1, dtype=np.int32))
    columns["period"] = pa.array(np.full(count, day_one.astype("datetime64[D]")))
    columns.update({name: make(draw, count, day_one) for name, make in shape.columns.items()})
    return pa.table(columns)


def _carriers(draw: Draw, shape: FeedShape, registry: Registry, count: int) -> Values:
    if shape.who == "heads":
        return registry.heads
    if shape.who == "everyone":
        return np.arange(1, registry.people.num_rows + 1)
    return draw.integers(1, registry.people.num_rows + 1, count)


def draw_registry(draw: Draw, *, households: int, people: int) -> Registry:
    """A county's people, households and divisions, some dead, some gone, some values missing."""
    owner = np.sort(np.concatenate([np.arange(households), draw.integers(0, households, people - households)]))
    first = np.concatenate([[True], owner[1:] != owner[:-1]])
    town_of = draw.integers(0, TOWNS, VILLAGES)
    villages = [f"610998{t + 100:03d}{v + 200:03d}" for v, t in enumerate(town_of)]
    towns = [f"610998{t + 100:03d}000" for t in range(TOWNS)]
    return Registry(
        people=_people(draw, owner, first),
        households=_households(draw, households, villages, towns, town_of),
        divisions=_divisions(villages, towns, town_of),
        villages=villages,
        heads=np.flatnonzero(first) + 1,
    )


def _people(draw: Draw, owner: Values, first: Values) -> pa.Table:
    count = len(owner)
    pick = _picker(draw, count)
    birth = np.datetime64("1935-01-01") + draw.integers(0, 31_800, count)
    gone = draw.random(count)
    died = np.datetime64("2021-06-01") + draw.integers(0, 450, count)
    return pa.table(
        {
            "person_no": pa.array(np.arange(1, count + 1)),
            "household_no": pa.array(owner + 1),
            "relation": pa.array(np.where(first, "户主", np.array(RELATIONS)[draw.integers(1, 7, count)])),
            "sex": pick(("男", "女"), (0.5, 0.5)),
            "birth_date": pa.array(birth),
            "died_on": pa.array(died, mask=gone > 0.006),
            "left_on": pa.array(died, mask=(gone < 0.006) | (gone > 0.012)),
            "labour": pick(LABOUR, (0.44, 0.06, 0.14, 0.06, 0.25, 0.05)),
            "health": pick(HEALTH, (0.78, 0.09, 0.03, 0.05, 0.05)),
            "education": pick(("小学", "初中", "高中", None), (0.4, 0.35, 0.15, 0.1)),
            "schooling": pick(("小学", "普高一", None), (0.1, 0.05, 0.85)),
            "registered": pa.array(draw.random(count) > 0.02),
        }
    )


def _households(draw: Draw, count: int, villages: list[str], towns: list[str], town_of: Values) -> pa.Table:
    pick = _picker(draw, count)
    home = draw.integers(0, VILLAGES, count)
    lot = draw.random(count)
    stage = np.where(lot < 0.01, "monitoring", "eliminated")
    return pa.table(
        {
            "household_no": pa.array(np.arange(1, count + 1)),
            "village": pa.array([villages[i] for i in home]),
            "town": pa.array([towns[town_of[i]] for i in home]),
            "residence": pa.array([villages[i] for i in home]),
            "grid": pa.array([f"{villages[i]}-01" for i in home]),
            "formerly_poor": pa.array(draw.random(count) < 0.473, mask=draw.random(count) < 0.01),
            "monitored": pa.array(lot < 0.0386),
            "stage": pa.array(stage, mask=lot >= 0.0386),
            "category": pa.array(np.full(count, "脱贫不稳定户"), mask=lot >= 0.0386),
            "relocated": pa.array(draw.random(count) < 0.2),
            "resettled_on": pa.nulls(count, pa.date32()),
            "house_grade": pick(("A", "B", "C", "D", None), (0.6, 0.388, 0.001, 0.001, 0.01)),
            "safe_water": pa.array(draw.random(count) > 0.002, mask=draw.random(count) < 0.01),
        }
    )


def _divisions(villages: list[str], towns: list[str], town_of: Values) -> pa.Table:
    county = "610998000000"
    codes = [county, *towns, *villages]
    levels = ["county", *["town"] * len(towns), *["village"] * len(villages)]
    parents = [None, *[county] * len(towns), *[towns[t] for t in town_of]]
    return pa.table({"code": codes, "name": codes, "level": levels, "parent": parents})


def _picker(draw: Draw, count: int) -> Callable[[tuple[str | None, ...], tuple[float, ...]], pa.Array]:
    def pick(values: tuple[str | None, ...], shares: tuple[float, ...]) -> pa.Array:
        index = draw.choice(len(values), size=count, p=shares).astype(np.int32)
        return pa.array(list(values)).take(pa.array(index))

    return pick
