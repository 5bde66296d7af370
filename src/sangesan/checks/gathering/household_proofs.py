"""The rows behind what a check says of a household: asked only for the households that were flagged."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

from sangesan.assistance.models import Measure
from sangesan.checks.gathering.seen_at_home import EXIT
from sangesan.checks.places import chunks
from sangesan.checks.subjects import Look, Proofs, Prove, Record, Subject, record
from sangesan.checks.vocabulary import vocabulary
from sangesan.clues.domain import State
from sangesan.clues.models import Evidence
from sangesan.kernel.money import format_yuan
from sangesan.registry.domain import STAGE_TITLES
from sangesan.registry.models import Living, Standing
from sangesan.visits.domain import OUTCOMES, Conclusion
from sangesan.visits.models import Visit

Wanted = Callable[[Visit], bool]
SAID = {True: "安全", False: "不安全", None: "未填"}


def _by_household(subjects: Sequence[Subject]) -> dict[int, str]:
    return {s.household: s.key for s in subjects if s.household is not None}


def hits(subjects: Sequence[Subject], look: Look) -> Proofs:
    """The clues with what the screening's rules said of the household itself."""
    del look
    rules = [fact.rule for fact in vocabulary().grains["household"].facts.values() if fact.rule]
    keys, found = _by_household(subjects), _found()
    for part in chunks(keys):
        rows = Evidence.objects.filter(
            rule__in=rules, clue__household__in=part, clue__state__in=[State.OPEN, State.CONFIRMED]
        )
        for home, clue, rule, words, day in rows.order_by("clue_id", "id").values_list(
            "clue__household", "clue_id", "rule", "sentence", "first_seen_on"
        ):
            found[keys[home]].append(record("clue", clue, f"{day} 起，规则{rule}：{words}"))
    return found


def measures(subjects: Sequence[Subject], look: Look) -> Proofs:
    """The lines of the plan."""
    del look
    keys, found, titles = _by_household(subjects), _found(), dict(Measure.State.choices)
    for part in chunks(keys):
        rows = Measure.objects.filter(household__in=part).order_by("id")
        for pk, home, item, state, landed, stopped in rows.values_list(
            "pk", "household_id", "item", "state", "landed_on", "stopped_on"
        ):
            day = stopped or landed
            found[keys[home]].append(record("measure", pk, f"{item}，{titles[state]}{f' {day}' if day else ''}"))
    return found


def standing(subjects: Sequence[Subject], look: Look) -> Proofs:
    """How the household stands, and since when."""
    del look
    keys, found = _by_household(subjects), _found()
    for part in chunks(keys):
        for row in Standing.objects.filter(household__in=part, valid_to=None):
            words = STAGE_TITLES.get(row.stage, row.stage)
            enrolled = f"，{row.enrolled_on} 纳入" if row.enrolled_on else ""
            gone = f"，{row.eliminated_on} {row.elimination_way or '消除'}" if row.eliminated_on else ""
            found[keys[row.household_id]].append(record("standing", row.pk, f"{words}{enrolled}{gone}"))
    return found


def register(subjects: Sequence[Subject], look: Look) -> Proofs:
    """What the register says of living conditions, and since when."""
    del look
    keys, found = _by_household(subjects), _found()
    for part in chunks(keys):
        for row in Living.objects.filter(household__in=part, valid_to=None):
            grade = f"住房{row.house_grade}级" if row.house_grade else "住房等级未登记"
            words = f"{row.valid_from} 登记：{grade}，饮水{SAID[row.safe_water]}"
            found[keys[row.household_id]].append(record("register", row.pk, words))
    return found


def newest_visit(subjects: Sequence[Subject], look: Look) -> Proofs:
    """The newest visit."""
    return _visits(subjects, look, lambda _visit: True, 1)


def exit_visit(subjects: Sequence[Subject], look: Look) -> Proofs:
    """The newest visit for elimination."""
    return _visits(subjects, look, lambda visit: EXIT in visit.purposes, 1)


def both_visits(subjects: Sequence[Subject], look: Look) -> Proofs:
    """The two newest visits of different villages' people."""
    seen: set[tuple[int, str]] = set()

    def first_of_its_place(visit: Visit) -> bool:
        key = (visit.household_id, visit.post_division)
        fresh = bool(visit.post_division) and key not in seen
        seen.add(key)
        return fresh

    return _visits(subjects, look, first_of_its_place, 2)


def _visits(subjects: Sequence[Subject], look: Look, wanted: Wanted, most: int) -> Proofs:
    keys, found = _by_household(subjects), _found()
    for part in chunks(keys):
        rows = Visit.objects.filter(household__in=part, visited_on__lte=look.as_of).order_by("-visited_on", "-id")
        for visit in rows:
            key = keys[visit.household_id]
            if len(found[key]) < most and wanted(visit):
                found[key].append(record("visit", visit.pk, visit_words(visit)))
    return found


def visit_words(visit: Visit) -> str:
    """A visit in one line, without names: day, who by post, conclusion, house, water, people, income."""
    parts = [
        f"{visit.visited_on} {visit.post_title}入户",
        OUTCOMES[Conclusion(visit.conclusion)] if visit.conclusion else "",
    ]
    if visit.house_grade or visit.tests:
        grade = f"{visit.house_grade}级" if visit.house_grade else ""
        parts.append(f"住房{grade}{SAID[visit.tests.get('housing')]}、饮水{SAID[visit.tests.get('water')]}")
    if visit.people:
        parts.append(f"{visit.people}人")
    if visit.reference_per_head_fen is not None:
        parts.append(f"人均{format_yuan(visit.reference_per_head_fen)}元")
    return "，".join(part for part in parts if part)


def _found() -> dict[str, list[Record]]:
    return defaultdict(list)


RECORDS: Mapping[str, Prove] = {
    "clue": hits, "measures": measures, "standing": standing, "register": register, "visit": newest_visit,
    "exit_visit": exit_visit, "both_visits": both_visits,
}  # fmt: skip
