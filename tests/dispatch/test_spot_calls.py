"""The weekly random village: its draw, the questions that its records call for, answers, and what is to be corrected."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest

from draws.two_offices import SECRET, heads
from sangesan.accounts.permissions import NotAllowed
from sangesan.accounts.queries import system_post
from sangesan.amendments.actions import amend
from sangesan.clues.raising import raise_clue
from sangesan.dispatch.models import SpotAnswer, SpotCall
from sangesan.dispatch.rhythm_tasks import DRAW, ask_to_prepare
from sangesan.dispatch.spot_calls import Ended, answer, end, fix_week, newest_answers, prepare
from sangesan.dispatch.spot_domain import Answer, Record, check_answer, check_end, kinds, prepared
from sangesan.dispatch.spot_gathering import records_of, weights
from sangesan.dispatch.spot_queries import call_page, calls
from sangesan.draws.actions import commit, reveal, void_late
from sangesan.draws.domain import OFFICES, commitment_of
from sangesan.draws.models import Draw
from sangesan.jobs.periodic import ask_for_due
from sangesan.jobs.running import execute
from sangesan.kernel.period import Week
from sangesan.kernel.refusal import Refusal
from sangesan.leadership.assignments import assignments_of
from sangesan.messages.models import Message
from sangesan.patrols.models import Task
from sangesan.policy.parameters import ParameterValue
from sangesan.regions.models import County
from sangesan.registry.models import Household
from village_work.builders import owe
from web.small_county import COMMUNITY, DAY, NOW, VILLAGE_A, VILLAGE_B

WEEK = Week.parse("2022-W37")


@pytest.fixture
def posts(small_county):
    return heads(small_county)


@pytest.fixture
def drawn(posts, small_county):
    """This week's draw with its result, set to 双柳村 whatever the secrets gave."""
    draw = fix_week(post=system_post(), week=WEEK, today=DAY, now=NOW)
    for office in OFFICES:
        commit(post=posts[office], draw=draw, office=office, digest=commitment_of(SECRET[office]), now=NOW)
    for office in OFFICES:
        draw = reveal(post=posts[office], draw=draw, office=office, secret=SECRET[office], now=NOW)
    Draw.objects.filter(pk=draw.pk).update(result=[VILLAGE_A])
    draw.refresh_from_db()
    return draw


@pytest.fixture
def call(drawn):
    return prepare(post=system_post(), draw=drawn, today=DAY, now=NOW)


def all_answered(call, verdict="confirmed", **more):
    return [Answer(n, verdict, "村支书：情况属实", **more) for n in range(len(call.questions))]


def ended(**more):
    return Ended(**({"way": "phone", "called_on": DAY, "result": "总体属实", "answerer_words": "村文书"} | more))


# --- decisions -----------------------------------------------------------------------------------------------------


def test_only_what_has_records_is_asked_beside_what_always_is():
    asked = prepared({"sheets_open": [Record("sheet", 1, "蓝单")], "notices_running": []})
    assert [one.code for one in asked] == ["sheets_open", "last_week"]
    assert [one.code for one in prepared({})] == [code for code, kind in kinds().items() if kind.always]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (Answer(0, "confirmed", "属实"), None),
        (Answer(2, "confirmed", "答了", asked="另问一事"), None),
        (Answer(2, "confirmed", "答了"), "没有写补充问了什么"),
        (Answer(3, "confirmed", "答了", asked="又问"), "没有这个问题"),
        (Answer(0, "", "答了"), "没有选核实结论"),
        (Answer(0, "good", "答了"), "没有选核实结论"),
        (Answer(0, "refuted", " "), "没有写对方怎么答"),
        (Answer(0, "refuted", "长" * 501), "超过 500 字"),
    ],
)
def test_the_table_of_answers(given, words):
    if words is None:
        check_answer(given, 2)
        return
    with pytest.raises(Refusal, match=words):
        check_answer(given, 2)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({}, None),
        ({"answered": {0: "confirmed"}}, "第 2 问还没有答复"),
        ({"way": "letter"}, "没有选怎样"),
        ({"called_on": DAY + timedelta(1)}, "调度日期不对"),
        ({"called_on": DAY - timedelta(1)}, "调度日期不对"),
        ({"result": " "}, "没有写调度结果"),
    ],
)
def test_the_table_of_endings(change, words):
    given = {
        "questions": 2, "answered": {0: "confirmed", 1: "refuted"}, "way": "phone", "called_on": DAY,
        "prepared_on": DAY, "today": DAY, "result": "总体属实",
    } | change  # fmt: skip
    if words is None:
        check_end(**given)
        return
    with pytest.raises(Refusal, match=words):
        check_end(**given)


