"""When each step of a household's way took place, counted back from the joint meeting that decided. Plain Python.

Of one village all cases for one joint meeting are appraised on one day, of one town reviewed in one sitting.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sangesan.demo.histories.words import Dice
from sangesan.demo.meeting_days import meeting_days
from sangesan.kernel.period import add_months

NOTICE_DAYS = 5
LATE, SENT_BACK, SECOND_VISIT, OBJECTED = 0.04, 0.03, 0.02, 0.02


@dataclass(frozen=True)
class Way:
    """The days of one pass through the chain, in order. exit: elimination (began: proposed). stopped: days of standstill.

    second_visit: the household was visited again after the appraisal; sent_back: the study sent the case back once.
    late: more than 15 days from the clue to the decision. Days after the demonstration's own have not come yet.
    """

    exit: bool
    began: date
    visited: date
    compared: date
    checked: date
    sent_back: date | None
    studied: date
    appraised: date
    posted: date
    until: date
    noticed: date
    reviewed: date
    decided: date
    announced: date
    entered: date
    second_visit: date | None = None
    stopped: int = 0
    late: bool = False


def appraisal_day(village: str, decided: date) -> date:
    """The day on which a village appraised what a joint meeting then decided on: 7 or 8 days before."""
    return decided - timedelta(days=7 + _even(village, decided))


def review_day(town: str, decided: date) -> date:
    """The day of the town's sitting before a joint meeting: 1 or 2 days before."""
    return decided - timedelta(days=1 + _even(town, decided))


def _even(place: str, day: date) -> int:
    return zlib.crc32(f"{place}{day}".encode()) % 2


def identification(dice: Dice, village: str, town: str, decided: date) -> Way:
    """The way to enrolment by the joint meeting of a day."""
    appraised = appraisal_day(village, decided)
    late = dice.chance(LATE)
    began = decided - timedelta(days=dice.between(16, 27) if late else dice.between(12, 15))
    visited = began + timedelta(days=dice.between(3, 7) if late else dice.between(1, 2))
    checked = min(appraised, visited + timedelta(days=dice.between(0, 2)))
    compared = min(checked, began + timedelta(days=dice.between(1, 3)))
    sent_back = None
    studied = checked if dice.chance(0.8) else min(appraised, checked + timedelta(days=1))
    if dice.chance(SENT_BACK) and checked + timedelta(days=1) <= appraised:
        sent_back, studied = checked, min(appraised, checked + timedelta(days=1))
    stopped = 1 if appraised <= decided - timedelta(days=8) and dice.chance(OBJECTED) else 0
    until = appraised + timedelta(days=NOTICE_DAYS)
    announced = _working(decided + timedelta(days=1 if dice.chance(0.85) else dice.between(2, 4)))
    entered = _working(announced + timedelta(days=dice.between(0, 3) if dice.chance(0.93) else dice.between(4, 12)))
    second = None
    if dice.chance(SECOND_VISIT):
        second = appraised + timedelta(days=dice.between(1, 2))
    return Way(
        exit=False, began=began, visited=visited, compared=max(compared, began), checked=checked, sent_back=sent_back,
        studied=studied, appraised=appraised, posted=appraised, until=until, noticed=until + timedelta(days=stopped),
        reviewed=review_day(town, decided), decided=decided, announced=announced, entered=entered,
        second_visit=second, stopped=stopped, late=late and began + timedelta(days=15) < decided,
    )  # fmt: skip


def elimination(dice: Dice, village: str, town: str, decided: date, enrolled: date) -> Way:
    """The way to elimination by the joint meeting of a day, not begun before six months of observation are over."""
    appraised = appraisal_day(village, decided)
    began = decided - timedelta(days=dice.between(10, 14))
    began = max(began, add_months(enrolled, 6))
    return _exit(dice, town, decided, began, appraised)


def _exit(dice: Dice, town: str, decided: date, began: date, appraised: date) -> Way:
    visited = min(began + timedelta(days=dice.between(0, 2)), appraised)
    checked = min(visited + timedelta(days=dice.between(0, 1)), appraised)
    until = appraised + timedelta(days=NOTICE_DAYS)
    announced = _working(decided + timedelta(days=1 if dice.chance(0.9) else dice.between(2, 4)))
    return Way(
        exit=True, began=began, visited=visited, compared=visited, checked=checked, sent_back=None, studied=checked,
        appraised=appraised, posted=appraised, until=until, noticed=until, reviewed=review_day(town, decided),
        decided=decided, announced=announced, entered=announced,
    )  # fmt: skip


def elimination_under_way(dice: Dice, village: str, town: str, stage: int, today: date) -> Way:
    """An elimination that stands, today, at its stage: 0 checking, 1 appraisal, 2 notice, 3 town review, 4 county."""
    coming = _coming(today)
    way = _exit(dice, town, coming, coming - timedelta(days=12), appraisal_day(village, coming))
    if stage == 4:
        return replace(way, reviewed=max(way.noticed, today - timedelta(days=dice.between(0, 1))))
    if stage == 3:
        return replace(way, reviewed=today + timedelta(days=1))
    began = today - timedelta(days=dice.between(1, 4) if stage == 0 else dice.between(6, 9))
    visited = today + timedelta(days=1) if stage == 0 else began + timedelta(days=1)
    appraised = today - timedelta(days=dice.between(1, 4)) if stage == 2 else today + timedelta(days=1)
    later = today + timedelta(days=7)
    return replace(
        way, began=began, visited=visited, compared=visited, checked=visited, studied=visited, appraised=appraised,
        posted=appraised, until=appraised + timedelta(days=NOTICE_DAYS), noticed=later, reviewed=later, decided=later,
        announced=later, entered=later,
    )  # fmt: skip


def _coming(today: date) -> date:
    """The next joint meeting after a day."""
    return next(day for day in meeting_days(today + timedelta(days=21)) if day > today)


def _working(day: date) -> date:
    """The day itself, or the Monday after a weekend."""
    return day + timedelta(days=7 - day.weekday()) if day.weekday() >= 5 else day
