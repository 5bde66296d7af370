"""The pages of the procedure: one's desk, lists, a case's page with every form, meetings, notices, the national list."""

from __future__ import annotations

import base64
import re
from datetime import timedelta
from io import BytesIO

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image, ImageDraw
from python_calamine import CalamineWorkbook

from cases.builders import case_at
from cases.way import Way, set_line
from sangesan.assistance.models import Request
from sangesan.cases.invitations import invite
from sangesan.cases.models import (
    Attempt,
    Authorisation,
    Case,
    Comparison,
    ComparisonHit,
    Invitation,
    Meeting,
    Notice,
    Objection,
)
from sangesan.cases.states import State
from sangesan.clues.models import Clue, Evidence
from sangesan.files.attaching import attach
from sangesan.files.models import Attachment, StoredFile
from sangesan.regions.models import County
from sangesan.registry.models import Household, Person
from sangesan.visits.models import Visit
from web.small_county import DAY, NOW, VILLAGE_A, identity

pytestmark = pytest.mark.django_db


@pytest.fixture
def way(small) -> Way:
    """A case of 陈大山's household that has just been opened."""
    set_line()
    return Way(small)


def today_is(day) -> None:
    County.objects.update(today=day)


def text_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return answer.content.decode()


def picture(words: str = "x") -> BytesIO:
    image = Image.new("RGB", (400, 300), (200, 210, 220))
    ImageDraw.Draw(image).text((20, 20), words, fill=(0, 0, 0))
    out = BytesIO()
    image.save(out, "JPEG")
    out.seek(0)
    out.name = "photo.jpg"
    return out


def queries(client: Client, address: str) -> int:
    client.get(address)
    with CaptureQueriesContext(connection) as caught:
        assert client.get(address).status_code == 200
    return len(caught)


def many_households(number: int) -> list[Household]:
    first = Household.objects.get(code=f"{VILLAGE_A}00001")
    fields = {f.name: getattr(first, f.name) for f in Household._meta.concrete_fields if f.name not in {"id", "code", "head_name"}}
    return [Household.objects.create(code=f"{VILLAGE_A}9{n:04d}", head_name=f"赵{n}", **fields) for n in range(number)]


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


# --- meetings -----------------------------------------------------------------------------------------------------


def convened(client: Client, kind: str, **more) -> Meeting:
    page = text_of(client, f"{reverse('meeting-new')}?kind={kind}&village={more.get('village', '')}")
    ticked = re.findall(r'name="case" value="(\d+)"[^>]* checked', page)
    given = {"kind": kind, "held_on": DAY.isoformat(), "place": "会议室", "host": "主持人", "case": ticked} | more
    answer = client.post(reverse("meeting-new"), given)
    assert answer.status_code == 302, answer.content.decode()
    return Meeting.objects.order_by("-pk")[0]


def outcomes(meeting: Meeting, **more) -> dict[str, str]:
    given = {"version": str(meeting.row_version)}
    for item in meeting.items.select_related("case"):
        given |= {f"outcome-{item.pk}": "pass", f"case-{item.case_id}": str(item.case.row_version)}
        if meeting.kind == Meeting.Kind.APPRAISAL:
            given |= {f"votes_for-{item.pk}": "33", f"votes_against-{item.pk}": "1", f"abstained-{item.pk}": "1"}
    return given | more


