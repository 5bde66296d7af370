"""Weekly statistics as pages: every number opens its list, frozen ones stay, corrections stand beside; workbook and paper."""

from __future__ import annotations

import re
import uuid
from datetime import date
from html import unescape
from io import BytesIO

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from python_calamine import CalamineWorkbook

from figures.random_records import fill
from sangesan.accounts.queries import system_post
from sangesan.dispatch.frozen import frozen
from sangesan.dispatch.models import Correction, Snapshot
from sangesan.dispatch.week_closing import close_week
from sangesan.kernel.period import Week
from sangesan.patrols.rounds import weekly_round
from sangesan.registry.models import Household
from web.small_county import COUNTY, GRID_A, NOW, TOWN_A, TOWN_B, VILLAGE_A, SmallCounty

WEEK = Week(2022, 36)


@pytest.fixture
def closed(small: SmallCounty) -> Snapshot:
    """Records of every kind, and two closed weeks."""
    fill(0)
    for week in (WEEK.plus(-1), WEEK):
        made = close_week(post=system_post(), week=week, as_of=week.last_day(), now=NOW, progress=lambda *_: None)
    return made


def text_of(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, answer.content.decode()[:2000]
    return answer.content.decode()


def list_links(page: str) -> dict[str, str]:
    """Address of a list -> the number that the link shows."""
    found = re.findall(rf'href="({reverse("figure-list")}[^"]*)">([0-9,.]+)<', page)
    return {unescape(address): number for address, number in found}


def total_of(page: str) -> int:
    found = re.search(r"共 ([0-9,]+) 条", page)
    assert found
    return int(found.group(1).replace(",", ""))


@pytest.mark.parametrize("place", [COUNTY, TOWN_A, VILLAGE_A])
def test_every_number_opens_a_list_of_as_many(closed: Snapshot, signed_in, place: str) -> None:
    client = signed_in("county")
    links = list_links(text_of(client, f"{reverse('weeks')}?place={place}"))
    assert len(links) > 15
    for address, number in links.items():
        assert total_of(text_of(client, address)) == int(number.replace(",", "")), address


def test_the_page_shows_the_last_closed_week_beside_the_week_before(closed: Snapshot, signed_in) -> None:
    page = text_of(signed_in("county"), reverse("weeks"))
    assert "2022年第36周（9月5日至9月11日）" in page
    assert "已关账" in page
    assert closed.digest[:16] in page
    assert "期末当天" in page
    assert "数什么" in page


def test_a_running_week_says_that_it_is_not_closed(closed: Snapshot, signed_in) -> None:
    page = text_of(signed_in("county"), f"{reverse('weeks')}?week=2022-W37")
    assert "未关账" in page
    assert "2022-09-19 自动关账" in page
    assert "更正这个数" not in page
    assert "还没有开始" in text_of(signed_in("county"), f"{reverse('weeks')}?week=2022-W40", 400)


@pytest.mark.parametrize(
    ("role", "place", "status"),
    [
        ("town", "", 200), ("town", VILLAGE_A, 200), ("town", COUNTY, 200), ("town", TOWN_B, 403), ("village", "", 200),
        ("village", TOWN_A, 403), ("department", "", 200), ("department", TOWN_A, 403), ("inspector", TOWN_B, 200),
        ("grid", "", 403),
    ],
)  # fmt: skip
def test_who_sees_which_place(closed: Snapshot, signed_in, role: str, place: str, status: int) -> None:
    text_of(signed_in(role), f"{reverse('weeks')}?place={place}", status)


def test_a_town_opens_lists_of_its_own_places_only(closed: Snapshot, signed_in) -> None:
    page = text_of(signed_in("town"), f"{reverse('weeks')}?place={COUNTY}")
    assert {re.search(r"place=([0-9-]+)", address).group(1) for address in list_links(page)} == {TOWN_A}
    address = f"{reverse('figure-list')}?period={WEEK}&figure=households_visited&place={TOWN_B}"
    text_of(signed_in("town"), address, 403)


def test_silent_grids_are_named(closed: Snapshot, signed_in) -> None:
    held = frozen(closed, levels=("grid",))
    silent = [row for row in held.rows.values() if not held.value("grids_reported", row.key).numerator]
    page = text_of(signed_in("county"), reverse("weeks"))
    assert f"{len(silent)} 个网格" in page
    address = f"{reverse('figure-list')}?period={WEEK}&figure=grids_reported&part=rest&place={COUNTY}"
    listed = text_of(signed_in("county"), address)
    assert total_of(listed) == len(silent) > 0
    assert silent[0].name in listed


def test_a_household_that_left_is_not_named_to_those_it_left(closed: Snapshot, signed_in) -> None:
    address = f"{reverse('figure-list')}?period={WEEK}&figure=households_visited&part=all&place={VILLAGE_A}"
    assert "不在您现在的管理范围内" not in text_of(signed_in("village"), address)
    Household.objects.filter(village=VILLAGE_A).update(village=TOWN_B, residence=TOWN_B)
    page = text_of(signed_in("village"), address)
    assert "不在您现在的管理范围内" in page
    assert "陈大山" not in page


def test_a_correction_by_the_form(closed: Snapshot, signed_in) -> None:
    client = signed_in("county")
    given = {"period": str(WEEK), "place": VILLAGE_A, "figure": "problems_found"}
    form = text_of(client, f"{reverse('figure-correct')}?period={WEEK}&place={VILLAGE_A}&figure=problems_found")
    assert "为什么更正" in form
    sent = {**given, "numerator": "77", "why": "村里补报的记录，镇里核对过", "submission": str(uuid.uuid4())}
    for _ in range(2):
        assert client.post(reverse("figure-correct"), sent).status_code == 302
    assert Correction.objects.count() == 1
    for place in (VILLAGE_A, TOWN_A, COUNTY):
        page = text_of(client, f"{reverse('weeks')}?place={place}")
        assert "更正为" in page
        assert "村里补报的记录" in page
    assert "村里补报的记录" not in text_of(signed_in("town"), f"{reverse('weeks')}?place={COUNTY}")
    refused = client.post(reverse("figure-correct"), {**sent, "numerator": "x", "submission": str(uuid.uuid4())})
    assert refused.status_code == 400
    assert signed_in("town").post(reverse("figure-correct"), sent).status_code == 403


def test_the_workbook_has_a_row_for_each_place_and_the_paper_is_one_page(closed: Snapshot, signed_in) -> None:
    client = signed_in("county")
    answer = client.get(reverse("week-download"))
    rows = CalamineWorkbook.from_filelike(BytesIO(b"".join(answer.streaming_content))).get_sheet_by_index(0).to_python()
    assert "已关账" in rows[0][0]
    assert [row[0] for row in rows[2:]] == ["试验县", "东河镇", "西山镇"]
    held = frozen(closed, place=COUNTY)
    assert rows[2][rows[1].index("新增线索")] == held.value("clues_new", COUNTY).numerator
    paper = client.get(reverse("week-paper", args=["docx"]))
    assert b"".join(paper.streaming_content)[:2] == b"PK"
    assert client.get(reverse("week-paper", args=["txt"])).status_code == 400


def test_the_list_as_a_workbook(closed: Snapshot, signed_in) -> None:
    address = f"{reverse('figure-list-download')}?period={WEEK}&figure=households_visited&part=all&place={GRID_A}"
    answer = signed_in("county").get(address)
    rows = CalamineWorkbook.from_filelike(BytesIO(b"".join(answer.streaming_content))).get_sheet_by_index(0).to_python()
    assert len(rows) - 2 == frozen(closed, place=GRID_A).value("households_visited", GRID_A).parts.of
    assert signed_in("department").get(address).status_code == 403


def test_the_catalogue_lists_every_figure_with_its_definition(small: SmallCounty, signed_in) -> None:
    page = text_of(signed_in("village"), reverse("figure-catalogue"))
    assert "风险消除率" in page
    assert "期间内排查见到人的户" in page


def test_the_front_page_has_the_last_closed_week(closed: Snapshot, signed_in) -> None:
    assert reverse("week-tile") in text_of(signed_in("town"), reverse("front"))
    assert "报送网格" in text_of(signed_in("town"), reverse("week-tile"))


def test_without_a_closed_week_the_pages_say_so(small: SmallCounty, signed_in) -> None:
    assert "还没有关过账的周" in text_of(signed_in("county"), reverse("week-tile"))
    page = text_of(signed_in("county"), reverse("weeks"))
    assert "2022年第37周" in page
    assert "未关账" in page


def test_a_past_round_leads_to_its_closed_week(closed: Snapshot, signed_in) -> None:
    row = weekly_round(date(2022, 9, 6), now=NOW)
    page = text_of(signed_in("county"), f"{reverse('patrols')}?round={row.pk}")
    assert f"{reverse('weeks')}?week=2022-W36" in page


@pytest.mark.parametrize(("route", "most"), [("weeks", 30), ("week-tile", 28)])
def test_queries_of_a_closed_week_are_few(closed: Snapshot, signed_in, route: str, most: int) -> None:
    client = signed_in("county")
    text_of(client, reverse(route))
    with CaptureQueriesContext(connection) as caught:
        text_of(client, reverse(route))
    assert len(caught) <= most, [query["sql"][:120] for query in caught.captured_queries]


def test_queries_of_a_list_are_few(closed: Snapshot, signed_in) -> None:
    client = signed_in("county")
    for figure in ("households_visited", "clues_new", "cases_begun", "measures_landed"):
        address = f"{reverse('figure-list')}?period={WEEK}&figure={figure}&place={COUNTY}"
        with CaptureQueriesContext(connection) as caught:
            text_of(client, address)
        assert len(caught) <= 22, figure
