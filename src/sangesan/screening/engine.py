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
from sangesan.facts.planning import FactPlan, Step, plan
from sangesan.facts.queries import Ready
from sangesan.facts.reading import load_facts
from sangesan.policy.parameters import ParameterBook
from sangesan.screening.compiling import compile_rule
from sangesan.screening.digest import digest_hits
from sangesan.screening.rules import Rule, Waiting
from sangesan.screening.running import tables
from sangesan.screening.waiting import split

HITS = pa.schema([
    ("rule", pa.string()), ("grain", pa.string()), ("household_no", pa.int64()), ("person_no", pa.int64()),
    ("division", pa.string()), ("measure", pa.int64()), ("operands", pa.string()),
])  # fmt: skip
BUNDLES = 4


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
    hits, explained, sql = _run(con, made, moment, running, explaining)
    explained = explained.filter(pc.is_in(explained["household_no"], hits["household_no"]))
    return ScreeningResult(hits, explained, list(waiting), perf_counter() - began, sql)


def _feeds(con: duckdb.DuckDBPyConnection, rules: Sequence[Rule]) -> tuple[set[str], set[str]]:
    """The feeds that can be read, and those among the needed ones that hold no row."""
    names = con.execute("SELECT table_name FROM information_schema.tables").fetchall()
    views = {name.removeprefix("feed_") for (name,) in names if name.startswith("feed_")}
    needed = {feed for rule in rules for feed in rule.needs_rows} & views
    empty = {feed for feed in needed if not con.table(f"feed_{feed}").limit(1).fetchall()}
    return views, empty


def _run(
    con: duckdb.DuckDBPyConnection,
    made: FactPlan,
    moment: Moment,
    running: Sequence[Rule],
    explaining: Sequence[Rule],
) -> tuple[pa.Table, pa.Table, dict[str, str]]:
    sql = {step.table: step.select.text() for step in made.steps}
    sql |= {rule.code: compile_rule(rule, made, moment).text() for rule in (*running, *explaining)}
    steps = (*made.steps, *_hit_steps(running, sql, made), *_explained_step(explaining, sql, made))
    with tables(con, steps):
        hits = _ordered(con, [step.table for step in steps if step.table.startswith("hits_")])
        explained = _ordered(con, [step.table for step in steps if step.table == "explained"])
    return hits, explained, sql


def _hit_steps(running: Sequence[Rule], sql: dict[str, str], made: FactPlan) -> Iterator[Step]:
    """The rules' queries in a few bundles: one bundle is planned while another runs."""
    bundles = [running[number::BUNDLES] for number in range(BUNDLES)]
    for number, bundle in enumerate(b for b in bundles if b):
        text = " UNION ALL ".join(sql[rule.code] for rule in bundle)
        yield Step(f"hits_{number}", Ready(text), tuple(step.table for step in made.steps))


def _explained_step(explaining: Sequence[Rule], sql: dict[str, str], made: FactPlan) -> Iterator[Step]:
    """What must be explained, for the households that were hit."""
    if explaining:
        text = " UNION ALL ".join(sql[rule.code] for rule in explaining)
        yield Step("explained", Ready(text), tuple(step.table for step in made.steps))


def _ordered(con: duckdb.DuckDBPyConnection, names: Sequence[str]) -> pa.Table:
    parts = [con.table(f"run_{name}").to_arrow_table().cast(HITS) for name in names]
    order = [(name, "ascending") for name in ("rule", "household_no", "person_no", "division")]
    return pa.concat_tables(parts).sort_by(order) if parts else HITS.empty_table()