def test_an_appraisal_from_convening_to_the_notice(signed_in, way):
    way.to(State.APPRAISAL)
    village = signed_in("village")
    meeting = convened(village, "appraisal", expected="40", present="35", member=[way.post("village").pk])
    assert meeting.members[0]["name"] == "测试village"
    address = reverse("meeting", args=[meeting.pk])
    page = text_of(village, address)
    for words in ("陈大山", "8,123.45", "有风险，需进入程序", "登记结果，全部办理"):
        assert words in page
    given = outcomes(meeting, expected="40", present="35", minutes="代表们听取核查和比对情况，一致同意。", photos=picture())
    (item,) = meeting.items.all()
    refused = village.post(reverse("meeting-finish", args=[meeting.pk]), given | {f"votes_for-{item.pk}": "34"})
    assert refused.status_code == 400
    body = refused.content.decode()
    assert "票数合计36多于实到35人" in body
    assert 'value="34"' in body
    meeting.refresh_from_db()
    assert meeting.minutes, "what was written is kept although the result was refused"
    assert Attachment.objects.filter(subject=f"meeting:{meeting.pk}", role="photo").count() == 1
    way.answer_warnings()
    del given["photos"]
    given |= outcomes(meeting)
    done = village.post(reverse("meeting-finish", args=[meeting.pk]), given)
    assert done.status_code == 302, done.content.decode()
    assert way.fresh().state == State.NOTICE
    assert "已登记结果" in text_of(village, address)
    assert "33/1/1" in text_of(signed_in("town"), address)
    photo = Attachment.objects.get(subject=f"meeting:{meeting.pk}")
    assert village.get(reverse("attachment", args=[photo.pk])).status_code == 200


def test_minutes_are_kept_without_leaving_the_form(signed_in, way):
    way.to(State.APPRAISAL)
    village = signed_in("village")
    meeting = convened(village, "appraisal")
    address = reverse("meeting-minutes", args=[meeting.pk])
    given = {"version": "1", "expected": "40", "present": "35", "minutes": "逐户评议，一致同意。"}
    kept = village.post(address, given, headers={"HX-Request": "true"})
    assert 'id="meeting-version"' in kept.content.decode()
    assert 'value="2"' in kept.content.decode()
    stale = village.post(address, given, headers={"HX-Request": "true"})
    assert "您打开页面之后会议有了变动" in stale.content.decode()
    assert village.post(address, given | {"version": "2", "present": "41"}).status_code == 400


def test_a_town_reviews_two_hundred_households_on_one_page(signed_in, small, django_assert_max_num_queries):
    set_line()
    post = small.posts["village"]
    homes = many_households(200)
    cases = [case_at(home, State.TOWN_REVIEW, post, category="unstable") for home in homes]
    town = signed_in("town")
    meeting = convened(town, "town_review")
    assert meeting.items.count() == 200
    address = reverse("meeting", args=[meeting.pk])
    town.get(address)
    with django_assert_max_num_queries(45):
        page = text_of(town, address)
    assert page.count("data-outcome ") == 200
    some = Case.objects.filter(pk__in=[c.pk for c in cases]).order_by("pk")
    back, up = meeting.items.get(case=some[0]), meeting.items.get(case=some[1])
    given = outcomes(meeting) | {
        f"outcome-{back.pk}": "send_back", f"reason-{back.pk}": "收入要再核", f"outcome-{up.pk}": "send_up",
        f"ask-{up.pk}": "请求安排危房改造资金2万元",
    }  # fmt: skip
    lacking = town.post(reverse("meeting-finish", args=[meeting.pk]), given | {f"ask-{up.pk}": ""})
    assert lacking.status_code == 400
    assert "收入要再核" in lacking.content.decode()
    assert set(Case.objects.values_list("state", flat=True)) == {"town_review"}, "all or none"
    given["version"] = str(int(given["version"]) + 1)  # the minutes were kept
    answer = town.post(reverse("meeting-finish", args=[meeting.pk]), given)
    assert answer.status_code == 302, answer.content.decode()
    states = list(Case.objects.values_list("state", flat=True))
    assert (states.count("county_decision"), states.count("study")) == (199, 1)
    assert Request.objects.get().asked == "请求安排危房改造资金2万元"
    assert "通过，需求上报县级 <b>1</b>" in text_of(town, address)


