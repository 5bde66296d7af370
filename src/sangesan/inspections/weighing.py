"""How likely villages and households are drawn: weights.yaml over the record, with the reasons of each."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db.models import Count, Q, QuerySet

from sangesan.assistance.models import Measure
from sangesan.checks.models import Flag
from sangesan.clues.domain import State as ClueState
from sangesan.clues.models import Clue
from sangesan.inspections.checklists import weights
from sangesan.inspections.models import Finding
from sangesan.patrols.models import Entry
from sangesan.registry.models import Household, Standing
from sangesan.registry.standing import ELIMINATED, MONITORING
from sangesan.village_work.queries import missing
from sangesan.visits.models import Visit

HALF_YEAR = timedelta(days=182)


@dataclass(frozen=True)
class Weighed:
    """A weight and why: codes of weights.yaml."""

    weight: int
    reasons: tuple[str, ...]


def weigh_households(village: str, on: date) -> dict[int, Weighed]:
    """Every household that lives in a village with its weight on a day: some eight queries for the village."""
    homes = dict(Household.objects.filter(residence=village).values_list("pk", "stage"))
    book = weights()
    since = on - timedelta(days=book.not_visited_days)
    lately = on - timedelta(days=book.eliminated_days)
    of_village = Q(household__residence=village)
    helped = _numbers(Measure.objects.filter(of_village, state=Measure.State.LANDED))
    gone = _numbers(Standing.objects.filter(of_village, valid_to=None, stage=ELIMINATED, eliminated_on__gte=lately))
    clues = _numbers(Clue.objects.filter(of_village, state__in=[ClueState.OPEN, ClueState.CONFIRMED]))
    seen = _numbers(Visit.objects.filter(of_village, visited_on__gte=since)) | _numbers(
        Entry.objects.filter(of_village, on__gte=since).exclude(result=Entry.Result.ABSENT)
    )
    before = _numbers(Finding.objects.filter(of_village, withdrawal=None))
    flagged = _numbers(Flag.objects.filter(of_village, gone_on=None, verdict=""))
    monitored = {number for number, stage in homes.items() if stage == MONITORING}
    so: dict[str, set[int]] = {
        "monitored": monitored, "eliminated": gone, "without_measures": monitored - helped, "open_clue": clues,
        "not_visited": set(homes) - seen, "found_before": before, "flagged": flagged,
    }  # fmt: skip
    found = {}
    for number in homes:
        reasons = [code for code in book.parts if number in so[code]]
        found[number] = Weighed(book.weight(reasons), tuple(reasons))
    return found


def weigh_villages(villages: Iterable[str], on: date) -> dict[str, Weighed]:
    """Villages with their weights on a day: a fixed number of queries."""
    wanted = set(villages)
    counts: dict[str, Mapping[str, int]] = {
        "duties_overdue": Counter(one.village for one in missing(on)),
        "clues_overdue": _by(Clue.objects.filter(state=ClueState.OPEN, due_on__lt=on), "division"),
        "without_measures": _by(_without_measures(), "household__residence"),
        "found_before": _by(Finding.objects.filter(found_on__gte=on - HALF_YEAR, withdrawal=None), "place"),
    }
    book = weights()
    found = {}
    for village in sorted(wanted):
        of = {code: rows[village] for code, rows in counts.items() if rows.get(village)}
        found[village] = Weighed(book.village_weight(of), tuple(of))
    return found


def _without_measures() -> QuerySet[Any]:
    helped = Measure.objects.filter(state=Measure.State.LANDED).values("household")
    return Standing.objects.filter(valid_to=None, stage=MONITORING).exclude(household__in=helped)


def _numbers(rows: QuerySet[Any]) -> set[int]:
    return {number for number in rows.values_list("household_id", flat=True) if number is not None}


def _by(rows: QuerySet[Any], name: str) -> dict[str, int]:
    return dict(rows.order_by().values_list(name).annotate(n=Count("pk")))
