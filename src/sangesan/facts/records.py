"""Everything known about one household, as plain rows: what one-household evaluation reads."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import duckdb

from sangesan.facts.model import Source

Row = Mapping[str, Any]


@dataclass(frozen=True)
class HouseholdRecords:
    """household: its snapshot row; people: all its people's rows; feeds: rows by feed code, subject person_no;
    newest: of each register the (period, delivery) of the newest list delivered by the day, for the whole county.
    """

    household: Row
    people: Sequence[Row]
    feeds: Mapping[str, Sequence[Row]]
    newest: Mapping[str, tuple[date, int]]


def read_records(
    con: duckdb.DuckDBPyConnection, household_no: int, *, sources: Collection[Source], as_of: date
) -> HouseholdRecords | None:
    """The household's rows from the views of `con`; None where the snapshot has no such household."""
    found = _rows(con, "SELECT * FROM households WHERE household_no = ?", [household_no])
    if not found:
        return None
    people = _rows(con, "SELECT * FROM people WHERE household_no = ?", [household_no])
    members = [row["person_no"] for row in people]
    person_sources = [s for s in sources if s.subject == "person_no"]
    feeds = {s.code: _of_people(con, s.view, members) for s in person_sources}
    feeds["death"] = feeds.get("death") or _of_people(con, "feed_death", members)
    registers = [s for s in person_sources if s.contract.kind == "register"]
    newest = {s.code: _newest(con, s, as_of) for s in registers}
    return HouseholdRecords(found[0], people, feeds, {k: v for k, v in newest.items() if v is not None})


def _of_people(con: duckdb.DuckDBPyConnection, view: str, members: list[int]) -> list[Row]:
    return _rows(con, f"SELECT * FROM {view} WHERE list_contains(?, person_no)", [members])  # noqa: S608  our view


def _newest(con: duckdb.DuckDBPyConnection, source: Source, as_of: date) -> tuple[date, int] | None:
    text = f"SELECT period, delivery FROM {source.view} WHERE period <= ? ORDER BY ALL DESC LIMIT 1"  # noqa: S608
    found = con.execute(text, [as_of]).fetchall()
    return (found[0][0], found[0][1]) if found else None


def _rows(con: duckdb.DuckDBPyConnection, text: str, values: list[Any]) -> list[Row]:
    result = con.execute(text, values)
    names = [column[0] for column in result.description or ()]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]
