"""Setting a project's plan, changing it, giving it up. The plan before stays: a deadline that moved can be seen."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, transaction

from sangesan.accounts.acting import acting
from sangesan.accounts.models import Post
from sangesan.accounts.permissions import NotAllowed, require
from sangesan.kernel.refusal import Refusal
from sangesan.leadership.receivers import leader
from sangesan.leadership.units import Unit, unit, unit_of_post
from sangesan.messages.sending import tell
from sangesan.projects.domain import SHORTEST_WORDS, Milestone, Planned, check_plan
from sangesan.projects.kinds import project_kind
from sangesan.projects.models import Plan, Project
from sangesan.regions.queries import county, tree

ACT = "projects.plan"
GIVEN = "project_given"
LONGEST_REFERENCE, LONGEST_DOCUMENT = 40, 120


@dataclass(frozen=True)
class Given:
    """A plan as the county sets it. owner: key of the unit; place: division code, "" for the unit's own or the county.

    person: the post that answers; None: the unit's head. money_plan: fen. unit_word: "" as the kind has it.
    """

    reference: str
    kind: str
    title: str
    owner: str
    start_on: date
    end_on: date
    quantity: int
    document: str
    place: str = ""
    person: Post | None = None
    milestones: tuple[Milestone, ...] = ()
    unit_word: str = ""
    money_plan: int = 0


def plan_project(*, post: Post, given: Given, submission: UUID, today: date, now: datetime) -> Project:
    """A new project with its plan; the same submission again gives the same. Raises Refusal, NotAllowed."""
    require(post, ACT)
    there = Plan.objects.filter(submission=submission).select_related("project").first()
    if there is not None:
        return there.project
    try:
        with acting(post, ACT, on="project:new") as act, transaction.atomic():
            project = keep_project(post=post, given=given, submission=submission, today=today, now=now)
            act.on = f"project:{project.pk}"
            act.detail = {"kind": given.kind, "owner": given.owner, "quantity": given.quantity}
    except IntegrityError:  # the same form, or the same number, twice at once
        kept = Plan.objects.filter(submission=submission).select_related("project").first()
        if kept is None:
            raise Refusal(f"编号“{given.reference}”刚由别人下达", place="编号", remedy="请刷新页面") from None
        return kept.project
    return project


def keep_project(*, post: Post, given: Given, submission: UUID, today: date, now: datetime) -> Project:
    """The rows of a new project, within the caller's act. The owner is told. Raises Refusal."""
    person, place = _checked(given, today)
    if Project.objects.filter(reference=given.reference.strip()).exists():
        raise Refusal(f"编号“{given.reference}”已有项目", place="编号", remedy="请换一个编号，或在原项目上调整计划")
    project = Project.objects.create(
        reference=given.reference.strip(),
        kind=given.kind,
        title=given.title.strip(),
        owner=given.owner,
        place=place,
        recorded_at=now,
    )
    _new_plan(project, given, person, post=post, submission=submission, today=today, now=now)
    tell([person], GIVEN, {"count": 1}, f"/projects/{project.pk}/", source=f"project:{project.pk}", now=now)
    return project


def change_plan(
    *, post: Post, project_id: int, given: Given, reason: str, submission: UUID, today: date, now: datetime
) -> Plan:
    """A plan that takes the place of the one before, with a reason and a paper. Kind, owner and number stay."""
    require(post, ACT)
    there = Plan.objects.filter(submission=submission).first()
    if there is not None:
        return there
    with acting(post, ACT, on=f"project:{project_id}", reason=reason.strip()) as act:
        project = _locked(project_id)
        _reasoned(reason)
        same = Given(**{**given.__dict__, "kind": project.kind, "owner": project.owner, "reference": project.reference})
        person, _ = _checked(same, today)
        plan = _new_plan(
            project, same, person, post=post, submission=submission, today=today, now=now, reason=reason.strip()[:200]
        )
        act.detail = {"plan": plan.pk, "end": plan.end_on.isoformat(), "quantity": plan.quantity}
    return plan


