"""The checks again, slowly: household by household, clue by clue, case by case, with plain loops over all rows of one
subject and the plain evaluation of the parsed condition. Nothing of `checks.gathering` is used.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from sangesan.amendments.queries import parameter_book
from sangesan.assistance.catalogue import catalogue
from sangesan.cases.models import Case, Irregularity
from sangesan.cases.states import ENDED, IDENTIFYING, State
from sangesan.checks.reading import load_checks
from sangesan.checks.vocabulary import vocabulary
from sangesan.clues.models import Clue, Evidence, Sighting
from sangesan.facts.evaluation import evaluate
from sangesan.registry.domain import ABLE
from sangesan.registry.models import Condition, Household, Living, Membership, Standing
from sangesan.visits.models import Visit

Answer = tuple[str, str, tuple[tuple[str, Any], ...]]
HELPED_WORDS = ("自行帮扶", "村里帮扶", "村级帮扶", "村上帮扶", "村里已帮", "村集体帮")


def answers(day: date) -> set[Answer]:
    """(check, subject, values) of everything that the checks of households, clues, cases and minutes should find."""
    found: set[Answer] = set()
    grains = {"household": households(day), "clue": clues(day), "case": cases(day), "minutes": minutes()}
    for grain, subjects in grains.items():
        for key, facts in subjects:
            for check in load_checks().values():
                if check.grain.code != grain:
                    continue
                parameters = {code: parameter_book().value(code, day).value for code in check.parameters}
                full = dict.fromkeys(check.grain.facts) | facts
                if evaluate(check.when, full | parameters) is True:
                    found.add((check.code, key, tuple((code, full[code]) for code in check.facts)))
    return found


def households(day: date) -> Iterator[tuple[str, dict[str, Any]]]:
    for home in Household.objects.all():
        standing = Standing.objects.filter(household=home, valid_to=None).first()
        visits = sorted(
            Visit.objects.filter(household=home, visited_on__lte=day), key=lambda v: (v.visited_on, v.pk), reverse=True
        )
        living = Living.objects.filter(household=home, valid_to=None).first()
        facts = _people(home, visits, day) | _hits(home, day) | _measures(home, standing, day)
        live = [c for c in Case.objects.filter(household=home) if c.state not in ENDED]
        facts["in_procedure"] = any(c.state in IDENTIFYING or c.state == State.UNREACHABLE for c in live)
        facts["monitored"] = standing is not None and standing.stage == "monitoring"
        facts["eliminated"] = standing is not None and standing.stage == "eliminated"
        facts["lines_differ"] = False
        by_hand = [m for m in home.measures.all() if m.state == "landed" and m.source == "person"]
        facts["outside_measures"] = len(by_hand) if standing is None and not live else 0
        if standing is not None:
            facts |= _standing(standing, visits, living, home, day)
            facts |= _unanswered(home, standing, facts["labour"])
        facts |= _against(visits, living, facts, day)
        yield f"household:{home.pk}", facts


def _people(home: Household, visits: list[Visit], day: date) -> dict[str, Any]:
    people = labour = 0
    for row in Membership.objects.filter(household=home, valid_to=None):
        person = row.person
        if any(d is not None and d <= day for d in (person.died_on, person.left_on)):
            continue
        people += 1
        condition = Condition.objects.filter(person=person, valid_to=None).first()
        labour += condition is not None and condition.labour in ABLE
    seen = [v.labour for v in visits if v.labour is not None and (day - v.visited_on).days <= 365]
    known = home.pk in set(Standing.objects.filter(valid_to=None).values_list("household", flat=True)) or visits
    registered = labour if people and known else None
    return {"labour": seen[0] if seen else registered, "register_people": people if people and known else None}


def _hits(home: Household, day: date) -> dict[str, Any]:
    facts = {}
    for rule, code in (("R36", "below_line_days"), ("R38", "failed_tests_days")):
        days = [
            (day - e.first_seen_on).days
            for e in Evidence.objects.filter(rule=rule, clue__household=home)
            if e.clue.state in {"open", "confirmed"}
        ]
        facts[code] = max(days, default=None)
    return facts


def _measures(home: Household, standing: Standing | None, day: date) -> dict[str, Any]:
    rows = list(home.measures.all())
    current = [m for m in rows if m.state != "stopped"]
    facts: dict[str, Any] = {
        "landed_measures": sum(m.state == "landed" for m in rows),
        "current_measures": len(current),
        "substantial_measures": sum(not (m.item.startswith("其他") or m.item.startswith("技能培训")) for m in current),
    }
    if standing is None or standing.enrolled_on is None:
        return facts
    since = standing.enrolled_on
    for m in rows:
        if not catalogue().groups[m.group].development or m.landed_on is None:
            continue
        end = m.stopped_on if m.state == "stopped" else m.ended_on
        if end is None or end >= day:
            return facts | {"without_development_months": 0}
        since = max(since, end)
    months = 0
    while _months_later(since, months + 1) <= day:
        months += 1
    return facts | {"without_development_months": months}


def _months_later(day: date, months: int) -> date:
    """The same day so many months on; where a month is too short, the first of the next."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    try:
        return date(year, month + 1, day.day)
    except ValueError:
        return _months_later(date(day.year, day.month, 1), months + 1)


