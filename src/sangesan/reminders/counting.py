"""What lies before whom on a day: one query per kind over the whole county, folded to the places whose posts are told.

A place is a scope as the lists of clues have it: "county", a town's, village's or grid's code.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, Min, OuterRef, Q

from sangesan.accounts.models import Post
from sangesan.accounts.queries import holding
from sangesan.cases.desk import own_states
from sangesan.cases.models import Case
from sangesan.cases.states import ENDED
from sangesan.checks.queries import new_to_judge, open_by_unit
from sangesan.clues.domain import State
from sangesan.clues.models import Scope
from sangesan.clues.permissions import COUNTY
from sangesan.field.models import Conflict, Submission
from sangesan.messages.templates import Line, line_of, templates
from sangesan.patrols.models import Round, Task, Walked
from sangesan.patrols.rounds import in_scope, running
from sangesan.regions.queries import CHINA, tree
from sangesan.reminders.assessed import assessed_lines, attendance_lines
from sangesan.reminders.documents import document_lines
from sangesan.reminders.rhythm import meeting_lines, office_lines
from sangesan.reminders.supervised import look_back_lines, sheet_lines
from sangesan.reminders.weeks import week_lines
from sangesan.responsibility.domain import Line as Side
from sangesan.responsibility.models import Told
from sangesan.self_reports.domain import WAITING
from sangesan.self_reports.domain import State as SelfReport
from sangesan.self_reports.models import Report
from sangesan.village_work.queries import missing

Role = Post.Role
TOMORROW = timedelta(days=1)
ROUND_DAYS = (2, 0)  # days before a round's end on which is said what is left: a week's on Friday and Sunday

Key = tuple[str, str]  # role, place


@dataclass
class Tally:
    """A number, and the earliest day of what it counts."""

    number: int = 0
    first: date | None = None

    def add(self, number: int, first: date | None) -> None:
        self.number += number
        if number and first is not None:
            self.first = first if self.first is None else min(self.first, first)


@dataclass
class Before:
    """What lies before whom: sentences by role and place, and by post for what belongs to one phone."""

    by_place: dict[Key, list[Line]] = field(default_factory=lambda: defaultdict(list))
    by_post: dict[int, list[Line]] = field(default_factory=lambda: defaultdict(list))

    def say(self, template: str, tallies: Mapping[Key, Tally], link: str) -> None:
        """One sentence for each place with anything to count; the earliest day where the template has one."""
        kinds = templates()[template].fields
        for key, tally in tallies.items():
            if not tally.number:
                continue
            fields: dict[str, Any] = {"count": tally.number}
            if "day" in kinds:
                fields["day"] = tally.first
            self.by_place[key].append(line_of(template, fields, link))


def before_all(day: date, *, after_clue: int | None) -> Before:
    """Everything that posts are reminded of on a day. after_clue: clues with a higher number are new; None: today's."""
    found = Before()
    _clues(found, day, after_clue)
    _cases(found, day)
    _told(found)
    _tasks(found)
    _rounds(found, day)
    _self_reports(found)
    _field(found)
    _village_work(found, day)
    _checks(found, day)
    for key, line in week_lines(day):
        found.by_place[key].append(line)
    for key, line in (*attendance_lines(day), *look_back_lines(day), *meeting_lines()):
        found.by_place[key].append(line)
    for of_posts in (document_lines(day), assessed_lines(day), sheet_lines(day), office_lines(day)):
        for post, lines in of_posts.items():
            found.by_post[post] += lines
    return found


