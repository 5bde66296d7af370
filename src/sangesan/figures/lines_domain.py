"""The figures of the lines of defence: what each is, and how counted rows become them. Plain Python.

Lines are labels over channels (clues/channels.yaml): everything here works for any number of either.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from sangesan.figures.catalogue import FILE, lines_section
from sangesan.figures.domain import Count, percent
from sangesan.policy.reading import no_others, required

PLACE = f"{FILE.name} lines"
FIRST, SHARED, LATER, UNSEEN = "first", "shared", "later", "unseen"
HOWS = (FIRST, SHARED, LATER, UNSEEN)
UNKNOWN, OWN, MISSED_LATER, MISSED_NEVER = "unknown", "own", "missed_later", "missed_never"
NOBODY = Count(0, 0)


@dataclass(frozen=True)
class Definition:
    """One figure in words. of: "clues" or "households"; denominator "": nothing is divided."""

    code: str
    title: str
    of: str
    unit: str
    numerator: str
    denominator: str
    source: str


@lru_cache(maxsize=1)
def definitions() -> Mapping[str, Definition]:
    """The figures by code; raises Refusal where the file is broken."""
    made = {}
    for code, entry in lines_section().items():
        no_others(entry, {"title", "of", "unit", "numerator", "denominator", "source"}, f"{PLACE} {code}")
        texts = {
            name: required(entry, name, f"{PLACE} {code}") for name in ("title", "of", "unit", "numerator", "source")
        }
        made[code] = Definition(code=code, denominator=entry["denominator"], **texts)
    return made


@dataclass(frozen=True)
class Cell:
    """Clues that are alike: how many of a channel at a place, and how far they came.

    in_time: visited by their day (True), later or overdue (False), not yet due (None); days_to_visit: None without a
    visit; days_to_clue: None where nobody knows the day of the thing, else `known` clues have it.
    """

    channel: str
    place: str
    clues: int
    visited: bool = False
    confirmed: bool = False
    enrolled: bool = False
    in_time: bool | None = None
    days_to_visit: int | None = None
    days_to_clue: int | None = None
    known: int = 0


@dataclass
class ClueFigures:
    """What one line (channel, place) found: the funnel, shares and days."""

    clues: int = 0
    visited: int = 0
    confirmed: int = 0
    enrolled: int = 0
    in_time: int = 0
    due: int = 0
    visit_days: Counter[int] = field(default_factory=Counter)
    clue_days: Counter[int] = field(default_factory=Counter)

    @property
    def confirmed_share(self) -> float | None:
        return percent(self.confirmed, self.visited)

    @property
    def in_time_share(self) -> float | None:
        return percent(self.in_time, self.due)

    @property
    def late(self) -> int:
        """Clues that were visited after their day, or are past it."""
        return self.due - self.in_time

    @property
    def days_to_visit(self) -> float | None:
        return median(self.visit_days)

    @property
    def days_to_clue(self) -> float | None:
        return median(self.clue_days)

    @property
    def event_known(self) -> int:
        return self.clue_days.total()

    def add(self, cell: Cell) -> None:
        """Counts one more cell."""
        self.clues += cell.clues
        self.visited += cell.clues * cell.visited
        self.confirmed += cell.clues * cell.confirmed
        self.enrolled += cell.clues * cell.enrolled
        if cell.in_time is not None:
            self.due += cell.clues
            self.in_time += cell.clues * cell.in_time
        if cell.days_to_visit is not None:
            self.visit_days[cell.days_to_visit] += cell.clues
        if cell.days_to_clue is not None:
            self.clue_days[cell.days_to_clue] += cell.known

    def to_dict(self) -> dict[str, float | int | None]:
        names = (*FUNNEL, "confirmed_share", "in_time", "due", "in_time_share", "event_known", "days_to_clue")
        return {name: getattr(self, name) for name in (*names, "days_to_visit")}


FUNNEL = ("clues", "visited", "confirmed", "enrolled")


@dataclass
class HouseholdFigures:
    """How one line stood towards the households that were confirmed, where somebody's first sight is on record."""

    first: Count = NOBODY
    shared: Count = NOBODY
    later: Count = NOBODY
    unseen: Count = NOBODY
    late_days: Counter[int] = field(default_factory=Counter)

    @property
    def days_later(self) -> float | None:
        """Median of the days by which it was later than the first, over households that it saw later."""
        return median(self.late_days)

    def add(self, how: str, households: int, people: int, days: int | None) -> None:
        """Counts households that the line saw in one of HOWS; days: after the first, for LATER."""
        setattr(self, how, plus(getattr(self, how), households, people))
        if how == LATER and days is not None:
            self.late_days[days] += households


@dataclass(frozen=True)
class Key:
    """A row of the figures: a line of defence, or a channel. channels: the codes that count for it."""

    code: str
    title: str
    channels: tuple[str, ...]


@dataclass(frozen=True)
class Seen:
    """When a line first saw a household. on None: it never did, and so is not late; late: days after the first."""

    key: Key
    on: date | None
    late: int | None
    first: bool


def folded(cells: Iterable[Cell], key_of: Mapping[str, str]) -> dict[str, ClueFigures]:
    """The figures by key; key_of: channel -> key. Keys without clues stand there too, with nothing."""
    found = {key: ClueFigures() for key in key_of.values()}
    for cell in cells:
        found[key_of[cell.channel]].add(cell)
    return found


def folded_by_place(cells: Iterable[Cell]) -> dict[str, ClueFigures]:
    """The figures by place."""
    found: dict[str, ClueFigures] = {}
    for cell in cells:
        found.setdefault(cell.place, ClueFigures()).add(cell)
    return found


def total(cells: Iterable[Cell]) -> ClueFigures:
    """All of them together."""
    found = ClueFigures()
    for cell in cells:
        found.add(cell)
    return found


def seen_by(days: Iterable[tuple[str, date]], keys: Sequence[Key]) -> list[Seen]:
    """For each key the first day on which one of its channels saw a household, and how long after the first of all."""
    earliest: dict[str, date] = {}
    for channel, day in days:
        earliest[channel] = min(day, earliest.get(channel, day))
    known = [earliest[channel] for key in keys for channel in key.channels if channel in earliest]
    found = []
    for key in keys:
        own = [earliest[channel] for channel in key.channels if channel in earliest]
        first = min(own) if own else None
        late = None if first is None else (first - min(known)).days
        found.append(Seen(key, first, late, first=late == 0))
    return found


def median(days: Mapping[int, int]) -> float | None:
    """The median of days counted by value: the mean of the two in the middle where their number is even."""
    whole = sum(days.values())
    if whole == 0:
        return None
    lower, upper, passed = (whole - 1) // 2, whole // 2, 0
    found: list[int] = []
    for day in sorted(days):
        passed += days[day]
        while len(found) < 2 and passed > (lower, upper)[len(found)]:
            found.append(day)
    middle = (found[0] + found[1]) / 2
    return int(middle) if middle.is_integer() else middle


def plus(count: Count, households: int, people: int) -> Count:
    """The count with more households and people."""
    return Count(count.households + households, count.people + people)
