"""The whole way by the real acts: states, standings, history, refusals, and what the database itself refuses."""

from datetime import timedelta
from itertools import pairwise

import pytest
from django.db import DatabaseError, transaction

from cases.way import CHAIN, Way, set_line
from sangesan.accounts.permissions import NotAllowed
from sangesan.cases.checking_records import doubts
from sangesan.cases.dossiers import dossiers
from sangesan.cases.history import history
from sangesan.cases.models import Case, Irregularity, Meeting, Step
from sangesan.cases.outcomes import Outcome
from sangesan.cases.performing import Order, perform
from sangesan.cases.posting import object_to, put_up, settle, take_down
from sangesan.cases.sitting import Decision, close, convene
from sangesan.cases.states import Act, State
from sangesan.figures.queries import county_figures, county_figures_on
from sangesan.kernel.refusal import Refusal
from sangesan.registry.models import Household, Standing
from web.small_county import DAY, NOW, VILLAGE_A

pytestmark = pytest.mark.django_db


def test_from_application_to_tracking(small_county):
    set_line()
    way = Way(small_county)
    way.to(State.TRACKED)
    steps = list(Step.objects.filter(case=way.case).order_by("number"))
    assert [s.target for s in steps] == list(CHAIN)
    assert [s.number for s in steps] == list(range(len(CHAIN)))
    assert all(after.on >= before.on for before, after in pairwise(steps))
    stages = list(Standing.objects.filter(household=way.case.household).order_by("id").values_list("stage", "valid_from", "valid_to"))
    decided = next(s.on for s in steps if s.source == State.COUNTY_DECISION)
    gone = next(s.on for s in steps if s.source == State.EXIT_COUNTY_DECISION)
    assert stages == [("monitoring", decided, gone), ("eliminated", gone, None)]
    way.case.household.refresh_from_db()
    assert way.case.household.stage == "eliminated"
    assert Standing.objects.get(household=way.case.household, valid_to=None).elimination_way == "帮扶消除"


def test_the_history_names_actor_post_time_and_evidence_of_every_step(small_county):
    set_line()
    way = Way(small_county)
    way.to(State.TRACKED)
    told = history(way.case.household, way.day)
    (one,) = told["cases"]
    assert [s["to"] for s in one["steps"]] == list(CHAIN)
    for step in one["steps"]:
        assert step["post"]
        assert step["actor"]
        assert step["recorded_at"]
        assert step["on"]
    by_target = {s["to"]: s for s in one["steps"]}
    assert by_target["study"]["evidence"]["visits"][0]["checkers"] == ["甲", "乙"]
    assert len(by_target["study"]["evidence"]["authorised"]) == 2
    assert by_target["notice"]["evidence"]["meetings"][0]["votes"] == [33, 1, 1]
    assert by_target["town_review"]["evidence"]["notices"][0]["posted_on"] == DAY
    assert by_target["announcement"]["evidence"]["decision_number"] == "试防返贫〔2022〕9号"
    assert by_target["assisted"]["evidence"]["national_number"] == "61099800000001"


def test_what_a_town_enters_for_a_village_is_named_as_such(small_county):
    way = Way(small_county)
    way.to(State.STUDY)
    way._study()
    way2 = Way(small_county, f"{VILLAGE_A}00002")
    way2.to(State.STUDY)
    way2.act("town", Act.SEND_BACK, "材料不全，补核查")
    assert list(Step.objects.filter(case=way2.case, act="send_back").values_list("entered_for", flat=True)) == [VILLAGE_A]
    assert set(Step.objects.filter(case=way.case).values_list("entered_for", flat=True)) == {""}


@pytest.mark.parametrize("act", Act)
def test_nothing_but_opening_moves_a_case_that_has_only_been_opened(small_county, act):
    way = Way(small_county)
    for role in ("grid", "village", "town", "county"):
        allowed = act in {Act.REJECT, Act.WITHDRAW} and role in {"village", "town"}
        if allowed:
            continue
        with pytest.raises(Refusal):
            way.act(role, act, "写明的理由")
    assert way.fresh().state == State.CHECKING


def test_a_refusal_names_household_lack_and_remedy(small_county):
    way = Way(small_county)
    with pytest.raises(Refusal) as refused:
        way.act("village", Act.FINISH_CHECKING)
    assert refused.value.place == "陈大山户"
    for lack in ("入户核查", "承诺授权", "信息比对"):
        assert lack in refused.value.message
    Way(small_county, f"{VILLAGE_A}00002").to(State.TOWN_REVIEW)
    other = Case.objects.get(household__code=f"{VILLAGE_A}00002")
    with pytest.raises(Refusal, match="由镇办理"):
        perform(
            post=small_county.posts["village"], today=DAY + timedelta(9), now=NOW,
            orders=[Order(other.pk, other.row_version, Act.APPROVE, DAY + timedelta(9))],
        )  # fmt: skip


def test_out_of_reach_is_not_allowed(small_county):
    way = Way(small_county)
    with pytest.raises(NotAllowed):
        way.act("department", Act.REJECT, "写明的理由")
    with pytest.raises(Refusal):
        way.act("inspector", Act.REJECT, "写明的理由")


