"""What departments say is new of the households of a grid, in words for the phone."""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sangesan.exchange.about_people import RowsAbout, rows_about
from sangesan.exchange.contracts import ColumnContract, FeedContract, load_contracts
from sangesan.kernel.money import format_yuan
from sangesan.kernel.period import Month
from sangesan.regions.queries import tree

MONTHS = 2
MOST = 6  # per household; the phone is for walking, the whole timeline is on the page
EMPTY = ("", None)
# Bills that come one by one: summed, because a list of them hides what matters and tells what treatment somebody has.
SETTLED = {"medical_settlement": "self_paid"}  # feed -> the amount that the household bears


def news_of(people: Mapping[int, tuple[int, str]], today: date) -> dict[int, list[dict[str, str]]]:
    """Newest first, by household: {"on", "words", "from"}. people: person -> (household, name)."""
    since = Month.of(today).plus(-MONTHS).first_day()
    found: dict[int, list[dict[str, str]]] = {}
    bills: dict[tuple[str, int], Bills] = {}
    for part in rows_about(people=people, feeds=_feeds(), since=since):
        department = load_contracts().departments[part.feed.department].name
        if part.feed.code in SETTLED:
            _add_up(part, since, bills)
            continue
        for on, household, words in _lines(part, people):
            if on >= since:
                found.setdefault(household, []).append({"on": on.isoformat(), "words": words, "from": department})
    for (feed, person), sum_of in bills.items():
        household, name = people[person]
        found.setdefault(household, []).append(_in_one_line(load_contracts().feed(feed), name, sum_of))
    for lines in found.values():
        lines.sort(key=lambda line: (line["on"], line["words"]), reverse=True)
        del lines[MOST:]
    return found


def _feeds() -> Collection[str]:
    """Feeds about people where something happens or changes; whole lists say nothing new."""
    return [feed.code for feed in load_contracts().feeds.values() if feed.grain == "person" and feed.kind != "register"]


@dataclass
class Bills:
    """One person's bills of one feed: how many, what they come to (None where no amount was reported), the newest day."""

    count: int = 0
    fen: int | None = None
    newest: date = date.min


def _add_up(part: RowsAbout, since: date, bills: dict[tuple[str, int], Bills]) -> None:
    """Adds a delivery's bills since that day; one without a day counts on its delivery's."""
    for row in part.rows.to_pylist():
        on = _dated(part, row)[0]
        if on < since:
            continue
        sum_of = bills.setdefault((part.feed.code, row["person_no"]), Bills())
        sum_of.count += 1
        sum_of.newest = max(sum_of.newest, on)
        fen = row[SETTLED[part.feed.code]]
        if fen is not None:
            sum_of.fen = (sum_of.fen or 0) + fen


def _in_one_line(feed: FeedContract, name: str, sum_of: Bills) -> dict[str, str]:
    words = f"{name}：{feed.title.removesuffix('明细')} {sum_of.count} 笔"
    if sum_of.fen is not None:
        heading = next(c.heading for c in feed.open_columns if c.as_name == SETTLED[feed.code])
        words += f"，{heading}共 {format_yuan(sum_of.fen)}元"
    department = load_contracts().departments[feed.department].name
    return {"on": sum_of.newest.isoformat(), "words": words, "from": department}


def _dated(part: RowsAbout, row: Mapping[str, Any]) -> tuple[date, ColumnContract | None]:
    """The day of a row and the column that says it: the first that is filled, else the delivery's period and none."""
    for column in part.feed.open_columns:
        if column.type == "date" and isinstance(row[column.as_name], date):
            return row[column.as_name], column
    return part.delivery.period, None


def _lines(part: RowsAbout, people: Mapping[int, tuple[int, str]]) -> Iterator[tuple[date, int, str]]:
    for row in part.rows.to_pylist():
        on, dated_by = _dated(part, row)
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
