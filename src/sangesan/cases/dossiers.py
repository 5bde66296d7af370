"""What the record holds of many cases at once, as the preconditions ask it; a fixed number of queries."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

from sangesan.amendments.queries import parameter_book
from sangesan.assistance.models import Measure
from sangesan.cases.irregularity_rules import MemberFacts
from sangesan.cases.models import (
    AgendaItem,
    Attempt,
    Authorisation,
    Case,
    Comparison,
    Meeting,
    NoticeCase,
    Objection,
)
from sangesan.cases.objections import days_stopped
from sangesan.cases.outcomes import CARRYING
from sangesan.cases.preconditions import Record
from sangesan.cases.states import EXITING
from sangesan.registry.domain import age_on
from sangesan.registry.models import Condition, Membership
from sangesan.visits.domain import TESTS, Conclusion
from sangesan.visits.models import Visit

ADULT_AGE = 18
ENTRY_PURPOSES = frozenset({"clue", "identification"})
EXIT_PURPOSES = frozenset({"elimination"})
LINE = "monitoring_line"


@dataclass
class Dossier:
    """A case with what was found for it. members: by person, of those alive and present.

    visit: the one that counts for where the case stands; items: agenda items by kind of meeting, notice: both only
    while the case stands where it stood when they were made. line_fen: the day's monitoring line.
    """

    case: Case
    members: dict[int, MemberFacts] = field(default_factory=dict)
    visit: Visit | None = None
    authorised: dict[int, Authorisation] = field(default_factory=dict)
    comparison: Comparison | None = None
    items: dict[str, AgendaItem] = field(default_factory=dict)
    notice: NoticeCase | None = None
    objections: list[Objection] = field(default_factory=list)
    measures: list[Measure] = field(default_factory=list)
    attempts: int = 0
    line_fen: int | None = None

    @property
    def exiting(self) -> bool:
        return self.case.state in EXITING

    @property
    def adults(self) -> list[int]:
        """Members of full age; those without a known birth date count as adults."""
        return [person for person, m in self.members.items() if m.age is None or m.age >= ADULT_AGE]

    @property
    def labour(self) -> int:
        """Members who can work: as the visit saw it, else as the register has it."""
        if self.visit is not None and self.visit.labour is not None:
            return self.visit.labour
        return sum(m.able for m in self.members.values())


def dossiers(cases: Sequence[Case], on: date) -> list[Dossier]:
    """The dossiers of cases, in their order, as of a day."""
    line = parameter_book().value(LINE, on)
    made = {case.pk: Dossier(case, line_fen=int(line.value) if line else None) for case in cases}
    homes = {case.household_id: made[case.pk] for case in cases}
    _members(homes, on)
    _visits(made)
    for given in Authorisation.objects.filter(case__in=made):
        if given.round == made[given.case_id].case.round:
            made[given.case_id].authorised[given.person_id] = given
    for comparison in Comparison.objects.filter(case__in=made).prefetch_related("hits"):
        if comparison.round == made[comparison.case_id].case.round:
            made[comparison.case_id].comparison = comparison
    for item in AgendaItem.objects.filter(case__in=made).select_related("meeting").order_by("id"):
        if item.at_step == made[item.case_id].case.steps:
            made[item.case_id].items[item.meeting.kind] = item
    for notice in NoticeCase.objects.filter(case__in=made).select_related("notice").order_by("id"):
        if notice.at_step == made[notice.case_id].case.steps:
            made[notice.case_id].notice = notice
    for objection in Objection.objects.filter(case__in=made).order_by("id"):
        if objection.round == made[objection.case_id].case.round:
            made[objection.case_id].objections.append(objection)
    for measure in Measure.objects.filter(household__in=homes).exclude(state="stopped").order_by("id"):
        homes[measure.household_id].measures.append(measure)
    for case_id, round_ in Attempt.objects.filter(case__in=made).values_list("case_id", "round"):
        made[case_id].attempts += round_ == made[case_id].case.round
    return list(made.values())


def record_of(dossier: Dossier, on: date, *, warnings_open: int) -> Record:
    """What the preconditions ask, from a dossier; warnings_open: irregularities without a reason."""
    case, visit, notice = dossier.case, dossier.visit, dossier.notice
    appraisal = dossier.items.get(Meeting.Kind.APPRAISAL)
    sitting, joint = dossier.items.get(Meeting.Kind.TOWN_REVIEW), dossier.items.get(Meeting.Kind.JOINT_MEETING)
    hits = list(dossier.comparison.hits.all()) if dossier.comparison else []
    objections = _of_notice(dossier)
    landed = [m for m in dossier.measures if m.state == "landed"]
    return Record(
        checkers=len(visit.checker_names) if visit else 0,
        visit_signed=bool(visit and visit.signed),
        adults=len(dossier.adults),
        adults_authorised=len(set(dossier.adults) & set(dossier.authorised)),
        compared=dossier.comparison is not None,
        hits=len(hits),
        hits_explained=sum(1 for hit in hits if hit.explanation),
        category=case.category,
        risks=len(case.risks),
        helper=str(case.helper_id or ""),
        measures_planned=len(dossier.measures),
        warnings_open=warnings_open,
        minutes=bool(appraisal and appraisal.meeting.minutes),
        present=(appraisal.meeting.present or 0) if appraisal else 0,
        votes_for=(appraisal.votes_for or 0) if appraisal else 0,
        notice_from=notice.notice.posted_on if notice else None,
        clock_stopped_days=days_stopped([(o.received_on, o.settled_on) for o in objections], on),
        objections_open=sum(1 for o in objections if o.settled_on is None),
        sitting=str(sitting.pk) if sitting and sitting.outcome in CARRYING else "",
        joint_meeting=str(joint.pk) if joint and joint.outcome in CARRYING else "",
        decision_number=case.exit_decision_number if dossier.exiting else case.decision_number,
        system_number=case.national_number,
        enrolled_on=case.enrolled_on,
        measures_landed=len(landed),
        income_per_head=visit.reference_per_head_fen if visit else None,
        line=dossier.line_fen,
        four_tests_sound=_sound(visit),
        risks_gone=None if visit is None else not set(visit.risks) & set(case.risks),
        new_risks=None if visit is None else len(set(visit.risks) - set(case.risks)),
        labour=dossier.labour,
        attempts=dossier.attempts,
        gone_proof=case.gone_proof,
    )


def evidence_of(dossier: Dossier) -> dict[str, list[int]]:
    """Ids by kind of what a step rests on, kept with the step."""
    found: dict[str, list[int]] = {
        "visits": [dossier.visit.pk] if dossier.visit else [],
        "authorised": sorted(dossier.authorised),
        "comparisons": [dossier.comparison.pk] if dossier.comparison else [],
        "meetings": sorted({item.meeting_id for item in dossier.items.values()}),
        "notices": [dossier.notice.notice_id] if dossier.notice else [],
        "objections": [o.pk for o in _of_notice(dossier)],
        "measures": [m.pk for m in dossier.measures],
    }
    return {kind: ids for kind, ids in found.items() if ids}


def _of_notice(dossier: Dossier) -> list[Objection]:
    notice = dossier.notice
    return [o for o in dossier.objections if notice is not None and o.notice_id == notice.notice_id]


def _sound(visit: Visit | None) -> bool | None:
    """All four tests sound; None while one is not known."""
    if visit is None or None in (answers := [visit.tests.get(k) for k in TESTS]):
        return None
    return all(answers)


def _members(homes: dict[int, Dossier], on: date) -> None:
    rows = list(Membership.objects.filter(household__in=homes, valid_to=None).select_related("person").order_by("id"))
    people = [row.person_id for row in rows]
    conditions = {c.person_id: c for c in Condition.objects.filter(person__in=people, valid_to=None)}
    for row in rows:
        p, c = row.person, conditions.get(row.person_id)
        if (p.died_on and p.died_on <= on) or (p.left_on and p.left_on <= on):
            continue
        homes[row.household_id].members[row.person_id] = MemberFacts(
            relation=row.relation,
            sex=p.sex,
            age=age_on(p.birth_date, on) if p.birth_date else None,
            health=c.health if c else "",
            labour=c.labour if c else "",
            schooling=c.schooling if c else "",
            work_place=c.work_place if c else "",
            work_months=c.work_months if c else None,
            insurance=c.medical_insurance if c else "",
            subsistence=c.subsistence if c else None,
            destitute=c.destitute if c else None,
        )


def _visits(made: dict[int, Dossier]) -> None:
    """The newest visit for where each case stands: of this round's identification, or since elimination was proposed."""
    by_case: defaultdict[int, list[Visit]] = defaultdict(list)
    for visit in Visit.objects.filter(case__in=list(made)).order_by("visited_on", "id"):
        by_case[visit.case or 0].append(visit)
    for case_id, visits in by_case.items():
        dossier = made[case_id]
        wanted = EXIT_PURPOSES if dossier.exiting else ENTRY_PURPOSES
        since = (dossier.case.exit_on if dossier.exiting else None) or dossier.case.began_on
        fitting = [v for v in visits if wanted & set(v.purposes) and v.visited_on >= since]
        if not dossier.exiting:
            fitting = [v for v in fitting if v.conclusion != Conclusion.NO_RISK]
        dossier.visit = fitting[-1] if fitting else None