def test_who_saw_an_older_version_is_told(small_county):
    way = Way(small_county)
    seen = way.fresh().row_version
    way.to(State.STUDY)
    with pytest.raises(Refusal, match="有了变动"):
        perform(
            post=way.post("village"), today=way.day, now=NOW,
            orders=[Order(way.case.pk, seen, Act.REJECT, way.day, "情况不符")],
        )  # fmt: skip


def test_of_many_orders_none_is_done_where_one_cannot(small_county):
    good, bad = Way(small_county), Way(small_county, f"{VILLAGE_A}00002")
    good.to(State.STUDY)
    orders = [
        Order(good.case.pk, good.fresh().row_version, Act.REJECT, DAY, "收入核实后高于监测范围"),
        Order(bad.case.pk, bad.fresh().row_version, Act.FINISH_CHECKING, DAY),
    ]
    with pytest.raises(Refusal, match="2户中有1户现在不能办，全部未办"):
        perform(post=good.post("village"), orders=orders, today=DAY, now=NOW)
    assert good.fresh().state == State.STUDY
    assert not Step.objects.filter(act="reject").exists()


def test_an_objection_stops_the_clock_and_the_notice(small_county):
    way = Way(small_county)
    way.to(State.NOTICE)
    before = way.fresh().whole_due
    notice = put_up(
        post=way.post("village"), village=VILLAGE_A, case_ids=[way.case.pk], place="公开栏", phone="0915-0000000",
        posted_on=way.day, photo=None, today=way.day, now=NOW,
    )  # fmt: skip
    with pytest.raises(Refusal, match="才满期"):
        take_down(post=way.post("village"), notice_id=notice.pk, on=way.later(2), photo=None, today=way.day, now=NOW)
    made = object_to(
        post=way.post("village"), notice_id=notice.pk, case_id=way.case.pk, received_on=way.day, text="他家有车", by="", today=way.day
    )
    way.later(3)
    take_down(post=way.post("village"), notice_id=notice.pk, on=way.day, photo=None, today=way.day, now=NOW)
    way.answer_warnings()
    with pytest.raises(Refusal, match="还有异议没有处理"):
        way.act("village", Act.END_NOTICE)
    settle(
        post=way.post("village"), objection_id=made.pk, version=way.fresh().row_version, on=way.day, finding="车辆已报废，已核实",
        upheld=False, today=way.day,
    )  # fmt: skip
    assert way.fresh().stopped_days == 3
    assert way.case.whole_due == before + timedelta(3)
    with pytest.raises(Refusal, match="公示还没有满期"):
        way.act("village", Act.END_NOTICE)
    way.later(3)
    assert way.act("village", Act.END_NOTICE).state == State.TOWN_REVIEW


def test_after_a_sending_back_the_old_meeting_and_notice_count_no_more(small_county):
    way = Way(small_county)
    way.to(State.NOTICE)
    way.act("village", Act.SEND_BACK, "公示前发现人口有误")
    way.to(State.APPRAISAL)
    with pytest.raises(Refusal, match="还没有民主评议会议记录"):
        way.act("village", Act.PASS_APPRAISAL)


def test_roll_back_and_new_risk_are_two_events(small_county):
    set_line()
    way = Way(small_county)
    way.to(State.TRACKED)
    way.later(3)
    assert way.act("county", Act.ROLL_BACK, "复核发现收入不稳定").state == State.ASSISTED
    assert (way.case.round, way.case.eliminated_on) == (1, None)
    assert way.case.household.standings.get(valid_to=None).stage == "monitoring"
    way.to(State.TRACKED)
    way.later(3)
    assert way.act("village", Act.NEW_RISK, "户主新患大病").state == State.CHECKING
    assert (way.case.round, way.case.risks, way.case.category) == (2, [], "")
    assert way.case.household.standings.get(valid_to=None).stage == "eliminated"
    way.to(State.COUNTY_DECISION)
    assert "decided_early" not in {d.code for d in doubts(dossiers([way.fresh()], way.day))[way.case.pk]}
    way.act("county", Act.SEND_BACK, "补充比对材料")
    assert way.case.eliminated_on is not None, "it stays eliminated until it is decided anew"
    way.to(State.ASSISTED)
    assert (way.case.eliminated_on, way.case.exit_on) == (None, None)
    stages = way.case.household.standings.order_by("id").values_list("stage", flat=True)
    assert list(stages) == ["monitoring", "eliminated", "monitoring", "eliminated", "monitoring"]
    way.to(State.TRACKED)


def test_a_household_that_died_out_leaves_the_figures_as_a_natural_decrease(small_county):
    from sangesan.cases.filling import note_gone

    way = Way(small_county)
    way.to(State.ASSISTED)
    with pytest.raises(Refusal, match="依据"):
        way.act("village", Act.HOUSEHOLD_GONE, "整户迁出")
    note_gone(post=way.post("village"), case_id=way.case.pk, version=way.fresh().row_version, proof="户籍迁移证明 2022-09-20")
    before = county_figures().monitored.households
    way.act("village", Act.HOUSEHOLD_GONE, "整户迁出")
    assert county_figures().monitored.households == before - 1
    assert way.fresh().state == State.NATURAL_DECREASE


