"""Everything one case's page shows, in a number of queries that does not depend on the case."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sangesan.accounts.models import Post
from sangesan.accounts.permissions import require
from sangesan.accounts.queries import holding
from sangesan.amendments.queries import parameter_book
from sangesan.cases.checking_records import Doubt, doubts, unanswered
from sangesan.cases.deadlines import Budget
from sangesan.cases.desk import acts_open_to
from sangesan.cases.dossiers import LINE, Dossier, dossiers, record_of
from sangesan.cases.due import budget_of
from sangesan.cases.history import steps_of
from sangesan.cases.models import AgendaItem, Attempt, Authorisation, Case, Invitation, NoticeCase, Objection
from sangesan.cases.objections import days_stopped
from sangesan.cases.permissions import case_for, role_in, visible_cases
from sangesan.cases.preconditions import Need, Record, lacking
from sangesan.cases.procedure import Transition, forward
from sangesan.cases.progress import Stage, stages
from sangesan.cases.states import State
from sangesan.clues.models import Clue
from sangesan.files.attaching import attachments_of
from sangesan.files.models import Attachment
from sangesan.policy.calendars import days_between
from sangesan.policy.regimes import Category, Regime, load_regimes
from sangesan.policy.risks import MOST_RISKS
from sangesan.registry.domain import age_on
from sangesan.registry.models import Membership
from sangesan.registry.queries import names_of
from sangesan.responsibility.domain import Duty
from sangesan.responsibility.queries import lead_of
from sangesan.visits.models import Visit

MOST_POSTS = 200


@dataclass(frozen=True)
class Adult:
    """An adult member with the authorisation of this round and the newest link that was made, where there are any."""

    person: int
    name: str
    relation: str
    age: int | None
    authorisation: Authorisation | None
    invitation: Invitation | None
    files: list[Attachment] = field(default_factory=list)


@dataclass(frozen=True)
class Proposal:
    """What data suggest for the study, with why. category None: income or line is not known, so it is asked for."""

    category: Category | None
    risks: tuple[str, ...]
    helper: Post | None
    income_fen: int | None
    line_fen: int | None
    formerly_poor: bool


@dataclass(frozen=True)
class CasePage:
    """A case with its record. line: the act that carries it on; needs: (precondition, whether it holds) of that act.

    role: of the table, under which the post acts ("" where it only looks on); acts: what it may do now.
    """

    case: Case
    dossier: Dossier
    record: Record
    regime: Regime
    role: str
    line: Transition | None
    needs: list[tuple[Need, bool]]
    lacking: frozenset[Need]
    acts: frozenset[str]
    budget: Budget | None
    stopped: int
    warnings: list[Doubt]
    stages: list[Stage]
    steps: list[dict[str, Any]]
    adults: list[Adult]
    proposal: Proposal
    visits: list[Visit]
    items: list[AgendaItem]
    notices: list[NoticeCase]
    objections: list[Objection]
    attempts: list[Attempt]
    helper: Post | None
    names: Mapping[int, str]
    step_left: int | None
    helpers: list[Post] = field(default_factory=list)

    @property
    def ready(self) -> bool:
        """Whether nothing is lacking for the act that carries the case on."""
        return all(holds for _, holds in self.needs)

    @property
    def open_objections(self) -> int:
        return sum(1 for o in self.objections if o.settled_on is None)


def case_page(post: Post, case_id: int, today: date) -> CasePage:
    """One case; raises NotAllowed outside the post's reach (also where it does not exist)."""
    case = case_for(require(post, "cases.see"), case_id)
    (dossier,) = dossiers([case], today)
    warnings = doubts([dossier])[case.pk]
    record = record_of(dossier, today, warnings_open=unanswered(warnings))
    regime, line, role = load_regimes()[case.regime], forward(State(case.state)), role_in(case, post)
    missing = frozenset(lacking(record, regime, today))
    steps = steps_of(case)
    stopped = max(case.stopped_days, days_stopped([(o.received_on, o.settled_on) for o in dossier.objections], today))
    return CasePage(
        case=case,
        dossier=dossier,
        record=record,
        regime=regime,
        role=role,
        line=line,
        needs=[(need, need not in missing) for need in line.needs] if line else [],
        lacking=missing,
        acts=frozenset(str(act) for act in acts_open_to(case, role)),
        budget=budget_of(case, stopped_days=stopped, today=today),
        stopped=stopped,
        warnings=warnings,
        stages=stages(case, steps, dossier, missing),
        steps=steps,
        adults=_adults(case, dossier, today),
        proposal=_proposal(case, dossier, regime, today),
        visits=list(Visit.objects.filter(case=case.pk, household=case.household_id).order_by("-visited_on", "-id")),
        items=list(AgendaItem.objects.filter(case=case).select_related("meeting").order_by("-id")),
        notices=list(NoticeCase.objects.filter(case=case).select_related("notice").order_by("-id")),
        objections=list(Objection.objects.filter(case=case).order_by("-id")),
        attempts=list(Attempt.objects.filter(case=case).order_by("-on", "-id")),
        helper=Post.objects.filter(pk=case.helper_id).select_related("user").first() if case.helper_id else None,
        names=names_of(dossier.members),
        step_left=days_between(today, case.step_due, regime.day_type) if case.step_due else None,
        helpers=helpers_for(case, today) if role else [],
    )


