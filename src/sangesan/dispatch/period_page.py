"""The statistics of a period in a place: frozen where it is closed, else as known so far; the period before beside it."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from sangesan.accounts.models import Post
from sangesan.dispatch.correcting import Corrected, corrections
from sangesan.dispatch.frozen import Frozen, frozen
from sangesan.dispatch.models import PlaceRow, Snapshot
from sangesan.dispatch.permissions import reaches, seen
from sangesan.dispatch.queries import rhythm, snapshot
from sangesan.exchange.contracts import load_contracts
from sangesan.figures.catalogue import Figure, cycle_of, figures_of
from sangesan.figures.counted import DEPARTMENT_KEY, Value
from sangesan.figures.measuring import Measured, measure
from sangesan.kernel.period import Period

# what stands in the columns of places side by side
COLUMNS = (
    "grids_reported", "households_visited", "clues_new", "clues_checked", "clues_overdue", "cases_begun",
    "notices_running", "measures_landed", "problems_found", "problems_solved",
)  # fmt: skip
REPORTED = "grids_reported"
MOST_SILENT = 40  # villages named on the page; the list behind the number names them all


class Held(Protocol):
    """Figures of places, frozen or measured."""

    def value(self, code: str, place_or_unit: str) -> Value: ...

    def corrected(self, code: str, place_or_unit: str) -> Value | None: ...


@dataclass(frozen=True)
class Running:
    """A period that is not closed: measured now; nothing of it is corrected."""

    measured: Measured

    def value(self, code: str, place_or_unit: str) -> Value:
        return self.measured.value(code, place_or_unit)

    def corrected(self, _code: str, _place_or_unit: str) -> Value | None:
        return None


@dataclass(frozen=True)
class FigureLine:
    """A figure of the place. corrected: with what was corrected since; before: of the period before, None where it was
    not closed. change: of the published number, None where one of the two is none.
    """

    figure: Figure
    value: Value
    corrected: Value | None
    before: Value | None

    @property
    def best(self) -> Value:
        """The corrected value where there is one."""
        return self.corrected or self.value

    @property
    def change(self) -> float | int | None:
        now = self.best.number
        before = self.before.number if self.before is not None else None
        return None if now is None or before is None else round(now - before, 2)


@dataclass(frozen=True)
class ChildLine:
    """A place right below, with the values of the columns; opens: whether its page and lists are in reach."""

    key: str
    name: str
    level: str
    opens: bool
    values: list[tuple[Figure, Value, Value | None]]


@dataclass(frozen=True)
class Silent:
    """A village with grids that reported nothing. all: how many grids it has."""

    village: str
    name: str
    grids: list[str]
    all: int


@dataclass(frozen=True)
class PeriodPage:
    """Everything a page, workbook or paper of a period's statistics shows of one place.

    as_of: the day up to whose end things were known; snapshot None: not closed; missing: villages with silent grids,
    the first MOST_SILENT; lacking: how many such villages and grids there are; above: (key, name, whether its page may
    be seen) of the places above; may_open: whether lists of the place itself, and why it was corrected, are in reach;
    held: figures of the place and of those below.
    """

    period: Period
    snapshot: Snapshot | None
    as_of: date
    place: str
    name: str
    level: str
    above: list[tuple[str, str, bool]]
    lines: list[FigureLine]
    columns: list[Figure]
    children: list[ChildLine]
    missing: list[Silent]
    lacking: tuple[int, int]
    corrections: list[Corrected]
    may_open: bool
    held: Held

    @property
    def groups(self) -> list[tuple[str, list[FigureLine]]]:
        """The lines by the catalogue's groups."""
        found: dict[str, list[FigureLine]] = {}
        for line in self.lines:
            found.setdefault(line.figure.group_title, []).append(line)
        return list(found.items())


@dataclass(frozen=True)
class _Place:
    key: str
    name: str
    level: str
    parent: str


