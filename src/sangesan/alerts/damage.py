"""Households hit since an alert: what the emergency department has reported of the covered villages."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import duckdb

from sangesan.accounts.models import Post
from sangesan.accounts.permissions import require
from sangesan.alerts.models import Alert, Covered
from sangesan.amendments.queries import parameter_number
from sangesan.clues.domain import LIVE
from sangesan.clues.models import Clue
from sangesan.clues.permissions import visible_clues
from sangesan.exchange.queries import open_feeds
from sangesan.regions.queries import CHINA, today
from sangesan.registry.models import Household, Membership
from sangesan.registry.permissions import visible_households

FEED = "disaster_damage"
COLUMNS = ("person_no", "occurred_on", "hazard", "house", "loss", "casualty")
RULES = ("R21", "R22")
MOST = 500
BATCH = 500


@dataclass(frozen=True)
class Damaged:
    """One household and the latest report of it. loss: fen; clue: its live clue of a disaster, where there is one."""

    household: Household
    occurred_on: date
    hazard: str
    house: str
    loss: int
    casualty: bool
    reports: int
    clue: Clue | None


def damaged_since(post: Post, alert: Alert) -> list[Damaged]:
    """Households of the covered villages within the post's reach, the latest hit first; at most MOST.

    From the day the alert began to some days after it ended (policy data), never after the county's day.
    """
    require(post, "registry.see")
    first = alert.starts_at.astimezone(CHINA).date()
    over = (alert.cancelled_at or alert.expires_at).astimezone(CHINA).date()
    last = min(today(), over + timedelta(days=parameter_number("alert_damage_days", today())))
    rows = reports_between(first, last)
    villages = list(Covered.objects.filter(alert=alert).values_list("division", flat=True))
    homes = _homes(post, {row["person_no"] for row in rows}, villages)
    by_home: dict[int, list[dict[str, Any]]] = {}
    for row in rows:
        if row["person_no"] in homes:
            by_home.setdefault(homes[row["person_no"]].pk, []).append(row)
    households = {h.pk: h for h in homes.values()}
    clues = _clues(post, list(by_home))
    found = [
        Damaged(households[pk], r[-1]["occurred_on"], r[-1]["hazard"], r[-1]["house"],
                sum(x["loss"] or 0 for x in r), any(x["casualty"] for x in r), len(r), clues.get(pk))
        for pk, r in by_home.items()
    ]  # fmt: skip
    return sorted(found, key=lambda d: (d.occurred_on, d.household.pk), reverse=True)[:MOST]


def reports_between(first: date, last: date) -> list[dict[str, Any]]:
    """The attached rows of the emergency department's feed that happened on these days, oldest first."""
    with duckdb.connect() as con:
        open_feeds(con, feeds=[FEED], columns={FEED: COLUMNS})
        text = f"SELECT {', '.join(COLUMNS)} FROM feed_{FEED} WHERE occurred_on BETWEEN ? AND ? ORDER BY ALL"  # noqa: S608
        rows = con.execute(text, [first, last]).fetchall()
    found = [dict(zip(COLUMNS, row, strict=True)) for row in rows]
    return sorted(found, key=lambda r: (r["occurred_on"], r["person_no"]))


def _homes(post: Post, people: Collection[int], villages: Collection[str]) -> dict[int, Household]:
    """Person -> household, of those living in the villages and within the post's reach."""
    numbers, found = sorted(people), dict[int, int]()
    for start in range(0, len(numbers), BATCH):
        part = Membership.objects.filter(person__in=numbers[start : start + BATCH], valid_to=None)
        found |= dict(part.values_list("person_id", "household_id"))
    wanted = sorted(set(found.values()))
    seen: dict[int, Household] = {}
    for start in range(0, len(wanted), BATCH):
        rows = visible_households(post).filter(pk__in=wanted[start : start + BATCH], residence__in=list(villages))
        seen |= {h.pk: h for h in rows}
    return {person: seen[home] for person, home in found.items() if home in seen}


def _clues(post: Post, households: list[int]) -> dict[int, Clue]:
    """A live clue of a disaster by household: raised by the department's rules, or of a disaster's risk."""
    found: dict[int, Clue] = {}
    for start in range(0, len(households), BATCH):
        rows = visible_clues(post).filter(household__in=households[start : start + BATCH], state__in=LIVE)
        for clue in rows.order_by("-pk"):
            if clue.household_id and (clue.rule in RULES or clue.risk.startswith("02")):
                found.setdefault(clue.household_id, clue)
    return found
