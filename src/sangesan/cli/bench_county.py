"""A county for benchmarks in a home of its own: 17 towns, 204 villages, 81,600 households, nobody in them.

Its imports stand inside functions because its home must be set before the settings are read.
"""

import json
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, TypeAlias

DAY = date(2022, 9, 13)
NOW = datetime(2022, 9, 13, tzinfo=UTC)
TOWNS, VILLAGES, GRIDS, HOUSEHOLDS = 17, 12, 10, 40

Home: TypeAlias = tuple[int, str, str, str]  # number, grid, village, town


def build_county() -> list[Home]:
    """The places and the households."""
    from django.core.management import call_command
    from django.db import transaction

    from sangesan.regions.actions import load_divisions, load_grids, set_county
    from sangesan.regions.domain import DivisionRow
    from sangesan.registry.bulk import insert_rows
    from sangesan.registry.models import Household

    call_command("migrate", verbosity=0)
    set_county({"code": "610998", "name": "测速县", "demonstration": True, "today": DAY}, place="bench")
    towns = [f"610998{100 + t}000" for t in range(TOWNS)]
    villages = [(f"{town[:9]}{200 + v}", town) for town in towns for v in range(VILLAGES)]
    rows = [DivisionRow("610998", "测速县", "county", "")] + [
        DivisionRow(t, f"第{t[6:9]}镇", "town", "610998") for t in towns
    ]
    load_divisions(
        rows + [DivisionRow(v, f"第{v[9:]}村", "village", t) for v, t in villages], on=date(2021, 1, 1), now=NOW
    )
    grids = [(f"{v}-{g + 1:02d}", v, t) for v, t in villages for g in range(GRIDS)]
    load_grids(((g, v, g) for g, v, _ in grids), on=date(2021, 1, 1))
    homes = [(n + 1, g, v, t) for n, (g, v, t) in enumerate(x for x in grids for _ in range(HOUSEHOLDS))]
    with transaction.atomic():
        insert_rows(
            Household,
            "id code head_name village town residence residence_town grid size formerly_poor stage row_version".split(),
            ((n, f"{v}{n:06d}", "户主", v, t, v, t, g, 3, False, "", 1) for n, g, v, t in homes),
        )
    return homes


def analyse() -> None:
    """Lets the database see how its tables lie."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def timed(act: Callable[[int], Any], rounds: int) -> dict[str, float]:
    """p50 and p95 of `rounds` calls after three that do not count, in milliseconds."""
    for n in range(3):
        act(n)
    taken = []
    for n in range(rounds):
        begun = time.perf_counter()
        act(n)
        taken.append((time.perf_counter() - begun) * 1000)
    return {"p50": round(statistics.median(taken), 3), "p95": round(statistics.quantiles(taken, n=20)[-1], 3)}


def run(measure: Callable[[int], dict[str, Any]], fill: Callable[[Path], None] | None = None) -> None:
    """Sets a home of its own up, measures the size given as argument, prints JSON.

    fill: puts files into the home before the settings and its keys are read.
    """
    import django

    size = int(sys.argv[1])
    with tempfile.TemporaryDirectory(prefix="sangesan-bench-") as home:
        if fill is not None:
            fill(Path(home))
        os.environ["SANGESAN_HOME"] = home
        os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
        os.environ["SANGESAN_HOSTS"] = "testserver"
        django.setup()
        print(json.dumps(measure(size)))
