"""Small sets of clues, sightings, hits, cases and visits as plain values; put into the database; and counted in plain
Python by somebody who has not seen the SQL: the oracle of test_lines.py.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from statistics import median

from django.db import transaction

from sangesan.accounts.queries import system_post
from sangesan.cases.models import Case, Step
from sangesan.clues.models import Clue, Evidence, Scope, Sighting
from sangesan.clues.refreshing import scopes_of
from sangesan.regions.queries import tree
from sangesan.registry.models import Household
from sangesan.screening.models import ScreeningRun
from sangesan.visits.models import Visit
from web.small_county import DAY, NOW

OWN = {"GRID", "CENTRAL", "DEPT"}
LINES = {
    "first": {"GRID", "CENTRAL"}, "second": {"SELF"}, "third": {"DEPT", "PLATFORM"}, "backstop": {"SUPERVISE"},
}  # fmt: skip
CHANNELS = {code: {code} for code in ("GRID", "CENTRAL", "SELF", "DEPT", "PLATFORM", "SUPERVISE")}


def day(offset: int) -> date:
    """offset days before the county's day."""
    return DAY - timedelta(days=offset)


@dataclass(frozen=True)
class CaseRow:
    """A household's case. visits: (day, conclusion)."""

    channel: str
    began: date
    enrolled: date | None
    visits: tuple[tuple[date, str], ...] = ()


@dataclass(frozen=True)
class ClueRow:
    """home: place in the list of households, None for a clue about a village; hits: days; sightings: (channel, day)."""

    home: int | None
    channel: str
    state: str
    opened: date
    due: date
    visited: date | None = None
    in_case: bool = False
    event: date | None = None
    hits: tuple[date, ...] = ()
    sightings: tuple[tuple[str, date], ...] = ()


