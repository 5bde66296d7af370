"""Lists behind the figures as downloads: names leave the system with them, so the audit keeps who took how many."""

from datetime import date
from typing import Any

from sangesan.accounts.acting import acting
from sangesan.clues.models import Clue
from sangesan.clues.queries import EXPORT_LIMIT
from sangesan.figures.lines_clues import clue_numbers, clues_by_number
from sangesan.figures.lines_domain import Key
from sangesan.figures.lines_households import SeenHousehold, seen_households
from sangesan.figures.selecting import Selection

BATCH = 500


def export_line_clues(*, chosen: Selection, step: str, among: tuple[str, ...]) -> list[tuple[Clue, date | None]]:
    """The clues behind a figure with the day of the visit that counted, at most EXPORT_LIMIT."""
    with acting(chosen.post, "clues.export", on="list:line_clues") as act:
        found = clue_numbers(chosen, step=step, among=among, limit=EXPORT_LIMIT)
        clues: list[Clue] = []
        for start in range(0, len(found), BATCH):
            clues += clues_by_number([number for number, _ in found[start : start + BATCH]])
        act.detail = _detail(chosen, len(clues), {"step": step, "channels": list(among)})
    return [(clue, visited) for clue, (_, visited) in zip(clues, found, strict=True)]


def export_line_households(
    *, chosen: Selection, keys: list[Key], of_key: str, how: str, stand: str
) -> list[SeenHousehold]:
    """The households behind a figure with each line's first day, at most EXPORT_LIMIT."""
    with acting(chosen.post, "clues.export", on="list:line_households") as act:
        found = seen_households(chosen, keys, of_key=of_key, how=how, stand=stand, limit=EXPORT_LIMIT)
        act.detail = _detail(chosen, len(found), {"line": of_key, "how": how, "stand": stand})
    return found


def _detail(chosen: Selection, rows: int, filters: dict[str, Any]) -> dict[str, Any]:
    period = {"from": chosen.period.first, "to": chosen.period.last}
    days = {name: day.isoformat() for name, day in period.items() if day}
    return {"rows": rows, "filters": {k: v for k, v in {**filters, **days, "place": chosen.place}.items() if v}}