def test_a_household_put_off_stays_and_may_come_to_the_next_meeting(signed_in, way):
    way.to(State.TOWN_REVIEW)
    today_is(way.day)
    town = signed_in("town")
    meeting = convened(town, "town_review", held_on=way.day.isoformat())
    (item,) = meeting.items.all()
    town.post(reverse("meeting-finish", args=[meeting.pk]), outcomes(meeting) | {f"outcome-{item.pk}": "defer"})
    assert way.fresh().state == State.TOWN_REVIEW
    page = text_of(town, reverse("case", args=[way.case.pk]))
    assert "本次不议" in page
    assert f"{reverse('meeting-new')}?kind=town_review" in page, "the closed meeting is no place to go on"


def test_only_the_right_place_convenes_and_closes(signed_in, way):
    way.to(State.APPRAISAL)
    assert signed_in("grid").get(reverse("meeting-new")).status_code == 403
    for role, kind in (("village", "joint_meeting"), ("county", "appraisal")):
        page = text_of(signed_in(role), f"{reverse('meeting-new')}?kind={kind}")
        assert f'name="kind" value="{kind}"' not in page, "one is shown one's own kind of meeting"
    meeting = convened(signed_in("town"), "appraisal", village=VILLAGE_A)
    assert signed_in("county").post(reverse("meeting-finish", args=[meeting.pk]), outcomes(meeting)).status_code in {400, 403}
    assert "登记结果，全部办理" not in text_of(signed_in("inspector"), reverse("meeting", args=[meeting.pk]))


def test_the_countys_joint_meeting_decides_with_a_number(signed_in, way):
    way.to(State.COUNTY_DECISION)
    today_is(way.day)
    county = signed_in("county")
    meeting = convened(county, "joint_meeting", held_on=way.day.isoformat())
    page = text_of(county, reverse("meeting", args=[meeting.pk]))
    assert "33/1/1" in page, "the village's vote is at hand"
    refused = county.post(reverse("meeting-finish", args=[meeting.pk]), outcomes(meeting, document_number=""))
    assert "没有填审定文号" in refused.content.decode()
    meeting.refresh_from_db()
    way.answer_warnings()
    county.post(reverse("meeting-finish", args=[meeting.pk]), outcomes(meeting, document_number="试防返贫〔2022〕9号"))
    assert way.fresh().state == State.ANNOUNCEMENT
    assert "另有" not in text_of(signed_in("village"), reverse("meeting", args=[meeting.pk]))


# --- notices ------------------------------------------------------------------------------------------------------


def test_a_notice_from_the_wall_to_the_town(signed_in, way):
    way.to(State.NOTICE)
    village = signed_in("village")
    given = {"case": [way.case.pk], "place": "村务公开栏", "phone": "0915-1234567", "posted_on": DAY.isoformat()}
    refused = village.post(reverse("notice-new"), given | {"phone": " "})
    assert refused.status_code == 400
    assert 'value="村务公开栏"' in refused.content.decode()
    village.post(reverse("notice-new"), given | {"photo": picture("a")})
    notice = Notice.objects.get()
    address = reverse("notice", args=[notice.pk])
    assert "满期以后才能撤榜" in text_of(village, address)
    early = village.post(reverse("notice-down", args=[notice.pk]), {"on": DAY.isoformat()})
    assert "才满期" in early.content.decode()
    today_is(way.later(5))
    village.post(reverse("notice-down", args=[notice.pk]), {"on": way.day.isoformat()})
    assert way.fresh().state == State.NOTICE, "the photo of the bare wall is lacking: a warning without reason"
    page = text_of(village, address)
    assert "有提醒还没有改正，也没有写明理由" in page
    assert "办结其余户的公示" in page
    none = village.post(reverse("notice-photo", args=[notice.pk]), {"role": "notice_end"})
    assert "没有选照片" in none.content.decode()
    village.post(reverse("notice-photo", args=[notice.pk]), {"role": "notice_end", "photo": picture("b")})
    village.post(reverse("notice-end", args=[notice.pk]))
    assert way.fresh().state == State.TOWN_REVIEW
    assert text_of(village, address).count("photo-wide") == 2
    photo = Attachment.objects.filter(subject=f"notice:{notice.pk}").first()
    assert photo
    assert signed_in("town").get(reverse("attachment", args=[photo.pk])).status_code == 200
    assert signed_in("department").get(reverse("attachment", args=[photo.pk])).status_code == 403