def period_page(post: Post, period: Period, place: str, *, today: date) -> PeriodPage:
    """The statistics of a period in a place (a department: its own). Raises NotAllowed outside what the post may see."""
    key = seen(post, place)
    row = snapshot(period)
    held: Held
    if row is not None:
        held, places, as_of = _closed(row, key)
    else:
        as_of = min(today, rhythm().as_of(period))
        measured = measure(period, as_of=as_of)
        held, places = Running(measured), _measured_places(measured)
    of_place = places.get(key) or _Place(key, key, "department", "")
    level = of_place.level
    figures = [one for one in figures_of(cycle_of(period)) if level in one.levels]
    children = sorted((one for one in places.values() if one.parent == key), key=lambda one: one.key)
    columns = [one for one in figures_of(cycle_of(period)) if one.code in COLUMNS and _level_below(level) in one.levels]
    silent, lacking = _silent(held, places, key)
    page_top = next((one.key for one in places.values() if one.level == "county"), "")
    before = snapshot(period.plus(-1))
    past = frozen(before, place=key) if before is not None else None
    return PeriodPage(
        period=period,
        snapshot=row,
        as_of=as_of,
        place=key,
        name=of_place.name,
        level=level,
        above=[(above, name, above == page_top or reaches(post, above)) for above, name in _above(places, key)],
        lines=[_line(one, held, past, key) for one in figures],
        columns=columns,
        children=[
            ChildLine(
                one.key, one.name, one.level, reaches(post, one.key),
                [(figure, held.value(figure.code, one.key), held.corrected(figure.code, one.key)) for figure in columns],
            )
            for one in children
            if not one.key.startswith(DEPARTMENT_KEY)
        ],
        missing=silent[:MOST_SILENT],
        lacking=lacking,
        corrections=corrections(row, keys=_within(places, key)) if row is not None else [],
        may_open=reaches(post, key),
        held=held,
    )  # fmt: skip


def _line(one: Figure, held: Held, past: Frozen | None, key: str) -> FigureLine:
    before = past.best(one.code, key) if past is not None and one.code in past.snapshot.figures else None
    return FigureLine(one, held.value(one.code, key), held.corrected(one.code, key), before)


def _closed(row: Snapshot, key: str) -> tuple[Frozen, dict[str, _Place], date]:
    """The frozen rows that a page needs: all places' names, and the values of the place and what lies in it."""
    listed = PlaceRow.objects.filter(snapshot=row).values_list("key", "name", "level", "parent")
    places = {found[0]: _Place(*found) for found in listed}
    county = next(one.key for one in places.values() if one.level == "county")
    wanted = {key} | {one for one in places if places[one].parent == key}
    if key != county:
        wanted |= _within(places, key)
    held = frozen(row, keys=wanted, levels=("grid",) if key == county else ())
    return held, places, row.as_of


def _measured_places(measured: Measured) -> dict[str, _Place]:
    places = measured.places
    found = {
        key: _Place(key, places.names[key], level, places.parents.get(key, "")) for key, level in places.levels.items()
    }
    for code, department in load_contracts().departments.items():
        found[DEPARTMENT_KEY + code] = _Place(DEPARTMENT_KEY + code, department.name, "department", places.county)
    return found


def _within(places: dict[str, _Place], key: str) -> set[str]:
    """The place and everything in it."""
    below: dict[str, list[str]] = defaultdict(list)
    for one in places.values():
        if not one.key.startswith(DEPARTMENT_KEY):
            below[one.parent].append(one.key)
    found, waiting = {key}, [key]
    while waiting:
        children = below.get(waiting.pop(), [])
        found.update(children)
        waiting += children
    return found


def _silent(held: Held, places: dict[str, _Place], key: str) -> tuple[list[Silent], tuple[int, int]]:
    """Villages of the place with grids that reported nothing, those with most of them first."""
    grids: dict[str, list[_Place]] = defaultdict(list)
    for code in _within(places, key):
        if code in places and places[code].level == "grid":
            grids[places[code].parent].append(places[code])
    found = []
    for village, of_village in grids.items():
        quiet = [
            one.name for one in sorted(of_village, key=lambda g: g.key) if not held.value(REPORTED, one.key).numerator
        ]
        if quiet:
            name = places[village].name if village in places else village
            town = places.get(places[village].parent) if village in places else None
            full = f"{town.name}{name}" if town is not None and town.level == "town" else name
            found.append(Silent(village, full, quiet, len(of_village)))
    found.sort(key=lambda one: (-len(one.grids) / one.all, -len(one.grids), one.village))
    return found, (len(found), sum(len(one.grids) for one in found))


def _above(places: dict[str, _Place], key: str) -> list[tuple[str, str]]:
    """(key, name) of the places above, the county first."""
    found: list[tuple[str, str]] = []
    above = places[key].parent if key in places else ""
    while above:
        found.append((above, places[above].name if above in places else above))
        above = places[above].parent if above in places else ""
    return found[::-1]


def _level_below(level: str) -> str:
    return {"county": "town", "town": "village", "village": "grid"}.get(level, "")
