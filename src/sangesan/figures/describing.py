"""What a counted record is called, in a few words, for whoever may know it: one query for each page and kind of record."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sangesan.accounts.models import Post
from sangesan.assistance.models import Measure, Request
from sangesan.cases.irregularity_rules import RULE_TITLES
from sangesan.cases.models import Case, Irregularity, Notice
from sangesan.cases.states import STATE_TITLES, State
from sangesan.checks.defects import defects
from sangesan.checks.permissions import visible_flags
from sangesan.clues.domain import STATES
from sangesan.clues.domain import State as ClueState
from sangesan.clues.models import Clue
from sangesan.exchange.contracts import load_contracts
from sangesan.inspections.models import Finding
from sangesan.leadership.units import Unit
from sangesan.patrols.models import Task
from sangesan.policy.risks import RISK_TYPES
from sangesan.projects.models import Project
from sangesan.regions.models import Grid
from sangesan.regions.queries import tree
from sangesan.registry.permissions import visible_households
from sangesan.supervision.models import LookBack, Sheet
from sangesan.supervision.words import number_of
from sangesan.village_work.kind_history import histories
from sangesan.village_work.models import Problem

Number = int | str
OF_NO_HOUSEHOLD = {"feed", "clue", "request", "sheet", "finding", "look_back", "project", "flag"}


@dataclass(frozen=True)
class Described:
    """name: the householder, or what it is; words: what of it; day: the one that counts; leads_to: (kind of record, its
    number or code) of the page that shows it, ("", "") for none.
    """

    name: str
    words: str = ""
    code: str = ""
    day: date | None = None
    leads_to: tuple[str, int | str] = ("", "")


Describing = Callable[[Post, Sequence[Number]], dict[Number, Described]]


def describe(post: Post, record: str, numbers: Sequence[Number]) -> dict[Number, Described]:
    """The records by number, as far as the post may know them; a department learns of no household."""
    if post.role == Post.Role.DEPARTMENT and record not in OF_NO_HOUSEHOLD:
        return {}
    return KINDS[record](post, numbers)


def _households(post: Post, numbers: Sequence[Number]) -> dict[Number, Described]:
    rows = visible_households(post).filter(pk__in=numbers)
    return {home.pk: Described(home.head_name, "", home.code, None, ("household", home.pk)) for home in rows}


def _clues(post: Post, numbers: Sequence[Number]) -> dict[Number, Described]:
    """A department learns what kind of clue its data raised and what became of it, not whose it is."""
    names = _names(
        post, Clue.objects.filter(pk__in=numbers, household__isnull=False).values_list("household_id", flat=True)
    )
    found: dict[Number, Described] = {}
    for clue in Clue.objects.filter(pk__in=numbers):
        risk, state = RISK_TYPES.get(clue.risk, clue.risk), STATES[ClueState(clue.state)]
        if post.role == Post.Role.DEPARTMENT:
            found[clue.pk] = Described(risk, state, "", clue.opened_on)
        elif clue.household_id is None:
            found[clue.pk] = Described(risk, state, "", clue.opened_on, ("clue", clue.pk))
        elif clue.household_id in names:
            name, code = names[clue.household_id]
            found[clue.pk] = Described(name, f"{risk}，{state}", code, clue.opened_on, ("clue", clue.pk))
    return found


def _cases(post: Post, numbers: Sequence[Number]) -> dict[Number, Described]:
    rows = list(Case.objects.filter(pk__in=numbers))
    names = _names(post, [case.household_id for case in rows])
    return {
        case.pk: Described(
            names[case.household_id][0], STATE_TITLES[State(case.state)], names[case.household_id][1], case.step_on,
            ("case", case.pk),
        )
        for case in rows
        if case.household_id in names
    }  # fmt: skip


def _warnings(post: Post, numbers: Sequence[Number]) -> dict[Number, Described]:
    rows = list(Irregularity.objects.filter(pk__in=numbers).select_related("case"))
    names = _names(post, [row.case.household_id for row in rows])
    found: dict[Number, Described] = {}
    for row in rows:
        if row.case.household_id in names:
            name, code = names[row.case.household_id]
            words = RULE_TITLES.get(row.code, row.code)
            found[row.pk] = Described(name, words, code, row.raised_on, ("case", row.case_id))
    return found


def _measures(post: Post, numbers: Sequence[Number]) -> dict[Number, Described]:
    rows = list(Measure.objects.filter(pk__in=numbers))
    names = _names(post, [row.household_id for row in rows])
    return {
        row.pk: Described(
            names[row.household_id][0], row.title, names[row.household_id][1], row.landed_on,
            ("household", row.household_id),
        )
        for row in rows
        if row.household_id in names
    }  # fmt: skip


def _tasks(post: Post, numbers: Sequence[Number]) -> dict[Number, Described]:
    rows = list(Task.objects.filter(pk__in=numbers))
    names = _names(post, [row.household_id for row in rows])
    return {
        row.pk: Described(
            names[row.household_id][0], row.title, names[row.household_id][1], row.due_at.date(),
            ("household", row.household_id),
        )
        for row in rows
        if row.household_id in names
    }  # fmt: skip


def _grids(_post: Post, numbers: Sequence[Number]) -> dict[Number, Described]:
    rows = Grid.objects.filter(pk__in=numbers)
    return {row.pk: Described(row.name, "", row.code, None, ("grid", row.code)) for row in rows}


def _notices(_post: Post, numbers: Sequence[Number]) -> dict[Number, Described]:
    rows = Notice.objects.filter(pk__in=numbers)
    return {
        row.pk: Described(row.place, f"至 {row.until.isoformat()}", "", row.posted_on, ("notice", row.pk))
        for row in rows
    }


def _problems(_post: Post, numbers: Sequence[Number]) -> dict[Number, Described]:
    titles = {code: history.newest.title for code, history in histories().items()}
    return {
        row.pk: Described(titles.get(row.kind, row.kind), "", "", row.opened_on, ("village", row.village))
        for row in Problem.objects.filter(pk__in=numbers)
    }


def _requests(post: Post, numbers: Sequence[Number]) -> dict[Number, Described]:
    """What is asked may name a household: a department sees only that there is a request."""
    return {
        row.pk: Described(
            Request.State(row.state).label, "" if post.role == Post.Role.DEPARTMENT else row.need, "", row.raised_on
        )
        for row in Request.objects.filter(pk__in=numbers)
    }


def _feeds(_post: Post, numbers: Sequence[Number]) -> dict[Number, Described]:
    contracts, found = load_contracts(), {}
    for number in numbers:
        code, _, month = str(number).partition(":")
        feed = contracts.feeds.get(code)
        title = feed.title if feed else code
        found[number] = Described(title, month, "", None, ("department", feed.department if feed else ""))
    return found


def _sheets(_post: Post, numbers: Sequence[Number]) -> dict[Number, Described]:
    """A sheet's matter never names a household."""
    return {
        row.pk: Described(number_of(row), row.matter, Unit(*row.unit.split(":")).title, row.due_on, ("sheet", row.pk))
        for row in Sheet.objects.filter(pk__in=numbers)
    }


