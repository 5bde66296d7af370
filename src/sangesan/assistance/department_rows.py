"""Departments' rows about a household's members, newest state of each thing: what needs and measures are read from."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from sangesan.exchange.about_people import rows_about
from sangesan.exchange.models import Delivery


@dataclass(frozen=True)
class DepartmentRow:
    """One row of a feed. values: person_no, row_no and the feed's open columns."""

    feed: str
    delivery: Delivery
    values: dict[str, Any]

    @property
    def person(self) -> int:
        return int(self.values["person_no"])


def rows_of(people: Collection[int], feeds: Collection[str]) -> list[DepartmentRow]:
    """The rows of these feeds about these people that count now, oldest month first.

    The caller has made sure that the post may see these people.
    """
    return [
        DepartmentRow(found.feed.code, found.delivery, values)
        for found in rows_about(people=people, feeds=feeds)
        for values in found.rows.to_pylist()
    ]


def newest(rows: Collection[DepartmentRow], key: Collection[str]) -> list[DepartmentRow]:
    """Of rows about one thing (same feed, person and key) the last reported one, in the order of first mention."""
    last: dict[tuple[object, ...], DepartmentRow] = {}
    for row in rows:
        last[(row.feed, row.person, *(row.values[name] for name in key))] = row
    return list(last.values())


def running(row: DepartmentRow, on: date) -> bool:
    """Whether a job, post or grant ran on a day: begun, and not over."""
    began, ended = row.values.get("began_on"), row.values.get("ended_on")
    return (began is None or began <= on) and (ended is None or ended >= on)
