"""What may be recorded, as tables; the kinds of duties as data."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from sangesan.kernel.refusal import Refusal
from sangesan.village_work.domain import (
    Answers,
    PlanContent,
    PlanMeasure,
    check_courtyard,
    check_follow_up,
    check_handout,
    check_log,
    check_plan,
)
from sangesan.village_work.kinds import Form, content_of, parse_kind, shipped_kinds, topic_groups, topics

TODAY = date(2022, 9, 13)
WATER = shipped_kinds()["water_patrol"]
RIGHT = dict.fromkeys(WATER.questions, True)
WRONG = RIGHT | {"quantity": False}
GOOD = Answers(TODAY, "ok", RIGHT, photos=1)
BAD = Answers(TODAY, "problem", WRONG, words="三组水池见底", photos=1)


def logged(given: Answers, **more: Any) -> str:
    return check_log(WATER, given, today=TODAY, late_days=3, **more)


def test_logs_in_order() -> None:
    assert logged(GOOD) == "ok"
    assert logged(BAD) == "problem"
    assert logged(replace(GOOD, photos=0), kept_photos=1) == "ok"
    assert logged(replace(GOOD, done_on=TODAY - timedelta(days=3))) == "ok"
    assert logged(replace(GOOD, done_on=TODAY - timedelta(days=4), late_reason="山上没有信号")) == "ok"
    assert logged(replace(BAD, answers=RIGHT)) == "problem", "something else may be wrong"


@pytest.mark.parametrize(
    ("given", "place", "words"),
    [
        (replace(GOOD, done_on=TODAY + timedelta(days=1)), "巡查日期", "晚于今天"),
        (replace(GOOD, result=""), "结果", "没有选"),
        (replace(GOOD, answers={}), "逐项情况", "水量够用"),
        (replace(GOOD, answers=WRONG), "结果", "不正常的项：水量够用"),
        (replace(BAD, words="坏"), "情况", "没有写清"),
        (replace(GOOD, photos=0), "照片", "须附照片"),
        (replace(GOOD, done_on=TODAY - timedelta(days=4)), "补记原因", "4天前"),
    ],
)
def test_logs_not_in_order_name_the_field_and_the_remedy(given: Answers, place: str, words: str) -> None:
    with pytest.raises(Refusal) as refused:
        logged(given)
    assert refused.value.place == place
    assert words in refused.value.message
    assert refused.value.remedy


@pytest.mark.parametrize(
    ("solved", "words", "photos", "day", "place"),
    [
        (True, "已换水管", 0, TODAY, "照片"),
        (False, "", 0, TODAY, "处理情况"),
        (True, "已换水管", 1, date(2022, 9, 1), "日期"),
        (True, "已换水管", 1, TODAY + timedelta(days=1), "日期"),
    ],
)
def test_follow_ups(solved: bool, words: str, photos: int, day: date, place: str) -> None:
    opened = date(2022, 9, 5)
    check_follow_up(solved=False, words="请人来看过", photos=0, done_on=TODAY, opened_on=opened, today=TODAY)
    check_follow_up(solved=True, words="已换水管", photos=1, done_on=TODAY, opened_on=opened, today=TODAY)
    with pytest.raises(Refusal) as refused:
        check_follow_up(solved=solved, words=words, photos=photos, done_on=day, opened_on=opened, today=TODAY)
    assert refused.value.place == place


PLAN = PlanContent(
    TODAY, TODAY + timedelta(days=365), "村党支部书记", "二组、三组冬季缺水，涉及36户", [PlanMeasure("清淤蓄水", "水管员")]
)


@pytest.mark.parametrize(
    ("plan", "place"),
    [
        (replace(PLAN, review_on=TODAY), "复核日期"),
        (replace(PLAN, review_on=TODAY + timedelta(days=800)), "复核日期"),
        (replace(PLAN, responsible=" "), "责任人"),
        (replace(PLAN, situation=""), "情况"),
        (replace(PLAN, measures=[]), "措施"),
        (replace(PLAN, measures=[*PLAN.measures, PlanMeasure("送水到户", "")]), "第2条措施"),
    ],
)
def test_plans(plan: PlanContent, place: str) -> None:
    check_plan(PLAN, today=TODAY)
    with pytest.raises(Refusal) as refused:
        check_plan(plan, today=TODAY)
    assert refused.value.place == place


MEETING: dict[str, Any] = {
    "held_on": TODAY, "place": "二组院坝", "host": "村支书", "people": 30, "topics": ["apply"], "known": topics(), "today": TODAY,
}  # fmt: skip


@pytest.mark.parametrize(
    ("wrong", "place"),
    [
        ({"held_on": TODAY + timedelta(days=1)}, "会议日期"),
        ({"place": " "}, "地点"),
        ({"host": ""}, "主持人"),
        ({"people": None}, "到场人数"),
        ({"people": 0}, "到场人数"),
        ({"topics": []}, "讲解的政策"),
        ({"topics": ["no_such"]}, "讲解的政策"),
    ],
)
def test_courtyard_meetings(wrong: dict[str, Any], place: str) -> None:
    check_courtyard(**MEETING)
    with pytest.raises(Refusal) as refused:
        check_courtyard(**MEETING | wrong)
    assert refused.value.place == place


@pytest.mark.parametrize("copies", [None, 0, 20001])
def test_hand_outs(copies: int | None) -> None:
    assert check_handout(handed_on=TODAY, copies=120, today=TODAY) == 120
    with pytest.raises(Refusal, match="发了多少份"):
        check_handout(handed_on=TODAY, copies=copies, today=TODAY)


def test_shipped_kinds_read_and_write_the_same_and_say_their_source() -> None:
    assert {"water_patrol", "shortage_plan", "road_patrol", "hazard_patrol"} <= set(shipped_kinds())
    for code, kind in shipped_kinds().items():
        assert parse_kind(code, content_of(kind), code) == kind
        assert kind.source
        assert (kind.form == Form.PLAN) == (not kind.questions)


def test_findings_read_as_in_the_bulletin() -> None:
    assert WATER.never_words == "无安全饮水巡查记录"
    assert shipped_kinds()["shortage_plan"].never_words == "未建立季节性缺水长效机制"


@pytest.mark.parametrize(
    ("wrong", "place"),
    [
        ({"form": "diary"}, "form"),
        ({"questions": {}}, "questions"),
        ({"risk": "77"}, "risk"),
        ({"cycle": {"unit": "month", "every": 5}}, "cycle"),
        ({"cycle": {"unit": "moon"}}, "cycle"),
        ({"applies": "some"}, "applies"),
        ({"photo": "maybe"}, ""),
        ({"colour": "red"}, ""),
        ({"title": ""}, ""),
    ],
)
def test_kinds_not_in_order_name_their_place(wrong: dict[str, Any], place: str) -> None:
    with pytest.raises(Refusal) as refused:
        parse_kind("x", content_of(WATER) | wrong, "职责 x")
    assert f"职责 x {place}".strip() in refused.value.place


def test_topics_are_each_named_once() -> None:
    codes = [code for group in topic_groups().values() for code in group]
    assert len(codes) == len(set(codes)) == len(topics())
