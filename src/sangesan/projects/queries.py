"""Projects with their plan, their newest report and how they stand on a day."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Max, QuerySet

from sangesan.amendments.queries import parameter_book
from sangesan.leadership.units import Unit
from sangesan.projects.domain import (
    LAGGING,
    WHOLE,
    Limits,
    Milestone,
    Planned,
    Reported,
    Standing,
    following_percent,
    percent_of,
    standing,
)
from sangesan.projects.models import Plan, Project, Report
from sangesan.regions.queries import tree

REPORT_DAYS, BEHIND_DAYS = "project_report_days", "project_behind_days"


@dataclass(frozen=True)
class ProjectRow:
    """A project as a list shows it. last: the newest report that counts; None: none yet."""

    project: Project
    plan: Plan
    last: Report | None
    standing: Standing

    @property
    def owner_title(self) -> str:
        return owner_title(self.project.owner)

    @property
    def place_title(self) -> str:
        return tree().full_name(self.project.place)


def owner_title(key: str) -> str:
    """The name of a unit's key."""
    kind, _, code = key.partition(":")
    return Unit(kind, code).title


def limits(on: date) -> Limits:
    """The parameters that hold on a day."""
    book = parameter_book()
    return Limits(book.number(REPORT_DAYS, on), book.number(BEHIND_DAYS, on))


def rows_of(projects: Iterable[Project], on: date) -> list[ProjectRow]:
    """The projects with plan, report and standing as known on a day: three queries for however many.

    One without a plan by that day is left out.
    """
    wanted = list(projects)
    keys = [one.pk for one in wanted]
    plans = {
        plan.project_id: plan
        for plan in Plan.objects.filter(project__in=keys, set_on__lte=on).select_related("person__user").order_by("pk")
    }
    reports = {r.project_id: r for r in _newest(keys, on)}
    bounds = limits(on)
    return [
        ProjectRow(
            one, plan, reports.get(one.pk), standing(planned(plan), _reported(reports.get(one.pk), plan), on, bounds)
        )
        for one in wanted
        if (plan := plans.get(one.pk)) is not None
    ]


def counting(projects: Sequence[int], on: date) -> QuerySet[Report]:
    """The reports that count as known on a day: neither void nor corrected by then."""
    rows = Report.objects.filter(project__in=projects, entered_on__lte=on, void=False)
    return rows.exclude(corrected_by__entered_on__lte=on)


def _newest(projects: Sequence[int], on: date) -> QuerySet[Report]:
    """The last report of each: only the last is ever corrected, so that the highest number is the newest."""
    last = counting(projects, on).order_by().values("project").annotate(last=Max("pk")).values("last")
    return Report.objects.filter(pk__in=last)


def lagging(on: date, unit: str = "") -> list[ProjectRow]:
    """Projects (of one unit; "": all) that are behind or unreported on a day, the furthest behind first."""
    found = Project.objects.order_by("pk")
    rows = rows_of(found.filter(owner=unit) if unit else found, on)
    late = [row for row in rows if row.standing.main in LAGGING]
    return sorted(late, key=lambda row: (-row.standing.behind, -row.standing.silent, row.project.pk))


def planned(plan: Plan) -> Planned:
    """A plan's row as the decision needs it."""
    return Planned(plan.start_on, plan.end_on, milestones_of(plan), plan.stopped)


def milestones_of(plan: Plan) -> tuple[Milestone, ...]:
    """The milestones of a plan, in its order."""
    return tuple(
        Milestone(one["code"], one["title"], date.fromisoformat(one["due_on"]), one["percent"])
        for one in plan.milestones
    )


def _reported(report: Report | None, plan: Plan) -> Reported | None:
    """The report as the decision needs it, its share of the quantity that is planned now."""
    if report is None:
        return None
    share = min(percent_of(report.done, plan.quantity), WHOLE)
    following = following_percent(report.done, plan.quantity)
    return Reported(report.as_of, share, frozenset(report.milestones), following)
