"""All rows of the histories in the making, and the way of one case through the table, step by step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db import models

from sangesan.assistance.models import Landing, Measure, Need
from sangesan.cases.due import set_due
from sangesan.cases.models import (
    AgendaItem,
    Authorisation,
    Case,
    Comparison,
    ComparisonHit,
    Irregularity,
    Meeting,
    Notice,
    NoticeCase,
    Objection,
    Step,
)
from sangesan.cases.procedure import TRANSITIONS, VILLAGE
from sangesan.cases.states import Act, State
from sangesan.demo.histories.homes import Home
from sangesan.demo.histories.pictures import Album
from sangesan.demo.histories.roster import Roster, Seat
from sangesan.demo.histories.rows import Rows
from sangesan.demo.histories.visiting import moment
from sangesan.demo.histories.words import Dice
from sangesan.visits.models import Visit

# In the order in which they are inserted: a case needs its step, all others point to what stands before them.
TABLES: tuple[type[models.Model], ...] = (
    Step, Case, Visit, Authorisation, Comparison, ComparisonHit, Need, Measure, Landing, Meeting, AgendaItem, Notice,
    NoticeCase, Objection, Irregularity,
)  # fmt: skip
ENTERED_BY_TOWN, RECORDED_LATER = 0.08, 0.07


@dataclass
class Book:
    """What is written together. numbers: day of a joint meeting -> number of its document; today: the demonstration's."""

    roster: Roster
    album: Album
    today: date
    numbers: Mapping[date, str]
    tables: dict[type[models.Model], Rows] = field(default_factory=lambda: {model: Rows(model) for model in TABLES})

    def add(self, model: type[models.Model], **values: Any) -> int:
        """Keeps a row; its id."""
        return self.tables[model].add(**values)

    def recorded(self, dice: Dice, on: date) -> datetime:
        """When the system was told of something: the same evening, now and then some days later."""
        later = on + timedelta(days=dice.between(1, 6)) if dice.chance(RECORDED_LATER) else on
        return moment(min(later, self.today))


class Track:
    """One case on its way. Each step is a line of the table, on a day not before the last, with what it rests on."""

    def __init__(self, book: Book, home: Home, dice: Dice, values: dict[str, Any]) -> None:
        self.book, self.home, self.dice = book, home, dice
        self.case = Case(household=home.household, **values)
        self.state, self.entered_by_town = State.CHECKING, dice.chance(ENTERED_BY_TOWN)
        self.evidence: dict[str, Any] = {}
        # the row is completed at the end; its number is needed from the beginning
        self.case.pk = book.add(Case)
        self._row = book.tables[Case].rows[-1]

    @property
    def number(self) -> int:
        return int(self.case.pk)

    def open(self, on: date, seat: Seat, reason: str) -> None:
        """The step that opens the case."""
        self.book.add(
            Step, case_id=self.number, round=1, number=0, act="open", target=str(self.state), on=on,
            recorded_at=self.book.recorded(self.dice, on), post=seat.pk, post_title=seat.title, user=seat.user,
            reason=reason,
        )  # fmt: skip
        self.case.step_on = on

    def step(self, act: Act, on: date, seat: Seat, *, reason: str = "", **evidence: Any) -> None:
        """An act of the table. Raises KeyError for one that the table does not have there, ValueError for an earlier day."""
        line = TRANSITIONS[self.state, act]
        if on < self.case.step_on or on > self.book.today:
            raise ValueError(f"case {self.number}: {act} on {on} after {self.case.step_on}")
        village = VILLAGE in line.roles
        clerk = self.book.roster.of_town(self.case.town) if village and self.entered_by_town else seat
        self.case.steps += 1
        self.book.add(
            Step, case_id=self.number, round=1, number=self.case.steps, act=str(act), source=str(line.state),
            target=str(line.target), line=f"{line.state}>{line.act}>{line.target}", on=on,
            recorded_at=self.book.recorded(self.dice, on), post=clerk.pk, post_title=clerk.title, user=clerk.user,
            entered_for=self.case.village if clerk is not seat else "", reason=reason,
            evidence={k: v for k, v in {**self.evidence, **evidence}.items() if v},
        )  # fmt: skip
        self.state, self.case.step_on = line.target, on

    def finish(self) -> None:
        """The case's row as it stands after its last step, its deadlines with it."""
        self.case.state = self.state
        self.case.row_version = self.case.steps + 1
        set_due(self.case)
        for name in self.book.tables[Case].names:
            self._row[name] = getattr(self.case, name)
