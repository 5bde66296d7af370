"""Pages of papers: the file and its name, places' lists, photos given back, adults ticked, links on a record."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.template import Context, Template
from django.test import RequestFactory
from django.urls import reverse

from cases.builders import case_at, fill
from cases.test_papers import words
from cases.test_returning import photo
from cases.way import Way
from sangesan.audit.models import Entry
from sangesan.cases.models import Authorisation, PrintedPaper
from sangesan.cases.states import State
from sangesan.documents.barcode import paper_code
from sangesan.documents.printing import CONTENT_TYPES
from sangesan.files.models import Attachment
from sangesan.registry.models import Household
from sangesan.web.paper_offers import offers
from web.small_county import TOWN_A, TOWN_B, VILLAGE_A


@pytest.fixture
def case(small):
    made = case_at(Household.objects.get(code=f"{VILLAGE_A}00001"), State.TRACKED, small.posts["county"])
    return made, fill(made, small.posts["village"])


def body(answer) -> bytes:
    return b"".join(answer.streaming_content)


@pytest.mark.parametrize("kind", ["docx", "xlsx"])
def test_the_file_comes_with_its_name_and_type_and_is_kept_by_no_proxy(signed_in, case, kind):
    form, subject = ("check", case[0].pk) if kind == "docx" else ("monitored", int(TOWN_A))
    answer = signed_in("town").get(reverse("paper", args=[form, subject, kind]))
    assert answer.headers["Content-Type"] == CONTENT_TYPES[kind]
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert "陈大山" in words(body(answer), kind)
    assert Entry.objects.filter(tag__endswith=":print").count() == 1


def test_a_refusal_is_a_page_not_a_file(signed_in, case):
    assert signed_in("town").get(reverse("paper", args=["no_such", case[0].pk, "pdf"])).status_code == 400
    assert signed_in("town").get(reverse("paper", args=["ledger", int(TOWN_B), "docx"])).status_code == 403
    assert signed_in("town").get(reverse("paper", args=["ledger", int(TOWN_A), "docx"]) + "?since=x").status_code == 400


def test_the_page_of_places_leads_to_the_file(signed_in, case):
    town = signed_in("town")
    page = town.get(reverse("papers")).content.decode()
    assert VILLAGE_A in page
    assert TOWN_B not in page
    answer = town.get(reverse("papers"), {"form": "ledger", "place": TOWN_A, "kind": "xlsx", "since": "2022-09-01", "until": "2022-09-13"})
    assert answer.url == reverse("paper", args=["ledger", int(TOWN_A), "xlsx"]) + "?since=2022-09-01&until=2022-09-13"
    assert body(town.get(answer.url))[:2] == b"PK"
    assert "610998" in signed_in("county").get(reverse("papers")).content.decode()


def test_photos_come_back_and_the_adults_on_the_paper_are_ticked(signed_in, small):
    way, village = Way(small), signed_in("village")
    village.get(reverse("paper", args=["application", way.case.pk, "docx"]))
    paper = PrintedPaper.objects.get()
    code = paper_code("APL", paper.pk)
    files = [SimpleUploadedFile(f"{n}.jpg", data, "image/jpeg") for n, data in enumerate((photo(code), photo()))]
    page = village.post(reverse("paper-return"), {"photos": files}).content.decode()
    assert "陈大山" in page
    assert "没有认出" in page
    assert page.count('name="people"') == 2
    returned = reverse("paper-returned", args=[paper.pk])
    shown = village.get(returned)
    assert shown.status_code == 200
    picture = Attachment.objects.get(subject=f"paper:{paper.pk}")
    assert village.get(reverse("attachment", args=[picture.pk])).status_code == 200
    one = shown.context["one"]
    nobody = village.post(returned, {"version": one.version, "on": "2022-09-13"}).content.decode()
    assert "请勾选" in nobody
    assert not Authorisation.objects.exists()
    answer = village.post(returned, {"version": one.version, "on": "2022-09-13", "people": [p for p, _ in one.adults]})
    assert answer.url == returned
    assert set(Authorisation.objects.values_list("way", "paper")) == {("paper", paper.pk)}


def test_a_code_is_typed_where_the_photo_shows_none(signed_in, small):
    way, village = Way(small), signed_in("village")
    village.get(reverse("paper", args=["plan", way.case.pk, "docx"]))
    paper = PrintedPaper.objects.get()
    upload = SimpleUploadedFile("x.jpg", photo(), "image/jpeg")
    village.post(reverse("paper-return"), {"photos": upload, "code": paper_code("PLN", paper.pk)})
    paper.refresh_from_db()
    assert paper.returned_at


def test_nothing_uploaded_is_said_on_the_page(signed_in, small):
    answer = signed_in("village").post(reverse("paper-return"))
    assert answer.status_code == 200
    assert "没有照片" in answer.content.decode()


def test_offers_of_a_record_follow_its_kind(small, case):
    made = case[1]
    titles = {kind: [o.title for o in offers("meeting", made[kind])] for kind in ("appraisal", "town_review", "joint_meeting")}
    assert titles["appraisal"] == ["民主评议会议记录", "议题名单", "会议结果名单"]
    assert titles["town_review"] == ["镇级审核表", "议题名单", "会议结果名单"]
    assert titles["joint_meeting"] == ["县级审定表", "公告", "议题名单", "会议结果名单"]
    assert len(offers("case", case[0].pk)) == 6
    assert [[link.name for link in o.links] for o in offers("notice", made["notice"])] == [["PDF", "Word"]]
    assert offers("meeting", 999) == []


@pytest.mark.parametrize(("role", "shown"), [("village", True), ("inspector", False)])
def test_the_links_stand_on_a_record_for_those_who_may_print(small, case, role, shown):
    request = RequestFactory().get("/")
    request.post = small.posts[role]
    page = Template("{% load papers %}{% paper_offers 'case' number %}").render(Context({"request": request, "number": case[0].pk}))
    assert (reverse("paper", args=["application", case[0].pk, "pdf"]) in page) == shown
