"""Sheets in the browser: list, page, forms; what each role is offered; few queries."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from sangesan.accounts.models import Post
from sangesan.accounts.queries import system_post
from sangesan.supervision.models import HandOver, LookBack, Sheet
from sangesan.supervision.nightly import run_night
from sangesan.supervision.reviewing import close
from sangesan.supervision.words import number_of
from supervision.sheets_county import UNIT_A, Supervised, at, blue, corrected, finding, later, photo, with_seats
from web.small_county import DAY, SmallCounty


@pytest.fixture
def county(small_county: SmallCounty) -> Supervised:
    return with_seats(small_county)


def client_of(post: Post) -> Client:
    """Signed in and acting under the post."""
    client = Client()
    client.force_login(post.user)
    session = client.session
    session["post"] = post.pk
    session.save()
    return client


def text(client: Client, name: str, *arguments: object, **query: str) -> str:
    answer = client.get(reverse(name, args=arguments), query)
    assert answer.status_code == 200, answer.content[:400]
    return answer.content.decode()


def test_from_a_finding_to_the_close(county: Supervised) -> None:
    found = finding(county)
    inspector, head, village = (client_of(county[name]) for name in ("inspector", "team_head", "village"))
    assert f"{reverse('sheet-new')}?finding={found.pk}" in text(inspector, "finding", found.pk)
    form = text(inspector, "sheet-new", finding=str(found.pk))
    assert 'id="matter" name="matter" required maxlength="200" value="民主评议会议记录不规范"' in form
    assert "东河镇双柳村" in form.split('id="unit"')[1].split("</select>")[0]
    given = {
        "finding": found.pk, "unit": UNIT_A, "person": county["village"].pk, "matter": "双柳村会议记录不规范",
        "requirement": "补齐会议记录", "colour": "blue", "submission": uuid4(),
    }  # fmt: skip
    inspector.post(reverse("sheet-new"), given)
    sheet = Sheet.objects.get()
    assert (sheet.state, sheet.finding_id) == ("draft", found.pk)
    assert f"等 {county['team_head'].title} 签发" in text(inspector, "sheet", sheet.pk)
    assert "蓝" in text(inspector, "finding", found.pk)
    assert number_of(sheet) in text(inspector, "finding", found.pk)
    assert "等您办理" in text(head, "sheets")
    assert "双柳村会议记录不规范" in text(head, "sheets")
    assert "双柳村会议记录不规范" not in text(village, "sheets")
    head.post(reverse("sheet-sign", args=[sheet.pk]))
    page = text(village, "sheet", sheet.pk)
    assert "签收" in page
    assert reverse("sheet-close", args=[sheet.pk]) not in page
    village.post(reverse("sheet-receive", args=[sheet.pk]))
    file = SimpleUploadedFile("p.jpg", photo(), "image/jpeg")
    village.post(
        reverse("sheet-rectify", args=[sheet.pk]), {"words": "已补齐并签字", "files": file, "submission": uuid4()}
    )
    sheet.refresh_from_db()
    assert (sheet.state, sheet.evidence) == ("rectified", 1)
    page = text(head, "sheet", sheet.pk)
    assert f"由 {county['team_head'].title} 审核销号" in page
    assert "整改期限" in page
    assert reverse("sheet-close", args=[sheet.pk]) in page
    assert "已补齐并签字" in page
    head.post(reverse("sheet-close", args=[sheet.pk]), {"words": "材料齐全，符合要求"})
    sheet.refresh_from_db()
    assert sheet.state == "closed"
    assert "双柳村会议记录不规范" in text(inspector, "look-backs")


def test_a_refusal_stands_in_the_form_and_nothing_is_lost(county: Supervised) -> None:
    sheet = blue(county)
    village = client_of(county["village"])
    village.post(reverse("sheet-receive", args=[sheet.pk]))
    address, given = reverse("sheet-rectify", args=[sheet.pk]), {"words": "已经补齐签字", "submission": uuid4()}
    whole = village.post(address, given)
    assert whole.status_code == 200
    assert "没有整改的佐证" in whole.content.decode()
    assert "已经补齐签字" in whole.content.decode()
    part = village.post(address, given, headers={"HX-Request": "true"}).content.decode()
    assert "没有整改的佐证" in part
    assert "<html" not in part


def test_past_its_deadline_it_says_what_still_helps(county: Supervised) -> None:
    sheet = blue(county, later(-10))
    page = text(client_of(county["village"]), "sheet", sheet.pk)
    assert "已过期限，不能再申请延期；现在报送整改仍有用" in page
    assert "已提出升级" not in page
    run_night(post=system_post(), day=DAY, progress=lambda *_: None, **at(DAY))
    page = text(client_of(county["village"]), "sheet", sheet.pk)
    assert "已提出升级" in page
    assert "整改期限" in page


def test_out_of_reach(county: Supervised) -> None:
    sheet = blue(county)
    assert client_of(county["department"]).get(reverse("sheet", args=[sheet.pk])).status_code == 403
    assert client_of(county["village"]).post(reverse("sheet-sign", args=[sheet.pk])).status_code == 403
    assert client_of(county["village"]).get(reverse("hand-overs")).status_code == 403


def test_evidence_is_served_to_those_who_see_the_sheet(county: Supervised) -> None:
    from sangesan.files.models import Attachment

    sheet = corrected(county, blue(county), later(1))
    file = Attachment.objects.get(subject=f"sheet:{sheet.pk}")
    assert client_of(county["team_head"]).get(reverse("attachment", args=[file.pk])).status_code == 200
    assert client_of(county["town"]).get(reverse("attachment", args=[file.pk])).status_code == 200
    assert client_of(county["department"]).get(reverse("attachment", args=[file.pk])).status_code == 403


def test_a_look_back_by_the_form(county: Supervised) -> None:
    sheet = corrected(county, blue(county, later(-40)), later(-39))
    close(post=county["team_head"], sheet_id=sheet.pk, words="符合要求", **at(later(-38)))
    row = LookBack.objects.get()
    inspector = client_of(county["inspector"])
    assert "逾期" in text(inspector, "look-backs")
    given = {
        "result": "came_back", "words": "会议记录又缺签字", "found_on": DAY.isoformat(), "submission": uuid4(),
        "files": SimpleUploadedFile("p.jpg", photo(), "image/jpeg"),
    }  # fmt: skip
    answer = inspector.post(reverse("look-back", args=[row.pk]), given)
    row.refresh_from_db()
    assert row.raised is not None
    assert answer.headers["Location"] == reverse("sheet", args=[row.raised_id])
    assert "反弹" in text(inspector, "look-backs", show="done")
    assert "同一事项的督办单" in text(inspector, "sheet", row.raised_id)
    assert "同一事项的督办单" not in text(
        client_of(county["village"]), "sheet", sheet.pk
    )  # a draft is not theirs to see


def test_hand_over_by_the_pages(county: Supervised) -> None:
    sheet = blue(county, later(-9), colour="red", reason="情况紧急需要从重", signed_by=county["group"])
    run_night(post=system_post(), day=DAY, today=DAY, now=at(DAY)["now"], progress=lambda *_: None)
    group, discipline = client_of(county["group"]), client_of(county["discipline"])
    assert "待移交" in text(group, "hand-overs")
    given = {"to": "discipline", "cause": "overdue", "words": "逾期拒不整改"}
    group.post(reverse("sheet-hand-over", args=[sheet.pk]), given)
    row = HandOver.objects.get(to="discipline")
    assert row.state == "sent"
    discipline.post(reverse("hand-over-receive", args=[row.pk]))
    discipline.post(reverse("hand-over-conclude", args=[row.pk]), {"words": "已谈话提醒"})
    row.refresh_from_db()
    assert row.state == "concluded"
    assert "已谈话提醒" in text(group, "hand-overs")


def test_the_colour_always_has_its_word(county: Supervised) -> None:
    for colour, name in (("yellow", "style"), ("red", "group")):
        blue(county, colour=colour, reason="情况紧急需要从重", signed_by=county[name])
    blue(county)
    page = text(client_of(county["county"]), "sheets")
    for colour, word in (("blue", "蓝单"), ("yellow", "黄单"), ("red", "红单")):
        chips = page.split(f'sheet-chip-{colour}">')[1:]
        assert chips
        assert all(chip.split("</span>", 2)[1].startswith(word) for chip in chips)


def test_filters_and_pages(county: Supervised) -> None:
    sheets = [blue(county, later(-40 - 91 * n)) for n in range(3)]  # each in a quarter of its own
    inspector = client_of(county["inspector"])
    assert "没有符合条件" in text(inspector, "sheets", colour="red")
    assert sheets[0].matter in text(inspector, "sheets", overdue="1", state="issued", unit=UNIT_A)
    assert inspector.get(reverse("sheets"), {"after": "x"}).status_code == 400
    village = client_of(county["village"])
    assert "本单位" in text(village, "sheets")


@pytest.mark.parametrize("role", ["county", "town", "village", "grid", "department", "inspector"])
def test_every_role_opens_the_list(county: Supervised, role: str) -> None:
    blue(county)
    assert "督办单" in text(client_of(county[role]), "sheets")
    text(client_of(county[role]), "look-backs")


def test_a_sheet_out_of_reach_leads_back_to_the_list(county: Supervised) -> None:
    answer = client_of(county["village"]).get(reverse("sheet", args=[9999]))
    assert answer.status_code == 403
    assert f'href="{reverse("sheets")}">' in answer.content.decode().split("没有这张督办单", 1)[1]


def test_a_unit_without_findings_is_led_to_its_sheets(county: Supervised) -> None:
    village = client_of(county["village"])
    assert "张督办单" not in text(village, "findings")
    blue(county)
    page = text(village, "findings")
    assert "另有 1 张督办单" in page
    assert "张督办单" not in text(village, "findings", defect="other")  # an empty filter is no empty list


def test_few_queries_however_many_sheets(county: Supervised, django_assert_max_num_queries: object) -> None:
    inspector, village = client_of(county["team_head"]), client_of(county["village"])
    for n in range(6):
        blue(county, DAY - timedelta(days=100 * n))
    for client in (inspector, village):
        text(client, "sheets")
        with django_assert_max_num_queries(22):  # type: ignore[operator]
            text(client, "sheets")
    with django_assert_max_num_queries(30):  # type: ignore[operator]
        text(village, "sheet", Sheet.objects.first().pk)  # type: ignore[union-attr]


def test_the_paper(county: Supervised) -> None:
    sheet = blue(county)
    answer = client_of(county["village"]).get(reverse("sheet-paper", args=[sheet.pk, "docx"]))
    assert answer.status_code == 200
    assert b"".join(answer).startswith(b"PK")
    made = Sheet.objects.create(
        origin="", colour="blue", cause="found", matter="x", sealed=b"", unit=UNIT_A, person=county["village"],
        drafted_on=DAY, drafted_by=1, drafted_title="x", submission=uuid4(), recorded_at=at(DAY)["now"],
    )  # fmt: skip
    assert client_of(county["inspector"]).get(reverse("sheet-paper", args=[made.pk, "pdf"])).status_code == 400
