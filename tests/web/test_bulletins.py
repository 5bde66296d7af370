"""Pages of official documents: from the draft to the receipts, for those who write and those who receive."""

from __future__ import annotations

import re
from datetime import date
from io import BytesIO

import docx
import pytest
from django.urls import reverse

from bulletins.offices import PARTS, a_post, drafted, heads, issued, seat
from sangesan.accounts.models import Post
from sangesan.bulletins.actions import sign, withdraw
from sangesan.bulletins.models import Counter, Document
from sangesan.documents.form import Paragraphs
from sangesan.inspections.findings import record_finding
from sangesan.leadership.units import Unit
from sangesan.registry.models import Household
from web.case_pages import queries, text_of, today_is
from web.small_county import DAY, NOW, VILLAGE_A, VILLAGE_B

pytestmark = pytest.mark.django_db


def at(route: str, document: Document, *more: object) -> str:
    return reverse(route, args=[document.pk, *more])


def found(post: Post, place: str, words: str, defect: str = "missing_patrols", **more: object):
    """A finding of the day before."""
    from uuid import uuid4

    return record_finding(
        post=post, defect=defect, unit=Unit("village", place).key, place=place, words=words, found_on=date(2022, 9, 12),
        submission=uuid4(), now=NOW, today=DAY, **more,
    )  # fmt: skip


def test_what_waits_stands_first_and_one_tap_signs_for_it(small, signed_in):
    document = issued(small, heads(small))
    town = signed_in("town")
    listed = text_of(town, reverse("bulletins"))
    assert listed.index("待签收") < listed.index("<table")
    assert "2022-09-16 前签收" in listed
    assert "请代表本单位签收" in text_of(town, at("bulletin", document))
    assert town.post(at("bulletin-read", document)).url == at("bulletin", document)
    assert "请代表本单位签收" not in text_of(town, at("bulletin", document))
    assert "card-due" not in text_of(town, reverse("bulletins"))
    shown = text_of(signed_in("county"), at("bulletin", document))
    assert re.search(r"✓ 东河镇.*东河镇 防返贫专干", shown)
    assert "○ 西山镇" in shown
    assert "签收情况" not in text_of(town, at("bulletin", document)), "who else has read it is not the town's to see"


def test_who_has_not_signed_for_it_in_time_is_named(small, signed_in):
    document = issued(small, heads(small))
    today_is(date(2022, 9, 17))
    assert "应在 2022-09-16 前签收，已过期" in text_of(signed_in("town"), reverse("bulletins"))
    assert text_of(signed_in("inspector"), at("bulletin", document)).count("超期未签收") == document.addressees.count()


def test_the_page_shows_the_paper(small, signed_in):
    shown = text_of(signed_in("village"), at("bulletin", issued(small, heads(small))))
    for words in ("第1期", "试验县加强作风建设工作领导小组办公室", "试验县狠抓落实工作领导小组办公室", "2022年9月13日印发",
                  "各镇人民政府，县级各部门：", "一、督查发现的问题", "抄送："):  # fmt: skip
        assert words in shown, words
    assert 'style="' not in re.search(r"<article.*</article>", shown, re.DOTALL).group()


def test_the_files_are_those_of_the_issue(small, signed_in):
    document = issued(small, heads(small))
    answer = signed_in("department").get(at("bulletin-file", document, "docx"))
    assert answer.headers["Cache-Control"] == "private, no-store"
    texts = [p.text for p in docx.Document(BytesIO(b"".join(answer.streaming_content))).paragraphs]
    assert "第1期" in texts
    assert signed_in("county").get(at("bulletin-file", document, "xlsx")).status_code == 400


def test_a_draft_is_the_writers_alone(small, signed_in):
    document = drafted(small)
    for role in ("town", "village", "grid", "department"):
        assert signed_in(role).get(at("bulletin", document)).status_code == 403
        assert signed_in(role).get(at("bulletin-file", document, "pdf")).status_code == 403
        assert "还没有发给您的公文" in text_of(signed_in(role), reverse("bulletins"))
    for role in ("county", "inspector"):
        assert "起草中" in text_of(signed_in(role), at("bulletin", document))