# --- the draw of the week ------------------------------------------------------------------------------------------


def test_the_weekly_job_fixes_one_draw_over_all_villages(small_county):
    (run,) = [run for run in ask_for_due(DAY) if run.job == DRAW]
    assert execute(run.pk).state == "done"
    draw = Draw.objects.get()
    assert [code for code, _, _ in draw.pool] == sorted([VILLAGE_A, VILLAGE_B, COMMUNITY])
    assert (draw.period, draw.method, draw.size) == ("2022-W37", "equal", 1)
    assert fix_week(post=system_post(), week=WEEK, today=DAY, now=NOW).pk == draw.pk


def test_weeks_missed_while_the_machine_was_down_get_their_own_draw_once(small_county):
    for run in ask_for_due(DAY):
        execute(run.pk)
    later = DAY + timedelta(days=21)
    County.objects.update(today=later)
    for run in ask_for_due(later) + ask_for_due(later):
        if run.job == DRAW:
            execute(run.pk)
    assert list(Draw.objects.order_by("number").values_list("period", flat=True)) == [
        "2022-W37", "2022-W38", "2022-W39", "2022-W40",
    ]  # fmt: skip


def test_a_county_may_weigh_by_open_risk(small_county):
    value = ParameterValue("weekly_village_method", "weighted", "text", DAY, None, "县专班", "县办〔2022〕8号")
    amend(post=small_county.posts["county"], value=value, now=NOW)
    draw = fix_week(post=system_post(), week=WEEK, today=DAY, now=NOW)
    assert draw.method == "weighted"
    assert {code: weight for code, weight, _ in draw.pool} == {VILLAGE_A: 1, VILLAGE_B: 2, COMMUNITY: 1}
    assert weights([VILLAGE_B], DAY) == {VILLAGE_B: 2}


def test_a_draw_that_failed_for_good_is_not_fixed_anew_by_the_machine(small_county):
    County.objects.update(today=None)
    now = NOW
    fix_week(post=system_post(), week=WEEK, today=DAY, now=now)
    for _ in range(3):
        now += timedelta(hours=80)
        void_late(post=system_post(), now=now)
    assert fix_week(post=system_post(), week=WEEK, today=DAY, now=now) is None
    assert Draw.objects.count() == 3


# --- questions -----------------------------------------------------------------------------------------------------


def test_questions_rest_on_the_villages_records(small_county, call):
    home = Household.objects.get(code=f"{VILLAGE_A}00001")
    raise_clue(
        post=small_county.posts["grid"], household_id=home.pk, division="", risk="01", channel="GRID", words="住院花费大",
        source="", seen_on=DAY - timedelta(30), now=NOW - timedelta(30), today=DAY - timedelta(30),
    )  # fmt: skip
    owe(VILLAGE_A)
    found = records_of(VILLAGE_A, DAY)
    assert [record.kind for record in found["clues_overdue"]] == ["clue"]
    assert "超期" in found["clues_overdue"][0].words
    assert any("无安全饮水巡查记录" in record.words for record in found["duties_missing"])
    assert records_of(VILLAGE_B, DAY)["clues_overdue"] == []
    words = "".join(record.words for records in found.values() for record in records)
    assert home.head_name not in words


def test_a_monitored_household_without_measures_is_asked_about(small_county):
    (record,) = records_of(VILLAGE_B, DAY)["without_measures"]
    assert record.number == Household.objects.get(code=f"{VILLAGE_B}00001").pk
    assert "155 天没有措施落实" in record.words


def test_a_call_of_an_earlier_day_knows_nothing_of_later_visits(small_county):
    home = Household.objects.get(code=f"{VILLAGE_B}00001")
    for number, days in enumerate((-2, 3)):  # before the day and after it
        Task.objects.create(
            household=home, grid=home.grid, division=VILLAGE_B, town=home.residence_town, source=f"alert:{number}",
            title="暴雨", why="", due_at=NOW + timedelta(days, hours=4), made_at=NOW + timedelta(900),
        )  # fmt: skip
    (record,) = records_of(VILLAGE_B, DAY)["urgent_open"]
    assert f"{NOW + timedelta(-2):%m-%d}" in record.words
    assert len(records_of(VILLAGE_B, DAY + timedelta(4))["urgent_open"]) == 2