def test_figures_as_of_a_day_follow_the_decisions(small_county):
    set_line()
    way = Way(small_county)
    way.to(State.TRACKED)
    decided, gone = way.case.enrolled_on, way.case.eliminated_on
    people = way.case.household.size
    base = county_figures_on(DAY)
    assert county_figures_on(decided).open.households == base.open.households + 1
    assert county_figures_on(decided - timedelta(1)).open == base.open
    after = county_figures_on(gone)
    assert (after.eliminated.households, after.eliminated.people) == (1, people)
    assert after.open == base.open
    assert county_figures_on(way.day).rural.households == county_figures().rural.households


def test_a_sitting_sends_back_or_up(small_county):
    way = Way(small_county)
    way.to(State.TOWN_REVIEW)
    way.meet(Meeting.Kind.TOWN_REVIEW, "town", "610998100000", Outcome.SEND_BACK, reason="帮扶责任人不落实")
    assert way.fresh().state == State.STUDY
    way.to(State.TOWN_REVIEW)
    way.meet(Meeting.Kind.TOWN_REVIEW, "town", "610998100000", Outcome.SEND_UP, ask="请县上安排危房改造资金2万元")
    assert way.fresh().state == State.COUNTY_DECISION
    (request,) = way.case.household.requests.all()
    assert "危房改造" in request.asked


def test_warnings_must_be_answered_and_are_kept(small_county):
    way = Way(small_county)
    way.to(State.STUDY)
    kept = set(Irregularity.objects.filter(case=way.case).values_list("code", flat=True))
    assert "no_visit_photo" in kept
    assert not Irregularity.objects.filter(case=way.case, reason="").exists()


def other_household(case: Case) -> Household:
    return Household.objects.exclude(pk=case.household_id)[0]


FORBIDDEN = {
    "a state": lambda c: Case.objects.filter(pk=c.pk).update(state="assisted"),
    "a number of steps": lambda c: Case.objects.filter(pk=c.pk).update(steps=1),
    "a case born decided": lambda c: Case.objects.create(
        household=other_household(c), village="x", town="x", residence="x", residence_town="x", regime="2021", state="assisted",
        channel="SELF", began_on=DAY, step_on=DAY,
    ),
    "a step rewritten": lambda c: Step.objects.filter(case=c).update(reason="改写"),
    "a step deleted": lambda c: Step.objects.filter(case=c)._raw_delete("default"),
    "a step that the table lacks": lambda c: Step.objects.create(
        case=c, round=1, number=1, act="decide", source="checking", target="assisted", line="checking>decide>assisted", on=DAY,
        recorded_at=NOW, post=1, post_title="x",
    ),
    "a second live case": lambda c: Case.objects.create(
        household=c.household, village="x", town="x", residence="x", residence_town="x", regime="2021", state="checking",
        channel="SELF", began_on=DAY, step_on=DAY,
    ),
}  # fmt: skip


@pytest.mark.parametrize("forbidden", FORBIDDEN.values(), ids=FORBIDDEN)
def test_the_database_refuses_what_no_step_led_to(small_county, forbidden):
    case = Way(small_county).case
    with pytest.raises(DatabaseError), transaction.atomic():
        forbidden(case)


def test_being_on_the_agenda_is_not_being_decided(small_county):
    way = Way(small_county)
    way.to(State.TOWN_REVIEW)
    convene(
        post=way.post("town"), kind=Meeting.Kind.TOWN_REVIEW, division="610998100000", held_on=way.day, place="会议室",
        host="镇长", case_ids=[way.case.pk], today=way.day,
    )  # fmt: skip
    with pytest.raises(Refusal, match="镇级会审还没有通过"):
        way.act("town", Act.APPROVE)


def test_a_household_may_be_left_for_the_next_meeting_or_have_left_before(small_county):
    way, other = Way(small_county), Way(small_county, f"{VILLAGE_A}00002")
    way.to(State.TOWN_REVIEW)
    other.day = way.day
    other.to(State.TOWN_REVIEW)
    day = max(way.day, other.day)
    meeting = convene(
        post=way.post("town"), kind=Meeting.Kind.TOWN_REVIEW, division="610998100000", held_on=day, place="会议室",
        host="镇长", case_ids=[way.case.pk, other.case.pk], today=day,
    )  # fmt: skip
    other.day = day
    other.act("town", Act.WITHDRAW, "申请人撤回")
    close(
        post=way.post("town"), meeting_id=meeting.pk, version=meeting.row_version, today=day, now=NOW,
        decisions=[
            Decision(i.pk, Outcome.DEFER if i.case_id == way.case.pk else Outcome.PASS) for i in meeting.items.all()
        ],
    )  # fmt: skip
    assert (way.fresh().state, other.fresh().state) == (State.TOWN_REVIEW, State.WITHDRAWN)
    assert set(meeting.items.values_list("outcome", flat=True)) == {"defer"}
    way.day = day
    way.to(State.COUNTY_DECISION)
