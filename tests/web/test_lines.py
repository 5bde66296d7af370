"""The pages of the lines of defence: every number opens its list, within the reach of the post."""

from __future__ import annotations

import re
from html import unescape
from io import BytesIO

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from python_calamine import CalamineWorkbook

from figures.line_rows import CaseRow, ClueRow, Rows, day
from sangesan.audit.models import Entry
from sangesan.clues.models import Clue
from sangesan.clues.raising import raise_clue
from sangesan.registry.models import Household
from web.small_county import COMMUNITY, DAY, NOW, TOWN_A, VILLAGE_B, SmallCounty


@pytest.fixture
def rows(small: SmallCounty) -> Rows:
    """陈大山: the grid first, a rule three days later; 周明远: the household itself; 李长顺: a clue still open; 吴家成:
    enrolled before anything was on record.
    """
    heads = ["李长顺", "吴家成", "陈大山", "周明远"]
    made = Rows(
        [Household.objects.get(head_name=head) for head in heads],
        [
            ClueRow(2, "GRID", "confirmed", day(9), day(6), visited=day(7), event=day(12), hits=(day(6),)),
            ClueRow(3, "SELF", "confirmed", day(8), day(5), visited=day(4)),
            ClueRow(0, "DEPT", "open", day(8), day(5), hits=(day(8),)),
        ],
        {1: CaseRow("PLATFORM", day(200), day(190))},
    )
    made.put(VILLAGE_B)
    return made


def text_of(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer.content.decode()[:2000]
    return answer.content.decode()


def links(page: str, route: str) -> set[str]:
    return {unescape(found) for found in re.findall(rf'href="({reverse(route)}[^"]*)"', page)}


def number_of(page: str, address: str) -> int:
    """The number that a link shows."""
    found = re.search(rf'href="{re.escape(address).replace("&", "&amp;")}">([0-9,]+)<', page)
    assert found, address
    return int(found.group(1).replace(",", ""))


@pytest.mark.parametrize("by", ["", "channel"])
@pytest.mark.parametrize("role", ["county", "town", "village", "grid", "inspector"])
def test_every_number_opens_as_many_rows(signed_in, rows, role, by):
    """Every link of the page that shows a number leads to a list of exactly so many."""
    client = signed_in(role)
    page = text_of(client, f"{reverse('lines')}?by={by}&from=&to=")
    counted = 0
    for route in ("line-clues", "line-households"):
        for address in links(page, route):
            shown = re.findall(rf'href="{re.escape(address).replace("&", "&amp;")}">([0-9,]+)<', page)
            listed = text_of(client, address)
            for number in shown:
                assert listed.count("<tr data-href=") == int(number), address
                counted += 1
    assert counted >= 6


def test_the_page_says_who_found_what(signed_in, rows):
    page = text_of(signed_in("county"), "/lines/?from=&to=")
    for words in ("第一道防线·网格排查", "第二道防线·农户自主申报", "等人说了才知道", "没有最先发现的记录", "各项数字怎么算", "不排名次"):
        assert words in page
    listed = text_of(signed_in("county"), "/lines/households/?from=&to=")
    assert "2022-09-04" in listed
    assert "晚 3 天" in listed
    assert "未发现" in listed
    assert "没有最先发现的记录" in listed


def test_the_period_is_this_year_unless_one_is_asked_for(signed_in, rows):
    client = signed_in("county")
    assert 'value="2022-01-01"' in text_of(client, "/lines/")
    none = text_of(client, "/lines/clues/?from=2021-01-01&to=2021-12-31")
    assert "没有符合条件的线索" in none
    assert text_of(client, f"/lines/clues/?from={day(8)}&to={day(8)}").count("<tr data-href=") == 2


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("from=2022-13-01&to=", "不存在"), ("from=x&to=", "认不出"), ("from=2022-09-01&to=2022-01-01", "起始日期晚于截止日期"),
        ("place=999", "没有这个镇"),
    ],
)  # fmt: skip
def test_bad_filters_are_refused_in_words(signed_in, rows, query, said):
    for route in ("lines", "line-clues", "line-households", "line-summary"):
        answer = signed_in("county").get(f"{reverse(route)}?{query}")
        assert answer.status_code == 400
        assert said in answer.content.decode()


@pytest.mark.parametrize("query", ["step=x", "after=x", "step=clues&after=2022-09-01.x"])
def test_lists_of_nothing_are_refused(signed_in, rows, query):
    assert signed_in("county").get(f"/lines/clues/?{query}").status_code == 400


def test_lists_page_by_key(signed_in, rows, monkeypatch):
    monkeypatch.setattr("sangesan.web.views.lines.PAGE", 1)
    client = signed_in("county")
    for route, whole in (("line-clues", 3), ("line-households", 3)):
        shown, address = 0, f"{reverse(route)}?from=&to="
        while address:
            page = text_of(client, address)
            shown += page.count("<tr data-href=")
            following = re.search(r'rel="next" href="([^"]+)"', page)
            address = reverse(route) + unescape(following.group(1)) if following else ""
        assert shown == whole


