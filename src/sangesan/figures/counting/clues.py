"""Clues: raised, checked, waiting, overdue; and those that departments' data raised, for the departments.

A clue is checked by its own first visit, or by the first visit of the case that took it up; what a visit found decides
whether it was confirmed, whatever became of it later.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from django.db.models import Q

from sangesan.cases.models import Step
from sangesan.clues.domain import State, channels
from sangesan.clues.models import Clue
from sangesan.figures.counted import Item
from sangesan.figures.counting.asked import Asked
from sangesan.policy.risks import RISK_TYPES
from sangesan.screening.reading import load_rules
from sangesan.visits.domain import Conclusion
from sangesan.visits.models import Visit

OF_CHANNEL = {code: f"clues_of_channel_{code}" for code in channels()}
OF_RISK = {code: f"clues_of_risk_{code}" for code in RISK_TYPES}
PLAIN = ("clues_new", "clues_checked", "clues_open", "clues_overdue", "clues_in_time", "clues_confirmed")
ALERTS = ("alerts_pushed", "alerts_valid", "alerts_answered")
FIGURES = frozenset({*PLAIN, *ALERTS, *OF_CHANNEL.values(), *OF_RISK.values()})
OF_DEPARTMENTS = "DEPT"
FIELDS = (
    "pk", "household_id", "division", "grid", "risk", "channel", "rule", "state", "opened_on", "due_on", "case",
    "visited_on", "visit__recorded_at", "visit__conclusion",
)  # fmt: skip


class Seen(NamedTuple):
    """A visit of a case."""

    on: date
    confirmed: bool


@dataclass(frozen=True)
class Looked:
    """How far a clue had come by the end. checked_on: None while nobody had been there; waiting: and nobody took it up."""

    checked_on: date | None
    confirmed: bool
    waiting: bool


def count(asked: Asked) -> Iterator[tuple[str, Item]]:
    """One pass over the clues that the period may say anything of."""
    open_then = Q(visited_on=None) | Q(visited_on__gte=asked.first) | Q(due_on__gte=asked.first)
    unknown_then = Q(visit__recorded_at__gte=asked.known)
    rows = Clue.objects.filter(opened_on__lte=asked.last)
    rows = rows.filter(Q(opened_on__gte=asked.first) | open_then | unknown_then)
    visits, taken = _visits(rows, asked), _taken(rows)
    departments = {rule.code: rule.department for rule in load_rules()}
    for row in rows.values_list(*FIELDS).iterator(chunk_size=20_000):
        clue = dict(zip(FIELDS, row, strict=True))
        looked = _looked(clue, visits, taken, asked)
        item = _item(clue, asked)
        for figure, hit in _figures(clue, looked, asked):
            yield figure, item if hit else item._replace(hit=False)
        if clue["channel"] == OF_DEPARTMENTS:
            item = item._replace(department=departments.get(clue["rule"], ""))
            for figure, hit in _alerts(clue, looked, asked):
                yield figure, item if hit else item._replace(hit=False)


def _item(clue: Mapping[str, Any], asked: Asked) -> Item:
    home = asked.homes.all.get(clue["household_id"]) if clue["household_id"] else None
    if home is None:
        return Item(clue["pk"], clue["division"], clue["grid"])
    return Item(clue["pk"], home.village, home.grid)


def _figures(clue: Mapping[str, Any], looked: Looked, asked: Asked) -> Iterator[tuple[str, bool]]:
    if asked.within(clue["opened_on"]):
        yield "clues_new", True
        yield OF_CHANNEL[clue["channel"]], True
        yield OF_RISK[clue["risk"]], True
    if asked.within(looked.checked_on):
        yield "clues_checked", True
        yield "clues_confirmed", looked.confirmed
    if looked.waiting:
        yield "clues_open", True
        if clue["due_on"] < asked.last:
            yield "clues_overdue", True
    if asked.within(clue["due_on"]) and (looked.checked_on or looked.waiting):
        yield "clues_in_time", looked.checked_on is not None and looked.checked_on <= clue["due_on"]


def _alerts(clue: Mapping[str, Any], looked: Looked, asked: Asked) -> Iterator[tuple[str, bool]]:
    if asked.within(clue["opened_on"]):
        yield "alerts_pushed", True
    if asked.within(looked.checked_on):
        yield "alerts_valid", looked.confirmed
    if asked.within(clue["due_on"]) and (looked.checked_on or looked.waiting):
        yield "alerts_answered", looked.checked_on is not None


def _looked(
    clue: Mapping[str, Any], visits: Mapping[int, list[Seen]], taken: Mapping[int, date], asked: Asked
) -> Looked:
    on, confirmed = None, False
    if clue["visited_on"] is not None:
        recorded = clue["visit__recorded_at"]
        if clue["visited_on"] <= asked.last and (recorded is None or recorded < asked.known):
            on, confirmed = clue["visited_on"], clue["visit__conclusion"] != Conclusion.NO_RISK
    elif clue["case"] is not None:
        later = [seen for seen in visits.get(clue["case"], ()) if seen.on >= clue["opened_on"]]
        on = min((seen.on for seen in later), default=None)
        confirmed = any(seen.confirmed for seen in later)
    return Looked(on, confirmed, on is None and not _taken_up(clue, taken, asked))


def _taken_up(clue: Mapping[str, Any], taken: Mapping[int, date], asked: Asked) -> bool:
    """Whether a case had it by the end; one that ended without a visit or a case was never left waiting."""
    if clue["case"] is not None:
        return bool(max(taken.get(clue["case"], clue["opened_on"]), clue["opened_on"]) <= asked.last)
    return clue["visited_on"] is None and clue["state"] in {State.SETTLED, State.CLEARED, State.CONFIRMED, State.TAKEN}


def _visits(rows: Any, asked: Asked) -> Mapping[int, list[Seen]]:
    """Visits of the cases that took these clues up, as far as known by then."""
    cases = rows.filter(visited_on=None, case__isnull=False).values("case")
    found: dict[int, list[Seen]] = defaultdict(list)
    known = Visit.objects.filter(case__in=cases, visited_on__lte=asked.last, recorded_at__lt=asked.known)
    for case, on, conclusion in known.values_list("case", "visited_on", "conclusion"):
        found[case or 0].append(Seen(on, conclusion != Conclusion.NO_RISK))
    return found


def _taken(rows: Any) -> Mapping[int, date]:
    """The day on which each of these cases began."""
    cases = rows.filter(case__isnull=False).values("case")
    return dict(Step.objects.filter(case__in=cases, number=0).values_list("case", "on"))