def test_the_photo_that_is_lacking_is_asked_for(signed_in, way):
    way.to(State.NOTICE)
    village = signed_in("village")
    given = {"case": [way.case.pk], "place": "村务公开栏", "phone": "0915-1234567", "posted_on": DAY.isoformat()}
    village.post(reverse("notice-new"), given)
    notice = Notice.objects.get()
    address, photo = reverse("notice", args=[notice.pk]), reverse("notice-photo", args=[notice.pk])

    def offered(page: str) -> list[str]:
        return re.findall(r'name="role" value="(\w+)" checked', page)

    today_is(way.later(5))
    assert "还缺撤榜照片" not in text_of(village, address)
    down = village.post(reverse("notice-down", args=[notice.pk]), {"on": way.day.isoformat()}, follow=True).content.decode()
    assert "榜已撤下，还缺撤榜照片" in down
    assert '<a href="#photos">' in down
    assert 'id="photos"' in down
    assert offered(down) == ["notice_start"], "both are lacking: the first one first"
    assert "还缺撤榜照片" not in text_of(signed_in("county"), address), "said to those who can add it"
    kept = village.post(photo, {"role": "notice_start", "photo": picture("a")}, follow=True).content.decode()
    assert offered(kept) == ["notice_end"]
    assert offered(village.post(photo, {"role": "notice_start"}).content.decode()) == ["notice_start"], "as it was chosen"
    whole = village.post(photo, {"role": "notice_end", "photo": picture("b")}, follow=True).content.decode()
    assert "还缺撤榜照片" not in whole
    assert offered(whole) == ["notice_end"]


def test_a_notice_ends_for_all_its_households_at_once_but_for_those_objected_to(signed_in, small):
    cases = [case_at(home, State.NOTICE, small.posts["village"]) for home in many_households(4)]
    village = signed_in("village")
    given = {"place": "村务公开栏", "phone": "0915-1234567", "posted_on": DAY.isoformat(), "photo": picture("a")}
    page = text_of(village, reverse("notice-new"))
    given["case"] = re.findall(r'name="case" value="(\d+)"[^>]* checked', page)
    village.post(reverse("notice-new"), given)
    notice = Notice.objects.get()
    said = {"case": cases[0].pk, "received_on": DAY.isoformat(), "text": "他家有门面房出租"}
    village.post(reverse("objection", args=[notice.pk]), said)
    today_is(DAY + timedelta(5))
    down = {"on": (DAY + timedelta(5)).isoformat(), "photo": picture("b")}
    page = village.post(reverse("notice-down", args=[notice.pk]), down, follow=True).content.decode()
    assert "3 户公示期满" in page
    assert "还有 1 户没有办结" in page
    assert sorted(Case.objects.values_list("state", flat=True)) == ["notice", "town_review", "town_review", "town_review"]


def test_an_objection_stops_the_clock_until_it_is_settled(signed_in, way):
    way.to(State.NOTICE)
    village = signed_in("village")
    given = {"case": [way.case.pk], "place": "村务公开栏", "phone": "0915-1234567", "posted_on": DAY.isoformat()}
    village.post(reverse("notice-new"), given)
    notice = Notice.objects.get()
    address = reverse("notice", args=[notice.pk])
    said = {"case": way.case.pk, "received_on": DAY.isoformat(), "by": "", "text": "家"}
    refused = village.post(reverse("objection", args=[notice.pk]), said)
    assert "没有写异议内容" in refused.content.decode()
    village.post(reverse("objection", args=[notice.pk]), said | {"text": "他家有门面房出租"})
    assert "停表" in text_of(village, address)
    assert "正在停表" in text_of(village, reverse("case", args=[way.case.pk]))
    today_is(way.later(3))
    objection = Objection.objects.get()
    settled = {"version": way.fresh().row_version, "on": way.day.isoformat(), "upheld": "no", "finding": "门面房系其兄所有，已核不动产登记"}
    stale = village.post(reverse("objection-settle", args=[notice.pk, objection.pk]), settled | {"version": 0})
    assert "门面房系其兄所有" in stale.content.decode()
    village.post(reverse("objection-settle", args=[notice.pk, objection.pk]), settled)
    assert way.fresh().stopped_days == 3