def test_down_to_the_village_and_no_further_than_ones_reach(signed_in, rows):
    county, village = signed_in("county"), signed_in("village")
    assert f"place={TOWN_A}" in text_of(county, "/lines/")
    assert f"place={COMMUNITY}" not in text_of(village, "/lines/clues/?from=&to=")
    assert text_of(village, f"/lines/clues/?from=&to=&place={VILLAGE_B}").count("<tr data-href=") == 0
    assert signed_in("department").get("/lines/").status_code == 403


def test_downloads_hold_the_list_and_leave_an_entry(signed_in, rows):
    client = signed_in("county")
    answer = client.get("/lines/households/download.xlsx?from=&to=")
    table = CalamineWorkbook.from_filelike(BytesIO(answer.getvalue())).get_sheet_by_index(0).to_python()
    assert table[1][:5] == ["户主", "户编号", "居住地", "人数", "最先发现或纳入"]
    by_head = {row[0]: row for row in table[2:]}
    assert by_head["陈大山"][5:11] == ["2022-09-04", 0.0, "未发现", "", "2022-09-07", 3.0]
    assert by_head["吴家成"][5:7] == ["没有记录", ""]
    answer = client.get("/lines/clues/download.xlsx?from=&to=&step=confirmed&key=second")
    table = CalamineWorkbook.from_filelike(BytesIO(answer.getvalue())).get_sheet_by_index(0).to_python()
    assert [row[0] for row in table[2:]] == ["周明远"]
    assert Entry.objects.get(tag="clues:list:export", detail__rows=1).detail["filters"]["step"] == "confirmed"
    assert signed_in("department").get("/lines/clues/download.xlsx").status_code == 403


def test_the_front_page_asks_for_its_block(signed_in, rows):
    assert 'hx-get="/lines/summary/"' in text_of(signed_in("county"), "/")
    part = text_of(signed_in("county"), "/lines/summary/")
    assert "<html" not in part
    assert "等人说了才知道 1 户" in part
    assert 'hx-get="/lines/summary/"' not in text_of(signed_in("department"), "/")


def test_a_county_without_anything(signed_in, small):
    client = signed_in("county")
    assert "今年还没有经入户确认的户" in text_of(client, "/lines/summary/")
    for route in ("lines", "line-clues", "line-households"):
        text_of(client, reverse(route))


def test_a_households_page_says_who_saw_it_first(signed_in, rows):
    page = text_of(signed_in("county"), reverse("household", args=[rows.homes[2].pk]))
    assert "谁先发现" in page
    assert "2022-09-04" in page
    assert "晚 3 天" in page
    assert page.count("未发现") == 2
    Household.objects.filter(pk=rows.homes[1].pk).update(stage="monitoring")
    assert "没有最先发现的记录" in text_of(signed_in("county"), reverse("household", args=[rows.homes[1].pk]))


def test_a_cases_page_says_it_too(signed_in, way):
    assert "谁先发现" in text_of(signed_in("county"), reverse("case", args=[way.case.pk]))


def test_a_clue_tells_all_who_saw_it_in_order_of_days(signed_in, small, clue):
    given = {"household_id": clue.household_id, "risk": clue.risk, "now": NOW, "today": DAY, "seen_on": DAY}
    raise_clue(post=small.posts["grid"], channel="GRID", source="entry:1", words="户主住院，家里没人种地", event_on=day(9), **given)
    Clue.objects.get().evidence.update(first_seen_on=day(2))
    page = text_of(signed_in("grid"), reverse("clue", args=[clue.pk]))
    part = page[page.index('id="sights"') :]
    assert part.index("2022-09-11") < part.index("户主住院，家里没人种地")
    for words in ("部门筛查预警", "R01 脱贫人口住院自付过高", "2022-09-13 数值有变", "晚 2 天", "事发 2022-09-04", small.posts["grid"].title):
        assert words in part


@pytest.mark.parametrize(("address", "most"), [("/lines/", 13), ("/lines/summary/", 9), ("/lines/clues/", 13), ("/lines/households/", 13)])
def test_few_queries(signed_in, rows, address, most):
    client = signed_in("county")
    client.get(address)
    with CaptureQueriesContext(connection) as asked:
        client.get(address)
    assert len(asked) <= most, [one["sql"][:90] for one in asked]


def test_a_list_says_its_total_and_the_table_what_the_shares_are_of(signed_in, rows, monkeypatch):
    """The total is the figure that was pressed, on every page of the list."""
    monkeypatch.setattr("sangesan.web.views.lines.PAGE", 1)
    client = signed_in("county")
    assert "共 3 条，本页 1 条" in text_of(client, "/lines/clues/?from=&to=")
    assert "共 1 条，本页 1 条" in text_of(client, "/lines/clues/?from=&to=&step=confirmed&key=GRID")
    assert "共 3 户，本页 1 户" in text_of(client, "/lines/households/?from=&to=")
    page = text_of(client, "/lines/?from=&to=&by=channel")
    assert '<div class="minor">1/1</div>' in page
    Clue.objects.filter(channel="GRID").update(due_on=day(60))
    late = text_of(client, "/lines/?from=&to=&by=channel")
    assert re.search(r'step=late">超期 1 条</a>', late)