def test_editing_paragraph_by_paragraph(small, signed_in):
    document = drafted(small)
    client, address = signed_in("inspector"), at("bulletin-edit", document)
    page = text_of(client, address)
    for name in ("p0-t0", "p1", "p2-t0", "p3-r0c1", "p3-r1c0"):
        assert f'name="{name}"' in page, name
    given = {
        "version": 1, "title": "改过的标题", "main_words": "东河镇人民政府", "copies": "县委办公室\n\n县政府办公室", "urgent": "特急",
        "p0-t0": "第一段\n第二段", "p0-t1": "", "p1": "一、问题", "p2-t0": "", "p2-t1": "新的一段",
        "p3-r0c0": "1", "p3-r0c1": "没有记录", "p3-r1c0": "2", "p3-r1c1": "没有方案", "new-heading": "二、要求", "new-text": "限期整改。",
    }  # fmt: skip
    assert client.post(address, given).url == at("bulletin", document)
    shown = text_of(client, at("bulletin", document))
    for words in (
        "改过的标题",
        "东河镇人民政府：",
        "抄送：</span><span>县委办公室，县政府办公室。",
        "特急",
        "没有方案",
        "二、要求",
    ):
        assert words in shown, words
    assert shown.count('<p class="paper-text">') == 4
    changes = text_of(client, at("bulletin-changes", document))
    assert "<del>东河镇双柳村：无安全饮水巡查记录。</del>" in changes
    assert "<ins>2 | 没有方案</ins>" in changes
    again = client.post(address, given)
    assert again.status_code == 400
    assert "刚被别人改过" in again.content.decode()


def test_signing_issuing_sending_back(small, signed_in):
    document = drafted(small)
    style = a_post("inspector", "作风办主任")
    seat(small, "style_office_head", style)
    seat(small, "execution_office_head", small.posts["inspector"])
    client = signed_in("inspector")
    assert "待您签发" in text_of(client, reverse("bulletins"))
    page = text_of(client, at("bulletin", document))
    assert "待签发" in page
    assert at("bulletin-issue", document) not in page
    sign(post=style, document=document, now=NOW, today=DAY)
    assert "待签发（1/2）" in text_of(client, at("bulletin", document))
    client.post(at("bulletin-sign", document))
    assert at("bulletin-edit", document) not in text_of(client, at("bulletin", document))
    refused = client.post(at("bulletin-send-back", document), {"reason": ""})
    assert "没有写为什么退回" in refused.content.decode()
    client.post(at("bulletin-send-back", document), {"reason": "期限要核对"})
    assert "退回：期限要核对" in text_of(client, at("bulletin", document))
    for post in (style, small.posts["inspector"]):
        sign(post=post, document=document, now=NOW, today=DAY)
    client.post(at("bulletin-issue", document))
    assert Document.objects.get().number == 1


def test_a_telephone_in_the_text_is_refused_on_the_page(small, signed_in):
    seat(small, "style_office_head", small.posts["inspector"])
    document = drafted(small, parts=[Paragraphs(["联系电话13800001234。"])])
    answer = signed_in("inspector").post(at("bulletin-sign", document))
    assert answer.status_code == 400
    assert "电话号码（11位）" in answer.content.decode()


def test_the_name_of_a_household_is_pointed_out(small, signed_in):
    Household.objects.filter(code=f"{VILLAGE_A}00001").update(head_name="陈大山")
    document = drafted(small, parts=[Paragraphs(["陈大山户公示不足5天。"])])
    assert "与户主同名" in text_of(signed_in("inspector"), at("bulletin", document))
    assert "与户主同名" not in text_of(signed_in("inspector"), at("bulletin", drafted(small, "test:2")))


def test_withdrawn_it_stays_with_the_word(small, signed_in):
    signers = heads(small)
    document = issued(small, signers)
    withdraw(post=signers[0], document=document, reason="期号排错", now=NOW, today=DAY)
    shown = text_of(signed_in("town"), at("bulletin", document))
    assert "这份公文已撤销，不再执行" in shown
    assert "期号排错" in shown
    assert "请代表本单位签收" not in shown


