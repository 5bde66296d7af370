"""All figures of the lines of defence at once, as plain values: what the command prints."""

from dataclasses import asdict
from typing import Any

from sangesan.figures.lines_clues import clue_cells
from sangesan.figures.lines_domain import HOWS, UNKNOWN, Key, folded, total
from sangesan.figures.lines_households import household_figures
from sangesan.figures.selecting import Selection, key_of_channel


def line_figures(chosen: Selection, keys: list[Key]) -> dict[str, Any]:
    """Period, a row per key (line or channel), the total, the confirmed households; see catalogue.yaml for what each is."""
    cells = clue_cells(chosen)
    found, homes = folded(cells, key_of_channel(keys)), household_figures(chosen, keys)
    period = {"from": chosen.period.first, "to": chosen.period.last}
    rows = []
    for key in keys:
        of_key = homes.by_key[key.code]
        seen = {how: asdict(getattr(of_key, how)) for how in HOWS}
        rows.append(
            {
                "code": key.code,
                "title": key.title,
                "channels": list(key.channels),
                "clues": found[key.code].to_dict(),
                "households": {**seen, "days_later": of_key.days_later},
            }
        )
    return {
        "period": {name: day.isoformat() if day else None for name, day in period.items()},
        "place": chosen.place,
        "rows": rows,
        "total": total(cells).to_dict(),
        "households": {
            "every": asdict(homes.every),
            "known": asdict(homes.known),
            "missed": asdict(homes.missed),
            "unknown": asdict(homes.stands[UNKNOWN]),
        },
    }
