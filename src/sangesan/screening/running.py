"""Runs a plan's steps: what does not wait for each other side by side, each table once, all of them dropped at the end."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager

import duckdb

from sangesan.facts.planning import Step

SIDE_BY_SIDE = 3


@contextmanager
def tables(con: duckdb.DuckDBPyConnection, steps: Sequence[Step]) -> Iterator[None]:
    """The steps' tables as run_<table> while the block runs. They are tables of the connection's own database."""
    (kept,) = con.execute("SELECT current_setting('preserve_insertion_order')").fetchall()[0]
    try:
        con.execute("SET preserve_insertion_order = false")  # hits are ordered at the end, nothing else needs to be
        side_by_side(con, [_Job(step.table, _create(step), step.after) for step in steps])
        yield
    finally:
        con.execute(f"SET preserve_insertion_order = {bool(kept)}")
        for step in steps:
            con.execute(f"DROP TABLE IF EXISTS run_{step.table}")


class _Job:
    """Something to run with a cursor once the jobs named in `after` are done."""

    def __init__(
        self, name: str, work: Callable[[duckdb.DuckDBPyConnection], object], after: Sequence[str] = ()
    ) -> None:
        self.name, self.work, self.after = name, work, after


def _create(step: Step) -> Callable[[duckdb.DuckDBPyConnection], object]:
    text = f"CREATE OR REPLACE TABLE run_{step.table} AS {step.select.text()}"
    return lambda cursor: cursor.execute(text)


def side_by_side(con: duckdb.DuckDBPyConnection, jobs: Sequence[_Job]) -> None:
    """Runs jobs (given in an order that works) a few at a time: one plans or opens files while the other computes.

    One after another where the connection reads registered Arrow tables: a cursor of another thread can't see those.
    """
    if con.execute("SELECT 1 FROM duckdb_views() WHERE temporary AND NOT internal LIMIT 1").fetchone():
        for job in jobs:
            job.work(con)
        return
    done: dict[str, Future[object]] = {}

    def run(job: _Job) -> object:
        for name in job.after:
            done[name].result()
        with con.cursor() as cursor:
            return job.work(cursor)

    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        for job in jobs:
            done[job.name] = pool.submit(run, job)
    for future in done.values():
        future.result()
