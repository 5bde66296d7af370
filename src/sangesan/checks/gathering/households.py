"""Facts of households: how they stand, what the screening says, their measures, what visits saw against the register."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from django.db.models import Min

from sangesan.cases.models import Case
from sangesan.cases.states import ENDED, IDENTIFYING, State
from sangesan.checks.gathering import household_proofs
from sangesan.checks.gathering.measures import Plan, measure_facts, plans
from sangesan.checks.gathering.seen_at_home import (
    Registered,
    Seen,
    last_exit,
    newest,
    newest_test,
    registered,
    since_day,
    visits_by_household,
)
from sangesan.checks.places import homes, unit_key
from sangesan.checks.subjects import Gathered, Look, Source, Subject
from sangesan.checks.vocabulary import vocabulary
from sangesan.clues.domain import State as ClueState
from sangesan.clues.models import Evidence
from sangesan.facts.functions import Value
from sangesan.registry.models import Standing
from sangesan.visits.models import Visit
from sangesan.visits.queries import conflicts_among

GRAIN = "household"
LINE = "monitoring_line"
MONITORING, ELIMINATED = "monitoring", "eliminated"
NATURAL = "自然消除"
IN_PROCEDURE = (*IDENTIFYING, State.UNREACHABLE)


@dataclass
class _County:
    """Everything read for the whole county, by household."""

    look: Look
    standings: Mapping[int, Standing]
    hits: Mapping[int, dict[str, date]]
    live: Mapping[int, str]
    plans: Mapping[int, Plan]
    visits: Mapping[int, list[Seen]]
    differing: frozenset[int]
    register: Mapping[int, Registered] = field(default_factory=dict)


def gather(look: Look) -> Gathered:
    """Every household of which anything is known that a check asks, by number."""
    county = _read(look)
    numbers = {*county.standings, *county.hits, *county.plans, *county.visits}
    county.register = registered({*county.standings, *county.visits}, look.as_of)
    places = homes(numbers)
    subjects, facts = [], []
    for number in sorted(places):
        village, town = places[number]
        subjects.append(Subject(f"household:{number}", unit_key(village), number, number, village, town))
        facts.append(_facts(number, county))
    return Gathered(subjects, facts)


def _read(look: Look) -> _County:
    held = Standing.objects.filter(valid_to=None).exclude(stage="gone")
    live = Case.objects.exclude(state__in=ENDED).values_list("household_id", "state")
    return _County(
        look=look,
        standings={s.household_id: s for s in held},
        hits=_hits(),
        live=dict(live),
        plans=plans(),
        visits=visits_by_household(look.as_of),
        differing=frozenset(c.household.pk for c in conflicts_among(Visit.objects.all())),
    )


def hit_rules() -> Mapping[str, str]:
    """Screening rule -> the fact that counts its days."""
    return {fact.rule: code for code, fact in vocabulary().grains[GRAIN].facts.items() if fact.rule}


def _hits() -> dict[int, dict[str, date]]:
    """By household: since when a rule has said so of a clue that is still to be dealt with."""
    rows = Evidence.objects.filter(
        rule__in=hit_rules(), clue__state__in=[ClueState.OPEN, ClueState.CONFIRMED], clue__household__isnull=False
    )
    found: dict[int, dict[str, date]] = defaultdict(dict)
    for household, rule, day in rows.values_list("clue__household", "rule").annotate(day=Min("first_seen_on")):
        found[household][rule] = day
    return found


def _facts(number: int, county: _County) -> dict[str, Value]:
    look, standing = county.look, county.standings.get(number)
    register, visits = county.register.get(number), county.visits.get(number, [])
    plan = county.plans.get(number) or Plan()
    state = county.live.get(number)
    labour = _labour(register, visits, look)
    facts: dict[str, Value] = {
        "monitored": bool(standing and standing.stage == MONITORING),
        "eliminated": bool(standing and standing.stage == ELIMINATED),
        "in_procedure": state in IN_PROCEDURE,
        "labour": labour,
        "lines_differ": number in county.differing,
        "outside_measures": plan.by_hand if standing is None and state is None else 0,
    }
    hits = county.hits.get(number, {})
    facts |= {code: (look.as_of - hits[rule]).days if rule in hits else None for rule, code in hit_rules().items()}
    facts |= _standing(standing, plan, visits, register, look)
    facts |= measure_facts(
        plan,
        risks=standing.risks if standing else (),
        labour=labour,
        enrolled_on=standing.enrolled_on if standing else None,
        look=look,
    )
    return facts | _against_register(register, visits, look)


def _labour(register: Registered | None, visits: Sequence[Seen], look: Look) -> int | None:
    """As the newest visit of a year counted, else as registered."""
    seen = newest(visits, "labour", since=since_day(look.as_of, 365))
    if seen is not None:
        return int(seen)
    return register.labour if register and register.people else None


def _standing(
    standing: Standing | None, plan: Plan, visits: Sequence[Seen], register: Registered | None, look: Look
) -> dict[str, Value]:
    facts: dict[str, Value] = {"enrolled_days": None, "eliminated_days": None}
    if standing is None:
        return facts
    if standing.enrolled_on:
        facts["enrolled_days"] = (look.as_of - standing.enrolled_on).days
    if standing.stage != ELIMINATED or standing.eliminated_on is None:
        return facts
    gone = standing.eliminated_on
    line, visit = look.book.value(LINE, gone), last_exit(visits, gone)
    return facts | {
        "eliminated_days": (look.as_of - gone).days,
        "observed_days": (gone - standing.enrolled_on).days if standing.enrolled_on else None,
        "eliminated_by_help": standing.elimination_way != NATURAL,
        "landed_before_exit": plan.landed_by(gone),
        "exit_income": visit.reference_fen if visit else None,
        "exit_line": int(line.value) if line else None,
        "house_unsafe_after": _unsafe_after(gone, visits, register),
    }


def _unsafe_after(gone: date, visits: Sequence[Seen], register: Registered | None) -> bool:
    """The newest word on the house since it was eliminated: a visit's, unless the register was changed after it."""
    seen = newest_test(visits, "housing", since=gone)
    when = next((v.on for v in visits if v.on >= gone and v.housing is not None), None)
    if register and register.house_safe is not None and register.living_from:
        written_later = when is None or register.living_from > when
        if written_later:
            return not register.house_safe
    return seen is False


def _against_register(register: Registered | None, visits: Sequence[Seen], look: Look) -> dict[str, Value]:
    since = since_day(look.as_of, look.number("check_visit_days", 180))
    recent = [visit for visit in visits if visit.on >= since]
    facts: dict[str, Value] = {
        "visit_house_grade": newest(recent, "house_grade", since=since),
        "visit_house_safe": newest_test(recent, "housing", since=since),
        "visit_water_safe": newest_test(recent, "water", since=since),
        "visit_people": newest(recent, "people", since=since),
        "register_settled": bool(recent),
    }
    if register is None:
        return facts | dict.fromkeys(
            ("register_house_grade", "register_house_safe", "register_water_safe", "register_people")
        )
    changed_later = bool(recent and register.living_from and register.living_from > recent[0].on)
    return facts | {
        "register_house_grade": register.house_grade or None,
        "register_house_safe": register.house_safe,
        "register_water_safe": register.safe_water,
        "register_people": register.people or None,
        "register_settled": bool(recent) and not changed_later,
    }


SOURCE = Source(gather, household_proofs.RECORDS)
