"""What departments' data said when a household was compared: from deliveries that were there on the day, explained."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sangesan.cases.comparing import compared_feeds
from sangesan.demo.histories.words import Dice, words
from sangesan.exchange.about_people import rows_about
from sangesan.exchange.contracts import load_contracts
from sangesan.kernel.period import Month
from sangesan.regions.queries import CHINA


@dataclass(frozen=True)
class Hit:
    """A row of a delivery that must be explained. known_on: since when the county has it."""

    person: int
    kind: str
    sentence: str
    department: str
    delivery: int
    row_no: int
    known_on: date


def hits_of(people: Collection[int]) -> dict[int, list[Hit]]:
    """All that the newest data say of these people, by person: each feed is read once."""
    wanted = {c.feed: c for c in compared_feeds()}
    newest: dict[tuple[str, int, Any], Hit] = {}
    for about in rows_about(people=people, feeds=set(wanted)):
        rule = wanted[about.feed.code]
        known_on = about.delivery.accepted_at.astimezone(CHINA).date()
        for row in about.rows.to_pylist():
            if rule.hits(row):
                key = (rule.feed, row["person_no"], row[rule.latest] if rule.latest else (about.delivery.pk, row["row_no"]))
                shown = {c: "" if v is None else v for c, v in row.items()}
                newest[key] = Hit(
                    row["person_no"], rule.kind, rule.sentence.format(**shown)[:300], about.feed.department,
                    about.delivery.pk, row["row_no"], known_on,
                )  # fmt: skip
    found: defaultdict[int, list[Hit]] = defaultdict(list)
    for hit in newest.values():
        found[hit.person].append(hit)
    return found


def sources_on(day: date) -> list[dict[str, str]]:
    """Each feed that is compared and how far its data reached on a day: to the end of the last month."""
    contracts, until = load_contracts(), Month.of(day).plus(-1).first_day().isoformat()
    return [
        {
            "feed": c.feed, "kind": c.kind, "title": contracts.feeds[c.feed].title,
            "department": contracts.feeds[c.feed].department, "period": until,
        }
        for c in compared_feeds()
    ]  # fmt: skip


def explained(dice: Dice, hit: Hit) -> str:
    """Why the hit does not speak against the household."""
    text: str = dice.of(words()["explanations"].get(hit.kind) or [f"{hit.kind}情况已当面核实"])
    return text
