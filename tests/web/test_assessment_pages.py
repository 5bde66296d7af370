"""Pages of assessments, cases and attendance."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from assessment.assessed_county import AFTER, NOW, attend, head, member, office
from assessment.test_assessing import announced, computed, find, score_of
from sangesan.assessment.models import (
    Assessment,
    Attendance,
    MonthVerdict,
    Objection,
    Proceeding,
    SheetChange,
    TeamMember,
)
from sangesan.assessment.proceeding_domain import Kind as CaseKind
from sangesan.assessment.proceedings import open_case
from sangesan.assessment.sheets import Kind, shipped_sheets
from sangesan.regions.models import County
from sangesan.supervision.models import HandOver, Sheet
from web.case_pages import picture, queries, text_of
from web.small_county import DAY, PASSWORD, TOWN_A, TOWN_B, VILLAGE_A, VILLAGE_B

pytestmark = pytest.mark.django_db
TOWN = f"town:{TOWN_A}"


def at(day: date) -> None:
    """Moves the demonstration's day."""
    County.objects.update(today=day)


def as_post(post) -> Client:
    """A client of whoever holds a seat."""
    post.user.set_password(PASSWORD)
    post.user.save()
    client = Client()
    client.force_login(post.user)
    client.get(reverse("front"))
    session = client.session
    session["post"] = post.pk
    session.save()
    return client


def address(subject: str = TOWN) -> str:
    return reverse("score", args=[score_of(subject).pk])


# --- the list and one score -----------------------------------------------------------------------------------------


def test_before_anything_was_computed_the_page_says_so(small, signed_in):
    assert "还没有计算" in text_of(signed_in("county"), reverse("assessment"))


def test_the_county_computes_and_sees_every_town_by_code_without_ranks(small, signed_in):
    client = signed_in("county")
    client.post(reverse("assessment-act"), {"period": "2022-Q3", "kind": "town", "act": "compute"})
    shown = text_of(client, reverse("assessment"))
    assert shown.index("东河镇") < shown.index("西山镇")
    assert "名次" not in shown
    assert "不排名" in shown


def test_a_score_explains_every_point_and_leads_to_the_finding(small, signed_in):
    one = find(small)
    computed(small)
    shown = text_of(signed_in("town"), address())
    assert f'href="{reverse("finding", args=[one.pk])}"' in shown
    assert "督查问题" in shown
    assert "7.5" in shown
    assert "以下不得分" in shown, "each line says its rule"
    assert "最近一次计算" in shown


def test_figures_lead_to_the_list_behind_them(small, signed_in):
    computed(small)
    shown = text_of(signed_in("county"), address())
    assert reverse("figure-list") in shown
    assert f"{reverse('duties')}?town=" in shown, "shares that scores count themselves lead somewhere too"


def test_a_town_comes_straight_to_its_own_score_and_never_to_anothers(small, signed_in):
    computed(small)
    client = signed_in("town")
    assert client.get(reverse("assessment")).url == address()
    assert client.get(address(f"town:{TOWN_B}")).status_code == 403
    assert client.get(reverse("assessment"), {"kind": "department"}).status_code == 403


def test_pages_need_few_queries(small, signed_in):
    for number in range(4):
        find(small, submission=uuid4(), words=f"问题之{number}，记录不全")
    computed(small)
    client = signed_in("county")
    assert queries(client, reverse("assessment")) <= 26
    assert queries(client, address()) <= 24


# --- objections -----------------------------------------------------------------------------------------------------


def test_objecting_and_reviewing_on_pages(small, signed_in):
    one = find(small)
    seated = announced(small)
    at(AFTER)
    client = signed_in("town")
    form = reverse("score-object", args=[score_of(TOWN).pk])
    assert "签到" not in text_of(client, f"{form}?indicator=findings&record=finding:{one.pk}")
    sent = {
        "submission": str(uuid4()),
        "indicator": "findings",
        "record": f"finding:{one.pk}",
        "words": "签到表在档案室，已拍照",
    }
    refused = client.post(form, sent | {"words": "不"})
    assert "没有写清理由" in refused.content.decode()
    client.post(form, sent | {"files": SimpleUploadedFile("a.jpg", picture("a").read(), "image/jpeg")})
    row = Objection.objects.get()
    deciding = as_post(seated)
    assert "1 件异议等待复核" in text_of(deciding, reverse("assessment") + "?list=1")
    review = reverse("objection-review", args=[row.pk])
    assert client.post(review, {"verdict": "accept", "words": "自己复核自己"}).status_code == 403
    deciding.post(review, {"verdict": "accept", "words": "已核对签到表原件"})
    shown = text_of(client, address())
    assert "采纳" in shown
    assert "公布时（异议之前）" in shown


