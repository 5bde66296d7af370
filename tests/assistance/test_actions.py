"""Needs kept up to date, measures planned, delivered, stopped; who may, and what is not in order."""

from datetime import UTC, date, datetime
from io import BytesIO
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from PIL import Image

from sangesan.accounts.models import Post
from sangesan.accounts.permissions import NotAllowed
from sangesan.accounts.queries import system_post
from sangesan.assistance.actions import Plan, land, plan, record_needs, stop
from sangesan.assistance.models import Landing, Measure, Need, Request
from sangesan.audit.models import Entry
from sangesan.files.models import Attachment
from sangesan.kernel.refusal import Refusal
from sangesan.registry.models import Household, Living
from web.small_county import DAY, VILLAGE_B, SmallCounty

NOW = datetime(2022, 9, 13, 3, 0, tzinfo=UTC)
LATER = date(2022, 12, 31)


@pytest.fixture
def village(small_county: SmallCounty) -> Post:
    return small_county.posts["village"]


def line(**changed: Any) -> Plan:
    given: dict[str, Any] = {
        "group": "100A45", "item": "医疗救助", "title": "申请医疗救助", "unit": "医疗保障局", "person": "李干事",
        "begins_on": DAY, "due_on": LATER, "amount_fen": 300_000, "basis": "医疗救助办法", "risk": "01",
    }  # fmt: skip
    return Plan(**given | changed)


def planned(post: Post, household: Household, **changed: Any) -> Measure:
    return plan(post=post, household_id=household.pk, line=line(**changed), now=NOW)


def needs(post: Post, household: Household, on: date = DAY) -> list[Need]:
    return record_needs(post=post, household_id=household.pk, case=None, on=on, now=NOW)


def picture() -> bytes:
    out = BytesIO()
    Image.new("RGB", (640, 480), "gray").save(out, "JPEG")
    return out.getvalue()


def test_needs_begin_once_and_end_when_met(monitored: Household) -> None:
    post = system_post()
    assert [n.kind for n in needs(post, monitored)] == ["housing", "care"]
    entries = Entry.objects.count()
    needs(post, monitored)
    assert (Need.objects.count(), Entry.objects.count()) == (2, entries), "twice changes nothing and leaves no entry"
    Living.objects.filter(household=monitored).update(house_grade="A")
    assert [n.kind for n in needs(post, monitored)] == ["care"]
    assert Need.objects.get(kind="housing").met_on == DAY
    Living.objects.filter(household=monitored).update(house_grade="D")
    needs(post, monitored)
    assert Need.objects.filter(kind="housing").count() == 2, "unsafe again is another need, the first keeps its end"
    assert Need.objects.get(kind="housing", met_on=None).sentence.startswith("住房为D级")


def test_a_changed_sentence_is_put_right_and_the_need_stays_as_old_as_it_is(monitored: Household) -> None:
    needs(system_post(), monitored, on=date(2022, 9, 1))
    Living.objects.filter(household=monitored).update(house_grade="D")
    needs(system_post(), monitored)
    housing = Need.objects.get(kind="housing")
    assert (housing.since, housing.sentence[:5]) == (date(2022, 9, 1), "住房为D级")


def test_needs_of_tomorrow_and_of_strangers_are_refused(monitored: Household, village: Post) -> None:
    with pytest.raises(Refusal, match="晚于今天"):
        needs(system_post(), monitored, on=date(2022, 9, 14))
    with pytest.raises(NotAllowed, match="不在您的管理范围内"):
        needs(village, monitored)


def test_from_plan_to_delivery(home: Household, village: Post, small_county: SmallCounty) -> None:
    measure = planned(village, home)
    assert (measure.state, measure.landed_on, measure.source) == ("planned", None, "person")
    grid = small_county.posts["grid"]
    landing = land(
        post=grid, measure_id=measure.pk, version=1, on=DAY, amount_fen=120_000, evidence="一卡通打卡", now=NOW,
        effect_fen=120_000, photos=[("凭证.jpg", picture())],
    )  # fmt: skip
    measure.refresh_from_db()
    assert (measure.state, measure.landed_on, measure.row_version) == ("landed", DAY, 2)
    assert Attachment.objects.get().subject == f"landing:{landing.pk}"
    land(post=grid, measure_id=measure.pk, version=2, on=DAY, amount_fen=180_000, evidence="第二笔", now=NOW)
    assert sum(each.amount_fen or 0 for each in Landing.objects.all()) == 300_000
    tags = list(Entry.objects.order_by("id").values_list("tag", flat=True))
    assert tags[-3:] == ["assistance:household:plan", "assistance:measure:land", "assistance:measure:land"]


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"group": "100A99"}, "没有这类措施"), ({"item": "种植"}, "“健康帮扶”里没有“种植”"), ({"title": " "}, "没有写具体措施"),
        ({"unit": ""}, "没有写责任单位"), ({"person": ""}, "没有写责任人"), ({"risk": ""}, "没有写针对哪个风险或需求"),
        ({"risk": "88"}, "没有这种风险类型"), ({"due_on": date(2022, 9, 12)}, "完成期限早于开始日期"),
        ({"amount_fen": -1}, "金额不能小于 0"), ({"begins_on": date(1999, 1, 1)}, "开始日期太早"), ({"need": "water"}, "没有这项需求"),
        ({"title": "长" * 121}, "具体措施太长"),
    ],
)  # fmt: skip
def test_a_plan_that_is_not_in_order_changes_nothing(
    home: Household, village: Post, changed: dict[str, Any], why: str
) -> None:
    before = Entry.objects.count()
    with pytest.raises(Refusal, match=why):
        planned(village, home, **changed)
    assert (Measure.objects.count(), Entry.objects.count()) == (0, before)