def test_a_correction_names_the_former_number(small, signed_in):
    document = issued(small, heads(small))
    edit = signed_in("inspector").post(at("bulletin-correct", document)).url
    new = Document.objects.get(corrects=document)
    assert edit == at("bulletin-edit", new)
    assert "现对2022年第1期《督查通报》更正如下" in text_of(signed_in("inspector"), at("bulletin", new))


def test_the_inspection_bulletin_is_drafted_from_findings(small, signed_in):
    inspector = small.posts["inspector"]
    found(inspector, VILLAGE_A, "无安全饮水巡查记录，未建立季节性缺水长效机制")
    found(inspector, VILLAGE_B, "2022年4月新纳入监测户3户，民主评议会议记录不规范", "irregular_records")
    home = Household.objects.get(code=f"{VILLAGE_A}00001")
    found(inspector, VILLAGE_A, f"{home.head_name}户公示不足5天", "irregular_records", household=home)
    client = signed_in("inspector")
    given = {
        "kind": "inspection",
        "first": "2022-09-01",
        "last": "2022-09-13",
        "title": "关于督查情况的通报",
        "good": "当天录入",
    }
    address = client.post(reverse("bulletin-new"), given).url
    shown = text_of(client, address)
    for words in (
        "东河镇双柳村：无安全饮水巡查记录，未建立季节性缺水长效机制。", "西山镇高坪村，2022年4月新纳入监测户3户，民主评议会议记录不规范。",
        "发现问题3个", "（一）评议公示等程序不规范（2个）", "东河镇双柳村：某某户公示不足5天。", "二、好的做法", "附件：", "督查发现问题清单",
    ):  # fmt: skip
        assert words in shown, words
    assert home.head_name not in shown
    found(inspector, VILLAGE_B, "无安全饮水巡查记录")
    assert client.post(reverse("bulletin-new"), given).url == address
    assert "发现问题4个" in text_of(client, address), "nobody has edited it: drafted anew"


def test_days_without_anything_found_are_refused(small, signed_in):
    given = {"kind": "inspection", "first": "2022-01-01", "last": "2022-01-31", "title": "题目"}
    answer = signed_in("inspector").post(reverse("bulletin-new"), given)
    assert answer.status_code == 400
    assert "没有督查、问题和回头看记录" in answer.content.decode()


def test_any_other_document_by_hand(small, signed_in):
    client = signed_in("county")
    page = text_of(client, reverse("bulletin-new"))
    submission = re.search(r'name="submission" value="([^"]+)"', page).group(1)
    given = {
        "kind": "manual",
        "submission": submission,
        "series": "notice",
        "title": "关于做好监测工作的通知",
        "text": "一段。\n又一段。",
        "to": ["towns"],
    }
    address = client.post(reverse("bulletin-new"), given).url
    assert client.post(reverse("bulletin-new"), given).url == address, "sent twice it is one draft"
    shown = text_of(client, address)
    assert "各镇人民政府：" in shown
    assert "防返贫动态监测帮扶工作专班文件" in re.sub(r"</div>\s*</div>\s*<div>", "", shown)


def test_numbers_that_began_elsewhere(small, signed_in):
    client, address = signed_in("inspector"), reverse("bulletin-numbers")
    assert "还没有编过号" in text_of(client, address)
    given = {"series": "inspection_bulletin", "year": "2022", "last_number": "20", "document": "发文登记簿"}
    assert client.post(address, given | {"last_number": "x"}).status_code == 400
    assert client.post(address, given).status_code == 302
    assert Counter.objects.get().last == 20
    assert issued(small, heads(small)).number == 21
    assert client.post(address, given | {"last_number": "30"}).status_code == 400


def test_the_list_asks_few_questions_however_long(small, signed_in):
    signers = heads(small)
    document = issued(small, signers)
    county, town = signed_in("county"), signed_in("town")
    before = [
        queries(county, reverse("bulletins")),
        queries(town, reverse("bulletins")),
        queries(county, at("bulletin", document)),
    ]
    for number in range(2, 6):
        issued(small, signers, f"test:{number}", parts=PARTS)
    after = [
        queries(county, reverse("bulletins")),
        queries(town, reverse("bulletins")),
        queries(county, at("bulletin", document)),
    ]
    assert before == after