def cases_of(post: Post, household_id: int) -> list[Case]:
    """A household's cases that the post may see, the newest first."""
    return list(visible_cases(require(post, "cases.see")).filter(household=household_id).order_by("-id"))


def helpers_for(case: Case, on: date) -> list[Post]:
    """The posts one may name as the household's helper: of its village, its grid, where it lives, and the town above."""
    places = {case.village, case.town, case.residence, case.residence_town}
    roles = [Post.Role.VILLAGE, Post.Role.GRID, Post.Role.TOWN]
    found = list(holding(on).filter(role__in=roles, division__in=places).order_by("pk")[:MOST_POSTS])
    found.sort(key=lambda p: (p.division != case.village, roles.index(Post.Role(p.role)), p.pk))
    return found


def _adults(case: Case, dossier: Dossier, on: date) -> list[Adult]:
    given = {a.person_id: a for a in Authorisation.objects.filter(case=case, round=case.round)}
    links = {i.person_id: i for i in Invitation.objects.filter(case=case, round=case.round).order_by("id")}
    rows = Membership.objects.filter(household=case.household_id, valid_to=None, person__in=dossier.adults)
    files = attachments_of([f"authorisation:{a.pk}" for a in given.values()])
    found = [
        Adult(
            person=row.person_id,
            name=row.person.name,
            relation=row.relation,
            age=age_on(row.person.birth_date, on) if row.person.birth_date else None,
            authorisation=given.get(row.person_id),
            invitation=links.get(row.person_id),
            files=files.get(f"authorisation:{given[row.person_id].pk}", []) if row.person_id in given else [],
        )
        for row in rows.select_related("person")
    ]
    return sorted(found, key=lambda a: (a.relation != "户主", -(a.age or 0), a.person))


def _proposal(case: Case, dossier: Dossier, regime: Regime, on: date) -> Proposal:
    visit, line = dossier.visit, parameter_book().value(LINE, on)
    income, line_fen = visit.reference_per_head_fen if visit else None, int(line.value) if line else None
    poor = case.household.formerly_poor
    return Proposal(
        category=regime.category_for(formerly_poor=poor, income_fen=income, line_fen=line_fen),
        risks=_ordered([*(visit.risks if visit else []), *_of_clues(case)]),
        helper=lead_of(case.household_id, Duty.ASSIST, on),
        income_fen=income,
        line_fen=line_fen,
        formerly_poor=poor,
    )


def _of_clues(case: Case) -> list[str]:
    """The risks of the clues that the case took up, in the order in which they came."""
    return list(Clue.objects.filter(case=case.pk).order_by("opened_on", "id").values_list("risk", flat=True))


def _ordered(risks: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(risks))[:MOST_RISKS]
