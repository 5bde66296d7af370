"""Pages of the monthly bulletin: numbers open what they count, sheets go to their own unit, good practice."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.urls import reverse

from sangesan.accounts.queries import system_post
from sangesan.dispatch import month_bulletin
from sangesan.dispatch.models import GoodPractice
from sangesan.dispatch.month_bulletin import make_bulletin
from sangesan.jobs.models import JobRun
from sangesan.kernel.period import Month
from web.case_pages import queries, text_of
from web.small_county import DAY, NOW, TOWN_A, TOWN_B

pytestmark = pytest.mark.django_db
PAGE = {"kwargs": {"period": "2022-08"}}


@pytest.fixture
def made(small, monkeypatch):
    monkeypatch.setattr(
        month_bulletin,
        "produce",
        lambda paper, kind: {"docx": b"PK\x03\x04", "pdf": b"%PDF-1.7 "}[kind] + paper.title.encode(),
    )
    return make_bulletin(post=system_post(), month=Month(2022, 8), now=NOW, today=DAY, progress=lambda *_: None)


def test_before_closing_the_page_says_when(small, signed_in):
    page = text_of(signed_in("county"), reverse("months"))
    assert "自动关账并起草通报" in page
    assert "还没有关账的月份" in page
    assert signed_in("county").get(reverse("month", **PAGE)).status_code == 400


def test_the_county_asks_for_it_and_watches_the_job(small, signed_in):
    answer = signed_in("county").post(reverse("month-make"), {"month": "2022-08"})
    assert answer.url == reverse("job", args=[JobRun.objects.get(job="dispatch.month").pk])
    assert signed_in("town").post(reverse("month-make"), {"month": "2022-08"}).status_code == 403


def test_numbers_open_the_lists_of_one_s_own_places(made, signed_in):
    town = signed_in("town").get(reverse("month", **PAGE)).content.decode()
    assert f"figure=clues_new&amp;place={TOWN_A}" in town
    assert f"place={TOWN_B}" not in town
    assert town.index('id="own"') < town.index('id="procedure"'), "the reader's own unit comes first"
    assert "<details>" in town
    county = signed_in("county").get(reverse("month", **PAGE)).content.decode()
    assert f"figure=elimination_rate&amp;place={TOWN_B}&amp;period=2022-08" in county
    assert "督查督办：这个月各单位都是 0" in county
    assert 'id="own"' not in county
    for address in {
        part.split('"')[0].replace("&amp;", "&") for part in county.split('href="')[1:] if "figure=" in part
    }:
        assert signed_in("county").get(address).status_code == 200, address
    department = signed_in("department").get(reverse("month", **PAGE)).content.decode()
    assert "place=department%3Amedical_security" in department
    assert "place=department%3Acivil_affairs" not in department


def test_sheets_go_to_their_own_unit(made, signed_in):
    def fetch(role, unit):
        return signed_in(role).get(reverse("month-sheet", args=["2022-08", unit, "pdf"]))

    answer = fetch("town", f"town:{TOWN_A}")
    assert b"".join(answer.streaming_content).startswith(b"%PDF")
    assert fetch("town", f"town:{TOWN_B}").status_code == 403
    assert fetch("department", "department:medical_security").status_code == 200
    assert fetch("department", f"town:{TOWN_A}").status_code == 403
    assert fetch("inspector", f"town:{TOWN_B}").status_code == 200
    assert fetch("county", "town:nowhere").status_code == 400


def test_good_practice_is_written_and_taken_back(made, signed_in):
    county, address = signed_in("county"), reverse("month-practice", args=["2022-08"])
    given = {"unit": f"town:{TOWN_A}", "words": "每周五晚开院落会，把走访情况说给群众听。", "submission": str(uuid4())}
    assert "每周五晚开院落会" in county.post(address, given, follow=True).content.decode()
    assert "10 到 600 字" in county.post(address, given | {"words": "短", "submission": str(uuid4())}).content.decode()
    number = GoodPractice.objects.get().pk
    assert "每周五晚开院落会" not in text_of(county, reverse("months"))
    county.post(address, {"withdraw": str(number)})
    assert "每周五晚开院落会" not in text_of(county, reverse("month", **PAGE))
    assert signed_in("town").post(address, given).status_code == 403


def test_a_page_costs_few_queries(made, signed_in):
    assert queries(signed_in("county"), reverse("month", **PAGE)) < 40
    assert queries(signed_in("county"), reverse("months")) < 25