@dataclass
class Rows:
    """What is put in. homes: the register's; cases: by place in that list."""

    homes: list[Household]
    clues: list[ClueRow] = field(default_factory=list)
    cases: dict[int, CaseRow] = field(default_factory=dict)
    numbers: list[int] = field(default_factory=list)

    @transaction.atomic  # a case's first step is written before the case
    def put(self, division: str) -> None:
        """Writes everything; numbers of the clues are kept in their order."""
        run = ScreeningRun.objects.create(as_of=DAY, known_at=NOW, started_at=NOW, post=system_post().pk)
        made = {home: self._case(1000 + home, row) for home, row in self.cases.items()}
        for n, row in enumerate(self.clues):
            home = None if row.home is None else self.homes[row.home]
            where = home.residence if home else division
            clue = Clue.objects.create(
                household=home, division=where, town=tree().town_of(where), grid=home.grid if home else "", risk=f"{n}",
                channel=row.channel, state=row.state, headline="试", opened_on=row.opened, due_on=row.due,
                visited_on=row.visited, event_on=row.event,
                case=made[row.home].pk if row.in_case and row.home in made else None,
            )  # fmt: skip
            self.numbers.append(clue.pk)
            for scope in scopes_of(clue, tree()):
                Scope.objects.create(clue=clue, scope=scope, state=clue.state, due_on=clue.due_on)
            for m, seen in enumerate(row.hits):
                Evidence.objects.create(
                    clue=clue, rule=f"R{m}", rule_version="v", sentence="试", run=run, seen_on=DAY, first_seen_on=seen
                )
            for m, (channel, seen) in enumerate(row.sightings):
                Sighting.objects.create(
                    clue=clue, channel=channel, source=f"entry:{m}", words="试一试", seen_on=seen, post=1, post_title="试",
                    recorded_at=NOW,
                )  # fmt: skip

    def _case(self, number: int, row: CaseRow) -> Case:
        home = self.homes[number - 1000]
        Step.objects.create(
            case_id=number, round=1, number=0, act="open", target="assisted", on=row.began, recorded_at=NOW, post=1,
            post_title="试",
        )  # fmt: skip
        case = Case.objects.create(
            pk=number, household=home, village=home.village, town=home.town, residence=home.residence,
            residence_town=home.residence_town, grid=home.grid, regime="2021", state="assisted", channel=row.channel,
            reason="试", began_on=row.began, step_on=row.began, enrolled_on=row.enrolled,
        )  # fmt: skip
        for on, conclusion in row.visits:
            Visit.objects.create(
                household=home, visited_on=on, conclusion=conclusion, case=number, post=1, post_title="试", recorded_at=NOW
            )
        return case

    # The oracle. ------------------------------------------------------------------------------------------------

    def visited(self, row: ClueRow) -> date | None:
        """The day of the visit that counts for a clue."""
        if row.visited or not self._in_case(row):
            return row.visited
        return min((on for on, _ in self._case_visits(row)), default=None)

    def confirmed(self, row: ClueRow) -> bool:
        if row.state not in {"confirmed", "taken", "settled"}:
            return False
        return bool(row.visited) or any(said != "no_risk" for _, said in self._case_visits(row))

    def enrolled(self, row: ClueRow) -> bool:
        case = self.cases[row.home] if self._in_case(row) else None  # type: ignore[index]
        return self.confirmed(row) and case is not None and case.enrolled is not None and case.enrolled >= row.opened

    def in_time(self, row: ClueRow) -> bool | None:
        on = self.visited(row)
        if on is not None:
            return on <= row.due
        return False if row.state == "open" and row.due < DAY else None

    def clue_figures(self, kept: list[int], among: set[str]) -> dict[str, object]:
        """The figures over the clues with these places in the list that are of these channels."""
        rows = [self.clues[n] for n in kept if self.clues[n].channel in among]
        judged = [self.in_time(r) for r in rows if self.in_time(r) is not None]
        to_visit = [(on - r.opened).days for r in rows if (on := self.visited(r))]
        to_clue = [(r.opened - r.event).days for r in rows if r.event]
        return {
            "clues": len(rows), "visited": len(to_visit), "confirmed": sum(map(self.confirmed, rows)),
            "enrolled": sum(map(self.enrolled, rows)), "in_time": sum(1 for one in judged if one), "due": len(judged),
            "event_known": len(to_clue), "days_to_visit": median(to_visit) if to_visit else None,
            "days_to_clue": median(to_clue) if to_clue else None,
        }  # fmt: skip

    def firsts(self) -> dict[int, tuple[date | None, dict[str, date]]]:
        """Confirmed households: day of enrolment, and each channel's first day."""
        began = [
            min(days) for codes in LINES.values() if (days := [r.opened for r in self.clues if r.channel in codes & OWN])
        ]
        record_from = max(began, default=None)
        found = {}
        for home in range(len(self.homes)):
            took = [r for r in self.clues if r.home == home and r.state in {"confirmed", "taken", "settled"}]
            case = self.cases.get(home)
            enrolled = case.enrolled if case else None
            if not enrolled and not any(self.confirmed(r) for r in took):
                continue
            days: list[tuple[str, date]] = []
            for r in took:
                days += [(r.channel, r.opened), *(("DEPT", hit) for hit in r.hits), *r.sightings]
            if case and enrolled and case.channel == "SELF" and record_from and case.began >= record_from:
                days.append(("SELF", case.began))
            first: dict[str, date] = {}
            for channel, on in days:
                first[channel] = min(on, first.get(channel, on))
            found[home] = (enrolled, first)
        return found

    def _in_case(self, row: ClueRow) -> bool:
        return row.in_case and row.home in self.cases

    def _case_visits(self, row: ClueRow) -> list[tuple[date, str]]:
        if not self._in_case(row):
            return []
        return [one for one in self.cases[row.home].visits if one[0] >= row.opened]  # type: ignore[index]


def stand_of(first: dict[str, date]) -> str:
    """How a household came to be known."""
    if not first:
        return "unknown"
    own = [on for channel, on in first.items() if channel in OWN]
    if not own:
        return "missed_never"
    return "own" if min(own) == min(first.values()) else "missed_later"


def hows_of(first: dict[str, date], keys: dict[str, set[str]]) -> dict[str, tuple[str, int | None]]:
    """For each key how it stood and how many days late it was."""
    days = {key: min((on for c, on in first.items() if c in codes), default=None) for key, codes in keys.items()}
    whole = min(first.values())
    at_once = sum(1 for on in days.values() if on == whole)
    found = {}
    for key, on in days.items():
        if on is None:
            found[key] = ("unseen", None)
        elif on > whole:
            found[key] = ("later", (on - whole).days)
        else:
            found[key] = ("first" if at_once == 1 else "shared", 0)
    return found