def test_a_call_is_prepared_once_and_the_county_is_told(call, drawn, small_county):
    assert prepare(post=system_post(), draw=drawn, today=DAY + timedelta(1), now=NOW).pk == call.pk
    assert call.village == VILLAGE_A
    assert call.due_on == DAY + timedelta(5)
    assert Message.objects.filter(post=small_county.posts["county"], source=f"spot_call:{call.pk}").count() == 1


def test_the_job_prepares_what_has_been_drawn(drawn):
    run = ask_to_prepare(NOW)
    assert execute(run.pk).state == "done"
    assert SpotCall.objects.get().village == VILLAGE_A
    assert ask_to_prepare(NOW + timedelta(minutes=2)) is None


def test_nothing_is_prepared_before_the_result(posts, small_county):
    draw = fix_week(post=system_post(), week=WEEK, today=DAY, now=NOW)
    assert ask_to_prepare(NOW) is None
    with pytest.raises(Refusal, match="还没有抽出来"):
        prepare(post=system_post(), draw=draw, today=DAY, now=NOW)


# --- answers -------------------------------------------------------------------------------------------------------


def test_answers_are_kept_sent_twice_once_and_replaced_by_later_ones(call, small_county):
    county, form = small_county.posts["county"], uuid4()
    for _ in range(2):
        answer(post=county, call_id=call.pk, answers=[Answer(0, "confirmed", "都走了")], submission=form, now=NOW)
    assert SpotAnswer.objects.count() == 1
    answer(post=county, call_id=call.pk, answers=[Answer(0, "refuted", "其实没走")], submission=uuid4(), now=NOW)
    assert newest_answers(call)[0].verdict == "refuted"
    assert SpotAnswer.objects.count() == 2
    assert "其实没走".encode() not in bytes(newest_answers(call)[0].sealed)
    assert call_page(county, call.pk, DAY).asked[0].answer == "其实没走"


def test_what_needs_correction_becomes_a_task_of_the_village(call, small_county):
    county = small_county.posts["county"]
    rows = [*all_answered(call), Answer(len(call.questions), "to_correct", "还没有公示", "本周内贴出", "公示贴了吗")]
    answer(post=county, call_id=call.pk, answers=rows, submission=uuid4(), now=NOW)
    done = end(post=county, call_id=call.pk, how=ended(), now=NOW, today=DAY)
    assert end(post=county, call_id=call.pk, how=ended(result="又来"), now=NOW, today=DAY).pk == done.pk
    (task,) = assignments_of(f"spot_call:{call.pk}")
    assert task.due_on == DAY + timedelta(7)
    assert [part.post for part in task.parts.all()] == [small_county.posts["village"]]
    assert newest_answers(call)[len(call.questions)].assignment == task
    (line,) = calls(county, today=DAY)
    assert (line.to_correct, line.counts["confirmed"], line.late) == (1, len(call.questions), False)
    with pytest.raises(Refusal, match="已经结束"):
        answer(post=county, call_id=call.pk, answers=[Answer(0, "refuted", "改口")], submission=uuid4(), now=NOW)


def test_a_village_without_anybody_in_post_is_said(call, small_county):
    from sangesan.accounts.models import Post

    Post.objects.filter(division=VILLAGE_A, role="village").update(valid_to=DAY - timedelta(1))
    answer(
        post=small_county.posts["county"],
        call_id=call.pk,
        answers=all_answered(call, "to_correct"),
        submission=uuid4(),
        now=NOW,
    )
    with pytest.raises(Refusal, match="现在没有人在岗"):
        end(post=small_county.posts["county"], call_id=call.pk, how=ended(), now=NOW, today=DAY)
    call.refresh_from_db()
    assert call.state == "open"


def test_who_sees_and_who_calls(call, small_county, posts):
    for role in ("town", "village"):
        with pytest.raises(NotAllowed):
            call_page(small_county.posts[role], call.pk, DAY)
    with pytest.raises(NotAllowed):
        answer(
            post=small_county.posts["town"], call_id=call.pk, answers=all_answered(call), submission=uuid4(), now=NOW
        )
    answer(post=small_county.posts["county"], call_id=call.pk, answers=all_answered(call), submission=uuid4(), now=NOW)
    end(
        post=small_county.posts["county"],
        call_id=call.pk,
        how=ended(answerer=small_county.posts["village"].pk),
        now=NOW,
        today=DAY,
    )
    for role in ("town", "village", "inspector"):
        assert call_page(small_county.posts[role], call.pk, DAY).result == "总体属实"
    assert calls(small_county.posts["department"], today=DAY) == []
