"""The demonstration's assessments: the second quarter frozen after objections, the third running; a merit, a reminder talk."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time
from typing import Any
from uuid import UUID, uuid5

from sangesan.accounts.models import Post
from sangesan.accounts.queries import holding, system_post
from sangesan.assessment.computing import announce, compute, freeze
from sangesan.assessment.models import Assessment, Proceeding, Score
from sangesan.assessment.objecting import object_to, review
from sangesan.assessment.proceeding_domain import Kind as CaseKind
from sangesan.assessment.proceedings import check_facts, decide, issue, open_case, speak
from sangesan.assessment.sheets import Kind
from sangesan.bulletins.actions import issue as issue_document
from sangesan.bulletins.actions import sign
from sangesan.bulletins.models import Document
from sangesan.demo.village_teams import settings_of, write_teams
from sangesan.kernel.period import Quarter
from sangesan.leadership.queries import holder
from sangesan.leadership.units import towns
from sangesan.regions.queries import CHINA

SPACE = UUID("6f1d3c52-0000-4000-8000-000320220913")  # of the ids of forms that were sent
TEN = time(10, 0)

Progress = Callable[[int, int, str], None]


def write_assessment(*, today: date, now: datetime, progress: Progress) -> None:
    """Teams, a frozen and a running quarter, two cases; what is there already stays."""
    write_teams(today=today, now=now, progress=progress)
    office = holder("assessment_office_head", "", on=today)
    quarter = Quarter.parse(settings_of()["quarter"])
    if office is None or Assessment.objects.filter(period=str(quarter)).exists():
        progress(1, 1, "已有")
        return
    told = settings_of()
    _freeze(told, quarter, office)
    _cases(told, quarter, office, today)
    compute(post=system_post(), period=Quarter.of(today), as_of=today, now=now)
    progress(1, 1, f"{quarter} 已确定，{Quarter.of(today)} 计算中，{Proceeding.objects.count()} 件表扬和问责")


def _freeze(told: dict[str, Any], quarter: Quarter, office: Post) -> None:
    """Computed as of its last day, announced, objected to by two towns, frozen."""
    announced, frozen = told["announced_on"], told["frozen_on"]
    compute(post=system_post(), period=quarter, as_of=quarter.last_day(), now=_at(announced))
    for kind in Kind:
        announce(post=office, period=quarter, kind=kind, today=announced, now=_at(announced))
    for number, entry in enumerate(told["objections"]):
        _object(entry, quarter, office, number)
    for kind in Kind:
        freeze(post=office, period=quarter, kind=kind, today=frozen, now=_at(frozen))


def _object(entry: dict[str, Any], quarter: Quarter, office: Post, number: int) -> None:
    town = towns()[entry["town"]]
    score = Score.objects.get(assessment__period=str(quarter), subject=town.key)
    line = next(one for one in score.lines if one["code"] == entry["indicator"])
    secretary = holder("town_secretary", town.code, on=entry["raised_on"])
    if secretary is None:
        return
    row = object_to(
        post=secretary, score_id=score.pk, indicator=entry["indicator"], words=entry["words"],
        submission=uuid5(SPACE, f"objection:{number}"), today=entry["raised_on"], now=_at(entry["raised_on"]),
    )  # fmt: skip
    # no more can be given back than was lost
    restored = min(entry["restored"], line["points"] - line["got"])
    review(
        post=office, objection_id=row.pk, accepted=restored > 0, words=entry["reason"], restored=restored or None,
        today=entry["reviewed_on"], now=_at(entry["reviewed_on"]),
    )  # fmt: skip


def _cases(told: dict[str, Any], quarter: Quarter, office: Post, today: date) -> None:
    clerk = holding(today).filter(role=Post.Role.COUNTY).exclude(pk=office.pk).order_by("pk").first()
    head, deputy = (holder(seat, "", on=today) for seat in ("leading_group_head", "leading_group_deputy"))
    if clerk is None or head is None or deputy is None:
        return
    merit, fault = told["merit"], told["accountability"]
    town = towns()[merit["town"]]
    speaker = holder("town_secretary", town.code, on=merit["opened_on"])
    if speaker is not None:
        _case(merit, CaseKind.MERIT, town.key, None, "", clerk, speaker, deputy, head)
    score = _worst_department(quarter)
    person = holder("department_head", score.subject.partition(":")[2], on=fault["opened_on"]) if score else None
    if score is not None and person is not None:
        _case(fault, CaseKind.ACCOUNTABILITY, score.subject, person, f"score:{score.pk}", clerk, person, office, head)


def _case(
    entry: dict[str, Any],
    kind: CaseKind,
    unit: str,
    person: Post | None,
    origin: str,
    clerk: Post,
    speaker: Post,
    decider: Post,
    head: Post,
) -> None:
    """One case from its opening to the issued paper, each step by who may take it."""
    opened, decided = entry["opened_on"], entry["decided_on"]
    on, then = {"today": opened, "now": _at(opened)}, {"today": decided, "now": _at(decided)}
    row = open_case(
        post=clerk, kind=kind, unit=unit, person=person, origin=origin, words=entry["words"],
        submission=uuid5(SPACE, f"case:{kind}"), **on,
    )  # fmt: skip
    check_facts(post=clerk, number=row.pk, words=entry["facts"], **on)
    speak(post=speaker, number=row.pk, words=entry["own"], **on)
    row = decide(post=decider, number=row.pk, form=entry["form"], words=entry["reason"], **then)
    sign(post=head, document=_paper(row), **then)
    issue_document(post=clerk, document=_paper(row), **then)
    issue(post=clerk, number=row.pk, **then)


def _paper(row: Proceeding) -> Document:
    return Document.objects.get(pk=row.paper or 0)


def _worst_department(quarter: Quarter) -> Score | None:
    """The department with the lowest total of the quarter, by code where several have it."""
    rows = Score.objects.filter(
        assessment__period=str(quarter), assessment__kind=Kind.DEPARTMENT, frozen_total__isnull=False
    )
    return rows.order_by("frozen_total", "subject").first()


def _at(day: date) -> datetime:
    return datetime.combine(day, TEN, CHINA)
