"""The pages of the procedure: one's desk, lists, a case's page with every form, opening, the link without account."""

from __future__ import annotations

import base64
import re
from datetime import timedelta
from io import BytesIO

import pytest
from django.test import Client
from django.urls import reverse
from PIL import Image, ImageDraw

from cases.builders import case_at
from cases.way import Way
from sangesan.cases.invitations import invite
from sangesan.cases.models import (
    Attempt,
    Authorisation,
    Case,
    Comparison,
    ComparisonHit,
    Invitation,
)
from sangesan.cases.states import State
from sangesan.clues.models import Clue, Evidence
from sangesan.files.models import Attachment
from sangesan.registry.models import Household, Person
from sangesan.visits.models import Visit
from web.case_pages import many_households, queries, text_of, today_is
from web.small_county import DAY, NOW, VILLAGE_A, identity

pytestmark = pytest.mark.django_db


# --- the desk -----------------------------------------------------------------------------------------------------


def test_the_front_page_opens_on_ones_own_desk(signed_in, way):
    village = text_of(signed_in("village"), "/")
    assert village.index("我的待办") < village.index("全县")
    assert reverse("case", args=[way.case.pk]) in village
    assert "入户核查与信息比对" in village
    county = text_of(signed_in("county"), "/")
    assert "等其他人办" in county
    assert reverse("case", args=[way.case.pk]) not in county  # not the county's step
    assert "我的待办" not in text_of(signed_in("department"), "/")


def test_what_is_overdue_is_red_on_the_desk_and_in_the_list(signed_in, way):
    assert "1 户超期" not in text_of(signed_in("village"), "/")
    today_is(DAY + timedelta(9))
    assert "1 户超期" in text_of(signed_in("village"), "/")
    assert "超期 4 天" in text_of(signed_in("village"), "/cases/?due=overdue")


# --- the list -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("query", "shown"),
    [
        ("", True), ("?state=checking", True), ("?state=notice", False), ("?own=1", True), ("?due=overdue", False),
        ("?text=陈大", True), ("?text=王", False), (f"?place={VILLAGE_A}", True), ("?place=610998101201", False),
        ("?state=no_such", True), ("?state=checking,study", True),
    ],
)  # fmt: skip
def test_filters_of_the_list(signed_in, way, query, shown):
    assert (reverse("case", args=[way.case.pk]) in text_of(signed_in("village"), f"/cases/{query}")) is shown


def test_the_list_counts_states_and_pages_by_key(signed_in, way, small):
    for home in many_households(55):
        case_at(home, State.STUDY, small.posts["village"], step_due=DAY)
    village = signed_in("village")
    page = text_of(village, "/cases/")
    assert "村级研判初审 <b>55</b>" in page
    following = re.search(r'rel="next" href="([^"]+)"', page)
    assert following
    second = text_of(village, "/cases/" + following[1].replace("&amp;", "&"))
    rows = set(re.findall(r'data-href="(/cases/\d+/)"', page)), set(re.findall(r'data-href="(/cases/\d+/)"', second))
    assert not rows[0] & rows[1]
    assert len(rows[0] | rows[1]) == 56
    assert village.get("/cases/?after=x").status_code == 400


def test_a_department_and_another_village_see_nothing(signed_in, way, small):
    address = reverse("case", args=[way.case.pk])
    assert signed_in("department").get(address).status_code == 403
    small.posts["village"].division = "610998101201"
    small.posts["village"].save()
    assert signed_in("village").get(address).status_code == 403


