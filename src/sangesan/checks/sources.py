"""How each grain is gathered."""

from collections.abc import Mapping

from sangesan.checks.gathering import cases, clues, departments, households, lists, minutes, village_duties
from sangesan.checks.subjects import Source

SOURCES: Mapping[str, Source] = {
    "household": households.SOURCE,
    "clue": clues.SOURCE,
    "case": cases.SOURCE,
    "minutes": minutes.SOURCE,
    "duty": village_duties.DUTIES,
    "village": village_duties.VILLAGES,
    "list_row": lists.SOURCE,
    "feed": departments.FEEDS,
    "request": departments.REQUESTS,
    "department": departments.DEPARTMENTS,
}