def _unanswered(home: Household, standing: Standing, labour: int | None) -> dict[str, Any]:
    from sangesan.policy.risks import RISK_TYPES

    groups = {m.group for m in home.measures.all() if m.state != "stopped"}
    able = None if labour is None else labour > 0
    open_risks = []
    for risk in standing.risks:
        fitting = set(catalogue().groups_for(risk, can_work=able))
        if fitting and not fitting & groups:
            open_risks.append(RISK_TYPES[risk])
    return {"unanswered_risks": len(open_risks), "unanswered_words": "、".join(open_risks) or None}


def _standing(
    standing: Standing, visits: list[Visit], living: Living | None, home: Household, day: date
) -> dict[str, Any]:
    facts: dict[str, Any] = {"enrolled_days": (day - standing.enrolled_on).days if standing.enrolled_on else None}
    gone = standing.eliminated_on
    if standing.stage != "eliminated" or gone is None:
        return facts
    exits = [v for v in visits if "elimination" in v.purposes and v.visited_on <= gone]
    line = parameter_book().value("monitoring_line", gone)
    return facts | {
        "eliminated_days": (day - gone).days,
        "observed_days": (gone - standing.enrolled_on).days if standing.enrolled_on else None,
        "eliminated_by_help": standing.elimination_way != "自然消除",
        "landed_before_exit": sum(m.landed_on is not None and m.landed_on <= gone for m in home.measures.all()),
        "exit_income": exits[0].reference_per_head_fen if exits else None,
        "exit_line": line.value if line else None,
        "house_unsafe_after": _unsafe(gone, visits, living),
    }


def _unsafe(gone: date, visits: list[Visit], living: Living | None) -> bool:
    words = [
        (v.visited_on, v.tests["housing"]) for v in visits if v.visited_on >= gone and v.tests["housing"] is not None
    ]
    if living and living.house_grade and (not words or living.valid_from > words[0][0]):
        return living.house_grade in "CD"
    return bool(words) and words[0][1] is False


def _against(visits: list[Visit], living: Living | None, facts: dict[str, Any], day: date) -> dict[str, Any]:
    recent = [v for v in visits if v.visited_on >= day - timedelta(days=180)]

    def first(values: list[Any]) -> Any:
        return next((value for value in values if value not in {None, ""}), None)

    made = {
        "visit_house_grade": first([v.house_grade for v in recent]),
        "visit_house_safe": first([v.tests["housing"] for v in recent]),
        "visit_water_safe": first([v.tests["water"] for v in recent]),
        "visit_people": first([v.people for v in recent]),
        "register_settled": bool(recent) and not (living and living.valid_from > recent[0].visited_on),
        "register_house_grade": None, "register_house_safe": None, "register_water_safe": None,
    }  # fmt: skip
    if living:
        made["register_house_grade"] = living.house_grade or None
        made["register_house_safe"] = None if not living.house_grade else living.house_grade in "AB"
        made["register_water_safe"] = living.safe_water
    return made