def test_announcing_many_at_once_or_none(signed_in, small):
    cases = [case_at(home, State.ANNOUNCEMENT, small.posts["county"], decision_number="9号", enrolled_on=DAY) for home in many_households(3)]
    town = signed_in("town")
    page = text_of(town, "/cases/?state=announcement")
    assert page.count('name="case"') == 3
    assert 'name="case"' not in text_of(signed_in("village"), "/cases/?state=announcement")
    given = {"act": "announce", "on": DAY.isoformat(), "back": "/cases/?state=announcement"}
    stale = [f"{cases[0].pk}:{cases[0].row_version}", f"{cases[1].pk}:77"]
    refused = town.post("/cases/act/?state=announcement", given | {"case": stale})
    assert refused.status_code == 400
    assert "2户中有1户现在不能办，全部未办" in refused.content.decode()
    assert set(Case.objects.values_list("state", flat=True)) == {"announcement"}
    ticked = [f"{c.pk}:{c.row_version}" for c in cases]
    done = town.post("/cases/act/?state=announcement", given | {"case": ticked})
    assert (done.status_code, done.url) == (302, "/cases/?state=announcement")
    assert set(Case.objects.values_list("state", flat=True)) == {"entry"}


def test_the_bulk_act_leads_nowhere_else(signed_in, small):
    (home,) = many_households(1)
    case = case_at(home, State.ANNOUNCEMENT, small.posts["county"], decision_number="9号", enrolled_on=DAY)
    given = {"act": "announce", "on": DAY.isoformat(), "back": "//evil.example/", "case": [f"{case.pk}:1"]}
    assert signed_in("town").post("/cases/act/", given).url == "/cases/"


# --- one case -----------------------------------------------------------------------------------------------------


def test_the_case_page_says_what_is_lacking_and_who_may(signed_in, way):
    page = text_of(signed_in("village"), reverse("case", args=[way.case.pk]))
    for words in ("下一步", "完成核查、授权和比对", "还没有完成入户核查", "还有成年成员没有承诺授权", "信息比对还没有返回", "由网格员、村（社区）、镇办理"):
        assert words in page
    assert f"/households/{way.case.household_id}/visit/?case={way.case.pk}&amp;purpose=identification" in page
    assert "风险预警" in page
    assert "上面的补齐后才能办" in page
    onlooker = text_of(signed_in("inspector"), reverse("case", args=[way.case.pk]))
    assert '<form method="post" action="/cases/' not in onlooker
    assert "您可以查看" in onlooker


def test_the_forecast_turns_red_before_the_day_has_come(signed_in, way):
    address = reverse("case", args=[way.case.pk])
    assert "已赶不上全程期限" not in text_of(signed_in("village"), address)
    today_is(DAY + timedelta(7))
    assert "已赶不上全程期限" in text_of(signed_in("village"), address)


def test_authorising_on_the_page_and_a_refusal_keeps_what_was_ticked(signed_in, way):
    village, address = signed_in("village"), reverse("case-authorise", args=[way.case.pk])
    people = list(Person.objects.filter(name__in=["陈大山", "王秀兰"]).values_list("pk", flat=True))
    given = {"version": way.case.row_version, "person": people, "way": "fingerprint", "on": DAY.isoformat(), "written_by": "村文书"}
    refused = village.post(address, given)
    assert refused.status_code == 400
    assert "代写的须向本人宣读" in refused.content.decode()
    assert 'value="村文书"' in refused.content.decode()
    assert village.post(address, given | {"read_out": "yes"}).url == f"/cases/{way.case.pk}/#authorisations"
    assert Authorisation.objects.count() == 2
    assert "代写，已宣读" in text_of(village, reverse("case", args=[way.case.pk]))


def test_comparing_explaining_and_studying(signed_in, way):
    village, case = signed_in("village"), way.case
    assert village.post(reverse("case-compare", args=[case.pk])).url.endswith("#comparison")
    made = Comparison.objects.get()
    hit = ComparisonHit.objects.create(
        comparison=made, person_id=Person.objects.get(name="陈大山").pk, kind="车辆", sentence="小型轿车，2016-03-01登记",
        department="public_security", delivery=7, row_no=3,
    )  # fmt: skip
    page = text_of(village, reverse("case", args=[case.pk]))
    assert "第 7 次报送第 3 行" in page
    assert reverse("delivery", args=[7]) in page
    refused = village.post(reverse("case-explain", args=[case.pk, hit.pk]), {"text": "车"})
    assert "没有写清情况" in refused.content.decode()
    assert 'value="车"' in refused.content.decode()
    village.post(reverse("case-explain", args=[case.pk, hit.pk]), {"text": "务工用面包车，价值不高"})
    assert "务工用面包车，价值不高" in text_of(village, reverse("case", args=[case.pk]))
    helper = way.post("village").pk
    given = {"version": case.row_version, "category": "unstable", "risk-1": "04", "risk-2": "", "helper": helper}
    refused = village.post(reverse("case-study", args=[case.pk]), given | {"risk-1": ""}).content.decode()
    assert "请选一至五项风险类型" in refused
    village.post(reverse("case-study", args=[case.pk]), given)
    assert way.fresh().risks == ["04"]


