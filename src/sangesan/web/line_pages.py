"""What the pages of the lines of defence show: periods, rows with the addresses behind their numbers."""

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse

from sangesan.figures.domain import Count
from sangesan.figures.lines_clues import clue_cells
from sangesan.figures.lines_domain import (
    HOWS,
    UNKNOWN,
    ClueFigures,
    HouseholdFigures,
    Key,
    folded,
    folded_by_place,
    total,
)
from sangesan.figures.lines_households import (
    MISSED,
    Households,
    PlaceFigures,
    household_figures,
)
from sangesan.figures.selecting import Period, Selection, by_channel, by_line, key_of_channel, known_place
from sangesan.kernel.dates import parse_date
from sangesan.regions.models import Grid
from sangesan.regions.queries import tree
from sangesan.web.requests import Request

CHANNEL = "channel"


@dataclass(frozen=True)
class Asked:
    """The address's filters. by: "line" or "channel"; keys: the rows; query: what links keep."""

    chosen: Selection
    by: str
    keys: list[Key]
    query: dict[str, str]

    def link(self, route: str, **more: str) -> str:
        """An address with the same period and place."""
        return f"{reverse(route)}?{urlencode({**self.query, **{k: v for k, v in more.items() if v}})}"


def asked_of(request: Request, today: date) -> Asked:
    """The filters of the address: this year unless a period is given; raises Refusal for dates or places there are none of."""
    given = request.GET
    period = _period(given, today)
    place = known_place(given.get("place", "").strip()[:20])
    by = CHANNEL if given.get("by") == CHANNEL else ""
    query = {
        "from": period.first.isoformat() if period.first else "",
        "to": period.last.isoformat() if period.last else "",
    }
    more = {name: value for name, value in (("place", place), ("by", by)) if value}
    keys = by_channel() if by else by_line()
    return Asked(Selection(request.post, period, today, place), by, keys, query | more)


def _period(given: QueryDict, today: date) -> Period:
    if "from" not in given and "to" not in given:
        return Period(date(today.year, 1, 1), today)
    first, last = (given.get(name, "").strip() for name in ("from", "to"))
    return Period(parse_date(first) if first else None, parse_date(last) if last else None)


@dataclass(frozen=True)
class LineRow:
    """A line's (channel's) numbers with the addresses behind them: by step for clues, by how for households."""

    key: Key
    clues: ClueFigures
    households: HouseholdFigures
    links: dict[str, str]
    widest: int

    @property
    def funnel(self) -> list[tuple[str, int, str]]:
        """(figure, number, address) from clue to enrolment."""
        return [
            (step, getattr(self.clues, step), self.links[step])
            for step in ("clues", "visited", "confirmed", "enrolled")
        ]

    @property
    def hows(self) -> list[tuple[str, Count, str]]:
        """(how, number, address) towards the confirmed households."""
        return [(how, getattr(self.households, how), self.links[how]) for how in HOWS]


@dataclass(frozen=True)
class PlaceRow:
    """A place's numbers. name "": clues about a place above; address: the same page for the place, "" without one below."""

    code: str
    name: str
    address: str
    clues: ClueFigures
    households: PlaceFigures
    firsts: list[tuple[str, int, str]]
    links: dict[str, str]


@dataclass(frozen=True)
class LinePage:
    """The whole page."""

    rows: list[LineRow]
    total: ClueFigures
    total_links: dict[str, str]
    households: Households
    stands: dict[str, str]
    places: list[PlaceRow]


def line_page(asked: Asked) -> LinePage:
    """Everything in three queries whatever the county's size."""
    cells = clue_cells(asked.chosen)
    found = folded(cells, key_of_channel(asked.keys))
    homes = household_figures(asked.chosen, asked.keys)
    widest = max((one.clues for one in found.values()), default=0) or 1
    rows = [
        LineRow(key, found[key.code], homes.by_key[key.code], _links(asked, key.code), widest) for key in asked.keys
    ]
    # which channel it was says more than its line: a list from above counts for the departments' line
    stands = {MISSED: asked.link("line-households", stand=MISSED, by=CHANNEL)}
    stands[UNKNOWN] = asked.link("line-households", stand=UNKNOWN)
    stands["every"] = asked.link("line-households")
    places = _places(asked, folded_by_place(cells), homes.by_place)
    return LinePage(rows, total(cells), _steps(asked, ""), homes, stands, places)


def _links(asked: Asked, key: str) -> dict[str, str]:
    hows = {how: asked.link("line-households", key=key, how=how) for how in HOWS}
    return _steps(asked, key) | hows


def _steps(asked: Asked, key: str) -> dict[str, str]:
    steps = ("clues", "visited", "confirmed", "enrolled", "in_time", "late", "event_known")
    return {step: asked.link("line-clues", key=key, step=step) for step in steps}


def _places(asked: Asked, clues: dict[str, ClueFigures], homes: dict[str, PlaceFigures]) -> list[PlaceRow]:
    """Places with any number, in the order of their codes; the one whose page this is has none below."""
    names = _names(asked.chosen, {*clues, *homes})
    rows = []
    for code in sorted({*clues, *homes}):
        inside = Asked(asked.chosen, asked.by, asked.keys, asked.query | ({"place": code} if code else {}))
        there = homes.get(code, PlaceFigures())
        firsts = [
            (key.code, there.first.get(key.code, 0), inside.link("line-households", key=key.code, how="first"))
            for key in asked.keys
        ]
        links = {
            "clues": inside.link("line-clues", step="clues"),
            "confirmed": inside.link("line-clues", step="confirmed"),
            "every": inside.link("line-households"),
            MISSED: inside.link("line-households", stand=MISSED, by=CHANNEL),
        }
        below = bool(code) and asked.chosen.level != "grids"
        address = inside.link("lines") if below else ""
        rows.append(PlaceRow(code, names.get(code, ""), address, clues.get(code, ClueFigures()), there, firsts, links))
    return rows


def _names(chosen: Selection, codes: set[str]) -> dict[str, str]:
    if chosen.level == "grids":
        return dict(Grid.objects.filter(valid_to=None, code__in=codes).values_list("code", "name"))
    places = tree()
    return {code: places.full_name(code) for code in codes if code}
