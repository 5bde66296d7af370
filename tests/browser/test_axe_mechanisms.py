"""axe over one page of each kind that supervision, the chain and the rhythm have: nothing serious."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from assessment.assessed_county import member
from browser.axe import faults_at
from browser.conftest import DESKTOP, PHONE
from bulletins.offices import drafted, seat
from inspections.inspection_builders import finish, inspectors, plan_of, target_of
from projects.builders import planned
from sangesan.accounts.queries import system_post
from sangesan.assessment.computing import compute
from sangesan.assessment.models import Proceeding, Score
from sangesan.assessment.proceeding_domain import Kind
from sangesan.assessment.proceedings import open_case
from sangesan.bulletins.actions import issue, sign
from sangesan.bulletins.models import Document
from sangesan.checks.models import Flag
from sangesan.checks.running import run_checks
from sangesan.dispatch import month_bulletin
from sangesan.dispatch.models import Snapshot, SpotCall
from sangesan.dispatch.quarter_meeting import prepare_meeting
from sangesan.dispatch.spot_calls import fix_week, prepare
from sangesan.dispatch.week_closing import close_week
from sangesan.draws.models import Draw
from sangesan.inspections.conducting import begin
from sangesan.inspections.models import Finding, Target
from sangesan.inspections.sampling import draw_sample
from sangesan.kernel.period import Month, Quarter, Week
from sangesan.leadership.assignments import give
from sangesan.leadership.models import Assignment
from sangesan.projects.models import Project
from sangesan.supervision.models import HandOver, LookBack, Sheet
from sangesan.supervision.nightly import run_night
from sangesan.supervision.reviewing import close
from supervision.sheets_county import Supervised, at, blue, corrected, finding, later, with_seats
from web.small_county import DAY, NOW, PASSWORD, TOWN_A, VILLAGE_A, SmallCounty, build

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
SECOND, THIRD = Quarter(2022, 2), Quarter(2022, 3)


@pytest.fixture
def county(transactional_db: None, tmp_path: Path, settings: Any) -> SmallCounty:
    del transactional_db
    settings.HOME = tmp_path
    return build(tmp_path)


def page_of(visitor: Any, username: str, size: dict[str, int]) -> Any:
    window = visitor(size)
    window.log_in(username, PASSWORD)
    return window.page


# --- what inspectors find, and what becomes of it ------------------------------------------------------------------


@pytest.fixture
def supervised(county: SmallCounty) -> Supervised:
    """A finding, sheets in several states and colours, a look-back, a hand-over, a document on its way and an issued one."""
    people = with_seats(county)
    finding(people)
    closed = corrected(people, blue(people, later(-40)), later(-39))
    close(post=people["team_head"], sheet_id=closed.pk, words="符合要求", **at(later(-38)))
    corrected(people, blue(people, later(-2), matter="双柳村巡查记录缺失"), later(-1))
    blue(people, later(-9), matter="双柳村记录不实", colour="red", reason="情况紧急需要从重", signed_by=people["group"])
    run_night(post=system_post(), day=DAY, today=DAY, now=NOW, progress=lambda *_: None)
    assert HandOver.objects.exists()
    run_checks(post=system_post(), as_of=DAY, now=NOW)
    seat(county, "execution_office_head", people["inspector"])
    drafted(county)
    document = drafted(county, "test:2")
    for name in ("style", "inspector"):
        document = sign(post=people[name], document=document, now=NOW, today=DAY)
    issue(post=people["inspector"], document=document, now=NOW, today=DAY)
    return people


def of_sheets() -> list[str]:
    return [reverse("sheet", args=[row.pk]) for row in Sheet.objects.order_by("pk")]


def test_findings_sheets_documents_at_the_inspectors_desk(supervised: Supervised, visitor: Any) -> None:
    del supervised
    first = Document.objects.order_by("pk")[0].pk
    addresses = [
        *of_sheets(),
        f"{reverse('sheet-new')}?unit=village:{VILLAGE_A}",
        f"{reverse('look-backs')}?show=done",
        reverse("look-back", args=[LookBack.objects.filter(result="")[0].pk]),
        reverse("finding", args=[Finding.objects.get().pk]),
        reverse("finding-new"),
        *(reverse("bulletin", args=[row.pk]) for row in Document.objects.all()),
        reverse("bulletin-edit", args=[first]),
        reverse("bulletin-changes", args=[first]),
        reverse("bulletin-new"),
        reverse("bulletin-numbers"),
        *(reverse("check-flag", args=[row.pk]) for row in Flag.objects.all()[:1]),
        reverse("check-rules"),
    ]
    assert faults_at(page_of(visitor, "test_team_head", DESKTOP), addresses) == {}


def test_sheets_and_documents_as_they_reach_a_village_s_phone(supervised: Supervised, visitor: Any) -> None:
    del supervised
    issued = Document.objects.get(state="issued").pk
    page = page_of(visitor, "test_village", PHONE)
    assert faults_at(page, [*of_sheets(), reverse("sheets"), reverse("bulletin", args=[issued])]) == {}
    group = page_of(visitor, "test_group", DESKTOP)
    assert faults_at(group, [reverse("hand-overs"), reverse("sheet", args=[HandOver.objects.all()[0].sheet_id])]) == {}


# --- inspections and draws ------------------------------------------------------------------------------------------


@pytest.fixture
def inspected(county: SmallCounty) -> Target:
    """A place under inspection, its households drawn; this week's village still to be drawn."""
    who = inspectors(county)
    target = target_of(who, plan_of(who))
    finish(draw_sample(post=who.one, target_id=target.pk, size=1, now=NOW, today=DAY), who)
    begin(post=who.one, target_id=target.pk, now=NOW)
    fix_week(post=system_post(), week=Week.of(DAY), today=DAY, now=timezone.now())
    return target