def _findings(_post: Post, numbers: Sequence[Number]) -> dict[Number, Described]:
    """Of which class and where; its words stand on its own page, for whoever may read them."""
    known = defects()
    return {
        row.pk: Described(
            known[row.defect].title if row.defect in known else row.defect, tree().full_name(row.place),
            Unit(*row.unit.split(":")).title, row.found_on, ("finding", row.pk),
        )
        for row in Finding.objects.filter(pk__in=numbers)
    }  # fmt: skip


def _look_backs(_post: Post, numbers: Sequence[Number]) -> dict[Number, Described]:
    results = {"corrected": "已整改", "came_back": "反弹", "not_corrected": "未整改"}
    return {
        row.pk: Described(
            row.sheet.matter, results.get(row.result, "未复查"), "", row.found_on, ("sheet", row.sheet_id)
        )
        for row in LookBack.objects.filter(pk__in=numbers).select_related("sheet")
    }


def _projects(_post: Post, numbers: Sequence[Number]) -> dict[Number, Described]:
    return {
        row.pk: Described(
            row.title, tree().full_name(row.place), Unit(*row.owner.split(":")).title, None, ("project", row.pk)
        )
        for row in Project.objects.filter(pk__in=numbers)
    }


def _flags(post: Post, numbers: Sequence[Number]) -> dict[Number, Described]:
    """What a check says; of a household its name stands before it, where the post may see it."""
    known, rows = defects(), list(visible_flags(post).filter(pk__in=numbers))
    names = _names(post, [row.household_id for row in rows]) if post.role != Post.Role.DEPARTMENT else {}
    found: dict[Number, Described] = {}
    for row in rows:
        name, code = names.get(row.household_id or 0, ("", ""))
        title = known[row.defect].title if row.defect in known else row.defect
        words = row.sentence if not name else f"{title}，{row.sentence}"
        found[row.pk] = Described(name or title, words, code, row.first_seen, ("flag", row.pk))
    return found


def _names(post: Post, households: Iterable[int | None]) -> dict[int, tuple[str, str]]:
    """Householder and code of the households that the post may see."""
    rows = visible_households(post).filter(pk__in=[number for number in households if number])
    return {number: (name, code) for number, name, code in rows.values_list("pk", "head_name", "code")}


KINDS: dict[str, Describing] = {
    "household": _households, "clue": _clues, "case": _cases, "warning": _warnings, "measure": _measures, "task": _tasks,
    "grid": _grids, "notice": _notices, "problem": _problems, "request": _requests, "feed": _feeds,
    "sheet": _sheets, "finding": _findings, "look_back": _look_backs, "project": _projects,
    "flag": _flags,
}  # fmt: skip
