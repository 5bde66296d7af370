"""The households that the demonstration's villages have listed as threatened by a geohazard point."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime

import duckdb

from sangesan.demo.chance import generator
from sangesan.demo.patrol_words import SEED, words
from sangesan.exchange.queries import open_feeds
from sangesan.patrols.models import KeyGroup
from sangesan.registry.models import Household

GROUP = "hazard_point"
LEAST, MOST = 3, 9  # households below one slope
BATCH = 500


def list_threatened(*, today: date, now: datetime) -> int:
    """Lists a few neighbours for each point that the department's data name in a village; how many households."""
    rng = generator(SEED, "threatened")
    of_village: dict[str, list[int]] = defaultdict(list)
    for number, residence in Household.objects.order_by("pk").values_list("pk", "residence"):
        of_village[residence].append(number)
    made: dict[int, KeyGroup] = {}
    for site, village in _sites(now):
        homes = of_village.get(village, [])
        if not homes:
            continue
        first = int(rng.integers(0, len(homes)))
        for number in homes[first : first + int(rng.integers(LEAST, MOST + 1))]:
            made[number] = KeyGroup(
                household_id=number, group=GROUP, sentence=words()["hazard"].format(site=site), since=today
            )
    KeyGroup.objects.bulk_create(made.values(), batch_size=BATCH, ignore_conflicts=True)
    return len(made)


def _sites(now: datetime) -> list[tuple[str, str]]:
    """(site, village or community) of every point the department has delivered."""
    with duckdb.connect() as con:
        open_feeds(con, feeds=["geohazard"], known_at=now, columns={"geohazard": ["division", "site"]})
        rows = con.execute(
            "SELECT DISTINCT site, division FROM feed_geohazard WHERE division IS NOT NULL ORDER BY 1, 2"
        )
        return [(str(site), str(village)) for site, village in rows.fetchall()]