def test_inspections_and_draws(inspected: Target, visitor: Any) -> None:
    draws = [reverse("draw", args=[row.number]) for row in Draw.objects.all()]
    addresses = [
        reverse("inspection", args=[inspected.pk]),
        f"{reverse('finding-new')}?target={inspected.pk}",
        reverse("inspection-plan", args=[inspected.plan_id]),
        reverse("inspection-plans"),
        reverse("inspection-plan-new"),
        reverse("inspection-teams"),
        *draws,
    ]
    assert faults_at(page_of(visitor, "test_inspector", PHONE), addresses) == {}
    assert faults_at(page_of(visitor, "test_style_office", DESKTOP), [*draws, reverse("draws-ahead")]) == {}


# --- the chain and the rhythm ---------------------------------------------------------------------------------------


@pytest.fixture
def dispatched(county: SmallCounty, monkeypatch: pytest.MonkeyPatch) -> SmallCounty:
    """A closed week, a month with its bulletin, a quarter's pack, a call to a village; tasks, a project, scores, a case."""
    machine, posts = system_post(), county.posts
    quiet = {"now": NOW, "progress": lambda *_: None}
    close_week(post=machine, week=Week(2022, 36), as_of=Week(2022, 36).last_day(), **quiet)
    monkeypatch.setattr(
        month_bulletin, "produce", lambda _paper, kind: b"PK\x03\x04" if kind == "docx" else b"%PDF-1.7"
    )
    month_bulletin.make_bulletin(post=machine, month=Month(2022, 8), today=DAY, **quiet)
    prepare_meeting(post=machine, quarter=SECOND, today=DAY, **quiet)
    draw = fix_week(post=machine, week=Week.of(DAY), today=DAY, now=NOW)
    assert draw is not None
    prepare(post=machine, draw=finish(draw, inspectors(county)), today=DAY, now=NOW)
    give(
        post=posts["county"], title="核实未落实措施的户", words="逐户核实并安排措施", to=[posts["town"]],
        due_on=DAY + timedelta(7), origin="", submission=uuid4(), now=NOW, today=DAY,
    )  # fmt: skip
    planned(posts["county"])
    member(county)
    compute(post=posts["county"], period=THIRD, as_of=DAY, now=NOW)
    seat(county, "assessment_office_head", posts["county"])
    open_case(
        post=posts["county"], kind=Kind.MERIT, unit=f"village:{VILLAGE_A}", person=None, origin="", words="巡查认真，问题发现得早",
        submission=uuid4(), today=DAY, now=NOW,
    )  # fmt: skip
    return county


def of_the_rhythm() -> list[str]:
    score = Score.objects.get(subject=f"town:{TOWN_A}").pk
    return [
        reverse("weeks"),
        f"{reverse('figure-list')}?period=2022-W36&figure=households_visited&part=all&place={VILLAGE_A}",
        reverse("figure-catalogue"),
        reverse("month", args=["2022-08"]),
        reverse("quarter", args=[str(SECOND)]),
        reverse("assignment", args=[Assignment.objects.get().pk]),
        reverse("assignment-new"),
        reverse("project", args=[Project.objects.get().pk]),
        reverse("score", args=[score]),
        reverse("score-sheet", args=["town"]),
        f"{reverse('seat')}?seat=town_secretary&scope={TOWN_A}",
        reverse("attendance-village", args=[VILLAGE_A]),
    ]


def test_the_rhythm_on_a_town_s_phone(dispatched: SmallCounty, visitor: Any) -> None:
    del dispatched
    assert faults_at(page_of(visitor, "test_town", PHONE), of_the_rhythm()) == {}


def test_the_rhythm_at_the_county_s_desk(dispatched: SmallCounty, visitor: Any) -> None:
    del dispatched
    assert Snapshot.objects.count() >= 3
    addresses = [
        *of_the_rhythm(),
        f"{reverse('figure-correct')}?period=2022-W36&place={VILLAGE_A}&figure=problems_found",
        reverse("spot-call", args=[SpotCall.objects.get().pk]),
        reverse("project-new"),
        reverse("project-import"),
        reverse("project-plan", args=[Project.objects.get().pk]),
        reverse("seat-import"),
        reverse("assessment-year"),
        reverse("proceeding", args=[Proceeding.objects.get().pk]),
        reverse("proceeding-new"),
    ]
    assert faults_at(page_of(visitor, "test_county", DESKTOP), addresses) == {}
