"""A household's plan and the requests, as people press through them."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse

from assistance.feeds import send
from sangesan.accounts.models import Post
from sangesan.assistance.models import Measure, Need, Request
from sangesan.registry.models import Condition, Household
from web.small_county import DAY, TOWN_B, SmallCounty


@pytest.fixture
def monitored(small: SmallCounty) -> Household:
    """周明远: monitored for 因病 and 缺劳动力, house of grade C, nobody can work; the town's post now is his town's."""
    Post.objects.filter(pk=small.posts["town"].pk).update(division=TOWN_B)
    return Household.objects.get(head_name="周明远")


@pytest.fixture
def address(monitored: Household) -> str:
    return reverse("household-assistance", args=[monitored.pk])


def text_of(client: Client, where: str) -> str:
    answer = client.get(where)
    assert answer.status_code == 200
    return answer.content.decode()


def test_what_is_lacking_and_what_is_offered(signed_in, address):
    page = text_of(signed_in("town"), address)
    for words in ("住房为C级", "没有劳动力，先兜底保障", "综合保障", "住房安全保障", "风险“因病”没有对应的措施", "当年还没有填"):
        assert words in page
    assert "开发式" not in page
    assert "采用" in page
    assert "采用" not in text_of(signed_in("county"), address), "the county does not plan for a village"


def test_one_press_adopts_a_suggestion(signed_in, address, monitored):
    town = signed_in("town")
    page = text_of(town, f"{address}?group=100A50")
    assert '<option value="100A50|危房改造" selected>' in page
    assert '<option value="need|housing" selected>' in page
    assert 'value="住房和城乡建设局"' in page
    given = {
        "against": "need|housing", "what": "100A50|修缮加固", "title": "换梁、加固后墙", "unit": "住房和城乡建设局", "person": "刘工",
        "begins_on": DAY.isoformat(), "due_on": "2022-10-31", "amount": "1.5万元", "basis": "危房改造补助",
    }  # fmt: skip
    done = town.post(reverse("measure-plan", args=[monitored.pk]), given, follow=True).content.decode()
    assert "措施已列入计划" in done
    assert "换梁、加固后墙" in done
    measure = Measure.objects.get()
    assert (measure.amount_fen, measure.need.kind, measure.person) == (1_500_000, "housing", "刘工")
    assert Need.objects.filter(household=monitored, met_on=None).exists()


def test_a_refused_plan_keeps_what_was_written(signed_in, address, monitored):
    given = {"against": "risk|01", "what": "100A42|保洁", "title": "村道保洁", "unit": "人社局", "person": "王", "begins_on": DAY.isoformat()}
    page = signed_in("town").post(reverse("measure-plan", args=[monitored.pk]), given).content.decode()
    assert "没有劳动力" in page
    assert 'value="村道保洁"' in page
    assert not Measure.objects.exists()


@pytest.fixture
def planned(signed_in, monitored) -> Measure:
    given = {
        "against": "risk|01", "what": "100A45|医疗救助", "title": "申请医疗救助", "unit": "医疗保障局", "person": "李干事",
        "begins_on": "2022-09-01", "due_on": "2022-09-10",
    }  # fmt: skip
    signed_in("town").post(reverse("measure-plan", args=[monitored.pk]), given)
    return Measure.objects.get()


def test_landing_on_the_page(signed_in, address, planned):
    town = signed_in("town")
    assert "超期 3 天" in text_of(town, address)
    where = reverse("measure-land", args=[planned.pk])
    page = town.post(where, {"version": 1, "on": "2022-09-12", "amount": "贵", "evidence": "打卡"}).content.decode()
    assert "金额“贵”认不出" in page
    assert 'inline-form" open' in page
    done = town.post(where, {"version": 1, "on": "2022-09-12", "amount": "3000", "effect": "", "evidence": "一卡通打卡"}, follow=True)
    assert "落实情况已登记" in done.content.decode()
    assert "一卡通打卡 · 3,000.00" in done.content.decode()
    late = town.post(where, {"version": 1, "on": "2022-09-12", "evidence": "再来"}).content.decode()
    assert "您打开页面之后这项措施有了变化" in late


def test_stopping_on_the_page(signed_in, planned):
    town, where = signed_in("town"), reverse("measure-stop", args=[planned.pk])
    assert "没有写理由" in town.post(where, {"version": 1, "reason": ""}).content.decode()
    assert "措施已停止" in town.post(where, {"version": 1, "reason": "本人放弃"}, follow=True).content.decode()
    assert signed_in("grid").post(where, {"version": 2, "reason": "本人放弃"}).status_code == 403


def test_a_measure_of_another_village_is_not_reached(signed_in, planned):
    for name in ("measure-land", "measure-stop"):
        assert signed_in("village").post(reverse(name, args=[planned.pk]), {"version": 1}).status_code == 403


def test_departments_measures_are_taken_up_with_one_press(signed_in, address, monitored, tmp_path: Path):
    send(tmp_path, "social_assistance", ("周明远", "低保,2022-05-01,,310"))
    town = signed_in("town")
    page = text_of(town, address)
    assert "社会救助 2022-08 第2行" in page
    assert "更新需求和部门措施" in page
    done = town.post(reverse("assistance-update", args=[monitored.pk]), follow=True).content.decode()
    assert "部门数据中登记了 1 项措施" in done
    assert "更新需求和部门措施" not in done
    assert (Measure.objects.count(), Need.objects.count()) == (1, 2)


def test_a_request_and_its_answer(signed_in, address, monitored):
    town, county = signed_in("town"), signed_in("county")
    assert "上报请求" in text_of(town, "/requests/")
    assert "上报请求" not in text_of(county, "/requests/")
    bad = town.post("/requests/raise/", {"household": monitored.pk, "need": "", "asked": "安排资金"}).content.decode()
    assert "没有写困难" in bad
    assert "周明远" in bad
    town.post("/requests/raise/", {"household": monitored.pk, "need": "镇里没有资金", "asked": "安排危改资金", "amount": "20000"})
    asked = Request.objects.get()
    where = reverse("asked", args=[asked.pk])
    assert where in text_of(county, "/requests/")
    assert "20,000.00" in text_of(county, where)
    answer = reverse("request-answer", args=[asked.pk])
    assert "没有选择答复" in county.post(answer, {"version": 1}).content.decode()
    half = county.post(answer, {"version": 1, "answer": "granted", "policy": "危改补助办法"}).content.decode()
    assert "没有选择责任部门" in half
    assert "危改补助办法" in half
    given = {"version": 1, "answer": "granted", "policy": "危改补助办法", "department": "housing", "due_on": "2022-10-31"}
    assert "答复已登记" in county.post(answer, given, follow=True).content.decode()
    assert "住房和城乡建设局" in text_of(town, where)
    assert "危改补助办法" in text_of(town, address)
    assert where not in text_of(town, "/requests/")
    assert where in text_of(town, "/requests/?state=granted")
    done = town.post(reverse("request-fulfil", args=[asked.pk]), {"version": 2, "on": DAY.isoformat(), "note": "资金到镇"}, follow=True)
    assert "已登记办结" in done.content.decode()
    assert "已办结" in text_of(county, "/requests/?state=all")


def test_households_that_nothing_reached(signed_in, address, monitored):
    assert address in text_of(signed_in("county"), "/unassisted/?since=missing")
    assert "纳而不扶" in text_of(signed_in("town"), "/unassisted/")
    assert address not in text_of(signed_in("village"), "/unassisted/")


def test_unknown_labour_says_so(signed_in, address, monitored):
    Condition.objects.filter(person__memberships__household=monitored).update(labour="")
    assert "劳动力情况还没有登记，先核实再安排" in text_of(signed_in("town"), address)


@pytest.mark.parametrize(("where", "most"), [("/requests/", 14), ("/unassisted/", 11)])
def test_lists_ask_few_questions(signed_in, monitored, where, most, django_assert_max_num_queries):
    county = signed_in("county")
    county.get(where)
    with django_assert_max_num_queries(most):
        county.get(where)
