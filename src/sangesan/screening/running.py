"""Runs a plan: tables first, what does not wait for each other side by side; then the queries over them."""

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager
from dataclasses import dataclass

import duckdb
import pyarrow as pa

from sangesan.facts.planning import Step

SIDE_BY_SIDE = 3
Connection = duckdb.DuckDBPyConnection


def run(con: Connection, tables: Sequence[Step], queries: Sequence[Step]) -> list[pa.Table]:
    """What the queries give, in their order. Each table stands as run.<name> until the last query is done."""
    jobs = [_Job(step.table, step.after, _create(step)) for step in tables]
    jobs += [_Job(step.table, step.after, _ask(step)) for step in queries]
    with _schema(con):
        done = _side_by_side(con, jobs) if _seen_by_cursors(con) else {job.name: job.work(con) for job in jobs}
    return [done[step.table] for step in queries]


@dataclass(frozen=True)
class _Job:
    """Something to do with a cursor once the jobs named in `after` are done."""

    name: str
    after: tuple[str, ...]
    work: Callable[[Connection], pa.Table | None]


def _create(step: Step) -> Callable[[Connection], None]:
    def work(cursor: Connection) -> None:
        cursor.execute(f"CREATE TABLE run.{step.table} AS {step.select.text()}")

    return work


def _ask(step: Step) -> Callable[[Connection], pa.Table]:
    return lambda cursor: cursor.sql(step.select.text()).to_arrow_table()


@contextmanager
def _schema(con: Connection) -> Iterator[None]:
    """A place for the run's tables, gone with all of them at the end."""
    (kept,) = con.execute("SELECT current_setting('preserve_insertion_order')").fetchall()[0]
    try:
        con.execute("SET preserve_insertion_order = false; CREATE OR REPLACE SCHEMA run")
        yield
    finally:
        con.execute(f"SET preserve_insertion_order = {bool(kept)}; DROP SCHEMA IF EXISTS run CASCADE")


def _seen_by_cursors(con: Connection) -> bool:
    """False where the connection holds temporary views, as `register` makes them: no other cursor sees those."""
    return not con.execute("SELECT 1 FROM duckdb_views() WHERE temporary AND NOT internal LIMIT 1").fetchall()


def _side_by_side(con: Connection, jobs: Sequence[_Job]) -> dict[str, pa.Table | None]:
    """Each job as soon as it need not wait, a few at a time: one plans or opens files while another computes."""

    def work(job: _Job) -> pa.Table | None:
        with con.cursor() as cursor:
            return job.work(cursor)

    done: dict[str, pa.Table | None] = {}
    running: dict[Future[pa.Table | None], str] = {}
    waiting = list(jobs)
    with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
        while waiting or running:
            ready = [job for job in waiting if done.keys() >= set(job.after)]
            waiting = [job for job in waiting if job not in ready]
            running |= {pool.submit(work, job): job.name for job in ready}
            for future in wait(running, return_when=FIRST_COMPLETED).done:
                done[running.pop(future)] = future.result()
    return done
