"""Lists of projects and one project with its plans, reports and photos, as pages show them."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sangesan.accounts.models import Post
from sangesan.files.attaching import attachments_of
from sangesan.files.models import Attachment
from sangesan.projects.domain import LAGGING, Main, Milestone
from sangesan.projects.models import Plan, Report
from sangesan.projects.permissions import may_report, reached_project, visible_projects
from sangesan.projects.queries import ProjectRow, milestones_of, owner_title, rows_of
from sangesan.projects.reporting import subject_of
from sangesan.projects.words import opened


@dataclass(frozen=True)
class ProjectList:
    """The rows that were asked for, and over all that the post sees: how many stand how, by kind and unit."""

    rows: list[ProjectRow]
    by_main: Mapping[str, int]
    units: list[tuple[str, str]]
    done: int
    quantity: int


@dataclass(frozen=True)
class ReportShown:
    """A report with what it says and its photos."""

    report: Report
    words: str
    problem: str
    need: str
    photos: list[Attachment]


@dataclass(frozen=True)
class ProjectPage:
    """One project. plans: the newest first; reports: the newest first, corrected ones with them."""

    row: ProjectRow
    milestones: list[tuple[Milestone, bool]]
    plans: list[Plan]
    reports: list[ReportShown]
    may_report: bool
    newest: int | None


def project_list(post: Post, on: date, *, kind: str = "", unit: str = "", main: str = "") -> ProjectList:
    """The projects that a post sees, those furthest behind first, then by number. main: "lagging" for both sorts."""
    found = visible_projects(post).order_by("pk")
    units = sorted({one.owner for one in found})
    if kind:
        found = found.filter(kind=kind)
    if unit:
        found = found.filter(owner=unit)
    rows = rows_of(found, on)
    counts = Counter(str(row.standing.main) for row in rows)
    wanted = LAGGING if main == "lagging" else (Main(main),) if main in list(Main) else tuple(Main)
    shown = [row for row in rows if row.standing.main in wanted]
    shown.sort(key=lambda row: (row.standing.main not in LAGGING, -row.standing.behind, row.project.pk))
    done = sum(row.last.done for row in rows if row.last)
    return ProjectList(
        shown, counts, [(one, owner_title(one)) for one in units], done, sum(row.plan.quantity for row in rows)
    )


def project_page(post: Post, project_id: int, on: date) -> ProjectPage:
    """One project. Raises NotAllowed outside the post's reach."""
    project = reached_project(post, project_id)
    plans = list(project.plans.select_related("person__user").order_by("-pk"))
    rows = rows_of([project], max(on, plans[0].set_on))
    row = rows[0]
    reports = list(project.reports.select_related("corrected_by").order_by("-pk"))
    photos = attachments_of([subject_of(one.pk) for one in reports])
    reached = set(row.last.milestones) if row.last else set()
    may = may_report(post, project) and not row.plan.stopped
    return ProjectPage(
        row,
        [(one, one.code in reached) for one in milestones_of(row.plan)],
        plans,
        [_shown(one, photos.get(subject_of(one.pk), [])) for one in reports],
        may,
        row.last.pk if row.last else None,
    )


def report_of(post: Post, report_id: int) -> ReportShown:
    """One report, for the form that corrects it. Raises NotAllowed."""
    found = Report.objects.filter(pk=report_id).select_related("project").first()
    project = reached_project(post, found.project_id if found else 0)
    row = Report.objects.get(pk=report_id, project=project)
    return _shown(row, attachments_of([subject_of(row.pk)]).get(subject_of(row.pk), []))


def sees_report(post: Post, report_id: int) -> bool:
    """Whether a report, and so its photos, is of a project that the post sees."""
    return Report.objects.filter(pk=report_id, project__in=visible_projects(post)).exists()


def _shown(report: Report, photos: list[Attachment]) -> ReportShown:
    said = opened(report.sealed)
    return ReportShown(report, said.get("words", ""), said.get("problem", ""), said.get("need", ""), photos)