def clues(day: date) -> Iterator[tuple[str, dict[str, Any]]]:
    for clue in Clue.objects.all():
        seen = [s.seen_on for s in Sighting.objects.filter(clue=clue) if s.channel in {"SUPERVISE", "PLATFORM"}]
        before = None
        if seen and clue.household is not None:
            earlier = [
                v for v in Visit.objects.filter(household=clue.household) if v.conclusion and v.visited_on < min(seen)
            ]
            last = max(earlier, key=lambda v: (v.visited_on, v.pk), default=None)
            before = (min(seen) - last.visited_on).days if last and last.conclusion == "no_risk" else None
        confirmed = clue.state == "confirmed" and clue.case is None
        reason = clue.visit.reason if clue.visit else ""
        yield (
            f"clue:{clue.pk}",
            {
                "waiting": clue.state == "open",
                "confirmed": confirmed,
                "open_days": (day - clue.opened_on).days,
                "confirmed_days": (day - (clue.visited_on or clue.opened_on)).days if confirmed else None,
                "found_by_others": bool(seen),
                "cleared_before_days": before,
                "cleared_as_helped": clue.state == "cleared" and any(word in reason for word in HELPED_WORDS),
            },
        )


def _faults(case: Case, name: str) -> list[Irregularity]:
    codes = vocabulary().irregularities[name]
    rows = Irregularity.objects.filter(case=case).order_by("pk")
    return [row for row in rows if row.code in codes and row.gone_on is None and not row.reason]


def cases(day: date) -> Iterator[tuple[str, dict[str, Any]]]:
    for case in Case.objects.all():
        facts: dict[str, Any] = {"entered": case.national_number != ""}
        live = case.state not in {"not_qualified", "withdrawn", "natural_decrease"}
        facts["decided_days"] = (day - case.enrolled_on).days if case.enrolled_on and live else None
        for name in ("notice", "visit", "order", "consistency", "help"):
            rows = _faults(case, name)
            facts["early_help" if name == "help" else f"{name}_faults"] = bool(rows) if name == "help" else len(rows)
            facts[f"{name}_words"] = "；".join(row.sentence for row in rows) or None
        yield f"case:{case.pk}", facts


def minutes() -> Iterator[tuple[str, dict[str, Any]]]:
    titles = {"enrolled": "新纳入监测户", "eliminated": "消除监测户", "running": "正在评议的户"}
    batches: dict[tuple[str, str, str], dict[int, set[str]]] = {}
    for case in Case.objects.all():
        for day, way in ((case.enrolled_on, "enrolled"), (case.eliminated_on, "eliminated")):
            if day:
                batches.setdefault((case.village, f"{day:%Y-%m}", way), {}).setdefault(case.pk, set())
        for row in _faults(case, "minutes"):
            exiting = case.exit_on is not None and row.raised_on >= case.exit_on
            decided, way = (case.eliminated_on, "eliminated") if exiting else (case.enrolled_on, "enrolled")
            key = (case.village, f"{decided or row.raised_on:%Y-%m}", way if decided else "running")
            batches.setdefault(key, {}).setdefault(case.pk, set()).add(row.code)
    from sangesan.cases.irregularity_rules import RULE_TITLES

    for (village, month, way), of_cases in batches.items():
        codes = set().union(*of_cases.values())
        words = [RULE_TITLES[code] for code in vocabulary().irregularities["minutes"] if code in codes]
        yield (
            f"minutes:{village}:{month}:{way}",
            {
                "month_words": f"{month[:4]}年{int(month[5:])}月",
                "way_words": titles[way],
                "households": len(of_cases),
                "irregular_households": sum(bool(found) for found in of_cases.values()),
                "fault_words": "、".join(words) or None,
            },
        )
