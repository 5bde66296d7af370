"""Reporting how far a project is, and correcting a report. A report sent twice is one."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from sangesan.accounts.acting import acting
from sangesan.accounts.models import Post
from sangesan.accounts.permissions import NotAllowed, require
from sangesan.accounts.submissions import own_only
from sangesan.amendments.queries import parameter_number
from sangesan.files.attaching import Prepared, place_all, prepare_all
from sangesan.files.models import Attachment, StoredFile
from sangesan.kernel.refusal import Refusal
from sangesan.projects.domain import SHORTEST_WORDS, Before, Told, check_report, percent_of
from sangesan.projects.models import Plan, Project, Report
from sangesan.projects.permissions import may_report, reached_project
from sangesan.projects.queries import counting, planned
from sangesan.projects.words import opened, seal

ACT = "projects.report"
ENTRY_DAYS = "project_entry_days"
MOST_PHOTOS = 9
LONGEST = 1000


def subject_of(report_id: int) -> str:
    """The subject of a report's attachments."""
    return f"project_report:{report_id}"


def report_progress(
    *,
    post: Post,
    project_id: int,
    told: Told,
    photos: Sequence[bytes] = (),
    submission: UUID,
    today: date,
    now: datetime,
) -> Report:
    """How far a project is; the same submission again gives the same report. Raises Refusal, NotAllowed."""
    require(post, ACT)
    if (there := _sent_before(submission, post)) is not None:
        return there
    prepared = _prepared(photos)
    with acting(post, ACT, on=f"project:{project_id}") as act:
        project, plan = _locked(post, project_id)
        if (there := _sent_before(submission, post)) is not None:  # the same form twice at once
            return there
        last = counting([project.pk], today).order_by("as_of", "pk").last()
        _check(told, plan, last, len(prepared), today)
        row = _new(project, plan, told, post=post, submission=submission, today=today, now=now)
        row.save()
        _attach(row, prepared, post, now)
        act.on = subject_of(row.pk)
        act.detail = {"project": project.pk, "percent": row.percent, "problem": row.has_problem, "files": len(prepared)}
    return row


def correct_report(
    *,
    post: Post,
    report_id: int,
    told: Told | None,
    reason: str,
    photos: Sequence[bytes] = (),
    submission: UUID,
    today: date,
    now: datetime,
) -> Report:
    """A row that takes the place of a report (told None: of one that should not have been); the report itself stays.

    Its photos go on counting. Only the newest of a project is corrected: what came later was held against it.
    """
    require(post, ACT)
    if (there := _sent_before(submission, post)) is not None:
        return there
    prepared = _prepared(photos)
    with acting(post, ACT, on=subject_of(report_id), reason=reason.strip()) as act:
        wrong = Report.objects.filter(pk=report_id).first()
        if wrong is None:
            raise NotAllowed("没有这条报送，或不在您的管理范围内", remedy="请从项目页面进入")
        project, plan = _locked(post, wrong.project_id)
        rest = _correctable(wrong, reason, today)
        if told is not None:
            kept = Attachment.objects.filter(subject=subject_of(wrong.pk)).count()
            _check(told, plan, rest, len(prepared) + kept, today)
        row = _new(project, plan, told or _same(wrong), post=post, submission=submission, today=today, now=now)
        row.corrects, row.void = wrong, told is None
        _keep_correction(row)
        _attach(row, prepared, post, now)
        act.detail = {"report": row.pk, "percent": row.percent, "void": row.void, "files": len(prepared)}
    return row


def entry_days(on: date) -> int:
    """How many days back may still be reported."""
    return parameter_number(ENTRY_DAYS, on)


def _locked(post: Post, project_id: int) -> tuple[Project, Plan]:
    """The project, locked so that two reports at once are held against each other, and the plan in force."""
    project = reached_project(post, project_id)
    if not may_report(post, project):
        raise NotAllowed("这个项目不由您的单位报送", remedy="请由责任单位报送")
    project = Project.objects.select_for_update().get(pk=project.pk)
    plan = project.plans.order_by("pk").last()
    if plan is None:
        raise Refusal("项目还没有计划", place="计划", remedy="请由县专班下达计划")
    return project, plan


def _check(told: Told, plan: Plan, last: Report | None, photos: int, today: date) -> None:
    """Holds a report against the plan and the one before it."""
    before = Before(last.as_of, last.done, photos, last.money_paid) if last else Before(photos=photos)
    check_report(
        told, planned(plan), plan.quantity, before,
        today=today, entry_days=entry_days(today), money_plan=plan.money_plan,
    )  # fmt: skip


def _correctable(wrong: Report, reason: str, today: date) -> Report | None:
    """The report before the wrong one; raises Refusal where it may not be corrected."""
    if hasattr(wrong, "corrected_by") or wrong.void:
        raise Refusal("这条报送已经更正或作废", remedy="请更正最新的那一条")
    if len(reason.strip()) < SHORTEST_WORDS:
        raise Refusal("没有写为什么更正", place="更正原因", remedy="如“户数填错”“报到别的项目了”")
    rows = list(counting([wrong.project_id], today).order_by("as_of", "pk"))
    if not rows or rows[-1].pk != wrong.pk:
        raise Refusal("之后已有新的报送", place="更正", remedy="请更正最新的一条，或在下次报送中写明")
    return rows[-2] if len(rows) > 1 else None


def _same(report: Report) -> Told:
    said = opened(report.sealed)
    return Told(
        report.as_of,
        report.done,
        tuple(report.milestones),
        report.money_paid,
        said.get("words", ""),
        said.get("problem", ""),
        said.get("need", ""),
    )


def _new(
    project: Project, plan: Plan, told: Told, *, post: Post, submission: UUID, today: date, now: datetime
) -> Report:
    said = {"words": told.words, "problem": told.problem, "need": told.need}
    return Report(
        project=project,
        as_of=told.as_of,
        entered_on=today,
        done=told.done,
        percent=min(percent_of(told.done, plan.quantity), 100),
        milestones=list(told.milestones),
        money_paid=told.money_paid,
        has_problem=bool(told.problem.strip() or told.need.strip()),
        sealed=seal({key: text.strip()[:LONGEST] for key, text in said.items()}),
        submission=submission,
        post=post.pk,
        post_title=post.title,
        recorded_at=now,
    )


def _keep_correction(row: Report) -> None:
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        raise Refusal("这条报送刚由别人更正", remedy="请刷新页面") from None


def _prepared(photos: Sequence[bytes]) -> list[Prepared]:
    return prepare_all(photos, called="照片", most=MOST_PHOTOS, kind=StoredFile.Kind.PHOTO)


def _attach(report: Report, prepared: Sequence[Prepared], post: Post, now: datetime) -> None:
    place_all(prepared, called="照片", subject=subject_of(report.pk), role="photo", added_by=post.pk, now=now)


def _sent_before(submission: UUID, post: Post) -> Report | None:
    return own_only(Report.objects.filter(submission=submission).first(), post)
