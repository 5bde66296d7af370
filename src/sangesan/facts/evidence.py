"""Down to the row: which delivered rows a fact's value rests on."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from sangesan.facts.conditions import from_feed, known_rows, row_condition, row_value
from sangesan.facts.model import Fact, FactBook, FromFeed, RollUp, Source
from sangesan.facts.moment import Moment
from sangesan.facts.planning import closure
from sangesan.facts.queries import quoted
from sangesan.facts.rendering import to_sql
from sangesan.facts.scanning import ORDER, needed_columns


@dataclass(frozen=True)
class EvidenceRow:
    """One delivered row behind a fact: where it stands and the columns that the fact reads."""

    fact: str
    feed: str
    delivery: int
    row_no: int
    subject: int | str
    columns: dict[str, Any]


def fact_rows(
    con: duckdb.DuckDBPyConnection,
    fact: str,
    *,
    moment: Moment,
    book: FactBook,
    people: Sequence[int] = (),
    division: str | None = None,
) -> list[EvidenceRow]:
    """The rows behind a fact's value for these people (or this division), by feed, delivery and row.

    people: for a household fact those whom it counts. A derived or rolled-up fact gives the rows of its parts.
    """
    return [
        row
        for part in closure([fact], book)
        if isinstance(part.body, FromFeed)
        for row in _rows(con, part, moment, people, division)
    ]


def _rows(
    con: duckdb.DuckDBPyConnection, fact: Fact, moment: Moment, people: Sequence[int], division: str | None
) -> Iterator[EvidenceRow]:
    source = from_feed(fact).source
    condition = row_condition(fact, moment)
    shown = [c for c in needed_columns([condition, row_value(fact, moment)]) if c not in PLACE]
    text = f"{_held(source, shown, moment)} WHERE {to_sql(condition)} ORDER BY period, delivery, row_no"
    subject: Any = [division] if source.subject == "division" else list(people)
    for delivery, row_no, who, _, *values in con.execute(text, [subject]).fetchall():
        yield EvidenceRow(fact.code, source.code, delivery, row_no, who, dict(zip(shown, values, strict=True)))


PLACE = ("delivery", "row_no", "period")


def _held(source: Source, shown: list[str], moment: Moment) -> str:
    """The subject's rows that hold on the day, each with its place, as the head of a query."""
    own = f"(SELECT * FROM {source.view} WHERE list_contains(?, {source.subject}))"  # noqa: S608  our view
    columns = ", ".join(["delivery", "row_no", source.subject, "period", *(quoted(c) for c in shown)])
    if source.contract.kind == "events" and not source.keys:
        return f"SELECT {columns} FROM {own} AS own"  # noqa: S608  our columns
    known = to_sql(known_rows(source, moment))
    if source.contract.kind == "register":
        newest = f"(SELECT max((period, delivery)) FROM {source.view} WHERE {known})"  # noqa: S608
        return f"SELECT {columns} FROM (FROM {own} WHERE {known} AND (period, delivery) = {newest}) AS own"  # noqa: S608
    keys = ", ".join(quoted(key) for key in source.keys)
    latest = f"QUALIFY row_number() OVER (PARTITION BY {keys} ORDER BY {ORDER} DESC) = 1"
    return f"SELECT {columns} FROM (SELECT * FROM {own} WHERE {known} {latest}) AS own"  # noqa: S608


def counts_everyone(fact: Fact) -> bool:
    """Whether a household fact also counts the dead and those who left."""
    return isinstance(fact.body, RollUp) and fact.body.counts == "everyone"
