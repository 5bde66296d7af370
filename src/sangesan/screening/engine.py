"""Runs rules over the county: feeds to facts to hits, in DuckDB, in a fraction of a second."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from time import perf_counter

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from sangesan.facts.model import FactBook
from sangesan.facts.moment import Moment
from sangesan.facts.planning import Step, plan
from sangesan.facts.queries import Ready
from sangesan.facts.reading import load_facts
from sangesan.policy.parameters import ParameterBook
from sangesan.screening.compiling import compile_rule
from sangesan.screening.digest import digest_hits
from sangesan.screening.rules import Rule, Waiting
from sangesan.screening.running import run
from sangesan.screening.waiting import split

HITS = pa.schema([
    ("rule", pa.string()), ("grain", pa.string()), ("household_no", pa.int64()), ("person_no", pa.int64()),
    ("division", pa.string()), ("measure", pa.int64()), ("operands", pa.string()),
])  # fmt: skip
NAMES = "SELECT view_name FROM duckdb_views() WHERE NOT internal UNION ALL SELECT table_name FROM duckdb_tables()"


@dataclass(frozen=True)
class ScreeningResult:
    """A run's hits (schema HITS, ordered by rule, household_no, person_no, division), what must be explained for the
    households hit (same schema), rules that waited, seconds, and the SQL of each table of the run.
    """

    hits: pa.Table
    exclusions: pa.Table
    waiting: list[Waiting]
    seconds: float
    sql: dict[str, str]

    @cached_property
    def digest(self) -> str:
        """SHA-256 over the hits, see `digest`."""
        return digest_hits(self.hits)


def screen(
    con: duckdb.DuckDBPyConnection,
    *,
    as_of: date,
    rules: Sequence[Rule],
    parameters: ParameterBook,
    exclusions: Sequence[Rule] = (),
    facts: FactBook | None = None,
) -> ScreeningResult:
    """All rules over the views of `con` on a day. Rules that cannot run are listed as waiting, never an error.

    con: views people, households, divisions and feed_<code>. The same inputs give the same hits and digest.
    """
    began = perf_counter()
    book, moment = facts or load_facts(), Moment(as_of, parameters)
    views, empty = _feeds(con, rules)
    running, waiting = split(rules, book, moment, views=views, empty=empty)
    explaining, _ = split(exclusions, book, moment, views=views, empty=empty)
    made = plan([f for r in (*running, *explaining) for f in r.facts], book, moment)
    compiled = [compile_rule(rule, made, moment) for rule in (*running, *explaining)]
    found = _ordered(run(con, made.steps, list(_bundles(compiled))))
    is_hit = pc.is_in(found["rule"], pa.array([rule.code for rule in running], pa.string()))
    hits, explained = found.filter(is_hit), found.filter(pc.invert(is_hit))
    explained = explained.filter(pc.is_in(explained["household_no"], hits["household_no"]))
    sql = {step.table: step.select.text() for step in (*made.steps, *compiled)}
    return ScreeningResult(hits, explained, list(waiting), perf_counter() - began, sql)


def _feeds(con: duckdb.DuckDBPyConnection, rules: Sequence[Rule]) -> tuple[set[str], set[str]]:
    """The feeds that can be read, and those among the needed ones that hold no row."""
    names = con.execute(NAMES).fetchall()
    views = {name.removeprefix("feed_") for (name,) in names if name.startswith("feed_")}
    needed = {feed for rule in rules for feed in rule.needs_rows} & views
    empty = {feed for feed in needed if not con.execute(f'SELECT 1 FROM "feed_{feed}" LIMIT 1').fetchall()}  # noqa: S608
    return views, empty


def _bundles(compiled: Sequence[Step]) -> Iterator[Step]:
    """Queries that read the same tables, asked at once: each bundle as soon as its tables are there."""
    by_tables: dict[tuple[str, ...], list[Step]] = {}
    for step in compiled:
        by_tables.setdefault(step.after, []).append(step)
    for after, steps in by_tables.items():
        text = " UNION ALL ".join(step.select.text() for step in steps)
        yield Step("+".join(step.table for step in steps), Ready(text), after)


def _ordered(parts: Sequence[pa.Table]) -> pa.Table:
    order = [(name, "ascending") for name in ("rule", "household_no", "person_no", "division")]
    return pa.concat_tables([HITS.empty_table(), *(part.cast(HITS) for part in parts)]).sort_by(order)
