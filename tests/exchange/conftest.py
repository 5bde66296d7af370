"""A small directory and a few people, made in memory: the pure parts need no database."""

from datetime import date

import pyarrow as pa
import pytest

from exchange.builders import PEOPLE
from sangesan.exchange.attaching import PEOPLE_SCHEMA, People
from sangesan.exchange.checking.divisions import Directory

DIVISIONS = [
    ("610998", "试验县", "county", ""),
    ("610998100000", "东河镇", "town", "610998"),
    ("610998101000", "西山镇", "town", "610998"),
    ("610998100201", "双柳村", "village", "610998100000"),
    ("610998101201", "高坪村", "village", "610998101000"),
    ("610998100001", "街道社区", "community", "610998100000"),
    ("610998101001", "街道社区", "community", "610998101000"),
]


@pytest.fixture(scope="session")
def directory() -> Directory:
    return Directory(DIVISIONS)


@pytest.fixture(scope="session")
def people() -> People:
    rows = [
        {
            "person_no": number,
            "identity": identity,
            "name": name,
            "birth_date": birth,
            "village": "610998100201",
            "residence": "610998100001",
        }
        for number, (name, identity, birth) in enumerate(PEOPLE, start=1)
    ]
    return People(pa.Table.from_pylist(rows, schema=PEOPLE_SCHEMA))


@pytest.fixture
def today() -> date:
    return date(2022, 9, 13)