def test_freezing_from_the_page(small, signed_in):
    seated = announced(small)
    at(AFTER + timedelta(days=8))
    client = as_post(seated)
    assert "确定结果" in text_of(client, f"{reverse('assessment')}?period=2022-Q3&kind=town&list=1")
    client.post(reverse("assessment-act"), {"period": "2022-Q3", "kind": "town", "act": "freeze"})
    row = Assessment.objects.get(kind="town", period="2022-Q3")
    assert row.frozen_on == AFTER + timedelta(days=8)
    assert row.digest[:16] in text_of(client, f"{reverse('assessment')}?period=2022-Q3&kind=town&list=1")
    assert "2022年第三季度" in text_of(client, reverse("assessment-year") + "?year=2022&kind=town")


def test_the_score_as_word_and_the_list_as_a_workbook(small, signed_in):
    find(small)
    computed(small)
    client = signed_in("town")
    made = client.get(reverse("score-paper", args=[score_of(TOWN).pk, "docx"]))
    assert b"".join(made.streaming_content)[:2] == b"PK"
    sheet = client.get(reverse("assessment-list") + "?period=2022-Q3&kind=town")
    assert b"".join(sheet.streaming_content)[:2] == b"PK"
    assert client.get(reverse("score-paper", args=[score_of(TOWN).pk, "exe"])).status_code == 400


# --- the sheet ------------------------------------------------------------------------------------------------------


def test_a_sheet_is_shown_in_words_and_changed_by_the_county(small, signed_in):
    client = signed_in("county")
    page = reverse("score-sheet", args=["town"])
    shown = text_of(client, page)
    for words in ("网格排查报送", "按农户数折算", "default", "自查自纠"):
        assert words in shown, words
    import yaml

    content = dict(shipped_sheets()[Kind.TOWN].content) | {"title": "本县考核表"}
    sent = {
        "how": "text",
        "from_quarter": "2022-Q4",
        "document": "考核办〔2022〕8号",
        "content": yaml.safe_dump(content, allow_unicode=True),
    }
    change = reverse("score-sheet-change", args=["town"])
    for more, words in (
        ({"document": ""}, "没有写依据"),
        ({"content": "a: ["}, "格式不对"),
        ({"content": "kind: team"}, "类别不一致"),
    ):
        assert words in client.post(change, sent | more).content.decode(), words
    client.post(change, sent)
    assert SheetChange.objects.get().document == "考核办〔2022〕8号"
    assert "考核办〔2022〕8号" in text_of(client, page)
    assert "修订考核表" not in text_of(signed_in("town"), page)


def test_the_numbers_of_a_sheet_are_changed_in_a_form(small, signed_in):
    client, change = signed_in("county"), reverse("score-sheet-change", args=["town"])
    assert 'name="indicators.patrols.points" value="8"' in text_of(client, reverse("score-sheet", args=["town"]))
    sent = {
        "how": "numbers",
        "from_quarter": "2022-Q4",
        "document": "考核办〔2022〕9号",
        "indicators.patrols.points": "9",
    }
    assert "合计 101 分" in client.post(change, sent).content.decode()
    assert "不是数" in client.post(change, sent | {"indicators.patrols.points": "九"}).content.decode()
    client.post(change, sent | {"indicators.visited.points": "11", "penalty.fabricated.each.finding_harm": "7.5"})
    kept = SheetChange.objects.get().content
    assert (kept["indicators"][0]["points"], kept["indicators"][1]["points"]) == (9, 11)
    assert kept["penalty"]["items"][2]["each"]["finding_harm"] == 7.5


# --- attendance -----------------------------------------------------------------------------------------------------


def test_a_village_enters_days_on_its_own_page_and_the_town_verifies_the_month(small, signed_in):
    who = member(small)
    village, town = signed_in("village"), signed_in("town")
    page = reverse("attendance-village", args=[VILLAGE_A])
    assert village.get(reverse("attendance")).url == page
    days = reverse("attendance-days", args=[who.pk])
    village.post(days, {"first": "2022-09-12", "last": "2022-09-13", "state": "in_village"})
    assert Attendance.objects.count() == 2
    refused = village.post(days, {"first": "2022-09-11", "state": "leave"}).content.decode()
    assert "“请假”没有写原因" in refused
    village.post(
        days,
        {
            "first": "2022-08-01",
            "last": "2022-08-21",
            "state": "in_village",
            "reason": "没有信号补登",
            "month": "2022-08",
        },
    )
    verdict = reverse("attendance-verdict", args=[who.pk])
    assert "还没有过完" in town.post(verdict, {"month": "2022-09", "verdict": "verify"}).content.decode()
    town.post(verdict, {"month": "2022-08", "verdict": "verify"})
    assert MonthVerdict.objects.get().days == 21
    assert "镇里已核实" in text_of(village, f"{page}?month=2022-08")
    closed = village.post(days, {"first": "2022-08-22", "state": "in_village", "reason": "补登", "month": "2022-08"})
    assert "8月已由镇里核实" in closed.content.decode()
    assert "到今天应在村 9 天（全月 20 天）" in text_of(village, page)


