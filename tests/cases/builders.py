"""Cases put where a test wants them, and records filled to the brim, written in bulk and past the acts."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from sangesan.accounts.models import Post
from sangesan.assistance.models import Landing, Measure, Need
from sangesan.cases.models import (
    AgendaItem,
    Authorisation,
    Case,
    Comparison,
    ComparisonHit,
    Meeting,
    Notice,
    NoticeCase,
    Step,
)
from sangesan.cases.procedure import TRANSITIONS
from sangesan.cases.states import State
from sangesan.registry.models import Household, Membership
from sangesan.visits.income import Line
from sangesan.visits.models import Visit
from web.small_county import DAY, NOW


def case_at(home: Household, state: State, post: Post, **fields: Any) -> Case:
    """A case with nothing on record but that it stands at a state (the database wants a step that led there)."""
    number = 1 + max(Case.objects.values_list("pk", flat=True), default=0)
    steps = 0 if state == State.CHECKING else 1
    if steps:
        line = next(t for t in TRANSITIONS.values() if t.target == state)
        Step.objects.create(
            case_id=number, round=1, number=1, act=line.act, source=line.state, target=line.target,
            line=f"{line.state}>{line.act}>{line.target}", on=DAY, recorded_at=NOW, post=post.pk, post_title=post.title,
        )  # fmt: skip
    return Case.objects.create(
        pk=number, household=home, village=home.village, town=home.town, residence=home.residence,
        residence_town=home.residence_town, grid=home.grid, regime="2021", state=state, steps=steps,
        **({"channel": "SELF", "reason": "户主住院，家中没有收入", "began_on": DAY, "step_on": DAY} | fields),
    )  # fmt: skip


def fill(case: Case, post: Post, on: date = DAY) -> dict[str, int]:
    """A record that leaves no box empty; the numbers of what was made, by kind."""
    people = list(Membership.objects.filter(household=case.household).values_list("person_id", flat=True))
    Case.objects.filter(pk=case.pk).update(
        category="unstable", risks=["01", "04"], helper=post, decision_number="试防返贫〔2022〕9号",
        exit_decision_number="试防返贫〔2023〕2号", national_number="61099800000001", enrolled_on=on, exit_on=on,
        eliminated_on=on, elimination_way="措施帮扶消除", green_channel_on=on, green_channel_reason="强降雨房屋受损",
    )  # fmt: skip
    case.refresh_from_db()
    visits = [_visit(case, post, on, p, c) for p, c in (("identification", "needs_procedure"), ("elimination", "risk_gone"))]
    Visit.objects.bulk_create(visits)
    Authorisation.objects.bulk_create(
        Authorisation(case=case, round=1, person_id=p, way="fingerprint", on=on, recorded_at=NOW, post_title="村")
        for p in people
    )
    sources = [{"feed": f, "kind": k, "title": k, "department": "", "period": "2022-08-01"} for f, k in (("vehicle", "车辆"), ("business", "企业"))]
    compared = Comparison.objects.create(case=case, round=1, as_of=on, returned_at=NOW, sources=sources, post_title="村")
    ComparisonHit.objects.create(
        comparison=compared, person_id=people[0], kind="车辆", sentence="小型轿车，2016-03-01登记", department="public_security",
        delivery=1, row_no=3, explanation="务工用面包车，现值约八千元", explained_by="双柳村 村文书", explained_at=NOW,
    )  # fmt: skip
    made = {kind: _meeting(case, post, on, kind) for kind in Meeting.Kind}
    made["notice"] = _notice(case, on)
    _assistance(case, post, on)
    return {str(kind): pk for kind, pk in made.items()}


def _visit(case: Case, post: Post, on: date, purpose: str, conclusion: str) -> Visit:
    income = [
        Line("wage_work", 2_400_000).as_row(), Line("transfer_pension", 123_600).as_row(),
        Line("transfer_donation", 50_000, counted=False).as_row(), Line("cost_crops", 80_000).as_row(),
    ]  # fmt: skip
    return Visit(
        household=case.household, purposes=[purpose], visited_on=on, checker_names=["甲", "乙"], place="家中", people=3,
        tests={"housing": True, "schooling": True, "insurance": False, "water": True}, tests_notes={"insurance": "女儿未参保"},
        income=income, income_from=date(2021, 9, 1), income_to=date(2022, 8, 31), claims_fen=300_000, debts_fen=1_000_000,
        self_paid=[{"what": "住院自付", "fen": 680_000, "vouchers": True}], income_per_head_fen=814_533,
        reference_per_head_fen=687_866, house_grade="B", water_source="piped", labour=2, conclusion=conclusion,
        risks=["01", "04"] if conclusion == "needs_procedure" else [], reason="住院费用大，家庭收入减少", household_opinion="同意",
        signed=True, signed_how="fingerprint", signed_by_name="陈大山", case=case.pk, post=post.pk, post_title=post.title,
        members_note="女儿九月住校", recorded_at=NOW,
    )  # fmt: skip


def _meeting(case: Case, post: Post, on: date, kind: Meeting.Kind) -> int:
    appraisal = kind == Meeting.Kind.APPRAISAL
    meeting = Meeting.objects.create(
        kind=kind, division=case.village if appraisal else case.town if kind == "town_review" else "610998", held_on=on,
        place="村委会会议室", host="主持人", recorder="记录人", expected=40 if appraisal else None,
        present=35 if appraisal else None, minutes="村文书介绍入户核查和比对情况，代表逐户发言。" * 4 if appraisal else "",
        members=[{"post": post.pk, "title": post.title, "name": "测试"}], closed_at=NOW, post=post.pk, post_title=post.title,
        document_number="试防返贫〔2022〕9号" if kind == Meeting.Kind.JOINT_MEETING else "",
    )  # fmt: skip
    votes = {"votes_for": 33, "votes_against": 1, "abstained": 1, "withdrew": "弟弟陈小山"} if appraisal else {}
    AgendaItem.objects.create(meeting=meeting, case=case, round=1, at_step=case.steps, outcome="pass", **votes)
    return int(meeting.pk)


def _notice(case: Case, on: date) -> int:
    notice = Notice.objects.create(
        village=case.village, place="村务公开栏", phone="0915-1234567", posted_on=on, until=on + timedelta(5), post_title="村",
        recorded_at=NOW,
    )  # fmt: skip
    NoticeCase.objects.create(notice=notice, case=case, round=1, at_step=case.steps)
    return int(notice.pk)


def _assistance(case: Case, post: Post, on: date) -> None:
    need = Need.objects.create(household=case.household, kind="income", sentence="人均收入低于监测范围121.34元", amount_fen=36_402, since=on, recorded_at=NOW)
    measure = Measure.objects.create(
        household=case.household, case=case.pk, group="100A45", item="其他", title="大病救助", risk="01", need=need,
        basis="县医疗救助办法", unit="医疗保障局", person="张某", begins_on=on, due_on=on + timedelta(30), amount_fen=500_000,
        state="landed", landed_on=on + timedelta(3), post=post.pk, post_title=post.title, recorded_at=NOW,
    )  # fmt: skip
    Landing.objects.create(measure=measure, on=on + timedelta(3), amount_fen=500_000, evidence="转账凭据", post=post.pk, post_title=post.title, recorded_at=NOW)
