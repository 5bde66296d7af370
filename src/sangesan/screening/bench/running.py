"""Runs the same rules on every engine over the same files and compares seconds and digests."""

from collections.abc import Callable
from datetime import date
from statistics import median
from time import perf_counter
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from sangesan.facts.moment import Moment
from sangesan.facts.reading import load_facts
from sangesan.screening.bench import decode, duckdb_by_hand, pandas_by_hand, polars_by_hand
from sangesan.screening.bench.source import BenchSource, bench_parameters, values_on
from sangesan.screening.bench.spans import Spans
from sangesan.screening.digest import digest_hits
from sangesan.screening.engine import screen
from sangesan.screening.needs import columns_needed
from sangesan.screening.reading import load_rules

COLUMNS = ("rule", "household_no", "person_no", "division", "measure")
SHARED = ("new_case_months", "quarterly_case_months", "idle_lookback_months")


def run_bench(source: BenchSource, as_of: date, repeat: int = 5) -> dict[str, Any]:
    """Medians of `repeat` rounds in which every engine has its turn; the rules are those in `duckdb_by_hand.RULES`.

    Returns seconds and best seconds by engine, ratios to sangesan's, digests_equal, rows, hits, rules. Sangesan's
    time includes compiling the rules and the operands of every hit, which the others do not give.
    Raises Refusal where a library is missing.
    """
    engines, needed = _engines(source, as_of)
    taken: dict[str, list[float]] = {name: [] for name in engines}
    tables: dict[str, pa.Table] = {}
    for _ in range(repeat):
        for name, run in engines.items():
            began = perf_counter()
            tables[name] = run()
            taken[name].append(perf_counter() - began)
    digests = {name: digest_hits(_uniform(table)) for name, table in tables.items() if name != "decode"}
    seconds = {name: round(median(times), 4) for name, times in taken.items()}
    return {
        "seconds": seconds,
        "best": {name: round(min(times), 4) for name, times in taken.items()},
        "ratio": {name: round(seconds["sangesan"] / value, 3) for name, value in seconds.items()},
        "digests_equal": len(set(digests.values())) == 1,
        "digests": digests,
        "rows": _rows(source, needed),
        "hits": tables["sangesan"].num_rows,
        "rules": list(duckdb_by_hand.RULES),
        "as_of": as_of.isoformat(),
    }


def _engines(source: BenchSource, as_of: date) -> tuple[dict[str, Callable[[], pa.Table]], dict[str, list[str]]]:
    rules = tuple(rule for rule in load_rules() if rule.code in duckdb_by_hand.RULES)
    book = bench_parameters(as_of)
    values = values_on(load_rules(), book, as_of)
    spans = Spans.on(as_of, {code: values[code] for code in SHARED})
    needed = columns_needed(rules, load_facts(), Moment(as_of, book))
    engines: dict[str, Callable[[], pa.Table]] = {
        "sangesan": lambda: screen(source.connect(), as_of=as_of, rules=rules, parameters=book).hits,
        "duckdb_by_hand": lambda: duckdb_by_hand.run(source, spans, values),
        "polars_by_hand": lambda: polars_by_hand.run(source, spans, values),
        "pandas": lambda: pandas_by_hand.run(source, spans, values),
        "decode": lambda: decode.run(source, needed),
    }
    return engines, needed


def _uniform(table: pa.Table) -> pa.Table:
    """The digest's columns in plain types."""
    types = {"rule": pa.string(), "division": pa.string()}
    return pa.table({name: pc.cast(table[name], types.get(name, pa.int64())) for name in COLUMNS})


def _rows(source: BenchSource, needed: dict[str, list[str]]) -> int:
    """The department rows in the feeds that the rules read."""
    con = source.connect()
    return sum(con.sql(f"SELECT count(*) FROM feed_{code}").fetchall()[0][0] for code in needed)  # noqa: S608
