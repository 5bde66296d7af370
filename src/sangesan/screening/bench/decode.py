"""The floor: reading the columns that the rules need, and nothing else."""

import pyarrow as pa

from sangesan.screening.bench.source import BenchSource

PEOPLE = ["person_no", "household_no", "died_on", "left_on", "labour"]
HOUSEHOLDS = ["household_no", "town", "formerly_poor", "stage", "relocated", "house_grade", "safe_water"]


def run(source: BenchSource, needed: dict[str, list[str]]) -> pa.Table:
    """Decodes the columns with DuckDB's reader into the cheapest possible use of each; returns one row of counts."""
    con = source.connect()
    tables = {"people": PEOPLE, "households": HOUSEHOLDS, **{f"feed_{code}": names for code, names in needed.items()}}
    last = pa.table({})
    for table, names in tables.items():
        used = ", ".join(f'max("{name}") AS "{name}"' for name in names)
        last = con.sql(f"SELECT {used} FROM {table}").to_arrow_table()  # noqa: S608  our names
    return last
