"""Duties as pages show them: towns and villages with what is missing, and one village's duties with their last periods."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q

from sangesan.accounts.models import Post
from sangesan.accounts.permissions import NotAllowed, require
from sangesan.clues.models import Clue
from sangesan.clues.permissions import visible_clues
from sangesan.files.attaching import attachments_of
from sangesan.files.models import Attachment
from sangesan.regions.queries import tree
from sangesan.village_work.domain import Logged, Mark, mark_of
from sangesan.village_work.kind_history import histories, kinds_on
from sangesan.village_work.kinds import Form, History, Kind
from sangesan.village_work.models import Assignment, Log, Plan, Problem
from sangesan.village_work.periods import Period
from sangesan.village_work.permissions import reached_village, villages_of
from sangesan.village_work.planning import subject_of as subject_of_plan
from sangesan.village_work.queries import Missing, current_logs, missing, open_problems, owner_words
from sangesan.village_work.recording import subject_of
from sangesan.village_work.words import LOG, PLAN, opened

STRIP = 12
LOGS_SHOWN = 20


@dataclass(frozen=True)
class Tally:
    """How a place stands. owed: duties its villages owe; missing, never: of these; problems: open ones."""

    code: str
    villages: int
    owed: int
    missing: int
    never: int
    worst_days: int
    problems: int


@dataclass(frozen=True)
class Cell:
    """One period of a strip. day: of the log that did it."""

    period: Period
    mark: Mark
    day: date | None


@dataclass(frozen=True)
class DutyRow:
    """One duty of a village. plan: the one in force with its content; late: what is missing of it, None where nothing."""

    kind: Kind
    assignment: Assignment
    owner: str
    strip: list[Cell]
    late: Missing | None
    plan: Plan | None
    plan_content: Mapping[str, Any]
    plan_files: list[Attachment]

    @property
    def now(self) -> Cell | None:
        return self.strip[-1] if self.strip else None


@dataclass(frozen=True)
class LogRow:
    """A log with its words and files."""

    log: Log
    kind: Kind
    words: str
    late_reason: str
    questions: list[tuple[str, bool]]
    photos: list[Attachment]


@dataclass(frozen=True)
class ProblemRow:
    """An open problem with what was written of it, oldest first."""

    problem: Problem
    kind: Kind
    logs: list[LogRow]


@dataclass(frozen=True)
class VillagePage:
    """A village's duties. logs: the newest, corrected ones among them."""

    village: str
    duties: list[DutyRow]
    problems: list[ProblemRow]
    logs: list[LogRow]


@dataclass(frozen=True)
class LogPage:
    """One log. earlier: the row it takes the place of; later: the one that takes its; clues: in the post's reach."""

    row: LogRow
    earlier: Log | None
    later: Log | None
    clues: list[Clue]


def late_duties(post: Post, on: date, *, division: str = "", kind: str = "") -> list[Missing]:
    """What is missing in the post's reach (of a division in it, of one kind), the latest first."""
    reach = set(villages_of(require(post, "village_work.see")))
    return [one for one in missing(on, division, kind=kind) if one.village in reach]


def tallies(post: Post, late: Sequence[Missing], on: date, *, by_town: bool, division: str = "") -> list[Tally]:
    """Towns (or villages) of the post's reach with how they stand, those with most missing first."""
    places = tree()
    reach = [v for v in villages_of(require(post, "village_work.see")) if not division or division in places.path(v)]
    place_of = {village: places.town_of(village) if by_town else village for village in reach}
    held = Q(valid_to=None) | Q(valid_to__gt=on)
    kinds = kinds_on(on)
    owed: Counter[str] = Counter()
    rows = Assignment.objects.filter(held, village__in=reach, valid_from__lte=on, kind__in=list(kinds))
    for village in rows.values_list("village", flat=True):
        owed[place_of[village]] += 1
    problems = Counter(place_of[p.village] for p in open_problems(reach))
    of: dict[str, list[Missing]] = {}
    for one in late:
        if one.village in place_of:
            of.setdefault(place_of[one.village], []).append(one)
    villages = Counter(place_of.values())
    found = [
        Tally(
            code, number, owed[code], len(of.get(code, [])), sum(m.never for m in of.get(code, [])),
            max((m.days_late for m in of.get(code, [])), default=0), problems[code],
        )
        for code, number in villages.items()
    ]  # fmt: skip
    return sorted(found, key=lambda t: (-t.missing, -t.problems, t.code))


