"""The households of one grid as a phone carries them: some twenty queries for the grid, however many households."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sangesan.cases.models import Case
from sangesan.cases.states import ENDED, STATE_TITLES, State
from sangesan.clues.domain import State as ClueState
from sangesan.clues.models import Clue, Evidence, Sighting, ToExplain
from sangesan.exchange.about_people import RowsAbout
from sangesan.field.news import news_of
from sangesan.kernel.digest import digest_json
from sangesan.kernel.masking import mask_phone
from sangesan.patrols.models import Entry, KeyGroup, Task, Walked
from sangesan.policy.risks import RISK_TYPES
from sangesan.regions.queries import tree
from sangesan.registry.changeable import Value
from sangesan.registry.changing import sections_of_all
from sangesan.registry.domain import STAGE_TITLES, age_on
from sangesan.registry.models import Household, Membership, Residence
from sangesan.visits.domain import OUTCOMES, PURPOSES, Conclusion, Purpose
from sangesan.visits.models import Visit
from sangesan.visits.prefilling import prefill, reported

LATEST = 3
Json = dict[str, Any]


@dataclass(frozen=True)
class Grid:
    """What was found for all households of a grid, by household."""

    members: Mapping[int, list[Membership]]
    sections: Mapping[int, Mapping[str, tuple[int, dict[str, Value]]]]
    residences: Mapping[int, Residence]
    groups: Mapping[int, list[KeyGroup]]
    clues: Mapping[int, list[Clue]]
    evidence: Mapping[int, list[str]]  # by clue
    explain: Mapping[int, list[str]]
    tasks: Mapping[int, list[Task]]
    cases: Mapping[int, Case]
    visits: Mapping[int, list[Visit]]
    entries: Mapping[int, list[Entry]]
    walked: Mapping[int, date]
    news: Mapping[int, list[dict[str, str]]]


def homes_of(grid: str, round_id: int, today: date, known: Mapping[str, str]) -> tuple[list[Json], list[int]]:
    """Households that differ from what the phone knows ({"12": digest}), whole; and those that are gone from it.

    The prefilled income is the slow part: it is made for what is sent only, and its digest stands for it by the last
    visit and what departments say is new.
    """
    rows = list(Household.objects.filter(grid=grid).order_by("pk"))
    found = _gather(rows, round_id, today)
    changed = []
    for home in rows:
        made = _home(home, found, today)
        digest = digest_json(made)
        if known.get(str(home.pk)) != digest:
            changed.append(made | {"digest": digest})
    about = reported([member["id"] for made in changed for member in made["members"]])
    changed = [made | {"prefill": _prefill(made["id"], today, about)} for made in changed]
    here = {str(home.pk) for home in rows}
    return changed, [int(number) for number in known if number not in here and number.isdecimal()]


def _gather(rows: list[Household], round_id: int, today: date) -> Grid:
    ids = [home.pk for home in rows]
    members: dict[int, list[Membership]] = defaultdict(list)
    for one in Membership.objects.filter(household__in=ids, valid_to=None).select_related("person").order_by("pk"):
        if not (one.person.died_on and one.person.died_on <= today):
            members[one.household_id].append(one)
    people = {m.person_id: (m.household_id, m.person.name) for ms in members.values() for m in ms}
    clues = _by_home(Clue.objects.filter(household__in=ids, state__in=[ClueState.OPEN, ClueState.CONFIRMED]))
    numbers = [clue.pk for of_home in clues.values() for clue in of_home]
    evidence: dict[int, list[str]] = defaultdict(list)
    for hit in Evidence.objects.filter(clue__in=numbers).order_by("pk"):
        name = people.get(hit.person, (0, ""))[1]
        evidence[hit.clue_id].append(f"{name}：{hit.sentence}" if name else hit.sentence)
    for seen in Sighting.objects.filter(clue__in=numbers).order_by("pk"):
        evidence[seen.clue_id].append(f"{seen.post_title}：{seen.words}")
    explain: dict[int, list[str]] = defaultdict(list)
    for row in ToExplain.objects.filter(household__in=list(clues)).order_by("pk"):
        explain[row.household_id].append(row.sentence)
    running = Case.objects.filter(household__in=ids).exclude(state__in=ENDED).order_by("pk")
    return Grid(
        members=members,
        sections=sections_of_all(ids),
        residences={r.household_id: r for r in Residence.objects.filter(household__in=ids, valid_to=None)},
        groups=_by_home(KeyGroup.objects.filter(household__in=ids).order_by("pk")),
        clues=clues,
        evidence=evidence,
        explain=explain,
        tasks=_by_home(Task.objects.filter(household__in=ids, state=Task.State.OPEN).order_by("due_at", "pk")),
        cases={case.household_id: case for case in running},
        visits=_by_home(Visit.objects.filter(household__in=ids).order_by("-visited_on", "-pk")),
        entries=_by_home(Entry.objects.filter(household__in=ids).order_by("-on", "-pk")),
        walked=dict(Walked.objects.filter(round=round_id, household__in=ids).values_list("household", "entry__on")),
        news=news_of(people, today),
    )


def _by_home(rows: Any) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.household_id].append(row)
    return found


def _home(home: Household, found: Grid, today: date) -> Json:
    """One household without its prefilled income."""
    number = home.pk
    residence = found.residences.get(number)
    case = found.cases.get(number)
    sections = found.sections[number]
    walked = found.walked.get(number)
    return {
        "id": number,
        "code": home.code,
        "head": home.head_name,
        "address": residence.group_name if residence else "",
        "place": tree().full_name(home.residence),
        "relocated": home.relocated,
        "stage": home.stage,
        "stage_title": STAGE_TITLES.get(home.stage, ""),
        "groups": [{"code": g.group, "words": g.sentence} for g in found.groups.get(number, [])],
        "sections": {name: {"version": v, "values": _masked(values)} for name, (v, values) in sections.items()},
        "members": [_member(m, sections, today) for m in found.members.get(number, [])],
        "clues": [_clue(clue, found) for clue in found.clues.get(number, [])],
        "tasks": [_task(task) for task in found.tasks.get(number, [])],
        "case": _case(case) if case else None,
        "visits": [_visit(visit) for visit in found.visits.get(number, [])[:LATEST]],
        "entries": [_entry(entry) for entry in found.entries.get(number, [])[:LATEST]],
        "entered_in_round": walked.isoformat() if walked else None,
        "news": found.news.get(number, []),
    }


def _masked(values: Mapping[str, Value]) -> Json:
    """A phone number never lies on a phone in full."""
    return {name: mask_phone(str(v)) if name == "phone" and v else v for name, v in values.items()}


def _member(one: Membership, sections: Mapping[str, tuple[int, dict[str, Value]]], today: date) -> Json:
    person = one.person
    values = sections.get(f"person:{person.pk}", (0, {}))[1]
    return {
        "id": person.pk,
        "name": person.name,
        "relation": one.relation,
        "age": age_on(person.birth_date, today) if person.birth_date else None,
        "sex": person.sex,
        "phone": mask_phone(str(values["phone"])) if values.get("phone") else "",
        "present": not (person.left_on and person.left_on <= today),
    }


def _clue(clue: Clue, found: Grid) -> Json:
    return {
        "id": clue.pk,
        "version": clue.row_version,
        "risk": clue.risk,
        "risk_title": RISK_TYPES.get(clue.risk, clue.risk),
        "headline": clue.headline,
        "opened_on": clue.opened_on.isoformat(),
        "due_on": clue.due_on.isoformat(),
        "state": clue.state,
        "evidence": found.evidence.get(clue.pk, []),
        "explain": found.explain.get(clue.household_id or 0, []),
    }


def _task(task: Task) -> Json:
    return {"id": task.pk, "title": task.title, "why": task.why, "due_at": task.due_at.isoformat()}


def _case(case: Case) -> Json:
    due = case.step_due or case.whole_due
    return {"title": STATE_TITLES[State(case.state)], "due_on": due.isoformat() if due else None}


def _visit(visit: Visit) -> Json:
    return {
        "on": visit.visited_on.isoformat(),
        "by": visit.checkers or visit.post_title,
        "purposes": [PURPOSES[Purpose(p)] for p in visit.purposes],
        "conclusion": OUTCOMES.get(Conclusion(visit.conclusion), "") if visit.conclusion else "",
        "reason": visit.reason,
    }


def _entry(entry: Entry) -> Json:
    title = Entry.Result(entry.result).label
    return {"on": entry.on.isoformat(), "by": entry.post_title, "result_title": str(title), "words": entry.words}


def _prefill(household: int, today: date, about: list[RowsAbout]) -> Json:
    known = prefill(household, today, found=about)
    return {
        "income": {item: {"fen": line.fen, "note": line.note} for item, line in known.income.items()},
        "self_paid": [{"what": cost.what, "fen": cost.fen} for cost in known.self_paid],
        "claims_fen": known.claims_fen,
        "debts_fen": known.debts_fen,
        "people": known.people,
        "labour": known.labour,
        "house_grade": known.house_grade,
        "water_source": known.water_source,
        "sources": list(known.sources),
    }