def test_the_category_is_proposed_with_its_reason(signed_in, way):
    way.visit(reference_per_head_fen=650_000)
    page = text_of(signed_in("village"), reverse("case", args=[way.case.pk]))
    assert "建议“脱贫不稳定户”" in page
    assert "人均收入参考 6,500.00 元，监测范围 7,000.00 元" in page
    assert '<option value="unstable" selected>' in page


def test_the_step_is_taken_by_the_button_and_by_nobody_who_may_not(signed_in, way):
    way.visit()
    page = reverse("case", args=[way.case.pk])
    village = signed_in("village")
    given = {"version": way.case.row_version, "act": "finish_checking", "on": DAY.isoformat()}
    refused = village.post(reverse("case-act", args=[way.case.pk]), given)
    assert refused.status_code == 400
    assert "还有成年成员没有承诺授权" in refused.content.decode()
    way.to(State.STUDY)
    assert "研判通过" in text_of(village, page)
    assert signed_in("inspector").post(reverse("case-act", args=[way.case.pk]), given).status_code == 403
    assert signed_in("village").post(reverse("case-act", args=[way.case.pk]), {"act": "no_such"}).status_code == 400


def test_sending_back_needs_a_reason_which_is_kept(signed_in, way):
    way.to(State.STUDY)
    address = reverse("case-act", args=[way.case.pk])
    given = {"version": way.fresh().row_version, "act": "send_back", "on": DAY.isoformat(), "reason": " "}
    assert "要写理由" in signed_in("village").post(address, given).content.decode()
    assert signed_in("village").post(address, given | {"reason": "成员情况要再核"}).status_code == 302
    assert way.fresh().state == State.CHECKING
    assert "成员情况要再核" in text_of(signed_in("village"), reverse("case", args=[way.case.pk]))


def test_attempts_and_proof_lead_aside(signed_in, way):
    village, number = signed_in("village"), way.case.pk
    given = {"version": way.case.row_version, "on": DAY.isoformat(), "how": "电话", "whom": "陈大山", "result": ""}
    refused = village.post(reverse("case-attempt", args=[number]), given).content.decode()
    assert "联系经过不完整" in refused
    assert 'value="电话"' in refused
    village.post(reverse("case-attempt", args=[number]), given | {"result": "停机"})
    assert Attempt.objects.get().result == "停机"
    act = {"version": way.fresh().row_version, "act": "not_reached", "on": DAY.isoformat(), "reason": "多次联系不上"}
    village.post(reverse("case-act", args=[number]), act)
    assert "已联系上" in text_of(village, reverse("case", args=[number]))
    village.post(reverse("case-gone", args=[number]), {"version": way.fresh().row_version, "proof": "户籍注销证明，2022-09-01"})
    assert way.fresh().gone_proof.startswith("户籍注销")


def test_a_warning_takes_a_reason_on_the_page(signed_in, way):
    way.visit()
    page = text_of(signed_in("village"), reverse("case", args=[way.case.pk]))
    assert "入户无照片" in page
    given = {"version": way.case.row_version, "code": "no_visit_photo", "reason": "少"}
    refused = signed_in("village").post(reverse("case-reason", args=[way.case.pk]), given).content.decode()
    assert "没有写清理由" in refused
    signed_in("village").post(reverse("case-reason", args=[way.case.pk]), given | {"reason": "手机没电，次日补拍"})
    assert "手机没电，次日补拍" in text_of(signed_in("village"), reverse("case", args=[way.case.pk]))


