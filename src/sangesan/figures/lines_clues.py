"""Clues by line of defence: one grouped query for the figures, one for the list behind any of them.

The same text runs on SQLite and PostgreSQL; only the difference of two days is written differently.
"""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db import connection

from sangesan.accounts.permissions import require
from sangesan.clues.domain import channels
from sangesan.clues.models import Clue
from sangesan.figures.lines_domain import Cell
from sangesan.figures.selecting import PLACE_OF_CLUE, Selection
from sangesan.kernel.refusal import Refusal

# What a list is narrowed to: the figure that was pressed.
STEPS = {
    "clues": "1 = 1",
    "visited": "visited_on IS NOT NULL",
    "unvisited": "visited_on IS NULL",
    "confirmed": "confirmed = 1",
    "enrolled": "enrolled = 1",
    "in_time": "in_time = 1",
    "late": "in_time = 0",
    "event_known": "event_on IS NOT NULL",
}


def days(later: str, earlier: str) -> str:
    """SQL of the whole days between two date columns."""
    if connection.vendor == "sqlite":
        return f"CAST(julianday({later}) - julianday({earlier}) AS INTEGER)"
    return f"({later} - {earlier})"


# A case that took a clue up before anybody had been there visits for it; its visits count from the clue's day on.
_OF_ITS_CASE = 'FROM visits_visit v WHERE v."case" = c."case" AND v.visited_on >= c.opened_on'
_FOUND = f"""
SELECT c.id, c.channel, {{place}} AS place, c.opened_on, c.due_on, c.event_on, c.state, c."case" AS case_id,
  CASE WHEN c.visited_on IS NULL AND c."case" IS NOT NULL THEN (SELECT MIN(v.visited_on) {_OF_ITS_CASE})
       ELSE c.visited_on END AS visited_on,
  CASE WHEN c.state NOT IN ('confirmed', 'taken', 'settled') THEN 0
       WHEN c.visited_on IS NOT NULL THEN 1
       WHEN c."case" IS NULL THEN 0
       WHEN EXISTS (SELECT 1 {_OF_ITS_CASE} AND v.conclusion <> 'no_risk') THEN 1
       ELSE 0 END AS confirmed
FROM clues_clue c {{joins}} WHERE {{where}}
"""  # noqa: S608  columns and conditions of ours
_TOLD = """
SELECT f.*,
  CASE WHEN f.confirmed = 1 AND f.case_id IS NOT NULL AND EXISTS (
    SELECT 1 FROM cases_case k WHERE k.id = f.case_id AND k.enrolled_on >= f.opened_on) THEN 1 ELSE 0 END AS enrolled,
  CASE WHEN f.visited_on IS NOT NULL THEN CASE WHEN f.visited_on <= f.due_on THEN 1 ELSE 0 END
       WHEN f.state = 'open' AND f.due_on < %(today)s THEN 0 END AS in_time
FROM found f
"""


def clue_cells(chosen: Selection) -> list[Cell]:
    """All clues of the selection as cells by channel and place below; raises NotAllowed."""
    require(chosen.post, "clues.see")
    text = f"""{_with(chosen)}
SELECT channel, place, CASE WHEN visited_on IS NULL THEN 0 ELSE 1 END AS visited, confirmed, enrolled, in_time,
  {days("visited_on", "opened_on")} AS to_visit, NULL AS to_clue, COUNT(*)
FROM told GROUP BY channel, place, visited, confirmed, enrolled, in_time, to_visit"""  # noqa: S608  ours
    cells = [
        Cell(channel, place, number, bool(visited), bool(confirmed), bool(enrolled), _truth(in_time), to_visit)
        for channel, place, visited, confirmed, enrolled, in_time, to_visit, _, number in _rows(text, chosen.parameters)
    ]
    return [*cells, *_event_cells(chosen)]


def _event_cells(chosen: Selection) -> Iterator[Cell]:
    """Days from the thing to the clue, where they are known: cells that count no clue a second time."""
    joins, where = chosen.clues()
    where = [*where, "c.event_on IS NOT NULL"]
    text = f"""SELECT c.channel, {PLACE_OF_CLUE[chosen.level]} AS place, {days("c.opened_on", "c.event_on")} AS n, COUNT(*)
FROM clues_clue c {joins} WHERE {" AND ".join(where)} GROUP BY c.channel, place, n"""  # noqa: S608  ours
    for channel, place, late, number in _rows(text, chosen.parameters):
        yield Cell(channel, place, 0, days_to_clue=late, known=number)


def clue_numbers(
    chosen: Selection, *, step: str, among: tuple[str, ...] = (), after: tuple[date, int] | None = None, limit: int
) -> list[tuple[int, date | None]]:
    """Numbers of the clues behind a figure with the day of the visit that counted, newest clue first.

    among: channels, () for all; after: the key (day of the clue, number) of the last one shown. Raises Refusal.
    """
    require(chosen.post, "clues.see")
    where, more = _narrowed(step, among), {}
    if after is not None:
        where.append("opened_on <= %(after_day)s AND (opened_on < %(after_day)s OR id < %(after_id)s)")
        more = {"after_day": after[0], "after_id": after[1]}
    text = f"""{_with(chosen)}
SELECT id, visited_on FROM told WHERE {" AND ".join(where)} ORDER BY opened_on DESC, id DESC LIMIT {int(limit)}"""  # noqa: S608  ours
    return [(number, as_day(visited)) for number, visited in _rows(text, chosen.parameters | more)]


def clue_total(chosen: Selection, *, step: str, among: tuple[str, ...] = ()) -> int:
    """How many clues are behind a figure; as `clue_numbers`, all pages together."""
    require(chosen.post, "clues.see")
    text = f"{_with(chosen)} SELECT COUNT(*) FROM told WHERE {' AND '.join(_narrowed(step, among))}"  # noqa: S608  ours
    return int(_rows(text, chosen.parameters)[0][0])


def _narrowed(step: str, among: tuple[str, ...]) -> list[str]:
    if step not in STEPS:
        raise Refusal("没有这项数字", place="范围", remedy="请从三道防线页面点开")
    return [STEPS[step], *([f"channel IN ({quoted(among)})"] if among else [])]


def clues_by_number(numbers: list[int]) -> list[Clue]:
    """The clues with their households, in this order."""
    found = Clue.objects.select_related("household").in_bulk(numbers)
    return [found[number] for number in numbers]


def quoted(codes: tuple[str, ...]) -> str:
    """Channel codes as a list of SQL texts; only codes that the channels' file knows."""
    return ", ".join(f"'{code}'" for code in codes if code in channels()) or "''"


def as_day(value: Any) -> date | None:
    """A date as the engines give it: SQLite as text."""
    return date.fromisoformat(value) if isinstance(value, str) else value


def _with(chosen: Selection) -> str:
    joins, where = chosen.clues()
    found = _FOUND.format(place=PLACE_OF_CLUE[chosen.level], joins=joins, where=" AND ".join(where) or "1 = 1")
    return f"WITH found AS ({found}), told AS ({_TOLD})"


def _rows(text: str, parameters: dict[str, Any]) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(text, parameters)
        return list(cursor.fetchall())


def _truth(value: int | None) -> bool | None:
    return None if value is None else bool(value)