def stop_project(
    *, post: Post, project_id: int, document: str, reason: str, submission: UUID, today: date, now: datetime
) -> Plan:
    """Gives a project up: it no longer lags, and its history stays. Raises Refusal, NotAllowed."""
    require(post, ACT)
    there = Plan.objects.filter(submission=submission).first()
    if there is not None:
        return there
    with acting(post, ACT, on=f"project:{project_id}", reason=reason.strip()) as act:
        project = _locked(project_id)
        _reasoned(reason)
        last = project.plans.order_by("pk").last()
        if last is None or last.stopped:
            raise Refusal("项目已经终止", place="终止", remedy="请刷新页面")
        last.pk, last.stopped, last.reason, last.document = None, True, reason.strip()[:200], _document(document)
        last.set_on, last.submission, last.recorded_at = today, submission, now
        last.post, last.post_title = post.pk, post.title
        last.save(force_insert=True)
        act.detail = {"plan": last.pk, "stopped": True}
    return last


def _new_plan(
    project: Project,
    given: Given,
    person: Post,
    *,
    post: Post,
    submission: UUID,
    today: date,
    now: datetime,
    reason: str = "",
) -> Plan:
    return Plan.objects.create(
        project=project,
        set_on=today,
        person=person,
        start_on=given.start_on,
        end_on=given.end_on,
        milestones=[
            {"code": one.code, "title": one.title.strip(), "due_on": one.due_on.isoformat(), "percent": one.percent}
            for one in sorted(given.milestones, key=lambda m: m.due_on)
        ],
        quantity=given.quantity,
        unit_word=(given.unit_word.strip() or project_kind(given.kind).unit_word)[:8],
        money_plan=given.money_plan,
        document=_document(given.document),
        reason=reason,
        submission=submission,
        post=post.pk,
        post_title=post.title,
        recorded_at=now,
    )


def _checked(given: Given, today: date) -> tuple[Post, str]:
    """The person who answers and the place; raises Refusal naming the field."""
    reference = given.reference.strip()
    if not reference or len(reference) > LONGEST_REFERENCE:
        raise Refusal("没有写编号", place="编号", remedy=f"请写县里的项目编号，{LONGEST_REFERENCE}个字以内")
    kind, owner = project_kind(given.kind), unit(given.owner)
    if owner.kind not in kind.owners:
        raise Refusal(f"{kind.title}不由{owner.title}负责", place="责任单位", remedy="请选择镇、村或部门")
    check_plan(given.title, Planned(given.start_on, given.end_on, given.milestones), given.quantity, given.money_plan)
    _document(given.document)
    return _person(given, owner, today), _place(given, owner)


def _person(given: Given, owner: Unit, today: date) -> Post:
    person = given.person or leader(owner.key, today)
    if person is None or person.user_id is None or not person.held_on(today):
        raise Refusal(f"{owner.title}现在没有责任人", place="责任人", remedy="请先在“职务和任期”登记，或另选岗位")
    if given.person is not None and unit_of_post(person) != owner:
        raise Refusal(f"“{person.title}”不是{owner.title}的岗位", place="责任人", remedy="请选责任单位的岗位")
    return person


def _place(given: Given, owner: Unit) -> str:
    if not given.place:
        return owner.code if owner.kind in {"town", "village"} else county().code
    if given.place not in tree().levels:
        raise Refusal(f"没有代码为“{given.place}”的地方", place="地点", remedy="请选择镇或村")
    return given.place


def _document(document: str) -> str:
    text = document.strip()
    if not 2 <= len(text) <= LONGEST_DOCUMENT:
        raise Refusal("没有写依据的文件", place="依据", remedy=f"如“县政办〔2022〕8号”，{LONGEST_DOCUMENT}个字以内")
    return text


def _reasoned(reason: str) -> None:
    if len(reason.strip()) < SHORTEST_WORDS:
        raise Refusal("没有写理由", place="理由", remedy=f"请至少写{SHORTEST_WORDS}个字，调整前的计划仍可查看")


def _locked(project_id: int) -> Project:
    project = Project.objects.select_for_update().filter(pk=project_id).first()
    if project is None:
        raise NotAllowed("没有这个项目", remedy="请从“重点工作”进入")
    return project
