"""Pages of the quarterly meeting: pack with lists behind its numbers, minutes, decisions given, document drafted."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse

from sangesan.accounts.queries import system_post
from sangesan.bulletins.models import Document
from sangesan.dispatch.models import Decision
from sangesan.dispatch.quarter_meeting import prepare_meeting
from sangesan.jobs.models import JobRun
from sangesan.kernel.period import Quarter
from web.case_pages import queries, text_of
from web.small_county import DAY, NOW

pytestmark = pytest.mark.django_db
PERIOD = "2022-Q2"


@pytest.fixture
def made(small):
    return prepare_meeting(post=system_post(), quarter=Quarter(2022, 2), today=DAY, now=NOW, progress=lambda *_: None)


def to(name):
    return reverse(name, args=[PERIOD])


def test_before_there_is_any_the_page_says_when(small, signed_in):
    assert "还没有季调度会" in text_of(signed_in("county"), reverse("quarters"))
    answer = signed_in("county").post(reverse("quarter-make"), {"quarter": PERIOD})
    assert answer.url == reverse("job", args=[JobRun.objects.get(job="dispatch.quarter").pk])
    assert signed_in("county").get(to("quarter")).status_code == 400
    assert signed_in("town").post(reverse("quarter-make"), {"quarter": PERIOD}).status_code == 403


def test_a_whole_meeting(made, signed_in):
    county = signed_in("county")
    assert "应在 2022-07-20 前" in text_of(county, reverse("quarters"))
    assert "登记会议情况" in text_of(county, to("quarter"))
    minutes = {
        "held_on": "2022-07-15",
        "place": "三楼会议室",
        "chair": "专班组长",
        "attended": "各镇",
        "discussed": "研究了跨部门问题。",
    }
    refused = county.post(to("quarter-minutes"), minutes | {"place": ""})
    assert refused.status_code == 400
    assert "没有填地点" in refused.content.decode()
    assert "研究了跨部门问题" in refused.content.decode(), "what was written stays"
    county.post(to("quarter-minutes"), minutes)
    decision = {
        "topic": "departments", "title": "医保数据按时报送", "words": "每月5日前", "units": ["department:medical_security"],
        "due_on": (DAY + timedelta(20)).isoformat(), "submission": str(uuid4()),
    }  # fmt: skip
    assert "没有选责任单位" in county.post(to("quarter-decide"), decision | {"units": []}).content.decode()
    page = county.post(to("quarter-decide"), decision, follow=True).content.decode()
    assert "医保数据按时报送" in page
    assert reverse("assignment", args=[Decision.objects.get().assignment_id]) in page
    answer = county.post(to("quarter-draft"))
    assert answer.url == reverse("bulletin", args=[Document.objects.get(series="minutes").pk])
    town = text_of(signed_in("town"), to("quarter"))
    assert "医保数据按时报送" in town
    assert "研究了跨部门问题" not in town
    for name in ("quarter-minutes", "quarter-decide", "quarter-draft"):
        assert signed_in("town").post(to(name), decision).status_code == 403


def test_numbers_of_the_pack_open_their_lists(made, signed_in):
    page = signed_in("county").get(to("quarter")).content.decode()
    addresses = {part.split('"')[0].replace("&amp;", "&") for part in page.split('href="')[1:] if "figure=" in part}
    assert addresses
    for address in sorted(addresses)[:12]:
        assert signed_in("county").get(address).status_code == 200, address


def test_the_pack_is_downloaded(made, signed_in):
    answer = signed_in("town").get(reverse("quarter-pack", args=[PERIOD, "docx"]))
    assert b"".join(answer.streaming_content)[:2] == b"PK"
    assert signed_in("town").get(reverse("quarter-pack", args=[PERIOD, "txt"])).status_code == 400


def test_a_page_costs_few_queries(made, signed_in):
    assert queries(signed_in("county"), to("quarter")) < 35
