"""Small random counties that crowd the edges: amounts at the lines, days at the ends of windows, gaps, repeats."""

import random
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from sangesan.exchange.contracts import ColumnContract, FeedContract, load_contracts

LABOUR = ["普通劳动力", "技能劳动力", "弱劳动力或半劳动力", "无劳动力", None]
MONEY = [0, 1, 49_999, 50_000, 250_000, 500_000, 999_999, 1_000_000, 1_999_999, 2_000_000]


def draw_county(seed: int, as_of: date, *, households: int = 60) -> dict[str, Any]:
    """Snapshot rows and feed rows, the same for the same seed."""
    rng = random.Random(seed)
    villages = [f"6109981{n:02d}001" for n in range(6)]
    towns = [code[:9] + "000" for code in villages]
    homes = [_home(rng, number, villages) for number in range(1, households + 1)]
    people = [
        _person(rng, home["household_no"] * 10 + n, home["household_no"], as_of)
        for home in homes
        for n in range(rng.choice([1, 1, 2, 3, 4, 5]))
    ]
    feeds = {
        feed.code: [_row(rng, feed, people, villages, as_of, n) for n in range(rng.randrange(households * 2))]
        for feed in load_contracts().feeds.values()
        if feed.columns
    }
    divisions = [{"code": c, "name": c, "level": "village", "parent": None} for c in {*villages, *towns}]
    return {"people": people, "households": homes, "divisions": divisions, "feeds": feeds}


def _home(rng: random.Random, number: int, villages: list[str]) -> dict[str, Any]:
    village = rng.choice(villages)
    stage = rng.choice([None, None, "monitoring", "eliminated"])
    return {
        "household_no": number, "village": village, "town": village[:9] + "000", "residence": village,
        "formerly_poor": rng.choice([True, False, None]), "monitored": stage is not None, "stage": stage,
        "relocated": rng.choice([True, False, None]), "house_grade": rng.choice(["A", "B", "B", "C", None]),
        "safe_water": rng.choice([True, True, False, None]),
    }  # fmt: skip


def _person(rng: random.Random, number: int, household: int, as_of: date) -> dict[str, Any]:
    fate = rng.random()
    day = as_of + timedelta(days=rng.choice([-200, -1, 0, 1]))
    return {
        "person_no": number, "household_no": household, "labour": rng.choice(LABOUR), "birth_date": date(1980, 1, 1),
        "died_on": day if fate < 0.1 else None, "left_on": day if 0.08 < fate < 0.2 else None,
    }  # fmt: skip


def _day(rng: random.Random, as_of: date) -> date:
    first = as_of.replace(day=1)
    near = [first, first - timedelta(days=1), as_of, as_of + timedelta(days=1), as_of - timedelta(days=31)]
    far = [as_of - timedelta(days=rng.randrange(800))]
    month = (first - timedelta(days=1)).replace(day=1)
    year = date(month.year, 1, 1)
    return rng.choice([*near, *far, month, month - timedelta(days=1), year, year - timedelta(days=1)])


def _row(
    rng: random.Random, feed: FeedContract, people: list[dict[str, Any]], villages: list[str], as_of: date, n: int
) -> dict[str, Any]:
    month = _day(rng, as_of).replace(day=1)
    row: dict[str, Any] = {"delivery": rng.randrange(1, 9), "row_no": n + 1, "period": month}
    if feed.grain == "person":
        row["person_no"] = rng.choice(people)["person_no"] if rng.random() < 0.97 else 999_999
    else:
        row["division"] = rng.choice(villages)
    row.update({column.as_name: _value(rng, column, as_of) for column in feed.open_columns})
    return row


def _value(rng: random.Random, column: ColumnContract, as_of: date) -> Any:
    if column.optional and rng.random() < 0.4:
        return None
    if column.type in {"date", "month"}:
        return _day(rng, as_of)
    if column.type == "money":
        return rng.choice(MONEY)
    if column.type == "decimal":
        return Decimal(90)
    if column.type == "int":
        return (
            rng.choice([as_of.year, as_of.year - 1, as_of.year - 2]) if column.as_name == "year" else rng.randrange(5)
        )
    if column.type == "bool":
        return rng.random() < 0.5
    return rng.choice(column.codes) if column.codes else rng.choice(["甲", "乙"])
