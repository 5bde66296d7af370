"""A month's bulletin with all its papers, a run of all checks, a quarter's scores: measured on a county at full size.

They read everything a county records in a year, so no drawn county serves: it is a copy of the given home's county, or
the demonstration built anew where none is given. Its imports stand inside functions because its home must be set first.
Run as a program by `sangesan bench rhythm`: `python -m sangesan.cli.rhythm_bench 1 [HOME]`.
"""

import shutil
import sqlite3
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from sangesan.cli.bench_county import run

DATABASE = "db.sqlite3"
NOT_COPIED = shutil.ignore_patterns(f"{DATABASE}*", "demo")  # the generated files were taken in already


@contextmanager
def timed_once(into: dict[str, Any], name: str) -> Iterator[None]:
    """Writes wall seconds and the seconds of processor of one act, which does not grow with what else runs here."""
    wall, cpu = time.perf_counter(), time.process_time()
    yield
    into[name] = {
        "seconds": round(time.perf_counter() - wall, 2), "cpu": round(time.process_time() - cpu, 2)
    }  # fmt: skip


def given() -> Path | None:
    """The home whose county is measured; None: the demonstration is built."""
    return Path(sys.argv[2]) if len(sys.argv) > 2 else None


def copy(home: Path) -> None:
    """The given home as it is at this moment, its database without waiting for whoever writes in it."""
    source = given()
    if source is None:
        return
    shutil.copytree(source, home, ignore=NOT_COPIED, dirs_exist_ok=True)
    address = f"{(source / DATABASE).resolve().as_uri()}?mode=ro"
    with closing(sqlite3.connect(address, uri=True)) as held, closing(sqlite3.connect(home / DATABASE)) as taken:
        held.backup(taken)


def measure(_size: int) -> dict[str, Any]:
    """What the county holds, and what each act took. The month and the quarter are those its last snapshots tell."""
    from django.core.management import call_command
    from django.utils import timezone

    from sangesan.demo.run import build
    from sangesan.regions.queries import today
    from sangesan.registry.models import Household

    if given() is None:
        build(scale=1, step=lambda _title: lambda *_: None)
    call_command("migrate", verbosity=0)

    day, now = today(), timezone.now()
    figures: dict[str, Any] = {"households": Household.objects.count()}
    month(figures, day, now)
    checks(figures, day, now)
    scores(figures, day, now)
    return figures


def month(figures: dict[str, Any], day: Any, now: Any) -> None:
    """The bulletin of the last month that has ended: closed, drafted, all sheets drawn; and the share of the drawing."""
    from unittest.mock import patch

    from sangesan.accounts.queries import system_post
    from sangesan.bulletins.models import Document
    from sangesan.dispatch import month_bulletin
    from sangesan.dispatch.models import MonthSheet, Snapshot
    from sangesan.documents.printing import produce
    from sangesan.kernel.period import Month

    ended = Month.of(day).plus(-1)
    MonthSheet.objects.all().delete()
    Snapshot.objects.filter(kind=Snapshot.Kind.MONTH, period=str(ended)).delete()
    Document.objects.filter(origin=month_bulletin.origin_of(ended)).update(origin="bench")
    drawn: dict[str, float] = dict.fromkeys(month_bulletin.KINDS, 0.0)
    counted = patch.object(month_bulletin, "produce", _counting(produce, drawn))
    with counted, timed_once(figures, "month"):
        made = month_bulletin.make_bulletin(
            post=system_post(), month=ended, now=now, today=day, progress=lambda *_: None
        )
    figures["month"] |= {"sheets": made.fresh, "drawing": {kind: round(cpu, 2) for kind, cpu in drawn.items()}}


def _counting(produce: Callable[..., bytes], into: dict[str, float]) -> Callable[..., bytes]:
    def counted(paper: Any, kind: str) -> bytes:
        begun = time.process_time()
        try:
            return produce(paper, kind)
        finally:
            into[kind] += time.process_time() - begun

    return counted


def checks(figures: dict[str, Any], day: Any, now: Any) -> None:
    """All checks over the county as of its day."""
    from sangesan.accounts.queries import system_post
    from sangesan.checks.running import run_checks

    with timed_once(figures, "checks"):
        ran = run_checks(post=system_post(), as_of=day, now=now)
    figures["checks"]["found"] = ran.found


def scores(figures: dict[str, Any], day: Any, now: Any) -> None:
    """The running quarter's scores of towns, departments, village teams and cadres."""
    from django.db.models import Count

    from sangesan.accounts.queries import system_post
    from sangesan.assessment.computing import compute
    from sangesan.assessment.models import Assessment
    from sangesan.kernel.period import Quarter

    quarter = Quarter.of(day)
    with timed_once(figures, "scores"):
        compute(post=system_post(), period=quarter, as_of=day, now=now)
    rows = Assessment.objects.filter(period=str(quarter)).annotate(n=Count("scores"))
    figures["scores"]["subjects"] = {row.kind: row.n for row in rows}


if __name__ == "__main__":
    run(measure, fill=copy)
