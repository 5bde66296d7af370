"""What departments say is new of the households of a grid, in words for the phone."""

from collections.abc import Collection, Iterator, Mapping
from datetime import date
from typing import Any

from sangesan.exchange.about_people import RowsAbout, rows_about
from sangesan.exchange.contracts import ColumnContract, load_contracts
from sangesan.kernel.money import format_yuan
from sangesan.kernel.period import Month
from sangesan.regions.queries import tree

MONTHS = 2
MOST = 6  # per household; the phone is for walking, the whole timeline is on the page
EMPTY = ("", None)


def news_of(people: Mapping[int, tuple[int, str]], today: date) -> dict[int, list[dict[str, str]]]:
    """Newest first, by household: {"on", "words", "from"}. people: person -> (household, name)."""
    since = Month.of(today).plus(-MONTHS).first_day()
    found: dict[int, list[dict[str, str]]] = {}
    for part in rows_about(people=people, feeds=_feeds(), since=since):
        department = load_contracts().departments[part.feed.department].name
        for on, household, words in _lines(part, people):
            if on >= since:
                found.setdefault(household, []).append({"on": on.isoformat(), "words": words, "from": department})
    for lines in found.values():
        lines.sort(key=lambda line: (line["on"], line["words"]), reverse=True)
        del lines[MOST:]
    return found


def _feeds() -> Collection[str]:
    """Feeds about people where something happens or changes; whole lists say nothing new."""
    return [feed.code for feed in load_contracts().feeds.values() if feed.grain == "person" and feed.kind != "register"]


def _lines(part: RowsAbout, people: Mapping[int, tuple[int, str]]) -> Iterator[tuple[date, int, str]]:
    for row in part.rows.to_pylist():
        on, dated_by = part.delivery.period, None
        for column in part.feed.open_columns:
            if column.type == "date" and isinstance(row[column.as_name], date):
                on, dated_by = row[column.as_name], column
                break
        filled = [c for c in part.feed.open_columns if c is not dated_by and row[c.as_name] not in EMPTY]
        household, name = people[row["person_no"]]
        values = "，".join(f"{c.heading} {_words(c, row[c.as_name])}" for c in filled)
        yield on, household, f"{name}：{part.feed.title}" + (f"（{values}）" if values else "")


def _words(column: ColumnContract, value: Any) -> str:
    if column.type == "money":
        return f"{format_yuan(value)}元"
    if column.type == "bool":
        return "是" if value else "否"
    return tree().full_name(value) if column.type == "division" else str(value)
