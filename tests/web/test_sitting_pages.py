"""Pages of meetings, notices and the national list; and that queries do not grow with what there is."""

from __future__ import annotations

import re
from datetime import timedelta
from io import BytesIO

import pytest
from django.urls import reverse
from python_calamine import CalamineWorkbook

from cases.builders import case_at
from cases.way import set_line
from sangesan.assistance.models import Request
from sangesan.cases.models import (
    Case,
    Meeting,
    Notice,
    Objection,
)
from sangesan.cases.states import State
from sangesan.files.attaching import attach
from sangesan.files.models import Attachment, StoredFile
from sangesan.registry.models import Household, Person
from web.case_pages import convened, many_households, outcomes, picture, queries, text_of, today_is
from web.small_county import DAY, NOW, VILLAGE_A, identity

pytestmark = pytest.mark.django_db


# --- meetings -----------------------------------------------------------------------------------------------------


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