def test_the_month_of_all_villages(small, signed_in):
    who = member(small)
    attend(small, who, date(2022, 9, 1), 5, today=DAY)
    shown = text_of(signed_in("county"), reverse("attendance"))
    assert "双柳村" in shown
    assert "没有驻村队员的村" in shown
    assert signed_in("village").get(reverse("attendance-village", args=[VILLAGE_B])).status_code == 403
    assert queries(signed_in("county"), reverse("attendance")) <= 20


def test_members_are_entered_and_leave(small, signed_in):
    town = signed_in("town")
    add = reverse("team-member-add", args=[VILLAGE_A])
    given = {"name": "演示·乙", "role": "head", "sent_by": "县林业局", "from_day": "2022-09-01"}
    town.post(add, given)
    town.post(add, given)
    one = TeamMember.objects.get()
    assert "没有写姓名" in town.post(add, given | {"name": ""}).content.decode()
    town.post(reverse("team-member-end", args=[one.pk]), {"on": "2022-09-10", "why": "轮换"})
    assert TeamMember.objects.get().valid_to == date(2022, 9, 10)


# --- merit and accountability ---------------------------------------------------------------------------------------


def a_case(small, **more) -> Proceeding:
    given = {
        "kind": CaseKind.ACCOUNTABILITY, "unit": TOWN, "person": small.posts["town"], "origin": "sheet:5", "words": "督办单逾期移交考核办",
        "submission": uuid4(), "today": DAY, "now": NOW,
    } | more  # fmt: skip
    return open_case(post=small.posts["county"], **given)


def test_only_those_concerned_see_a_case(small, signed_in):
    row = a_case(small)
    page = reverse("proceeding", args=[row.pk])
    assert "督办单逾期移交考核办" in text_of(signed_in("county"), page)  # who opened it
    assert "督办单逾期移交考核办" in text_of(signed_in("town"), page)  # whom it is about
    assert "督办单逾期移交考核办" in text_of(as_post(head(small)), page)  # who decides
    for role in ("village", "inspector", "department", "grid"):
        assert signed_in(role).get(page).status_code == 403
        assert "东河镇 防返贫专干" not in text_of(signed_in(role), reverse("proceedings"))


def test_the_person_speaks_on_the_page_and_the_seat_decides(small, signed_in):
    row = a_case(small)
    step, page = reverse("proceeding-step", args=[row.pk]), reverse("proceeding", args=[row.pk])
    county, town = signed_in("county"), signed_in("town")
    deciding = as_post(head(small))
    assert (
        "不能作出决定"
        in deciding.post(step, {"act": "decide", "form": "reminder_talk", "words": "请予提醒谈话"}).content.decode()
    )
    county.post(step, {"act": "check", "words": "督办单三次逾期，未申请延期"})
    assert "陈述" in text_of(town, page)
    town.post(step, {"act": "speak", "words": "七月全镇抗洪，未及时整改"})
    deciding.post(step, {"act": "decide", "form": "reminder_talk", "words": "情节较轻，予以提醒"})
    row.refresh_from_db()
    assert (row.state, row.form) == ("decided", "reminder_talk")
    assert reverse("bulletin", args=[row.paper]) in text_of(deciding, page)


def test_opening_from_a_form_twice_is_one(small, signed_in):
    client, new = signed_in("county"), reverse("proceeding-new")
    assert "先选单位" in text_of(client, new)
    assert "整个单位" in text_of(client, f"{new}?unit={TOWN}&kind=merit")
    sent = {"submission": str(uuid4()), "unit": TOWN, "kind": "merit", "words": "抗洪转移群众无一伤亡", "origin": ""}
    for _ in range(2):
        client.post(new, sent)
    assert Proceeding.objects.count() == 1
    assert "没有写为什么立件" in client.post(new, sent | {"submission": str(uuid4()), "words": ""}).content.decode()


def test_a_handed_over_sheet_waits_for_the_office_until_a_case_is_opened(small, signed_in):
    sheet = Sheet.objects.create(
        origin="x", colour="red", cause="direct", matter="双柳村整改逾期", sealed=b"", unit=TOWN, person=small.posts["town"],
        state="handed_over", year=2022, number=1, drafted_on=DAY, drafted_by=1, drafted_title="x", signed_by=1, issued_on=DAY,
        due_on=DAY, submission=uuid4(), recorded_at=NOW,
    )  # fmt: skip
    one = HandOver.objects.create(
        sheet=sheet, to="assessment", cause="overdue", state="sent", proposed_on=DAY, sent_on=DAY, recorded_at=NOW
    )
    client = as_post(office(small))
    shown = text_of(client, reverse("proceedings"))
    assert "1 张移交的督办单还没有立件" in shown
    assert "双柳村整改逾期" not in text_of(signed_in("county"), reverse("proceedings"))
    row = a_case(small, origin=f"hand_over:{one.pk}")
    assert "移交的督办单还没有立件" not in text_of(client, reverse("proceedings"))
    assert reverse("hand-overs") in text_of(client, reverse("proceeding", args=[row.pk]))