def _clues(found: Before, day: date, after_clue: int | None) -> None:
    new = Q(clue__opened_on=day) if after_clue is None else Q(clue__gt=after_clue)
    soon, late = Q(due_on__range=(day, day + TOMORROW)), Q(due_on__lt=day)
    rows = Scope.objects.filter(state=State.OPEN).filter(new | soon | late).values_list("scope")
    counted = rows.annotate(
        new=Count("pk", filter=new), new_first=Min("due_on", filter=new), soon=Count("pk", filter=soon),
        late=Count("pk", filter=late), late_first=Min("due_on", filter=late),
    )  # fmt: skip
    fresh, due, overdue = _tallies(), _tallies(), _tallies()
    for scope, new_number, new_first, soon_number, late_number, late_first in counted.order_by():
        for role in _roles_of(scope):
            overdue[(role, scope)].add(late_number, late_first)
            if role != Role.INSPECTOR:
                fresh[(role, scope)].add(new_number, new_first)
                due[(role, scope)].add(soon_number, None)
    found.say("clues_overdue", overdue, "/clues/?due=overdue")
    found.say("clues_due", due, "/clues/?due=week")
    found.say("new_clues", fresh, "/clues/")


def _cases(found: Before, day: date) -> None:
    soon, late = Q(step_due__range=(day, day + TOMORROW)), Q(step_due__lt=day)
    rows = Case.objects.exclude(state__in=ENDED).filter(step_due__lte=day + TOMORROW)
    counted = rows.values_list("state", "village", "town", "grid").annotate(
        soon=Count("pk", filter=soon), late=Count("pk", filter=late), first=Min("step_due", filter=late)
    )
    own = {role: own_states(Post(role=role)) for role in (Role.COUNTY, Role.TOWN, Role.VILLAGE, Role.GRID)}
    due, overdue = _tallies(), _tallies()
    for state, village, town, grid, soon_number, late_number, first in counted.order_by():
        places = {Role.COUNTY: COUNTY, Role.TOWN: town, Role.VILLAGE: village, Role.GRID: grid}
        for role, states in own.items():
            if state in states:
                due[(role, places[role])].add(soon_number, None)
                overdue[(role, places[role])].add(late_number, first)
        overdue[(Role.INSPECTOR, COUNTY)].add(late_number, first)
    found.say("cases_overdue", overdue, "/cases/?own=1&due=overdue")
    found.say("cases_due", due, "/cases/?own=1")


def _told(found: Before) -> None:
    rows = Told.objects.filter(acknowledged_at=None).values_list("division", "line", "household__grid")
    waiting = _tallies()
    for division, line, grid, number, first in rows.annotate(n=Count("pk"), first=Min("due_on")).order_by():
        waiting[(Role.VILLAGE, division)].add(number, first)
        waiting[(Role.TOWN, tree().town_of(division))].add(number, first)
        if line == Side.RESIDENCE:
            waiting[(Role.GRID, grid)].add(number, first)
    found.say("told_waiting", waiting, "/responsibility/")


def _tasks(found: Before) -> None:
    rows = Task.objects.filter(state=Task.State.OPEN).values_list("grid", "division", "town")
    waiting = _tallies()
    for grid, division, town, number, first in rows.annotate(n=Count("pk"), first=Min("due_at")).order_by():
        _up(waiting, grid, division, town, number, _local(first))
    found.say("tasks_open", waiting, "/patrols/")


def _rounds(found: Before, day: date) -> None:
    for row in running(day).order_by("ends_on", "pk"):
        if (row.ends_on - day).days in ROUND_DAYS:
            _round(found, row)


def _round(found: Before, row: Round) -> None:
    """What is left of one round: two queries, on the two days on which it is said."""
    met = Walked.objects.filter(round=row, household=OuterRef("pk"))
    homes = in_scope(row)
    left = homes.filter(~Exists(met)).values_list("grid", "residence", "residence_town").annotate(n=Count("pk"))
    waiting, total = _tallies(), 0
    for grid, division, town, number in left.order_by():
        _up(waiting, grid, division, town, number, row.ends_on)
        total += number
    found.say("round_left", waiting, "/patrols/")
    if row.kind == Round.Kind.WEEKLY and total:
        done = homes.count() - total
        line = line_of("round_of_county", {"done": done, "count": total}, "/patrols/")
        for role in (Role.COUNTY, Role.INSPECTOR):
            found.by_place[(role, COUNTY)].append(line)


