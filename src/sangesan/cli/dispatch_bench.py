"""Closing a week of the whole county: measured, frozen and verified, in a home of its own.

Its imports stand inside functions because its home must be set before the settings are read.
Run as a program by `sangesan bench dispatch`: `python -m sangesan.cli.dispatch_bench 5` (how often it is closed).
"""

import random
import statistics
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sangesan.cli.bench_county import Home, analyse, build_county, run

PEOPLE, MET, MONITORED, CLUES = 283_542, 0.945, 3_210, 7_200
SUNDAY = date(2022, 9, 11)
BEGIN = datetime(2021, 1, 1, tzinfo=UTC)
RISK = '["因病"]'


def build() -> dict[str, int]:
    """A county with its people, a week's patrols, monitored households and clues; how many rows of each."""
    homes = build_county()
    chance = random.Random(20220911)  # noqa: S311  reproducible, not secret

    from django.db import transaction

    from sangesan.clues.models import Clue
    from sangesan.patrols.models import Entry
    from sangesan.patrols.rounds import weekly_round
    from sangesan.registry.bulk import insert_rows
    from sangesan.registry.models import Membership, Person, Residence, Standing

    row = weekly_round(SUNDAY, now=BEGIN)
    with transaction.atomic():
        held = ["household_id", "valid_from", "recorded_at", "row_version"]
        insert_rows(
            Residence, [*held, "village", "group_name", "residence", "grid", "cause"],
            ((n, date(2021, 1, 1), BEGIN, 1, v, "", v, g, "") for n, g, v, _ in homes),
        )  # fmt: skip
        insert_rows(
            Person, ["id", "name", "sex", "ethnic", "row_version"], ((n + 1, "成员", "", "", 1) for n in range(PEOPLE))
        )
        insert_rows(
            Membership, [*held, "person_id", "relation", "kind", "note"],
            ((homes[n % len(homes)][0], date(2021, 1, 1), BEGIN, 1, n + 1, "其他", "registered", "") for n in range(PEOPLE)),
        )  # fmt: skip
        insert_rows(
            Standing, [*held, "stage", "category", "risks", "enrolled_on", "elimination_way", "national_number"],
            (
                (homes[n * 25][0], date(2022, 1, 1), BEGIN, 1, "monitoring" if n % 4 else "eliminated", "", RISK,
                 date(2022, 1, 1), "", "")
                for n in range(MONITORED)
            ),
        )  # fmt: skip
        columns = (
            "round_id household_id grid division town result purposes on words changed post post_title recorded_at"
        )
        insert_rows(Entry, columns.split(), _entries(homes, row.pk, chance))
        columns = "household_id division town grid risk channel state headline rule opened_on due_on row_version"
        insert_rows(Clue, columns.split(), _clues(homes, chance))
    analyse()
    return {"households": len(homes), "people": PEOPLE, "entries": Entry.objects.count(), "clues": CLUES}


def _entries(homes: list[Home], row: int, chance: random.Random) -> Iterator[tuple[Any, ...]]:
    for number, grid, village, town in homes:
        if chance.random() < MET:
            on = SUNDAY - timedelta(days=chance.randrange(7))
            at = datetime(on.year, on.month, on.day, 9, tzinfo=UTC)
            yield row, number, grid, village, town, "same", "[]", on, "", "[]", 1, "测速", at


def _clues(homes: list[Home], chance: random.Random) -> Iterator[tuple[Any, ...]]:
    for n in range(CLUES):
        number, grid, village, town = homes[n * 11]
        opened = SUNDAY - timedelta(days=chance.randrange(30))
        yield number, village, town, grid, "01", "DEPT", "open", "测速", "R01", opened, opened + timedelta(days=3), 1


def measure(rounds: int) -> dict[str, Any]:
    """Seconds of closing (median of `rounds`), of verifying, of a page of a frozen list; how much is stored."""
    rows = build()

    from sangesan.accounts.queries import system_post
    from sangesan.dispatch.frozen import verify
    from sangesan.dispatch.lists import list_behind
    from sangesan.dispatch.models import Snapshot
    from sangesan.dispatch.week_closing import close_week
    from sangesan.kernel.period import Week

    post, week, taken = system_post(), Week.of(SUNDAY), []
    for _ in range(rounds):
        Snapshot.objects.all().delete()
        begun = time.perf_counter()
        made = close_week(post=post, week=week, as_of=SUNDAY, now=BEGIN, progress=lambda *_: None)
        taken.append(time.perf_counter() - begun)
    begun = time.perf_counter()
    intact = not verify(made)
    verified, begun = time.perf_counter() - begun, time.perf_counter()
    list_behind(post, "households_visited", "", week, as_of=SUNDAY, part="rest")
    listed = time.perf_counter() - begun
    return {
        **rows,
        "places": made.rows.count(),
        "figures": len(made.figures),
        "close_seconds": round(statistics.median(taken), 2),
        "verify_seconds": round(verified, 2),
        "list_ms": round(listed * 1000),
        "lists_kb": round(sum(len(one.packed) for one in made.behind.all()) / 1024),
        "intact": intact,
    }


if __name__ == "__main__":
    run(measure)