# --- the national system ------------------------------------------------------------------------------------------


def test_the_export_needs_a_reason_and_the_import_is_the_countys(signed_in, way):
    way.to(State.ENTRY)
    today_is(way.day)
    county = signed_in("county")
    refused = county.post(reverse("national-export"), {"reason": "", "which": "entry"})
    assert "没有写导出理由" in refused.content.decode()
    answer = county.post(reverse("national-export"), {"reason": "录入国家系统", "which": "entry"})
    rows = CalamineWorkbook.from_filelike(BytesIO(b"".join(answer.streaming_content))).get_sheet_by_index(0).to_python()
    assert any("陈大山" in row for row in rows)
    assert "导入国家系统清单" not in text_of(signed_in("town"), reverse("national"))
    assert signed_in("town").post(reverse("national-import")).status_code == 403


def test_the_list_fills_the_number_and_differences_are_counted(signed_in, way):
    way.to(State.ENTRY)
    today_is(way.day)
    county = signed_in("county")
    file = BytesIO("户编号,户主姓名,户主证件号码,识别时间\n".encode() + f"6109980001,陈大山,{identity(101, Person.objects.get(name='陈大山').birth_date)},2022-01-01\n6109980002,查无人,,\n".encode())
    file.name = "清单.csv"
    answer = county.post(reverse("national-import"), {"file": file})
    assert answer.status_code == 302, answer.content.decode()
    assert way.fresh().national_number == "6109980001"
    page = text_of(county, reverse("national"))
    assert "识别时间不同 <b>1</b>" in page
    assert "国家系统中有，本系统没有办理 <b>1</b>" in page
    assert "查无人" not in text_of(county, f"{reverse('national')}?kind=enrolled_on")
    broken = BytesIO("甲,乙\n1,2\n".encode())
    broken.name = "别的.csv"
    assert "没有找到国家系统清单的列名" in county.post(reverse("national-import"), {"file": broken}).content.decode()


# --- the same number of queries however much there is -------------------------------------------------------------


@pytest.mark.parametrize("address", ["/", "/cases/", "/meetings/", "/notices/", "/national/", "/meetings/new/?kind=appraisal", "/notices/new/"])
def test_pages_ask_as_much_for_many_as_for_few(signed_in, small, address):
    post = small.posts["village"]
    homes = many_households(44)

    def more(some: list[Household]) -> None:
        for number, home in enumerate(some):
            state = (State.STUDY, State.APPRAISAL, State.NOTICE, State.ANNOUNCEMENT)[number % 4]
            case = case_at(home, state, post, step_due=DAY + timedelta(number % 9))
            meeting = Meeting.objects.create(kind="appraisal", division=VILLAGE_A, held_on=DAY, place="会议室", host="甲", post=post.pk, post_title="村")
            meeting.items.create(case=case, round=1, at_step=0)
            poster = Notice.objects.create(village=VILLAGE_A, place="栏", phone="1", posted_on=DAY, until=DAY + timedelta(5), post_title="村", recorded_at=NOW)
            poster.cases.create(case=case, round=1, at_step=case.steps)

    role = "county" if address in {"/", "/national/"} else "village"
    more(homes[:4])
    few = queries(signed_in(role), address)
    more(homes[4:])
    assert queries(signed_in(role), address) == few


