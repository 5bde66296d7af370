"""A household's situation from what is recorded: the last visits, the register, departments' data. Nothing is guessed.

A visit of the last twelve months counts before the register, unless the register was changed after it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from sangesan.amendments.queries import parameter_book
from sangesan.assistance.catalogue import Care, catalogue
from sangesan.assistance.department_rows import DepartmentRow, newest, rows_of, running
from sangesan.assistance.domain import UNSAFE_GRADES, Situation
from sangesan.assistance.models import Measure
from sangesan.kernel.period import add_months
from sangesan.policy.risks import RISK_TYPES
from sangesan.registry.domain import ABLE, age_on
from sangesan.registry.models import Condition, Living, Membership, Person, Standing
from sangesan.visits.models import Visit

LINE = "monitoring_line"
MONITORING = "monitoring"
UNABLE = frozenset({"丧失劳动力", "无劳动力"})
LOST = "丧失劳动力"
WORKING_FROM = 16
SCHOOL_AGES = range(6, 18)
MONTHS = 12
WORK_FEEDS = ("employment", "public_post")
INCOME_FEED = "household_income"
CODES: Mapping[str, str] = {title: code for code, title in RISK_TYPES.items()} | {"因自然灾害": "0299"}


@dataclass(frozen=True)
class Seen:
    """A situation with where it comes from. income_from: "visit", "department" or "" where none is known."""

    situation: Situation
    visit: int | None
    visited_on: date | None
    income_from: str
    income_year: int | None
    stage: str
    enrolled_on: date | None


@dataclass(frozen=True)
class _Member:
    person: Person
    condition: Condition | None
    age: int | None

    @property
    def labour(self) -> str:
        return self.condition.labour if self.condition else ""


def situation_of(household_id: int, on: date) -> Seen:
    """What is known on a day. The caller has made sure that the post may see the household."""
    members, visits = _members(household_id, on), _visits(household_id, on)
    rows = rows_of([m.person.pk for m in members], (*WORK_FEEDS, INCOME_FEED)) if members else []
    living = Living.objects.filter(_held(on), household=household_id).order_by("-valid_from", "-id").first()
    standing = Standing.objects.filter(_held(on), household=household_id).order_by("-valid_from", "-id").first()
    changed_on = living.valid_from if living else None
    grade = _grade(visits, living)
    people = next((v.people for v in visits if v.people), None) or len(members) or None
    income, source, year = _income(visits, rows, people, on)
    line = parameter_book().value(LINE, on)
    labour = _labour(members, visits)
    situation = Situation(
        income_per_head_fen=income,
        line_fen=int(line.value) if line else None,
        people=people,
        labour=labour,
        at_work=_at_work(members, rows, on) if labour else None,
        housing=_test("housing", visits, changed_on, grade not in UNSAFE_GRADES if grade else None),
        house_grade=grade,
        water=_test("water", visits, changed_on, living.safe_water if living else None),
        schooling=_test("schooling", visits, None, None),
        insurance=_test("insurance", visits, None, _insured(members)),
        uninsured=_uninsured(members) or None,
        untended=_untended(members, visits, catalogue().care),
        disabled=_disabled(members),
        in_school=_in_school(members),
        risks=_risks(standing, visits),
        welfare=_welfare(household_id, members, on),
    )
    return Seen(
        situation=situation,
        visit=visits[0].pk if visits else None,
        visited_on=visits[0].visited_on if visits else None,
        income_from=source,
        income_year=year,
        stage=standing.stage if standing else "",
        enrolled_on=standing.enrolled_on if standing else None,
    )


def risk_codes(words: Sequence[str]) -> tuple[str, ...]:
    """Codes of risks that a record names by code or by title, in order; what neither knows is left out."""
    codes = (word if word in RISK_TYPES else CODES.get(word, "") for word in words)
    return tuple(dict.fromkeys(code for code in codes if code))


def _members(household_id: int, on: date) -> list[_Member]:
    """Those alive and present on the day."""
    rows = Membership.objects.filter(_held(on), household=household_id).select_related("person").order_by("person_id")
    people = [
        row.person
        for row in rows
        if not (row.person.died_on and row.person.died_on <= on)
        and not (row.person.left_on and row.person.left_on <= on)
    ]
    conditions = {
        c.person_id: c for c in Condition.objects.filter(_held(on), person__in=people).order_by("valid_from", "id")
    }
    return [
        _Member(p, conditions.get(p.pk), age_on(p.birth_date, on) if p.birth_date else None)
        for p in dict.fromkeys(people)
    ]


def _held(on: date) -> Q:
    return Q(valid_from__lte=on) & (Q(valid_to=None) | Q(valid_to__gt=on))


def _visits(household_id: int, on: date) -> list[Visit]:
    """Those of the last twelve months, newest first."""
    since = add_months(on, -MONTHS)
    rows = Visit.objects.filter(household=household_id, visited_on__lte=on, visited_on__gt=since)
    return list(rows.order_by("-visited_on", "-id")[:10])


def _test(name: str, visits: Sequence[Visit], changed_on: date | None, registered: bool | None) -> bool | None:
    """One of the four tests: the newest visit that knows it, unless the register was changed since and knows it."""
    visit = next((v for v in visits if v.tests.get(name) is not None), None)
    if visit is None or (registered is not None and changed_on is not None and changed_on > visit.visited_on):
        return registered
    return bool(visit.tests[name])


def _grade(visits: Sequence[Visit], living: Living | None) -> str:
    """The house's grade as last written down; "" where it is not known."""
    visit = next((v for v in visits if v.house_grade), None)
    if living is not None and living.house_grade and (visit is None or living.valid_from > visit.visited_on):
        return living.house_grade
    return visit.house_grade if visit else ""


