"""The quarterly meeting: its pack, minutes, decisions as tasks, and the next meeting that opens with them."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest

from sangesan.accounts.permissions import NotAllowed
from sangesan.accounts.queries import system_post
from sangesan.bulletins.models import Document
from sangesan.bulletins.paper import body_of
from sangesan.clues.raising import raise_clue
from sangesan.dispatch.models import Decision, Meeting, Snapshot
from sangesan.dispatch.quarter_domain import (
    DONE,
    GIVEN_UP,
    LATE,
    REPORTED,
    TOPICS,
    WAITING,
    ahead,
    check_decision,
    check_minutes,
    seasons,
    stand,
)
from sangesan.dispatch.quarter_meeting import (
    Decided,
    Minutes,
    decide,
    decisions_of,
    draft_minutes,
    origin_of,
    prepare_due,
    prepare_meeting,
    record_minutes,
)
from sangesan.dispatch.quarter_queries import meeting_page, meetings, pack_as_paper
from sangesan.documents.printing import produce
from sangesan.kernel.period import Quarter
from sangesan.kernel.refusal import Refusal
from sangesan.leadership.assignments import assignments_of
from sangesan.leadership.models import Part
from sangesan.regions.models import County
from sangesan.registry.models import Household
from web.small_county import COMMUNITY, DAY, NOW, TOWN_A, VILLAGE_A

SECOND, THIRD = Quarter(2022, 2), Quarter(2022, 3)
MEDICAL = "department:medical_security"


def prepare(quarter=SECOND, *, today=DAY):
    return prepare_meeting(post=system_post(), quarter=quarter, today=today, now=NOW, progress=lambda *_: None)


def minutes(**more):
    given = {"held_on": date(2022, 7, 15), "place": "县政府三楼会议室", "chair": "专班组长", "attended": "各镇、各部门"}
    return Minutes(**(given | {"discussed": "通报了二季度情况，研究了跨部门问题。"} | more))


def held(small, quarter=SECOND, **more):
    return record_minutes(post=small.posts["county"], quarter=quarter, given=minutes(**more), today=DAY, now=NOW)


def decided(small, *, submission=None, quarter=SECOND, **more):
    given = {
        "topic": "departments",
        "title": "医保数据每月按时报送",
        "words": "每月5日前",
        "units": [MEDICAL],
        "due_on": DAY + timedelta(30),
    }
    return decide(
        post=small.posts["county"],
        quarter=quarter,
        given=Decided(**(given | more)),
        submission=submission or uuid4(),
        today=DAY,
        now=NOW,
    )


# --- decisions -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("quarter", "titles"),
    [
        (Quarter(2022, 2), ["汛期防灾", "秋季入学"]),
        (Quarter(2022, 4), ["季节性缺水", "春节前返乡", "春季就业"]),
        (Quarter(2022, 3), ["年底收支核对", "季节性缺水", "春节前返乡"]),
        (Quarter(2022, 1), ["季节性缺水", "春季就业"]),
    ],
)
def test_the_season_ahead(quarter, titles):
    assert [one.title for one in ahead(quarter)] == titles


def test_every_season_says_what_to_do():
    assert all(one.points and one.title for one in seasons().values())


@pytest.mark.parametrize(
    ("states", "days", "expected"),
    [
        ([], 5, GIVEN_UP),
        (["withdrawn"], -5, GIVEN_UP),
        (["issued"], 5, WAITING),
        (["issued"], 0, WAITING),
        (["received"], -1, LATE),
        (["returned", "verified"], -1, LATE),
        (["done"], -1, REPORTED),
        (["done", "verified"], -1, REPORTED),
        (["verified", "withdrawn"], -1, DONE),
    ],
)
def test_how_a_decision_stands(states, days, expected):
    assert stand(states, DAY + timedelta(days), DAY) == expected


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"topic": "party"}, "没有选议题"),
        ({"title": "改"}, "4 到 80 字"),
        ({"words": "长" * 2001}, "超过 2000"),
        ({"owners": []}, "没有选责任单位"),
        ({"due_on": None}, "没有填办结日期"),
        ({"due_on": DAY - timedelta(1)}, "没有填办结日期"),
    ],
)
def test_a_decision_without_owner_or_day_is_none(change, words):
    given = {"topic": "other", "title": "按时报送", "words": "", "owners": [1], "due_on": DAY, "today": DAY}
    assert check_decision(**given) == DAY
    with pytest.raises(Refusal, match=words):
        check_decision(**(given | change))


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"held_on": None}, "没有填开会日期"),
        ({"held_on": date(2022, 6, 30)}, "开会日期不对"),
        ({"held_on": DAY + timedelta(1)}, "开会日期不对"),
        ({"place": " "}, "没有填地点"),
        ({"chair": ""}, "没有填主持人"),
        ({"discussed": "好"}, "4 到 2000 字"),
    ],
)
def test_minutes_say_when_where_and_what(change, words):
    given = {
        "held_on": date(2022, 7, 15),
        "today": DAY,
        "ended_on": date(2022, 6, 30),
        "place": "会议室",
        "chair": "组长",
        "discussed": "研究了问题",
    }
    assert check_minutes(**given) == date(2022, 7, 15)
    with pytest.raises(Refusal, match=words):
        check_minutes(**(given | change))


# --- the pack ------------------------------------------------------------------------------------------------------


def test_the_pack_has_every_topic_and_no_names(small_county):
    meeting = prepare()
    assert [one["code"] for one in meeting.pack] == [code for code in TOPICS if code != "other"]
    whole = str(meeting.pack)
    assert not [name for name in Household.objects.values_list("head_name", flat=True) if name in whole]
    assert "汛期防灾" in whole
    assert produce(pack_as_paper(small_county.posts["county"], SECOND), "docx")[:2] == b"PK"


def test_trends_show_each_month_of_the_quarter(small_county):
    home = Household.objects.get(code=f"{VILLAGE_A}00001")
    for day, risk in ((date(2022, 6, 10), "01"), (date(2022, 4, 10), "03")):
        raise_clue(
            post=small_county.posts["grid"], household_id=home.pk, division="", risk=risk, channel="GRID", words="巡查发现",
            source="", seen_on=day, now=NOW.replace(month=day.month, day=day.day), today=day,
        )  # fmt: skip
    trends = next(one for one in prepare().pack if one["code"] == "trends")
    numbers = {row["name"]: [cell["text"] for cell in row["cells"]][:3] for row in trends["rows"]}
    assert sorted(numbers.values()) == [["0", "0", "1"], ["1", "0", "0"]]
    assert "新增线索上升的：" in trends["words"][0]
    assert trends["rows"][0]["cells"][2]["period"] == "2022-06"


def test_relocation_names_communities_not_households(small_county):
    Household.objects.filter(residence=COMMUNITY).update(residence=COMMUNITY)
    relocation = next(one for one in prepare().pack if one["code"] == "relocation")
    assert all(row["cells"][0]["key"] == COMMUNITY for row in relocation["rows"])


def test_the_pack_is_put_together_once_by_itself_and_anew_until_the_meeting(small_county):
    (made,) = prepare_due(post=system_post(), today=DAY, now=NOW, progress=lambda *_: None)
    assert made.period == "2022-Q2"
    assert prepare_due(post=system_post(), today=DAY, now=NOW, progress=lambda *_: None) == []
    assert prepare(today=DAY + timedelta(1)).pack_on == DAY + timedelta(1)
    held(small_county)
    assert prepare(today=DAY + timedelta(2)).pack_on == DAY + timedelta(1)
    assert Snapshot.objects.filter(kind="quarter").count() == Meeting.objects.count() == 1


def test_a_running_quarter_has_no_pack(small_county):
    with pytest.raises(Refusal, match="还不能关账"):
        prepare(THIRD)


# --- minutes and decisions -----------------------------------------------------------------------------------------


def test_a_decision_is_a_task_with_owner_and_day(small_county):
    meeting = prepare()
    with pytest.raises(Refusal, match="还没有登记会议情况"):
        decided(small_county)
    held(small_county)
    form = uuid4()
    first = decided(small_county, submission=form)
    assert decided(small_county, submission=form).pk == first.pk
    decided(small_county, title="研究镇里请求", topic="requests", units=[f"town:{TOWN_A}", MEDICAL])
    assert [row.number for row in Decision.objects.order_by("number")] == [1, 2]
    tasks = assignments_of(origin_of(meeting))
    assert [len(task.parts.all()) for task in tasks] == [1, 2]
    assert [part.post for part in tasks[0].parts.all()] == [small_county.posts["department"]]
    with pytest.raises(Refusal, match="现在没有人在岗"):
        decided(small_county, units=["department:civil_affairs"])
    with pytest.raises(NotAllowed):
        decide(
            post=small_county.posts["town"], quarter=SECOND, given=Decided("other", "自己定一项", "", [MEDICAL], DAY), submission=uuid4(),
            today=DAY, now=NOW,
        )  # fmt: skip


def test_the_next_meeting_opens_with_the_former_decisions(small_county):
    prepare()
    held(small_county)
    decided(small_county)
    decided(small_county, title="核对搬迁户联系人", topic="relocation", units=[f"town:{TOWN_A}"])
    Part.objects.filter(post=small_county.posts["department"]).update(
        state="verified", read_on=DAY, done_on=DAY, closed_on=DAY
    )
    later = date(2022, 10, 20)
    County.objects.update(today=later)
    following = prepare(THIRD, today=later)
    assert following.former.period == "2022-Q2"
    opening = meeting_page(small_county.posts["town"], THIRD, later).pack[0]
    assert opening["words"] == ["2022-Q2 会议议定 2 项，已办结 1 项，未办结 1 项。"]
    assert [row["cells"][2]["text"] for row in opening["rows"]] == ["已办结", "已超期"]
    record_minutes(post=small_county.posts["county"], quarter=THIRD, given=minutes(held_on=later), today=later, now=NOW)
    Part.objects.update(state="verified", read_on=DAY, done_on=DAY, closed_on=DAY)
    assert meeting_page(small_county.posts["town"], THIRD, later).pack[0] == opening, "as it stood when it was held"
    assert [one.standing for one in decisions_of(following.former, later)] == [DONE, DONE]


def test_the_minutes_become_a_document(small_county):
    prepare()
    with pytest.raises(Refusal, match="还没有登记会议情况"):
        draft_minutes(post=small_county.posts["county"], quarter=SECOND, today=DAY, now=NOW)
    held(small_county)
    decided(small_county)
    document = draft_minutes(post=small_county.posts["county"], quarter=SECOND, today=DAY, now=NOW)
    assert document.series == "minutes"
    whole = "\n".join(text for part in body_of(document).parts for text in getattr(part, "texts", []))
    assert "2022年7月15日，在县政府三楼会议室召开" in whole
    assert "医保数据每月按时报送。责任：医疗保障局 联络员；2022年10月13日前办结。" in whole
    Document.objects.filter(pk=document.pk).update(state="issued", year=2022, number=1, issued_on=DAY)
    with pytest.raises(Refusal, match="已经印发"):
        held(small_county)
    with pytest.raises(Refusal, match="已经印发"):
        decided(small_county)


def test_words_of_the_minutes_are_read_by_others_only_once_issued(small_county):
    prepare()
    held(small_county)
    assert meeting_page(small_county.posts["town"], SECOND, DAY).told == {}
    assert meeting_page(small_county.posts["inspector"], SECOND, DAY).told["chair"] == "专班组长"
    assert "县政府三楼".encode() not in bytes(Meeting.objects.get().sealed)


def test_the_list_says_what_is_late(small_county):
    prepare()
    (line,) = meetings(small_county.posts["county"], DAY)
    assert (line.late, line.decided) == (True, 0)
    held(small_county)
    decided(small_county, due_on=DAY)
    (line,) = meetings(small_county.posts["county"], DAY + timedelta(1))
    assert (line.late, line.decided, line.overdue) == (False, 1, 1)
