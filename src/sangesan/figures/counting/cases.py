"""The procedure: what began, what is posted, what was decided and how fast, what does not fit together in the records."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date
from typing import NamedTuple

from django.db.models import Q

from sangesan.cases.models import Irregularity, Notice, Objection, Step
from sangesan.cases.states import Act, State
from sangesan.clues.models import Clue
from sangesan.figures.counted import Item
from sangesan.figures.counting.asked import Asked
from sangesan.policy.calendars import days_between
from sangesan.policy.regimes import load_regimes

OPEN = "open"
SPEED = ("days_to_decision", "decided_in_time")
STEPS = ("cases_begun", "enrolled", "eliminated_in_period", "rolled_back", "re_identified", *SPEED)
FIGURES = frozenset({*STEPS, "notices_running", "warnings_open"})


class Taken(NamedTuple):
    """A step, with what of its case decides where it counts."""

    case: int
    household: int
    residence: str
    grid: str
    regime: str
    round: int
    act: str
    source: str
    on: date


def count(asked: Asked) -> Iterator[tuple[str, Item]]:
    """Cases count where the household lives; notices and warnings with the village that wrote the papers."""
    if asked.wants(*STEPS):
        yield from _steps(asked)
    if asked.wants("notices_running"):
        notices = Notice.objects.filter(posted_on__lte=asked.last, until__gte=asked.last, recorded_at__lt=asked.known)
        for number, village in notices.values_list("pk", "village"):
            yield "notices_running", Item(number, village)
    if asked.wants("warnings_open"):
        rows = Irregularity.objects.filter(raised_on__lte=asked.last)
        rows = rows.filter(Q(gone_on=None) | Q(gone_on__gt=asked.last))
        rows = rows.filter(Q(reason="") | Q(reasoned_at__gte=asked.known))
        for number, village in rows.values_list("pk", "case__village"):
            yield "warnings_open", Item(number, village)


def _steps(asked: Asked) -> Iterator[tuple[str, Item]]:
    """Each case once for a figure, however often it took the step in the period."""
    acts = (OPEN, Act.NEW_RISK, Act.DECIDE, Act.ROLL_BACK)
    rows = Step.objects.filter(on__range=(asked.first, asked.last), recorded_at__lt=asked.known, act__in=acts)
    fields = ("case_id", "case__household_id", "case__residence", "case__grid", "case__regime")
    found: dict[tuple[str, int], Taken] = {}
    for row in rows.order_by("on", "id").values_list(*fields, "round", "act", "source", "on"):
        step = Taken(*row)
        for figure in _figures_of(step):
            found[(figure, step.case)] = step
    for (figure, case), step in found.items():
        yield figure, _item(asked, step, case)
    if asked.wants(*SPEED):
        yield from _speed(asked, [step for (figure, _case), step in found.items() if figure == "enrolled"])


def _figures_of(step: Taken) -> Iterator[str]:
    if step.act in {OPEN, Act.NEW_RISK}:
        yield "cases_begun"
    if step.act == Act.NEW_RISK:
        yield "re_identified"
    if step.act == Act.ROLL_BACK:
        yield "rolled_back"
    if step.act == Act.DECIDE:
        yield "enrolled" if step.source == State.COUNTY_DECISION else "eliminated_in_period"


def _item(asked: Asked, step: Taken, case: int) -> Item:
    return asked.at_home(step.household, case) or Item(case, step.residence, step.grid)


def _speed(asked: Asked, decided: list[Taken]) -> Iterator[tuple[str, Item]]:
    """How long each enrolment took: from its first clue on, and against the regime's limit for the whole."""
    cases = [step.case for step in decided]
    began, before = _beginnings(cases)
    clues: dict[int, list[date]] = defaultdict(list)
    for case, opened in Clue.objects.filter(case__in=cases).values_list("case", "opened_on"):
        clues[case or 0].append(opened)
    stopped = _stopped(cases)
    regimes = load_regimes()
    for step in decided:
        key = (step.case, step.round)
        begun = began.get(key, step.on)
        earliest = [on for on in clues[step.case] if before.get(key, date.min) <= on <= step.on]
        since = min([begun, *earliest])
        item = _item(asked, step, step.case)
        yield "days_to_decision", item._replace(amount=(step.on - since).days)
        regime = regimes[step.regime]
        limit = regime.limits["whole"].value + sum(
            days_between(start, end, regime.day_type) for start, end in stopped[key]
        )
        yield "decided_in_time", item._replace(hit=days_between(begun, step.on, regime.day_type) <= limit)


def _beginnings(cases: list[int]) -> tuple[Mapping[tuple[int, int], date], Mapping[tuple[int, int], date]]:
    """When each round began, and from which day on a clue can belong to it (the round before had ended)."""
    began: dict[tuple[int, int], date] = {}
    before: dict[tuple[int, int], date] = {}
    steps = Step.objects.filter(case__in=cases).filter(Q(act__in=(OPEN, Act.NEW_RISK)) | Q(act=Act.DECIDE))
    for case, number, act, on in steps.order_by("case_id", "number").values_list("case_id", "round", "act", "on"):
        if act == Act.DECIDE:
            before[(case, number + 1)] = on
        else:
            began.setdefault((case, number), on)
    return began, before


def _stopped(cases: list[int]) -> Mapping[tuple[int, int], list[tuple[date, date]]]:
    """The spans in which a settled objection stopped a round's clock."""
    found: dict[tuple[int, int], list[tuple[date, date]]] = defaultdict(list)
    rows = Objection.objects.filter(case__in=cases, settled_on__isnull=False)
    for case, number, start, end in rows.values_list("case_id", "round", "received_on", "settled_on"):
        found[(case, number)].append((start, end or start))
    return found