def _income(
    visits: Sequence[Visit], rows: Sequence[DepartmentRow], people: int | None, on: date
) -> tuple[int | None, str, int | None]:
    """Fen per head as held against the line, whence, and the year where a department said it."""
    for visit in visits:
        income = visit.reference_per_head_fen if visit.reference_per_head_fen is not None else visit.income_per_head_fen
        if income is not None:
            return income, "visit", None
    yearly = newest([r for r in rows if r.feed == INCOME_FEED and r.values["year"] <= on.year], ["year"])
    if not yearly or not people:
        return None, "", None
    year = max(r.values["year"] for r in yearly)
    return sum(_reference(r) for r in yearly if r.values["year"] == year) // people, "department", year


def _reference(row: DepartmentRow) -> int:
    """Net income and claims less necessary costs, of one row of the yearly account."""
    gains, costs = ("wage", "business", "property", "transfer", "claims"), ("business_cost", "necessary_cost")
    values = row.values
    return sum(values[name] or 0 for name in gains) - sum(values[name] or 0 for name in costs)


def _labour(members: Sequence[_Member], visits: Sequence[Visit]) -> int | None:
    """How many can work: as the last visit saw it, else the register's; None where nobody can be told to."""
    seen = next((v.labour for v in visits if v.labour is not None), None)
    if seen is not None:
        return seen
    able = sum(1 for m in members if m.labour in ABLE)
    unknown = any(not m.labour and (m.age is None or m.age >= WORKING_FROM) for m in members)
    return None if not members or (unknown and not able) else able


def _at_work(members: Sequence[_Member], rows: Sequence[DepartmentRow], on: date) -> int | None:
    """How many of those who can work have work; None where of none it is known that they have, and of some nothing is.

    A department's row that says a job ended counts before a place of work in the register: it is newer.
    """
    jobs: dict[int, bool] = {}
    for row in newest([r for r in rows if r.feed in WORK_FEEDS], ["began_on"]):
        jobs[row.person] = jobs.get(row.person, False) or running(row, on)
    known = [jobs.get(m.person.pk, _registered_work(m.condition)) for m in members if m.labour in ABLE]
    working = sum(1 for has in known if has)
    return None if not working and (None in known or not known) else working


def _registered_work(condition: Condition | None) -> bool | None:
    if condition is None or (not condition.work_place and condition.work_months is None):
        return None
    return condition.work_months != 0


def _uninsured(members: Sequence[_Member]) -> int:
    """Members of whom the register says that they are not insured."""
    words = [m.condition.medical_insurance if m.condition else "" for m in members]
    return sum(1 for word in words if "未" in word or "断" in word)


def _insured(members: Sequence[_Member]) -> bool | None:
    if _uninsured(members):
        return False
    every = members and all(m.condition and m.condition.medical_insurance for m in members)
    return True if every else None


def _untended(members: Sequence[_Member], visits: Sequence[Visit], care: Care) -> int | None:
    """How many need care while nobody who could give it is at home; who may be able counts as able."""
    if not members:
        return None
    away = set(visits[0].members_away) if visits else set()
    dependants = [m for m in members if _dependant(m, care)]
    carers = [
        m
        for m in members
        if m not in dependants
        and m.person.pk not in away
        and m.labour not in UNABLE
        and (m.age is None or care.carer_from <= m.age <= care.carer_to)
    ]
    return 0 if carers else len(dependants)


def _dependant(member: _Member, care: Care) -> bool:
    by_age = member.age is not None and (member.age < care.child_under or member.age >= care.old_from)
    return by_age or member.labour == LOST


def _disabled(members: Sequence[_Member]) -> int | None:
    words = [m.condition.health if m.condition else "" for m in members]
    return sum(1 for word in words if "残疾" in word) if any(words) else None


def _in_school(members: Sequence[_Member]) -> int | None:
    """How many study; None where of a child of school age it is not known."""
    words = {m.person.pk: m.condition.schooling if m.condition else "" for m in members}
    studying = sum(1 for word in words.values() if word and word != "学龄前儿童")
    unknown = any(m.age in SCHOOL_AGES and not words[m.person.pk] for m in members)
    return None if not studying and unknown else studying


def _risks(standing: Standing | None, visits: Sequence[Visit]) -> tuple[str, ...]:
    """The risks under which it is monitored, then those that the last visit found beside them."""
    monitored = standing.risks if standing and standing.stage == MONITORING else []
    return risk_codes([*monitored, *(visits[0].risks if visits else [])])


def _welfare(household_id: int, members: Sequence[_Member], on: date) -> frozenset[str]:
    """What it has already: by the register, and what departments' data show to run on."""
    conditions = [m.condition for m in members if m.condition]
    had = {"低保"} if any(c.subsistence for c in conditions) else set()
    had |= {"特困"} if any(c.destitute for c in conditions) else set()
    runs = Q(ended_on=None) | Q(ended_on__gte=on)
    rows = Measure.objects.filter(runs, household=household_id, source="department", state="landed")
    return frozenset(had | set(rows.values_list("item", flat=True)))
