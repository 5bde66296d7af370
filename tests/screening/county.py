"""A small county in memory: snapshot tables and feed views as production makes them, from plain rows."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import duckdb
import pyarrow as pa

from sangesan.exchange.contracts import load_contracts
from sangesan.policy.parameters import ParameterBook, ParameterValue, load_parameters

AS_OF = date(2022, 9, 13)
PEOPLE = pa.schema([
    ("person_no", pa.int64()), ("household_no", pa.int64()), ("relation", pa.string()), ("sex", pa.string()),
    ("birth_date", pa.date32()), ("died_on", pa.date32()), ("left_on", pa.date32()), ("labour", pa.string()),
    ("health", pa.string()), ("education", pa.string()), ("schooling", pa.string()), ("registered", pa.bool_()),
])  # fmt: skip
HOUSEHOLDS = pa.schema([
    ("household_no", pa.int64()), ("village", pa.string()), ("town", pa.string()), ("residence", pa.string()),
    ("grid", pa.string()), ("formerly_poor", pa.bool_()), ("monitored", pa.bool_()), ("stage", pa.string()),
    ("category", pa.string()), ("relocated", pa.bool_()), ("resettled_on", pa.date32()),
    ("house_grade", pa.string()), ("safe_water", pa.bool_()),
])  # fmt: skip
DIVISIONS = pa.schema([(name, pa.string()) for name in ("code", "name", "level", "parent")])
Row = Mapping[str, Any]


def parameters(line_fen: int | None = 700_000) -> ParameterBook:
    """The shipped parameters, and for 2022 a monitoring line that only tests know."""
    if line_fen is None:
        return load_parameters()
    line = ParameterValue("monitoring_line", line_fen, "fen", date(2022, 1, 1), date(2022, 12, 31), "default")
    return load_parameters().with_values([line])


def connect(
    *,
    people: Iterable[Row],
    households: Iterable[Row],
    divisions: Iterable[Row] = (),
    feeds: Mapping[str, Iterable[Row]] | None = None,
) -> duckdb.DuckDBPyConnection:
    """A connection with the views of the contract; feeds that are not given are empty but there."""
    con = duckdb.connect(config={"threads": 1})
    tables = {"people": (people, PEOPLE), "households": (households, HOUSEHOLDS), "divisions": (divisions, DIVISIONS)}
    for feed in load_contracts().feeds.values():
        if feed.columns:
            tables[f"feed_{feed.code}"] = ((feeds or {}).get(feed.code, ()), feed.view_schema)
    for name, (rows, schema) in tables.items():
        con.register(f"arrow_{name}", pa.Table.from_pylist([dict(row) for row in rows], schema=schema))
        con.execute(f"CREATE TABLE {name} AS FROM arrow_{name}")
    return con