def village_page(post: Post, village: str, on: date) -> VillagePage:
    """One village's duties on a day; raises NotAllowed outside the post's reach."""
    reached_village(require(post, "village_work.see"), village)
    known = histories()
    held = Q(valid_to=None) | Q(valid_to__gt=on)
    rows = Assignment.objects.filter(held, village=village, valid_from__lte=on).select_related("post__user")
    late = {one.kind: one for one in missing(on, village)}
    order = list(known)
    owed = sorted((row for row in rows if row.kind in known), key=lambda row: order.index(row.kind))
    strips = {row.kind: known[row.kind].schedule.last_periods(on, STRIP) for row in owed}
    logs = _logs_since(village, min((strip[0].start for strip in strips.values()), default=on), on)
    plans = _plans_in_force(village, on)
    files = attachments_of([subject_of_plan(plan.pk) for plan in plans.values()])
    duties = []
    for row in owed:
        kind = known[row.kind].on(on)
        if kind is None:
            continue
        plan = plans.get(row.kind)
        duties.append(
            DutyRow(
                kind=kind,
                assignment=row,
                owner=owner_words(row, kind),
                strip=_strip(strips[row.kind], logs.get(row.kind, []), row, on) if kind.form == Form.LOG else [],
                late=late.get(row.kind),
                plan=plan,
                plan_content=opened(PLAN, plan.sealed) if plan else {},
                plan_files=files.get(subject_of_plan(plan.pk), []) if plan else [],
            )
        )
    newest = Log.objects.filter(village=village, done_on__lte=on).select_related("problem", "corrected_by")
    return VillagePage(
        village, duties, _problems(village, known), _log_rows(list(newest.order_by("-done_on", "-id")[:LOGS_SHOWN]), known)
    )


def log_page(post: Post, log_id: int) -> LogPage:
    """One log with its files, what it corrects, what came of it; raises NotAllowed outside the post's reach."""
    reach = villages_of(require(post, "village_work.see"))
    log = Log.objects.filter(pk=log_id, village__in=reach).select_related("problem", "corrects").first()
    if log is None:
        raise NotAllowed("没有这条记录，或不在您的管理范围内", remedy="请从村的页面进入")
    (row,) = _log_rows([log], histories())
    clues = visible_clues(post).filter(sightings__source=subject_of(log.pk)).select_related("household").distinct()
    return LogPage(row, log.corrects, Log.objects.filter(corrects=log).first(), list(clues))


def problem_for(post: Post, problem_id: int) -> ProblemRow:
    """An open problem to follow up; raises NotAllowed."""
    problem = Problem.objects.filter(pk=problem_id, village__in=villages_of(post)).first()
    if problem is None:
        raise NotAllowed("没有这个问题，或不在您的管理范围内", remedy="请从村的页面进入")
    known = histories()
    rows = _log_rows(list(problem.logs.select_related("corrected_by").order_by("id")), known)
    return ProblemRow(problem, known[problem.kind].newest, rows)


def _logs_since(village: str, since: date, on: date) -> dict[str, list[Log]]:
    rows = current_logs().filter(village=village, done_on__gte=since, done_on__lte=on, follow_up=False)
    found: dict[str, list[Log]] = {}
    for log in rows.select_related("problem").defer("sealed").order_by("done_on", "id"):
        found.setdefault(log.kind, []).append(log)
    return found


def _strip(periods: Sequence[Period], logs: Sequence[Log], row: Assignment, on: date) -> list[Cell]:
    cells = []
    for period in periods:
        of = [log for log in logs if log.done_on in period]
        said = [
            Logged(log.done_on, log.result, log.problem is not None and log.problem.closed_on is None, log.late)
            for log in of
        ]
        mark = mark_of(period, said, owed_since=row.owed_since, on=on)
        cells.append(Cell(period, mark, of[-1].done_on if of else None))
    return cells


def _plans_in_force(village: str, on: date) -> dict[str, Plan]:
    rows = Plan.objects.filter(village=village, adopted_on__lte=on).order_by("adopted_on", "id")
    return {plan.kind: plan for plan in rows}


def _problems(village: str, known: Mapping[str, History]) -> list[ProblemRow]:
    problems = list(open_problems([village]))
    logs = Log.objects.filter(problem__in=problems).select_related("corrected_by").order_by("id")
    rows = _log_rows(list(logs), known)
    return [
        ProblemRow(problem, known[problem.kind].newest, [r for r in rows if r.log.problem_id == problem.pk])
        for problem in problems
        if problem.kind in known
    ]


def _log_rows(logs: Sequence[Log], known: Mapping[str, History]) -> list[LogRow]:
    files = attachments_of([subject_of(log.pk) for log in logs])
    rows = []
    for log in logs:
        history = known.get(log.kind)
        if history is None:
            continue
        kind, content = history.on(log.done_on) or history.newest, opened(LOG, log.sealed)
        answered = [(kind.questions.get(code, code), right) for code, right in log.answers.items()]
        photos = files.get(subject_of(log.pk), [])
        rows.append(LogRow(log, kind, content.get("words", ""), content.get("late_reason", ""), answered, photos))
    return rows