def test_a_page_for_every_state_of_the_whole_way(signed_in, way):
    for state in (s for s in State if s not in {State.UNREACHABLE, State.NOT_QUALIFIED, State.WITHDRAWN, State.NATURAL_DECREASE}):
        way.to(state)
        today_is(way.day)
        for role in ("village", "town", "county"):
            page = text_of(signed_in(role), reverse("case", args=[way.case.pk]))
            assert "办理经过" in page
    assert "因病" in page
    assert page.count("progress-done") == 7  # all of elimination


def test_the_page_asks_as_much_for_a_long_history_as_for_a_short_one(signed_in, way):
    address = reverse("case", args=[way.case.pk])
    way.to(State.STUDY)
    first = queries(signed_in("village"), address)
    for _ in range(3):
        way.act("village", "send_back", reason="再核一次")
        way.to(State.STUDY)
    way.later(0)
    assert queries(signed_in("village"), address) <= first


# --- opening ------------------------------------------------------------------------------------------------------


def test_a_first_visit_that_needs_it_opens_the_case_at_once(signed_in, clue):
    given = {"version": clue.row_version, "visited_on": DAY.isoformat(), "conclusion": "needs_procedure", "reason": "住院花费大", "checkers": "甲、乙"}
    answer = signed_in("grid").post(reverse("clue-visit", args=[clue.pk]), given)
    case = Case.objects.get()
    assert answer.url == reverse("case", args=[case.pk])
    assert Visit.objects.get().case == case.pk
    assert Clue.objects.get().state == "taken"
    assert reverse("case", args=[case.pk]) in text_of(signed_in("grid"), reverse("clue", args=[clue.pk]))


def test_a_confirmed_clue_has_its_button(signed_in, clue):
    Clue.objects.update(state="confirmed")
    assert "转入程序" in text_of(signed_in("village"), reverse("clue", args=[clue.pk]))
    assert reverse("clue-case", args=[clue.pk]) not in text_of(signed_in("inspector"), reverse("clue", args=[clue.pk]))
    answer = signed_in("village").post(reverse("clue-case", args=[clue.pk]))
    assert answer.url == reverse("case", args=[Case.objects.get().pk])


def test_the_green_channel_is_for_disasters_and_the_town(signed_in, clue):
    address = reverse("clue-green", args=[clue.pk])
    assert address not in text_of(signed_in("town"), reverse("clue", args=[clue.pk]))
    Evidence.objects.update(rule="R21")
    assert address in text_of(signed_in("town"), reverse("clue", args=[clue.pk]))
    assert address not in text_of(signed_in("village"), reverse("clue", args=[clue.pk]))
    refused = signed_in("town").post(address, {"reason": "雨"})
    assert "没有写开启绿色通道的原因" in refused.content.decode()
    assert 'value="雨"' in refused.content.decode()
    assert not Case.objects.exists(), "no case without the green channel that was asked for"
    signed_in("town").post(address, {"reason": "8月24日强降雨，房屋受损"})
    case = Case.objects.get()
    assert case.green_channel_on == DAY
    assert 'href="/cases/?papers=1"' in text_of(signed_in("town"), reverse("front"))
    wanted, address_of_case = f"{reverse('cases')}?papers=1", f'data-href="{reverse("case", args=[case.pk])}"'
    assert address_of_case in text_of(signed_in("town"), wanted)
    Case.objects.update(papers_due=None)
    assert address_of_case not in text_of(signed_in("town"), wanted)
    assert address_of_case in text_of(signed_in("town"), reverse("cases"))
    assert "绿色通道" in text_of(signed_in("town"), reverse("case", args=[case.pk]))
    assert signed_in("village").post(address, {"reason": "8月24日强降雨"}).status_code in {400, 403}


