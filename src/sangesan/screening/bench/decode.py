"""The floor: reading the columns that the rules need, and nothing else."""

from collections.abc import Sequence

import pyarrow as pa

from sangesan.facts.conditions import from_feed, row_condition, row_value
from sangesan.facts.model import FactBook, FromFeed
from sangesan.facts.moment import Moment
from sangesan.facts.planning import closure
from sangesan.facts.scanning import needed_columns
from sangesan.screening.bench.source import BenchSource
from sangesan.screening.rules import Rule

PEOPLE = ["person_no", "household_no", "died_on", "left_on", "labour"]
HOUSEHOLDS = ["household_no", "town", "formerly_poor", "stage", "relocated", "house_grade", "safe_water"]


def columns_needed(rules: Sequence[Rule], book: FactBook, moment: Moment) -> dict[str, list[str]]:
    """The columns of each feed that the rules' facts read, its keys included."""
    needed: dict[str, set[str]] = {}
    for fact in closure([code for rule in rules for code in rule.facts], book):
        if isinstance(fact.body, FromFeed):
            source = from_feed(fact).source
            own = needed_columns([row_condition(fact, moment), row_value(fact, moment)])
            ordered = ["period", "delivery", "row_no"] if source.keys else []
            needed.setdefault(source.code, set()).update([source.subject, *own, *source.keys, *ordered])
    return {code: sorted(columns) for code, columns in sorted(needed.items())}


def run(source: BenchSource, needed: dict[str, list[str]]) -> pa.Table:
    """Decodes the columns with DuckDB's reader into the cheapest possible use of each; returns one row of counts."""
    con = source.connect()
    tables = {"people": PEOPLE, "households": HOUSEHOLDS, **{f"feed_{code}": names for code, names in needed.items()}}
    last = pa.table({})
    for table, names in tables.items():
        used = ", ".join(f'max("{name}") AS "{name}"' for name in names)
        last = con.sql(f"SELECT {used} FROM {table}").to_arrow_table()  # noqa: S608  our names
    return last
