"""The county's tasks: the list with what lags, one project, the report form, the plan form, the import."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render, resolve_url
from django.utils import timezone
from django.utils.translation import gettext as _

from sangesan.accounts.models import Post
from sangesan.accounts.queries import holding
from sangesan.kernel.money import format_yuan
from sangesan.kernel.refusal import Refusal
from sangesan.leadership.units import departments, towns, unit, unit_of_post
from sangesan.projects.domain import MAIN_TITLES, Told
from sangesan.projects.importing import COLUMNS, EXAMPLE, NEEDED, take_projects
from sangesan.projects.kinds import project_kinds
from sangesan.projects.models import Plan
from sangesan.projects.planning import change_plan, plan_project, stop_project
from sangesan.projects.project_page import project_list, project_page, report_of
from sangesan.projects.queries import ProjectRow, limits, milestones_of, owner_title
from sangesan.projects.reporting import correct_report, report_progress
from sangesan.regions.queries import today, tree
from sangesan.web.guards import ASK, guarded, reachable
from sangesan.web.paging import key_of
from sangesan.web.project_forms import MILESTONE_ROWS, milestone_rows, plan_given, told_of
from sangesan.web.requests import Request
from sangesan.web.sending import kept
from sangesan.web.spreadsheets import download
from sangesan.web.submissions import new_submission, submission_of
from sangesan.web.village_forms import day_or
from sangesan.web.visit_form import files_of, list_of

PAGE = 60
WIDTHS = [14, 12, 26, 22, 18, 12, 12, 10, 8, 16, 60, 24]


@guarded("projects.see")
def projects(request: Request) -> HttpResponse:
    """All projects that the post sees, those that lag first; by kind, unit and how they stand."""
    return _list(request, None)


@guarded("projects.see")
def project(request: Request, project_id: int) -> HttpResponse:
    """One project: plan against reports, milestones, the timeline, earlier plans."""
    page = project_page(request.post, project_id, today())
    context = {
        "page": page,
        "row": page.row,
        "kind": project_kinds().get(page.row.project.kind),
        "may_report": page.may_report and reachable(request, "projects.report"),
        "may_plan": reachable(request, "projects.plan"),
        "limits": limits(today()),
        "submission": new_submission(),
        "today": today(),
        "section": "projects",
    }
    return render(request, "web/projects/project.html", context)


@guarded("projects.report", ASK)
def report(request: Request, project_id: int) -> HttpResponse:
    """The form of a progress report, for a phone at the site."""
    page = project_page(request.post, project_id, today())

    def again(refusal: Refusal | None) -> HttpResponse:
        last = page.row.last
        values = {
            "done": str(last.done) if last else "0",
            "money_paid": format_yuan(last.money_paid).replace(",", "") if last else "",
            "reached": set(last.milestones) if last else set(),
        }
        return _report_form(request, page.row, refusal, values)

    if request.method != "POST":
        return again(None)

    def keep() -> str:
        report_progress(
            post=request.post,
            project_id=project_id,
            told=told_of(request.POST),
            photos=files_of(request.FILES, "photos"),
            submission=submission_of(request.POST),
            today=today(),
            now=timezone.now(),
        )
        messages.success(request, _("进度已报送"))
        return resolve_url("project", project_id)

    return kept(request, keep, again)


@guarded("projects.report", ASK)
def correct(request: Request, report_id: int) -> HttpResponse:
    """The newest report, corrected or void; the report itself stays."""
    wrong = report_of(request.post, report_id)
    page = project_page(request.post, wrong.report.project_id, today())

    def again(refusal: Refusal | None) -> HttpResponse:
        values = {
            "done": str(wrong.report.done),
            "money_paid": format_yuan(wrong.report.money_paid).replace(",", ""),
            "reached": set(wrong.report.milestones),
            "words": wrong.words,
            "problem": wrong.problem,
            "need": wrong.need,
            "as_of": wrong.report.as_of,
            "correcting": wrong,
        }
        return _report_form(request, page.row, refusal, values)

    if request.method != "POST":
        return again(None)

    def keep() -> str:
        given = request.POST
        told: Told | None = None if given.get("result") == "void" else told_of(given)
        correct_report(
            post=request.post,
            report_id=report_id,
            told=told,
            reason=given.get("reason", ""),
            photos=files_of(request.FILES, "photos"),
            submission=submission_of(given),
            today=today(),
            now=timezone.now(),
        )
        messages.success(request, _("更正已登记，原来的报送仍可查看"))
        return resolve_url("project", wrong.report.project_id)

    return kept(request, keep, again)


@guarded("projects.plan", ASK)
def new(request: Request) -> HttpResponse:
    """The county sets a new project's plan."""

    def again(refusal: Refusal | None) -> HttpResponse:
        return _plan_form(request, None, refusal)

    if request.method != "POST":
        return again(None)

    def keep() -> str:
        made = plan_project(
            post=request.post,
            given=plan_given(request.POST),
            submission=submission_of(request.POST),
            today=today(),
            now=timezone.now(),
        )
        messages.success(request, _("计划已下达，责任单位会收到通知"))
        return resolve_url("project", made.pk)

    return kept(request, keep, again)