def test_a_household_applies_by_itself(signed_in, small):
    home = Household.objects.get(code=f"{VILLAGE_A}00002")
    address = reverse("household-apply", args=[home.pk])
    refused = signed_in("village").post(address, {"reason": "穷"})
    assert "没有写申请理由" in refused.content.decode()
    assert "穷</textarea>" in refused.content.decode()
    answer = signed_in("village").post(address, {"reason": "户主住院，家中没有收入"})
    assert answer.url == reverse("case", args=[Case.objects.get().pk])
    page = text_of(signed_in("village"), reverse("household", args=[home.pk]))
    assert answer.url in page
    assert address not in page, "a live case takes no second application"


def test_a_visit_is_not_put_on_another_households_case(signed_in, way):
    other = Household.objects.get(code=f"{VILLAGE_A}00002")
    given = {
        "case": way.case.pk, "purposes": ["follow_up"], "visited_on": DAY.isoformat(), "checker": ["甲"],
        "conclusion": "risk_remains", "reason": "看望一次",
    }  # fmt: skip
    answer = signed_in("village").post(reverse("visit-record", args=[other.pk]), given)
    assert "不是这一户的" in answer.content.decode()
    assert not Visit.objects.exists()


# --- the link without account -------------------------------------------------------------------------------------


def signature() -> str:
    image = Image.new("RGB", (300, 120), "white")
    ImageDraw.Draw(image).line([(20, 90), (120, 20), (200, 100), (280, 30)], fill="black", width=5)
    out = BytesIO()
    image.save(out, "PNG")
    return "data:image/png;base64," + base64.b64encode(out.getvalue()).decode()


def link_of(way: Way, name: str = "王秀兰") -> tuple[str, Person]:
    person = Person.objects.get(name=name)
    _, token = invite(
        post=way.post("village"), case_id=way.case.pk, version=way.fresh().row_version, person_id=person.pk, today=DAY, now=NOW
    )
    Invitation.objects.update(expires_at="2100-01-01T00:00Z")
    return reverse("authorise", args=[token]), person


def test_the_link_is_shown_once_and_never_kept(signed_in, way):
    person = Person.objects.get(name="王秀兰")
    answer = signed_in("village").post(reverse("case-invite", args=[way.case.pk]), {"version": way.case.row_version, "person": person.pk})
    page = answer.content.decode()
    found = re.search(r"http://testserver/authorise/([\w-]+)/", page)
    assert found
    assert answer.headers["Cache-Control"] == "no-store"
    assert not Invitation.objects.filter(token_digest__contains=found[1]).exists()
    assert found[1] not in text_of(signed_in("village"), reverse("case", args=[way.case.pk]))


def test_an_adult_away_signs_without_an_account(way):
    address, person = link_of(way)
    client = Client()
    page = text_of(client, address)
    assert "王*兰" in page
    assert "陈*山" in page
    assert person.name not in page
    assert "我承诺" in page
    number = identity(102, person.birth_date)
    given = {"agree": "yes", "name": person.name, "last_four": number[-4:], "signature": signature()}
    for lacking, why in (("agree", "还没有勾选"), ("signature", "还没有签名"), ("last_four", "姓名或身份证后四位不对")):
        refused = client.post(address, {k: v for k, v in given.items() if k != lacking})
        assert refused.status_code == 400
        assert why in refused.content.decode()
        assert f'value="{person.name}"' in refused.content.decode()
    assert client.post(address, given).url == reverse("authorised")
    assert Authorisation.objects.get().way == "link"
    assert "谢谢" in text_of(client, reverse("authorised"))
    stale = client.get(address)
    assert stale.status_code == 404
    assert "链接已经失效" in stale.content.decode()
    assert Attachment.objects.filter(subject=f"authorisation:{Authorisation.objects.get().pk}").exists()


def test_five_wrong_tries_end_the_link(way):
    address, person = link_of(way)
    client = Client()
    given = {"agree": "yes", "name": person.name, "last_four": "0000", "signature": signature()}
    for _ in range(5):
        assert client.post(address, given).status_code == 400
    assert client.post(address, given | {"last_four": identity(102, person.birth_date)[-4:]}).status_code == 404
    assert not Authorisation.objects.exists()
