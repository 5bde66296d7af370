"""The small county with a grid as large as real ones: generated households, each with two people."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime
from pathlib import Path

from sangesan.registry.models import Condition, Household, Living, Membership, Person, Residence
from web.small_county import GRID_A, TOWN_A, VILLAGE_A, SmallCounty, build

SINCE = date(2021, 1, 1)
KNOWN = datetime(2021, 1, 1, tzinfo=UTC)
FAMILY = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许"
GIVEN = "安平康宁和顺永昌"


def grow(folder: Path, households: int) -> SmallCounty:
    """Builds it, with so many households in the first grid."""
    made = build(folder)
    names = ("".join(pair) for pair in itertools.product(FAMILY, GIVEN))
    held = {"valid_from": SINCE, "recorded_at": KNOWN}
    for number in range(Household.objects.filter(grid=GRID_A).count(), households):
        head, wife = next(names), next(names)
        home = Household.objects.create(
            code=f"{VILLAGE_A}{number + 100:05d}", head_name=head, village=VILLAGE_A, town=TOWN_A, residence=VILLAGE_A,
            residence_town=TOWN_A, grid=GRID_A, size=2,
        )  # fmt: skip
        Residence.objects.create(
            household=home, village=VILLAGE_A, residence=VILLAGE_A, grid=GRID_A, group_name=f"{number % 5 + 1}组", **held
        )
        Living.objects.create(household=home, house_grade="B", safe_water=True, road="水泥路", fuel="电", **held)
        for name, relation, sex in ((head, "户主", "男"), (wife, "配偶", "女")):
            person = Person.objects.create(name=name, sex=sex, birth_date=date(1970, 1, 1 + number % 28))
            Membership.objects.create(household=home, person=person, relation=relation, kind="registered", **held)
            Condition.objects.create(person=person, health="健康", labour="普通劳动力", **held)
    return made