@pytest.mark.parametrize("kind", ["meeting", "notice"])
def test_meetings_and_notices_page_by_day_the_newest_first(signed_in, small, monkeypatch, kind):
    monkeypatch.setattr(f"sangesan.web.views.{kind}s.PAGE", 3)
    post, days = small.posts["village"], [DAY - timedelta(n) for n in (3, 0, 9, 3, 3, 1, 3)]
    if kind == "meeting":
        made = [Meeting.objects.create(kind="appraisal", division=VILLAGE_A, held_on=day, place="室", host="甲", post=post.pk, post_title="村") for day in days]
    else:
        made = [Notice.objects.create(village=VILLAGE_A, place="栏", phone="1", posted_on=day, until=day + timedelta(5), post_title="村", recorded_at=NOW) for day in days]
    expected = [row.pk for day, row in sorted(zip(days, made, strict=True), key=lambda pair: (pair[0], pair[1].pk), reverse=True)]
    client, seen, address = signed_in("village"), [], f"/{kind}s/"
    while address:
        page = text_of(client, address)
        seen.append([int(number) for number in re.findall(rf'data-href="/{kind}s/(\d+)/"', page)])
        following = re.search(r'rel="next" href="(\?after=\d{4}-\d\d-\d\d\.\d+)"', page)
        address = f"/{kind}s/{following[1]}" if following else ""
    assert [len(part) for part in seen] == [3, 3, 1]
    assert [number for part in seen for number in part] == expected
    assert queries(client, f"/{kind}s/") == queries(client, f"/{kind}s/?after={DAY.isoformat()}.{made[1].pk}")


@pytest.mark.parametrize("after", ["x", "7", "2022-09-13", "2022-99-99.1", "1.2.3", "2022-09-13.y", "2022-09-13.-1", ".5", f"2022-09-13.{10**18}"])
@pytest.mark.parametrize("address", ["/meetings/", "/notices/"])
def test_a_broken_key_of_a_list_by_day_is_told(signed_in, small, address, after):
    answer = signed_in("village").get(address, {"after": after})
    assert answer.status_code == 400
    assert "请回到列表第一页" in answer.content.decode()


def test_meeting_and_notice_pages_ask_as_much_for_many_as_for_few(signed_in, small):
    post = small.posts["village"]
    cases = [case_at(home, State.NOTICE, post) for home in many_households(40)]
    numbers = []
    for some in (cases[:3], cases[3:]):
        meeting = Meeting.objects.create(kind="appraisal", division=VILLAGE_A, held_on=DAY, place="会议室", host="甲", post=post.pk, post_title="村")
        poster = Notice.objects.create(village=VILLAGE_A, place="栏", phone="1", posted_on=DAY, until=DAY + timedelta(5), post_title="村", recorded_at=NOW)
        for case in some:
            meeting.items.create(case=case, round=1, at_step=case.steps)
            poster.cases.create(case=case, round=1, at_step=case.steps)
        client = signed_in("village")
        numbers.append((queries(client, reverse("meeting", args=[meeting.pk])), queries(client, reverse("notice", args=[poster.pk]))))
    assert numbers[0] == numbers[1]


def test_attachments_of_the_procedure_are_served_within_reach_only(signed_in, way, small):
    subjects = [f"case:{way.case.pk}"]
    kept = [
        attach(picture(s).read(), name="x.jpg", subject=s, role="photo", kind=StoredFile.Kind.PHOTO, added_by=1, now=NOW) for s in subjects
    ]
    for one in kept:
        assert signed_in("village").get(reverse("attachment", args=[one.pk])).status_code == 200
        assert signed_in("department").get(reverse("attachment", args=[one.pk])).status_code == 403
    other = attach(picture("z").read(), name="z.jpg", subject="national:1", role="photo", kind=StoredFile.Kind.PHOTO, added_by=1, now=NOW)
    assert signed_in("county").get(reverse("attachment", args=[other.pk])).status_code == 403