def test_no_work_for_those_who_can_not(monitored: Household, small_county: SmallCounty) -> None:
    village_b = Post.objects.create(role="village", title="高坪村 村文书", division=VILLAGE_B, valid_from=DAY)
    with pytest.raises(Refusal, match="没有劳动力"):
        planned(village_b, monitored, group="100A42", item="保洁", risk="04")
    assert planned(village_b, monitored, group="100A48", item="特困", risk="04").state == "planned"


def test_the_same_twice_is_one(home: Household, village: Post) -> None:
    planned(village, home)
    with pytest.raises(Refusal, match="已经在计划里"):
        planned(village, home)
    planned(village, home, title="申请二次救助")


def test_a_measure_for_a_need_finds_or_records_it(monitored: Household, small_county: SmallCounty) -> None:
    town = Post.objects.create(role="town", title="西山镇 专干", division=monitored.town, valid_from=DAY)
    measure = planned(town, monitored, group="100A50", item="修缮加固", title="换梁加固", risk="", need="housing")
    assert measure.need == Need.objects.get(kind="housing", household=monitored)
    assert Need.objects.count() == 2, "the other need is recorded as well"


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"on": date(2022, 9, 14)}, "晚于今天"), ({"on": date(2022, 9, 12)}, "早于措施的开始日期"),
        ({"amount_fen": -5}, "金额不能小于 0"), ({"evidence": ""}, "没有写凭据"), ({"version": 7}, "有了变化"),
    ],
)  # fmt: skip
def test_a_delivery_that_is_not_in_order_changes_nothing(
    home: Household, village: Post, changed: dict[str, Any], why: str
) -> None:
    measure = planned(village, home)
    given: dict[str, Any] = {"version": 1, "on": DAY, "amount_fen": None, "evidence": "验收单", "now": NOW}
    with pytest.raises(Refusal, match=why):
        land(post=village, measure_id=measure.pk, **given | changed)
    measure.refresh_from_db()
    assert (measure.state, Landing.objects.count()) == ("planned", 0)


def test_stopping(home: Household, village: Post) -> None:
    measure = planned(village, home)
    with pytest.raises(Refusal, match="没有写理由"):
        stop(post=village, measure_id=measure.pk, version=1, reason="", now=NOW)
    stopped = stop(post=village, measure_id=measure.pk, version=1, reason="本人放弃", now=NOW)
    assert (stopped.state, stopped.stopped_on) == ("stopped", DAY)
    with pytest.raises(Refusal, match="已经停止"):
        land(post=village, measure_id=measure.pk, version=2, on=DAY, amount_fen=1, evidence="验收单", now=NOW)
    with pytest.raises(Refusal, match="只有计划中的"):
        stop(post=village, measure_id=measure.pk, version=2, reason="再停一次", now=NOW)
    assert planned(village, home).pk != measure.pk, "it may be planned anew"


@pytest.mark.parametrize("role", ["county", "grid", "inspector", "department"])
def test_who_may_not_plan(home: Household, small_county: SmallCounty, role: str) -> None:
    with pytest.raises(NotAllowed):
        planned(small_county.posts[role], home)


def test_out_of_reach(monitored: Household, home: Household, village: Post, small_county: SmallCounty) -> None:
    with pytest.raises(NotAllowed, match="不在您的管理范围内"):
        planned(village, monitored)
    measure = planned(village, home)
    stranger = Post.objects.create(role="village", title="高坪村 村文书", division=VILLAGE_B, valid_from=DAY)
    with pytest.raises(NotAllowed, match="没有这项措施"):
        land(post=stranger, measure_id=measure.pk, version=1, on=DAY, amount_fen=1, evidence="验收单", now=NOW)
    with pytest.raises(NotAllowed):
        land(post=village, measure_id=999, version=1, on=DAY, amount_fen=1, evidence="验收单", now=NOW)


@pytest.mark.parametrize(
    "broken",
    [
        {"state": "landed"}, {"state": "planned", "landed_on": DAY}, {"state": "stopped", "stopped_on": DAY}, {"state": "gone"},
        {"due_on": date(2022, 1, 1)}, {"amount_fen": -1}, {"source": "department"},
    ],
)  # fmt: skip
def test_the_database_itself_refuses(home: Household, village: Post, broken: dict[str, Any]) -> None:
    measure = planned(village, home)
    with pytest.raises(IntegrityError), transaction.atomic():
        Measure.objects.filter(pk=measure.pk).update(**broken)


@pytest.mark.parametrize(
    "broken",
    [
        {"state": "granted"}, {"state": "granted", "answered_on": DAY, "policy": "文件", "department": "housing"},
        {"state": "refused", "answered_on": DAY}, {"state": "open", "answered_on": DAY}, {"state": "lost"},
    ],
)  # fmt: skip
def test_the_database_refuses_half_an_answer(small_county: SmallCounty, broken: dict[str, Any]) -> None:
    request = Request.objects.create(
        town="x", need="缺", asked="求", raised_on=DAY, raised_by=1, raised_by_title="镇", recorded_at=NOW
    )
    with pytest.raises(IntegrityError), transaction.atomic():
        Request.objects.filter(pk=request.pk).update(**broken)