def _self_reports(found: Before) -> None:
    rows = Report.objects.filter(state__in=WAITING).values_list("division", "town")
    waiting = _tallies()
    for division, town, number, first in rows.annotate(n=Count("pk"), first=Min("received_on")).order_by():
        waiting[(Role.VILLAGE, division)].add(number, first)
        waiting[(Role.TOWN, town)].add(number, first)
    found.say("self_reports_waiting", waiting, "/self-reports/")
    rows, lacking = Report.objects.filter(state=SelfReport.VERIFIED).values_list("division", "town"), _tallies()
    for division, town, number in rows.annotate(n=Count("pk")).order_by():
        for key in ((Role.VILLAGE, division), (Role.TOWN, town), (Role.COUNTY, COUNTY)):
            lacking[key].add(number, None)
    found.say("self_reports_to_register", lacking, "/self-reports/?tab=register")


def _field(found: Before) -> None:
    refused = Submission.objects.filter(state=Submission.State.REFUSED, mended_by=None).values_list("device__post")
    for post, number in refused.annotate(n=Count("pk")).order_by():
        found.by_post[post].append(line_of("field_refused", {"count": number}, "/phones/sent-back/"))
    clashes = Conflict.objects.filter(settled_at=None).values_list(
        "household__grid", "household__residence", "household__residence_town"
    )
    waiting = _tallies()
    for grid, division, town, number in clashes.annotate(n=Count("pk")).order_by():
        _up(waiting, grid, division, town, number, None)
    found.say("field_conflicts", waiting, "/phones/clashes/")


def _village_work(found: Before, day: date) -> None:
    lacking = _tallies()
    for one in missing(day):
        for key in (
            (Role.VILLAGE, one.village), (Role.TOWN, tree().town_of(one.village)), (Role.COUNTY, COUNTY),
            (Role.INSPECTOR, COUNTY),
        ):  # fmt: skip
            lacking[key].add(1, None)
    found.say("village_work_missing", lacking, "/village-work/")


def _checks(found: Before, day: date) -> None:
    """Villages, towns and departments: what the checks say of them; inspectors: what is new and nobody has judged."""
    waiting = _tallies()
    departments: Counter[str] = Counter()
    for unit, village, town, number in open_by_unit():
        kind, _colon, code = unit.partition(":")
        if kind == "department":
            departments[code] += number
        if village:
            waiting[(Role.VILLAGE, village)].add(number, None)
        if town:
            waiting[(Role.TOWN, town)].add(number, None)
    found.say("checks_open", waiting, "/checks/")
    if departments:
        for post in holding(day):
            if post.role == Role.DEPARTMENT and departments[post.department]:
                line = line_of("checks_open", {"count": departments[post.department]}, "/checks/")
                found.by_post[post.pk].append(line)
    fresh = new_to_judge(day - TOMORROW)
    if fresh:
        found.by_place[(Role.INSPECTOR, COUNTY)].append(
            line_of("checks_to_judge", {"count": fresh}, "/checks/?state=unjudged")
        )


def _tallies() -> dict[Key, Tally]:
    return defaultdict(Tally)


def _up(tallies: dict[Key, Tally], grid: str, division: str, town: str, number: int, first: date | None) -> None:
    """Counts for a grid, its village and its town."""
    for key in ((Role.GRID, grid), (Role.VILLAGE, division), (Role.TOWN, town)):
        tallies[key].add(number, first)


def _roles_of(scope: str) -> Iterable[str]:
    if scope == COUNTY:
        return (Role.COUNTY, Role.INSPECTOR)
    if "-" in scope:
        return (Role.GRID,)
    return (Role.TOWN,) if tree().levels.get(scope) == "town" else (Role.VILLAGE,)


def _local(at: datetime) -> date:
    return at.astimezone(CHINA).date()
