"""The month that a file speaks of, from its title row, its name or the folder it lies in."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence

from sangesan.exchange.reading.raw import Cell
from sangesan.kernel.period import Month
from sangesan.kernel.refusal import Refusal

_IN_TITLE = re.compile(r"(?<![0-9])(20[0-9]{2})\s*年\s*(1[0-2]|0?[1-9])\s*月(?!\s*[0-9]{1,2}\s*日)")
_IN_NAME = re.compile(r"(?<![0-9])(20[0-9]{2})[-_.年]?(1[0-2]|0[1-9]|[1-9](?=月))(?![0-9])")


def titles_of(head: Sequence[Sequence[Cell]], heading_row: int) -> list[str]:
    """The texts above the heading row."""
    return [c.strip() for row in head[: heading_row - 1] for c in row if isinstance(c, str) and c.strip()]


def month_of_titles(titles: Iterable[str]) -> Month | None:
    """The first 年月 in the titles (a full date, as of printing, is not taken for one)."""
    for title in titles:
        form = _IN_TITLE.search(unicodedata.normalize("NFKC", title))
        if form:
            return _month(form)
    return None


def month_of_name(path: str) -> Month | None:
    """The month in a file's name, else in the nearest folder above it."""
    for part in reversed(re.split(r"[/\\]", path)):
        form = _IN_NAME.search(unicodedata.normalize("NFKC", part))
        if form:
            return _month(form)
    return None


def _month(form: re.Match[str]) -> Month | None:
    try:
        return Month(int(form[1]), int(form[2]))
    except Refusal:
        return None