@guarded("projects.plan", ASK)
def change(request: Request, project_id: int) -> HttpResponse:
    """A changed plan, or the end of the project; both with a reason and a paper."""
    page = project_page(request.post, project_id, today())

    def again(refusal: Refusal | None) -> HttpResponse:
        return _plan_form(request, page.row.plan, refusal)

    if request.method != "POST":
        return again(None)

    def keep() -> str:
        given, reason = request.POST, request.POST.get("reason", "")
        about: dict[str, Any] = {
            "post": request.post, "project_id": project_id, "reason": reason,
            "submission": submission_of(given), "today": today(), "now": timezone.now(),
        }  # fmt: skip
        if given.get("result") == "stop":
            stop_project(**about, document=given.get("document", ""))
            messages.success(request, _("项目已终止"))
        else:
            change_plan(**about, given=plan_given(given, page.row.project))
            messages.success(request, _("计划已调整，调整前的仍可查看"))
        return resolve_url("project", project_id)

    return kept(request, keep, again)


@guarded("projects.plan", ("POST",))
def take(request: Request) -> HttpResponse:
    """Takes in a spreadsheet of projects, whole or not at all."""
    try:
        data, name = list_of(request, "请按样表填好后选择文件")
        taken = take_projects(
            post=request.post, data=data, filename=name, today=today(), now=timezone.now()
        )
    except Refusal as refusal:
        return _list(request, refusal)
    messages.success(request, _("读到 %(rows)s 行，新增 %(new)s 个项目，已有 %(known)s 个") % vars(taken))
    return redirect("projects")


@guarded("projects.plan")
def sample(request: Request) -> HttpResponseBase:  # noqa: ARG001  the same for everybody
    """The spreadsheet to fill in, with one example."""
    return download("重点工作计划样表", list(COLUMNS), [EXAMPLE], WIDTHS)


def _list(request: Request, refusal: Refusal | None) -> HttpResponse:
    post, day, asked = request.post, today(), request.GET
    kinds = project_kinds()
    kind = asked.get("kind", "") if asked.get("kind") in kinds else ""
    found = project_list(post, day, kind=kind, unit=asked.get("unit", ""), main=asked.get("main", ""))
    start = key_of(request) or 0
    context = {
        "found": found,
        "rows": found.rows[start : start + PAGE],
        "next": str(start + PAGE) if len(found.rows) > start + PAGE else "",
        "kinds": [(code, one.title) for code, one in kinds.items()],
        "kind": kind,
        "unit": asked.get("unit", ""),
        "main": asked.get("main", ""),
        "mains": [("lagging", _("滞后或未报送")), *((str(code), title) for code, title in MAIN_TITLES.items())],
        "may_plan": reachable(request, "projects.plan"),
        "own": unit_of_post(post) is not None,
        "columns": [(name, name in NEEDED) for name in COLUMNS],
        "refusal": refusal,
        "limits": limits(day),
        "today": day,
        "section": "projects",
    }
    return render(request, "web/projects/list.html", context, status=400 if refusal else 200)


def _report_form(request: Request, row: ProjectRow, refusal: Refusal | None, values: dict[str, Any]) -> HttpResponse:
    given = request.POST
    reached = set(given.getlist("milestone")) if given else values["reached"]
    context = {
        "row": row,
        "milestones": [(one, one.code in reached) for one in milestones_of(row.plan)],
        "correcting": values.get("correcting"),
        "as_of": day_or(given, "as_of", values.get("as_of", today())),
        "values": {
            name: given.get(name, values.get(name, ""))
            for name in ("done", "money_paid", "words", "problem", "need", "reason")
        },
        "submission": given.get("submission") or new_submission(),
        "refusal": refusal,
        "today": today(),
        "section": "projects",
    }
    return render(request, "web/projects/report.html", context)


def _plan_form(request: Request, plan: Plan | None, refusal: Refusal | None) -> HttpResponse:
    given, day, places = request.POST, today(), tree()
    filled: dict[str, Any] = {}
    if plan is not None:
        filled = {
            "title": plan.project.title, "place": plan.project.place, "quantity": plan.quantity, "unit_word": plan.unit_word,
            "money_plan": format_yuan(plan.money_plan).replace(",", ""), "person": str(plan.person_id),
        }  # fmt: skip
    context = {
        "plan": plan,
        "kinds": [(code, one.title) for code, one in project_kinds().items()],
        "owners": [(_("镇"), [(one.key, one.title) for one in towns()]), (_("部门"), [(one.key, one.title) for one in departments()])],
        "villages": [
            (places.names[town], [(code, places.full_name(code)) for code in places.children.get(town, ())])
            for town in places.towns()
        ],
        "people": _people(plan) if plan else [],
        "owner_title": owner_title(plan.project.owner) if plan else "",
        "values": {**filled, **given.dict()},
        "start_on": day_or(given, "start_on", plan.start_on if plan else day),
        "end_on": day_or(given, "end_on", plan.end_on if plan else day + timedelta(days=180)),
        "milestones": milestone_rows(given, plan),
        "most": MILESTONE_ROWS,
        "submission": given.get("submission") or new_submission(),
        "refusal": refusal,
        "today": day,
        "section": "projects",
    }  # fmt: skip
    return render(request, "web/projects/plan.html", context)


def _people(plan: Plan) -> list[Post]:
    """The posts of the unit that answers; the roles are called as the kinds of units are."""
    owner = unit(plan.project.owner)
    rows = holding(today()).filter(role=owner.kind)
    rows = rows.filter(department=owner.code) if owner.kind == "department" else rows.filter(division=owner.code)
    return list(rows.order_by("pk"))
